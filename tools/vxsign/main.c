// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxsign: makes, signs and checks manifests. Only finds the command.
 */

#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "message.h"
#include "options.h"

static const struct command *const commands[] = {
	&cmd_keygen,
	&cmd_generate,
	&cmd_sign,
	&cmd_floor,
	&cmd_verify,
	&cmd_show,
	&cmd_diff,
};

#define COMMAND_COUNT	(sizeof(commands) / sizeof(commands[0]))

static enum exit_status print_help(void)
{
	size_t i;

	puts("Usage: vxsign COMMAND [OPTION]...\n"
	     "\n"
	     "Makes, signs and checks the manifests of verified execution.\n");
	for (i = 0; i < COMMAND_COUNT; i++)
		printf("  %-10s%s\n", commands[i]->name, commands[i]->summary);
	puts("\n'vxsign COMMAND --help', or -h, tells a command's options; 'vxsign --version'\n"
	     "the version.\n"
	     "\n"
	     "Exit status: 0 yes, 1 no (refused, or it differs), 2 wrong usage or\n"
	     "system error.");
	return options_flush();
}

int main(int argc, char **argv)
{
	size_t i;

	message_init("vxsign");
	if (argc < 2) {
		message("no command given; try 'vxsign --help'");
		return EXIT_TROUBLE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") ||
	    !strcmp(argv[1], "help"))
		return (int)print_help();
	if (!strcmp(argv[1], "--version")) {
		arguments_version("vxsign");
		return (int)options_flush();
	}
	for (i = 0; i < COMMAND_COUNT; i++)
		if (!strcmp(argv[1], commands[i]->name))
			return (int)commands[i]->run(commands[i], argc - 1,
						     argv + 1);
	message("there is no command '%s'; try 'vxsign --help'", argv[1]);
	return EXIT_TROUBLE;
}
