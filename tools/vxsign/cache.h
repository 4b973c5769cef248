/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is remembered of files from one manifest to the next, so that only what
 * has changed is hashed again.
 */

#ifndef _VXSIGN_CACHE_H
#define _VXSIGN_CACHE_H

#include <stdio.h>
#include <sys/stat.h>

#include "manifest.h"

/**
 * struct cached - a file as it was when it was hashed
 * @name: encoded path; owned
 * @st: of stat(2), of which device, inode, size and the times of content and
 *	inode count
 * @algs: bit n is set if @digest[n] is there
 * @digest: fingerprints by enum veriexec_alg
 */
struct cached {
	char *name;
	struct stat st;
	u32 algs;
	u8 digest[VERIEXEC_ALG_COUNT][VERIEXEC_DIGEST_SIZE];
};

/**
 * struct cache - all of them
 * @list: sorted by name, bytewise
 * @count: of @list
 */
struct cache {
	struct cached *list;
	size_t count;
};

int cache_load(struct cache *cache, const char *path);
const struct cached *cache_find(const struct cache *cache, const char *name,
				const struct stat *st, u32 algs);
void cache_print(FILE *out, const struct cached *file);
void cache_print_head(FILE *out);
bool cache_may_keep(const struct stat *st, time_t begin);
void cache_free(struct cache *cache);

#endif /* _VXSIGN_CACHE_H */
