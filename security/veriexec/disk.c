// SPDX-License-Identifier: GPL-2.0-only
/*
 * Owns what is known of block devices: which carry listed files, which are in use,
 * who may write to them past their file system. It knows nothing of files and
 * fingerprints: table.c tells which super blocks hold entries.
 *
 * Locks: guarded_lock guards the list of those super blocks; it is innermost.
 */

#define pr_fmt(fmt) "veriexec: " fmt

#include <linux/blkdev.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kstrtox.h>
#include <linux/major.h>
#include <linux/pagemap.h>
#include <linux/printk.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/swap.h>

#include "audit.h"
#include "blob.h"
#include "storage.h"

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

/* A table of partitions may have some that overlap. */
static bool overlap(struct block_device *a, struct block_device *b)
{
	return a->bd_disk == b->bd_disk &&
	       a->bd_start_sect < b->bd_start_sect + bdev_nr_sectors(b) &&
	       b->bd_start_sect < a->bd_start_sect + bdev_nr_sectors(a);
}

/*
 * Who has claimed it? A disk is marked as claimed while any of its partitions is.
 * Called under rcu_read_lock().
 */
static const void *holder_of(struct block_device *bdev)
{
	struct block_device *part;
	unsigned long i;

	if (!bdev_is_partition(bdev))
		xa_for_each_start(&bdev->bd_disk->part_tbl, i, part, 1)
			if (READ_ONCE(part->bd_holder))
				return NULL;
	return READ_ONCE(bdev->bd_holder);
}

/*
 * A file system holds the device that it lies on, and also what it uses beside that, such
 * as a log. Called under guarded_lock.
 */
static bool is_guarded(const void *holder)
{
	struct veriexec_sb *blob;

	list_for_each_entry(blob, &guarded, node)
		if (blob->sb == holder)
			return true;
	return false;
}

/* What do others than @file use it for, or a device that shares blocks with it? */
static enum veriexec_device use_of(struct block_device *bdev,
				   const struct file *file)
{
	enum veriexec_device use = VERIEXEC_DEVICE_FREE;
	struct block_device *part;
	const void *holder;
	unsigned long i;

	spin_lock(&guarded_lock);
	rcu_read_lock();
	xa_for_each(&bdev->bd_disk->part_tbl, i, part) {
		holder = holder_of(part);
		if (!holder || holder == file || !overlap(part, bdev))
			continue;
		use = is_guarded(holder) ? VERIEXEC_DEVICE_HOLDS_LISTED :
					   max(use, VERIEXEC_DEVICE_IN_USE);
		if (use == VERIEXEC_DEVICE_HOLDS_LISTED)
			break;
	}
	rcu_read_unlock();
	spin_unlock(&guarded_lock);
	return use;
}

/*
 * Does it reach some unknown disk, without being one? A write to configfs has drivers
 * open disks and serve them, as the kernel itself.
 */
static bool is_raw_access(const struct inode *inode)
{
	return veriexec_is_configfs(inode->i_sb) ||
	       (S_ISCHR(inode->i_mode) &&
		(imajor(inode) == SCSI_GENERIC_MAJOR ||
		 imajor(inode) == MTD_CHAR_MAJOR));
}

/**
 * veriexec_device_to_write() - what do others use a device for, before a write?
 * @file: an open device
 *
 * Context: Process context, may sleep.
 *
 * Return: what it is used for, or may be, by others than @file.
 */
enum veriexec_device veriexec_device_to_write(const struct file *file)
{
	if (S_ISBLK(file_inode(file)->i_mode))
		return use_of(I_BDEV(file->f_mapping->host), file);
	return is_raw_access(file_inode(file)) ? VERIEXEC_DEVICE_UNKNOWN :
						 VERIEXEC_DEVICE_FREE;
}

/**
 * veriexec_device_to_open() - the same, before it is opened for writing
 * @file: a device, on its way to be open
 *
 * From here to veriexec_leave_device() @file counts as a writer of the device. An active
 * swap area counts as free, because swapoff(8) opens it so. Each write to it is judged
 * by itself.
 *
 * Context: Process context, may sleep.
 *
 * Return: what it is used for, or may be, by others than @file.
 */
enum veriexec_device veriexec_device_to_open(const struct file *file)
{
	struct inode *inode = file_inode(file);
	struct block_device *bdev;

	if (!S_ISBLK(inode->i_mode))
		return veriexec_device_to_write(file);
	bdev = blkdev_get_no_open(inode->i_rdev);
	if (!bdev)
		return VERIEXEC_DEVICE_FREE;	/* and it will not be open */
	veriexec_file(file)->writes_to = bdev;
	atomic_inc(&veriexec_bdev(bdev)->writers);
	/* Either the verifier sees the writer, or the writer sees what is listed. */
	smp_mb__after_atomic();
	return IS_SWAPFILE(bdev->bd_mapping->host) ? VERIEXEC_DEVICE_FREE :
						      use_of(bdev, file);
}

/**
 * veriexec_leave_device() - a file, which may be of a device, is not open any more
 * @file: the file, of which nothing is left that could write
 *
 * Context: Process context, may sleep.
 */
void veriexec_leave_device(const struct file *file)
{
	struct block_device *bdev = veriexec_file(file)->writes_to;

	if (likely(!bdev))
		return;
	veriexec_file(file)->writes_to = NULL;
	atomic_dec(&veriexec_bdev(bdev)->writers);
	blkdev_put_no_open(bdev);
}

