// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's messages and audit records, see common.h.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common.h"

/**
 * log_open() - read the kernel's messages from now on
 *
 * Lets all lines through to the kernel log, and all audit records, as long as
 * nobody else takes those.
 *
 * Return: a descriptor for log_has() and the like, or a negative errno.
 */
int log_open(void)
{
	int log = open("/proc/sys/kernel/printk_ratelimit",
		       O_WRONLY | O_CLOEXEC);

	if (log < 0 || write(log, "0", 1) != 1)
		return fail("printk_ratelimit");
	close(log);
	log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (log < 0 || lseek(log, 0, SEEK_END) < 0)
		return fail("/dev/kmsg");
	return log;
}

static bool has_all(const char *record, va_list words)
{
	const char *word;
	va_list copy;
	bool all = true;

	va_copy(copy, words);
	while (all && (word = va_arg(copy, const char *)))
		all = strstr(record, word);
	va_end(copy);
	return all;
}

/* Audit records arrive a moment after the event. */
static bool find(int log, int wait_ms, va_list words)
{
	struct pollfd p = { .fd = log, .events = POLLIN };
	char record[8192];
	struct timespec t;
	long long end, now;
	ssize_t len;

	clock_gettime(CLOCK_MONOTONIC, &t);
	end = t.tv_sec * 1000LL + t.tv_nsec / 1000000 + wait_ms;
	for (;;) {
		len = read(log, record, sizeof(record) - 1);
		if (len >= 0) {
			record[len] = '\0';
			if (has_all(record, words))
				return true;
			continue;
		}
		if (errno == EPIPE)
			continue;
		clock_gettime(CLOCK_MONOTONIC, &t);
		now = t.tv_sec * 1000LL + t.tv_nsec / 1000000;
		if (errno != EAGAIN || now >= end)
			return false;
		poll(&p, 1, end - now);
	}
}

/**
 * log_has() - wait for a message of the kernel's
 * @log: from log_open(); what came before the message is passed over
 *
 * Return: true if one has all of the words that follow, up to NULL.
 */
bool log_has(int log, ...)
{
	va_list words;
	bool found;

	va_start(words, log);
	found = find(log, 5000, words);
	va_end(words);
	return found;
}

/**
 * log_has_now() - as log_has(), for what should not be there
 * @log: from log_open()
 *
 * Return: true if there is one now or in a moment.
 */
bool log_has_now(int log, ...)
{
	va_list words;
	bool found;

	va_start(words, log);
	found = find(log, 300, words);
	va_end(words);
	return found;
}

static bool has_record(int log, const char *op, const char *path,
		       const char *result)
{
	char op_word[64], path_word[256] = "";

	snprintf(op_word, sizeof(op_word), "lsm=veriexec op=%s cause=", op);
	/* The path begins at the root, or at that of its file system. */
	if (path)
		snprintf(path_word, sizeof(path_word), "%s\" dev=",
			 strncmp(path, AT, strlen(AT)) ? path :
						       path + strlen(AT));
	return log_has(log, "type=1800", op_word, path_word, result, NULL);
}

/**
 * log_denied() - is there an audit record of a denial?
 * @log: from log_open()
 * @op: what was attempted, as the record names it
 * @path: of the file, or NULL
 *
 * Return: true if there is.
 */
bool log_denied(int log, const char *op, const char *path)
{
	return has_record(log, op, path, " res=0");
}

/**
 * log_allowed() - is there an audit record of what would have been denied?
 * @log: from log_open()
 * @op: what was attempted, as the record names it
 * @path: of the file, or NULL
 *
 * Return: true if there is.
 */
bool log_allowed(int log, const char *op, const char *path)
{
	return has_record(log, op, path, " res=1");
}

/**
 * log_judged() - was this denied under enforce, or else let through and reported?
 * @log: from log_open()
 * @got: what the attempt gave, 0 or an errno
 * @error: the errno that it gives under enforce
 * @op: what was attempted, as the record names it
 * @path: of the file, or NULL
 *
 * Return: true if it was.
 */
bool log_judged(int log, int got, int error, const char *op, const char *path)
{
	const bool enforced = in_state("enforce");

	if (got != (enforced ? error : 0)) {
		fprintf(stderr, "# it gave %d\n", got);
		return false;
	}
	return enforced ? log_denied(log, op, path) : log_allowed(log, op, path);
}
