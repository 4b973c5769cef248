// SPDX-License-Identifier: GPL-2.0-only
/*
 * Moves mounts into the new root, moves the new root to /, and empties the
 * initramfs. Decides nothing about trust.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>
#include <linux/openat2.h>

#include "message.h"
#include "new_root.h"

/* What a system's init expects to find mounted. */
static const char *const moved[] = { "dev", "proc", "sys", "run" };

/* Opens what @path is to those whose root is @root, whatever links say. */
static int open_in(int root, const char *path, int flags, int resolve)
{
	struct open_how how = {
		.flags = (unsigned int)(flags | O_CLOEXEC),
		.resolve = (unsigned int)resolve,
	};

	return (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
}

/* Returns 1 if @fd is the root of a mount, 0 if it is not, -1 with errno. */
static int is_mount(int fd)
{
	struct statx st;

	if (statx(fd, "", AT_EMPTY_PATH, 0, &st))
		return -1;
	return !!(st.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

/**
 * new_root_open() - see that a directory can become the root
 * @path: of the directory
 *
 * Return: a descriptor for the others, or -1, reported.
 */
int new_root_open(const char *path)
{
	struct stat old, new;
	int fd;

	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		message("%s: %s", path, strerror(errno));
		return -1;
	}
	if (stat("/", &old) || fstat(fd, &new)) {
		message("%s: %s", path, strerror(errno));
	} else if (old.st_dev == new.st_dev && old.st_ino == new.st_ino) {
		message("%s: is the root already", path);
	} else if (is_mount(fd) != 1) {
		message("%s: is not a mount point", path);
	} else {
		return fd;
	}
	close(fd);
	return -1;
}

/**
 * new_root_open_init() - see that there is a program to go on with
 * @root: from new_root_open()
 * @path: of the root, for messages
 * @init: of the program, as the new root has it
 *
 * Return: the program, open for reading, or -1, reported.
 */
int new_root_open_init(int root, const char *path, const char *init)
{
	struct stat st;
	int fd;

	fd = open_in(root, init, O_RDONLY | O_NONBLOCK | O_NOCTTY,
		     RESOLVE_IN_ROOT);
	if (fd < 0) {
		message("%s: %s: %s", path, init, strerror(errno));
		return -1;
	}
	if (fstat(fd, &st)) {
		message("%s: %s: %s", path, init, strerror(errno));
	} else if (!S_ISREG(st.st_mode) || !(st.st_mode & 0111)) {
		message("%s: %s: is not a program", path, init);
	} else {
		return fd;
	}
	close(fd);
	return -1;
}

/*
 * A mount whose place the new root lacks, or has as a link, stays behind,
 * out of everybody's reach.
 */
static int move_one(int old, int root, const char *name, bool verbose)
{
	int from, to;
	int ret = 0;

	from = open_in(old, name, O_PATH | O_DIRECTORY, RESOLVE_NO_SYMLINKS);
	if (from < 0)
		return 0;
	if (is_mount(from) != 1)
		goto out_from;
	to = open_in(root, name, O_PATH | O_DIRECTORY,
		     RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
	if (to < 0) {
		if (verbose)
			printf("/%s stays behind: the new root has no directory of that name\n",
			       name);
		goto out_from;
	}
	ret = move_mount(from, "", to, "",
			 MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
	if (ret)
		message("/%s: cannot be moved to the new root: %s", name,
			strerror(errno));
	close(to);
out_from:
	close(from);
	return ret;
}

static int remove_beneath(int dir, dev_t device);

/* Removes one name of @dir. Returns how many files had to stay. */
static int remove_one(int dir, const char *name, dev_t device)
{
	struct stat st;
	int left = 0;
	int fd;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW))
		return 1;
	if (st.st_dev != device)
		return 0;
	if (!S_ISDIR(st.st_mode))
		return !!unlinkat(dir, name, 0);

	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return 1;
	/* Between the two looks something may have been mounted. */
	if (!fstat(fd, &st) && st.st_dev == device && is_mount(fd) == 0)
		left = remove_beneath(fd, device);
	close(fd);
	/* Stays where a mount is in the way, which takes no memory. */
	unlinkat(dir, name, AT_REMOVEDIR);
	return left;
}

/* Removes all that lies in @dir on @device. Returns how much had to stay. */
static int remove_beneath(int dir, dev_t device)
{
	struct dirent *entry;
	int left = 0;
	DIR *stream;
	int fd;

	fd = fcntl(dir, F_DUPFD_CLOEXEC, 0);
	if (fd < 0)
		return 1;
	stream = fdopendir(fd);
	if (!stream) {
		close(fd);
		return 1;
	}
	while ((entry = readdir(stream)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			left += remove_one(dir, entry->d_name, device);
	closedir(stream);
	return left;
}

/*
 * Frees the memory that the initramfs takes. Only there: what is not in memory
 * is somebody's data.
 */
static void empty_old_root(int old, bool verbose)
{
	struct statfs fs;
	struct stat st;
	int left;

	if (fstatfs(old, &fs) || fstat(old, &st)) {
		message("the old root stays as it is: %s", strerror(errno));
		return;
	}
	if (fs.f_type != RAMFS_MAGIC && fs.f_type != TMPFS_MAGIC) {
		if (verbose)
			printf("the old root stays as it is: it is not an initramfs\n");
		return;
	}
	left = remove_beneath(old, st.st_dev);
	if (left)
		message("%d files of the initramfs could not be removed", left);
}

/**
 * new_root_enter() - make a directory the root and empty the old one
 * @root: from new_root_open()
 * @path: of the root, for messages
 * @verbose: say what stays behind
 *
 * Return: 0, or -1, reported; the system is neither here nor there then.
 */
int new_root_enter(int root, const char *path, bool verbose)
{
	size_t i;
	int old;

	old = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (old < 0) {
		message("/: %s", strerror(errno));
		return -1;
	}
	for (i = 0; i < sizeof(moved) / sizeof(*moved); i++)
		if (move_one(old, root, moved[i], verbose))
			goto fail;
	if (fchdir(root) || mount(".", "/", NULL, MS_MOVE, NULL) ||
	    chroot(".") || chdir("/")) {
		message("%s: cannot become the root: %s", path,
			strerror(errno));
		goto fail;
	}
	empty_old_root(old, verbose);
	close(old);
	return 0;
fail:
	close(old);
	return -1;
}
