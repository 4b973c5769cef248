// SPDX-License-Identifier: GPL-2.0-only
/* What the flags of an entry do to the program that it lists. */

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>

#include "../kselftest_harness.h"
#include "common.h"

FIXTURE(flags)
{
	int log;
};

FIXTURE_SETUP(flags)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(FS_TMPFS));
	ASSERT_EQ(0, load_file(AT, "dir/prog", ""));
}

FIXTURE_TEARDOWN(flags)
{
	close(self->log);
}

#define FLAGGED	AT "/flagged"

/* Makes FLAGGED: PROG, but with these flags. */
static int make_flagged(const char *flags)
{
	int ret = copy_file(PROG, FLAGGED, 0755);

	return ret ?: load_file(AT, "flagged", flags);
}

TEST_F(flags, indirect_program_runs_as_interpreter_only)
{
	static const char script[] = "#!" FLAGGED " ok\n";

	ASSERT_EQ(0, make_flagged("indirect"));
	ASSERT_EQ(0, write_file(AT "/script", script, strlen(script), 0755));
	ASSERT_EQ(0, copy_file(AT "/script", AT "/unlisted", 0755));
	ASSERT_EQ(0, load_file(AT, "script", ""));

	EXPECT_EQ(-EACCES, run(FLAGGED, "ok"));
	EXPECT_TRUE(log_denied(self->log, "exec", FLAGGED));
	EXPECT_EQ(0, run(AT "/script"));
	EXPECT_EQ(-EACCES, run(AT "/unlisted"));
	EXPECT_TRUE(log_denied(self->log, "exec", AT "/unlisted"));
	EXPECT_EQ(0, run(PROG, "ok"));
}

TEST_F(flags, elf_interpreter_may_be_indirect)
{
	ASSERT_EQ(0, copy_ours("ld.so", AT "/ld.so"));
	ASSERT_EQ(0, copy_ours("libc.so.6", AT "/libc.so.6"));
	ASSERT_EQ(0, copy_ours("dynamic", AT "/dynamic"));
	ASSERT_EQ(0, copy_file(AT "/dynamic", AT "/unlisted", 0755));
	ASSERT_EQ(0, load_file(AT, "dynamic", ""));
	ASSERT_EQ(0, load_file(AT, "libc.so.6", ""));
	EXPECT_EQ(-EACCES, check_file(AT "/ld.so"));
	EXPECT_EQ(-EACCES, run(AT "/dynamic", "exit", "7"));
	EXPECT_TRUE(log_denied(self->log, "exec", AT "/ld.so"));

	ASSERT_EQ(0, load_file(AT, "ld.so", "indirect"));
	EXPECT_EQ(7, run(AT "/dynamic", "exit", "7"));
	EXPECT_EQ(-EACCES, run(AT "/unlisted", "exit", "7"));
	EXPECT_EQ(-EACCES, run(AT "/ld.so", AT "/dynamic"));
	EXPECT_TRUE(log_denied(self->log, "exec", AT "/ld.so"));
}

TEST_F(flags, dynamic_linker_runs_listed_programs_only)
{
	ASSERT_EQ(0, copy_ours("ld.so", AT "/ld.so"));
	ASSERT_EQ(0, copy_ours("libc.so.6", AT "/libc.so.6"));
	ASSERT_EQ(0, copy_ours("dynamic", AT "/dynamic"));
	ASSERT_EQ(0, copy_file(AT "/dynamic", AT "/unlisted", 0755));
	ASSERT_EQ(0, load_file(AT, "dynamic", ""));
	ASSERT_EQ(0, load_file(AT, "libc.so.6", ""));
	ASSERT_EQ(0, load_file(AT, "ld.so", ""));
	EXPECT_EQ(7, run(AT "/ld.so", AT "/dynamic", "exit", "7"));
	EXPECT_NE(7, run(AT "/ld.so", AT "/unlisted", "exit", "7"));
	EXPECT_TRUE(log_denied(self->log, "mmap", AT "/unlisted"));
}

