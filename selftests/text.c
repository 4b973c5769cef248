// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text that grows, see common.h.
 */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"

/**
 * text_append() - append bytes to a text
 * @t: the text
 * @data: the bytes
 * @len: of @data
 *
 * Return: 0, or %-ENOMEM.
 */
int text_append(struct text *t, const void *data, size_t len)
{
	char *more = t->data;

	if (t->size <= t->len + len) {
		t->size = 2 * (t->len + len) + 1;
		more = realloc(more, t->size);
	}
	if (!more)
		return -ENOMEM;
	t->data = more;
	memcpy(more + t->len, data, len);
	t->len += len;
	more[t->len] = '\0';
	return 0;
}

/**
 * text_add() - append to a text, as printf() does
 * @t: the text
 * @format: as for printf()
 *
 * Return: 0, or %-ENOMEM.
 */
int text_add(struct text *t, const char *format, ...)
{
	va_list args;
	char *more;
	int len, ret;

	va_start(args, format);
	len = vasprintf(&more, format, args);
	va_end(args);
	if (len < 0)
		return -ENOMEM;
	ret = text_append(t, more, len);
	free(more);
	return ret;
}

/**
 * text_free() - make a text empty
 * @t: the text
 */
void text_free(struct text *t)
{
	free(t->data);
	*t = (struct text){};
}
