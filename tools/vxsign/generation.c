// SPDX-License-Identifier: GPL-2.0-only
/*
 * What becomes of each file of the tree, see generation.h.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "beneath.h"
#include "caps.h"
#include "entry.h"
#include "fingerprint.h"
#include "generation.h"
#include "json.h"
#include "message.h"
#include "parallel.h"
#include "progress.h"

/* The first level of veriexec that knows links. */
#define LEVEL_OF_LINK	4

/**
 * generation_fail() - report that a file or link cannot be listed
 * @g: the generation, which fails of it once all of the tree was looked at
 * @file: that it is about
 * @cause: that is told
 *
 * Context: any thread of the generation.
 */
void generation_fail(struct generation *g, const struct tree_file *file,
		     const char *cause)
{
	message("%s/%s: %s", g->dir, file->name, cause);
	atomic_store(&g->failed, true);
}

static void fill_path(const struct tree_file *file,
		      struct veriexec_record *record)
{
	record->path_len = strlen(file->path);
	memcpy(record->path, file->path, record->path_len + 1);
	snprintf(record->link, sizeof(record->link), "%s",
		 file->link ? file->link : "");
	record->label[0] = '\0';
	record->claim = (struct veriexec_claim){ 0 };
}

static void fill_record(const struct generation *g,
			const struct tree_file *file,
			const struct rule_match *match,
			struct veriexec_record *record)
{
	fill_path(file, record);
	snprintf(record->label, sizeof(record->label), "%s",
		 match->label ? match->label : "");
	record->claim.uid = file->st.st_uid;
	record->claim.gid = file->st.st_gid;
	record->claim.mode = file->st.st_mode & 07777;
	record->claim.has =
		VERIEXEC_HAS_UID | VERIEXEC_HAS_GID | VERIEXEC_HAS_MODE;
	record->claim.flags = match->flags;
	record->claim.algs = (u8)g->algs;
}

/* What @print writes of @what, or NULL without memory. */
static char *format(void (*print)(FILE *out, const void *what),
		    const void *what)
{
	char *line = NULL;
	size_t size;
	FILE *out = open_memstream(&line, &size);

	if (!out)
		return NULL;
	print(out, what);
	if (!fclose(out))
		return line;
	free(line);
	return NULL;
}

static void print_entry(FILE *out, const void *record)
{
	entry_print(out, record);
}

static void print_note(FILE *out, const void *file)
{
	cache_print(out, file);
}

/* Hashes a file, and makes sure that it did not change meanwhile. */
static int hash_file(struct generation *g, const struct tree_file *file, int fd,
		     u8 digests[][VERIEXEC_DIGEST_SIZE])
{
	struct stat st;
	int ret = fingerprint_fd(fd, g->algs, digests);

	atomic_fetch_add(&g->hashed, 1);
	if (ret)
		generation_fail(g, file, strerror(-ret));
	else if (fstat(fd, &st))
		generation_fail(g, file, strerror(errno));
	else if (!tree_unchanged(&file->st, &st))
		generation_fail(g, file, "has changed while it was read");
	else
		return 0;
	return -EIO;
}

static void make_note(struct generation *g, const struct tree_file *file,
		      const struct veriexec_record *record,
		      struct outcome *outcome)
{
	struct cached note = {
		.name = file->name, .st = file->st, .algs = record->claim.algs,
	};

	if (!g->cache_path || !cache_may_keep(&file->st, g->begin))
		return;
	memcpy(note.digest, record->digest, sizeof(note.digest));
	outcome->note = format(print_note, &note);
	if (!outcome->note)
		generation_fail(g, file, strerror(ENOMEM));
}

static void make_entry(struct generation *g, const struct tree_file *file,
		       int fd, const struct rule_match *match,
		       struct outcome *outcome)
{
	const struct cached *known = cache_find(&g->cache, file->name,
						&file->st, g->algs);
	struct veriexec_record record;
	int ret;

