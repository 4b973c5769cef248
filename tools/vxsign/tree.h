/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The regular files beneath a directory.
 */

#ifndef _VXSIGN_TREE_H
#define _VXSIGN_TREE_H

#include <sys/stat.h>

#include "manifest.h"

/**
 * struct tree_file - one of them
 * @path: relative to the root; owned
 * @name: the same, encoded as manifests have it; owned
 * @st: what the walk saw
 */
struct tree_file {
	char *path;
	char *name;
	struct stat st;
};

/**
 * struct tree - all of them
 * @files: sorted by name, bytewise
 * @count: of @files
 * @room: that @files has
 * @excludes: globs of what is passed over
 * @exclude_count: of @excludes
 */
struct tree {
	struct tree_file *files;
	size_t count;
	size_t room;
	const char *const *excludes;
	size_t exclude_count;
};

int tree_walk(struct tree *tree, const char *dir, int root);
bool tree_unchanged(const struct stat *before, const struct stat *after);
void tree_free(struct tree *tree);

#endif /* _VXSIGN_TREE_H */
