/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads the entries of a manifest for the tools: the grammar of the kernel,
 * plus memory and messages.
 */

#ifndef _VERIEXEC_READER_H
#define _VERIEXEC_READER_H

#include "manifest.h"

/* Tools read what any kernel may be able to check. */
#define READER_ALL_ALGS	((1U << VERIEXEC_ALG_COUNT) - 1)

/* The longest encoded path, with NUL. */
#define ENTRY_PATH_SIZE	(3 * VERIEXEC_PATH_SIZE)

/**
 * struct reader - a place in a manifest
 * @parser: of the grammar; its header is filled by reader_open()
 * @file: name of the manifest, for messages; not copied
 * @algs: the algorithms that it may use, a bit each; 0 for all
 * @quiet: keep the message in @error and do not print it
 * @error: what reader_open() or reader_next() last complained of
 */
struct reader {
	struct veriexec_parser parser;
	const char *file;
	u32 algs;
	bool quiet;
	char error[512];
};

int reader_open(struct reader *r, const char *file, const void *text,
		size_t len);
int reader_next(struct reader *r, struct veriexec_record *record);
void reader_close(struct reader *r);

int reader_check(const char *file, const void *text, size_t len);

#endif /* _VERIEXEC_READER_H */
