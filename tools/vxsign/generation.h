/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The making of one manifest from a tree. The same tree gives the same outcomes,
 * however many threads hash it: each thread writes only the outcome of the file
 * that it has taken.
 */

#ifndef _VXSIGN_GENERATION_H
#define _VXSIGN_GENERATION_H

#include <stdatomic.h>
#include <time.h>

#include "cache.h"
#include "heading.h"
#include "pick.h"
#include "rules.h"
#include "tree.h"

/**
 * struct outcome - what came of one file or link
 * @line: its entry, or with --list what it is; NULL if it is not picked; owned
 * @note: its line for the cache, or NULL; owned
 * @pick: what it is, if it is listed and no link
 * @chosen: the user's rules list it, too
 * @match: what the rules say of it, if it has more names than one
 */
struct outcome {
	char *line;
	char *note;
	enum pick pick;
	bool chosen;
	struct rule_match match;
};

/**
 * struct generation - the making of one manifest
 * @dir: name of the root, or NULL
 * @root: the same, open
 * @heading: the directives
 * @out_path: where it goes
 * @cache_path: what is known of the files from before, and remembered, or NULL
 * @algs: fingerprints to compute, a bit each
 * @jobs: how many threads
 * @verity: compute an fs-verity digest too
 * @all: list every regular file
 * @no_links: list no symbolic link
 * @list: only tell what would be listed, and why
 * @json: tell it in JSON
 * @one_file_system: pass over what is on other file systems
 * @verbose: say how much was hashed, and what was passed over
 * @rules: the user's
 * @tree: the files
 * @cache: of before
 * @begin: when it began
 * @outcomes: for each file
 * @next: the file that the next free thread takes
 * @hashed: how many had to be hashed
 * @failed: some file could not be read
 */
struct generation {
	const char *dir;
	int root;
	struct heading heading;
	const char *out_path;
	const char *cache_path;
	u32 algs;
	u64 jobs;
	bool verity;
	bool all;
	bool no_links;
	bool list;
	bool json;
	bool one_file_system;
	bool verbose;
	struct rules rules;
	struct tree tree;
	struct cache cache;
	time_t begin;
	struct outcome *outcomes;
	atomic_size_t next;
	atomic_size_t hashed;
	atomic_bool failed;
};

void generation_fail(struct generation *g, const struct tree_file *file,
		     const char *cause);
void generation_link(struct generation *g, const struct tree_file *link,
		     struct outcome *outcome);
int generation_files(struct generation *g);

#endif /* _VXSIGN_GENERATION_H */
