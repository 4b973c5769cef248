/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * May this inode be used so? The verdict, and its cache in the inode's blob.
 *
 * The cached verdict is one word: the generation of the table that it was made
 * with, the flags of the entry, the status. A word of another generation is
 * stale and counts for nothing. It is replaced by cmpxchg only, so that a
 * change of the file, which sets it to 0, is never overwritten by a verdict
 * that was reached before.
 *
 * What verifies a file and what opens it for writing meet at i_writecount:
 * a writer takes it first and asks then; a verifier reads the table first and
 * takes it then. One of the two always sees the other.
 */

#ifndef _SECURITY_VERIEXEC_EVALUATE_H
#define _SECURITY_VERIEXEC_EVALUATE_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/fs.h>
#include <linux/types.h>

#include "audit.h"
#include "blob.h"
#include "manifest.h"

/* What is known of an inode. */
enum veriexec_status {
	VERIEXEC_STATUS_UNKNOWN, /* never asked: only in stale words */
	VERIEXEC_STATUS_UNLISTED, /* in no manifest */
	VERIEXEC_STATUS_LISTED, /* in a manifest, content not seen */
	VERIEXEC_STATUS_VERIFIED, /* in a manifest, content as listed */
	VERIEXEC_STATUS_CHANGED, /* in a manifest, content not as listed */
	VERIEXEC_STATUS_REVOKED, /* in a manifest, content as revoked */
	VERIEXEC_STATUS_DIRECTORY, /* leads to a file in a manifest */
	VERIEXEC_STATUS_COUNT
};

extern const char *const veriexec_status_names[VERIEXEC_STATUS_COUNT];

#define VERIEXEC_FLAGS_SHIFT		8
#define VERIEXEC_GENERATION_SHIFT	16

static inline u64 veriexec_verdict(u64 generation, u8 flags,
				   enum veriexec_status status)
{
	return generation << VERIEXEC_GENERATION_SHIFT |
	       (u64)flags << VERIEXEC_FLAGS_SHIFT | status;
}

/* Beside VERIEXEC_STATUS_LISTED: somebody verifies the file, see look_up(). */
#define VERIEXEC_IN_JUDGEMENT		0x80U
static_assert(VERIEXEC_STATUS_COUNT <= VERIEXEC_IN_JUDGEMENT);

static inline enum veriexec_status veriexec_status(u64 verdict)
{
	return verdict & 0xff & ~VERIEXEC_IN_JUDGEMENT;
}

static inline u8 veriexec_verdict_flags(u64 verdict)
{
	return verdict >> VERIEXEC_FLAGS_SHIFT;
}

/* Counts loads. Starts at 1, so that a zeroed blob is stale. */
extern atomic64_t veriexec_generation;

/* Among the flags of a verdict only: its entry names a mode. */
#define VERIEXEC_MODE_LISTED		0x80U
static_assert(BIT(VERIEXEC_FLAG_COUNT) <= VERIEXEC_MODE_LISTED);

static inline bool veriexec_is_fresh(u64 verdict)
{
	return verdict >> VERIEXEC_GENERATION_SHIFT ==
	       atomic64_read(&veriexec_generation);
}

/**
 * struct veriexec_facts - all that a decision rests on
 * @op: what is attempted
 * @status: of the file
 * @flags: of its entry
 * @failure: why it could not be verified, if @status does not say it
 * @set_id: it is run, and its set-id bits would count
 * @backs: it is behind a loop device, and listed files may lie on such
 * @may_run: its code may be mapped, because it is of the initramfs
 * @initramfs: as the kernel unpacked it, and nobody writes to it
 * @interpreter: the kernel itself chose it to run a verified file
 * @fips: the kernel runs in FIPS mode
 */
struct veriexec_facts {
	enum veriexec_op op;
	enum veriexec_status status;
	u8 flags;
	enum veriexec_cause failure;
	bool set_id;
	bool backs;
	bool may_run;
	bool initramfs;
	bool interpreter;
	bool fips;
};

enum veriexec_cause veriexec_decide(const struct veriexec_facts *facts);

/**
 * struct veriexec_use - how somebody wants to use a file
 * @op: what for
 * @interpreter: see &veriexec_facts.interpreter
 * @flags: on return those of the entry, if the file is verified
 * @initramfs: on return, see &veriexec_facts.initramfs
 */
struct veriexec_use {
	enum veriexec_op op;
	bool interpreter;
	u8 flags;
	bool initramfs;
};

int veriexec_may_use(struct file *file, struct veriexec_use *use);
int veriexec_may_open_for_exec(struct file *file);
int veriexec_may_set_id(struct file *file);
int veriexec_may_remap(struct inode *inode, const struct path *path,
		       bool interpreter);
int veriexec_may_change(struct inode *inode, enum veriexec_op op,
			const struct path *path);
int veriexec_ask_change(struct inode *inode, enum veriexec_op op);
int veriexec_judge_against(struct veriexec_event *event);
int veriexec_deny(enum veriexec_op op, enum veriexec_cause cause,
		  struct inode *inode, const struct path *path, gfp_t gfp);
void veriexec_forget(struct inode *inode);
void veriexec_forget_content(struct inode *inode);
void veriexec_new_generation(void);
void veriexec_doubt_all(void);

#endif /* _SECURITY_VERIEXEC_EVALUATE_H */
