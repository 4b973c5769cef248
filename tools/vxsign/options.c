// SPDX-License-Identifier: GPL-2.0-only
/*
 * Words what is wrong with a command line, once for all commands.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "message.h"
#include "options.h"

/**
 * options_flush() - end what was printed on standard output
 *
 * Return: %EXIT_YES, or %EXIT_TROUBLE, reported, if it did not get there.
 */
enum exit_status options_flush(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return EXIT_YES;
	message("standard output: %s", strerror(errno));
	return EXIT_TROUBLE;
}

/**
 * options_read() - take the options from a command's line
 * @cmd: the command
 * @argc: of @argv
 * @argv: its line; what is no option begins at getopt's optind afterwards
 * @table: its options
 * @status: filled if the command is not to go on
 *
 * Return: true if the command is to go on.
 */
bool options_read(const struct command *cmd, int argc, char **argv,
		  const struct argument *table, enum exit_status *status)
{
	char called[32];
	const struct arguments arguments = {
		.called = called,
		.usage = cmd->usage,
		.table = table,
		.hint = true,
	};

	snprintf(called, sizeof(called), "vxsign %s", cmd->name);
	return arguments_read(&arguments, argc, argv, status);
}

/**
 * options_wrong() - say where help is, after the error
 * @cmd: the command
 */
enum exit_status options_wrong(const struct command *cmd)
{
	message("try 'vxsign %s --help'", cmd->name);
	return EXIT_TROUBLE;
}

/**
 * options_missing() - say what is missing
 * @cmd: the command
 * @what: an option
 */
enum exit_status options_missing(const struct command *cmd, const char *what)
{
	message("%s: %s is missing; try 'vxsign %s --help'", cmd->name, what,
		cmd->name);
	return EXIT_TROUBLE;
}

/**
 * options_files() - say which files a command takes, where others are named, or none
 * @cmd: the command
 * @what: the files
 */
enum exit_status options_files(const struct command *cmd, const char *what)
{
	message("%s: name %s; try 'vxsign %s --help'", cmd->name, what,
		cmd->name);
	return EXIT_TROUBLE;
}
