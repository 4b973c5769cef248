/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What one slot may carry by itself: a file system, the hashes of dm-verity, and the
 * signed manifest that lists their root hash.
 */

#ifndef VXLOAD_IMAGE_H
#define VXLOAD_IMAGE_H

#include "file.h"
#include "hash_tree.h"
#include "manifest_file.h"

/**
 * struct image - one that was found
 * @tree: the hashes of its file system
 * @manifest: as it is signed
 * @cause: why it is not good, or NULL
 */
struct image {
	struct hash_tree tree;
	struct buffer manifest;
	const char *cause;
};

int image_read(int fd, const char *path, struct image *image);
int image_is_listed(const struct image *image, const struct manifest_file *m);
void image_free(struct image *image);

#endif /* VXLOAD_IMAGE_H */
