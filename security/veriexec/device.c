// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds out whether writing to a device, or to a file behind a loop device,
 * can change listed files past their file system. It knows nothing of files
 * and fingerprints: table.c tells which super blocks hold entries.
 *
 * Locks: guarded_lock guards the list of those super blocks; it is innermost.
 */

#include <linux/blkdev.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/magic.h>
#include <linux/major.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

#include "blob.h"
#include "device.h"
#include "evaluate.h"
#include "state.h"
#include "table.h"

static LIST_HEAD(guarded);
static DEFINE_SPINLOCK(guarded_lock);

/**
 * veriexec_guard_sb() - the first entry on a super block is in the table
 * @sb: the super block
 *
 * Context: Process context, under the table's lock.
 */
void veriexec_guard_sb(struct super_block *sb)
{
	struct veriexec_sb *blob = veriexec_sb(sb);

	blob->sb = sb;
	spin_lock(&guarded_lock);
	list_add(&blob->node, &guarded);
	spin_unlock(&guarded_lock);
}

/**
 * veriexec_unguard_sb() - the last entry on a super block has gone
 * @sb: the super block, which still has its block device
 *
 * Context: Process context, under the table's lock.
 */
void veriexec_unguard_sb(struct super_block *sb)
{
	spin_lock(&guarded_lock);
	list_del(&veriexec_sb(sb)->node);
	spin_unlock(&guarded_lock);
}

#ifdef CONFIG_BLOCK

static bool is_stacked(const struct gendisk *disk)
{
#ifdef CONFIG_BLOCK_HOLDER_DEPRECATED
	if (!list_empty(&disk->slave_bdevs))
		return true;
#endif
	return disk->major == LOOP_MAJOR;
}

/*
 * Is what @sb holds spread over devices that it does not name? Which of those
 * in use they are, nobody tells: all of them count then.
 */
static bool is_spread(const struct super_block *sb)
{
	return sb->s_bdev ? is_stacked(sb->s_bdev->bd_disk) :
			    sb->s_magic == BTRFS_SUPER_MAGIC;
}

/* The same blocks, or a partition and the whole that it is of? */
static bool overlap(struct block_device *a, struct block_device *b)
{
	return a == b || bdev_whole(a) == b || bdev_whole(b) == a;
}

static bool backs_loop(struct block_device *bdev)
{
	return test_bit(VERIEXEC_BDEV_BACKS, &veriexec_bdev(bdev)->bits);
}

/* Does a file system, a mapping, a swap area or a loop device use it? */
static bool is_in_use(struct block_device *bdev)
{
	struct block_device *whole = bdev_whole(bdev);

	return READ_ONCE(bdev->bd_holder) || READ_ONCE(whole->bd_holder) ||
	       backs_loop(bdev) || backs_loop(whole);
}

/* What a file system uses beside s_bdev, a log say, has it as its holder. */
static bool holds_listed(struct block_device *bdev)
{
	struct veriexec_sb *blob;
	bool holds = false;

	spin_lock(&guarded_lock);
	list_for_each_entry(blob, &guarded, node) {
		const struct super_block *sb = blob->sb;

		holds = (sb->s_bdev && overlap(sb->s_bdev, bdev)) ||
			READ_ONCE(bdev->bd_holder) == sb ||
			(is_spread(sb) && is_in_use(bdev));
		if (holds)
			break;
	}
	spin_unlock(&guarded_lock);
	return holds;
}

/**
 * veriexec_any_disk_guarded() - do listed files lie on any block device?
 *
 * Context: Any process context.
 *
 * Return: true if they do.
 */
bool veriexec_any_disk_guarded(void)
{
	struct veriexec_sb *blob;
	bool any = false;

	spin_lock(&guarded_lock);
	list_for_each_entry(blob, &guarded, node)
		any = any || blob->sb->s_bdev || is_spread(blob->sb);
	spin_unlock(&guarded_lock);
	return any;
}

/**
 * veriexec_backing_files_guarded() - may listed files lie on a loop device?
 *
 * Context: Any process context.
 *
 * Return: true if they may.
 */
bool veriexec_backing_files_guarded(void)
{
	struct veriexec_sb *blob;
	bool any = false;

	spin_lock(&guarded_lock);
	list_for_each_entry(blob, &guarded, node)
		any = any || is_spread(blob->sb);
	spin_unlock(&guarded_lock);
	return any;
}

