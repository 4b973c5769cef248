/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The verdict on an inode, and its cache in the inode's blob.
 *
 * The cached verdict is one word: the generation of the table that it was made
 * with, the flags of the entry, the status. A word of another generation is
 * stale and counts for nothing. It is replaced by cmpxchg only, so that a
 * change of the file, which sets it to 0, is never overwritten by a verdict
 * that was reached before.
 */

#ifndef _SECURITY_VERIEXEC_VERDICT_H
#define _SECURITY_VERIEXEC_VERDICT_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/types.h>

#include "blob.h"
#include "manifest.h"
#include "signature.h"

/* What is known of an inode. */
enum veriexec_status {
	VERIEXEC_STATUS_UNKNOWN,	/* never asked: only in stale words */
	VERIEXEC_STATUS_UNLISTED,	/* in no manifest */
	VERIEXEC_STATUS_LISTED,		/* in a manifest, content not seen */
	VERIEXEC_STATUS_VERIFIED,	/* in a manifest, content as listed */
	VERIEXEC_STATUS_CHANGED,	/* in a manifest, content not as listed */
	VERIEXEC_STATUS_REVOKED,	/* in a manifest, content as revoked */
	VERIEXEC_STATUS_SHOWN,		/* shows a file in a manifest */
	VERIEXEC_STATUS_DIRECTORY,	/* leads to a file in a manifest */
	VERIEXEC_STATUS_LINK,		/* link in a manifest, or leads to a file */
	VERIEXEC_STATUS_COUNT
};

extern const char *const veriexec_status_names[VERIEXEC_STATUS_COUNT];

#define VERIEXEC_FLAGS_SHIFT		8
#define VERIEXEC_GENERATION_SHIFT	24

static inline u64 veriexec_verdict(u64 generation, u16 flags,
				   enum veriexec_status status)
{
	return generation << VERIEXEC_GENERATION_SHIFT |
	       (u64)flags << VERIEXEC_FLAGS_SHIFT | status;
}

/* Beside VERIEXEC_STATUS_LISTED: somebody verifies the file. */
#define VERIEXEC_IN_JUDGEMENT		0x80U
static_assert(VERIEXEC_STATUS_COUNT <= VERIEXEC_IN_JUDGEMENT);

static inline enum veriexec_status veriexec_status(u64 verdict)
{
	return verdict & 0xff & ~VERIEXEC_IN_JUDGEMENT;
}

static inline u16 veriexec_verdict_flags(u64 verdict)
{
	return verdict >> VERIEXEC_FLAGS_SHIFT;
}

/* Counts loads. Starts at 1, so that a zeroed blob is stale. */
extern atomic64_t veriexec_generation;

/*
 * Among the flags of a verdict only: its entry names a mode; and what else is in
 * the blob is not of this verdict, because somebody else was at it.
 */
#define VERIEXEC_MODE_LISTED		0x8000U
#define VERIEXEC_UNPROVEN		0x4000U
/* It has no entry: the root hash of the image that it is on is listed. */
#define VERIEXEC_BY_IMAGE		0x2000U
static_assert(VERIEXEC_FLAG_RIGHTS < VERIEXEC_BY_IMAGE);

static inline bool veriexec_is_by_image(u64 verdict)
{
	return veriexec_verdict_flags(verdict) & VERIEXEC_BY_IMAGE;
}

static inline bool veriexec_is_fresh(u64 verdict)
{
	return verdict >> VERIEXEC_GENERATION_SHIFT ==
	       atomic64_read(&veriexec_generation);
}

/* All verdicts are to be made anew. Orders what was done to the table before. */
static inline void veriexec_new_generation(void)
{
	atomic64_inc_return(&veriexec_generation);
}

/*
 * Where the pages are that reading this file gives, which is at the bottom of overlays:
 * the verdict is on that inode.
 */
static inline struct inode *veriexec_content_of(const struct file *file)
{
	return d_real_inode(file->f_path.dentry);
}

/* What was known of an inode that changes is not known any more. */
static inline void veriexec_forget(struct inode *inode)
{
	atomic64_set_release(&veriexec_inode(inode)->verdict, 0);
}

/*
 * Lets a verdict count from now on, unless the file or its entry has changed since
 * @old, when its content was looked at first: then it is false.
 */
static inline bool veriexec_keep_verdict(struct inode *inode, u64 old, u64 new)
{
	return atomic64_cmpxchg(&veriexec_inode(inode)->verdict, old, new) ==
	       old;
}

/**
 * struct veriexec_expectation - what an entry says of a file, while it is verified
 * @claim: all but the fingerprints
 * @digest: by enum veriexec_alg
 */
struct veriexec_expectation {
	struct veriexec_claim claim;
	u8 digest[VERIEXEC_ALG_COUNT][VERIEXEC_DIGEST_SIZE];
};

/**
 * struct veriexec_source - by what a file is judged
 * @manifest: name of the manifest that lists it, "" if it has none
 * @signer: of the manifest; printable only after escaping
 * @flags: of its entry
 */
struct veriexec_source {
	char manifest[VERIEXEC_NAME_SIZE];
	char signer[VERIEXEC_SIGNER_SIZE];
	u16 flags;
};

u64 veriexec_verdict_anew(struct inode *inode);
u64 veriexec_look_up(struct inode *inode, struct veriexec_expectation *want);
u64 veriexec_judgement(u64 verdict, const struct veriexec_claim *claim,
		       enum veriexec_status status);
bool veriexec_find_expectation(struct inode *inode,
			       struct veriexec_expectation *want);
bool veriexec_owner_matches(const struct inode *inode,
			    const struct veriexec_claim *claim);
bool veriexec_owner_stands(const struct inode *shown, struct inode *content,
			   u64 verdict);
void veriexec_note_owner(struct inode *content, const struct inode *shown);
void veriexec_note_proof(struct inode *content, unsigned int alg,
			 const u8 *digest, u8 algs);
void veriexec_note_status(struct inode *inode, enum veriexec_status status);
bool veriexec_lists_caps(struct inode *inode, const u8 *value, size_t len);
bool veriexec_find_source(struct inode *inode, struct veriexec_source *source);
void veriexec_doubt_all(void);

/**
 * veriexec_verdict_on() - what is known of a file
 * @inode: of the file
 *
 * Context: Process context, may sleep.
 *
 * Return: the fresh verdict.
 */
static inline u64 veriexec_verdict_on(struct inode *inode)
{
	u64 verdict =
		atomic64_read_acquire(&veriexec_inode(inode)->verdict);

	return likely(veriexec_is_fresh(verdict)) ?
		       verdict : veriexec_verdict_anew(inode);
}

#endif /* _SECURITY_VERIEXEC_VERDICT_H */
