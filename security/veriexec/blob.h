/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What veriexec keeps in the blobs of others' objects. Only the accessors here
 * know where in a blob it lies. All blobs come zeroed.
 */

#ifndef _SECURITY_VERIEXEC_BLOB_H
#define _SECURITY_VERIEXEC_BLOB_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/blk_types.h>
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/lsm_hooks.h>
#include <linux/sched.h>
#include <linux/types.h>

#include "manifest.h"
#include "state.h"

extern struct lsm_blob_sizes veriexec_blobs;
extern bool veriexec_enabled;	/* the hooks and blobs are there */

/**
 * struct veriexec_inode - what is known of an inode in memory
 * @verdict: see enum veriexec_status; read and replaced without locks
 * @proof: keyed hash of the fingerprint that @verdict says was verified. Written
 *	under VERIEXEC_INODE_BUSY, before @verdict says VERIEXEC_STATUS_VERIFIED
 * @uid: owner, as it was seen when the file was verified, written as @proof is
 * @gid: its group, likewise
 * @mode: its mode, likewise
 * @passed_over: stronger algorithms that could not be checked then, likewise
 * @maker: &veriexec_cred.program of the one program that has made the file, which
 *	never had a name, and that alone has opened it for writing; else 0
 * @bits: see below
 *
 * It dies with the inode, so that what comes back from disk is judged anew.
 */
struct veriexec_inode {
	atomic64_t verdict;
	u64 proof;
	kuid_t uid;
	kgid_t gid;
	umode_t mode;
	u8 passed_over;
	atomic64_t maker;
	unsigned long bits;
};

/* Bit numbers of &veriexec_inode.bits. */
#define VERIEXEC_INODE_BUSY		0	/* one task hashes: a lock bit */
#define VERIEXEC_INODE_INITRAMFS	1	/* as the kernel unpacked it */
#define VERIEXEC_INODE_RAN		2	/* its code may be mapped: so far it
						 * has only been of the initramfs
						 */
#define VERIEXEC_INODE_KMEM		3	/* asks for it when it is opened */
#define VERIEXEC_INODE_MEMORY		4	/* was mapped as memory without a
						 * file
						 */
#define VERIEXEC_INODE_KEPT		5	/* has the owner and mode that were
						 * unpacked
						 */

/**
 * struct veriexec_sb - what is known of a super block
 * @entries: how many entries of the table lie on it; while there are none,
 *	nothing on it is looked up
 * @order: &veriexec_manifest.order of one that lists something on it, guarded by
 *	the table's lock
 * @node: among those that have entries, see disk.c
 * @sb: the super block that this is of, set while @node is in use
 * @asked: by which load it was asked whether it changes; under the load lock
 * @changes: its files can change without this kernel's knowledge; likewise
 */
struct veriexec_sb {
	atomic_t entries;
	u64 order;
	struct list_head node;
	struct super_block *sb;
	u64 asked;
	bool changes;
};

/**
 * struct veriexec_bdev - what is known of a block device
 * @writers: how many files have it open for writing; its file system has none
 * @sealed: nobody maps it to write to it, see veriexec_deny_mappings()
 * @bits: see below; once set they stay, except for VERIEXEC_BDEV_IMAGE
 * @root_hash: of dm-verity; written once, before VERIEXEC_BDEV_HASHED is set
 */
struct veriexec_bdev {
	atomic_t writers;
	bool sealed;
	unsigned long bits;
	struct veriexec_digest root_hash;
};

/* Bit numbers of &veriexec_bdev.bits. */
#define VERIEXEC_BDEV_HASHED	0	/* has, or had, a root hash */
#define VERIEXEC_BDEV_IMAGE	1	/* all that is read from it is what
					 * its root hash stands for
					 */
#define VERIEXEC_BDEV_VOID	2	/* is never to be an image again */

/**
 * struct veriexec_file - what is known of an open file
 * @verdict: as it was found when the file was mapped last, where it is not kept
 *	with the inode; else 0
 * @writes_to: the block device among whose writers it is counted, or NULL
 */
