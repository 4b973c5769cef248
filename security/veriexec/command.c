// SPDX-License-Identifier: GPL-2.0-only
/*
 * Knows of each ioctl(2) command what it can do to listed files. Of listed
 * files only commands known to be harmless are let through; of their file
 * systems and disks only those known to do harm are not.
 *
 * A command is known by its type and number: its size differs between 32 and
 * 64 bit programs, and several file systems keep theirs to themselves.
 */

#include <linux/fdtable.h>
#include <linux/fiemap.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fscrypt.h>
#include <linux/fsverity.h>
#include <linux/ioctl.h>
#include <linux/loop.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <scsi/scsi_ioctl.h>
#include <scsi/sg.h>
#include <uapi/linux/blkdev.h>
#include <uapi/linux/blkpg.h>
#include <uapi/linux/blkzoned.h>
#include <uapi/linux/btrfs.h>
#include <uapi/linux/dm-ioctl.h>
#include <uapi/linux/f2fs.h>
#include <uapi/linux/hdreg.h>
#include <uapi/linux/major.h>
#include <uapi/linux/mmc/ioctl.h>
#include <uapi/linux/nvme_ioctl.h>
#include <uapi/linux/raid/md_u.h>

#include "blob.h"
#include "command.h"
#include "deny.h"
#include "evaluate.h"
#include "state.h"
#include "storage.h"

#define COMMAND(cmd)	((cmd) & 0xffff)

/*
 * What neither changes a file nor its attributes, and whatever is no command
 * for files at all: who asks a file whether it is a terminal gets its answer.
 */
static bool is_harmless(unsigned int cmd)
{
	if (_IOC_TYPE(cmd) == 'T')
		return true;
	switch (COMMAND(cmd)) {
	case COMMAND(FIBMAP):
	case COMMAND(FIGETBSZ):
	case COMMAND(FS_IOC_FIEMAP):
	case COMMAND(FS_IOC_GETFLAGS):
	case COMMAND(FS_IOC_GETVERSION):
	case COMMAND(FS_IOC_FSGETXATTR):
	case COMMAND(FS_IOC_GETFSLABEL):
	case COMMAND(FS_IOC_GETFSUUID):
	case COMMAND(FS_IOC_GETFSSYSFSPATH):
	case COMMAND(FS_IOC_GET_ENCRYPTION_POLICY):
	case COMMAND(FS_IOC_GET_ENCRYPTION_POLICY_EX):
	case COMMAND(FS_IOC_GET_ENCRYPTION_NONCE):
	case COMMAND(FS_IOC_MEASURE_VERITY):
	case COMMAND(FS_IOC_READ_VERITY_METADATA):
	/* Of these the file that is written to is asked for by itself. */
	case COMMAND(FICLONE):
	case COMMAND(FICLONERANGE):
	case COMMAND(FIDEDUPERANGE):
		return true;
	default:
		return false;
	}
}

/* fs/ext4/ext4.h and fs/xfs/libxfs/xfs_fs.h keep these to themselves. */
#define EXT4_SETVERSION_OLD		_IO('f', 4)
#define EXT4_MOVE_EXT			_IO('f', 15)
#define EXT4_SWAP_BOOT			_IO('f', 17)
#define XFS_SWAPEXT			_IO('X', 109)
#define XFS_ATTRMULTI_BY_HANDLE		_IO('X', 123)
#define XFS_EXCHANGE_RANGE		_IO('X', 129)
#define XFS_COMMIT_RANGE		_IO('X', 131)

/*
 * What changes other files than the one that it is called on, or lets another
 * file pass for a listed one.
 */
static bool reaches_others(unsigned int cmd)
{
	switch (COMMAND(cmd)) {
	case COMMAND(FS_IOC_SETVERSION):
	case COMMAND(EXT4_SETVERSION_OLD):
	case COMMAND(EXT4_MOVE_EXT):
	case COMMAND(EXT4_SWAP_BOOT):
	case COMMAND(XFS_SWAPEXT):
	case COMMAND(XFS_ATTRMULTI_BY_HANDLE):
	case COMMAND(XFS_EXCHANGE_RANGE):
	case COMMAND(XFS_COMMIT_RANGE):
	case COMMAND(F2FS_IOC_MOVE_RANGE):
	case COMMAND(BTRFS_IOC_SNAP_DESTROY):
	case COMMAND(BTRFS_IOC_SNAP_DESTROY_V2):
		return true;
	default:
		return false;
	}
}

/* What lets a file system go to other disks, or come to lie on them. */
static bool takes_disks(unsigned int cmd)
{
	switch (COMMAND(cmd)) {
	case COMMAND(BTRFS_IOC_ADD_DEV):
	case COMMAND(BTRFS_IOC_RM_DEV):
	case COMMAND(BTRFS_IOC_RM_DEV_V2):
	case COMMAND(BTRFS_IOC_DEV_REPLACE):
		return true;
	default:
		return false;
	}
}

