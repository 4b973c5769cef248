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

/**
 * beneath_open() - open a file for reading
 * @root: from beneath_root()
 * @path: relative to it
 * @follow: symbolic links that stay beneath it, on the way; none is followed at
 *	its end, nor does the kernel when it binds an entry
 *
 * Never blocks and never becomes a controlling terminal, whatever the file is.
 *
 * Return: a descriptor, or a negative errno, not reported: %-EXDEV if the path
 * leads out of the root, %-ELOOP if there is a link that is not followed.
 */
int beneath_open(int root, const char *path, bool follow)
{
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY |
			 O_NOFOLLOW,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS |
			   (follow ? 0 : RESOLVE_NO_SYMLINKS),
	};
	long fd;

	do
		fd = syscall(SYS_openat2, root, path, &how, sizeof(how));
	while (fd < 0 && (errno == EINTR || errno == EAGAIN));
	return fd < 0 ? -errno : (int)fd;
}
