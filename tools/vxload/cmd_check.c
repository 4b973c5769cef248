// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxload --check: which of these files are verified? The kernel answers.
 */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "exit.h"
#include "json.h"
#include "message.h"
#include "verdict.h"

/* Returns 0, or -1, reported. */
static int ask(int check, const char *path, struct verdict *v)
{
	const char *why;
	int fd, ret;

	fd = verdict_open_file(path, &why);
	if (fd < 0) {
		message("%s: %s", path, why);
		return -1;
	}
	ret = verdict_ask(check, fd, v);
	close(fd);
	if (ret) {
		message("%s: cannot be checked: %s", path, strerror(-ret));
		return -1;
	}
	return 0;
}

/**
 * cmd_check() - print the kernel's verdict on files, a line each
 * @files: their names, ended by NULL
 * @json: as an array of objects instead
 *
 * Return: EXIT_YES if all are verified, EXIT_TROUBLE if one could not be
 * checked, else EXIT_NO.
 */
int cmd_check(char **files, bool json)
{
	int status = EXIT_YES;
	const char *gap = "";
	struct verdict v;
	int check;

	check = verdict_open();
	if (check < 0)
		return EXIT_TROUBLE;
	if (json)
		putchar('[');
	for (; *files; files++) {
		if (ask(check, *files, &v)) {
			status = EXIT_TROUBLE;
			continue;
		}
		if (!v.verified && status == EXIT_YES)
			status = EXIT_NO;
		if (json) {
			printf("%s{\"file\":", gap);
			json_path(stdout, *files);
			verdict_print_json(&v);
			putchar('}');
			gap = ",";
		} else {
			verdict_print(*files, &v);
			putchar('\n');
		}
	}
	if (json)
		puts("]");
	close(check);
	return status;
}
