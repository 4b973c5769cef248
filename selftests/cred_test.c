// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where a program's rights and restrictions come from, and where they do not go:
 * to programs before and after it, through keyrings, through descriptors.
 */

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/socket.h>

#include "../kselftest_harness.h"
#include "common.h"

#define TRUSTED		AT "/trusted"
#define UNTRACED	AT "/untraced"
#define VERIFYING	AT "/verifying"
#define MANIFEST	"/tmp/manifest"		/* lists DATA */

FIXTURE(cred)
{
	int log;
};

static int list_programs(void)
{
	static const struct {
		const char *name;
		const char *flags;
	} programs[] = {
		{ "dir/prog", "" },
		{ "trusted", "trusted" },
		{ "untraced", "no_ptrace" },
		{ "verifying", "verify" },
	};
	struct text text = {};
	char path[64];
	int ret = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(programs) && !ret; i++) {
		snprintf(path, sizeof(path), AT "/%s", programs[i].name);
		if (i)
			ret = copy_file(PROG, path, 0755);
		if (!ret)
			ret = text_add_file(&text, AT, programs[i].name,
					    programs[i].flags);
	}
	ret = ret ?: load(AT, &text);
	text_free(&text);
	return ret;
}

static int make_manifest(void)
{
	struct text text = {}, manifest = {};
	int ret;

	ret = text_add_file(&text, AT, "dir/data", "");
	if (!ret)
		ret = sign_as("known", &text, &manifest);
	if (!ret)
		ret = write_file(MANIFEST, manifest.data, manifest.len, 0644);
	text_free(&manifest);
	text_free(&text);
	return ret;
}

FIXTURE_SETUP(cred)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(FS_TMPFS));
	ASSERT_EQ(0, list_programs());
	ASSERT_EQ(0, make_manifest());
}

FIXTURE_TEARDOWN(cred)
{
	close(self->log);
}

/* Was MANIFEST refused for the reason that is meant here? */
static bool log_no_loader(int log)
{
	return log_has(log, "op=load", "its loader is not a trusted program",
		       "res=0", NULL);
}

/* -- Exec. */

TEST_F(cred, rights_are_those_of_the_program_that_runs)
{
	EXPECT_EQ(EPERM, run(PROG, "state", "enforce"));
	EXPECT_EQ(0, run(PROG, "exec", TRUSTED, "state", "enforce"));
	EXPECT_EQ(EPERM, run(PROG, "exec", TRUSTED, "exec", PROG, "state",
			     "enforce"));
	EXPECT_EQ(0, run(TRUSTED, "exec", PROG, "exec", TRUSTED, "state",
			 "enforce"));
	/* The tests themselves have all rights. */
	EXPECT_EQ(0, write_control("state", "enforce"));

	EXPECT_EQ(EACCES, run(PROG, "exec", VERIFYING, "read", FREE));
	EXPECT_TRUE(log_denied(self->log, "read", FREE));
	EXPECT_EQ(0, run(VERIFYING, "exec", PROG, "read", FREE));

	EXPECT_EQ(EPERM, run(PROG, "exec", UNTRACED, "traceme"));
	EXPECT_TRUE(log_denied(self->log, "ptrace", NULL));
	EXPECT_EQ(0, run(UNTRACED, "exec", PROG, "traceme"));
}

/* An exec can fail before, during or after the look-up of the file's flags. */
TEST_F(cred, failed_exec_changes_no_rights)
{
	static const char text[] = "no program\n";
	static const struct {
		const char *path;
		int error;
	} failing[] = {
		{ AT "/nowhere", ENOENT },
		{ OTHER, EACCES },
		{ AT "/text", ENOEXEC },
		{ AT "/trusted-text", ENOEXEC },
		{ AT "/verifying-text", ENOEXEC },
	};
	const char *path;
	char error[16];
	size_t i;

	ASSERT_EQ(0, write_file(AT "/text", text, strlen(text), 0755));
	ASSERT_EQ(0, copy_file(AT "/text", AT "/trusted-text", 0755));
	ASSERT_EQ(0, copy_file(AT "/text", AT "/verifying-text", 0755));
	ASSERT_EQ(0, load_file(AT, "text", ""));
	ASSERT_EQ(0, load_file(AT, "trusted-text", "trusted"));
	ASSERT_EQ(0, load_file(AT, "verifying-text", "verify"));
	for (i = 0; i < ARRAY_SIZE(failing); i++) {
		path = failing[i].path;
		snprintf(error, sizeof(error), "%d", failing[i].error);
		EXPECT_EQ(EPERM, run(PROG, "try", path, error, "load", AT,
				     MANIFEST))
			TH_LOG("%s", path);
		EXPECT_TRUE(log_no_loader(self->log));
		EXPECT_EQ(0, run(PROG, "try", path, error, "read", FREE))
			TH_LOG("%s", path);
		EXPECT_EQ(0, run(PROG, "try", path, error, "traceme"))
			TH_LOG("%s", path);
		EXPECT_EQ(0, run(TRUSTED, "try", path, error, "state",
				 "enforce"))
			TH_LOG("%s", path);
		EXPECT_EQ(EACCES, run(VERIFYING, "try", path, error, "read",
				      FREE))
			TH_LOG("%s", path);
		EXPECT_EQ(EPERM, run(UNTRACED, "try", path, error, "traceme"))
			TH_LOG("%s", path);
	}
	/* This exec fails latest of all. */
	EXPECT_EQ(EPERM, run(PROG, "share", "try", TRUSTED, "13", "load", AT,
			     MANIFEST));
	EXPECT_TRUE(log_no_loader(self->log));
	EXPECT_EQ(-EACCES, check_file(DATA));
}

