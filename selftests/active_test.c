// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the tables of doors do not say of the state "active". To be run in a boot
 * that does not go any further.
 */

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
