// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tells of listed files that likely do not serve as they are. Changes nothing in what
 * is listed.
 */

#include <string.h>

#include "advice.h"
#include "message.h"

/* Files are changed here, and a listed file cannot be changed. */
static bool is_settings(const char *path)
{
	return !strncmp(path, "etc/", strlen("etc/"));
}

/**
 * advice_note() - look at a file that is listed
 * @a: zeroed, or filled before
 * @dir: name of the root, for messages
 * @file: the file
 * @pick: what it is
 * @chosen: the user has said that it is to be listed
 */
void advice_note(struct advice *a, const char *dir, const struct tree_file *file,
		 enum pick pick, bool chosen)
{
	if (pick == PICK_EXECUTABLE && !chosen && is_settings(file->path))
		message("%s/%s: warning: is listed for its x bit alone, and nobody could change it under enforcement; take the bit away, exclude it, or write a rule for it",
			dir, file->name);
	if (pick == PICK_MODULE && pick_is_compressed(file->path) &&
	    !a->compressed++)
		a->first = file->name;
}

/**
 * advice_give() - say what there is to say of all of them
 * @a: filled
 * @dir: name of the root, for messages
 */
void advice_give(const struct advice *a, const char *dir)
{
	if (a->compressed)
		message("%s: note: %zu compressed kernel modules are listed (the first is %s); they load only in a kernel with CONFIG_MODULE_DECOMPRESS",
			dir, a->compressed, a->first);
}
