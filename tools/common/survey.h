/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A whole tree, held against a whole manifest.
 */

#ifndef _VERIEXEC_SURVEY_H
#define _VERIEXEC_SURVEY_H

#include <sys/stat.h>

#include "findings.h"
#include "reader.h"

struct seen;

/**
 * struct survey - what to look at, and what was found
 * @dir: name of the root; NULL to look at no file
 * @root: the same, open; -1 to have it opened
 * @jobs: how many threads
 * @more: called in the end, if not NULL, to find more; returns 0 or a negative
 *	errno, reported
 * @findings: what is not as it should be
 * @entries: how many the manifest has
 * @unreadable: how many files could not be read
 * @one_file_system: for @more: what is on others is none of it
 * @verbose: for @more: name what was passed over
 * @seen: the files that have an entry, for survey_has_seen()
 * @seen_count: of @seen
 */
struct survey {
	const char *dir;
	int root;
	u64 jobs;
	int (*more)(struct survey *s);
	struct findings findings;
	size_t entries;
	size_t unreadable;
	bool one_file_system;
	bool verbose;
	struct seen *seen;
	size_t seen_count;
};

bool survey_has_seen(const struct survey *s, const struct stat *file);

int survey_run(struct survey *s, const char *file, const void *text,
	       size_t len);

#endif /* _VERIEXEC_SURVEY_H */
