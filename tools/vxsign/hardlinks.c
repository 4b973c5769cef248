// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files with more names than one: what rules say of one name holds for all.
 */

#include <errno.h>
#include <stdlib.h>

#include "hardlinks.h"
#include "message.h"

/* A name of a file that has several. */
struct link {
	ino_t inode;
	struct rule_match *match;
};

static bool has_names(const struct tree_file *file)
{
	return !file->link && file->st.st_nlink != 1;
}

static int compare_links(const void *a, const void *b)
{
	const struct link *left = a, *right = b;

	if (left->inode == right->inode)
		return 0;
	return left->inode < right->inode ? -1 : 1;
}

/* All names of a file get what the rules say of any of them. */
static void join_links(struct link *links, size_t count)
{
	size_t i, begin = 0;

	for (i = 1; i < count; i++) {
		if (links[i].inode != links[i - 1].inode)
			begin = i;
		rules_join(links[begin].match, links[i].match);
	}
	for (i = 1; i < count; i++)
		if (links[i].inode == links[i - 1].inode)
			rules_join(links[i].match, links[i - 1].match);
}

/**
 * hardlinks_match() - match the rules with the files that have more names than one
 * @g: the generation, no file of which has its outcome yet
 *
 * The kernel knows a file by its inode, and refuses a manifest that says different
 * things of one inode. The tree is on one file system.
 *
 * Return: 0, or %-ENOMEM, reported.
 */
int hardlinks_match(struct generation *g)
{
	struct link *links;
	size_t i, count = 0;

	for (i = 0; i < g->tree.count; i++)
		count += has_names(&g->tree.files[i]);
	links = calloc(count + 1, sizeof(*links));
	if (!links) {
		message("out of memory");
		return -ENOMEM;
	}
	for (i = 0, count = 0; i < g->tree.count; i++) {
		const struct tree_file *file = &g->tree.files[i];

		if (!has_names(file))
			continue;
		rules_match(&g->rules, file->path, &g->outcomes[i].match);
		links[count].inode = file->st.st_ino;
		links[count++].match = &g->outcomes[i].match;
	}
	qsort(links, count, sizeof(*links), compare_links);
	join_links(links, count);
	free(links);
	return 0;
}
