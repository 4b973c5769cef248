// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes strings as JSON has them.
 */

#include <string.h>

#include "json.h"
#include "manifest.h"

static void put_char(FILE *out, unsigned char c)
{
	if (c == '"' || c == '\\')
		fprintf(out, "\\%c", c);
	else if (c < 0x20 || c > 0x7e)
		fprintf(out, "\\u%04x", c);
	else
		fputc(c, out);
}

static void write_string(FILE *out, const char *s, size_t len)
{
	fputc('"', out);
	for (; len--; s++)
		put_char(out, (unsigned char)*s);
	fputc('"', out);
}

/**
 * json_string() - write a string with its quotes
 * @out: where to
 * @s: any bytes; those over 0x7e are taken as Latin-1, so that whatever it holds, the
 *	output is valid, and each byte can be had back
 */
void json_string(FILE *out, const char *s)
{
	write_string(out, s, strlen(s));
}

/**
 * json_path() - write the name of a file, in the one form that all output has
 * @out: where to
 * @path: as the file system has it; becomes what a manifest would have
 */
void json_path(FILE *out, const char *path)
{
	char encoded[sizeof("%HH")];
	const char *c;

	fputc('"', out);
	for (; *path; path++) {
		const char one[] = { *path, '\0' };

		veriexec_encode_path(encoded, sizeof(encoded), one);
		for (c = encoded; *c; c++)
			put_char(out, (unsigned char)*c);
	}
	fputc('"', out);
}

/**
 * json_words() - write words as an array of strings
 * @out: where to
 * @words: separated by commas, may be empty
 */
void json_words(FILE *out, const char *words)
{
	const char *gap = "";
	size_t len;

	fputc('[', out);
	while (*words) {
		len = strcspn(words, ",");
		fputs(gap, out);
		write_string(out, words, len);
		words += len + (words[len] == ',');
		gap = ",";
	}
	fputc(']', out);
}
