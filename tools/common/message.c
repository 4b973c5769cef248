// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages on standard error. Clears a progress bar that stands there, so that
 * the two never share a line.
 */

#include <stdarg.h>
#include <stdio.h>

#include "message.h"
#include "progress.h"

static const char *program = "veriexec";

/**
 * message_init() - say whose messages these are
 * @name: of the program; kept, not copied
 */
void message_init(const char *name)
{
	program = name;
}

/**
 * message() - print ``PROGRAM: text``
 * @format: as for printf(), without a newline
 */
void message(const char *format, ...)
{
	va_list args;

	progress_clear();
	flockfile(stderr);
	fprintf(stderr, "%s: ", program);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	funlockfile(stderr);
}

/**
 * message_at() - print ``PROGRAM: FILE:LINE: text``
 * @file: where the trouble is
 * @line: in @file, from 1
 * @format: as for printf(), without a newline
 */
void message_at(const char *file, unsigned long line, const char *format, ...)
{
	va_list args;

	progress_clear();
	flockfile(stderr);
	fprintf(stderr, "%s: %s:%lu: ", program, file, line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	funlockfile(stderr);
}
