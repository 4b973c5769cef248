// SPDX-License-Identifier: GPL-2.0-only
/*
 * Holds every file of a tree against a manifest, in several threads that take
 * entry after entry from one reader.
 */

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <mbedtls/sha256.h>

#include "beneath.h"
#include "identity.h"
#include "message.h"
#include "parallel.h"
#include "progress.h"
#include "survey.h"

#define CONTENT_SIZE	32

/**
 * struct seen - a file that an entry names
 * @id: of the file
 * @line: of the entry
 * @content: digest of what the entry says, but for its path and its label
 */
struct seen {
	struct identity id;
	u32 line;
	u8 content[CONTENT_SIZE];
};

/**
 * struct conflict - an entry that contradicts another one of the same file
 * @line: of the entry
 * @first: line of the other
 */
struct conflict {
	u32 line;
	u32 first;
};

/**
 * struct state - a survey on its way
 * @survey: of the caller
 * @lock: guards all that follows, and the survey's findings
 * @reader: where the entries come from
 * @err: the reader's error, or 0
 */
struct state {
	struct survey *survey;
	pthread_mutex_t lock;
	struct reader reader;
	int err;
};

static bool take(struct state *st, struct veriexec_record *record, u32 *line)
{
	int ret = 0;

	pthread_mutex_lock(&st->lock);
	if (!st->err)
		ret = reader_next(&st->reader, record);
	if (ret < 0)
		st->err = ret;
	*line = st->reader.parser.line;
	pthread_mutex_unlock(&st->lock);
	return ret > 0;
}

/* What veriexec_insert() of the kernel compares. */
static bool digest_content(const struct veriexec_record *record, u8 *digest)
{
	const struct veriexec_claim *claim = &record->claim;
	const u32 said[] = {
		claim->uid, claim->gid, claim->mode,
		claim->flags, claim->has, claim->algs,
	};
	u8 text[sizeof(said) + sizeof(record->digest)];
	u8 *p = text + sizeof(said);
	u32 i;

	memcpy(text, said, sizeof(said));
	for (i = 0; i < VERIEXEC_ALG_COUNT; i++)
		if (claim->algs & 1U << i) {
			memcpy(p, record->digest[i], veriexec_algs[i].size);
			p += veriexec_algs[i].size;
		}
	return !mbedtls_sha256_ret(text, (size_t)(p - text), digest, 0);
}

static void note(struct state *st, const struct veriexec_record *record,
		 u32 line, const struct check *check)
{
	struct survey *s = st->survey;

	pthread_mutex_lock(&st->lock);
	if (check->result == CHECK_FAILED)
		s->unreadable++;
	if (check->result != CHECK_GOOD)
		findings_add(&s->findings, line, check_words[check->result],
			     record->path, check->cause);
	if (check->found) {
		struct seen *seen = &s->seen[s->seen_count++];

		seen->id = (struct identity){ check->device, check->inode };
		seen->line = line;
		if (!digest_content(record, seen->content))
			s->findings.lost = true;
	}
	pthread_mutex_unlock(&st->lock);
}

static void work(void *arg)
{
	struct state *st = arg;
	struct veriexec_record record;
	struct check check;
	u32 line;

	while (take(st, &record, &line)) {
		check_file(st->survey->root, &record, &check);
		note(st, &record, line, &check);
		progress_step();
	}
}

static int compare_seen(const void *a, const void *b)
{
	const struct seen *left = a, *right = b;
	int order = compare_identities(&left->id, &right->id);

	if (order)
		return order;
	return left->line < right->line ? -1 : left->line > right->line;
}

static int compare_key(const void *key, const void *element)
{
	const struct seen *seen = element;

	return compare_identities(key, &seen->id);
}

/**
 * survey_has_seen() - has this file an entry?
 * @s: whose files were all looked at
 * @file: what stat(2) gives for it
 */
bool survey_has_seen(const struct survey *s, const struct stat *file)
{
	const struct identity id = { file->st_dev, file->st_ino };

	return bsearch(&id, s->seen, s->seen_count, sizeof(*s->seen),
		       compare_key);
}

