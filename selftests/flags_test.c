// SPDX-License-Identifier: GPL-2.0-only
/* What the flags of an entry do to the program that it lists. */

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>

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
#define BINFMT	"/proc/sys/fs/binfmt_misc"
#define CORE_PATTERN	"/proc/sys/kernel/core_pattern"

/* Makes FLAGGED, a copy of PROG that is listed with these flags. */
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

/* It does not run through a binfmt_misc handler, whatever leads to it. */
TEST_F(flags, indirect_program_is_no_interpreter_of_binfmt_misc)
{
	static const char magic[] = "flags_test";
	const char *programs[] = { FLAGGED, PROG };
	char text[256];
	size_t i;
	int fd;

	ASSERT_EQ(0, make_flagged("indirect"));
	ASSERT_EQ(0, mount("binfmt_misc", BINFMT, "binfmt_misc", 0, NULL));
	ASSERT_EQ(0, write_file(AT "/data", magic, strlen(magic), 0755));
	ASSERT_EQ(0, load_file(AT, "data", ""));
	for (i = 0; i < ARRAY_SIZE(programs); i++) {
		snprintf(text, sizeof(text), ":%s:M::%s::%s:", magic, magic,
			 programs[i]);
		ASSERT_LE(0, fd = open(BINFMT "/register", O_WRONLY));
		ASSERT_LT(0, write(fd, text, strlen(text)));
		close(fd);
		EXPECT_EQ(i ? 0 : -EACCES, run(AT "/data", "ok"));
		if (!i)
			EXPECT_TRUE(log_denied(self->log, "exec", FLAGGED));
		ASSERT_LE(0, fd = open(BINFMT "/flags_test", O_WRONLY));
		ASSERT_EQ(2, write(fd, "-1", 2));
		close(fd);
	}
}

TEST_F(flags, indirect_program_does_not_run_by_other_ways)
{
	char *const argv[] = { "probe", "ok", NULL };
	char *const env[] = { NULL };
	int fd;

	ASSERT_EQ(0, make_flagged("indirect"));
	ASSERT_LE(0, fd = open(FLAGGED, O_RDONLY | O_CLOEXEC));
	EXPECT_EQ(EACCES, errno_of(fexecve(fd, argv, env)));
	EXPECT_TRUE(log_denied(self->log, "exec", FLAGGED));
	/* A dynamic linker that is told to run it would map it like this. */
	EXPECT_EQ(MAP_FAILED, mmap(NULL, 4096, PROT_READ | PROT_EXEC,
				   MAP_PRIVATE, fd, 0));
	EXPECT_EQ(EACCES, errno);
	EXPECT_TRUE(log_denied(self->log, "mmap", FLAGGED));
	close(fd);
	ASSERT_LE(0, fd = open(PROG, O_RDONLY | O_CLOEXEC));
	EXPECT_NE(MAP_FAILED, mmap(NULL, 4096, PROT_READ | PROT_EXEC,
				   MAP_PRIVATE, fd, 0));
	close(fd);
}

/* It is at the end of as many scripts as the kernel follows. */
TEST_F(flags, indirect_program_runs_at_the_end_of_a_chain)
{
	char path[64], line[128];
	struct text text = {};
	int i;

	ASSERT_EQ(0, make_flagged("indirect"));
	for (i = 1; i <= 5; i++) {
		if (i == 1)
			strcpy(line, "#!" FLAGGED " ok\n");
		else
			sprintf(line, "#!%s\n", path);
		sprintf(path, AT "/script%d", i);
		ASSERT_EQ(0, write_file(path, line, strlen(line), 0755));
		ASSERT_EQ(0, text_add_file(&text, AT, path + strlen(AT "/"),
					   ""));
	}
	ASSERT_EQ(0, load(AT, &text));
	EXPECT_EQ(0, run(AT "/script5"));
	text_free(&text);
}

/* -- Nobody may steer from outside what may not be traced. */

