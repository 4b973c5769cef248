/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What all commands do with their command lines.
 */

#ifndef _VXSIGN_OPTIONS_H
#define _VXSIGN_OPTIONS_H

#include <getopt.h>

#include "commands.h"
#include "manifest.h"

/* Values of options without a letter. */
#define OPTION_BASE	256
#define OPTION_HELP	'h'

enum exit_status options_help(const struct command *cmd);
enum exit_status options_wrong(const struct command *cmd);
enum exit_status options_missing(const struct command *cmd, const char *what);
enum exit_status options_flush(void);

bool options_number(const struct command *cmd, const char *option,
		    const char *value, u64 min, u64 max, u64 *number);

#endif /* _VXSIGN_OPTIONS_H */
