/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What who makes a manifest may want to know of what it lists.
 */

#ifndef _VXSIGN_ADVICE_H
#define _VXSIGN_ADVICE_H

#include "pick.h"
#include "tree.h"

/**
 * struct advice - what there is to say in the end
 * @compressed: how many modules are compressed
 * @first: the name of the first of them; not owned
 */
struct advice {
	size_t compressed;
	const char *first;
};

void advice_note(struct advice *a, const char *dir, const struct tree_file *file,
		 enum pick pick, bool chosen);
void advice_give(const struct advice *a, const char *dir);

#endif /* _VXSIGN_ADVICE_H */
