/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What veriexec keeps in the blobs of others' objects. Only the accessors here
 * know where in a blob it lies. All blobs come zeroed.
 */

#ifndef _SECURITY_VERIEXEC_BLOB_H
#define _SECURITY_VERIEXEC_BLOB_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/lsm_hooks.h>
#include <linux/types.h>

extern struct lsm_blob_sizes veriexec_blobs;
extern bool veriexec_enabled;	/* the hooks and blobs are there */

/**
 * struct veriexec_inode - what is known of an inode in memory
 * @verdict: see enum veriexec_status; read and replaced without locks
 * @proof: tag of the fingerprint that @verdict says was verified. Written
 *	under VERIEXEC_BUSY before @verdict becomes VERIEXEC_VERIFIED.
 * @bits: VERIEXEC_BUSY and VERIEXEC_INITRAMFS
 *
 * It dies with the inode, so that what comes back from disk is judged anew.
 */
struct veriexec_inode {
	atomic64_t verdict;
	u64 proof;
	unsigned long bits;
};

/* Bit numbers of &veriexec_inode.bits. */
#define VERIEXEC_BUSY		0	/* one task hashes: a lock bit */
#define VERIEXEC_INITRAMFS	1	/* as the kernel unpacked it */

/**
 * struct veriexec_sb - what is known of a super block
 * @entries: how many entries of the table lie on it; while there are none,
 *	nothing on it is looked up
 */
struct veriexec_sb {
	atomic_t entries;
};

/**
 * struct veriexec_cred - what a task may do because of the program it runs
 * @flags: VERIEXEC_* of the program's entry
 * @initramfs: the program came out of the initramfs as the kernel unpacked it
 * @depth: during exec: how many files were judged before this one
 * @script: during exec: the file judged before this one began with "#!"
 *
 * Set at exec in credentials that nobody else sees yet, copied at fork, never
 * changed otherwise.
 */
struct veriexec_cred {
	u8 flags;
	bool initramfs;
	u8 depth;
	bool script;
};

static inline struct veriexec_inode *veriexec_inode(const struct inode *inode)
{
	return inode->i_security + veriexec_blobs.lbs_inode;
}

static inline struct veriexec_sb *veriexec_sb(const struct super_block *sb)
{
	return sb->s_security + veriexec_blobs.lbs_superblock;
}

static inline struct veriexec_cred *veriexec_cred(const struct cred *cred)
{
	return cred->security + veriexec_blobs.lbs_cred;
}

#endif /* _SECURITY_VERIEXEC_BLOB_H */