TEST_F(flags, no_ptrace_program_mistrusts_its_environment)
{
	static const char script[] = "#!" FLAGGED " secure\n";

	EXPECT_EQ(0, run(PROG, "secure"));
	EXPECT_EQ(0, run_user(PROG, "secure"));
	ASSERT_EQ(0, make_flagged("no_ptrace"));
	EXPECT_EQ(1, run(FLAGGED, "secure"));
	EXPECT_EQ(1, run_user(FLAGGED, "secure"));
	ASSERT_EQ(0, write_file(AT "/script", script, strlen(script), 0755));
	ASSERT_EQ(0, load_file(AT, "script", ""));
	EXPECT_EQ(1, run(AT "/script"));
	/* A program that it starts is another one. */
	EXPECT_EQ(0, run(FLAGGED, "exec", PROG, "secure"));

	ASSERT_EQ(0, load_file(AT, "flagged", ""));
	EXPECT_EQ(0, run(FLAGGED, "secure"));
	EXPECT_EQ(0, run(AT "/script"));
	ASSERT_EQ(0, load_file(AT, "flagged", "trusted"));
	EXPECT_EQ(1, run(FLAGGED, "secure"));
}

/* Runs AT/dynamic with a library that is loaded first. Returns as stop() does. */
static int run_preloaded(void)
{
	char *const argv[] = { "dynamic", "exit", "7", NULL };
	char *const env[] = { "LD_PRELOAD=" AT "/library.so", NULL };
	pid_t pid = fork();

	if (!pid) {
		execve(AT "/dynamic", argv, env);
		_exit(255);
	}
	return stop(pid);
}

TEST_F(flags, no_ptrace_program_is_given_no_library)
{
	static const char *const names[] = {
		"ld.so", "libc.so.6", "library.so", "dynamic",
	};
	char path[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), AT "/%s", names[i]);
		ASSERT_EQ(0, copy_ours(names[i], path));
		ASSERT_EQ(0, load_file(AT, names[i], ""));
	}
	/* The exit status of library.c. */
	EXPECT_EQ(42, run_preloaded());
	ASSERT_EQ(0, load_file(AT, "dynamic", "no_ptrace"));
	EXPECT_EQ(7, run_preloaded());
}

/* A task that shares its directories can change where it looks for files. */
TEST_F(flags, no_ptrace_program_shares_its_directories_with_nobody)
{
	ASSERT_EQ(0, make_flagged("no_ptrace"));
	EXPECT_EQ(EACCES, run(PROG, "share", "exec", FLAGGED, "ok"));
	EXPECT_TRUE(log_has(self->log, ";veriexec: exec of " FLAGGED
			    " denied: program may not be traced and is", NULL));
	EXPECT_TRUE(log_denied(self->log, "exec", FLAGGED));
	EXPECT_EQ(0, run(PROG, "fork", "exec", FLAGGED, "ok"));
	EXPECT_EQ(0, run(PROG, "share", "unshare", "exec", FLAGGED, "ok"));
	EXPECT_EQ(0, run(PROG, "share", "exec", PROG, "ok"));
	EXPECT_FALSE(log_has_now(self->log, "lsm=veriexec", " res=0", NULL));
}

/* -- Ways to the memory and descriptors of another program. */

static int seize(pid_t pid)
{
	return errno_of(ptrace(PTRACE_SEIZE, pid, NULL, NULL));
}

static int open_memory(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	return errno_of(open(path, O_RDONLY | O_CLOEXEC));
}

/* An address that can be read and written in every program. */
static unsigned long stack_of(pid_t pid)
{
	unsigned long start = 0;
	char path[64], line[256];
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps = fopen(path, "r");
	while (maps && fgets(line, sizeof(line), maps))
		if (strstr(line, "[stack]"))
			start = strtoul(strchr(line, '-') + 1, NULL, 16) - 4096;
	if (maps)
		fclose(maps);
	return start;
}

