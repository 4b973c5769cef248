// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the tables of doors do not say of the state "active". To be run in a boot
 * that does not go any further.
 */

#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>

#include "../kselftest_harness.h"
#include "common.h"

FIXTURE(active)
{
	int log;
};

EACH_FS(active);

FIXTURE_SETUP(active)
{
	ASSERT_EQ(0, enter_state("active"));
	ASSERT_FALSE(in_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(variant->fs));
	ASSERT_EQ(0, list_layout());
}

FIXTURE_TEARDOWN(active)
{
	close(self->log);
}

TEST_F(active, changed_program_runs)
{
	ASSERT_EQ(0, append_file(PROG, "x", 1));
	EXPECT_EQ(0, run(PROG, "ok"));
	EXPECT_TRUE(log_allowed(self->log, "exec", PROG));
	EXPECT_EQ(-EACCES, check_file(PROG));
}

TEST_F(active, file_that_was_opened_for_appending_is_judged_anew)
{
	long long hashed;
	int fd;

	ASSERT_EQ(0, check_file(DATA));
	hashed = stat_of("files_hashed");
	ASSERT_TRUE(is_same(DATA, DATA_TEXT));
	EXPECT_EQ(0, check_file(DATA));
	EXPECT_EQ(hashed, stat_of("files_hashed"));

	ASSERT_LE(0, fd = open(DATA, O_WRONLY | O_APPEND | O_CLOEXEC));
	EXPECT_TRUE(log_allowed(self->log, "open_write", DATA));
	EXPECT_EQ(-EACCES, check_file(DATA));
	EXPECT_EQ(0, map_code(DATA));
	EXPECT_TRUE(log_has(self->log, "op=mmap",
			    "file or its disk is open for writing", NULL));
	close(fd);
	EXPECT_EQ(0, check_file(DATA));
	EXPECT_EQ(hashed + 1, stat_of("files_hashed"));

	ASSERT_EQ(0, append_file(DATA, "x", 1));
	EXPECT_EQ(-EACCES, check_file(DATA));
	EXPECT_EQ(0, map_code(DATA));
	EXPECT_TRUE(log_has(self->log, "op=mmap",
			    "fingerprint does not match", NULL));
}

TEST_F(active, attributes_that_changed_are_judged_anew)
{
	ASSERT_EQ(0, copy_file(PROG, APART "/mode", 0755));
	ASSERT_EQ(0, load_file(AT, "apart/mode", "mode=755"));
	EXPECT_EQ(0, check_file(APART "/mode"));
	EXPECT_EQ(0, chmod(APART "/mode", 0700));
	EXPECT_EQ(-EACCES, check_file(APART "/mode"));
	EXPECT_EQ(0, chmod(APART "/mode", 0755));
	EXPECT_EQ(0, check_file(APART "/mode"));
}

FIXTURE(active_on_overlay)
{
	int log;
	int below;
};

FIXTURE_SETUP(active_on_overlay)
{
	ASSERT_EQ(0, enter_state("active"));
	ASSERT_FALSE(in_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(FS_EXT4));
	self->below = open(AT, O_PATH | O_CLOEXEC);
	ASSERT_LE(0, self->below);
	ASSERT_EQ(0, mount_overlay());
}

FIXTURE_TEARDOWN(active_on_overlay)
{
	close(self->below);
	close(self->log);
}

TEST_F(active_on_overlay, content_that_was_changed_below_is_not_verified)
{
	int fd;

	ASSERT_EQ(0, list_layout());
	ASSERT_EQ(0, check_file(DATA));
	ASSERT_EQ(0, check_file(DEEP));
	fd = openat(self->below, "dir/data", O_WRONLY | O_APPEND | O_CLOEXEC);
	ASSERT_LE(0, fd);
	ASSERT_EQ(1, write(fd, "x", 1));
	close(fd);
	EXPECT_EQ(-EACCES, check_file(DATA));
	EXPECT_EQ(0, check_file(DEEP));
}

TEST_F(active, program_that_is_not_to_be_traced_is)
{
	int ready;
	pid_t pid;
	char c;

	ASSERT_EQ(0, copy_file(PROG, APART "/no_ptrace", 0755));
	ASSERT_EQ(0, load_file(AT, "apart/no_ptrace", "no_ptrace"));
	EXPECT_EQ(0, run(APART "/no_ptrace", "traceme"));
	EXPECT_TRUE(log_allowed(self->log, "ptrace", NULL));
	pid = start(&ready, APART "/no_ptrace", "pause", NULL);
	ASSERT_LT(0, pid);
	ASSERT_EQ(1, read(ready, &c, 1));
	EXPECT_EQ(0, ptrace(PTRACE_SEIZE, pid, NULL, NULL));
	EXPECT_TRUE(log_allowed(self->log, "ptrace", NULL));
	kill(pid, SIGKILL);
	EXPECT_EQ(1000 + SIGKILL, stop(pid));
	close(ready);
}

TEST_HARNESS_MAIN
