// SPDX-License-Identifier: GPL-2.0-only
/*
 * Words what is wrong with a command line, once for all commands.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
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
 * options_help() - print a command's help
 * @cmd: the command
 */
enum exit_status options_help(const struct command *cmd)
{
	printf("Usage: vxsign %s %s", cmd->name, cmd->usage);
	return options_flush();
}

/**
 * options_wrong() - say where help is, after getopt has said what is wrong
 * @cmd: the command
 */
enum exit_status options_wrong(const struct command *cmd)
{
	message("try 'vxsign %s --help'", cmd->name);
	return EXIT_TROUBLE;
}

/**
 * options_missing() - say what must be given and is not
 * @cmd: the command
 * @what: an option, or what stands on the command line without one
 */
enum exit_status options_missing(const struct command *cmd, const char *what)
{
	message("%s: %s is missing; try 'vxsign %s --help'", cmd->name, what,
		cmd->name);
	return EXIT_TROUBLE;
}

/**
 * options_number() - read the number of an option
 * @cmd: the command
 * @option: its name
 * @value: what was given, decimal
 * @min: the least
 * @max: the greatest
 * @number: filled on success
 *
 * Return: false, reported, if that is not such a number.
 */
bool options_number(const struct command *cmd, const char *option,
		    const char *value, u64 min, u64 max, u64 *number)
{
	char *end;

	errno = 0;
	*number = strtoull(value, &end, 10);
	if (!errno && *value >= '0' && *value <= '9' && !*end &&
	    *number >= min && *number <= max)
		return true;
	message("%s: %s '%s' is not a number from %llu to %llu", cmd->name,
		option, value, (unsigned long long)min,
		(unsigned long long)max);
	return false;
}
