// SPDX-License-Identifier: GPL-2.0-only
/* No door leads to a change of a listed file, see doors.h. */

#include <fcntl.h>
#include <sys/stat.h>

#include "doors.h"

static int open_old(struct trial *t)
{
	t->fds[0] = open(t->path, O_RDWR | O_CLOEXEC);
	return t->fds[0] < 0 ? errno : 0;
}

static int write_only(struct trial *t)
{
	int fd = open(t->path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return errno;
	return errno_of(write(fd, "x", 1));
}

static int truncate_path(struct trial *t)
{
	return errno_of(truncate(t->path, 1));
}

static int truncate_old(struct trial *t)
{
	return errno_of(ftruncate(t->fds[0], 1));
}

static int ask(struct trial *t)
{
	return errno_of(access(t->path, W_OK));
}

#define CHANGE(...)	{ .kind = DOOR_CHANGE, .error = EPERM, __VA_ARGS__ }

static const struct door doors[] = {
	CHANGE(.name = "open with O_WRONLY", .op = "open_write",
	       .attempt = write_only),
	CHANGE(.name = "truncate", .op = "open_write",
	       .op_active = "truncate", .attempt = truncate_path),
	CHANGE(.name = "ftruncate of an old descriptor", .op = "truncate",
	       .prepare = open_old, .attempt = truncate_old),
	CHANGE(.name = "access for writing", .op = "ask_write",
	       .flags = DOOR_QUIET, .attempt = ask),
};

int main(void)
{
	return try_doors(doors, sizeof(doors) / sizeof(*doors));
}
