/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What stands in for the kernel has its answers in the files of a folder, and notes
 * there what it was asked. Whoever includes this names in FOLDER the variable of the
 * environment that names the folder.
 */

#ifndef TESTS_STAND_IN_H
#define TESTS_STAND_IN_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void name_file(char path[512], const char *name)
{
	const char *dir = getenv(FOLDER);

	if (!dir)
		abort();
	snprintf(path, 512, "%s/%s", dir, name);
}

static FILE *open_file(const char *name, const char *mode)
{
	char path[512];

	name_file(path, name);
	return fopen(path, mode);
}

static void __attribute__((format(printf, 1, 2))) note(const char *format, ...)
{
	FILE *f = open_file("log", "a");
	va_list args;

	if (!f)
		abort();
	va_start(args, format);
	vfprintf(f, format, args);
	va_end(args);
	fclose(f);
}

#endif /* TESTS_STAND_IN_H */
