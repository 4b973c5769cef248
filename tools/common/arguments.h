/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a command takes on its command line: a table, from which all else follows.
 */

#ifndef _VERIEXEC_ARGUMENTS_H
#define _VERIEXEC_ARGUMENTS_H

#include <stdbool.h>

#include "exit.h"
#include "manifest.h"

/**
 * struct argument - an option, and what becomes of it
 * @name: of the long option, or NULL
 * @letter: of the short one, or 0; the last row has neither
 * @flag: it has no value, and sets this
 * @word: gets its value
 * @number: gets its value, a number from @min to @max
 * @min: the least
 * @max: the greatest
 * @take: is called with its value; returns 0, or something else, reported
 * @to: for @take
 * @more: of the last row: where the table goes on, or NULL
 *
 * One of @flag, @word, @number and @take is set.
 */
struct argument {
	const char *name;
	char letter;
	bool *flag;
	const char **word;
	u64 *number;
	u64 min;
	u64 max;
	int (*take)(void *to, const char *value);
	void *to;
	const struct argument *more;
};

/**
 * struct arguments - a command
 * @called: as the user calls it, such as ``vxsign sign``
 * @usage: its help, behind ``Usage: CALLED``
 * @table: its own options; ``--help``, ``-h`` and ``--version`` all have, but where a
 *	row takes the name
 * @ordered: what follows the first word that is no option is none either
 * @hint: say where help is after a word that is not understood
 */
struct arguments {
	const char *called;
	const char *usage;
	const struct argument *table;
	bool ordered;
	bool hint;
};

bool arguments_read(const struct arguments *a, int argc, char **argv,
		    enum exit_status *status);

void arguments_version(const char *called);
bool arguments_number(const char *called, const char *option, const char *value,
		      u64 min, u64 max, u64 *number);

#endif /* _VERIEXEC_ARGUMENTS_H */
