/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hashes of dm-verity, as veritysetup(8) lays them down.
 */

#ifndef VXLOAD_HASH_TREE_H
#define VXLOAD_HASH_TREE_H

#include <mbedtls/md.h>

#include "manifest.h"

#define HASH_TREE_BLOCK		4096U
#define HASH_TREE_SALT_MAX	256
#define HASH_TREE_LEVELS_MAX	11	/* 64 digests a block: more than 2^64 blocks */

/**
 * struct hash_tree - which blocks it covers, and where it is
 * @alg: the hash, as manifests have it
 * @md: the same, of mbedTLS
 * @blocks: how many blocks of data, from the first on
 * @first: block where the tree begins
 * @end: the first block behind it
 * @fan_out: how many digests a block has
 * @depth: how many levels
 * @level: the first block of each, from the data up
 * @salt: hashed before each block
 * @salt_size: of @salt, in bytes
 * @root: digest of the block at the top
 */
struct hash_tree {
	enum veriexec_alg alg;
	const mbedtls_md_info_t *md;
	u64 blocks;
	u64 first;
	u64 end;
	unsigned int fan_out;
	unsigned int depth;
	u64 level[HASH_TREE_LEVELS_MAX];
	u8 salt[HASH_TREE_SALT_MAX];
	u16 salt_size;
	u8 root[VERIEXEC_DIGEST_SIZE];
};

int hash_tree_read(int fd, u64 at, u64 size, struct hash_tree *t,
		   const char **cause);
int hash_tree_check(int fd, const struct hash_tree *t, u64 *bad);

#endif /* VXLOAD_HASH_TREE_H */
