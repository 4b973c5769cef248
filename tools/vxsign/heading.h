/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The directives of a manifest that is made.
 */

#ifndef _VXSIGN_HEADING_H
#define _VXSIGN_HEADING_H

#include "file.h"
#include "manifest.h"

/**
 * struct words - fingerprints
 * @list: as ``ALG=HEX``; owned
 * @count: of @list
 */
struct words {
	char **list;
	size_t count;
};

/**
 * struct heading - what they are to say
 * @name: of the manifest, may be NULL
 * @version: of the manifest, as given, may be NULL
 * @requires: the least level of veriexec that may load it, 0 for none
 * @revoked: fingerprints that are never to verify again
 * @images: root hashes of images
 */
struct heading {
	const char *name;
	const char *version;
	u64 requires;
	struct words revoked;
	struct words images;
};

int heading_add(struct words *w, const char *fingerprint);
int heading_revoke_file(struct heading *h, const char *path, u32 algs);
int heading_print(struct heading *h, struct buffer *out);
bool heading_check(struct heading *h);
void heading_free(struct heading *h);

#endif /* _VXSIGN_HEADING_H */
