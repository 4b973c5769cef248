// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxload --why: all that can be found out of why a file does not run, and what to do
 * about it: the kernel's verdict on it and on its interpreters, and the audit trail.
 */

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit_trail.h"
#include "commands.h"
#include "exit.h"
#include "interpreter.h"
#include "json.h"
#include "message.h"
#include "reader.h"
#include "record_print.h"
#include "remedy.h"
#include "verdict.h"

/* The file, and the interpreters that the kernel goes through at most. */
#define PARTS_MAX	6

/**
 * struct part - one of the files that have to be verified
 * @name: of the file
 * @trouble: why it could not be asked for, or NULL
 * @error: the same as an errno
 * @verdict: on it
 */
struct part {
	char name[PATH_MAX];
	const char *trouble;
	int error;
	struct verdict verdict;
};

/**
 * struct look - what was found out of one path
 * @path: as it was given
 * @real: the same without links, empty if it is not there
 * @ino: number of the file
 * @link: it is a link
 * @parts: the file and its interpreters
 * @count: of @parts
 * @records: how many records of the audit trail are about it
 * @last: the last of them, NULL if there is none
 */
struct look {
	const char *path;
	char real[PATH_MAX];
	ino_t ino;
	bool link;
	struct part parts[PARTS_MAX];
	size_t count;
	u64 records;
	struct audit_record *last;
};

/**
 * struct search - all that was asked for
 * @looks: the paths
 * @count: of @looks
 */
struct search {
	struct look *looks;
	size_t count;
};

/* Asks for one file. Returns true if it has an interpreter, whose name is filled in. */
static bool ask(int check, struct part *part, char next[PATH_MAX])
{
	int fd, ret;
	bool more;

	fd = verdict_open_file(part->name, &part->trouble);
	if (fd < 0) {
		part->error = -fd;
		return false;
	}
	ret = verdict_ask(check, fd, &part->verdict);
	if (ret) {
		part->error = -ret;
		part->trouble = strerror(-ret);
	}
	more = !ret && interpreter_find(fd, next);
	close(fd);
	return more;
}

static void look_at(struct look *l, int check)
{
	char next[PATH_MAX];
	struct stat st;
	bool more;

	if (!realpath(l->path, l->real))
		*l->real = '\0';
	else if (!stat(l->real, &st))
		l->ino = st.st_ino;
	l->link = !lstat(l->path, &st) && S_ISLNK(st.st_mode);
	strcpy(next, l->path);
	do {
		struct part *part = &l->parts[l->count++];

		strcpy(part->name, next);
		more = ask(check, part, next);
	} while (more && l->count < PARTS_MAX);
}

/* Where a change is denied, the record has the path within the file system alone. */
static bool is_about(const struct look *l, const struct audit_record *r)
{
	size_t len = strlen(r->name), real = strlen(l->real);

	if (!strcmp(r->name, l->path) || (len && !strcmp(r->name, l->real)))
		return true;
	return len && r->ino && r->ino == l->ino && len <= real &&
	       !strcmp(l->real + real - len, r->name);
}

static int take(void *arg, const struct audit_record *r)
{
	struct search *s = arg;
	size_t i;

	for (i = 0; i < s->count; i++) {
		struct look *l = &s->looks[i];

		if (!is_about(l, r))
			continue;
		l->records++;
		if (!l->last)
			l->last = malloc(sizeof(*l->last));
		if (!l->last) {
			message("out of memory");
			return -1;
		}
		*l->last = *r;
	}
	return 0;
}

/* Would it be denied? An interpreter may run indirectly, the file itself may not. */
static bool is_bad(const struct look *l, size_t i)
{
	const struct part *part = &l->parts[i];
	const char *cause = part->verdict.cause;

	if (part->trouble || !part->verdict.verified)
		return true;
	return *cause && (!i || strcmp(cause, "only-indirect"));
}

/* The first that has to be done something about, or NULL. */
static const struct part *bad_part(const struct look *l)
{
	size_t i;

	for (i = 0; i < l->count; i++)
		if (is_bad(l, i))
			return &l->parts[i];
	return NULL;
}

/* Fills in what to do, or nothing where that is not known. */
static void find_cure(const struct look *l, char *cure, size_t size)
{
	static struct audit_record r;
	char rule[REMEDY_RULE_SIZE], real[PATH_MAX];
	const struct part *part = bad_part(l);
	const char *instead;

	*cure = '\0';
	if (!part || part->trouble || !*part->verdict.cause)
		return;
	memset(&r, 0, sizeof(r));
	strcpy(r.op, "exec");
	snprintf(r.cause, sizeof(r.cause), "%s", part->verdict.cause);
	if (realpath(part->name, real))
		snprintf(r.name, sizeof(r.name), "%s", real);
	instead = remedy_rule(&r, rule);
	if (instead)
		snprintf(cure, size, "%s", instead);
	else
		snprintf(cure, size,
			 "list it: the rule \"%s\" for vxsign generate --rules does",
			 rule);
}

