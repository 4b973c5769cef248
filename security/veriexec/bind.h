/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Binding: from a path that a manifest lists to the entry of its file.
 */

#ifndef _SECURITY_VERIEXEC_BIND_H
#define _SECURITY_VERIEXEC_BIND_H

#include <linux/path.h>
#include <linux/types.h>

struct dentry;
struct veriexec_manifest;
struct veriexec_record;

/**
 * struct veriexec_binding - what is the same for all entries of a load
 * @m: the manifest, see veriexec_insert()
 * @base: the directory that its paths lie beneath
 * @load: a number that no other load has, from 1
 */
struct veriexec_binding {
	struct veriexec_manifest *m;
	const struct path *base;
	u64 load;
};

int veriexec_note_followed(struct dentry *link, bool rcu);
int veriexec_bind(const struct veriexec_binding *b,
		  const struct veriexec_record *record, const char **why);

#endif /* _SECURITY_VERIEXEC_BIND_H */
