/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All that a manifest says, in memory, by path.
 */

#ifndef _VXSIGN_LISTING_H
#define _VXSIGN_LISTING_H

#include "manifest.h"

/**
 * struct listed - one entry
 * @path: owned
 * @label: empty if it has none; owned
 * @link: text of a symbolic link, empty for a file; owned
 * @digests: of the algorithms in @claim, weakest first; owned
 * @claim: what it says of the file
 */
struct listed {
	char *path;
	char *label;
	char *link;
	u8 *digests;
	struct veriexec_claim claim;
};

/**
 * struct listing - a whole manifest
 * @header: what its directives say
 * @revoked: fingerprints that it revokes, sorted, each once
 * @revoked_count: of @revoked
 * @images: root hashes of images that it lists, likewise
 * @image_count: of @images
 * @list: its entries, sorted by path
 * @count: of @list
 */
struct listing {
	struct veriexec_header header;
	struct veriexec_digest *revoked;
	size_t revoked_count;
	struct veriexec_digest *images;
	size_t image_count;
	struct listed *list;
	size_t count;
};

int listing_read(struct listing *l, const char *file, const void *text,
		 size_t len);
const u8 *listed_digest(const struct listed *entry, u32 alg);
int listing_compare_digests(const void *a, const void *b);
void listing_free(struct listing *l);

#endif /* _VXSIGN_LISTING_H */