static void print_part(const struct part *part, const char *path)
{
	if (part->trouble)
		printf("%s: %s", path, part->trouble);
	else
		verdict_print(path, &part->verdict);
	putchar('\n');
}

static void print_last(const struct look *l)
{
	const struct audit_record *r = l->last;

	if (!r)
		return;
	printf("  %s ", r->denied ? "denied" : "would have been denied");
	if (l->records > 1)
		printf("%" PRIu64 " times, last ", l->records);
	record_print_time(r->seconds);
	printf(": ");
	record_print_act(r->op, "", *r->exe ? r->exe : r->comm);
	printf(" (pid %" PRIu64 "): ", r->pid);
	record_print_why(r->reason, r->cause, r->what);
	putchar('\n');
}

static void print(const struct look *l)
{
	char cure[REMEDY_RULE_SIZE + 128], shown[ENTRY_PATH_SIZE];
	size_t i;

	print_part(&l->parts[0], l->path);
	if (l->link) {
		printf("  is a link");
		record_print_string(" to ", l->real);
		putchar('\n');
	}
	for (i = 1; i < l->count; i++) {
		veriexec_encode_path(shown, sizeof(shown), l->parts[i].name);
		printf("  its interpreter ");
		print_part(&l->parts[i], shown);
	}
	find_cure(l, cure, sizeof(cure));
	if (*cure)
		printf("  to do: %s\n", cure);
	print_last(l);
}

static void print_part_json(const struct part *part)
{
	printf("{\"file\":");
	json_path(stdout, part->name);
	record_print_member("trouble", part->trouble ? part->trouble : "");
	if (!part->trouble)
		verdict_print_json(&part->verdict);
}

static void print_last_json(const struct audit_record *r)
{
	printf(",\"last\":");
	if (!r) {
		printf("null");
		return;
	}
	printf("{\"time\":%" PRIu64 ",\"pid\":%" PRIu64 ",\"denied\":%s",
	       r->seconds, r->pid, r->denied ? "true" : "false");
	record_print_member("op", r->op);
	record_print_member("cause", r->cause);
	record_print_member("program", *r->exe ? r->exe : r->comm);
	putchar('}');
}

static void print_json(const struct look *l)
{
	char cure[REMEDY_RULE_SIZE + 128];
	size_t i;

	find_cure(l, cure, sizeof(cure));
	print_part_json(&l->parts[0]);
	record_print_member("link", l->link ? l->real : "");
	printf(",\"interpreters\":[");
	for (i = 1; i < l->count; i++) {
		if (i > 1)
			putchar(',');
		print_part_json(&l->parts[i]);
		putchar('}');
	}
	putchar(']');
	record_print_member("to_do", cure);
	printf(",\"records\":%" PRIu64, l->records);
	print_last_json(l->last);
	putchar('}');
}

/* What is not there is answered by that; what cannot be looked at is not. */
static int status_of(const struct look *l)
{
	const struct part *part = bad_part(l);

	if (!part)
		return EXIT_YES;
	return part->trouble && part->error != ENOENT ? EXIT_TROUBLE : EXIT_NO;
}

static int tell(const struct search *s, bool json)
{
	int status = EXIT_YES;
	size_t i;

	if (json)
		putchar('[');
	for (i = 0; i < s->count; i++) {
		const struct look *l = &s->looks[i];

		if (json) {
			if (i)
				putchar(',');
			print_json(l);
		} else {
			print(l);
		}
		if (status_of(l) > status)
			status = status_of(l);
	}
	if (json)
		puts("]");
	return status;
}

/* Returns 0, or -1, reported. */
static int look_at_all(struct search *s, char **files)
{
	size_t i;
	int check;

	for (i = 0; i < s->count; i++) {
		s->looks[i].path = files[i];
		if (strlen(files[i]) >= PATH_MAX) {
			message("%s: %s", files[i], strerror(ENAMETOOLONG));
			return -1;
		}
	}
	check = verdict_open();
	if (check < 0)
		return -1;
	for (i = 0; i < s->count; i++)
		look_at(&s->looks[i], check);
	close(check);
	return 0;
}

/**
 * cmd_why() - tell why files do not run, and what to do about it
 * @files: their paths
 * @count: of @files
 * @json: as an array of objects instead
 *
 * The audit trail is only for who may read it: without it the rest is told.
 *
 * Return: EXIT_YES if each would run, EXIT_NO if one would not, EXIT_TROUBLE if
 * that cannot be told.
 */
int cmd_why(char **files, int count, bool json)
{
	struct search s = { .count = (size_t)count };
	struct audit_trail trail = { .take = take, .arg = &s };
	int status = EXIT_TROUBLE;
	size_t i;

	s.looks = calloc(s.count, sizeof(*s.looks));
	if (!s.looks) {
		message("out of memory");
		return EXIT_TROUBLE;
	}
	if (!look_at_all(&s, files)) {
		audit_trail_read(&trail, NULL, 0);
		status = tell(&s, json);
	}
	for (i = 0; i < s.count; i++)
		free(s.looks[i].last);
	free(s.looks);
	return status;
}
