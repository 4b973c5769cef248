/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A whole tree, held against a whole manifest.
 */

#ifndef _VXSIGN_SURVEY_H
#define _VXSIGN_SURVEY_H

#include "findings.h"
#include "reader.h"

/**
 * struct survey - what to look at, and what was found
 * @dir: name of the root
 * @jobs: how many threads
 * @extra: also look for files that can run but are not listed
 * @findings: what is not as it should be
 * @entries: how many the manifest has
 * @unreadable: how many files could not be read
 */
struct survey {
	const char *dir;
	unsigned int jobs;
	bool extra;
	struct findings findings;
	size_t entries;
	size_t unreadable;
};

int survey_run(struct survey *s, const char *file, const void *text,
	       size_t len);

#endif /* _VXSIGN_SURVEY_H */