/**
 * veriexec_has_odd_backing() - can this loop device change by itself?
 * @sb: a super block
 *
 * Return: true if @sb lies on a loop device that was ever given a file of which
 * it is not known that only this kernel changes it.
 */
bool veriexec_has_odd_backing(const struct super_block *sb)
{
	return sb->s_bdev &&
	       test_bit(VERIEXEC_BDEV_ODD,
			&veriexec_bdev(bdev_whole(sb->s_bdev))->bits);
}

static int judge_device(struct block_device *bdev, struct file *file,
			enum veriexec_op op)
{
	if (!holds_listed(bdev))
		return 0;
	return veriexec_deny(op, VERIEXEC_HOLDS_LISTED, file_inode(file),
			     &file->f_path, GFP_KERNEL);
}

/* What speaks to a disk without being a block device. */
static bool is_raw_access(const struct inode *inode)
{
	return S_ISCHR(inode->i_mode) &&
	       (imajor(inode) == SCSI_GENERIC_MAJOR ||
		imajor(inode) == MTD_CHAR_MAJOR);
}

/**
 * veriexec_may_open_device() - may this device be opened for writing?
 * @file: a device, on its way to be open
 *
 * Context: Process context, may sleep.
 *
 * Return: 0, or under enforce %-EPERM if it holds listed files.
 */
int veriexec_may_open_device(struct file *file)
{
	struct inode *inode = file_inode(file);
	struct block_device *bdev;
	int ret;

	if (!veriexec_in(VERIEXEC_ACTIVE))
		return 0;
	if (is_raw_access(inode) && veriexec_any_disk_guarded())
		return veriexec_deny(VERIEXEC_OP_DEVICE_WRITE,
				     VERIEXEC_HOLDS_LISTED, inode,
				     &file->f_path, GFP_KERNEL);
	if (!S_ISBLK(inode->i_mode))
		return 0;
	bdev = blkdev_get_no_open(inode->i_rdev);
	if (!bdev)
		return 0;	/* and it will not be open */
	ret = judge_device(bdev, file, VERIEXEC_OP_DEVICE_WRITE);
	blkdev_put_no_open(bdev);
	return ret;
}

/**
 * veriexec_may_write_device() - may this device be written to?
 * @file: an open block device
 * @op: how
 *
 * Context: Process context, may sleep.
 *
 * Return: 0, or under enforce %-EPERM if it holds listed files.
 */
int veriexec_may_write_device(struct file *file, enum veriexec_op op)
{
	if (!veriexec_in(VERIEXEC_ACTIVE))
		return 0;
	return judge_device(I_BDEV(file->f_mapping->host), file, op);
}

/* Returns false for what can change without this kernel's knowledge. */
static bool mark_backing(struct file *file)
{
	struct inode *inode = file_inode(file);
	struct inode *real = d_real_inode(file->f_path.dentry);

	if (S_ISBLK(inode->i_mode)) {
		struct block_device *bdev = I_BDEV(file->f_mapping->host);

		set_bit(VERIEXEC_BDEV_BACKS, &veriexec_bdev(bdev)->bits);
		return true;
	}
	set_bit(VERIEXEC_BACKS, &veriexec_inode(inode)->bits);
	set_bit(VERIEXEC_BACKS, &veriexec_inode(real)->bits);
	return !veriexec_changes_beneath(real->i_sb);
}

/**
 * veriexec_note_backing() - a loop device is about to be given a file
 * @loop: the open loop device
 * @fd: the file's descriptor
 *
 * The file is remembered in any state, for what is listed later. A thread that
 * shares the descriptors could exchange this one before the device takes it, so
 * that nothing is known of the device then.
 *
 * Context: Process context, may sleep.
 *
 * Return: 0, or under enforce %-EPERM if @loop holds listed files already.
 */
int veriexec_note_backing(struct file *loop, int fd)
{
	struct block_device *bdev = I_BDEV(loop->f_mapping->host);
	struct file *file;
	int ret;

	ret = veriexec_may_write_device(loop, VERIEXEC_OP_IOCTL);
	if (ret || bdev->bd_disk->major != LOOP_MAJOR)
		return ret;
	file = fget(fd);
	if (!file)
		return 0;	/* nor will the device find it */
	if (!mark_backing(file) || atomic_read(&current->files->count) > 1)
		set_bit(VERIEXEC_BDEV_ODD, &veriexec_bdev(bdev)->bits);
	fput(file);
	return 0;
}

#endif /* CONFIG_BLOCK */
