// SPDX-License-Identifier: GPL-2.0-only
/*
 * Owns the traits of file systems: whether what is on them can change by itself. It
 * must never know entries beyond "this super block has some".
 */

#include <linux/fs.h>
#include <linux/magic.h>

#include "storage.h"

/**
 * veriexec_changes_beneath() - can files change without this kernel's knowledge?
 * @sb: the super block that they are on
 *
 * They cannot on a block device of this machine or in memory, if the file system is one
 * that is known to use nothing else. What lies below an image does not matter.
 *
 * Context: Process context, may sleep.
 *
 * Return: true if they can.
 */
bool veriexec_changes_beneath(const struct super_block *sb)
{
	if (sb->s_iflags & (SB_I_IMA_UNVERIFIABLE_SIGNATURE |
			    SB_I_UNTRUSTED_MOUNTER))
		return true;
	switch (sb->s_magic) {
	case BTRFS_SUPER_MAGIC:
	case CRAMFS_MAGIC:
	case EROFS_SUPER_MAGIC_V1:
	case EXT4_SUPER_MAGIC:
	case F2FS_SUPER_MAGIC:
	case ISOFS_SUPER_MAGIC:
	case OVERLAYFS_SUPER_MAGIC:
	case RAMFS_MAGIC:
	case SQUASHFS_MAGIC:
	case TMPFS_MAGIC:
	case XFS_SUPER_MAGIC:
		return !veriexec_root_hash_of(sb) &&
		       veriexec_disk_changes_beneath(sb);
	default:
		return true;
	}
}

/**
 * veriexec_forgets_identity() - does the file system make up inode numbers anew?
 * @sb: a super block
 *
 * Context: Any.
 *
 * Return: true if a file gets another one whenever it comes into memory.
 */
bool veriexec_forgets_identity(const struct super_block *sb)
{
	return sb->s_magic == MSDOS_SUPER_MAGIC ||
	       sb->s_magic == EXFAT_SUPER_MAGIC;
}
