/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tools say on standard error: one line a failure, that names the
 * program, the file, the line and the cause.
 */

#ifndef _VERIEXEC_MESSAGE_H
#define _VERIEXEC_MESSAGE_H

#include <stddef.h>

void message_init(const char *program);

void message(const char *format, ...) __attribute__((format(printf, 1, 2)));

void message_at(const char *file, unsigned long line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif /* _VERIEXEC_MESSAGE_H */
