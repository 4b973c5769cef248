// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program that an ELF interpreter has to load, with a library. Its verbs are a
 * few of those of probe.c.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static int do_words(int argc, char **argv)
{
	int status;

	if (argc > 1 && !strcmp(argv[0], "exit"))
		return atoi(argv[1]);
	if (argc > 1 && !strcmp(argv[0], "read"))
		return open(argv[1], O_RDONLY | O_CLOEXEC) < 0 ? errno : 0;
	if (argc > 1 && !strcmp(argv[0], "fork")) {
		if (!fork())
			_exit(do_words(argc - 1, argv + 1));
		wait(&status);
		return WEXITSTATUS(status);
	}
	if (argc > 1 && !strcmp(argv[0], "exec")) {
		execv(argv[1], argv + 1);
		return errno;
	}
	if (argc > 0 && !strcmp(argv[0], "secure"))
		return getauxval(AT_SECURE);
	if (argc > 0 && !strcmp(argv[0], "traceme"))
		return ptrace(PTRACE_TRACEME, 0, NULL, NULL) ? errno : 0;
	return 0;
}

int main(int argc, char **argv)
{
	return do_words(argc - 1, argv + 1);
}
