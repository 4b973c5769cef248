/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The manifest grammar: what a manifest may say and how a reader gets at it.
 *
 * Compiled into the kernel and into the tools alike, so that what one accepts
 * the other accepts. Knows text only: no files, no memory of its own, no
 * kernel or library calls beyond the string functions.
 */

#ifndef _VERIEXEC_MANIFEST_H
#define _VERIEXEC_MANIFEST_H

#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <linux/types.h>
#else
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
#endif

/* What ``%manifest`` and ``%requires veriexec >=`` are measured against. */
#define VERIEXEC_FORMAT		1
#define VERIEXEC_LEVEL		5

/* Sizes are in bytes; those of strings count the terminating NUL. */
#define VERIEXEC_TEXT_MAX	(64U << 20)	/* signature included */
#define VERIEXEC_LINE_MAX	16384U
#define VERIEXEC_PATH_SIZE	4096U
#define VERIEXEC_NAME_SIZE	65U
#define VERIEXEC_LABEL_SIZE	65U
#define VERIEXEC_DIGEST_SIZE	64U
#define VERIEXEC_CAPS_SIZE	24U	/* of the xattr, in its longest form */
#define VERIEXEC_OWNER_WORDS_SIZE 96U	/* uid, gid, mode and caps, at their longest */
#define VERIEXEC_ERROR_SIZE	96U

/**
 * enum veriexec_alg - what a fingerprint is made with, weakest first
 *
 * The order is the order of preference: of an entry's fingerprints the one
 * with the highest value that can be checked is the one that counts. The
 * verity digests come last because they also cover every later page read.
 */
enum veriexec_alg {
	VERIEXEC_ALG_SHA1,
	VERIEXEC_ALG_SHA256,
	VERIEXEC_ALG_SHA384,
	VERIEXEC_ALG_SHA512,
	VERIEXEC_ALG_VERITY_SHA256,
	VERIEXEC_ALG_VERITY_SHA512,
	VERIEXEC_ALG_COUNT
};

/**
 * struct veriexec_alg_info - one row of the table of algorithms
 * @name: its keyword in a manifest and in the ``algorithms`` file
 * @hash: the crypto library's name of the underlying hash
 * @size: of the digest, in bytes
 * @verity: the digest is an fs-verity file digest, not one of the content
 */
struct veriexec_alg_info {
	const char *name;
	const char *hash;
	u8 size;
	bool verity;
};

extern const struct veriexec_alg_info veriexec_algs[VERIEXEC_ALG_COUNT];

/* The flags of an entry; veriexec_flags[] holds their names. */
#define VERIEXEC_FLAG_INDIRECT	0x001U
#define VERIEXEC_FLAG_NO_PTRACE	0x002U
#define VERIEXEC_FLAG_NO_FIPS	0x004U
#define VERIEXEC_FLAG_VERIFY	0x008U
#define VERIEXEC_FLAG_UNTRUSTED	0x010U
/* The restrictions: what its program may not do, or others not to it. */
#define VERIEXEC_FLAG_RESTRICTIONS	0x00eU
/* The rights: what its program may do that others may not. */
#define VERIEXEC_FLAG_CONTROL	0x020U	/* load manifests, add states */
#define VERIEXEC_FLAG_KMEM	0x040U	/* what would change the kernel */
#define VERIEXEC_FLAG_STORAGE	0x080U	/* what is below file systems */
#define VERIEXEC_FLAG_RIGHTS	0x0e0U
#define VERIEXEC_FLAG_COUNT	9
#define VERIEXEC_FLAG_WORDS_SIZE 128U	/* all their names, and commas between */

/**
 * struct veriexec_flag_info - one row of the table of flags
 * @name: its keyword in a manifest
 * @bits: what it sets: itself and what it implies
 */
struct veriexec_flag_info {
	const char *name;
	u16 bits;
};

extern const struct veriexec_flag_info veriexec_flags[VERIEXEC_FLAG_COUNT];

/* How a field is shown that may be empty. */
static inline const char *veriexec_or_dash(const char *s)
{
	return *s ? s : "-";
}

/* Which of the optional keywords an entry or a header has. */
#define VERIEXEC_HAS_UID	0x01U
#define VERIEXEC_HAS_GID	0x02U
#define VERIEXEC_HAS_MODE	0x04U
#define VERIEXEC_HAS_CAPS	0x08U
#define VERIEXEC_HAS_LINK	0x10U	/* it is of a symbolic link */

/**
 * struct veriexec_header - what the directives say
 * @name: of the manifest, empty where there is none
 * @version: only grows; meaningful if @has_version
 * @requires: the least VERIEXEC_LEVEL that may load it, 0 if it does not say
 * @revocations: how many fingerprints it revokes
 * @images: how many images it lists
 * @has_version: there is a ``%version``
 */