struct veriexec_file {
	u64 verdict;
	struct block_device *writes_to;
};

/**
 * struct veriexec_cred - what a task may do because of the program it runs
 * @program: a number of its own; 0 for the kernel itself
 * @flags: VERIEXEC_FLAG_*: the rights of its own entry, and the restrictions of
 *	all that led to it
 * @initramfs: the program came out of the initramfs as the kernel unpacked it
 * @unverified: during exec: something that is not verified led to it
 * @depth: during exec: how many files were judged before this one
 * @script: during exec: the file judged before this one began with "#!"
 *
 * Set at exec in credentials that nobody else sees yet, copied at fork, never
 * changed otherwise.
 */
struct veriexec_cred {
	u64 program;
	u16 flags;
	bool initramfs;
	bool unverified;
	u8 depth;
	bool script;
};

/**
 * struct veriexec_task - what a task is doing, and may not do because of other files
 * @joined: restrictions of the programs whose code it has mapped by itself
 * @opened: during exec: restrictions of the files that the kernel opened for it
 * @unverified: during exec: one of those cannot be verified
 * @asked: the kernel has asked whether it is locked down, see kmem.c
 * @probing: by which call it gave a disk a command that is no raw I/O, see command.c
 *
 * Written by the task itself. @joined is copied at fork, and gone with an exec.
 */
struct veriexec_task {
	u16 joined;
	u16 opened;
	bool unverified;
	bool asked;
	int probing;
};

static inline struct veriexec_inode *veriexec_inode(const struct inode *inode)
{
	return inode->i_security + veriexec_blobs.lbs_inode;
}

static inline struct veriexec_sb *veriexec_sb(const struct super_block *sb)
{
	return sb->s_security + veriexec_blobs.lbs_superblock;
}

static inline struct veriexec_bdev *
veriexec_bdev(const struct block_device *bdev)
{
	return bdev->bd_security + veriexec_blobs.lbs_bdev;
}

static inline struct veriexec_file *veriexec_file(const struct file *file)
{
	return file->f_security + veriexec_blobs.lbs_file;
}

static inline struct veriexec_cred *veriexec_cred(const struct cred *cred)
{
	return cred->security + veriexec_blobs.lbs_cred;
}

static inline struct veriexec_task *
veriexec_task(const struct task_struct *task)
{
	return task->security + veriexec_blobs.lbs_task;
}

/* Programs of the initramfs have all rights as long as the kernel takes manifests. */
static inline bool veriexec_has_all_rights(const struct cred *cred)
{
	return veriexec_cred(cred)->initramfs &&
	       !veriexec_in(VERIEXEC_STATE_LOCKED);
}

/* Runs a program that has this right by its entry, or as one of the initramfs. */
static inline bool veriexec_has_right(const struct cred *cred, u16 right)
{
	return veriexec_has_all_rights(cred) ||
	       veriexec_cred(cred)->flags & right;
}

/* What a task with such credentials may not do, and others may not do to it. */
static inline u16 veriexec_restrictions(const struct task_struct *task,
					const struct cred *cred)
{
	return (veriexec_cred(cred)->flags |
		READ_ONCE(veriexec_task(task)->joined)) &
	       VERIEXEC_FLAG_RESTRICTIONS;
}

/* Which of these restrictions, of those that outlast an exec, does it not have yet? */
static inline u16 veriexec_lacks(const struct task_struct *task,
				 const struct cred *cred, u16 flags)
{
	return flags & VERIEXEC_FLAG_RESTRICTIONS & ~VERIEXEC_FLAG_NO_FIPS &
	       ~veriexec_restrictions(task, cred);
}

/* Others must not get at the program that it runs: they would have its rights. */
static inline bool veriexec_is_closed(const struct task_struct *task,
				      const struct cred *cred)
{
	return veriexec_has_all_rights(cred) ||
	       veriexec_restrictions(task, cred) & VERIEXEC_FLAG_NO_PTRACE;
}

#endif /* _SECURITY_VERIEXEC_BLOB_H */
