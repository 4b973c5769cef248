/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Binding: from a path that a manifest lists to the entry of its file.
 */

#ifndef _SECURITY_VERIEXEC_BIND_H
#define _SECURITY_VERIEXEC_BIND_H

#include <linux/path.h>

struct dentry;
struct veriexec_manifest;
struct veriexec_record;

int veriexec_note_followed(struct dentry *link, bool rcu);
int veriexec_bind(struct veriexec_manifest *m, const struct path *base,
		  const struct veriexec_record *record, const char **why);

#endif /* _SECURITY_VERIEXEC_BIND_H */
