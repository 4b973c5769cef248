/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between a manifest and a tree.
 */

#ifndef _VERIEXEC_FINDINGS_H
#define _VERIEXEC_FINDINGS_H

#include <stdio.h>

#include "check.h"

/**
 * struct finding - one file that is not as it should be
 * @line: of its entry; 0 if it has none
 * @word: what it is: an enum check_result in words, ``extra``, or what diff
 *	calls it
 * @path: encoded; owned
 * @cause: more about it, may be empty; owned
 */
struct finding {
	u32 line;
	const char *word;
	char *path;
	char *cause;
};

/**
 * struct findings - all of them
 * @list: of findings
 * @count: of @list
 * @room: that @list has
 * @lost: there was no memory for one
 */
struct findings {
	struct finding *list;
	size_t count;
	size_t room;
	bool lost;
};

void findings_add(struct findings *f, u32 line, const char *word,
		  const char *path, const char *cause);
void findings_sort(struct findings *f);
void findings_print(FILE *out, const char *where, const struct findings *f);
void findings_print_json(FILE *out, const struct findings *f);
void findings_free(struct findings *f);

#endif /* _VERIEXEC_FINDINGS_H */
