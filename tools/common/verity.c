// SPDX-License-Identifier: GPL-2.0-only
/*
 * Computes fs-verity digests from a stream of bytes: a Merkle tree of which only one
 * block per level is ever held, and the hash of a descriptor that holds its root.
 */

#include <stdlib.h>
#include <string.h>

#include "verity.h"

#define BLOCK_SIZE	4096U
#define BLOCK_LOG	12
#define LEVELS_MAX	11	/* 64 digests a block: more than 2^64 bytes */

/* As struct fsverity_descriptor of the kernel; what is zero is left out. */
#define DESCRIPTOR_SIZE		256
#define DESCRIPTOR_SIZE_AT	8
#define DESCRIPTOR_ROOT_AT	16

/**
 * struct level - one level of the tree, from the data up
 * @block: digests that wait for their block to be full
 * @fill: of @block, in bytes
 * @count: of all digests that this level ever had
 */
struct level {
	u8 block[BLOCK_SIZE];
	u32 fill;
	u64 count;
};

/**
 * struct verity - the digest of one file, on its way
 * @md: the hash
 * @size: of its digests, in bytes
 * @block: data that waits for its block to be full
 * @fill: of @block, in bytes
 * @total: bytes so far
 * @levels: of the tree
 */
struct verity {
	const mbedtls_md_info_t *md;
	u32 size;
	u8 block[BLOCK_SIZE];
	u32 fill;
	u64 total;
	struct level levels[LEVELS_MAX];
};

/**
 * verity_new() - begin a file
 * @md: SHA-256 or SHA-512
 *
 * Return: what verity_free() ends, or NULL if there is no memory.
 */
struct verity *verity_new(mbedtls_md_type_t md)
{
	struct verity *v = calloc(1, sizeof(*v));

	if (!v)
		return NULL;
	v->md = mbedtls_md_info_from_type(md);
	v->size = mbedtls_md_get_size(v->md);
	return v;
}

/* Hashes a block, filled up with zeros, into the level above. */
static int push(struct verity *v, u32 level, u8 *block, u32 *fill)
{
	struct level *l = &v->levels[level];
	int ret;

	memset(block + *fill, 0, BLOCK_SIZE - *fill);
	*fill = 0;
	ret = mbedtls_md(v->md, block, BLOCK_SIZE, l->block + l->fill);
	if (ret)
		return ret;
	l->count++;
	l->fill += v->size;
	if (l->fill < BLOCK_SIZE)
		return 0;
	return push(v, level + 1, l->block, &l->fill);
}

/**
 * verity_add() - go on with a file
 * @v: begun
 * @data: the next bytes
 * @len: of @data
 *
 * Return: 0, or an error of mbedTLS.
 */
int verity_add(struct verity *v, const u8 *data, size_t len)
{
	v->total += len;
	while (len) {
		u32 n = BLOCK_SIZE - v->fill;
		int ret;

		if (n > len)
			n = (u32)len;
		memcpy(v->block + v->fill, data, n);
		v->fill += n;
		data += n;
		len -= n;
		if (v->fill < BLOCK_SIZE)
			continue;
		ret = push(v, 0, v->block, &v->fill);
		if (ret)
			return ret;
	}
	return 0;
}

/* The root is the digest that is alone on its level. */
static int find_root(struct verity *v, const u8 **root)
{
	u32 i;
	int ret;

	for (i = 0; i < LEVELS_MAX - 1; i++) {
		struct level *l = &v->levels[i];

		if (l->count == 1) {
			*root = l->block;
			return 0;
		}
		if (!l->fill)
			continue;
		ret = push(v, i + 1, l->block, &l->fill);
		if (ret)
			return ret;
	}
	*root = NULL;
	return 0;
}

/**
 * verity_finish() - end a file
 * @v: begun
 * @digest: gets the file's digest
 *
 * Return: 0, or an error of mbedTLS.
 */
int verity_finish(struct verity *v, u8 *digest)
{
	u8 descriptor[DESCRIPTOR_SIZE] = {
		1,			/* version */
		v->size == 64 ? 2 : 1,	/* hash: SHA-512 or SHA-256 */
		BLOCK_LOG,
	};
	const u8 *root = NULL;
	u32 i;
	int ret = 0;

	for (i = 0; i < 8; i++)
		descriptor[DESCRIPTOR_SIZE_AT + i] = (u8)(v->total >> 8 * i);
	if (v->fill)
		ret = push(v, 0, v->block, &v->fill);
	if (!ret)
		ret = find_root(v, &root);
	if (ret)
		return ret;
	if (root)
		memcpy(descriptor + DESCRIPTOR_ROOT_AT, root, v->size);
	return mbedtls_md(v->md, descriptor, sizeof(descriptor), digest);
}

/**
 * verity_free() - forget a file
 * @v: from verity_new(), or NULL
 */
void verity_free(struct verity *v)
{
	free(v);
}
