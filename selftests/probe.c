// SPDX-License-Identifier: GPL-2.0-only
/*
 * The program that the tests list in their manifests and run: does one thing,
 * and exits with the error number that it got.
 *
 * Static and position independent, so that it also serves as the interpreter
 * of a script ("#!/path/probe ok") or of an ELF file.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/dm-ioctl.h>

#define CONTROL	"/sys/kernel/security/veriexec/"

static int do_ok(char **args)
{
	return 0;
}

static int do_exit(char **args)
{
	return atoi(args[0]);
}

static int do_read(char **args)
{
	int fd = open(args[0], O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int do_exec(char **args)
{
	execv(args[0], args);
	return errno;
}

static int write_all(int fd, const char *path)
{
	static char buf[1 << 20];
	int in = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	if (in < 0)
		return errno;
	len = read(in, buf, sizeof(buf));
	close(in);
	if (len < 0)
		return errno;
	return write(fd, buf, len) == len ? 0 : errno;
}

/* load DIR FILE: the signed manifest in FILE, for what lies beneath DIR. */
static int do_load(char **args)
{
	int fd, ret;

	if (chdir(args[0]))
		return errno;
	fd = open(CONTROL "manifest", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	ret = write_all(fd, args[1]);
	close(fd);
	return ret;
}

static int do_state(char **args)
{
	int fd = open(CONTROL "state", O_WRONLY | O_CLOEXEC);
	int ret = 0;

	if (fd < 0)
		return errno;
	if (write(fd, args[0], strlen(args[0])) < 0)
		ret = errno;
	close(fd);
	return ret;
}

/* fd-write FD WORD: through a descriptor that somebody else has opened. */
static int do_fd_write(char **args)
{
	return write(atoi(args[0]), args[1], strlen(args[1])) < 0 ? errno : 0;
}

static int do_traceme(char **args)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) ? errno : 0;
}

/* map NAME: of the device mapper's, let it be nothing but errors next. */
static int do_map(char **args)
{
	struct {
		struct dm_ioctl head;
		struct dm_target_spec target;
		char params[8];
	} arg = {
		.head = {
			.version = { DM_VERSION_MAJOR, 0, 0 },
			.data_size = sizeof(arg),
			.data_start = sizeof(arg.head),
			.target_count = 1,
		},
		.target = {
			.length = 8,
			.target_type = "error",
		},
	};
	int fd = open("/dev/mapper/control", O_RDWR | O_CLOEXEC);

	snprintf(arg.head.name, sizeof(arg.head.name), "%s", args[0]);
	if (fd < 0 || ioctl(fd, DM_TABLE_LOAD, &arg))
		return errno;
	close(fd);
	return 0;
}

/* Tells on standard output that it runs, and waits to be killed. */
static int do_pause(char **args)
{
	if (write(STDOUT_FILENO, "!", 1) != 1)
		return errno;
	for (;;)
		pause();
}

static const struct {
	const char *name;
	int args;
	int (*run)(char **args);
} verbs[] = {
	{ "ok", 0, do_ok },
	{ "exit", 1, do_exit },
	{ "read", 1, do_read },
	{ "exec", 1, do_exec },
	{ "load", 2, do_load },
	{ "state", 1, do_state },
	{ "fd-write", 2, do_fd_write },
	{ "traceme", 0, do_traceme },
	{ "map", 1, do_map },
	{ "pause", 0, do_pause },
};

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc > 1 && i < sizeof(verbs) / sizeof(*verbs); i++)
		if (!strcmp(argv[1], verbs[i].name) && argc - 2 >= verbs[i].args)
			return verbs[i].run(argv + 2);
	return 255;
}
