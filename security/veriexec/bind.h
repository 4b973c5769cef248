/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Binding: from a path that a manifest lists to the entry of its file.
 */

#ifndef _SECURITY_VERIEXEC_BIND_H
#define _SECURITY_VERIEXEC_BIND_H

#include <linux/path.h>
#include <linux/types.h>

#include "manifest.h"

struct dentry;
struct inode;
struct veriexec_manifest;

/**
 * struct veriexec_folder - the directory that the last path lies in
 * @name: its path, without the slash at its end; empty for the base
 * @len: of @name, in bytes
 * @found: it was looked up, which gave @error
 * @error: 0, and @path holds it, or why there is none
 * @path: the directory
 * @listed: the way to it is in the table
 * @renames: of all file systems, when it was looked up
 */
struct veriexec_folder {
	char name[VERIEXEC_PATH_SIZE];
	size_t len;
	bool found;
	int error;
	struct path path;
	bool listed;
	unsigned int renames;
};

/**
 * struct veriexec_binding - what is the same for all entries of a load
 * @m: the manifest, see veriexec_insert()
 * @base: the directory that its paths lie beneath
 * @load: a number that no other load has, from 1
 * @folder: zero to begin with, to be dropped by veriexec_bind_end()
 */
struct veriexec_binding {
	struct veriexec_manifest *m;
	const struct path *base;
	u64 load;
	struct veriexec_folder folder;
};

int veriexec_note_followed(struct dentry *link, struct inode *inode, bool rcu);
int veriexec_bind(struct veriexec_binding *b,
		  const struct veriexec_record *record, const char **why);
void veriexec_bind_end(struct veriexec_binding *b);

#endif /* _SECURITY_VERIEXEC_BIND_H */
