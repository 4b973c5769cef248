// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes strings as JSON has them.
 */

#include "json.h"

/**
 * json_string() - write a string with its quotes
 * @out: where to
 * @s: any bytes; those over 0x7e are taken as Latin-1, so that whatever a file
 *	name holds, the output is valid, and each byte can be had back
 */
void json_string(FILE *out, const char *s)
{
	fputc('"', out);
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < 0x20 || c > 0x7e)
			fprintf(out, "\\u%04x", c);
		else
			fputc(c, out);
	}
	fputc('"', out);
}
