/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What all commands do with their command lines.
 */

#ifndef _VXSIGN_OPTIONS_H
#define _VXSIGN_OPTIONS_H

#include <getopt.h>

#include "arguments.h"
#include "commands.h"

enum exit_status options_wrong(const struct command *cmd);
enum exit_status options_missing(const struct command *cmd, const char *what);
enum exit_status options_files(const struct command *cmd, const char *what);
enum exit_status options_flush(void);

bool options_read(const struct command *cmd, int argc, char **argv,
		  const struct argument *table, enum exit_status *status);

#endif /* _VXSIGN_OPTIONS_H */
