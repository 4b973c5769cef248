// SPDX-License-Identifier: GPL-2.0-only
/* The machine itself, which only a kernel for the real processor can reach. */

#include <elf.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/syscall.h>

#include <linux/perf_event.h>

#include "../kselftest_harness.h"
#include "common.h"

#define FLAGGED	AT "/flagged"

FIXTURE(machine)
{
	int log;
};

FIXTURE_SETUP(machine)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(FS_TMPFS));
	ASSERT_EQ(0, load_file(AT, "dir/prog", ""));
	ASSERT_EQ(0, copy_file(PROG, FLAGGED, 0755));
	ASSERT_EQ(0, load_file(AT, "flagged", "trusted"));
}

FIXTURE_TEARDOWN(machine)
{
	close(self->log);
}

TEST_F(machine, only_trusted_programs_reach_the_machine)
{
	EXPECT_EQ(EPERM, run(PROG, "open", "/dev/port"));
	EXPECT_TRUE(log_denied(self->log, "raw_io", NULL));
	EXPECT_EQ(0, run(FLAGGED, "open", "/dev/port"));
	EXPECT_EQ(EPERM, run(PROG, "msr", "/dev/cpu/0/msr"));
	EXPECT_TRUE(log_denied(self->log, "raw_io", NULL));
	EXPECT_EQ(0, run(FLAGGED, "msr", "/dev/cpu/0/msr"));
}

/*
 * What comes back from the disk may never have been in memory. Whoever reads which
 * sleep states there are asks the kernel the same question, so a denial is not
 * reported.
 */
TEST_F(machine, only_trusted_programs_hibernate)
{
	static const char mode[] = "/sys/power/disk";

	EXPECT_EQ(EPERM, run(PROG, "read", "/dev/snapshot"));
	EXPECT_EQ(EPERM, run(PROG, "put", "/sys/power/state", "disk"));
	EXPECT_EQ(EPERM, run(PROG, "put", mode, "test_resume"));
	EXPECT_FALSE(log_has_now(self->log, "lockdown", NULL));
	/* This only selects what would be done. */
	EXPECT_EQ(0, run(FLAGGED, "put", mode, "test_resume"));
	EXPECT_EQ(0, run(FLAGGED, "read", "/dev/snapshot"));
}