/* Commands for the device itself, past all that the kernel knows of it. */
static bool is_pass_through(unsigned int cmd)
{
	switch (COMMAND(cmd)) {
	case COMMAND(SG_IO):
	case COMMAND(SCSI_IOCTL_SEND_COMMAND):
	case COMMAND(NVME_IOCTL_ADMIN_CMD):
	case COMMAND(NVME_IOCTL_SUBMIT_IO):
	case COMMAND(NVME_IOCTL_IO_CMD):
	case COMMAND(NVME_IOCTL_ADMIN64_CMD):
	case COMMAND(NVME_IOCTL_IO64_CMD):
	case COMMAND(NVME_IOCTL_IO64_CMD_VEC):
	case COMMAND(NVME_URING_CMD_IO):
	case COMMAND(NVME_URING_CMD_IO_VEC):
	case COMMAND(NVME_URING_CMD_ADMIN):
	case COMMAND(NVME_URING_CMD_ADMIN_VEC):
	case COMMAND(HDIO_DRIVE_TASKFILE):
	case COMMAND(HDIO_DRIVE_TASK):
	case COMMAND(HDIO_DRIVE_CMD):
	case COMMAND(MMC_IOC_CMD):
	case COMMAND(MMC_IOC_MULTI_CMD):
		return true;
	default:
		return false;
	}
}

/* What puts other blocks below a file system on the device mapper. */
static bool maps_anew(unsigned int cmd)
{
	switch (COMMAND(cmd)) {
	case COMMAND(DM_TABLE_LOAD):
	case COMMAND(DM_DEV_SUSPEND):
	case COMMAND(DM_TARGET_MSG):
		return true;
	default:
		return false;
	}
}

static bool changes_device(unsigned int cmd)
{
	switch (COMMAND(cmd)) {
	case COMMAND(BLKDISCARD):
	case COMMAND(BLKSECDISCARD):
	case COMMAND(BLKZEROOUT):
	case COMMAND(BLKRESETZONE):
	case COMMAND(BLKFINISHZONE):
	case COMMAND(BLKPG):
	case COMMAND(BLOCK_URING_CMD_DISCARD):
	case COMMAND(LOOP_SET_STATUS):
	case COMMAND(LOOP_SET_STATUS64):
	case COMMAND(LOOP_SET_CAPACITY):
	case COMMAND(LOOP_SET_BLOCK_SIZE):
		return true;
	case COMMAND(ADD_NEW_DISK):
	case COMMAND(HOT_ADD_DISK):
	case COMMAND(HOT_REMOVE_DISK):
	case COMMAND(SET_DISK_FAULTY):
		return !veriexec_has_right(current_cred(),
					   VERIEXEC_FLAG_STORAGE);
	default:
		return is_pass_through(cmd) &&
		       !veriexec_has_right(current_cred(),
					   VERIEXEC_FLAG_STORAGE);
	}
}

/* Which disk hears it cannot be told from the device. */
static int check_command_any_disk(struct file *file, unsigned int cmd)
{
	bool reaches = is_pass_through(cmd) ? veriexec_any_disk_guarded() :
		       maps_anew(cmd) && veriexec_any_spread();

	if (!reaches || !veriexec_in(VERIEXEC_STATE_ACTIVE) ||
	    veriexec_has_right(current_cred(), VERIEXEC_FLAG_STORAGE))
		return 0;
	return veriexec_deny(VERIEXEC_OP_IOCTL, VERIEXEC_CAUSE_HOLDS_LISTED,
			     file_inode(file), &file->f_path, GFP_KERNEL);
}

/* Whatever changes flash is for those only who have opened it for writing. */
static bool is_open_flash(const struct file *file)
{
	return imajor(file_inode(file)) == MTD_CHAR_MAJOR &&
	       file->f_mode & FMODE_WRITE;
}

/**
 * veriexec_check_command() - may a device be given this command?
 * @file: the open device
 * @cmd: an ioctl(2) command, or that of an IORING_OP_URING_CMD
 *
 * Context: Process context, may sleep.
 *
 * Return: 0, or under enforce %-EPERM if it changes what is below listed files.
 */
int veriexec_check_command(struct file *file, unsigned int cmd)
{
	struct inode *inode = file_inode(file);

	if (S_ISCHR(inode->i_mode))
		return is_open_flash(file) ?
		       veriexec_check_write_device(file, VERIEXEC_OP_IOCTL) :
		       check_command_any_disk(file, cmd);
	if (!S_ISBLK(inode->i_mode) || !changes_device(cmd))
		return 0;
	return veriexec_check_write_device(file, VERIEXEC_OP_IOCTL);
}

