// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stands for the kernel's loop devices and mounts, which not every system that tests
 * has to offer, and notes how they are asked for. To be preloaded (LD_PRELOAD) into a
 * tool. The files in the folder $LOOPS are
 *
 *	control, loop0, loop1	what is opened as /dev/loop-control and so on, if there
 *	kind		what loop devices are: their major number, negative for character
 *			devices, or 0 for files
 *	configure	a line for each try to set one up: its errno, or 0
 *	fs-NAME		the errno of mounting as NAME; without it, there is no such type
 *	mounted		a folder: what is mounted
 *	log		what was asked
 */

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <linux/loop.h>

#define FOLDER	"LOOPS"
#include "stand_in.h"

#define LOOP		"/dev/loop"
#define LOOP_MAJOR	7

static int loop_fd = -1;
static int free_number;
static int configured;
static char type[16];

/* The number on the line @line of a file, or @other. */
static int answer(const char *name, int line, int other)
{
	FILE *f = open_file(name, "r");
	char text[64];

	if (!f)
		return other;
	for (; line; line--)
		if (!fgets(text, sizeof(text), f))
			break;
	fclose(f);
	return line ? other : atoi(text);
}

static int fail_with(int err)
{
	errno = err;
	return err ? -1 : 0;
}

int open(const char *path, int flags, ...)
{
	char real[512];
	va_list args;
	int mode, fd;

	va_start(args, flags);
	mode = flags & O_CREAT ? va_arg(args, int) : 0;
	va_end(args);
	if (strncmp(path, LOOP, strlen(LOOP)))
		return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
	path += strlen("/dev/");
	name_file(real, strcmp(path, "loop-control") ? path : "control");
	fd = (int)syscall(SYS_openat, AT_FDCWD, real, flags, 0);
	if (strcmp(path, "loop-control")) {
		note("open %s%s%s\n", path,
		     (flags & O_ACCMODE) == O_RDONLY ? " ro" : "",
		     flags & O_NOFOLLOW ? " nofollow" : "");
		loop_fd = fd;
	}
	return fd;
}

int fstat(int fd, struct stat *st)
{
	int (*real)(int fd, struct stat *st);
	int major = answer("kind", 1, LOOP_MAJOR);
	int ret;

	*(void **)&real = dlsym(RTLD_NEXT, "fstat");
	ret = real(fd, st);
	if (!ret && fd == loop_fd && major) {
		st->st_mode = (major < 0 ? S_IFCHR : S_IFBLK) | 0600;
		st->st_rdev = makedev((unsigned int)abs(major), 0);
	}
	return ret;
}

int ioctl(int fd, unsigned long request, ...)
{
	const struct loop_config *config;
	va_list args;
	void *arg;

	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	switch (request) {
	case LOOP_CTL_GET_FREE:
		return free_number++ % 2;
	case LOOP_CONFIGURE:
		config = arg;
		note("configure%s%s\n",
		     config->info.lo_flags & LO_FLAGS_READ_ONLY ? " ro" : "",
		     config->info.lo_flags & LO_FLAGS_AUTOCLEAR ? " autoclear" : "");
		return fail_with(answer("configure", ++configured, 0));
	}
	return (int)syscall(SYS_ioctl, fd, request, arg);
}

int fsopen(const char *name, unsigned int flags)
{
	(void)flags;
	snprintf(type, sizeof(type), "%s", name);
	return (int)syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDONLY | O_CLOEXEC);
}

int fsconfig(int fd, unsigned int command, const char *key, const void *value,
	     int aux)
{
	char name[32];

	(void)fd;
	(void)aux;
	(void)value;
	if (command != FSCONFIG_CMD_CREATE) {
		note("%s %s\n", type, key);
		return 0;
	}
	snprintf(name, sizeof(name), "fs-%s", type);
	return fail_with(answer(name, 1, ENODEV));
}

int fsmount(int fd, unsigned int flags, unsigned int attributes)
{
	char real[512];

	(void)fd;
	(void)flags;
	note("mount %s%s%s%s%s\n", type,
	     attributes & MOUNT_ATTR_RDONLY ? " ro" : "",
	     attributes & MOUNT_ATTR_NODEV ? " nodev" : "",
	     attributes & MOUNT_ATTR_NOSUID ? " nosuid" : "",
	     attributes & MOUNT_ATTR_NOEXEC ? " noexec" : "");
	loop_fd = -1;
	name_file(real, "mounted");
	return (int)syscall(SYS_openat, AT_FDCWD, real,
			    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}