static int transfer(pid_t pid, bool write)
{
	char byte = 0;
	struct iovec here = { &byte, 1 };
	struct iovec there = { (void *)stack_of(pid), 1 };

	return errno_of(write ?
			process_vm_writev(pid, &here, 1, &there, 1, 0) :
			process_vm_readv(pid, &here, 1, &there, 1, 0));
}

static int read_memory(pid_t pid)
{
	return transfer(pid, false);
}

static int write_memory(pid_t pid)
{
	return transfer(pid, true);
}

static int open_environment(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/environ", pid);
	return errno_of(open(path, O_RDONLY | O_CLOEXEC));
}

static int follow_program(pid_t pid)
{
	char path[64], target[256];

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	return errno_of(readlink(path, target, sizeof(target)));
}

static int open_state(pid_t pid)
{
	char path[64], text[512];
	int fd, ret;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ret = fd < 0 || read(fd, text, sizeof(text)) < 0 ? errno : 0;
	close(fd);
	return ret;
}

static int take_descriptor(pid_t pid)
{
	int fd = syscall(SYS_pidfd_open, pid, 0);

	return errno_of(syscall(SYS_pidfd_getfd, fd, 1, 0));
}

static const struct {
	const char *name;
	int (*reach)(pid_t pid);
	int refused;
	bool told;
} ways[] = {
	{ "attach", attach, EPERM, true },
	{ "seize", seize, EPERM, true },
	{ "/proc/PID/mem", open_memory, EACCES, true },
	{ "process_vm_readv", read_memory, EPERM, true },
	{ "process_vm_writev", write_memory, EPERM, true },
	{ "pidfd_getfd", take_descriptor, EPERM, true },
	/* Whoever lists processes can do without these, and no denial is reported. */
	{ "/proc/PID/environ", open_environment, EACCES, false },
	{ "/proc/PID/exe", follow_program, EACCES, false },
	{ "/proc/PID/stat", open_state, 0, false },
};

/* Runs @path until it is ready, then tries to get at it. Returns 0 or errno. */
static int reach_paused(const char *path, int (*way)(pid_t pid))
{
	int ready;
	pid_t pid = start(&ready, path, "pause", NULL);

	return reach(pid, ready, way);
}

TEST_F(flags, no_ptrace_program_is_not_traced)
{
	size_t i;

	ASSERT_EQ(0, make_flagged("no_ptrace"));
	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		EXPECT_EQ(ways[i].refused, reach_paused(FLAGGED, ways[i].reach))
			TH_LOG("%s", ways[i].name);
		EXPECT_EQ(ways[i].told,
			  log_has_now(self->log, "op=ptrace", " res=0", NULL))
			TH_LOG("%s", ways[i].name);
		EXPECT_EQ(0, reach_paused(PROG, ways[i].reach))
			TH_LOG("%s", ways[i].name);
	}
	while (log_has_now(self->log, "op=ptrace", NULL))
		;
	EXPECT_EQ(EPERM, run(FLAGGED, "traceme"));
	EXPECT_TRUE(log_denied(self->log, "ptrace", NULL));
	EXPECT_EQ(0, run(PROG, "traceme"));
	/* A program that it starts is another one. */
	EXPECT_EQ(0, run(FLAGGED, "exec", PROG, "traceme"));
	EXPECT_EQ(EPERM, run(FLAGGED, "fork", "traceme"));
}

/* Has a program that is traced run another. Returns as stop() does. */
static int run_traced(const char *path)
{
	pid_t pid = start(NULL, PROG, "traced", "exec", path, "ok", NULL);
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 255;
	if (!WIFSTOPPED(status))
		return WEXITSTATUS(status);
	/* A program begins with this stop if it is traced. */
	return ptrace(PTRACE_CONT, pid, NULL, NULL) ? 255 : stop(pid);
}

TEST_F(flags, traced_program_does_not_become_one_that_may_not_be)
{
	ASSERT_EQ(0, make_flagged("no_ptrace"));
	EXPECT_EQ(EACCES, run_traced(FLAGGED));
	EXPECT_TRUE(log_denied(self->log, "exec", FLAGGED));
	EXPECT_EQ(0, run_traced(PROG));
}