/**
 * veriexec_check_raw_io() - may somebody speak to devices past the kernel?
 * @cred: his
 * @quiet: nothing is to be told of it: he can do without
 *
 * Who may not is left with the commands that the kernel holds to be harmless.
 *
 * Context: Any.
 *
 * Return: 0, or under enforce %-EPERM.
 */
int veriexec_check_raw_io(const struct cred *cred, bool quiet)
{
	if (!veriexec_in(VERIEXEC_STATE_ACTIVE) ||
	    veriexec_has_right(cred, VERIEXEC_FLAG_STORAGE |
				     VERIEXEC_FLAG_KMEM))
		return 0;
	if (quiet)
		return veriexec_in(VERIEXEC_STATE_ENFORCE) ?
			       veriexec_ops[VERIEXEC_OP_RAW_IO].error : 0;
	return veriexec_deny(VERIEXEC_OP_RAW_IO, VERIEXEC_CAUSE_NOT_TRUSTED,
			     NULL, NULL, GFP_ATOMIC);
}

/* The loop device writes as the kernel: ask as if its owner wrote. */
static int check_backing(struct file *file)
{
	struct inode *inode = file_inode(file);

	if (!(file->f_mode & FMODE_WRITE))
		return 0;
	if (S_ISBLK(inode->i_mode))
		return veriexec_check_write_device(file,
						 VERIEXEC_OP_DEVICE_WRITE);
	return veriexec_check_change(inode, VERIEXEC_OP_WRITE, &file->f_path);
}

/*
 * A thread that shares the descriptors could exchange this one before the device
 * takes it, so that nothing is known of the device then.
 */
static int check_give_backing(struct file *loop, int fd)
{
	struct file *file;
	int ret;

	ret = veriexec_check_write_device(loop, VERIEXEC_OP_IOCTL);
	if (ret || !veriexec_is_loop(loop))
		return ret;
	file = fget(fd);
	if (!file)
		return 0;	/* nor will the device find it */
	ret = check_backing(file);
	/* What is denied does not get there, and must not count as if it did. */
	if (!ret)
		veriexec_note_backing(loop, file,
				      atomic_read(&current->files->count) == 1);
	fput(file);
	return ret;
}

static int check_ioctl_block(struct file *file, unsigned int cmd,
			     unsigned long arg)
{
	const struct loop_config __user *config = (void __user *)arg;
	u32 fd;

	switch (COMMAND(cmd)) {
	case COMMAND(LOOP_SET_FD):
	case COMMAND(LOOP_CHANGE_FD):
		return check_give_backing(file, arg);
	case COMMAND(LOOP_CONFIGURE):
		if (get_user(fd, &config->fd))
			return -EFAULT;
		return check_give_backing(file, fd);
	default:
		return veriexec_check_command(file, cmd);
	}
}

static bool reaches_listed(struct inode *inode, unsigned int cmd)
{
	if (!reaches_others(cmd) &&
	    (!takes_disks(cmd) ||
	     veriexec_has_right(current_cred(), VERIEXEC_FLAG_STORAGE)))
		return false;
	return atomic_read(&veriexec_sb(inode->i_sb)->entries) ||
	       (test_bit(VERIEXEC_INODE_BACKS, &veriexec_inode(inode)->bits) &&
		veriexec_any_spread());
}

static int check_ioctl_file(struct file *file, unsigned int cmd)
{
	struct inode *inode = file_inode(file);

	if (veriexec_in(VERIEXEC_STATE_ACTIVE) && reaches_listed(inode, cmd))
		return veriexec_deny(VERIEXEC_OP_IOCTL,
				     VERIEXEC_CAUSE_REACHES_LISTED, inode,
				     &file->f_path, GFP_KERNEL);
	if (!S_ISREG(inode->i_mode) || is_harmless(cmd))
		return 0;
	return veriexec_check_change(inode, VERIEXEC_OP_IOCTL, &file->f_path);
}

/**
 * veriexec_check_ioctl() - may this command be given?
 * @file: what it is given to
 * @cmd: the command, as 64 or 32 bit programs know it
 * @arg: its argument
 *
 * Context: Process context, may sleep.
 *
 * Return: 0, %-EFAULT if @arg cannot be read, or under enforce %-EPERM.
 */
int veriexec_check_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	switch (file_inode(file)->i_mode & S_IFMT) {
	case S_IFBLK:
		return check_ioctl_block(file, cmd, arg);
	case S_IFCHR:
		return veriexec_check_command(file, cmd);
	case S_IFREG:
	case S_IFDIR:
		return check_ioctl_file(file, cmd);
	default:
		return 0;
	}
}
