// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxload --would-deny: what the state active has let through, and enforce would not,
 * summed up from the audit trail, for people, as JSON, or as rules for vxsign.
 */

#include <inttypes.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit_trail.h"
#include "commands.h"
#include "exit.h"
#include "json.h"
#include "message.h"
#include "record_print.h"
#include "remedy.h"

/* Anybody can bring up ever new names: so much memory they get, in bytes. */
#define MEMORY_MAX	(64U << 20)

/**
 * struct denial - records that only differ in who and when
 * @op: what was attempted
 * @cause: why it must not be
 * @reason: as a sentence
 * @what: more of what was attempted, may be empty
 * @name: path of the file, likewise
 * @program: path of who did it, or what it calls itself
 * @path: @program is a path
 * @rule: that would prevent it, NULL if there is none
 * @instead: what would, if no rule does
 * @count: how many records
 * @first: when, in seconds since 1970
 * @last: likewise
 */
struct denial {
	const char *op;
	const char *cause;
	const char *reason;
	const char *what;
	const char *name;
	const char *program;
	bool path;
	const char *rule;
	const char *instead;
	u64 count;
	u64 first;
	u64 last;
	char text[];
};

/**
 * struct sum - all of them
 * @tree: of tsearch(), to find them
 * @list: to print them
 * @count: of @list
 * @room: that @list has
 * @memory: that they take, in bytes
 * @denied: how many records were of what was denied
 * @left_out: how many of what would be denied are not in here, for want of memory
 */
struct sum {
	void *tree;
	struct denial **list;
	size_t count;
	size_t room;
	size_t memory;
	u64 denied;
	u64 left_out;
};

static int compare(const void *one, const void *other)
{
	const struct denial *a = one, *b = other;
	int order = strcmp(a->op, b->op);

	if (!order)
		order = strcmp(a->name, b->name);
	if (!order)
		order = strcmp(a->program, b->program);
	if (!order)
		order = strcmp(a->cause, b->cause);
	if (!order)
		order = strcmp(a->what, b->what);
	return order;
}

/* What came most often comes first. */
static int compare_counts(const void *one, const void *other)
{
	const struct denial *a = *(struct denial *const *)one;
	const struct denial *b = *(struct denial *const *)other;

	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	return compare(a, b);
}

static const char *copy(char **to, const char *s)
{
	const char *begin = *to;

	*to = stpcpy(*to, s) + 1;
	return begin;
}

/* Returns NULL without memory. */
static struct denial *make(const struct audit_record *r)
{
	const char *program = *r->exe ? r->exe : r->comm;
	char rule[REMEDY_RULE_SIZE] = "";
	const char *instead = remedy_rule(r, rule);
	struct denial *d;
	char *to;

	d = malloc(sizeof(*d) + strlen(r->op) + strlen(r->cause) +
		   strlen(r->reason) + strlen(r->what) + strlen(r->name) +
		   strlen(program) + strlen(rule) + 7);
	if (!d)
		return NULL;
	to = d->text;
	*d = (struct denial){
		.op = copy(&to, r->op),
		.cause = copy(&to, r->cause),
		.reason = copy(&to, r->reason),
		.what = copy(&to, r->what),
		.name = copy(&to, r->name),
		.program = copy(&to, program),
		.path = *r->exe,
		.rule = instead ? NULL : copy(&to, rule),
		.instead = instead,
		.count = 1,
		.first = r->seconds,
		.last = r->seconds,
	};
	return d;
}

static struct denial *find(const struct sum *s, const struct audit_record *r)
{
	const struct denial key = {
		.op = r->op,
		.cause = r->cause,
		.what = r->what,
		.name = r->name,
		.program = *r->exe ? r->exe : r->comm,
	};
	struct denial **found = tfind(&key, &s->tree, compare);

	return found ? *found : NULL;
}

static int grow(struct sum *s)
{
	size_t room = s->room ? 2 * s->room : 64;
	struct denial **bigger = realloc(s->list, room * sizeof(*s->list));

	if (!bigger)
		return -1;
	s->list = bigger;
	s->room = room;
	return 0;
}

static int add(struct sum *s, const struct audit_record *r)
{
	struct denial *d;

	if (s->memory >= MEMORY_MAX) {
		s->left_out++;
		return 0;
	}
	d = s->count < s->room || !grow(s) ? make(r) : NULL;
	if (!d || !tsearch(d, &s->tree, compare)) {
		free(d);
		message("out of memory");
		return -1;
	}
	s->list[s->count++] = d;
	s->memory += sizeof(*d) + 64 + strlen(d->name) + strlen(d->program) +
		     (d->rule ? strlen(d->rule) : 0);
	return 0;
}

