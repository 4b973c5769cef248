/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What listed files lie on: the traits of file systems, the block devices below
 * those that hold listed files, and the files behind loop devices. What is written
 * there changes listed files past the file system.
 */

#ifndef _SECURITY_VERIEXEC_STORAGE_H
#define _SECURITY_VERIEXEC_STORAGE_H

#include <linux/fs.h>
#include <linux/types.h>

/* What a device is used for, by others than who asks. */
enum veriexec_device {
	VERIEXEC_DEVICE_FREE,		/* nothing */
	VERIEXEC_DEVICE_IN_USE,		/* somebody holds it */
	VERIEXEC_DEVICE_HOLDS_LISTED,	/* there are, or may be, listed files */
};

void veriexec_guard_sb(struct super_block *sb);
void veriexec_unguard_sb(struct super_block *sb);
bool veriexec_changes_beneath(const struct super_block *sb);
bool veriexec_forgets_identity(const struct super_block *sb);

#ifdef CONFIG_BLOCK
bool veriexec_any_disk_guarded(void);
bool veriexec_any_spread(void);
bool veriexec_disk_is_mapped(const struct super_block *sb);
enum veriexec_device veriexec_device_to_open(const struct file *file);
enum veriexec_device veriexec_device_to_write(const struct file *file);
bool veriexec_is_loop(const struct file *file);
void veriexec_note_backing(struct file *loop, struct file *file, bool sure);
#else
static inline bool veriexec_any_disk_guarded(void)
{
	return false;
}

static inline bool veriexec_any_spread(void)
{
	return false;
}

static inline bool veriexec_disk_is_mapped(const struct super_block *sb)
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

static inline bool veriexec_is_loop(const struct file *file)
{
	return false;
}

static inline void veriexec_note_backing(struct file *loop, struct file *file,
					 bool sure)
{
}
#endif

#endif /* _SECURITY_VERIEXEC_STORAGE_H */
