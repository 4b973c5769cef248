// SPDX-License-Identifier: GPL-2.0-only
/*
 * Computes any set of fingerprints of a file in one reading.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <mbedtls/md.h>

#include "fingerprint.h"
#include "verity.h"

#define PIECE_SIZE	(256U << 10)

/**
 * struct hasher - one fingerprint on its way
 * @verity: of the Merkle tree, NULL if @md hashes the content itself
 * @md: the hash of the content
 */
struct hasher {
	struct verity *verity;
	mbedtls_md_context_t md;
};

static mbedtls_md_type_t hash_of(enum veriexec_alg alg)
{
	switch (alg) {
	case VERIEXEC_ALG_SHA1:
		return MBEDTLS_MD_SHA1;
	case VERIEXEC_ALG_SHA256:
	case VERIEXEC_ALG_VERITY_SHA256:
		return MBEDTLS_MD_SHA256;
	case VERIEXEC_ALG_SHA384:
		return MBEDTLS_MD_SHA384;
	case VERIEXEC_ALG_SHA512:
	case VERIEXEC_ALG_VERITY_SHA512:
		return MBEDTLS_MD_SHA512;
	default:
		return MBEDTLS_MD_NONE;
	}
}

static int hasher_start(struct hasher *h, enum veriexec_alg alg)
{
	const mbedtls_md_info_t *md = mbedtls_md_info_from_type(hash_of(alg));

	if (!md)
		return -ENOTSUP;
	if (veriexec_algs[alg].verity) {
		h->verity = verity_new(hash_of(alg));
		return h->verity ? 0 : -ENOMEM;
	}
	if (mbedtls_md_setup(&h->md, md, 0) || mbedtls_md_starts(&h->md))
		return -ENOMEM;
	return 0;
}

static int hasher_add(struct hasher *h, const u8 *data, size_t len)
{
	return h->verity ? verity_add(h->verity, data, len) :
			   mbedtls_md_update(&h->md, data, len);
}

static int hasher_finish(struct hasher *h, u8 *digest)
{
	return h->verity ? verity_finish(h->verity, digest) :
			   mbedtls_md_finish(&h->md, digest);
}

static int read_into(int fd, u8 *piece, u32 algs, struct hasher *hashers)
{
	off_t offset = 0;
	u32 i;

	for (;;) {
		ssize_t n = pread(fd, piece, PIECE_SIZE, offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			return 0;
		offset += n;
		for (i = 0; i < VERIEXEC_ALG_COUNT; i++)
			if (algs & 1U << i &&
			    hasher_add(&hashers[i], piece, (size_t)n))
				return -EIO;
	}
}

/**
 * fingerprint_fd() - compute fingerprints of an open file
 * @fd: open for reading; its offset is not used
 * @algs: which ones, a bit each
 * @digests: by enum veriexec_alg; those asked for are filled
 *
 * Return: 0, or a negative errno, not reported.
 */
int fingerprint_fd(int fd, u32 algs, u8 digests[][VERIEXEC_DIGEST_SIZE])
{
	struct hasher hashers[VERIEXEC_ALG_COUNT] = { 0 };
	u8 *piece = malloc(PIECE_SIZE);
	int ret = piece ? 0 : -ENOMEM;
	u32 i;

	for (i = 0; i < VERIEXEC_ALG_COUNT; i++)
		mbedtls_md_init(&hashers[i].md);
	for (i = 0; i < VERIEXEC_ALG_COUNT && !ret; i++)
		if (algs & 1U << i)
			ret = hasher_start(&hashers[i], i);
	if (!ret)
		ret = read_into(fd, piece, algs, hashers);
	for (i = 0; i < VERIEXEC_ALG_COUNT && !ret; i++)
		if (algs & 1U << i && hasher_finish(&hashers[i], digests[i]))
			ret = -EIO;
	for (i = 0; i < VERIEXEC_ALG_COUNT; i++) {
		mbedtls_md_free(&hashers[i].md);
		verity_free(hashers[i].verity);
	}
	free(piece);
	return ret;
}

/**
 * fingerprint_hex() - write a digest as manifests have it
 * @alg: what it was made with
 * @digest: the digest
 * @hex: gets it; FINGERPRINT_HEX_SIZE bytes
 */
void fingerprint_hex(enum veriexec_alg alg, const u8 *digest, char *hex)
{
	static const char digits[] = "0123456789abcdef";
	u32 i;

	for (i = 0; i < veriexec_algs[alg].size; i++) {
		hex[2 * i] = digits[digest[i] >> 4];
		hex[2 * i + 1] = digits[digest[i] & 15];
	}
	hex[2 * i] = '\0';
}

/**
 * fingerprint_find() - find an algorithm by its name
 * @name: its keyword in a manifest, need not end in NUL
 * @len: of @name, in bytes
 *
 * Return: the enum veriexec_alg, or -1.
 */
int fingerprint_find(const char *name, size_t len)
{
	int i;

	for (i = 0; i < VERIEXEC_ALG_COUNT; i++)
		if (strlen(veriexec_algs[i].name) == len &&
		    !memcmp(veriexec_algs[i].name, name, len))
			return i;
	return -1;
}
