// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tests of veriexec make a whole system enforce, until it is shut down. So they run
 * only on a system that is meant for that: tap.sh says so in the guests of boots/.
 * Elsewhere they skip, as kselftest.rst demands.
 */

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../kselftest.h"
#include "common.h"

static void __attribute__((constructor)) ask_permission(void)
{
	const char *why = NULL;

	/* To list doors changes nothing, see doors.c. */
	if (getenv("VERIEXEC_DOORS_LIST"))
		return;
	if (!getenv("VERIEXEC_MAY_ENFORCE"))
		why = "VERIEXEC_MAY_ENFORCE is not set: this would make the whole system enforce";
	else if (access(CONTROL "state", F_OK))
		why = "veriexec is not in this kernel, or securityfs not mounted";
	if (!why)
		return;
	printf("TAP version 13\n1..0 # SKIP %s\n", why);
	fflush(stdout);
	_exit(KSFT_SKIP);
}
