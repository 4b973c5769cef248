// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which symbolic links a manifest lists: those that lead to what it lists already.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "beneath.h"
#include "identity.h"
#include "message.h"
#include "symlinks.h"

/**
 * struct goals - what a listed link may lead to: listed files, and directories that
 * hold some
 * @list: sorted
 * @count: of @list
 */
struct goals {
	struct identity *list;
	size_t count;
};

/* The directories that lead to a listed file, each once. */
static void add_way(const struct tree *tree, size_t dir, bool *holds,
		    struct goals *goals)
{
	while (!holds[dir]) {
		holds[dir] = true;
		goals->list[goals->count++] = tree->dirs[dir].id;
		dir = tree->dirs[dir].parent;
	}
}

static int find_goals(const struct generation *g, struct goals *goals)
{
	const struct tree *tree = &g->tree;
	bool *holds = calloc(tree->dir_count, sizeof(*holds));
	size_t i;

	goals->list = calloc(tree->count + tree->dir_count,
			     sizeof(*goals->list));
	if (!holds || !goals->list) {
		message("out of memory");
		free(holds);
		return -ENOMEM;
	}
	for (i = 0; i < tree->count; i++) {
		const struct tree_file *file = &tree->files[i];

		if (!g->outcomes[i].line)
			continue;
		goals->list[goals->count++] = (struct identity){
			file->st.st_dev, file->st.st_ino,
		};
		add_way(tree, file->dir, holds, goals);
	}
	free(holds);
	qsort(goals->list, goals->count, sizeof(*goals->list),
	      compare_identities);
	return 0;
}

/* Follows it with the tree as the root directory. */
static bool is_of_use(struct generation *g, const struct tree_file *link,
		      const struct goals *goals)
{
	int fd = beneath_lead(g->root, link->path);
	struct identity id;
	struct stat st;

	if (fd < 0) {
		/* A link may lead nowhere. */
		if (fd != -ENOENT && fd != -ENOTDIR && fd != -ELOOP &&
		    fd != -EACCES && fd != -ENAMETOOLONG)
			generation_fail(g, link, strerror(-fd));
		return false;
	}
	if (fstat(fd, &st)) {
		generation_fail(g, link, strerror(errno));
		close(fd);
		return false;
	}
	close(fd);
	id = (struct identity){ st.st_dev, st.st_ino };
	return bsearch(&id, goals->list, goals->count, sizeof(id),
		       compare_identities);
}

/**
 * symlinks_list() - list the symbolic links of a tree that are of use
 * @g: the generation, all files of which have their outcome
 *
 * Return: 0, or a negative errno, reported.
 */
int symlinks_list(struct generation *g)
{
	struct goals goals = { 0 };
	size_t i;
	int ret;

	if (g->no_links)
		return 0;
	ret = find_goals(g, &goals);
	for (i = 0; i < g->tree.count && !ret; i++) {
		const struct tree_file *file = &g->tree.files[i];

		if (file->link && is_of_use(g, file, &goals))
			generation_link(g, file, &g->outcomes[i]);
	}
	free(goals.list);
	if (!ret && atomic_load(&g->failed))
		ret = -EIO;
	return ret;
}