/* Samples the stack of a program. Returns a descriptor or -errno. */
static int watch(pid_t pid)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.sample_period = 100000,
		.sample_type = PERF_SAMPLE_STACK_USER,
		.sample_stack_user = 4096,
		.exclude_kernel = 1,
	};
	int fd = syscall(SYS_perf_event_open, &attr, pid, -1, -1,
			 PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* A trusted program may not be traced. */
TEST_F(machine, no_ptrace_program_is_not_watched)
{
	static const char *const programs[] = { FLAGGED, PROG };
	int ready, fd;
	pid_t pid;
	size_t i;
	char c;

	for (i = 0; i < ARRAY_SIZE(programs); i++) {
		pid = start(&ready, programs[i], "pause", NULL);
		ASSERT_LT(0, pid);
		ASSERT_EQ(1, read(ready, &c, 1));
		fd = watch(pid);
		EXPECT_EQ(i ? 0 : -EPERM, fd < 0 ? fd : 0);
		EXPECT_EQ(!i, log_has_now(self->log, "op=ptrace", "res=0",
					  NULL));
		close(fd);
		kill(pid, SIGKILL);
		stop(pid);
		close(ready);
	}
}

TEST_F(machine, only_trusted_programs_watch_all_others)
{
	char none[16], stack[16], regs[16];

	snprintf(none, sizeof(none), "%d", PERF_SAMPLE_IP);
	snprintf(stack, sizeof(stack), "%d", PERF_SAMPLE_STACK_USER);
	EXPECT_EQ(0, run(PROG, "watch", none));
	EXPECT_EQ(EPERM, run(PROG, "watch", stack));
	EXPECT_TRUE(log_denied(self->log, "ptrace", NULL));
	EXPECT_EQ(0, run(FLAGGED, "watch", stack));
	snprintf(regs, sizeof(regs), "%d", PERF_SAMPLE_REGS_USER);
	EXPECT_EQ(EPERM, run(PROG, "watch", regs));
}

/* Is a program still watched once it has become another? */
static bool watched_as(const char *path)
{
	struct pollfd p = { .events = POLLIN };
	int ready, status;
	bool watched;
	void *ring;
	pid_t pid;
	char c;

	pid = start(&ready, PROG, "stopped", "exec", path, "pause", NULL);
	if (pid < 0 || waitpid(pid, &status, WUNTRACED) != pid)
		return false;
	p.fd = watch(pid);
	ring = mmap(NULL, 2 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, p.fd,
		    0);
	kill(pid, SIGCONT);
	watched = ring != MAP_FAILED && read(ready, &c, 1) == 1 &&
		  poll(&p, 1, 0) >= 0 && !(p.revents & POLLHUP);
	kill(pid, SIGKILL);
	stop(pid);
	close(p.fd);
	close(ready);
	return watched;
}

TEST_F(machine, watched_program_becomes_one_that_is_not)
{
	EXPECT_FALSE(watched_as(FLAGGED));
	EXPECT_TRUE(watched_as(PROG));
}

TEST_F(machine, memory_of_huge_pages_is_memory)
{
	static const char pages[] = "/proc/sys/vm/nr_hugepages";

	ASSERT_EQ(0, run(PROG, "put", pages, "4"));
	EXPECT_EQ(0, run(PROG, "huge-pages", "0"));
	EXPECT_EQ(EACCES, run(PROG, "huge-pages", "1"));
	EXPECT_TRUE(log_has(self->log, "op=mmap", "res=0", NULL));
	/* It is not read from a file, so it does not have to be verified input. */
	ASSERT_EQ(0, load_file(AT, "flagged", "verify"));
	EXPECT_EQ(0, run(FLAGGED, "huge-pages", "0"));
	EXPECT_EQ(0, run(PROG, "put", pages, "0"));
}

#define OLD		AT "/old"
#define TEXT_AT		0x08048000
#define DATA_AT		0x08049000

/* Makes a 32-bit program that says nothing of its stack, and that changes its data. */
static int make_old_program(void)
{
	static const unsigned char code[] = {
		0xc7, 0x05, 0x00, 0x90, 0x04, 0x08, 7, 0, 0, 0,
					/* movl $7, DATA_AT */
		0xb8, 1, 0, 0, 0,	/* mov $1, %eax: exit */
		0xbb, 42, 0, 0, 0,	/* mov $42, %ebx */
		0xcd, 0x80,		/* int $0x80 */
	};
	static char image[2 * 4096];
	Elf32_Ehdr *head = (Elf32_Ehdr *)image;
	Elf32_Phdr *parts = (Elf32_Phdr *)(head + 1);

	memcpy(head->e_ident, ELFMAG, SELFMAG);
	head->e_ident[EI_CLASS] = ELFCLASS32;
	head->e_ident[EI_DATA] = ELFDATA2LSB;
	head->e_ident[EI_VERSION] = EV_CURRENT;
	head->e_type = ET_EXEC;
	head->e_machine = EM_386;
	head->e_version = EV_CURRENT;
	head->e_entry = TEXT_AT + 1024;
	head->e_phoff = sizeof(*head);
	head->e_ehsize = sizeof(*head);
	head->e_phentsize = sizeof(*parts);
	head->e_phnum = 2;
	parts[0] = (Elf32_Phdr){ PT_LOAD, 0, TEXT_AT, TEXT_AT, 4096, 4096,
				 PF_R | PF_X, 4096 };
	parts[1] = (Elf32_Phdr){ PT_LOAD, 4096, DATA_AT, DATA_AT, 4096, 4096,
				 PF_R | PF_W, 4096 };
	memcpy(image + 1024, code, sizeof(code));
	return write_file(OLD, image, sizeof(image), 0755);
}

/* Maps a file like a program for which everything readable is executable. */
static int map_implied(const char *path, int prot)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	pid_t pid = fork();

	if (!pid) {
		personality(READ_IMPLIES_EXEC);
		_exit(mmap(NULL, 4096, prot, MAP_PRIVATE, fd, 0) ==
		      MAP_FAILED ? errno : 0);
	}
	close(fd);
	return stop(pid);
}

TEST_F(machine, old_program_has_data)
{
	ASSERT_EQ(0, make_old_program());
	EXPECT_EQ(-EACCES, run(OLD));
	ASSERT_EQ(0, load_file(AT, "old", ""));
	EXPECT_EQ(42, run(OLD));
	/* A mapping that the program makes by itself counts as code all the same. */
	EXPECT_EQ(0, map_implied(OLD, PROT_READ));
	EXPECT_EQ(EACCES, map_implied(OLD, PROT_READ | PROT_WRITE));
	EXPECT_TRUE(log_denied(self->log, "mmap", OLD));
	EXPECT_EQ(EACCES, map_implied(OTHER, PROT_READ));
	EXPECT_TRUE(log_denied(self->log, "mmap", OTHER));
}

TEST_HARNESS_MAIN
