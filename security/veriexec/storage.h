/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What listed files lie on: the traits of file systems, and the block devices below
 * those that hold listed files. A write there changes the files past the file system.
 */

#ifndef _SECURITY_VERIEXEC_STORAGE_H
#define _SECURITY_VERIEXEC_STORAGE_H

#include <linux/fs.h>
#include <linux/types.h>

struct dm_verity_digest;
struct veriexec_digest;

/* What others than the asker use a device for; each is more than the last. */
enum veriexec_device {
	VERIEXEC_DEVICE_FREE,		/* nothing */
	VERIEXEC_DEVICE_IN_USE,		/* somebody holds it */
	VERIEXEC_DEVICE_UNKNOWN,	/* nobody knows which disk it reaches */
	VERIEXEC_DEVICE_HOLDS_LISTED,	/* a file system with listed files does */
};

/* As fs/configfs/mount.c has it, which keeps it to itself. */
#define VERIEXEC_CONFIGFS_MAGIC		0x62656570

static inline bool veriexec_is_configfs(const struct super_block *sb)
{
	return sb->s_magic == VERIEXEC_CONFIGFS_MAGIC;
}

bool veriexec_changes_beneath(const struct super_block *sb);
bool veriexec_forgets_identity(const struct super_block *sb);

#ifdef CONFIG_BLOCK
void veriexec_guard_sb(struct super_block *sb);
void veriexec_unguard_sb(struct super_block *sb);
bool veriexec_disk_changes_beneath(const struct super_block *sb);
bool veriexec_disk_has_writer(const struct super_block *sb);
enum veriexec_device veriexec_device_to_open(const struct file *file);
enum veriexec_device veriexec_device_to_write(const struct file *file);
void veriexec_leave_device(const struct file *file);
int veriexec_deny_mappings(void);
bool veriexec_knows_images(void);
bool veriexec_note_root_hash(struct block_device *bdev,
			     const struct dm_verity_digest *root_hash);
const struct veriexec_digest *
veriexec_root_hash_of(const struct super_block *sb);
#else
static inline void veriexec_guard_sb(struct super_block *sb)
{
}

static inline void veriexec_unguard_sb(struct super_block *sb)
{
}

static inline bool veriexec_disk_changes_beneath(const struct super_block *sb)
{
	return false;
}

static inline bool veriexec_disk_has_writer(const struct super_block *sb)
{
	return false;
}

static inline enum veriexec_device
veriexec_device_to_open(const struct file *file)
{
	return VERIEXEC_DEVICE_FREE;
}

static inline enum veriexec_device
veriexec_device_to_write(const struct file *file)
{
	return VERIEXEC_DEVICE_FREE;
}

static inline void veriexec_leave_device(const struct file *file)
{
}

static inline int veriexec_deny_mappings(void)
{
	return 0;
}

static inline bool veriexec_knows_images(void)
{
	return false;
}

static inline bool
veriexec_note_root_hash(struct block_device *bdev,
			const struct dm_verity_digest *root_hash)
{
	return false;
}

static inline const struct veriexec_digest *
veriexec_root_hash_of(const struct super_block *sb)
{
	return NULL;
}
#endif

#endif /* _SECURITY_VERIEXEC_STORAGE_H */
