// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel has unpacked counts as verified until somebody writes to it.
 * To be run in an initramfs; makes files in its root.
 */

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/xattr.h>

#include <linux/magic.h>

#include "../kselftest_harness.h"
#include "common.h"

/* Programs that the kernel has unpacked. Each test that spoils one has its own. */
#define BUSYBOX	"/bin/busybox"

FIXTURE(initramfs)
{
	int log;
};

FIXTURE_SETUP(initramfs)
{
	struct statfs root;

	ASSERT_EQ(0, statfs("/", &root));
	ASSERT_TRUE(root.f_type == RAMFS_MAGIC || root.f_type == TMPFS_MAGIC);
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
}

FIXTURE_TEARDOWN(initramfs)
{
	close(self->log);
}

/* The path of something that was built together with this program. */
static const char *beside(const char *name)
{
	static char path[256];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 64);

	path[len < 0 ? 0 : len] = '\0';
	strcpy(strrchr(path, '/') + 1, name);
	return path;
}

TEST_F(initramfs, unpacked_file_runs)
{
	EXPECT_EQ(0, run(BUSYBOX, "true"));
	EXPECT_EQ(0, run_user(BUSYBOX, "true"));
	EXPECT_EQ(0, check_file(BUSYBOX));
}

TEST_F(initramfs, copy_of_an_unpacked_file_does_not_run)
{
	ASSERT_EQ(0, copy_file(BUSYBOX, "/copy", 0755));
	EXPECT_EQ(-EACCES, run("/copy", "true"));
	EXPECT_TRUE(log_denied(self->log, "exec", "/copy"));
	EXPECT_EQ(0, run(BUSYBOX, "true"));
	EXPECT_EQ(0, unlink("/copy"));
}

TEST_F(initramfs, file_that_is_made_later_does_not_run)
{
	static const char script[] = "#!" BUSYBOX " true\n";

	ASSERT_EQ(0, write_file("/script", script, strlen(script), 0755));
	EXPECT_EQ(-EACCES, run("/script"));
	EXPECT_TRUE(log_denied(self->log, "exec", "/script"));
	EXPECT_EQ(-EACCES, check_file("/script"));
	EXPECT_EQ(0, unlink("/script"));
}

TEST_F(initramfs, renamed_file_still_runs)
{
	ASSERT_EQ(0, rename(beside("probe"), "/renamed"));
	EXPECT_EQ(0, run("/renamed", "ok"));
	ASSERT_EQ(0, rename("/renamed", beside("probe")));
	EXPECT_EQ(0, run(beside("probe"), "ok"));
}

/*
 * Pages of a program that has run may still be mapped, and would change with the file.
 */
TEST_F(initramfs, file_that_has_run_is_not_written)
{
	EXPECT_EQ(0, run(beside("probe"), "ok"));
	EXPECT_EQ(EPERM, errno_of(open(beside("probe"), O_WRONLY | O_CLOEXEC)));
	EXPECT_TRUE(log_denied(self->log, "open_write", beside("probe")));
	EXPECT_EQ(EPERM, errno_of(truncate(beside("probe"), 100)));
	EXPECT_EQ(0, run(beside("probe"), "ok"));
	/* A file that has not run may be written to, see below. */
}

/* Nobody has run this one before. */
#define UNUSED	"/bin/vxsign"

TEST_F(initramfs, written_file_does_not_run_any_more)
{
	int fd;

	EXPECT_EQ(0, check_file(UNUSED));
	ASSERT_LE(0, fd = open(UNUSED, O_WRONLY | O_CLOEXEC));
	/* The kernel judges the file before it sees that somebody writes to it. */
	EXPECT_EQ(-EACCES, run(UNUSED, "--help"));
	EXPECT_TRUE(log_denied(self->log, "exec", UNUSED));
	close(fd);
	EXPECT_EQ(-EACCES, run(UNUSED, "--help"));
	EXPECT_TRUE(log_denied(self->log, "exec", UNUSED));
	EXPECT_EQ(-EACCES, check_file(UNUSED));
}

TEST_F(initramfs, truncated_file_is_not_verified_any_more)
{
	EXPECT_EQ(0, check_file(beside("dynamic")));
	ASSERT_EQ(0, truncate(beside("dynamic"), 100));
	EXPECT_EQ(-EACCES, check_file(beside("dynamic")));
}

