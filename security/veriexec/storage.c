// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds out whether writing to a device, or to a file behind a loop device,
 * can change listed files past their file system. It knows nothing of files
 * and fingerprints: table.c tells which super blocks hold entries.
 *
 * Locks: guarded_lock guards the list of those super blocks; it is innermost.
 */

#include <linux/blkdev.h>
#include <linux/file.h>
#include <linux/magic.h>
#include <linux/major.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/swap.h>

#include "blob.h"
#include "storage.h"

static LIST_HEAD(guarded);
static DEFINE_SPINLOCK(guarded_lock);

/* Some file or device was ever given to a second loop device. */
static bool any_shared;

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

static bool is_loop(const struct block_device *bdev)
{
	return bdev->bd_disk->major == LOOP_MAJOR;
}

static bool is_stacked(const struct block_device *bdev)
{
#ifdef CONFIG_BLOCK_HOLDER_DEPRECATED
	if (!list_empty(&bdev->bd_disk->slave_bdevs))
		return true;
#endif
	return is_loop(bdev);
}

/*
 * Is what @sb holds spread over devices that it does not name? Which of those
 * in use they are, nobody tells: all of them count then. Of a tmpfs the swap
 * areas may hold some.
 */
static bool is_spread(const struct super_block *sb)
{
	if (sb->s_bdev)
		return is_stacked(sb->s_bdev);
	return sb->s_magic == BTRFS_SUPER_MAGIC ||
	       (sb->s_magic == TMPFS_MAGIC && total_swap_pages);
}

/* A table of partitions may have some that overlap. */
static bool overlap(struct block_device *a, struct block_device *b)
{
	return a->bd_disk == b->bd_disk &&
	       a->bd_start_sect < b->bd_start_sect + bdev_nr_sectors(b) &&
	       b->bd_start_sect < a->bd_start_sect + bdev_nr_sectors(a);
}

static bool has_bit(struct block_device *bdev, int bit)
{
	return test_bit(bit, &veriexec_bdev(bdev)->bits) ||
	       test_bit(bit, &veriexec_bdev(bdev_whole(bdev))->bits);
}

/*
 * Does anybody but @file use it: a file system, a mapping, a swap area? A disk is
 * marked as held while one of its partitions is, whichever.
 */
static bool is_in_use(struct block_device *bdev, const struct file *file)
{
	bool used = false, parts = false, whole = false;
	struct block_device *part;
	unsigned long i;

	if (has_bit(bdev, VERIEXEC_BDEV_BACKS))
		return true;
	rcu_read_lock();
	xa_for_each(&bdev->bd_disk->part_tbl, i, part) {
		const void *holder = READ_ONCE(part->bd_holder);

		if (!holder)
			continue;
		if (bdev_is_partition(part))
			parts = true;
		else
			whole = holder != file;
		used = used || (bdev_is_partition(part) && holder != file &&
				overlap(part, bdev));
	}
	rcu_read_unlock();
	return used || (whole && !parts);
}

/* Is @bdev a loop device that may be another view of what @sb lies on? */
static bool is_other_view(const struct super_block *sb,
			  struct block_device *bdev)
{
	if (!is_loop(bdev))
		return false;
	if (sb->s_bdev && is_loop(sb->s_bdev))
		return has_bit(sb->s_bdev, VERIEXEC_BDEV_SHARES) ||
		       has_bit(bdev, VERIEXEC_BDEV_SHARES);
	if (sb->s_bdev && has_bit(sb->s_bdev, VERIEXEC_BDEV_BACKS))
		return true;
	return is_spread(sb) && READ_ONCE(any_shared);
}

/* Is @bdev, or another partition that shares blocks with it, held by @holder? */
static bool is_held_by(struct block_device *bdev, const void *holder)
{
	struct block_device *part;
	bool held = false;
	unsigned long i;

	rcu_read_lock();
	xa_for_each(&bdev->bd_disk->part_tbl, i, part)
		held = held || (READ_ONCE(part->bd_holder) == holder &&
				overlap(part, bdev));
	rcu_read_unlock();
	return held;
}

