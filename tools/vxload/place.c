// SPDX-License-Identifier: GPL-2.0-only
/*
 * Opens what only the kernel may have filled: the folder once, by its path and
 * looking at what it lies on, and then its files by that descriptor alone.
 */

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/openat2.h>

#include "place.h"

/**
 * place_open() - open a folder of a file system of the kernel's
 * @path: where it should be
 * @magic: what statfs(2) calls that file system
 *
 * No user can mount a file system of another kind that names itself so.
 *
 * Return: a descriptor, or a negative errno, not reported: %-EMEDIUMTYPE if
 * something else lies there.
 */
int place_open(const char *path, unsigned int magic)
{
	struct statfs fs;
	int err = EMEDIUMTYPE;
	int fd;

	fd = open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstatfs(fd, &fs))
		err = errno;
	else if ((unsigned int)fs.f_type == magic)
		return fd;
	close(fd);
	return -err;
}

/**
 * place_open_file() - open a file of such a folder
 * @place: from place_open()
 * @path: relative to it
 * @flags: for open(2)
 *
 * A file can be covered as well as a folder: no mount is crossed.
 *
 * Return: a descriptor, or a negative errno, not reported: %-EXDEV if something
 * is mounted there.
 */
int place_open_file(int place, const char *path, int flags)
{
	struct open_how how = {
		.flags = (unsigned int)(flags | O_CLOEXEC),
		.mode = flags & O_CREAT ? 0644 : 0,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV |
			   RESOLVE_NO_MAGICLINKS,
	};
	long fd;

	do
		fd = syscall(SYS_openat2, place, path, &how, sizeof(how));
	while (fd < 0 && (errno == EINTR || errno == EAGAIN));
	return fd < 0 ? -errno : (int)fd;
}
