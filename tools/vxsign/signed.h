/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A manifest in a file, with its signature.
 */

#ifndef _VXSIGN_SIGNED_H
#define _VXSIGN_SIGNED_H

#include "cms.h"
#include "trailer.h"

/**
 * struct signed_file - a manifest in memory
 * @path: where it came from, for messages
 * @data: the whole file
 * @parts: of @data
 * @verdict: on the signature, once signed_verify() was there
 */
struct signed_file {
	const char *path;
	struct buffer data;
	struct trailer parts;
	struct cms_verdict verdict;
};

int signed_read(const char *path, struct signed_file *file);
int signed_parse(const struct signed_file *file, struct cms_message *cms);
int signed_verify(struct signed_file *file, const struct cms_trust *trust);
void signed_free(struct signed_file *file);

#endif /* _VXSIGN_SIGNED_H */
