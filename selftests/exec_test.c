// SPDX-License-Identifier: GPL-2.0-only
/* What may be executed under enforcement. */

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/sendfile.h>

#include "../kselftest_harness.h"
#include "common.h"

FIXTURE(exec)
{
	int log;
};

EACH_FS(exec);

FIXTURE_SETUP(exec)
{
	ASSERT_EQ(0, enter_state("enforce"));
	self->log = log_open();
	ASSERT_LE(0, self->log);
	ASSERT_EQ(0, make_layout(variant->fs));
}

FIXTURE_TEARDOWN(exec)
{
	close(self->log);
}

TEST_F(exec, listed_runs_and_unlisted_does_not)
{
	EXPECT_EQ(-EACCES, run(PROG, "ok"));
	EXPECT_TRUE(log_denied(self->log, "exec", PROG));
	ASSERT_EQ(0, list_layout());

	EXPECT_EQ(0, run(PROG, "ok"));
	EXPECT_EQ(7, run(PROG, "exit", "7"));
	EXPECT_EQ(-EACCES, run(OTHER, "ok"));
	EXPECT_TRUE(log_denied(self->log, "exec", OTHER));

	EXPECT_EQ(0, run_user(PROG, "ok"));
	EXPECT_EQ(-EACCES, run_user(OTHER, "ok"));
	EXPECT_TRUE(log_denied(self->log, "exec", OTHER));
}

TEST_F(exec, copy_of_a_listed_program_does_not_run)
{
	ASSERT_EQ(0, list_layout());
	ASSERT_EQ(0, copy_file(PROG, APART "/copy", 0755));

	EXPECT_EQ(0, run(PROG, "ok"));
	EXPECT_EQ(-EACCES, run(APART "/copy", "ok"));
	EXPECT_TRUE(log_denied(self->log, "exec", APART "/copy"));
}

TEST_F(exec, changed_program_does_not_run)
{
	struct text text = {};

	ASSERT_EQ(0, text_add_file(&text, AT, "dir/prog", ""));
	ASSERT_EQ(0, text_add_file(&text, AT, "dir/other", ""));
	ASSERT_EQ(0, append_file(OTHER, "x", 1));
	ASSERT_EQ(0, load(AT, &text));

	EXPECT_EQ(0, run(PROG, "ok"));
	EXPECT_EQ(-EACCES, run(OTHER, "ok"));
	EXPECT_TRUE(log_denied(self->log, "exec", OTHER));
	EXPECT_EQ(-EACCES, check_file(OTHER));
	EXPECT_EQ(0, check_file(PROG));
	text_free(&text);
}

TEST_F(exec, program_that_was_denied_runs_once_it_is_listed)
{
	struct text text = {};

	ASSERT_EQ(0, list_layout());
	EXPECT_EQ(-EACCES, run(OTHER, "ok"));
	EXPECT_TRUE(log_denied(self->log, "exec", OTHER));

	ASSERT_EQ(0, text_add_file(&text, AT, "dir/other", ""));
	ASSERT_EQ(0, load(AT, &text));
	EXPECT_EQ(0, run(OTHER, "ok"));
	text_free(&text);
}

TEST_F(exec, descriptor_of_a_file_runs_as_the_file_does)
{
	char *const argv[] = { "probe", "exit", "5", NULL };
	char *const env[] = { NULL };
	int listed, other, memory, err;
	pid_t pid;

	ASSERT_EQ(0, list_layout());
	listed = open(PROG, O_RDONLY | O_CLOEXEC);
	other = open(OTHER, O_RDONLY | O_CLOEXEC);
	memory = memfd_create("program", MFD_CLOEXEC);
	ASSERT_LE(0, listed);
	ASSERT_LE(0, other);
	ASSERT_LE(0, memory);
	ASSERT_LT(0, sendfile(memory, listed, NULL, 1 << 24));

	pid = fork();
	if (!pid) {
		fexecve(listed, argv, env);
		_exit(errno);
	}
	EXPECT_EQ(5, stop(pid));

	errno = 0;
	EXPECT_EQ(-1, fexecve(other, argv, env));
	err = errno;
	EXPECT_EQ(EACCES, err);
	EXPECT_TRUE(log_denied(self->log, "exec", OTHER));

	EXPECT_EQ(-1, fexecve(memory, argv, env));
	err = errno;
	EXPECT_EQ(EACCES, err);
	/* Audit writes names with blanks in hexadecimal: "/memfd:". */
	EXPECT_TRUE(log_has(self->log, "type=1800", "op=exec",
			    "name=2F6D656D66643A", "res=0", NULL));
}

