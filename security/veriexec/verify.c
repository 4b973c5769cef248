// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compares a file with its entry, once for all who ask at the same time. It must
 * take no lock of the VFS, run only where its caller holds none, and keep nothing:
 * verdict.c does.
 *
 * Locks: VERIEXEC_INODE_BUSY of the inode, held while its file is read; nothing
 * is taken under it but what reading takes.
 */

#include <keys/system_keyring.h>
#include <linux/dcache.h>
#include <linux/sched.h>
#include <linux/wait_bit.h>

#include "blob.h"
#include "fingerprint.h"
#include "revoke.h"
#include "storage.h"
#include "verdict.h"
#include "verify.h"
#include "window.h"

/*
 * Keeps everybody from opening the file for writing, as exec does. Fails if
 * somebody has it open so; a shared writable mapping keeps it open.
 */
static bool keep_writers_out(struct inode *inode)
{
	if (!atomic_dec_unless_positive(&inode->i_writecount))
		return false;
	if (!mapping_writably_mapped(inode->i_mapping))
		return true;
	atomic_inc(&inode->i_writecount);
	return false;
}

static void let_writers_in(struct inode *inode)
{
	atomic_inc(&inode->i_writecount);
}

/*
 * Has what is in the file, whose digest by @alg is known, been revoked? By the
 * manifests or, as the fingerprint of a binary, in the kernel's blacklist.
 */
static enum veriexec_cause check_revoked(struct file *file, unsigned int alg,
					 u8 *digest)
{
	unsigned long others = veriexec_revoked_algs() & ~BIT(alg);
	unsigned int other;
	int ret = 0;

	if (veriexec_is_revoked(alg, digest))
		return VERIEXEC_CAUSE_REVOKED;
	if (!veriexec_algs[alg].verity)
		ret = is_hash_blacklisted(digest, veriexec_algs[alg].size,
					  BLACKLIST_HASH_BINARY);
	if (ret)
		return ret == -EKEYREJECTED ? VERIEXEC_CAUSE_REVOKED :
					      VERIEXEC_CAUSE_READ_ERROR;
	for_each_set_bit(other, &others, VERIEXEC_ALG_COUNT) {
		ret = veriexec_fingerprint_file(file, other, digest);
		if (ret == -ENODATA)
			continue;
		if (ret)
			return VERIEXEC_CAUSE_READ_ERROR;
		if (veriexec_is_revoked(other, digest))
			return VERIEXEC_CAUSE_REVOKED;
	}
	return VERIEXEC_CAUSE_NONE;
}

/* Compares the strongest fingerprint that can be checked on this file. */
static enum veriexec_cause compare_content(struct file *file,
					   struct veriexec_expectation *want)
{
	struct inode *inode = file_inode(file);
	u8 digest[VERIEXEC_DIGEST_SIZE];
	int alg, ret;

	for (alg = VERIEXEC_ALG_COUNT - 1; alg >= 0; alg--) {
		if (!(want->claim.algs & BIT(alg)))
			continue;
		ret = veriexec_fingerprint_file(file, alg, digest);
		if (ret == -ENODATA)
			continue;
		if (ret)
			return VERIEXEC_CAUSE_READ_ERROR;
		if (memcmp(digest, want->digest[alg],
			   veriexec_algs[alg].size)) {
			veriexec_audit_mismatch(inode, alg, digest,
						want->digest[alg]);
			return VERIEXEC_CAUSE_MISMATCH;
		}
		veriexec_note_proof(inode, alg, digest);
		return check_revoked(file, alg, digest);
	}
	return VERIEXEC_CAUSE_UNCHECKABLE;
}

/* As compare_content(), while nobody can write. */
static enum veriexec_cause compare_quietly(struct file *file,
					   struct veriexec_expectation *want)
{
	struct inode *inode = file_inode(file);
	struct inode *real = d_real_inode(file->f_path.dentry);
	enum veriexec_cause cause = VERIEXEC_CAUSE_HAS_WRITER;

	veriexec_note_owner(inode);
	if (!veriexec_owner_matches(inode, &want->claim))
		return VERIEXEC_CAUSE_WRONG_OWNER;
	/* First: a writer who is let in afterwards sees it. */
	if (real != inode)
		set_bit(VERIEXEC_INODE_BELOW, &veriexec_inode(real)->bits);
	if (veriexec_disk_is_mapped(real->i_sb) || !keep_writers_out(inode))
		return cause;
	if (real == inode || keep_writers_out(real)) {
		cause = compare_content(file, want);
		if (real != inode)
			let_writers_in(real);
	}
	let_writers_in(inode);
	return cause;
}

/* The outcome of one comparison as a verdict; 0 where it is not to be kept. */
static u64 judge(struct file *file, struct veriexec_expectation *want,
		 u64 verdict, enum veriexec_cause *failure)
{
	enum veriexec_status status;

	*failure = compare_quietly(file, want);
	if (*failure == VERIEXEC_CAUSE_NONE)
		status = VERIEXEC_STATUS_VERIFIED;
	else if (*failure == VERIEXEC_CAUSE_MISMATCH)
		status = VERIEXEC_STATUS_CHANGED;
	else if (*failure == VERIEXEC_CAUSE_REVOKED)
		status = VERIEXEC_STATUS_REVOKED;
	else
		return 0;
	return veriexec_judgement(verdict, &want->claim, status);
}

/**
 * veriexec_verify() - verify a listed file whose content was not seen yet
 * @file: open
 * @failure: why there is no verdict to keep, if that is so
 *
 * Context: Process context, no locks held; reads the whole file. A fatal signal
 * ends it.
 *
 * Return: the verdict.
 */
u64 veriexec_verify(struct file *file, enum veriexec_cause *failure)
{
	struct inode *inode = file_inode(file);
	struct veriexec_inode *blob = veriexec_inode(inode);
	struct veriexec_expectation want;
	u64 verdict, outcome;

	if (wait_on_bit_lock(&blob->bits, VERIEXEC_INODE_BUSY, TASK_KILLABLE)) {
		*failure = VERIEXEC_CAUSE_READ_ERROR;
		return veriexec_verdict(0, 0, VERIEXEC_STATUS_LISTED);
	}
	do {
		verdict = veriexec_begin_judgement(inode, &want);
		outcome = verdict;
		if (veriexec_status(verdict) != VERIEXEC_STATUS_LISTED)
			break;
		outcome = judge(file, &want, verdict, failure);
		if (!outcome || want.claim.flags & VERIEXEC_FLAG_UNTRUSTED)
			break;
		veriexec_window();
		/* Fails if the file or the table changed meanwhile. */
	} while (!veriexec_keep_verdict(inode, verdict, outcome));
	clear_and_wake_up_bit(VERIEXEC_INODE_BUSY, &blob->bits);
	if (outcome != verdict && outcome)
		veriexec_note_status(inode, veriexec_status(outcome));
	return outcome ?: verdict;
}
