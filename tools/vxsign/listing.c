// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads a whole manifest into memory, with no more for an entry than it says.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "listing.h"
#include "message.h"
#include "reader.h"

static size_t digests_size(u32 algs)
{
	size_t size = 0;
	u32 i;

	for (i = 0; i < VERIEXEC_ALG_COUNT; i++)
		if (algs & 1U << i)
			size += veriexec_algs[i].size;
	return size;
}

/**
 * listed_digest() - one of an entry's fingerprints
 * @entry: has one by @alg
 * @alg: enum veriexec_alg
 */
const u8 *listed_digest(const struct listed *entry, u32 alg)
{
	return entry->digests +
	       digests_size(entry->claim.algs & ((1U << alg) - 1));
}

static bool fill(struct listed *entry, const struct veriexec_record *record)
{
	u8 *p;
	u32 i;

	*entry = (struct listed){
		.path = strdup(record->path),
		.label = strdup(record->label),
		.link = strdup(record->link),
		.digests = malloc(digests_size(record->claim.algs) + 1),
		.claim = record->claim,
	};
	if (!entry->path || !entry->label || !entry->link || !entry->digests)
		return false;
	p = entry->digests;
	for (i = 0; i < VERIEXEC_ALG_COUNT; i++)
		if (record->claim.algs & 1U << i) {
			memcpy(p, record->digest[i], veriexec_algs[i].size);
			p += veriexec_algs[i].size;
		}
	return true;
}

static int add(struct listing *l, size_t *room,
	       const struct veriexec_record *record)
{
	if (l->count == *room) {
		size_t more = *room * 2 + 1024;
		struct listed *bigger = realloc(l->list,
						more * sizeof(*bigger));

		if (!bigger)
			return -ENOMEM;
		l->list = bigger;
		*room = more;
	}
	/* Half filled, it can still be freed. */
	return fill(&l->list[l->count++], record) ? 0 : -ENOMEM;
}

/**
 * listing_compare_digests() - the order of fingerprints
 * @a: one, a struct veriexec_digest
 * @b: another
 *
 * Return: as for qsort(3).
 */
int listing_compare_digests(const void *a, const void *b)
{
	const struct veriexec_digest *left = a, *right = b;

	if (left->alg != right->alg)
		return left->alg < right->alg ? -1 : 1;
	return memcmp(left->digest, right->digest,
		      veriexec_algs[left->alg].size);
}

/* Reads those of one directive, at most @most: sorted, each once. */
static int read_digests(struct veriexec_parser *p, u32 most,
			int (*next)(struct veriexec_parser *p,
				    struct veriexec_digest *r),
			struct veriexec_digest **list, size_t *count)
{
	struct veriexec_digest *d = calloc(most + 1U, sizeof(*d));
	size_t i, kept = 0;

	*list = d;
	if (!d)
		return -ENOMEM;
	while (next(p, &d[*count]) > 0)
		++*count;
	qsort(d, *count, sizeof(*d), listing_compare_digests);
	for (i = 0; i < *count; i++)
		if (!i || listing_compare_digests(&d[i], &d[kept - 1]))
			d[kept++] = d[i];
	*count = kept;
	return 0;
}

static int read_header(struct listing *l, struct veriexec_parser *p)
{
	int ret;

	l->header = p->header;
	ret = read_digests(p, p->header.revocations, veriexec_next_revocation,
			   &l->revoked, &l->revoked_count);
	return ret ?: read_digests(p, p->header.images, veriexec_next_image,
				   &l->images, &l->image_count);
}

static int compare_paths(const void *a, const void *b)
{
	const struct listed *left = a, *right = b;

	return strcmp(left->path, right->path);
}

/**
 * listing_read() - read all of a manifest
 * @l: zeroed; listing_free() it in any case
 * @file: name of the manifest, for messages
 * @text: of the manifest, without the signature
 * @len: of @text, in bytes
 *
 * Return: 0, or a negative errno, reported; %-EBADMSG if it is no manifest.
 */
int listing_read(struct listing *l, const char *file, const void *text,
		 size_t len)
{
	struct veriexec_record record;
	struct reader r = { 0 };
	size_t room = 0;
	int ret;

	ret = reader_open(&r, file, text, len);
	if (!ret) {
		ret = read_header(l, &r.parser);
		while (!ret && (ret = reader_next(&r, &record)) > 0)
			ret = add(l, &room, &record);
		if (ret == -ENOMEM)
			message("out of memory");
	}
	reader_close(&r);
	if (!ret && l->count)
		qsort(l->list, l->count, sizeof(*l->list), compare_paths);
	return ret;
}

/**
 * listing_free() - forget it
 * @l: empty afterwards
 */
void listing_free(struct listing *l)
{
	while (l->count) {
		struct listed *entry = &l->list[--l->count];

		free(entry->path);
		free(entry->label);
		free(entry->link);
		free(entry->digests);
	}
	free(l->list);
	free(l->revoked);
	free(l->images);
	*l = (struct listing){ 0 };
}
