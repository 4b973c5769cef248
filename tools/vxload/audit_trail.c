// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the audit trail and reads it line by line: auditd's log with those that were
 * rotated, oldest first, or the kernel's log where there is no auditd, or whatever
 * files the user names. Never keeps more than a line.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit_trail.h"
#include "message.h"

/* Longer than any record: two paths in hexadecimal digits, and the rest. */
#define LINE_SIZE	65536U

/* auditd keeps no more of them. */
#define ROTATED_MAX	999

/**
 * struct source - one log that is read
 * @name: of it, for messages
 * @fd: of it
 * @line: number of the line last read
 * @buf: what was read of it
 * @begin: of what is not yet used of @buf
 * @end: behind that
 * @within: what comes next is the rest of a line that was too long
 */
struct source {
	const char *name;
	int fd;
	unsigned long line;
	char *buf;
	size_t begin;
	size_t end;
	bool within;
};

/* Gets more into the buffer. Returns 1, 0 at the end, or -1, reported. */
static int fill(struct source *s, struct audit_trail *trail)
{
	ssize_t n;

	memmove(s->buf, s->buf + s->begin, s->end - s->begin);
	s->end -= s->begin;
	s->begin = 0;
	do {
		n = read(s->fd, s->buf + s->end, LINE_SIZE - s->end);
		/* The kernel's log went on over what was to be read next. */
		if (n < 0 && errno == EPIPE)
			trail->lost = true;
	} while (n < 0 && (errno == EINTR || errno == EPIPE));
	/* The kernel's log says so at its end. */
	if (n < 0 && (errno != EAGAIN || s->fd == STDIN_FILENO)) {
		message("%s: %s", s->name, strerror(errno));
		return -1;
	}
	if (n <= 0)
		return 0;
	s->end += (size_t)n;
	return 1;
}

/*
 * The next line, or as much of it as there is room for. Returns 1, 0 at the end, or -1,
 * reported.
 */
static int next_piece(struct source *s, struct audit_trail *trail, char **line,
		     size_t *len)
{
	char *newline;
	int ret = 1;

	while (ret > 0) {
		*line = s->buf + s->begin;
		*len = s->end - s->begin;
		newline = memchr(*line, '\n', *len);
		if (newline)
			*len = (size_t)(newline - *line) + 1;
		if (newline || *len == LINE_SIZE)
			break;
		ret = fill(s, trail);
	}
	if (ret < 0 || (!ret && !*len))
		return ret;
	s->begin += *len;
	return 1;
}

/* Likewise, but one that is too long for any record comes empty. */
static int next_line(struct source *s, struct audit_trail *trail, char **line,
		     size_t *len)
{
	bool whole = false;
	int ret;

	do {
		ret = next_piece(s, trail, line, len);
		if (ret <= 0)
			return ret;
		whole = !s->within;
		s->within = *len == LINE_SIZE && (*line)[*len - 1] != '\n';
	} while (!whole && s->within);
	if (!whole || s->within)
		*len = 0;
	s->line += whole;
	return 1;
}

static void complain(const struct source *s, struct audit_trail *trail,
		     const char *cause)
{
	if (!trail->malformed++)
		message_at(s->name, s->line, "is no record as the kernel writes it: %s",
			   cause);
}

static int read_source(struct source *s, struct audit_trail *trail)
{
	const char *cause = NULL;
	struct audit_record r;
	char *line;
	size_t len;
	int ret;

	while ((ret = next_line(s, trail, &line, &len)) > 0) {
		if (s->line == 1 && audit_line_begins_late(line, len))
			trail->lost = true;
		switch (audit_line_parse(line, len, &r, &cause)) {
		case AUDIT_OTHER:
			break;
		case AUDIT_LOST:
			trail->lost = true;
			break;
		case AUDIT_MALFORMED:
			complain(s, trail, cause);
			break;
		case AUDIT_RECORD:
			trail->records++;
			if (trail->take(trail->arg, &r))
				return -1;
		}
	}
	return ret;
}

