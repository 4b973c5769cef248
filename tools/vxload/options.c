// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads the options that preflight and switch-root share.
 */

#include <stdlib.h>

#include "message.h"
#include "options.h"

static int add_manifest(void *to, const char *path)
{
	struct load_request *load = to;

	load->files[load->count++] = (char *)path;
	return 0;
}

/**
 * options_read() - take the options from a command line
 * @a: the command; its table has its own options
 * @argc: of @argv
 * @argv: its line; what is no option begins at getopt's optind afterwards
 * @load: zeroed; gets what the shared options say. Its list of files is to be freed by
 *	the caller in any case.
 * @status: filled if the command is not to go on
 *
 * Return: true if the command is to go on.
 */
bool options_read(const struct arguments *a, int argc, char **argv,
		  struct load_request *load, enum exit_status *status)
{
	const struct argument table[] = {
		{ .name = "manifest", .take = add_manifest, .to = load },
		{ .name = "versions", .word = &load->versions },
		{ .letter = 'c', .word = &load->certificates },
		{ .letter = 'S', .flag = &load->strict },
		{ .more = a->table }
	};
	struct arguments all = *a;

	all.table = table;
	/* No more of them than there are arguments. */
	load->files = calloc((size_t)argc + 1, sizeof(*load->files));
	if (load->files)
		return arguments_read(&all, argc, argv, status);
	message("out of memory");
	*status = EXIT_TROUBLE;
	return false;
}
