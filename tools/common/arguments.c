// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads a command line by a table. Knows no option but those that all commands
 * have.
 */

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "message.h"

/* Values of options without a letter: the index of their row is added. */
#define VALUE_BASE	256
#define ROWS_MAX	48

/* What all commands have. */
#define VALUE_HELP	(VALUE_BASE - 1)
#define VALUE_VERSION	(VALUE_BASE - 2)

/**
 * struct spelling - a table as getopt_long() has it
 * @rows: of the table, and of where it goes on
 * @count: of @rows
 * @options: the long ones
 * @option_count: of @options
 * @letters: the short ones
 */
struct spelling {
	const struct argument *rows[ROWS_MAX];
	size_t count;
	struct option options[ROWS_MAX + 3];
	size_t option_count;
	char letters[2 * ROWS_MAX + 3];
};

static void add_option(struct spelling *s, const char *name, int has_value,
		       int value)
{
	s->options[s->option_count++] =
		(struct option){ name, has_value, NULL, value };
}

/* Unless a row of the table is called so. */
static void add_common(struct spelling *s, const char *name, int value)
{
	size_t i;

	for (i = 0; i < s->option_count; i++)
		if (!strcmp(s->options[i].name, name))
			return;
	add_option(s, name, no_argument, value);
}

static void spell(const struct arguments *a, struct spelling *s)
{
	const struct argument *row = a->table;
	char *letter = s->letters;

	*s = (struct spelling){ 0 };
	if (a->ordered)
		*letter++ = '+';
	*letter++ = 'h';
	while (row && s->count < ROWS_MAX) {
		int has_value = row->flag ? no_argument : required_argument;

		if (!row->name && !row->letter) {
			row = row->more;
			continue;
		}
		if (row->name)
			add_option(s, row->name, has_value,
				   VALUE_BASE + (int)s->count);
		if (row->letter)
			*letter++ = row->letter;
		if (row->letter && has_value)
			*letter++ = ':';
		s->rows[s->count++] = row++;
	}
	add_common(s, "help", VALUE_HELP);
	add_common(s, "version", VALUE_VERSION);
}

static const struct argument *find_row(const struct spelling *s, int value)
{
	size_t i;

	if (value >= VALUE_BASE)
		return s->rows[value - VALUE_BASE];
	for (i = 0; i < s->count; i++)
		if (s->rows[i]->letter == value)
			return s->rows[i];
	return NULL;
}

/* Returns 0, or something else, reported. */
static int take(const struct arguments *a, const struct argument *row,
		const char *value)
{
	if (row->take)
		return row->take(row->to, value);
	if (row->number)
		return !arguments_number(a->called, row->name, value, row->min,
					 row->max, row->number);
	if (row->flag)
		*row->flag = true;
	else
		*row->word = value;
	return 0;
}

/* What a command ends with that was only asked about itself. */
static enum exit_status finish(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return EXIT_YES;
	message("standard output: %s", strerror(errno));
	return EXIT_TROUBLE;
}

/**
 * arguments_version() - print what --version prints
 * @called: of which the first word is the program
 */
void arguments_version(const char *called)
{
	printf("%.*s: veriexec %u, manifest format %u\n",
	       (int)strcspn(called, " "), called, VERIEXEC_LEVEL,
	       VERIEXEC_FORMAT);
}

/**
 * arguments_number() - read the number of an option
 * @called: the command, see &arguments.called
 * @option: its name, without the dashes
 * @value: what was given, decimal
 * @min: the least
 * @max: the greatest
 * @number: filled on success
 *
 * Return: false, reported, if that is not such a number.
 */
bool arguments_number(const char *called, const char *option, const char *value,
		      u64 min, u64 max, u64 *number)
{
	const char *command = strchr(called, ' ');
	u64 n;
	char *end;

	errno = 0;
	n = strtoull(value, &end, 10);
	if (!errno && *value >= '0' && *value <= '9' && !*end && n >= min &&
	    n <= max) {
		*number = n;
		return true;
	}
	message("%s: --%s '%s' is not a number from %llu to %llu",
		command ? command + 1 : called, option, value,
		(unsigned long long)min, (unsigned long long)max);
	return false;
}

/**
 * arguments_read() - take the options from a command line
 * @a: the command
 * @argc: of @argv
 * @argv: its line; what is no option begins at getopt's optind afterwards
 * @status: filled if the command is not to go on
 *
 * Return: true if the command is to go on; false if it was wrong, which is reported,
 * or if help was asked for, which is printed.
 */
bool arguments_read(const struct arguments *a, int argc, char **argv,
		    enum exit_status *status)
{
	const struct argument *row;
	struct spelling s;
	int value;

	*status = EXIT_TROUBLE;
	spell(a, &s);
	while ((value = getopt_long(argc, argv, s.letters, s.options, NULL)) != -1) {
		row = find_row(&s, value);
		if (row) {
			if (take(a, row, optarg))
				return false;
		} else if (value == 'h' || value == VALUE_HELP) {
			printf("Usage: %s %s", a->called, a->usage);
			*status = finish();
			return false;
		} else if (value == VALUE_VERSION) {
			arguments_version(a->called);
			*status = finish();
			return false;
		} else {
			if (a->hint)
				message("try '%s --help'", a->called);
			return false;
		}
	}
	return true;
}