/* What a file system uses beside s_bdev, a log say, has it as its holder. */
static bool holds_listed(struct block_device *bdev, const struct file *file)
{
	struct veriexec_sb *blob;
	bool holds = false;

	spin_lock(&guarded_lock);
	list_for_each_entry(blob, &guarded, node) {
		const struct super_block *sb = blob->sb;

		holds = (sb->s_bdev && overlap(sb->s_bdev, bdev)) ||
			is_held_by(bdev, sb) ||
			(is_spread(sb) && is_in_use(bdev, file)) ||
			is_other_view(sb, bdev);
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
 * veriexec_any_spread() - may listed files lie on a loop device or a mapping?
 *
 * Context: Any process context.
 *
 * Return: true if some lie where the devices below are not known.
 */
bool veriexec_any_spread(void)
{
	struct veriexec_sb *blob;
	bool any = false;

	spin_lock(&guarded_lock);
	list_for_each_entry(blob, &guarded, node)
		any = any || is_spread(blob->sb);
	spin_unlock(&guarded_lock);
	return any;
}

/* Disks that other machines or programs serve. */
static bool is_served(const struct gendisk *disk)
{
	static const char *const names[] = {
		"drbd", "etherd", "nbd", "rbd", "ublkb",
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (strstarts(disk->disk_name, names[i]))
			return true;
	return false;
}

/* A table of partitions that was made for it can have two that share blocks. */
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

/*
 * Others serve it, it shares blocks with another partition, or it is a loop device
 * that was ever given a file of which it is not known that only this kernel
 * changes it.
 */
static bool disk_changes_beneath(const struct super_block *sb)
{
	return sb->s_bdev && (is_served(sb->s_bdev->bd_disk) ||
			      overlaps_another(sb->s_bdev) ||
			      has_bit(sb->s_bdev, VERIEXEC_BDEV_ODD));
}

static bool is_mapped(struct block_device *bdev)
{
	return mapping_writably_mapped(bdev->bd_mapping) ||
	       mapping_writably_mapped(bdev_whole(bdev)->bd_mapping);
}

/* Is any device mapped that a file system which is spread may lie on? */
static bool any_is_mapped(void)
{
	struct class_dev_iter iter;
	struct device *dev;
	bool mapped = false;

	class_dev_iter_init(&iter, &block_class, NULL, NULL);
	while (!mapped && (dev = class_dev_iter_next(&iter)))
		mapped = is_in_use(dev_to_bdev(dev), NULL) &&
			 is_mapped(dev_to_bdev(dev));
	class_dev_iter_exit(&iter);
	return mapped;
}

/**
 * veriexec_disk_is_mapped() - does somebody write to this disk past the hooks?
 * @sb: a super block
 *
 * Context: Process context, may sleep.
 *
 * Return: true if there is a shared writable mapping of it, or may be one.
 */
bool veriexec_disk_is_mapped(const struct super_block *sb)
{
	return (sb->s_bdev && is_mapped(sb->s_bdev)) ||
	       (is_spread(sb) && any_is_mapped());
}

/* Does it speak to some disk, nobody knows which, without being one? */
static bool is_raw_access(const struct inode *inode)
{
	return S_ISCHR(inode->i_mode) &&
	       (imajor(inode) == SCSI_GENERIC_MAJOR ||
		imajor(inode) == MTD_CHAR_MAJOR);
}

static enum veriexec_device use_of(struct block_device *bdev,
				   const struct file *file)
{
	if (holds_listed(bdev, file))
		return VERIEXEC_DEVICE_HOLDS_LISTED;
	return is_in_use(bdev, file) ? VERIEXEC_DEVICE_IN_USE :
				       VERIEXEC_DEVICE_FREE;
}

/**
 * veriexec_device_to_write() - what is a device used for that is to be written to?
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
	return is_raw_access(file_inode(file)) && veriexec_any_disk_guarded() ?
		       VERIEXEC_DEVICE_HOLDS_LISTED : VERIEXEC_DEVICE_FREE;
}

/**
 * veriexec_device_to_open() - the same, of one that is to be opened for writing
 * @file: a device, on its way to be open
 *
 * An active swap area counts as free: who ends the swapping opens it so. To write
 * to it is judged by itself.
 *
 * Context: Process context, may sleep.
 *
 * Return: what it is used for, or may be, by others than @file.
 */
enum veriexec_device veriexec_device_to_open(const struct file *file)
{
	enum veriexec_device use = VERIEXEC_DEVICE_FREE;
	struct inode *inode = file_inode(file);
	struct block_device *bdev;

	if (!S_ISBLK(inode->i_mode))
		return veriexec_device_to_write(file);
	bdev = blkdev_get_no_open(inode->i_rdev);
	if (!bdev)
		return use;	/* and it will not be open */
	if (!IS_SWAPFILE(bdev->bd_mapping->host))
		use = use_of(bdev, file);
	blkdev_put_no_open(bdev);
	return use;
}

/**
 * veriexec_is_loop() - is this a loop device?
 * @file: an open block device
 *
 * Context: Any.
 *
 * Return: true if it is.
 */
bool veriexec_is_loop(const struct file *file)
{
	return is_loop(I_BDEV(file->f_mapping->host));
}

static void mark(unsigned long *bits, int bit, struct block_device *loop)
{
	if (!test_and_set_bit(bit, bits))
		return;
	set_bit(VERIEXEC_BDEV_SHARES, &veriexec_bdev(loop)->bits);
	WRITE_ONCE(any_shared, true);
}

/* Returns false for what can change without this kernel's knowledge. */
static bool mark_backing(struct file *file, struct block_device *loop)
{
	struct inode *inode = file_inode(file);
	struct inode *real = d_real_inode(file->f_path.dentry);

	if (S_ISBLK(inode->i_mode)) {
		struct block_device *bdev = I_BDEV(file->f_mapping->host);

		mark(&veriexec_bdev(bdev)->bits, VERIEXEC_BDEV_BACKS, loop);
		return true;
	}
	mark(&veriexec_inode(real)->bits, VERIEXEC_INODE_BACKS, loop);
	set_bit(VERIEXEC_INODE_BACKS, &veriexec_inode(inode)->bits);
	return !veriexec_changes_beneath(real->i_sb) &&
	       !mapping_writably_mapped(real->i_mapping);
}

/**
 * veriexec_note_backing() - a loop device is about to be given a file
 * @loop: the open loop device
 * @file: the file
 * @sure: no other can take its place before the device takes it
 *
 * It is remembered in any state, for what is listed later.
 *
 * Context: Any.
 */
void veriexec_note_backing(struct file *loop, struct file *file, bool sure)
{
	struct block_device *bdev = I_BDEV(loop->f_mapping->host);

	if (!mark_backing(file, bdev) || !sure)
		set_bit(VERIEXEC_BDEV_ODD, &veriexec_bdev(bdev)->bits);
}

#else

static bool disk_changes_beneath(const struct super_block *sb)
{
	return false;
}

#endif /* CONFIG_BLOCK */

/**
 * veriexec_changes_beneath() - can files change without this kernel's knowledge?
 * @sb: the super block that they are on
 *
 * On a block device of this machine they cannot, nor in memory, if the file system
 * is one of those known to keep to itself.
 *
 * Context: Any.
 *
 * Return: true if they can.
 */
bool veriexec_changes_beneath(const struct super_block *sb)
{
	if (sb->s_iflags & (SB_I_IMA_UNVERIFIABLE_SIGNATURE |
			    SB_I_UNTRUSTED_MOUNTER) ||
	    disk_changes_beneath(sb))
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
		return false;
	default:
		return true;
	}
}

/**
 * veriexec_forgets_identity() - are inode numbers made up anew?
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