/**
 * veriexec_disk_has_writer() - may somebody write to this disk past the hooks?
 * @sb: a super block
 *
 * The disks below a stacked device belong to that device alone. A mapping keeps a device
 * open, and so does direct I/O that is under way.
 *
 * Context: Any process context.
 *
 * Return: true if anybody but the file system has it, or what shares blocks with
 * it, open for writing.
 */
bool veriexec_disk_has_writer(const struct super_block *sb)
{
	struct block_device *part;
	bool found = false;
	unsigned long i;

	if (!sb->s_bdev)
		return false;
	rcu_read_lock();
	xa_for_each(&sb->s_bdev->bd_disk->part_tbl, i, part)
		found = found || (overlap(part, sb->s_bdev) &&
				  atomic_read(&veriexec_bdev(part)->writers));
	rcu_read_unlock();
	return found;
}

/* Somebody can make a table of partitions in which two share blocks. */
static bool overlaps_another(struct block_device *bdev)
{
	struct block_device *part;
	bool found = false;
	unsigned long i;

	if (!bdev_is_partition(bdev))
		return false;
	rcu_read_lock();
	xa_for_each_start(&bdev->bd_disk->part_tbl, i, part, 1)
		found = found || (part != bdev && overlap(part, bdev));
	rcu_read_unlock();
	return found;
}

/* Does it only pass on what is on other disks? */
static bool is_stacked(const struct gendisk *disk)
{
	static const char *const names[] = { "bcache", "dm-", "md", "zram" };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (strstarts(disk->disk_name, names[i]))
			return true;
	return false;
}

/* Is it on no bus, so that a program or another machine may be behind it? */
static bool is_foreign(struct gendisk *disk)
{
	return !disk_to_dev(disk)->parent && disk->major != RAMDISK_MAJOR &&
	       !is_stacked(disk);
}

/**
 * veriexec_disk_changes_beneath() - can its disks change by themselves?
 * @sb: a super block
 *
 * Nobody tells which disks a stacked device has. So every disk counts that can change by
 * itself, unless another super block has it.
 *
 * Context: Process context, may sleep.
 *
 * Return: true if they can.
 */
bool veriexec_disk_changes_beneath(const struct super_block *sb)
{
	bool beneath = false, spread = false, foreign = false, own;
	struct class_dev_iter iter;
	struct block_device *bdev;
	const void *holder;
	struct device *dev;

	if (!(sb->s_type->fs_flags & FS_REQUIRES_DEV))
		return false;
	class_dev_iter_init(&iter, &block_class, NULL, NULL);
	while ((dev = class_dev_iter_next(&iter))) {
		bdev = dev_to_bdev(dev);
		rcu_read_lock();
		holder = holder_of(bdev);
		rcu_read_unlock();
		if (!holder)
			continue;
		/* A file system on several devices holds them by its type. */
		own = holder == sb || holder == sb->s_type;
		beneath |= own && (is_foreign(bdev->bd_disk) ||
				   overlaps_another(bdev));
		spread |= own && is_stacked(bdev->bd_disk);
		foreign |= is_foreign(bdev->bd_disk) &&
			   READ_ONCE(bdev->bd_holder_ops) != &fs_holder_ops;
	}
	class_dev_iter_exit(&iter);
	return beneath || (spread && foreign);
}

static void allow_mappings(void)
{
	struct class_dev_iter iter;
	struct device *dev;

	class_dev_iter_init(&iter, &block_class, NULL, NULL);
	while ((dev = class_dev_iter_next(&iter))) {
		struct block_device *bdev = dev_to_bdev(dev);

		if (veriexec_bdev(bdev)->sealed)
			mapping_allow_writable(bdev->bd_mapping);
		veriexec_bdev(bdev)->sealed = false;
	}
	class_dev_iter_exit(&iter);
}

/**
 * veriexec_deny_mappings() - from here on nobody maps a block device to write to it
 *
 * For devices that appear later the hooks see to that.
 *
 * Context: Process context, may sleep; one at a time.
 *
 * Return: 0, or %-EBUSY if one is mapped so: then the log names it, and nothing changes.
 */
int veriexec_deny_mappings(void)
{
	struct class_dev_iter iter;
	struct device *dev;
	int ret = 0;

	class_dev_iter_init(&iter, &block_class, NULL, NULL);
	while (!ret && (dev = class_dev_iter_next(&iter))) {
		struct block_device *bdev = dev_to_bdev(dev);

		ret = mapping_deny_writable(bdev->bd_mapping);
		if (ret)
			veriexec_audit_mapped(dev_name(dev));
		else
			veriexec_bdev(bdev)->sealed = true;
	}
	class_dev_iter_exit(&iter);
	if (ret)
		allow_mappings();
	return ret;
}

/* As block/bdev.c computes it, which does not share the answer. */
static bool __init may_write_mounted(void)
{
	static const char name[] __initconst = "bdev_allow_write_mounted=";
	bool may = IS_ENABLED(CONFIG_BLK_DEV_WRITE_MOUNTED);
	const char *at = saved_command_line;
	bool said;

	while ((at = strstr(at, name))) {
		at += strlen(name);
		if (!kstrtobool(at, &said))
			may = said;
	}
	return may;
}

static int __init warn_of_writing(void)
{
	if (veriexec_enabled && may_write_mounted())
		pr_warn("mounted block devices can be written to: set bdev_allow_write_mounted=0, or CONFIG_BLK_DEV_WRITE_MOUNTED=n\n");
	return 0;
}
late_initcall(warn_of_writing);
