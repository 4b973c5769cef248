/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * TAP for the tests written in C.
 */

#ifndef _VERIEXEC_TAP_H
#define _VERIEXEC_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static unsigned int tap_count;
static unsigned int tap_failures;

static inline bool __attribute__((format(printf, 2, 3)))
tap(bool good, const char *format, ...)
{
	va_list args;

	printf("%sok %u - ", good ? "" : "not ", ++tap_count);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	tap_failures += !good;
	return good;
}

static inline int tap_end(void)
{
	printf("1..%u\n", tap_count);
	return tap_failures != 0;
}

#endif /* _VERIEXEC_TAP_H */
