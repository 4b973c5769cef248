// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts what a few calls cost once everything is known, in ticks of the
 * processor. See scripts/warm-path, in whose guest a tick is an instruction.
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <x86intrin.h>

static const char *listed, *unlisted, *program;
static int to_read, to_write;

static int do_stat(void)
{
	struct stat st;

	return stat(listed, &st);
}

static int do_open(void)
{
	return close(open(listed, O_RDONLY | O_CLOEXEC));
}

static int do_read(void)
{
	char c;

	return pread(to_read, &c, 1, 0) - 1;
}

static int do_write(void)
{
	return pwrite(to_write, "x", 1, 0) - 1;
}

static int do_exec(void)
{
	pid_t pid = vfork();
	int status;

	if (!pid) {
		execl(program, program, "exit", "0", NULL);
		_exit(1);
	}
	return pid < 0 || waitpid(pid, &status, 0) != pid || status;
}

static const struct {
	const char *name;
	int (*call)(void);
	int together;		/* how many are counted together */
} calls[] = {
	{ "stat", do_stat, 100 },
	{ "open+close", do_open, 100 },
	{ "read", do_read, 100 },
	{ "write", do_write, 100 },
	{ "fork+exec", do_exec, 1 },
};

/* Returns the least of many counts, to leave out interrupts and the like. */
static unsigned long long count(int (*call)(void), int together)
{
	unsigned long long begin, ticks, least = ~0ULL;
	int i, j;

	for (i = 0; i < 100; i++) {
		begin = __rdtsc();
		for (j = 0; j < together; j++)
			if (call())
				exit(1);
		ticks = __rdtsc() - begin;
		if (ticks < least)
			least = ticks;
	}
	return (least + together / 2) / together;
}

int main(int argc, char **argv)
{
	size_t i;

	if (argc != 4) {
		fprintf(stderr, "usage: warm LISTED UNLISTED PROGRAM\n");
		return 2;
	}
	listed = argv[1];
	unlisted = argv[2];
	program = argv[3];
	to_read = open(listed, O_RDONLY | O_CLOEXEC);
	to_write = open(unlisted, O_WRONLY | O_CLOEXEC);
	for (i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		printf("%s %llu\n", calls[i].name,
		       count(calls[i].call, calls[i].together));
	return 0;
}