static int read_open(const char *name, int fd, struct audit_trail *trail)
{
	struct source s = { .name = name, .fd = fd };
	int ret;

	s.buf = malloc(LINE_SIZE);
	if (!s.buf) {
		message("out of memory");
		return -1;
	}
	ret = read_source(&s, trail);
	free(s.buf);
	return ret;
}

/* Must neither wait for a writer nor take a terminal. */
static int open_log(const char *name)
{
	return open(name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

static int read_named(const char *name, struct audit_trail *trail)
{
	struct stat st;
	int ret = -1;
	int fd;

	if (!strcmp(name, "-"))
		return read_open("standard input", STDIN_FILENO, trail);
	fd = open_log(name);
	if (fd < 0 || fstat(fd, &st))
		message("%s: %s", name, strerror(errno));
	else if (!S_ISREG(st.st_mode) && !S_ISCHR(st.st_mode))
		message("%s: is not a regular file", name);
	else
		ret = read_open(name, fd, trail);
	if (fd >= 0)
		close(fd);
	return ret;
}

/**
 * struct rotated - auditd's logs, all opened before the first is read
 * @fds: the current one, and those before it
 * @count: of @fds
 * @newest: the current one, when it was opened
 */
struct rotated {
	int fds[ROTATED_MAX + 1];
	size_t count;
	struct stat newest;
};

static void rotated_name(size_t i, char *name, size_t size)
{
	if (i)
		snprintf(name, size, VX_AUDIT_LOG ".%zu", i);
	else
		snprintf(name, size, VX_AUDIT_LOG);
}

/* Is that one here already, because auditd has rotated them meanwhile? */
static bool is_newest(const struct rotated *logs, const struct stat *st)
{
	return logs->count == 1 && st->st_dev == logs->newest.st_dev &&
	       st->st_ino == logs->newest.st_ino;
}

/* Returns 1, 0 if there are no more, or -1, reported. */
static int open_rotated(struct rotated *logs, size_t i)
{
	struct stat st;
	char name[256];
	int fd;

	rotated_name(i, name, sizeof(name));
	fd = open_log(name);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (fd < 0 || fstat(fd, &st)) {
		message("%s: %s", name, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	if (is_newest(logs, &st)) {
		close(fd);
		return 1;
	}
	if (!logs->count)
		logs->newest = st;
	logs->fds[logs->count++] = fd;
	return 1;
}

static int read_rotated(struct rotated *logs, struct audit_trail *trail)
{
	char name[256];
	int ret = 0;
	size_t i;

	for (i = logs->count; i-- && !ret;) {
		rotated_name(i, name, sizeof(name));
		ret = read_open(name, logs->fds[i], trail);
	}
	return ret;
}

static int read_system(struct audit_trail *trail)
{
	struct rotated *logs = calloc(1, sizeof(*logs));
	size_t i;
	int ret;

	if (!logs) {
		message("out of memory");
		return -1;
	}
	for (i = 0, ret = 1; ret > 0 && i <= ROTATED_MAX; i++)
		ret = open_rotated(logs, i);
	if (ret >= 0)
		ret = logs->count ? read_rotated(logs, trail) :
		      read_named(VX_KMSG, trail);
	while (logs->count)
		close(logs->fds[--logs->count]);
	free(logs);
	return ret;
}

/**
 * audit_trail_read() - read the audit trail
 * @trail: what becomes of it; its counts are those of all of it afterwards
 * @files: names of logs, "-" for standard input
 * @count: of @files; 0 for the system's own
 *
 * Tells of the first line that is malformed, of how many there are, and of what is
 * lost.
 *
 * Return: 0, or -1, reported.
 */
int audit_trail_read(struct audit_trail *trail, char *const *files,
		     size_t count)
{
	int ret = 0;
	size_t i;

	if (!count)
		ret = read_system(trail);
	for (i = 0; i < count && !ret; i++)
		ret = read_named(files[i], trail);
	if (trail->malformed > 1)
		message("%llu lines are no records as the kernel writes them, and are passed over",
			(unsigned long long)trail->malformed);
	if (trail->lost)
		message("the trail is not whole: the kernel has lost records of it");
	return ret;
}
