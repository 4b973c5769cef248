// SPDX-License-Identifier: GPL-2.0-only
/*
 * In the state "active" nothing is denied, and all that would be is reported.
 * To be run in a boot that does not go any further.
 */

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/xattr.h>

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

/* The kernel's own words, and the audit record. */
static bool reported(int log, const char *op, const char *path)
{
	char words[64];

	sprintf(words, "veriexec: %s of ", op);
	return log_has(log, words, "would be denied", NULL) &&
	       log_allowed(log, op, path);
}

TEST_F(active, unlisted_program_runs)
{
	/* Of ten messages in five seconds none is suppressed. */
	sleep(6);
	EXPECT_EQ(0, run(OTHER, "ok"));
	EXPECT_TRUE(reported(self->log, "exec", OTHER));
	EXPECT_EQ(0, run_user(OTHER, "ok"));
	EXPECT_TRUE(reported(self->log, "exec", OTHER));
	EXPECT_EQ(0, run(PROG, "ok"));
	EXPECT_FALSE(log_has_now(self->log, "lsm=veriexec", "/dir/prog", NULL));
}

TEST_F(active, unlisted_file_is_mapped_executable)
{
	int fd;
	void *p;

	ASSERT_LE(0, fd = open(OTHER, O_RDONLY | O_CLOEXEC));
	p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
	EXPECT_NE(MAP_FAILED, p);
	EXPECT_TRUE(log_allowed(self->log, "mmap", OTHER));
	munmap(p, 4096);

	p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	ASSERT_NE(MAP_FAILED, p);
	EXPECT_EQ(0, mprotect(p, 4096, PROT_READ | PROT_EXEC));
	EXPECT_TRUE(log_allowed(self->log, "mprotect", "/dir/other"));
	close(fd);
}

TEST_F(active, listed_file_is_written)
{
	int fd;

	ASSERT_LE(0, fd = open(DATA, O_RDWR | O_CLOEXEC));
	EXPECT_TRUE(log_allowed(self->log, "open_write", DATA));
	EXPECT_EQ(1, write(fd, "x", 1));
	EXPECT_TRUE(log_allowed(self->log, "write", DATA));
	close(fd);
	/* It is seen all the same. */
	EXPECT_EQ(-EACCES, check_file(DATA));
	EXPECT_EQ(0, truncate(DATA, 0));
	EXPECT_TRUE(log_allowed(self->log, "truncate", DATA));
}

TEST_F(active, listed_file_changes_its_attributes)
{
	EXPECT_EQ(0, chmod(DATA, 0600));
	EXPECT_TRUE(log_allowed(self->log, "setattr", DATA));
	EXPECT_EQ(0, chown(DATA, NOBODY, NOBODY));
	EXPECT_TRUE(log_allowed(self->log, "setattr", DATA));
	EXPECT_EQ(0, setxattr(DATA, "trusted.new", "1", 1, 0));
	EXPECT_TRUE(log_allowed(self->log, "setxattr", DATA));
}

TEST_F(active, listed_file_changes_its_name)
{
	EXPECT_EQ(0, rename(DATA, LISTED_DIR "/renamed"));
	EXPECT_TRUE(log_allowed(self->log, "rename", DATA));
	EXPECT_EQ(0, unlink(LISTED_DIR "/renamed"));
	EXPECT_TRUE(log_allowed(self->log, "unlink", LISTED_DIR "/renamed"));
	EXPECT_EQ(0, unlink(DEEP));
	EXPECT_TRUE(log_allowed(self->log, "unlink", DEEP));
	EXPECT_EQ(0, rmdir(LISTED_SUB));
	EXPECT_TRUE(log_allowed(self->log, "rmdir", LISTED_SUB));
}

TEST_F(active, changed_program_runs)
{
	ASSERT_EQ(0, append_file(PROG, "x", 1));
	EXPECT_EQ(0, run(PROG, "ok"));
	EXPECT_TRUE(log_allowed(self->log, "exec", PROG));
	EXPECT_EQ(-EACCES, check_file(PROG));
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