/* Runs @path until it is ready, attaches to it. Returns 0 or errno. */
static int attach(const char *path)
{
	int ready, ret;
	pid_t pid;
	char c;

	pid = start(&ready, path, "pause", NULL);
	if (pid < 0 || read(ready, &c, 1) != 1)
		return 255;
	ret = errno_of(ptrace(PTRACE_SEIZE, pid, NULL, NULL));
	kill(pid, SIGKILL);
	stop(pid);
	close(ready);
	return ret;
}

TEST_F(flags, no_ptrace_program_is_not_traced)
{
	ASSERT_EQ(0, make_flagged("no_ptrace"));
	EXPECT_EQ(EPERM, attach(FLAGGED));
	EXPECT_TRUE(log_denied(self->log, "ptrace", NULL));
	EXPECT_EQ(EPERM, run(FLAGGED, "traceme"));
	EXPECT_TRUE(log_denied(self->log, "ptrace", NULL));
	EXPECT_EQ(0, attach(PROG));
	EXPECT_EQ(0, run(PROG, "traceme"));
}

TEST_F(flags, traced_program_does_not_become_one_that_may_not_be)
{
	int status;
	pid_t pid;

	ASSERT_EQ(0, make_flagged("no_ptrace"));
	pid = fork();
	if (!pid) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
			_exit(100);
		execl(FLAGGED, FLAGGED, "ok", NULL);
		_exit(errno);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_TRUE(WIFEXITED(status));
	EXPECT_EQ(EACCES, WEXITSTATUS(status));
	EXPECT_TRUE(log_denied(self->log, "exec", FLAGGED));
}

TEST_F(flags, only_trusted_programs_load_and_change_the_state)
{
	struct text text = {}, manifest = {};

	ASSERT_EQ(0, text_add_file(&text, AT, "dir/data", ""));
	ASSERT_EQ(0, sign_as("known", &text, &manifest));
	ASSERT_EQ(0, write_file("/tmp/manifest", manifest.data, manifest.len,
				0644));
	ASSERT_EQ(0, make_flagged("trusted"));

	EXPECT_EQ(EPERM, run(PROG, "load", AT, "/tmp/manifest"));
	EXPECT_TRUE(log_has(self->log, "op=load", "its loader ",
			    "res=0", NULL));
	EXPECT_EQ(EPERM, run(PROG, "state", "enforce"));
	EXPECT_EQ(-EACCES, check_file(DATA));
	EXPECT_EQ(0, run(FLAGGED, "state", "enforce"));
	EXPECT_EQ(0, run(FLAGGED, "load", AT, "/tmp/manifest"));
	EXPECT_EQ(0, check_file(DATA));

	/* What it starts does not have it from it. */
	EXPECT_EQ(EPERM, run(FLAGGED, "exec", PROG, "state", "enforce"));
	/* It is not to be traced either. */
	EXPECT_EQ(EPERM, attach(FLAGGED));
	text_free(&manifest);
	text_free(&text);
}

TEST_F(flags, verify_program_reads_verified_files_only)
{
	ASSERT_EQ(0, make_flagged("verify"));
	ASSERT_EQ(0, load_file(AT, "dir/data", ""));
	EXPECT_EQ(0, run(FLAGGED, "read", DATA));
	EXPECT_EQ(EACCES, run(FLAGGED, "read", FREE));
	EXPECT_TRUE(log_denied(self->log, "read", FREE));
	EXPECT_EQ(0, run(FLAGGED, "read", "/dev/null"));
	EXPECT_EQ(0, run(PROG, "read", FREE));
}

TEST_F(flags, untrusted_file_is_hashed_at_every_use)
{
	long long before;

	ASSERT_EQ(0, make_flagged("untrusted"));
	ASSERT_EQ(0, run(FLAGGED, "ok"));
	before = stat_of("files_hashed");
	ASSERT_EQ(0, run(FLAGGED, "ok"));
	EXPECT_LT(before, stat_of("files_hashed"));
	ASSERT_EQ(0, run(PROG, "ok"));
	before = stat_of("files_hashed");
	ASSERT_EQ(0, run(PROG, "ok"));
	EXPECT_EQ(before, stat_of("files_hashed"));
}

TEST_HARNESS_MAIN