static int make_script(const char *name, const char *interpreter,
		       const char *flags)
{
	char path[64], text[128];
	int len = snprintf(text, sizeof(text), "#!%s\n", interpreter);

	snprintf(path, sizeof(path), AT "/%s", name);
	return write_file(path, text, len, 0755) ?: load_file(AT, name, flags);
}

TEST_F(cred, script_has_the_rights_of_its_interpreter)
{
	ASSERT_EQ(0, make_script("plain", TRUSTED, ""));
	ASSERT_EQ(0, make_script("grand", PROG, "trusted"));
	ASSERT_EQ(0, make_script("grander", AT "/grand", "trusted"));
	EXPECT_EQ(0, run(AT "/plain", "state", "enforce"));
	EXPECT_EQ(0, run(PROG, "exec", AT "/plain", "state", "enforce"));
	EXPECT_EQ(EPERM, run(AT "/grand", "state", "enforce"));
	EXPECT_EQ(EPERM, run(AT "/grander", "state", "enforce"));
	EXPECT_EQ(EPERM, run(TRUSTED, "exec", AT "/grand", "state", "enforce"));

	/* The same goes for its restrictions. */
	ASSERT_EQ(0, make_script("reading", VERIFYING, ""));
	EXPECT_EQ(EACCES, run(AT "/reading", "read", FREE));
	EXPECT_TRUE(log_denied(self->log, "read", FREE));
	ASSERT_EQ(0, make_script("untraceable", UNTRACED, ""));
	EXPECT_EQ(EPERM, run(AT "/untraceable", "traceme"));
	EXPECT_TRUE(log_denied(self->log, "ptrace", NULL));
	ASSERT_EQ(0, make_script("traceable", PROG, ""));
	EXPECT_EQ(0, run(AT "/traceable", "traceme"));
}

/* Nobody can have an interpreter with rights run an unlisted script. */
TEST_F(cred, unlisted_script_gets_no_rights)
{
	ASSERT_EQ(0, make_script("plain", TRUSTED, ""));
	ASSERT_EQ(0, copy_file(AT "/plain", AT "/copy", 0755));
	EXPECT_EQ(0, run(AT "/plain", "state", "enforce"));
	EXPECT_EQ(-EACCES, run(AT "/copy", "state", "enforce"));
	EXPECT_TRUE(log_denied(self->log, "exec", AT "/copy"));
}

/* -- A child that gives its parent a session keyring gives it new credentials. */

/* Starts a program that is traceable or not. Returns 0 or errno. */
static int attach_to(const char *program, const char *child)
{
	int ready;
	pid_t pid = start(&ready, program, "take-keyring", child, "pause", NULL);

	return reach(pid, ready, attach);
}

TEST_F(cred, keyring_of_a_child_brings_no_rights)
{
	EXPECT_EQ(EPERM, run(PROG, "take-keyring", TRUSTED, "state",
			     "enforce"));
	EXPECT_EQ(EPERM, run(PROG, "take-keyring", TRUSTED, "load", AT,
			     MANIFEST));
	EXPECT_TRUE(log_no_loader(self->log));
	EXPECT_EQ(-EACCES, check_file(DATA));
	EXPECT_EQ(0, run(PROG, "take-keyring", VERIFYING, "read", FREE));
	EXPECT_EQ(0, attach_to(PROG, UNTRACED));
}

