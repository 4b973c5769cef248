/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The regular files and symbolic links beneath a directory.
 */

#ifndef _VXSIGN_TREE_H
#define _VXSIGN_TREE_H

#include <sys/stat.h>

#include "glob.h"
#include "identity.h"
#include "manifest.h"

/**
 * struct tree_file - one of them
 * @path: relative to the root; owned
 * @name: the same, encoded as manifests have it; owned
 * @link: text of a symbolic link, NULL of a file; owned
 * @dir: index of the directory that it is in
 * @st: what the walk saw
 */
struct tree_file {
	char *path;
	char *name;
	char *link;
	size_t dir;
	struct stat st;
};

/**
 * struct tree_dir - a directory that was walked
 * @id: of it
 * @parent: index of the directory that it is in; the root is in itself
 */
struct tree_dir {
	struct identity id;
	size_t parent;
};

/**
 * struct tree - all of them
 * @files: sorted by name, bytewise
 * @count: of @files
 * @room: that @files has
 * @dirs: the directories, the root first
 * @dir_count: of @dirs
 * @dir_room: that @dirs has
 * @excludes: globs of what is passed over
 * @others: names of directories that were passed over, being on other file systems,
 *	encoded; owned
 * @other_count: of @others
 * @other_room: that @others has
 */
struct tree {
	struct tree_file *files;
	size_t count;
	size_t room;
	struct tree_dir *dirs;
	size_t dir_count;
	size_t dir_room;
	struct globs excludes;
	char **others;
	size_t other_count;
	size_t other_room;
};

int tree_walk(struct tree *tree, const char *dir, int root);
void tree_tell_others(const struct tree *tree, const char *dir, bool names);
bool tree_unchanged(const struct stat *before, const struct stat *after);
void tree_free(struct tree *tree);

#endif /* _VXSIGN_TREE_H */
