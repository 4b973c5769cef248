// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shows what records of the audit trail say. Never decides what is shown.
 */

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "json.h"
#include "reader.h"
#include "record_print.h"

/* From here on gmtime_r() gives years of five digits. */
#define YEAR_10000	253402300800ULL

/**
 * record_print_time() - print when something was
 * @seconds: since 1970
 */
void record_print_time(u64 seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;

	if (seconds < YEAR_10000 && gmtime_r(&t, &tm))
		printf("%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900,
		       tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
		       tm.tm_sec);
	else
		printf("@%" PRIu64, seconds);
}

/**
 * record_print_string() - print a name, encoded as in a manifest
 * @before: to be printed before it
 * @s: any bytes; nothing is printed for none
 */
void record_print_string(const char *before, const char *s)
{
	char shown[ENTRY_PATH_SIZE];

	veriexec_encode_path(shown, sizeof(shown), s);
	if (*shown)
		printf("%s%s", before, shown);
}

/**
 * record_print_act() - print what was attempted, with what, by whom
 * @op: a word
 * @name: of the file, may be empty
 * @program: likewise
 */
void record_print_act(const char *op, const char *name, const char *program)
{
	printf("%s", op);
	record_print_string(" of ", name);
	record_print_string(" by ", program);
}

/**
 * record_print_why() - print why it must not be
 * @reason: as a sentence, may be empty
 * @cause: as a word
 * @what: more of what was attempted, may be empty
 */
void record_print_why(const char *reason, const char *cause, const char *what)
{
	printf("%s", *reason ? reason : cause);
	if (!*what)
		return;
	record_print_string(" (", what);
	putchar(')');
}

/* What is foreign text is written by @print, nothing as null. */
static void print_member(const char *key, const char *value,
			 void (*print)(FILE *out, const char *s))
{
	printf(",\"%s\":", key);
	if (*value)
		print(stdout, value);
	else
		printf("null");
}

/**
 * record_print_member() - print a further member of an object of JSON
 * @key: its name
 * @value: a string, of which none is null
 */
void record_print_member(const char *key, const char *value)
{
	print_member(key, value, json_string);
}

/**
 * record_print_path() - print a further member of an object of JSON, which is a path
 * @key: its name
 * @path: of which none is null
 */
void record_print_path(const char *key, const char *path)
{
	print_member(key, path, json_path);
}
