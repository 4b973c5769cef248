// SPDX-License-Identifier: GPL-2.0-only
/*
 * Opens the root of a slot. What is on a device is mounted for it: read-only, in no
 * place, so that nobody else sees it and it goes with its descriptor. A loop device
 * that cannot be written to lies between, so that nothing is: a file system that has
 * still to replay its journal is not mounted, for what is there without it is not what
 * will be there.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <linux/loop.h>

#include "message.h"
#include "slot.h"

#define LOOP_MAJOR	7
#define LOOP_TRIES	100

/* "/proc/self/fd/N": a name that leads to what is open, and to nothing else. */
#define FD_NAME_SIZE	32

/* The file systems that are tried, and an option that each needs. */
static const struct file_system {
	const char *name;
	const char *flag;
} file_systems[] = {
	{ "ext4", NULL },
	{ "squashfs", NULL },
	{ "erofs", NULL },
	/* Two slots can have one UUID. */
	{ "xfs", "nouuid" },
	{ "btrfs", NULL },
};

static int configure(int fs, const char *source, const char *flag)
{
	if (fsconfig(fs, FSCONFIG_SET_STRING, "source", source, 0) ||
	    fsconfig(fs, FSCONFIG_SET_FLAG, "ro", NULL, 0) ||
	    (flag && fsconfig(fs, FSCONFIG_SET_FLAG, flag, NULL, 0)))
		return -1;
	return fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
}

/* Returns the root of a mount, or -1 with errno. */
static int mount_as(const char *source, const struct file_system *type)
{
	int fs = fsopen(type->name, FSOPEN_CLOEXEC);
	int root = -1;
	int err;

	if (fs < 0)
		return -1;
	if (!configure(fs, source, type->flag))
		root = fsmount(fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_RDONLY |
			       MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID |
			       MOUNT_ATTR_NOEXEC);
	err = errno;
	close(fs);
	errno = err;
	return root;
}

/* Not what the kernel says of a file system that it has not, or that is not there. */
static bool is_news(int err)
{
	return err != ENODEV && err != EINVAL;
}

static int mount_loop(int loop, const char *path)
{
	char source[FD_NAME_SIZE];
	int err = 0, root = -1;
	size_t i;

	snprintf(source, sizeof(source), "/proc/self/fd/%d", loop);
	for (i = 0; i < sizeof(file_systems) / sizeof(*file_systems); i++) {
		root = mount_as(source, &file_systems[i]);
		if (root >= 0)
			return root;
		if (is_news(errno))
			err = errno;
	}
	if (err == EROFS)
		message("%s: was not unmounted: what its journal says would have to be written first",
			path);
	else if (err)
		message("%s: cannot be mounted: %s", path, strerror(err));
	else
		message("%s: holds no file system that this kernel and preflight know",
			path);
	return -1;
}

/* Returns a loop device on @image, open, or -1 with errno. */
static int try_loop(int control, int image)
{
	const struct loop_config config = {
		.fd = (unsigned int)image,
		.info.lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR,
	};
	int number = ioctl(control, LOOP_CTL_GET_FREE);
	struct stat st;
	char name[32];
	int loop, err;

	if (number < 0)
		return -1;
	snprintf(name, sizeof(name), "/dev/loop%d", number);
	loop = open(name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (loop < 0)
		return -1;
	if (!fstat(loop, &st) && S_ISBLK(st.st_mode) &&
	    major(st.st_rdev) == LOOP_MAJOR &&
	    !ioctl(loop, LOOP_CONFIGURE, &config))
		return loop;
	err = errno;
	close(loop);
	errno = err;
	return -1;
}

/* Another may be quicker to take what is free. */
static int make_loop(int image, const char *path)
{
	int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	int loop = -1;
	int i;

	for (i = 0; control >= 0 && loop < 0 && i < LOOP_TRIES; i++) {
		loop = try_loop(control, image);
		if (loop < 0 && errno != EBUSY)
			break;
	}
	if (loop < 0)
		message("%s: no loop device can be had: %s", path,
			strerror(errno));
	if (control >= 0)
		close(control);
	return loop;
}

static int mount_image(int image, const char *path)
{
	int loop = make_loop(image, path);
	int root;

	if (loop < 0)
		return -1;
	root = mount_loop(loop, path);
	/* It ends with the mount. */
	close(loop);
	return root;
}

/**
 * slot_open() - open what a root may be on
 * @path: a directory, a block device or an image of one
 *
 * Return: a descriptor for slot_root(), or -1, reported.
 */
int slot_open(const char *path)
{
	/* Of a block device O_EXCL says that nobody may have mounted it. */
	int fd = open(path, O_RDONLY | O_EXCL | O_CLOEXEC | O_NONBLOCK |
		      O_NOCTTY);
	struct stat st;

	if (fd < 0 && errno == EBUSY)
		message("%s: is in use: name the directory where it is mounted",
			path);
	else if (fd < 0 || fstat(fd, &st))
		message("%s: %s", path, strerror(errno));
	else if (S_ISDIR(st.st_mode) || S_ISBLK(st.st_mode) ||
		 S_ISREG(st.st_mode))
		return fd;
	else
		message("%s: is neither a directory nor a block device nor an image",
			path);
	if (fd >= 0)
		close(fd);
	return -1;
}

/**
 * slot_root() - open the root of a slot
 * @fd: from slot_open(), which goes on to be needed
 * @path: its name, for messages
 *
 * Return: a descriptor for beneath_open(), or -1, reported.
 */
int slot_root(int fd, const char *path)
{
	struct stat st;
	int root;

	if (fstat(fd, &st) || !S_ISDIR(st.st_mode))
		return mount_image(fd, path);
	root = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (root < 0)
		message("%s: %s", path, strerror(errno));
	return root;
}
