// SPDX-License-Identifier: GPL-2.0-only
/* Doors through which the kernel itself takes in or runs something, see doors.h. */

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "doors.h"

/* Built with the kernel, and put into the guest by boots/. */
#define MODULE		"/kernel/test_module.ko"
#define MODULE_NAME	"test_module"

static int be_module(struct trial *t)
{
	return -copy_file(MODULE, t->path, 0777);
}

static int load_module(struct trial *t)
{
	int fd = open(t->path, O_RDONLY | O_CLOEXEC);

	if (syscall(SYS_finit_module, fd, "", 0))
		return errno;
	return errno_of(syscall(SYS_delete_module, MODULE_NAME, 0));
}

/* -- binfmt_misc, see Documentation/admin-guide/binfmt-misc.rst. */

#define BINFMT	"/proc/sys/fs/binfmt_misc"

/* Each trial has a magic of its own: handlers may outlive it. */
static void make_magic(const struct trial *t, char magic[32])
{
	snprintf(magic, 32, "door%u-%d", t->number, t->fs);
}

static void name_data(const struct trial *t, char path[160])
{
	snprintf(path, 160, "%s/data", t->dir);
}

/* A listed file that no other handler knows. */
static int have_data(struct trial *t)
{
	char path[160], magic[32];

	name_data(t, path);
	make_magic(t, magic);
	return -write_file(path, magic, strlen(magic), 0777) ?:
	       -list_too(path, NULL);
}

static int write_old_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return errno;
	err = errno_of(write(fd, text, strlen(text)));
	close(fd);
	return err;
}

static int register_at(const char *dir, const struct trial *t,
		       const char *interpreter, const char *flags)
{
	char text[512], path[256], magic[32];

	make_magic(t, magic);
	snprintf(path, sizeof(path), "%s/register", dir);
	snprintf(text, sizeof(text), ":%s:M::%s::%s:%s", magic, magic,
		 interpreter, flags);
	return write_old_file(path, text);
}

static int mount_binfmt(void)
{
	static bool done;

	if (!done && mount("binfmt_misc", BINFMT, "binfmt_misc", 0, NULL))
		return errno;
	done = true;
	return 0;
}

static int have_handler_with(struct trial *t, const char *flags)
{
	return mount_binfmt() ?: have_data(t) ?:
	       register_at(BINFMT, t, t->path, flags);
}

static int have_handler(struct trial *t)
{
	return have_handler_with(t, "");
}

static int have_handler_with_open_file(struct trial *t)
{
	return have_handler_with(t, "O");
}

static int have_handler_with_credentials(struct trial *t)
{
	return have_handler_with(t, "C");
}

static int run_data(struct trial *t)
{
	char path[160];
	char *const argv[] = { "data", "ok", NULL };
	char *const env[] = { NULL };

	name_data(t, path);
	execve(path, argv, env);
	return errno;
}

static int have_mounted(struct trial *t)
{
	return mount_binfmt() ?: have_data(t);
}

/* With F the kernel opens the interpreter right away. */
static int run_with_fixed(struct trial *t)
{
	return register_at(BINFMT, t, t->path, "F") ?: run_data(t);
}

/* A user namespace may have handlers of its own, if it maps root. */
static int run_in_user_ns(struct trial *t)
{
	static const char map[] = "0 0 1";

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS))
		return errno;
	return write_old_file("/proc/self/setgroups", "deny") ?:
	       write_old_file("/proc/self/uid_map", map) ?:
	       write_old_file("/proc/self/gid_map", map) ?:
	       errno_of(mount("binfmt_misc", BINFMT, "binfmt_misc", 0, NULL)) ?:
	       register_at(BINFMT, t, t->path, "") ?: run_data(t);
}

/* The kernel would run a listed interpreter for this file. */
static int be_data(struct trial *t)
{
	char path[160], magic[32];

	snprintf(path, sizeof(path), "%s/interpreter", t->dir);
	make_magic(t, magic);
	return mount_binfmt() ?: -copy_ours("probe", path) ?:
	       -list_too(path, NULL) ?:
	       -write_file(t->path, magic, strlen(magic), 0777) ?:
	       register_at(BINFMT, t, path, "");
}

static int run_file(struct trial *t)
{
	char *const argv[] = { "file", "ok", NULL };
	char *const env[] = { NULL };

	execve(t->path, argv, env);
	return errno;
}

#define CODE(name_, op_, attempt_, ...) {				\
	.name = name_, .kind = DOOR_CODE, .error = EACCES, .op = op_,	\
	.attempt = attempt_, ##__VA_ARGS__ }

#define ROOT		.flags = DOOR_ROOT

static const struct door doors[] = {
	CODE("finit_module", "kernel_read", load_module,
	     .prepare = be_module, ROOT),
	CODE("file that binfmt_misc has an interpreter for", "exec", run_file,
	     .prepare = be_data),
	CODE("interpreter by binfmt_misc", "exec", run_data,
	     .prepare = have_handler),
	CODE("interpreter by binfmt_misc with O", "exec", run_data,
	     .prepare = have_handler_with_open_file),
	CODE("interpreter by binfmt_misc with C", "exec", run_data,
	     .prepare = have_handler_with_credentials),
	CODE("interpreter by binfmt_misc with F", "exec", run_with_fixed,
	     .prepare = have_mounted, ROOT),
	CODE("interpreter by binfmt_misc in a user namespace", "exec",
	     run_in_user_ns, .prepare = have_data, ROOT),
};

int main(void)
{
	return try_doors(doors, sizeof(doors) / sizeof(*doors));
}
