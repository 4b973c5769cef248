// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads states and adds them.
 *
 * A state is never taken away, and the kernel alone decides whether one may be
 * added: what is known here of their order only words its answer.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "message.h"
#include "securityfs.h"
#include "state.h"

/* Bit n of STATE_* is called state_names[n]; added in this order. */
const char *const state_names[STATE_COUNT] = {
	"loaded", "active", "enforce", "locked"
};

/**
 * state_find() - which state a user means
 * @prefix: of its name, long enough to fit one only
 *
 * Return: STATE_*, or 0, reported.
 */
unsigned int state_find(const char *prefix)
{
	size_t len = strlen(prefix);
	unsigned int found = 0;
	unsigned int i;

	for (i = 0; i < STATE_COUNT; i++)
		if (len && !strncmp(prefix, state_names[i], len))
			found |= 1U << i;
	if (!found) {
		message("'%s' is not a state; they are loaded, active, enforce and locked",
			prefix);
		return 0;
	}
	if (found & (found - 1)) {
		message("'%s' can mean loaded or locked; write more of it",
			prefix);
		return 0;
	}
	return found;
}

/**
 * state_read() - ask the kernel which states hold
 * @states: STATE_*, or'ed
 *
 * Return: 0, or -1, reported.
 */
int state_read(unsigned int *states)
{
	char *word, *rest;
	char text[128];
	unsigned int i;
	size_t len;
	FILE *f;

	f = sfs_open("state");
	if (!f)
		return -1;
	len = fread(text, 1, sizeof(text) - 1, f);
	if (ferror(f)) {
		message("%s/state: %s", VX_SECURITYFS, strerror(errno));
		fclose(f);
		return -1;
	}
	fclose(f);
	text[len] = '\0';

	*states = 0;
	for (word = strtok_r(text, " \n", &rest); word;
	     word = strtok_r(NULL, " \n", &rest))
		for (i = 0; i < STATE_COUNT; i++)
			if (!strcmp(word, state_names[i]))
				*states |= 1U << i;
	return 0;
}

static void explain_refusal(const char *name, int err, unsigned int held)
{
	if (err == EINVAL && !(held & STATE_LOADED))
		message("cannot set %s: no manifest is loaded", name);
	else if (err == EINVAL && !(held & STATE_ACTIVE))
		message("cannot set %s: active has to be set first", name);
	else if (err == EPERM && held & STATE_ACTIVE)
		message("cannot set %s: once active, that takes CAP_MAC_ADMIN and a program listed as trusted",
			name);
	else if (err == EPERM)
		message("cannot set %s: that takes CAP_MAC_ADMIN", name);
	else if (err == EBUSY)
		message("cannot set %s: a block device is mapped to be written to, see the kernel's log",
			name);
	else
		message("cannot set %s: %s", name, strerror(err));
}

/**
 * state_add() - add states, in their order
 * @wanted: STATE_*, or'ed; those that hold already are passed over
 *
 * Return: exit status, reported unless it is EXIT_YES.
 */
int state_add(unsigned int wanted)
{
	unsigned int held, i;
	int ret = 0;
	int fd;

	if (!wanted)
		return EXIT_YES;
	if (state_read(&held))
		return EXIT_TROUBLE;
	if (!(wanted & ~held))
		return EXIT_YES;
	fd = sfs_open_write("state");
	if (fd < 0)
		return EXIT_TROUBLE;
	for (i = 0; i < STATE_COUNT && !ret; i++) {
		if (!(wanted & ~held & 1U << i))
			continue;
		ret = sfs_write(fd, state_names[i], strlen(state_names[i]));
		if (ret)
			explain_refusal(state_names[i], -ret, held);
		else
			held |= 1U << i;
	}
	close(fd);
	if (ret == -EINVAL || ret == -EPERM)
		return EXIT_NO;
	return ret ? EXIT_TROUBLE : EXIT_YES;
}
