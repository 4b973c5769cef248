/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a load would change: a manifest and the files beneath a directory, held against
 * the entries that the kernel has of the manifest that it would replace.
 */

#ifndef VXLOAD_COMPARE_H
#define VXLOAD_COMPARE_H

#include "findings.h"
#include "manifest_file.h"

/* A word of a file, or a number of those that have it. */
enum difference {
	DIFFERENCE_NEW,		/* it was not listed */
	DIFFERENCE_CHANGED,	/* it is listed otherwise, or is another file now */
	DIFFERENCE_MISSING,	/* it is not there to be bound */
	DIFFERENCE_GONE,	/* it would not be listed any more */
	DIFFERENCE_LEFT,	/* likewise, for its whole file system has none */
	DIFFERENCE_COUNT
};

extern const char *const difference_words[DIFFERENCE_COUNT];

/**
 * struct comparison - what would change
 * @name: of the manifest that would be replaced, NULL if there is none
 * @signer: of that one, as &sfs_entry.signer has it
 * @algs: the fingerprints that the kernel can check, a bit each
 * @findings: what would change, file by file
 * @counts: how many of each there are
 * @entries: how many files the new one lists
 */
struct comparison {
	const char *name;
	const char *signer;
	u32 algs;
	struct findings findings;
	size_t counts[DIFFERENCE_COUNT];
	size_t entries;
};

int compare_with_kernel(struct comparison *c, const struct manifest_file *m,
			int dir);

#endif /* VXLOAD_COMPARE_H */
