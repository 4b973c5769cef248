// SPDX-License-Identifier: GPL-2.0-only
/*
 * Doors that only a kernel for the real processor has: system calls of 32-bit programs,
 * and protection keys.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/fs.h>

#include "call32.h"
#include "doors.h"

static int open_compat(struct trial *t)
{
	char *name = low_memory(sizeof(t->path));
	long fd;

	if (name == MAP_FAILED)
		return errno;
	strcpy(name, t->path);
	fd = call32(NR32_OPEN, (unsigned long)name, O_WRONLY, 0);
	return fd < 0 ? -fd : errno_of(write(fd, "x", 1));
}

static int exec_compat(struct trial *t)
{
	struct {
		uint32_t argv[3];
		uint32_t env[1];
		char ok[4];
		char path[sizeof(t->path)];
	} *low = low_memory(sizeof(*low));

	if (low == MAP_FAILED)
		return errno;
	strcpy(low->path, t->path);
	strcpy(low->ok, "ok");
	low->argv[0] = (unsigned long)low->path;
	low->argv[1] = (unsigned long)low->ok;
	return -call32(NR32_EXECVE, (unsigned long)low->path,
		       (unsigned long)low->argv, (unsigned long)low->env);
}

static int protect_with_key(struct trial *t)
{
	int fd = open(t->path, O_RDONLY | O_CLOEXEC);
	void *p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);

	check_file(t->path);
	return errno_of(syscall(SYS_pkey_mprotect, p, 4096,
				PROT_READ | PROT_EXEC, -1));
}

/* As a 32-bit program does it, for which the command has another number. */
static int set_flags_32(struct trial *t)
{
	int *flags = low_memory(sizeof(*flags));
	int fd = open(t->path, O_RDONLY | O_CLOEXEC);

	if (flags == MAP_FAILED || fd < 0 || ioctl(fd, FS_IOC_GETFLAGS, flags))
		return errno;
	*flags ^= FS_NODUMP_FL;
	return -call32(NR32_IOCTL, fd, FS_IOC32_SETFLAGS,
		       (unsigned long)flags);
}

static const struct door doors[] = {
	{
		.name = "open by a 32 bit system call",
		.kind = DOOR_CHANGE,
		.op = "open_write",
		.error = EPERM,
		.attempt = open_compat,
	},
	{
		.name = "FS_IOC32_SETFLAGS by a 32 bit system call",
		.kind = DOOR_CHANGE,
		.op = "ioctl",
		.error = EPERM,
		.flags = DOOR_ON(FS_EXT4) | DOOR_ON(FS_XFS) | DOOR_ON(FS_BTRFS),
		.attempt = set_flags_32,
	},
	{
		.name = "execve by a 32 bit system call",
		.kind = DOOR_CODE,
		.op = "exec",
		.error = EACCES,
		.attempt = exec_compat,
	},
	{
		.name = "pkey_mprotect",
		.kind = DOOR_CODE,
		.op = "mprotect",
		.error = EACCES,
		.attempt = protect_with_key,
	},
};

int main(void)
{
	return try_doors(doors, sizeof(doors) / sizeof(*doors));
}