/* Does the kernel dump the memory of this program when it ends? */
static bool dumps(const char *path)
{
	pid_t pid = start(NULL, path, "dump", NULL);
	int status;

	return pid > 0 && waitpid(pid, &status, 0) == pid &&
	       WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT &&
	       WCOREDUMP(status);
}

/* The helper that the kernel starts for a dump comes a moment later. */
static bool appears(const char *path)
{
	int i;

	for (i = 0; i < 100 && access(path, F_OK); i++)
		usleep(20000);
	return !access(path, F_OK);
}

/*
 * This holds whatever the program, its user and the administrator have set for dumps.
 */
TEST_F(flags, no_ptrace_program_is_not_dumped)
{
	static const char *const made[] = { AT "/core", "/piped.ran" };
	char pipe[128], before[128] = {};
	const char *const patterns[] = { AT "/core", pipe };
	size_t i;
	int fd;

	/*
	 * The helper lies outside of AT, because the kernel does not see mounts of the
	 * tests.
	 */
	snprintf(pipe, sizeof(pipe), "|%s mark /piped", ours("probe"));
	ASSERT_EQ(0, make_flagged("no_ptrace"));
	ASSERT_LE(0, fd = open(CORE_PATTERN, O_RDWR | O_CLOEXEC));
	ASSERT_LT(0, read(fd, before, sizeof(before) - 1));
	for (i = 0; i < ARRAY_SIZE(patterns); i++) {
		ASSERT_LT(0, pwrite(fd, patterns[i], strlen(patterns[i]), 0));
		EXPECT_FALSE(dumps(FLAGGED)) TH_LOG("%s", patterns[i]);
		EXPECT_TRUE(log_denied(self->log, "core_dump", NULL));
		EXPECT_NE(0, access(made[i], F_OK)) TH_LOG("%s", made[i]);
		/* If nobody reads the pipe, there is nothing else to see. */
		EXPECT_TRUE(dumps(PROG) || i) TH_LOG("%s", patterns[i]);
		EXPECT_TRUE(appears(made[i])) TH_LOG("%s", made[i]);
	}
	EXPECT_EQ(0, unlink("/piped.ran"));
	EXPECT_LT(0, pwrite(fd, before, strlen(before), 0));
	close(fd);
}

/* -- Restrictions add up; see cred_test.c for rights, which do not. */

TEST_F(flags, restrictions_of_a_script_hold_for_its_interpreter)
{
	static const char script[] = "#!" PROG "\n";

	ASSERT_EQ(0, write_file(AT "/script", script, strlen(script), 0755));
	ASSERT_EQ(0, load_file(AT, "script", ""));
	EXPECT_EQ(0, run(AT "/script", "read", FREE));
	EXPECT_EQ(0, run(AT "/script", "traceme"));
	EXPECT_EQ(0, run_traced(AT "/script"));
	ASSERT_EQ(0, load_file(AT, "script", "verify"));
	EXPECT_EQ(EACCES, run(AT "/script", "read", FREE));
	EXPECT_TRUE(log_denied(self->log, "read", FREE));
	EXPECT_EQ(0, run(AT "/script", "traceme"));
	ASSERT_EQ(0, load_file(AT, "script", "no_ptrace"));
	EXPECT_EQ(0, run(AT "/script", "read", FREE));
	EXPECT_EQ(EPERM, run(AT "/script", "traceme"));
	EXPECT_TRUE(log_denied(self->log, "ptrace", NULL));
	EXPECT_EQ(EACCES, run_traced(AT "/script"));
}