TEST_F(cred, keyring_of_a_child_takes_no_rights_away)
{
	EXPECT_EQ(0, run(TRUSTED, "take-keyring", PROG, "state", "enforce"));
	EXPECT_EQ(0, run(TRUSTED, "take-keyring", PROG, "load", AT, MANIFEST));
	EXPECT_EQ(0, check_file(DATA));
	EXPECT_EQ(EACCES, run(VERIFYING, "take-keyring", PROG, "read", FREE));
	EXPECT_TRUE(log_denied(self->log, "read", FREE));
	EXPECT_EQ(EPERM, attach_to(UNTRACED, PROG));
	EXPECT_TRUE(log_denied(self->log, "ptrace", NULL));
	EXPECT_EQ(EPERM, attach_to(TRUSTED, PROG));
	EXPECT_TRUE(log_denied(self->log, "ptrace", NULL));
}

/* -- Descriptors of control files: who has opened them counts. */

/* A descriptor for writing that @program has opened and passed on. */
static int opened_by(const char *program, const char *path)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	char byte, number[16];
	struct iovec iov = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	int pair[2], fd = -1;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		return -1;
	snprintf(number, sizeof(number), "%d", pair[1]);
	if (!run(program, "send", path, number) &&
	    recvmsg(pair[0], &message, 0) == 1 &&
	    control.head.cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(&control.head), sizeof(fd));
	close(pair[0]);
	close(pair[1]);
	return fd;
}

static int run_fd(const char *program, const char *verb, int fd,
		  const char *first, const char *second)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", fd);
	return run(program, verb, number, first, second);
}

TEST_F(cred, state_is_added_by_who_has_opened_the_file)
{
	int strong = opened_by(TRUSTED, CONTROL "state");
	int weak = opened_by(PROG, CONTROL "state");

	ASSERT_LE(0, strong);
	ASSERT_LE(0, weak);
	EXPECT_EQ(EPERM, run_fd(TRUSTED, "fd-write", weak, "enforce", NULL));
	EXPECT_EQ(EPERM, errno_of(write(weak, "enforce", 7)));
	EXPECT_EQ(0, run_fd(TRUSTED, "fd-write", strong, "enforce", NULL));
	EXPECT_EQ(0, run_fd(PROG, "fd-write", strong, "enforce", NULL));
	EXPECT_EQ(EPERM, run_fd(PROG, "fd-write", weak, "enforce", NULL));
	close(weak);
	close(strong);

	/* For example as its standard output. */
	EXPECT_EQ(EPERM, run(PROG, "with", CONTROL "state", TRUSTED,
			     "fd-write", "9", "enforce"));
	EXPECT_EQ(0, run(TRUSTED, "with", CONTROL "state", PROG, "fd-write",
			 "9", "enforce"));
}

TEST_F(cred, manifest_is_loaded_by_who_has_opened_the_file)
{
	int strong = opened_by(TRUSTED, CONTROL "manifest");
	int weak = opened_by(PROG, CONTROL "manifest");

	ASSERT_LE(0, strong);
	ASSERT_LE(0, weak);
	EXPECT_EQ(EPERM, run_fd(TRUSTED, "fd-load", weak, AT, MANIFEST));
	EXPECT_TRUE(log_no_loader(self->log));
	EXPECT_EQ(EPERM, run(PROG, "with", CONTROL "manifest", TRUSTED,
			     "fd-load", "9", AT, MANIFEST));
	EXPECT_TRUE(log_no_loader(self->log));
	EXPECT_EQ(-EACCES, check_file(DATA));

	EXPECT_EQ(0, run_fd(PROG, "fd-load", strong, AT, MANIFEST));
	EXPECT_TRUE(log_has(self->log, "op=load", "res=1", NULL));
	EXPECT_EQ(0, check_file(DATA));
	close(weak);
	close(strong);
}

/* Whoever opens a descriptor by its number in /proc opens the file anew. */
TEST_F(cred, control_file_that_is_opened_anew_has_a_new_opener)
{
	int strong = opened_by(TRUSTED, CONTROL "state");
	int weak = opened_by(PROG, CONTROL "state");
	char path[2][32];

	ASSERT_LE(0, strong);
	ASSERT_LE(0, weak);
	snprintf(path[0], sizeof(path[0]), "/proc/self/fd/%d", strong);
	snprintf(path[1], sizeof(path[1]), "/proc/self/fd/%d", weak);
	EXPECT_EQ(EPERM, run(PROG, "with", path[0], TRUSTED, "fd-write", "9",
			     "enforce"));
	EXPECT_EQ(0, run(TRUSTED, "with", path[1], PROG, "fd-write", "9",
			 "enforce"));
	close(weak);
	close(strong);
}

TEST_HARNESS_MAIN
