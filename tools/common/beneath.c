// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resolves the paths of manifests as the kernel does: relative to a directory,
 * through symbolic links only while they stay beneath it.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "beneath.h"
#include "message.h"

/**
 * beneath_root() - open the directory that paths are relative to
 * @dir: its name
 *
 * Return: a descriptor, or a negative errno, reported.
 */
int beneath_root(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err = errno;

	if (fd >= 0)
		return fd;
	message("%s: %s", dir, strerror(err));
	return -err;
}

static int look_up(int root, const char *path, int flags, u64 resolve)
{
	struct open_how how = {
		.flags = (u64)flags | O_CLOEXEC,
		.resolve = resolve | RESOLVE_NO_MAGICLINKS,
	};
	long fd;

	do
		fd = syscall(SYS_openat2, root, path, &how, sizeof(how));
	while (fd < 0 && (errno == EINTR || errno == EAGAIN));
	return fd < 0 ? -errno : (int)fd;
}

/**
 * beneath_open() - open a file for reading
 * @root: from beneath_root()
 * @path: relative to it
 * @follow: follow symbolic links on the way, as long as they stay beneath it; a link at
 *	the end is never followed, because the kernel does not when it binds an entry
 *
 * Never blocks and never becomes a controlling terminal, whatever the file is.
 *
 * Return: a descriptor, or a negative errno, not reported: %-EXDEV if the path
 * leads out of the root, %-ELOOP if there is a link that is not followed.
 */
int beneath_open(int root, const char *path, bool follow)
{
	return look_up(root, path,
		       O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW,
		       RESOLVE_BENEATH | (follow ? 0 : RESOLVE_NO_SYMLINKS));
}

/**
 * beneath_find() - find what is at a path, be it a symbolic link
 * @root: from beneath_root()
 * @path: relative to it
 *
 * Needs no right to read it.
 *
 * Return: a descriptor as of O_PATH, or a negative errno as of beneath_open().
 */
int beneath_find(int root, const char *path)
{
	return look_up(root, path, O_PATH | O_NOFOLLOW, RESOLVE_BENEATH);
}

/**
 * beneath_lead() - find what a path leads to if @root is the root directory
 * @root: from beneath_root(), where absolute links begin
 * @path: relative to it
 *
 * Return: a descriptor as of O_PATH, or a negative errno, not reported.
 */
int beneath_lead(int root, const char *path)
{
	return look_up(root, path, O_PATH, RESOLVE_IN_ROOT);
}

/**
 * beneath_read_link() - read a symbolic link
 * @fd: directory that it is in, or the link from beneath_find()
 * @name: in that directory, or ""
 * @text: gets what it says; VERIEXEC_PATH_SIZE bytes
 *
 * Return: 0, or a negative errno, not reported.
 */
int beneath_read_link(int fd, const char *name, char *text)
{
	ssize_t len = readlinkat(fd, name, text, VERIEXEC_PATH_SIZE);

	if (len < 0)
		return -errno;
	if (len == VERIEXEC_PATH_SIZE)
		return -ENAMETOOLONG;
	text[len] = '\0';
	return 0;
}
