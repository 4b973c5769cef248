// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxload --state and vxload -i: show which states hold, or answer for one.
 */

#include <stdio.h>

#include "commands.h"
#include "exit.h"
#include "json.h"
#include "state.h"

static void print_json(unsigned int held)
{
	unsigned int i;

	for (i = 0; i < STATE_COUNT; i++) {
		putchar(i ? ',' : '{');
		json_string(stdout, state_names[i]);
		printf(":%s", held & 1U << i ? "true" : "false");
	}
	puts("}");
}

/**
 * cmd_state() - show which states hold, in the kernel's own words
 * @json: as an object of booleans instead
 *
 * Return: exit status.
 */
int cmd_state(bool json)
{
	const char *gap = "";
	unsigned int held, i;

	if (state_read(&held))
		return EXIT_TROUBLE;
	if (json) {
		print_json(held);
		return EXIT_YES;
	}
	for (i = 0; i < STATE_COUNT; i++)
		if (held & 1U << i) {
			printf("%s%s", gap, state_names[i]);
			gap = " ";
		}
	puts(held ? "" : "inactive");
	return EXIT_YES;
}

/**
 * cmd_state_holds() - answer, by the exit status alone, whether a state holds
 * @state: STATE_*
 *
 * Return: exit status.
 */
int cmd_state_holds(unsigned int state)
{
	unsigned int held;

	if (state_read(&held))
		return EXIT_TROUBLE;
	return held & state ? EXIT_YES : EXIT_NO;
}
