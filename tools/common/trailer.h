/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The signature at the end of a manifest, in the form of signed kernel
 * modules: the text, the CMS message, twelve bytes that tell its length, and a
 * magic line.
 */

#ifndef _VERIEXEC_TRAILER_H
#define _VERIEXEC_TRAILER_H

#include "file.h"

/**
 * struct trailer - the parts of a signed manifest
 * @text: of the manifest
 * @text_len: of @text, in bytes
 * @cms: the DER of the CMS message, NULL if the manifest is not signed
 * @cms_len: of @cms, in bytes
 *
 * Points into what was split; owns nothing.
 */
struct trailer {
	const u8 *text;
	size_t text_len;
	const u8 *cms;
	size_t cms_len;
};

int trailer_split(const void *data, size_t len, struct trailer *parts,
		  const char **cause);
int trailer_append(struct buffer *text, const void *cms, size_t cms_len);

#endif /* _VERIEXEC_TRAILER_H */
