// SPDX-License-Identifier: GPL-2.0-only
/*
 * Holds every file of a tree against a manifest, in several threads that take
 * entry after entry from one reader.
 */

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "beneath.h"
#include "message.h"
#include "parallel.h"
#include "pick.h"
#include "progress.h"
#include "survey.h"
#include "tree.h"

/* A file by what it is, whatever its names are. */
struct identity {
	dev_t device;
	ino_t inode;
};

/**
 * struct state - a survey on its way
 * @survey: of the caller
 * @root: its directory, open
 * @lock: guards all that follows, and the survey's findings
 * @reader: where the entries come from
 * @seen: the files that have an entry, if the survey wants to know
 * @seen_count: of @seen
 * @err: the reader's error, or 0
 */
struct state {
	struct survey *survey;
	int root;
	pthread_mutex_t lock;
	struct reader reader;
	struct identity *seen;
	size_t seen_count;
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
	if (st->seen && check->result != CHECK_MISSING)
		st->seen[st->seen_count++] =
			(struct identity){ check->device, check->inode };
	pthread_mutex_unlock(&st->lock);
}

static void work(void *arg)
{
	struct state *st = arg;
	struct veriexec_record record;
	struct check check;
	u32 line;

	while (take(st, &record, &line)) {
		check_file(st->root, &record, &check);
		note(st, &record, line, &check);
		progress_step();
	}
}

static int compare_identities(const void *a, const void *b)
{
	const struct identity *left = a, *right = b;

	if (left->device != right->device)
		return left->device < right->device ? -1 : 1;
	if (left->inode != right->inode)
		return left->inode < right->inode ? -1 : 1;
	return 0;
}

static bool is_seen(const struct state *st, const struct stat *file)
{
	const struct identity id = { file->st_dev, file->st_ino };

	return st->seen_count && bsearch(&id, st->seen, st->seen_count,
					 sizeof(id), compare_identities);
}

static bool can_run(struct state *st, const struct tree_file *file)
{
	int fd = beneath_open(st->root, file->path, false);
	int pick = fd;

	if (fd >= 0) {
		pick = pick_file(file->path, file->st.st_mode, fd);
		close(fd);
	}
	if (pick >= 0)
		return pick != PICK_NOTHING;
	st->survey->unreadable++;
	findings_add(&st->survey->findings, 0, check_words[CHECK_FAILED],
		     file->path, strerror(-pick));
	return false;
}

/* Finds what could run but no entry speaks of. */
static int find_extra(struct state *st)
{
	struct tree tree = { 0 };
	size_t i;
	int ret;

	if (st->seen_count)
		qsort(st->seen, st->seen_count, sizeof(*st->seen),
		      compare_identities);
	ret = tree_walk(&tree, st->survey->dir, st->root);
	for (i = 0; i < tree.count && !ret; i++) {
		const struct tree_file *file = &tree.files[i];

		if (!is_seen(st, &file->st) && can_run(st, file))
			findings_add(&st->survey->findings, 0, "extra",
				     file->path, "");
	}
	tree_free(&tree);
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

	if (s->extra) {
		st->seen = calloc(s->entries + 1, sizeof(*st->seen));
		if (!st->seen) {
			message("out of memory");
			return -ENOMEM;
		}
	}
	ret = reader_open(&st->reader, file, text, len);
	if (!ret) {
		progress_start("verifying", s->entries);
		parallel_run(s->jobs, work, st);
		progress_end();
		ret = st->err;
	}
	reader_close(&st->reader);
	if (!ret && s->extra)
		ret = find_extra(st);
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
	int ret;

	/* Nothing is read before all of the manifest is known to be good. */
	ret = count_entries(s, file, text, len);
	if (ret || !s->dir)
		return ret;
	st.root = beneath_root(s->dir);
	if (st.root < 0)
		return st.root;
	ret = survey_tree(&st, file, text, len);
	if (!ret && s->findings.lost) {
		message("out of memory");
		ret = -ENOMEM;
	}
	findings_sort(&s->findings);
	free(st.seen);
	close(st.root);
	return ret;
}
