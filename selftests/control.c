// SPDX-License-Identifier: GPL-2.0-only
/*
 * The control files of veriexec, see common.h.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common.h"

/**
 * read_control() - read a control file
 * @name: of the file
 * @buf: where to, NUL-terminated
 * @size: of @buf; what does not fit is not read
 *
 * Return: number of bytes, or a negative errno.
 */
int read_control(const char *name, char *buf, size_t size)
{
	char path[128];
	size_t len = 0;
	ssize_t got;
	int fd;

	snprintf(path, sizeof(path), CONTROL "%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	while ((got = read(fd, buf + len, size - 1 - len)) > 0)
		len += got;
	if (got < 0)
		len = -errno;
	close(fd);
	buf[got < 0 ? 0 : len] = '\0';
	return len;
}

/**
 * write_control() - write a word to a control file
 * @name: of the file
 * @word: the word
 *
 * Return: 0, or a negative errno.
 */
int write_control(const char *name, const char *word)
{
	char path[128];
	int ret = 0;
	int fd;

	snprintf(path, sizeof(path), CONTROL "%s", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, word, strlen(word)) != (ssize_t)strlen(word))
		ret = -errno;
	close(fd);
	return ret;
}

/**
 * in_state() - does a state hold?
 * @state: its name
 *
 * Return: true if it does.
 */
bool in_state(const char *state)
{
	char buf[64], *word, *rest = buf;

	if (read_control("state", buf, sizeof(buf)) < 0)
		return false;
	while ((word = strsep(&rest, " \n")))
		if (!strcmp(word, state))
			return true;
	return false;
}

/* Every state needs a manifest. It does not matter what that lists. */
static int load_any(void)
{
	struct text text = {};
	int ret;

	ret = write_file("/tmp/veriexec-first", "first", 5, 0600);
	if (!ret)
		ret = text_add_file(&text, "/tmp", "veriexec-first", "");
	if (!ret)
		ret = load("/tmp", &text);
	text_free(&text);
	return ret;
}

/**
 * enter_state() - make a state hold, and those that it needs
 * @state: "loaded", "active" or "enforce"
 *
 * Return: 0, or a negative errno.
 */
int enter_state(const char *state)
{
	static const char *const states[] = { "loaded", "active", "enforce" };
	size_t i;
	int ret;

	for (i = 0; i < sizeof(states) / sizeof(*states); i++) {
		if (!in_state(states[i])) {
			ret = i ? write_control("state", states[i]) :
				  load_any();
			if (ret) {
				errno = -ret;
				return fail(states[i]);
			}
		}
		if (!strcmp(states[i], state))
			return in_state(state) ? 0 : -EIO;
	}
	return -EINVAL;
}

/**
 * stat_of() - read a counter
 * @name: as ``stats`` shows it
 *
 * Return: its value, or -1 if there is no such counter.
 */
long long stat_of(const char *name)
{
	size_t len = strlen(name);
	char buf[4096], *line;

	if (read_control("stats", buf, sizeof(buf)) < 0)
		return -1;
	for (line = strtok(buf, "\n"); line; line = strtok(NULL, "\n"))
		if (!strncmp(line, name, len) && line[len] == ' ')
			return atoll(line + len + 1);
	return -1;
}

/**
 * check_file() - ask for the verdict on a file
 * @path: of the file
 *
 * Return: 0 if it is verified, else a negative errno.
 */
int check_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char word[16];
	int ret;

	if (fd < 0)
		return -errno;
	snprintf(word, sizeof(word), "%d", fd);
	ret = write_control("check", word);
	close(fd);
	return ret;
}

/**
 * ask_file() - ask for the verdict on a file, and why it is so
 * @path: of the file
 * @line: the kernel's words
 * @size: of @line
 *
 * Return: 0 if it is verified, else a negative errno.
 */
int ask_file(const char *path, char *line, size_t size)
{
	int check = open(CONTROL "check", O_RDWR | O_CLOEXEC);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = 0;
	char word[16];
	int ret;

	snprintf(word, sizeof(word), "%d", fd);
	ret = check < 0 || fd < 0 || write(check, word, strlen(word)) < 0 ?
		      -errno : 0;
	if (check >= 0)
		len = read(check, line, size - 1);
	line[len < 0 ? 0 : len] = '\0';
	close(fd);
	close(check);
	return ret;
}