/* Whoever writes to a file spoils it. Only then may its mode and owner change. */
TEST_F(initramfs, unpacked_file_keeps_mode_and_owner)
{
	EXPECT_EQ(EPERM, errno_of(chmod(beside("probe"), 04755)));
	EXPECT_TRUE(log_denied(self->log, "setattr", beside("probe")));
	EXPECT_EQ(EPERM, errno_of(chown(beside("probe"), 1, 1)));
	EXPECT_TRUE(log_denied(self->log, "setattr", beside("probe")));
	EXPECT_EQ(EPERM, errno_of(setxattr(beside("probe"), "security.x", "x",
					   1, 0)));
	EXPECT_TRUE(log_denied(self->log, "setxattr", beside("probe")));
	EXPECT_EQ(0, run(beside("probe"), "ok"));
	ASSERT_EQ(0, copy_file(beside("probe"), "/copy", 0755));
	EXPECT_EQ(0, chmod("/copy", 04755));
	EXPECT_EQ(0, chown("/copy", 1, 1));
	EXPECT_EQ(0, unlink("/copy"));
}

/* See boots/initramfs.sh: the one bit came before all this, the other did not. */
TEST_F(initramfs, set_id_bit_of_an_unpacked_file_counts_as_unpacked)
{
	EXPECT_EQ(-EACCES, run_user(beside("blacklist"), "--help"));
	EXPECT_TRUE(log_denied(self->log, "exec", beside("blacklist")));
}

/* -- Rights, which only those have that were unpacked. */

#define LISTED	AT "/dir/prog"

/* Lists a program that is otherwise like the one of the initramfs. */
static int list_program(void)
{
	return make_layout(FS_TMPFS) ?: load_file(AT, "dir/prog", "");
}

/* Starts a program and attaches to it. Returns 0 or errno. */
static int attach_to(const char *path)
{
	int ready;
	pid_t pid = start(&ready, path, "pause", NULL);

	return reach(pid, ready, attach);
}

TEST_F(initramfs, unpacked_program_is_not_traced)
{
	ASSERT_EQ(0, list_program());
	EXPECT_EQ(EPERM, attach_to(beside("probe")));
	EXPECT_TRUE(log_denied(self->log, "ptrace", NULL));
	EXPECT_EQ(0, attach_to(LISTED));
	EXPECT_EQ(EPERM, run(beside("probe"), "traceme"));
	EXPECT_EQ(0, run(LISTED, "traceme"));
	EXPECT_EQ(EACCES, run(LISTED, "traced", "exec", beside("probe"), "ok"));
	EXPECT_TRUE(log_denied(self->log, "exec", beside("probe")));
}

/* A script that comes later must not get rights. */
TEST_F(initramfs, script_that_is_made_later_has_no_rights)
{
	char text[256];
	int len;

	ASSERT_EQ(0, list_program());
	EXPECT_EQ(0, run(beside("probe"), "state", "enforce"));
	EXPECT_EQ(EPERM, run(LISTED, "state", "enforce"));
	len = snprintf(text, sizeof(text), "#!%s\n", beside("probe"));
	ASSERT_EQ(0, write_file(AT "/script", text, len, 0755));
	EXPECT_EQ(-EACCES, run(AT "/script", "state", "enforce"));
	ASSERT_EQ(0, load_file(AT, "script", ""));
	EXPECT_EQ(0, run(AT "/script", "state", "enforce"));
}

/* This has to be the last test, because there is no way back. */
TEST_F(initramfs, unpacked_program_has_rights_until_locked)
{
	ASSERT_EQ(0, list_program());
	EXPECT_EQ(0, run(beside("probe"), "open", "/dev/mem"));
	EXPECT_EQ(0, write_control("state", "locked"));
	EXPECT_EQ(EPERM, run(beside("probe"), "open", "/dev/mem"));
	EXPECT_TRUE(log_denied(self->log, "raw_io", NULL));
	EXPECT_EQ(EPERM, run(beside("probe"), "state", "enforce"));
	EXPECT_EQ(0, attach_to(beside("probe")));
	EXPECT_EQ(0, run(beside("probe"), "traceme"));
}

TEST_HARNESS_MAIN