static int copy_dynamic(const char *flags, const char *linker_flags)
{
	static const char *const names[] = { "libc.so.6", "ld.so", "dynamic" };
	const char *const words[] = { "", linker_flags, flags };
	static unsigned int number;
	char path[64], rest[64];
	int ret = 0;
	size_t i;

	for (i = 0; !ret && i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), AT "/%s", names[i]);
		if (access(path, F_OK))
			ret = copy_ours(names[i], path);
		/*
		 * The label makes each text a new one: a text that is loaded again does
		 * not take precedence.
		 */
		snprintf(rest, sizeof(rest), "%s label=%d-%u", words[i],
			 getpid(), ++number);
		ret = ret ?: load_file(AT, names[i], rest);
	}
	return ret;
}

TEST_F(flags, restrictions_of_an_elf_interpreter_hold_for_its_program)
{
	ASSERT_EQ(0, copy_dynamic("", ""));
	EXPECT_EQ(0, run(AT "/dynamic", "read", FREE));
	EXPECT_EQ(0, run(AT "/dynamic", "traceme"));
	EXPECT_EQ(0, run(AT "/dynamic", "secure"));
	EXPECT_EQ(0, run_traced(AT "/dynamic"));
	ASSERT_EQ(0, copy_dynamic("", "no_ptrace"));
	EXPECT_EQ(EPERM, run(AT "/dynamic", "traceme"));
	EXPECT_TRUE(log_denied(self->log, "ptrace", NULL));
	EXPECT_EQ(1, run(AT "/dynamic", "secure"));
	EXPECT_EQ(EACCES, run_traced(AT "/dynamic"));
	EXPECT_EQ(0, run(AT "/dynamic", "read", FREE));
	ASSERT_EQ(0, copy_dynamic("no_ptrace", "verify"));
	EXPECT_EQ(EACCES, run(AT "/dynamic", "read", FREE));
	EXPECT_TRUE(log_denied(self->log, "read", FREE));
	EXPECT_EQ(0, run(AT "/dynamic", "read", PROG));
	EXPECT_EQ(EPERM, run(AT "/dynamic", "traceme"));
}

TEST_F(flags, restrictions_hold_for_who_is_told_to_run_the_program)
{
	ASSERT_EQ(0, copy_dynamic("", ""));
	EXPECT_EQ(0, run(AT "/ld.so", AT "/dynamic", "read", FREE));
	EXPECT_EQ(0, run(AT "/ld.so", AT "/dynamic", "traceme"));
	ASSERT_EQ(0, copy_dynamic("verify", ""));
	EXPECT_EQ(EACCES, run(AT "/ld.so", AT "/dynamic", "read", FREE));
	EXPECT_TRUE(log_denied(self->log, "read", FREE));
	EXPECT_EQ(0, run(AT "/ld.so", AT "/dynamic", "read", PROG));
	EXPECT_EQ(EACCES, run(AT "/ld.so", AT "/dynamic", "fork", "read",
			      FREE));
	EXPECT_EQ(0, run(AT "/ld.so", AT "/dynamic", "exec", PROG, "read",
			 FREE));
	ASSERT_EQ(0, copy_dynamic("no_ptrace", ""));
	EXPECT_EQ(EPERM, run(AT "/ld.so", AT "/dynamic", "traceme"));
	EXPECT_TRUE(log_denied(self->log, "ptrace", NULL));
	EXPECT_EQ(0, run(AT "/ld.so", AT "/dynamic", "read", FREE));
}

static void *wait_long(void *arg)
{
	pause();
	return arg;
}

/* Maps a program as code in a process of its own. Returns 0 or errno. */
static int map_in_child(const char *path, bool threads, bool remap)
{
	pid_t pid = fork();
	pthread_t thread;
	void *p;

	if (!pid) {
		if (threads && pthread_create(&thread, NULL, wait_long, NULL))
			_exit(255);
		if (!remap)
			_exit(map_code(path));
		p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE,
			 open(path, O_RDONLY | O_CLOEXEC), 0);
		_exit(errno_of(mprotect(p, 4096, PROT_READ | PROT_EXEC)));
	}
	return stop(pid);
}

/*
 * A task with several threads is refused, because its other threads cannot take it on.
 */