	memset(record.digest, 0, sizeof(record.digest));
	fill_record(g, file, match, &record);
	ret = caps_read(fd, &record.claim);
	if (ret) {
		generation_fail(g, file, strerror(-ret));
		return;
	}
	if (known)
		memcpy(record.digest, known->digest, sizeof(record.digest));
	else if (hash_file(g, file, fd, record.digest))
		return;
	outcome->line = format(print_entry, &record);
	if (!outcome->line)
		generation_fail(g, file, strerror(ENOMEM));
	make_note(g, file, &record, outcome);
}

/* What a listed file is, or that only the user's rules list it. */
static const char *word_class(const struct generation *g, enum pick pick,
			      const struct rule_match *match)
{
	if (pick == PICK_NOTHING && match->listed && !g->all)
		return "rule";
	return pick_words[pick];
}

/* A line of --list. */
struct class {
	const char *word;
	const char *name;
};

static void print_class(FILE *out, const void *what)
{
	const struct class *class = what;

	fprintf(out, "%s %s\n", class->word, class->name);
}

static void print_class_json(FILE *out, const void *what)
{
	const struct class *class = what;

	fputs("{\"class\": ", out);
	json_string(out, class->word);
	fputs(", \"path\": ", out);
	json_string(out, class->name);
	fputc('}', out);
}

static void make_class(struct generation *g, const struct tree_file *file,
		       const char *word, struct outcome *outcome)
{
	const struct class class = { word, file->name };

	outcome->line = format(g->json ? print_class_json : print_class,
			       &class);
	if (!outcome->line)
		generation_fail(g, file, strerror(ENOMEM));
}

static void process(struct generation *g, const struct tree_file *file,
		    struct outcome *outcome)
{
	struct rule_match match = outcome->match;
	int fd, pick;

	if (file->link)
		return;
	if (file->st.st_nlink == 1)
		rules_match(&g->rules, file->path, &match);
	fd = beneath_open(g->root, file->path, false);
	if (fd < 0) {
		generation_fail(g, file, strerror(-fd));
		return;
	}
	pick = pick_file(file->path, file->st.st_mode, fd);
	if (pick < 0) {
		generation_fail(g, file, strerror(-pick));
	} else if (pick != PICK_NOTHING || match.listed || g->all) {
		outcome->pick = (enum pick)pick;
		outcome->chosen = match.listed || g->all;
		if (g->list)
			make_class(g, file, word_class(g, outcome->pick, &match),
				   outcome);
		else
			make_entry(g, file, fd, &match, outcome);
	}
	close(fd);
}

static void work(void *arg)
{
	struct generation *g = arg;
	size_t i;

	while ((i = atomic_fetch_add(&g->next, 1)) < g->tree.count) {
		process(g, &g->tree.files[i], &g->outcomes[i]);
		progress_step();
	}
}

/**
 * generation_link() - list a symbolic link
 * @g: the generation
 * @link: of its tree
 * @outcome: of the link
 */
void generation_link(struct generation *g, const struct tree_file *link,
		     struct outcome *outcome)
{
	struct veriexec_record record;

	if (g->list) {
		make_class(g, link, "link", outcome);
		return;
	}
	fill_path(link, &record);
	record.claim.has = VERIEXEC_HAS_LINK;
	outcome->line = format(print_entry, &record);
	if (!outcome->line)
		generation_fail(g, link, strerror(ENOMEM));
	if (g->heading.requires < LEVEL_OF_LINK)
		g->heading.requires = LEVEL_OF_LINK;
}

/**
 * generation_files() - look at all files of a tree, and hash those to be listed
 * @g: the generation
 *
 * Return: 0, or %-EIO, reported.
 */
int generation_files(struct generation *g)
{
	progress_start("hashing", g->tree.count);
	parallel_run((unsigned int)g->jobs, work, g);
	progress_end();
	return atomic_load(&g->failed) ? -EIO : 0;
}