TEST_F(exec, script_needs_its_own_entry_and_that_of_its_interpreter)
{
	static const char good[] = "#!" PROG " ok\n";
	static const char bad[] = "#!" OTHER " ok\n";
	struct text text = {};

	ASSERT_EQ(0, write_file(AT "/listed", good, strlen(good), 0755));
	ASSERT_EQ(0, write_file(AT "/unlisted", good, strlen(good), 0755));
	ASSERT_EQ(0, write_file(AT "/wrong", bad, strlen(bad), 0755));
	ASSERT_EQ(0, text_add_file(&text, AT, "dir/prog", ""));
	ASSERT_EQ(0, text_add_file(&text, AT, "listed", ""));
	ASSERT_EQ(0, text_add_file(&text, AT, "wrong", ""));
	ASSERT_EQ(0, load(AT, &text));

	EXPECT_EQ(0, run(AT "/listed"));
	EXPECT_EQ(-EACCES, run(AT "/unlisted"));
	EXPECT_TRUE(log_denied(self->log, "exec", AT "/unlisted"));
	EXPECT_EQ(-EACCES, run(AT "/wrong"));
	EXPECT_TRUE(log_denied(self->log, "exec", OTHER));

	/* An interpreter may read a script whose name it is given. */
	EXPECT_EQ(0, run(PROG, "read", AT "/unlisted"));
	text_free(&text);
}

TEST_F(exec, deleted_file_does_not_run)
{
	char *const argv[] = { "probe", "exit", "5", NULL };
	char *const env[] = { NULL };
	int listed, other;
	pid_t pid;

	ASSERT_EQ(0, list_layout());
	ASSERT_LE(0, listed = open(PROG, O_RDONLY | O_CLOEXEC));
	ASSERT_LE(0, other = open(OTHER, O_RDONLY | O_CLOEXEC));
	ASSERT_EQ(0, unlink(OTHER));
	EXPECT_EQ(-1, fexecve(other, argv, env));
	EXPECT_EQ(EACCES, errno);
	/* Audit writes "other (deleted)" in hexadecimal, for its blank. */
	EXPECT_TRUE(log_has(self->log, "type=1800", "op=exec",
			    "6F74686572202864656C6574656429",
			    "res=0", NULL));
	pid = fork();
	if (!pid) {
		fexecve(listed, argv, env);
		_exit(errno);
	}
	EXPECT_EQ(5, stop(pid));
}

TEST_F(exec, mount_over_a_listed_path_does_not_help)
{
	ASSERT_EQ(0, list_layout());
	ASSERT_EQ(0, mount(OTHER, PROG, NULL, MS_BIND, NULL));
	EXPECT_EQ(-EACCES, run(PROG, "ok"));
	EXPECT_TRUE(log_denied(self->log, "exec", PROG));
	ASSERT_EQ(0, umount(PROG));
	EXPECT_EQ(0, run(PROG, "ok"));

	ASSERT_EQ(0, mount("tmpfs", LISTED_DIR, "tmpfs", 0, NULL));
	ASSERT_EQ(0, copy_ours("probe", PROG));
	EXPECT_EQ(-EACCES, run(PROG, "ok"));
	EXPECT_TRUE(log_denied(self->log, "exec", PROG));
	ASSERT_EQ(0, umount(LISTED_DIR));
	EXPECT_EQ(0, run(PROG, "ok"));

	/* A file that is also mounted elsewhere is the same file. */
	ASSERT_EQ(0, mount(PROG, FREE, NULL, MS_BIND, NULL));
	EXPECT_EQ(0, run(FREE, "ok"));
	EXPECT_EQ(EPERM, errno_of(truncate(FREE, 0)));
}

TEST_HARNESS_MAIN
