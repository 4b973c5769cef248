// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files to try things on, see common.h.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/limits.h>

#include "common.h"

/**
 * fail() - report a failed call on standard error
 * @what: has failed; errno says how
 *
 * Return: what the caller is to return, a negative errno.
 */
int fail(const char *what)
{
	int err = errno ?: EIO;

	fprintf(stderr, "# %s: %s\n", what, strerror(err));
	return -err;
}

/**
 * ours() - the path of a file that was built together with the running program
 * @name: of the file
 *
 * Return: the path, good until the next call.
 */
const char *ours(const char *name)
{
	static char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 64);

	if (len < 0)
		return "/nowhere";
	path[len] = '\0';
	strcpy(strrchr(path, '/') + 1, name);
	return path;
}

/**
 * read_all() - read all of an open file
 * @fd: of the file
 * @out: what is in it, to be freed
 *
 * Return: 0, or a negative errno.
 */
int read_all(int fd, struct text *out)
{
	struct stat st;

	*out = (struct text){};
	if (fstat(fd, &st))
		return fail("fstat");
	out->data = malloc(st.st_size + 1);
	if (!out->data || pread(fd, out->data, st.st_size, 0) != st.st_size)
		return fail("read");
	out->len = st.st_size;
	out->size = out->len + 1;
	return 0;
}

/**
 * read_file() - read all of a file
 * @path: of the file
 * @out: what is in it, to be freed
 *
 * Return: 0, or a negative errno.
 */
int read_file(const char *path, struct text *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return fail(path);
	ret = read_all(fd, out);
	close(fd);
	return ret;
}

static int put(const char *path, int flags, const void *data, size_t len,
	       mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | flags, mode);

	if (fd < 0)
		return fail(path);
	if (write(fd, data, len) != (ssize_t)len ||
	    (flags & O_CREAT && fchmod(fd, mode)))
		return fail(path);
	close(fd);
	return 0;
}

/**
 * write_file() - make a file or replace its content
 * @path: of the file
 * @data: its content
 * @len: of @data
 * @mode: of the file, whatever the umask
 *
 * Return: 0, or a negative errno.
 */
int write_file(const char *path, const void *data, size_t len, mode_t mode)
{
	return put(path, O_CREAT | O_TRUNC, data, len, mode);
}

/**
 * append_file() - add to a file
 * @path: of the file
 * @data: what to add
 * @len: of @data
 *
 * Return: 0, or a negative errno.
 */
int append_file(const char *path, const void *data, size_t len)
{
	return put(path, O_APPEND, data, len, 0);
}

/**
 * copy_file() - copy a file
 * @from: its path
 * @to: path of the copy
 * @mode: of the copy
 *
 * Return: 0, or a negative errno.
 */
int copy_file(const char *from, const char *to, mode_t mode)
{
	int fd = open(from, O_RDONLY | O_CLOEXEC);
	struct text text;
	int ret;

	if (fd < 0)
		return fail(from);
	ret = read_all(fd, &text);
	close(fd);
	if (!ret)
		ret = write_file(to, text.data, text.len, mode);
	text_free(&text);
	return ret;
}

/**
 * copy_ours() - copy a file that was built with the tests
 * @name: of the file
 * @to: path of the copy
 *
 * Return: 0, or a negative errno.
 */
int copy_ours(const char *name, const char *to)
{
	return copy_file(ours(name), to, 0755);
}

/**
 * make_large() - make a program that takes long to hash
 * @path: of the program
 * @len: its size, more than that of probe
 *
 * Return: 0, or a negative errno.
 */
int make_large(const char *path, size_t len)
{
	static char block[1 << 20];
	struct stat st;
	size_t pos;
	int ret, fd;

	ret = copy_ours("probe", path);
	if (ret)
		return ret;
	fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st))
		return fail(path);
	memset(block, 'x', sizeof(block));
	for (pos = st.st_size; pos < len; pos += sizeof(block))
		if (write(fd, block, sizeof(block)) != sizeof(block))
			return fail(path);
	close(fd);
	return 0;
}

/**
 * map_code() - map a file as code is mapped, and let go of it
 * @path: of the file
 *
 * Return: 0, or the errno that mmap(2) gave.
 */
int map_code(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
	int ret = p == MAP_FAILED ? errno : 0;

	if (!ret)
		munmap(p, 4096);
	close(fd);
	return ret;
}

/**
 * is_same() - is this what a file holds?
 * @path: of the file
 * @content: all of it
 *
 * Return: true if it is.
 */
bool is_same(const char *path, const char *content)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct text text;
	bool same;

	if (fd < 0 || read_all(fd, &text))
		return false;
	close(fd);
	same = text.len == strlen(content) &&
	       !memcmp(text.data, content, text.len);
	text_free(&text);
	return same;
}
