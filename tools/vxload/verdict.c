// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asks the kernel whether a file that is open here is verified, and why not.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "json.h"
#include "record_print.h"
#include "securityfs.h"
#include "verdict.h"

/**
 * verdict_open() - begin to ask
 *
 * Return: a descriptor for verdict_ask(), or -1, reported.
 */
int verdict_open(void)
{
	return sfs_open_ask("check");
}

/**
 * verdict_open_file() - open a file for verdict_ask()
 * @path: of the file
 * @why: set to what is wrong with it, if anything is
 *
 * Must neither wait for a writer nor take a terminal.
 *
 * Return: a descriptor, or a negative errno, not reported.
 */
int verdict_open_file(const char *path, const char **why)
{
	struct stat st;
	int fd, ret;

	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st)) {
		ret = -errno;
		*why = strerror(errno);
	} else if (!S_ISREG(st.st_mode)) {
		ret = -EINVAL;
		*why = "is not a regular file";
	} else {
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return ret;
}

/* Cuts the line that the kernel has answered with. A newer one may say more. */
static void cut(struct verdict *v, char *line)
{
	const char **const fields[] = { &v->outcome, &v->cause, &v->reason,
					&v->flags, &v->manifest, &v->signer };
	size_t i;
	char *field;

	for (i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		field = strsep(&line, "\t");
		if (!field)
			return;
		if (fields[i] == &v->signer)
			sfs_decode_name(&field);
		if (strcmp(field, "-"))
			*fields[i] = field;
	}
}

/* An older kernel has nothing to be read there. */
static int read_answer(int check, struct verdict *v)
{
	ssize_t n;

	do
		n = read(check, v->line, sizeof(v->line) - 1);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno != EINVAL)
		return -errno;
	v->line[n < 0 ? 0 : n] = '\0';
	v->line[strcspn(v->line, "\n")] = '\0';
	cut(v, v->line);
	return 0;
}

/**
 * verdict_ask() - is this file verified, and why not?
 * @check: from verdict_open()
 * @fd: the file, open for reading
 * @v: filled with it
 *
 * Return: 0, or a negative errno, not reported.
 */
int verdict_ask(int check, int fd, struct verdict *v)
{
	char number[16];
	int len, ret;

	*v = (struct verdict){ .outcome = "", .cause = "", .reason = "",
			       .flags = "", .manifest = "", .signer = "" };
	len = snprintf(number, sizeof(number), "%d", fd);
	ret = sfs_write(check, number, (size_t)len);
	if (ret && ret != -EACCES)
		return ret;
	v->verified = !ret;
	return read_answer(check, v);
}

/**
 * verdict_print() - print a verdict for people, without the end of the line
 * @name: of the file
 * @v: the verdict on it
 */
void verdict_print(const char *name, const struct verdict *v)
{
	printf("%s: %sverified", name, v->verified ? "" : "not ");
	if (!strcmp(v->outcome, "initramfs"))
		printf(", as the initramfs was unpacked");
	if (*v->reason)
		printf("%s%s", v->verified ? ", but " : ": ", v->reason);
	if (!*v->signer)
		return;
	if (*v->manifest)
		printf("; manifest %s signed by %s", v->manifest, v->signer);
	else
		printf("; manifest without a name signed by %s", v->signer);
}

/**
 * verdict_print_json() - print further members of an object of JSON
 * @v: the verdict on its file
 */
void verdict_print_json(const struct verdict *v)
{
	printf(",\"verified\":%s", v->verified ? "true" : "false");
	record_print_member("outcome", v->outcome);
	record_print_member("cause", v->cause);
	record_print_member("reason", v->reason);
	printf(",\"flags\":");
	json_words(stdout, v->flags);
	record_print_member("manifest", v->manifest);
	record_print_member("signer", v->signer);
}
