/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The block devices below file systems that hold listed files, and the files
 * behind loop devices: what is written there changes listed files past the
 * file system.
 */

#ifndef _SECURITY_VERIEXEC_DEVICE_H
#define _SECURITY_VERIEXEC_DEVICE_H

#include <linux/fs.h>
#include <linux/types.h>

#include "audit.h"

void veriexec_guard_sb(struct super_block *sb);
void veriexec_unguard_sb(struct super_block *sb);

#ifdef CONFIG_BLOCK
bool veriexec_any_disk_guarded(void);
bool veriexec_any_spread(void);
bool veriexec_disk_changes_beneath(const struct super_block *sb);
bool veriexec_disk_is_mapped(const struct super_block *sb);
int veriexec_may_open_device(struct file *file);
int veriexec_may_write_device(struct file *file, enum veriexec_op op);
int veriexec_note_backing(struct file *loop, int fd);
#else
static inline bool veriexec_any_disk_guarded(void)
{
	return false;
}

static inline bool veriexec_any_spread(void)
{
	return false;
}

static inline bool veriexec_disk_changes_beneath(const struct super_block *sb)
{
	return false;
}

static inline bool veriexec_disk_is_mapped(const struct super_block *sb)
{
	return false;
}

static inline int veriexec_may_open_device(struct file *file)
{
	return 0;
}

static inline int veriexec_may_write_device(struct file *file,
					    enum veriexec_op op)
{
	return 0;
}

static inline int veriexec_note_backing(struct file *loop, int fd)
{
	return 0;
}
#endif

#endif /* _SECURITY_VERIEXEC_DEVICE_H */