TEST_F(flags, code_of_a_restricted_program_is_mapped_by_who_can_take_it_on)
{
	ASSERT_EQ(0, make_flagged("verify"));
	ASSERT_EQ(0, check_file(PROG));
	ASSERT_EQ(0, check_file(FLAGGED));
	EXPECT_EQ(0, map_in_child(FLAGGED, false, false));
	EXPECT_EQ(EACCES, map_in_child(FLAGGED, true, false));
	EXPECT_TRUE(log_denied(self->log, "mmap", FLAGGED));
	EXPECT_EQ(0, map_in_child(PROG, true, false));
	EXPECT_EQ(EACCES, map_in_child(FLAGGED, false, true));
	EXPECT_TRUE(log_denied(self->log, "mprotect", FLAGGED));
	EXPECT_EQ(0, map_in_child(PROG, false, true));
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

	/* A program that it starts does not inherit the rights. */
	EXPECT_EQ(EPERM, run(FLAGGED, "exec", PROG, "state", "enforce"));
	/* Its children do, and none of them may be traced. */
	EXPECT_EQ(0, run(FLAGGED, "fork", "state", "enforce"));
	EXPECT_EQ(EPERM, reach_paused(FLAGGED, attach));
	text_free(&manifest);
	text_free(&text);
}

/* Runs a program with a descriptor of @path. Returns as run() does. */
static int run_with(const char *program, const char *verb, const char *path)
{
	int fd = open(path, O_RDONLY);
	char number[16];
	int ret;

	if (fd < 0)
		return -errno;
	snprintf(number, sizeof(number), "%d", fd);
	ret = run(program, verb, number);
	close(fd);
	return ret;
}

TEST_F(flags, only_trusted_programs_open_the_memory)
{
	ASSERT_EQ(0, make_flagged("trusted"));
	EXPECT_EQ(EPERM, run(PROG, "open", "/dev/mem"));
	EXPECT_TRUE(log_has(self->log, "lsm=veriexec op=raw_io ",
			    " cause=not-trusted reason=\"program is not trusted\" ",
			    "res=0", NULL));
	EXPECT_EQ(0, run(FLAGGED, "open", "/dev/mem"));
}

TEST_F(flags, raw_io_with_disks_is_not_with_the_memory)
{
	ASSERT_EQ(0, make_flagged("storage"));
	EXPECT_EQ(EPERM, run(FLAGGED, "open", "/dev/mem"));
	EXPECT_TRUE(log_has(self->log, "lsm=veriexec op=lockdown ",
			    "what=\"/dev/mem,kmem,port\"", "res=0", NULL));
}

/* It does not matter who has opened it. The tests themselves have all rights. */
TEST_F(flags, only_trusted_programs_read_the_memory)
{
	static const char *const verbs[] = { "fd-read", "fd-uring", "fd-map" };
	size_t i;

	ASSERT_EQ(0, make_flagged("trusted"));
	for (i = 0; i < ARRAY_SIZE(verbs); i++) {
		EXPECT_EQ(EPERM, run_with(PROG, verbs[i], "/dev/mem"))
			TH_LOG("%s", verbs[i]);
		EXPECT_TRUE(log_denied(self->log, "lockdown", "/dev/mem"));
		EXPECT_NE(EPERM, run_with(FLAGGED, verbs[i], "/dev/mem"))
			TH_LOG("%s", verbs[i]);
		EXPECT_EQ(0, run_with(PROG, verbs[i], DATA))
			TH_LOG("%s", verbs[i]);
	}
}

