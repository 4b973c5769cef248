// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxload --check: which of these files are verified? The kernel answers.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "exit.h"
#include "json.h"
#include "message.h"
#include "verdict.h"

/* Must neither wait for a writer nor take a terminal. */
static int open_regular(const char *path)
{
	struct stat st;
	int fd;

	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0) {
		message("%s: %s", path, strerror(errno));
		return -1;
	}
	if (fstat(fd, &st)) {
		message("%s: %s", path, strerror(errno));
	} else if (!S_ISREG(st.st_mode)) {
		message("%s: is not a regular file", path);
	} else {
		return fd;
	}
	close(fd);
	return -1;
}

/* Returns 1 or 0, or -1, reported. */
static int ask(int check, const char *path)
{
	int fd, ret;

	fd = open_regular(path);
	if (fd < 0)
		return -1;
	ret = verdict_ask(check, fd);
	close(fd);
	if (ret < 0) {
		message("%s: cannot be checked: %s", path, strerror(-ret));
		return -1;
	}
	return ret;
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
	int check, verified;

	check = verdict_open();
	if (check < 0)
		return EXIT_TROUBLE;
	if (json)
		putchar('[');
	for (; *files; files++) {
		verified = ask(check, *files);
		if (verified < 0)
			status = EXIT_TROUBLE;
		else if (!verified && status == EXIT_YES)
			status = EXIT_NO;
		if (verified < 0)
			continue;
		if (json) {
			printf("%s{\"file\":", gap);
			json_path(stdout, *files);
			printf(",\"verified\":%s}", verified ? "true" : "false");
			gap = ",";
		} else {
			printf("%s: %sverified\n", *files,
			       verified ? "" : "not ");
		}
	}
	if (json)
		puts("]");
	close(check);
	return status;
}
