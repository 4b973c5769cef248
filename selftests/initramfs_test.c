// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel has unpacked counts as verified until somebody writes to it.
 * To be run in an initramfs; makes files in its root.
 */

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <linux/magic.h>

#include "../kselftest_harness.h"
#include "common.h"

/* Unpacked with the kernel. Each test that spoils one has its own. */
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

/* Pages of what has run may be mapped still, and would change with the file. */
TEST_F(initramfs, file_that_has_run_is_not_written)
{
	EXPECT_EQ(0, run(beside("probe"), "ok"));
	EXPECT_EQ(EPERM, errno_of(open(beside("probe"), O_WRONLY | O_CLOEXEC)));
	EXPECT_TRUE(log_denied(self->log, "open_write", beside("probe")));
	EXPECT_EQ(EPERM, errno_of(truncate(beside("probe"), 100)));
	EXPECT_EQ(0, run(beside("probe"), "ok"));
	/* What has not run is anybody's, see below. */
}

/* Unlike the other here, nobody runs it before. */
#define UNUSED	"/bin/vxsign"

TEST_F(initramfs, written_file_does_not_run_any_more)
{
	int fd;

	EXPECT_EQ(0, check_file(UNUSED));
	ASSERT_LE(0, fd = open(UNUSED, O_WRONLY | O_CLOEXEC));
	/* It is judged before the kernel sees that somebody writes to it. */
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

TEST_HARNESS_MAIN