static int take(void *arg, const struct audit_record *r)
{
	struct sum *s = arg;
	struct denial *d;

	if (r->denied) {
		s->denied++;
		return 0;
	}
	d = find(s, r);
	if (!d)
		return add(s, r);
	d->count++;
	if (r->seconds < d->first)
		d->first = r->seconds;
	if (r->seconds > d->last)
		d->last = r->seconds;
	return 0;
}

static void print_act(const struct denial *d)
{
	record_print_act(d->op, d->name, d->program);
	printf(": ");
	record_print_why(d->reason, d->cause, d->what);
}

static void print_text(const struct sum *s)
{
	size_t i;

	for (i = 0; i < s->count; i++) {
		printf("%7" PRIu64 " ", s->list[i]->count);
		print_act(s->list[i]);
		printf(", ");
		record_print_time(s->list[i]->first);
		if (s->list[i]->first != s->list[i]->last) {
			printf(" to ");
			record_print_time(s->list[i]->last);
		}
		putchar('\n');
	}
	if (!s->count)
		printf("nothing would be denied: the trail has no record of it%s\n",
		       s->denied ? ", only of what was denied" : "");
}

static int compare_rules(const void *one, const void *other)
{
	const struct denial *a = *(struct denial *const *)one;
	const struct denial *b = *(struct denial *const *)other;

	if (!a->rule || !b->rule)
		return !a->rule - !b->rule ?: compare_counts(one, other);
	return strcmp(a->rule, b->rule);
}

/* Each rule once, and then what no rule prevents. */
static void print_rules(struct sum *s)
{
	const char *before = "";
	size_t i;

	puts("# What would be denied, as rules for vxsign generate --rules. Look at each: one\n"
	     "# without a flag lets a file run, and a flag lets all who run a program use it.");
	if (s->count)
		qsort(s->list, s->count, sizeof(*s->list), compare_rules);
	for (i = 0; i < s->count && s->list[i]->rule; i++) {
		if (strcmp(before, s->list[i]->rule))
			puts(s->list[i]->rule);
		before = s->list[i]->rule;
	}
	for (; i < s->count; i++) {
		printf("# No rule: ");
		print_act(s->list[i]);
		printf("; %s\n", s->list[i]->instead);
	}
}

static void print_json(const struct sum *s, const struct audit_trail *trail)
{
	const struct denial *d;
	size_t i;

	printf("{\"would_deny\":[");
	for (i = 0; i < s->count; i++) {
		d = s->list[i];
		printf("%s{\"op\":", i ? "," : "");
		json_string(stdout, d->op);
		record_print_member("cause", d->cause);
		record_print_member("reason", d->reason);
		record_print_member("what", d->what);
		record_print_path("path", d->name);
		record_print_path("program", d->path ? d->program : "");
		record_print_member("comm", d->path ? "" : d->program);
		printf(",\"count\":%" PRIu64 ",\"first\":%" PRIu64
		       ",\"last\":%" PRIu64, d->count, d->first, d->last);
		record_print_member("rule", d->rule ?: "");
		record_print_member("instead", d->instead ?: "");
		putchar('}');
	}
	printf("],\"records\":%" PRIu64 ",\"denied\":%" PRIu64
	       ",\"left_out\":%" PRIu64 ",\"malformed\":%" PRIu64
	       ",\"lost\":%s}\n", trail->records, s->denied, s->left_out,
	       trail->malformed, trail->lost ? "true" : "false");
}

static void print(struct sum *s, const struct audit_trail *trail,
		  enum would_deny_form form)
{
	if (s->left_out)
		message("%" PRIu64 " records are not in the sum: there are too many different ones",
			s->left_out);
	if (s->count)
		qsort(s->list, s->count, sizeof(*s->list), compare_counts);
	if (form == WOULD_DENY_JSON)
		print_json(s, trail);
	else if (form == WOULD_DENY_RULES)
		print_rules(s);
	else
		print_text(s);
}

static void keep(void *node)
{
	(void)node;
}

/**
 * cmd_would_deny() - sum up what enforce would deny
 * @files: names of logs
 * @count: of @files, 0 for the system's own
 * @form: how to print it
 *
 * Return: EXIT_NO if something would be denied, EXIT_YES if nothing would;
 * EXIT_TROUBLE if that cannot be told, as a trail that is not whole does not.
 */
int cmd_would_deny(char **files, int count, enum would_deny_form form)
{
	struct sum sum = { .tree = NULL };
	struct audit_trail trail = { .take = take, .arg = &sum };
	int status = EXIT_TROUBLE;

	if (!audit_trail_read(&trail, files, (size_t)count)) {
		print(&sum, &trail, form);
		if (sum.count)
			status = EXIT_NO;
		else if (!trail.malformed && !trail.lost)
			status = EXIT_YES;
	}
	tdestroy(sum.tree, keep);
	while (sum.count)
		free(sum.list[--sum.count]);
	free(sum.list);
	return status;
}