struct veriexec_header {
	char name[VERIEXEC_NAME_SIZE];
	u64 version;
	u32 requires;
	u32 revocations;
	u32 images;
	bool has_version;
};

/**
 * struct veriexec_digest - a fingerprint of a directive
 * @alg: enum veriexec_alg
 * @digest: as long as veriexec_algs[@alg] says
 */
struct veriexec_digest {
	u8 alg;
	u8 digest[VERIEXEC_DIGEST_SIZE];
};

/**
 * struct veriexec_claim - what an entry says of its file, but the fingerprints
 * @uid: owner in the initial user namespace, if @has says so, else 0
 * @gid: group, likewise
 * @mode: permission bits up to 07777, likewise
 * @flags: VERIEXEC_FLAG_*, with the implied ones
 * @has: VERIEXEC_HAS_*
 * @algs: bit n is set if it has a fingerprint by enum veriexec_alg n
 * @caps_len: of @caps in bytes, if @has says so, else 0
 * @caps: the value of the file's security.capability, zeros behind it
 */
struct veriexec_claim {
	u32 uid;
	u32 gid;
	u16 mode;
	u16 flags;
	u8 has;
	u8 algs;
	u8 caps_len;
	u8 caps[VERIEXEC_CAPS_SIZE];
};

/**
 * struct veriexec_record - one entry, decoded
 * @path: relative, without "." and "..", not empty
 * @path_len: strlen(@path)
 * @label: the value of ``label=``, empty where there is none
 * @claim: what it says of the file
 * @link: text of the symbolic link that it is of, empty for a file
 * @digest: fingerprints by enum veriexec_alg
 */
struct veriexec_record {
	char path[VERIEXEC_PATH_SIZE];
	size_t path_len;
	char label[VERIEXEC_LABEL_SIZE];
	struct veriexec_claim claim;
	char link[VERIEXEC_PATH_SIZE];
	u8 digest[VERIEXEC_ALG_COUNT][VERIEXEC_DIGEST_SIZE];
};

/**
 * struct veriexec_directives - which of the directives of one name come next
 * @given: how many were given
 * @pos: of the line behind the last of those
 */
struct veriexec_directives {
	u32 given;
	size_t pos;
};

/**
 * struct veriexec_refusal - why a manifest is not taken
 * @line: number of the line that is wrong, from 1; 0 where it is not a line
 * @why: what is wrong, %NULL while nothing is
 * @word: what @why is about, need not end in NUL, may be %NULL
 * @word_len: of @word, in bytes
 * @composed: where @why is if it had to be put together
 */
struct veriexec_refusal {
	u32 line;
	const char *why;
	const char *word;
	size_t word_len;
	char composed[VERIEXEC_ERROR_SIZE];
};

/**
 * struct veriexec_parser - a place in a manifest, and what is wrong there
 * @text: the manifest without its signature; need not end in NUL
 * @len: of @text, in bytes
 * @pos: of the next line
 * @algs: the algorithms that the reader allows, a bit each
 * @seen: places of the paths read so far, by hash; the caller's memory
 * @seen_size: of @seen in elements, a power of two (veriexec_seen_size())
 * @line: number of the line last read, from 1
 * @refusal: why the last call failed
 * @header: what the directives said
 * @revoked: how far veriexec_next_revocation() has come
 * @imaged: how far veriexec_next_image() has come
 *
 * The caller owns every pointer; nothing is freed here. One parser is used by
 * one thread at a time.
 */
struct veriexec_parser {
	const char *text;
	size_t len;
	size_t pos;
	u32 algs;
	u32 *seen;
	u32 seen_size;
	u32 line;
	struct veriexec_refusal refusal;
	struct veriexec_header header;
	struct veriexec_directives revoked;
	struct veriexec_directives imaged;
};

bool veriexec_shows_flag(u16 flags, unsigned int flag);
bool veriexec_word_flags(u16 flags, char *buf);
bool veriexec_word_owner(const struct veriexec_claim *claim, char *buf);
bool veriexec_same_claim(const struct veriexec_claim *a,
			 const struct veriexec_claim *b);
u32 veriexec_seen_size(const char *text, size_t len);
int veriexec_parse_header(struct veriexec_parser *p);
int veriexec_next_revocation(struct veriexec_parser *p,
			     struct veriexec_digest *r);
int veriexec_next_image(struct veriexec_parser *p, struct veriexec_digest *r);
int veriexec_parse_entry(struct veriexec_parser *p, struct veriexec_record *r);
size_t veriexec_encode_path(char *buf, size_t size, const char *path);

#endif /* _VERIEXEC_MANIFEST_H */
