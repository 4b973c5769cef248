// SPDX-License-Identifier: GPL-2.0-only
/*
 * A library whose code is seen to run: it ends any program that loads it. It needs no
 * other library, so that it can be loaded where there is none.
 */

#include <asm/unistd.h>

#define STATUS	42

/* Required by rtld-audit(7). */
unsigned int la_version(unsigned int version);

__attribute__((constructor)) static void end(void)
{
	asm volatile("syscall" : : "a"(__NR_exit_group), "D"(STATUS)
		     : "rcx", "r11", "memory");
}

unsigned int la_version(unsigned int version)
{
	return version;
}