TEST_F(flags, verify_program_reads_verified_files_only)
{
	static const char *const verbs[] = {
		"fd-read", "fd-map", "fd-send", "fd-splice", "fd-uring",
		"fd-open",
	};
	size_t i;

	ASSERT_EQ(0, make_flagged("verify"));
	ASSERT_EQ(0, load_file(AT, "dir/data", ""));
	EXPECT_EQ(0, run(FLAGGED, "read", DATA));
	EXPECT_EQ(EACCES, run(FLAGGED, "read", FREE));
	EXPECT_TRUE(log_denied(self->log, "read", FREE));
	EXPECT_EQ(EACCES, run(FLAGGED, "open", FREE));
	EXPECT_TRUE(log_denied(self->log, "read", FREE));
	EXPECT_EQ(0, run(PROG, "read", FREE));
	EXPECT_EQ(0, run(PROG, "open", FREE));
	/* Files that are not regular cannot be listed anyway. */
	EXPECT_EQ(0, run(FLAGGED, "read", "/dev/null"));
	EXPECT_EQ(0, run(FLAGGED, "read", AT));

	/* It does not matter who has opened it: the reader counts. */
	for (i = 0; i < ARRAY_SIZE(verbs); i++) {
		EXPECT_EQ(EACCES, run_with(FLAGGED, verbs[i], FREE))
			TH_LOG("%s", verbs[i]);
		EXPECT_TRUE(log_denied(self->log, "read", FREE));
		EXPECT_EQ(0, run_with(FLAGGED, verbs[i], DATA))
			TH_LOG("%s", verbs[i]);
		EXPECT_EQ(0, run_with(PROG, verbs[i], FREE))
			TH_LOG("%s", verbs[i]);
	}
}

/* Content that nobody else can have put there is no input. */
TEST_F(flags, verify_program_reads_what_is_made_for_it)
{
	ASSERT_EQ(0, make_flagged("verify"));
	EXPECT_EQ(0, run(FLAGGED, "read", "/proc/self/status"));
	EXPECT_EQ(0, run(FLAGGED, "read", "/sys/kernel/uevent_seqnum"));
	EXPECT_EQ(EACCES, run(FLAGGED, "read", CONTROL "state"));
	EXPECT_TRUE(log_denied(self->log, "read", NULL));
	EXPECT_EQ(0, run(FLAGGED, "temporary", AT, "0"));
	EXPECT_EQ(0, run(FLAGGED, "fork", "temporary", AT, "0"));
	/*
	 * The file gets a name, somebody else opens it, or somebody else has made it.
	 */
	EXPECT_EQ(EACCES, run(FLAGGED, "temporary", AT, "1"));
	EXPECT_TRUE(log_denied(self->log, "read", NULL));
	ASSERT_EQ(0, unlink(AT "/named"));
	EXPECT_EQ(0, run(PROG, "temporary", AT, "1"));
	EXPECT_EQ(EACCES, run(FLAGGED, "temporary", AT, "2", PROG));
	EXPECT_EQ(0, run(PROG, "temporary", AT, "2", PROG));
	EXPECT_EQ(EACCES, run(PROG, "temporary", AT, "3", FLAGGED));
	EXPECT_EQ(0, run(PROG, "temporary", AT, "3", PROG));
}

TEST_F(flags, anybody_may_ask_for_a_verdict)
{
	EXPECT_EQ(0, user_errno_of(-!!check_file(PROG)));
	EXPECT_EQ(EACCES, user_errno_of(-!!check_file(OTHER)));
	EXPECT_FALSE(log_has_now(self->log, "lsm=veriexec", " res=0", NULL));
}

/* The next version makes a file untrusted that is verified already. */
TEST_F(flags, file_that_becomes_untrusted_is_hashed_at_every_use)
{
	static const char *const flags[] = { "", "untrusted" };
	struct text text = {};
	long long before;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		ASSERT_EQ(0, text_add(&text, "%%name becomes-%d\n%%version %zu\n",
				      getpid(), i + 1));
		ASSERT_EQ(0, text_add_file(&text, AT, "dir/free", flags[i]));
		ASSERT_EQ(0, load(AT, &text));
		text_free(&text);
		ASSERT_EQ(0, check_file(FREE));
		before = stat_of("files_hashed");
		ASSERT_EQ(0, check_file(FREE));
		EXPECT_EQ(before + (int)i, stat_of("files_hashed"));
	}
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
