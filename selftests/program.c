// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs to run, and users to run them, see common.h.
 */

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common.h"

/**
 * kernel_is_slow() - is this the emulated kernel with all the debugging in it, or
 * does somebody wait for the answer?
 *
 * Return: true if a test that does something by the thousand should do less.
 */
bool kernel_is_slow(void)
{
	struct utsname name;

	return getenv("VERIEXEC_QUICK") ||
	       (!uname(&name) && strstr(name.release, "debug"));
}

/**
 * become_user() - go on as a user who has no rights
 *
 * Return: 0, or a negative errno.
 */
int become_user(void)
{
	if (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY))
		return fail("setresuid");
	return 0;
}

#define ARGS_MAX	16

static void collect(char **argv, const char *path, va_list args)
{
	int n = 0;

	argv[n++] = (char *)path;
	while (n < ARGS_MAX && (argv[n] = va_arg(args, char *)))
		n++;
	argv[n] = NULL;
}

/* Starts @path with @args. Returns its pid, or the negative errno of execve(). */
static pid_t spawn(uid_t uid, int out, const char *path, va_list args)
{
	char *argv[ARGS_MAX + 1];
	char *const env[] = { NULL };
	int pipes[2], err;
	pid_t pid;

	collect(argv, path, args);
	if (pipe2(pipes, O_CLOEXEC))
		return fail("pipe");
	pid = fork();
	if (!pid) {
		if ((out >= 0 && dup2(out, STDOUT_FILENO) < 0) ||
		    (uid && become_user()))
			_exit(255);
		execve(path, argv, env);
		err = errno;
		if (write(pipes[1], &err, sizeof(err)) != sizeof(err))
			_exit(254);
		_exit(253);
	}
	close(pipes[1]);
	if (pid > 0 && read(pipes[0], &err, sizeof(err)) == sizeof(err)) {
		waitpid(pid, NULL, 0);
		pid = -err;
	}
	close(pipes[0]);
	return pid;
}

/**
 * stop() - wait for the end of a program
 * @pid: of the program
 *
 * Return: its exit status, or 1000 and the signal that has killed it.
 */
int stop(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		return fail("waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) :
				   1000 + WTERMSIG(status);
}

/**
 * reach() - try to get at a program, and end it
 * @pid: that start() has given
 * @ready: likewise; it says something there when it is ready
 * @way: how to get at it; returns 0 or an errno
 *
 * Return: what @way did, or 255 if the program does not get ready.
 */
int reach(pid_t pid, int ready, int (*way)(pid_t pid))
{
	int ret = 255;
	char c;

	if (pid < 0)
		return ret;
	if (read(ready, &c, 1) == 1)
		ret = way(pid);
	kill(pid, SIGKILL);
	stop(pid);
	close(ready);
	return ret;
}

/**
 * attach() - trace a program, as debuggers do
 * @pid: of the program
 *
 * Return: 0 or an errno.
 */
int attach(pid_t pid)
{
	return errno_of(ptrace(PTRACE_ATTACH, pid, NULL, NULL));
}

/**
 * run_as() - run a program
 * @uid: 0, or NOBODY
 * @path: of the program
 *
 * Return: its exit status (see stop()), or the negative errno of execve().
 */
int run_as(uid_t uid, const char *path, ...)
{
	va_list args;
	pid_t pid;

	va_start(args, path);
	pid = spawn(uid, -1, path, args);
	va_end(args);
	return pid < 0 ? pid : stop(pid);
}

/**
 * start() - run a program in the background
 * @ready: NULL, or a pipe's end from which its output can be read
 * @path: of the program
 *
 * Return: its pid, or the negative errno of execve().
 */
pid_t start(int *ready, const char *path, ...)
{
	int pipes[2] = { -1, -1 };
	va_list args;
	pid_t pid;

	if (ready && pipe2(pipes, O_CLOEXEC))
		return fail("pipe");
	va_start(args, path);
	pid = spawn(0, pipes[1], path, args);
	va_end(args);
	if (ready) {
		close(pipes[1]);
		*ready = pipes[0];
	}
	return pid;
}
