// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds what could run but no entry of a manifest speaks of.
 */

#include <string.h>
#include <unistd.h>

#include "beneath.h"
#include "extra.h"
#include "pick.h"
#include "tree.h"

static bool can_run(struct survey *s, const struct tree_file *file)
{
	int fd = beneath_open(s->root, file->path, false);
	int pick = fd;

	if (fd >= 0) {
		pick = pick_file(file->path, file->st.st_mode, fd);
		close(fd);
	}
	if (pick >= 0)
		return pick != PICK_NOTHING;
	s->unreadable++;
	findings_add(&s->findings, 0, check_words[CHECK_FAILED], file->path,
		     strerror(-pick));
	return false;
}

/**
 * extra_find() - find them
 * @s: on its way, see &survey.more
 *
 * Return: 0, or a negative errno, reported.
 */
int extra_find(struct survey *s)
{
	struct tree tree = { 0 };
	size_t i;
	int ret;

	ret = tree_walk(&tree, s->dir, s->root);
	for (i = 0; i < tree.count && !ret; i++) {
		const struct tree_file *file = &tree.files[i];

		if (!file->link && !survey_has_seen(s, &file->st) &&
		    can_run(s, file))
			findings_add(&s->findings, 0, "extra", file->path, "");
	}
	if (!ret && !s->one_file_system)
		tree_tell_others(&tree, s->dir, s->verbose);
	tree_free(&tree);
	return ret;
}