/* Collects them into @list, unless that is NULL, and returns how many there are. */
static size_t collect_conflicts(const struct survey *s, struct conflict *list)
{
	const struct seen *first = s->seen;
	size_t i, count = 0;

	for (i = 1; i < s->seen_count; i++) {
		const struct seen *seen = &s->seen[i];

		if (compare_identities(&first->id, &seen->id))
			first = seen;
		if (!memcmp(first->content, seen->content, CONTENT_SIZE))
			continue;
		if (list)
			list[count] = (struct conflict){ seen->line,
							 first->line };
		count++;
	}
	return count;
}

static int compare_conflicts(const void *a, const void *b)
{
	const struct conflict *left = a, *right = b;

	return left->line < right->line ? -1 : left->line > right->line;
}

/* Reads the manifest once more, for the paths. */
static int report_conflicts(struct survey *s, const struct conflict *list,
			    size_t count, const char *file, const void *text,
			    size_t len)
{
	struct veriexec_record record;
	struct reader r = { 0 };
	char cause[80];
	size_t i = 0;
	int ret;

	ret = reader_open(&r, file, text, len);
	while (!ret && i < count && (ret = reader_next(&r, &record)) > 0) {
		ret = 0;
		if (r.parser.line != list[i].line)
			continue;
		snprintf(cause, sizeof(cause),
			 "line %u lists the same file with other content",
			 list[i++].first);
		findings_add(&s->findings, r.parser.line,
			     "contradictory", record.path, cause);
	}
	reader_close(&r);
	return ret;
}

/* The kernel refuses a manifest that says different things of one file. */
static int find_conflicts(struct survey *s, const char *file, const void *text,
			  size_t len)
{
	struct conflict *list;
	size_t count;
	int ret;

	qsort(s->seen, s->seen_count, sizeof(*s->seen), compare_seen);
	count = collect_conflicts(s, NULL);
	if (!count)
		return 0;
	list = calloc(count, sizeof(*list));
	if (!list) {
		message("out of memory");
		return -ENOMEM;
	}
	collect_conflicts(s, list);
	qsort(list, count, sizeof(*list), compare_conflicts);
	ret = report_conflicts(s, list, count, file, text, len);
	free(list);
	return ret;
}

static int count_entries(struct survey *s, const char *file, const void *text,
			 size_t len)
{
	struct veriexec_record record;
	struct reader r = { 0 };
	int ret;

	ret = reader_open(&r, file, text, len);
	while (!ret && (ret = reader_next(&r, &record)) > 0) {
		s->entries++;
		ret = 0;
	}
	reader_close(&r);
	return ret;
}

static int survey_tree(struct state *st, const char *file, const void *text,
		       size_t len)
{
	struct survey *s = st->survey;
	int ret;

	s->seen = calloc(s->entries + 1, sizeof(*s->seen));
	if (!s->seen) {
		message("out of memory");
		return -ENOMEM;
	}
	ret = reader_open(&st->reader, file, text, len);
	if (!ret) {
		progress_start("verifying", s->entries);
		parallel_run((unsigned int)s->jobs, work, st);
		progress_end();
		ret = st->err;
	}
	reader_close(&st->reader);
	if (!ret)
		ret = find_conflicts(s, file, text, len);
	if (!ret && s->more)
		ret = s->more(s);
	return ret;
}

/**
 * survey_run() - hold a tree against a manifest
 * @s: what to do; its findings are filled, for the caller to free
 * @file: name of the manifest, for messages
 * @text: of the manifest, without the signature
 * @len: of @text, in bytes
 *
 * Return: 0 if everything was looked at, whatever was found; else a negative
 * errno, reported, %-EBADMSG if the text is no manifest.
 */
int survey_run(struct survey *s, const char *file, const void *text,
	       size_t len)
{
	struct state st = {
		.survey = s,
		.lock = PTHREAD_MUTEX_INITIALIZER,
	};
	const bool opened = s->root < 0;
	int ret;

	/* Nothing is read before all of the manifest is known to be good. */
	ret = count_entries(s, file, text, len);
	if (ret || !s->dir)
		return ret;
	if (opened)
		s->root = beneath_root(s->dir);
	if (s->root < 0)
		return s->root;
	ret = survey_tree(&st, file, text, len);
	if (!ret && s->findings.lost) {
		message("out of memory");
		ret = -ENOMEM;
	}
	findings_sort(&s->findings);
	free(s->seen);
	s->seen = NULL;
	s->seen_count = 0;
	if (opened) {
		close(s->root);
		s->root = -1;
	}
	return ret;
}
