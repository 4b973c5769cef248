/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The commands of vxsign. Each lives in its own cmd_*.c and is one row of the
 * table in main.c.
 */

#ifndef _VXSIGN_COMMANDS_H
#define _VXSIGN_COMMANDS_H

#include "exit.h"

/**
 * struct command - one command
 * @name: the word that selects it
 * @summary: what it does, in a few words
 * @usage: its --help, after ``Usage: vxsign NAME``
 * @run: does it; @argv[0] is @name
 */
struct command {
	const char *name;
	const char *summary;
	const char *usage;
	enum exit_status (*run)(const struct command *self, int argc,
				char **argv);
};

extern const struct command cmd_diff;
extern const struct command cmd_floor;
extern const struct command cmd_generate;
extern const struct command cmd_keygen;
extern const struct command cmd_show;
extern const struct command cmd_sign;
extern const struct command cmd_verify;

#endif /* _VXSIGN_COMMANDS_H */
