// SPDX-License-Identifier: GPL-2.0-only
/*
 * Knows of each ioctl(2) command what it can do to listed files. A listed file takes only
 * commands that are known to be harmless. Its file system takes all but those that are
 * known to do harm. On a device in use the kernel itself denies harmful commands to whoever
 * may neither write to it nor do raw I/O, except those that are named here.
 *
 * A command is known by its type and number: its size differs between 32 and
 * 64 bit programs, and several file systems keep theirs to themselves.
 */

#include <linux/array_size.h>
#include <linux/cdrom.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <linux/fscrypt.h>
#include <linux/fsverity.h>
#include <linux/ioctl.h>
#include <linux/loop.h>
#include <linux/ptrace.h>
#include <scsi/scsi_ioctl.h>
#include <scsi/sg.h>
#include <uapi/linux/blkpg.h>
#include <uapi/linux/btrfs.h>
#include <uapi/linux/dm-ioctl.h>
#include <uapi/linux/f2fs.h>
#include <uapi/linux/major.h>
#include <uapi/linux/nvme_ioctl.h>
#include <uapi/linux/raid/md_u.h>

#include <asm/syscall.h>

#include "blob.h"
#include "command.h"
#include "deny.h"
#include "evaluate.h"
#include "state.h"
#include "storage.h"

#define COMMAND(cmd)	((cmd) & 0xffff)

/* fs/ext4/ext4.h and fs/xfs/libxfs/xfs_fs.h keep these to themselves. */
#define EXT4_SETVERSION_OLD		_IO('f', 4)
#define EXT4_MOVE_EXT			_IO('f', 15)
#define EXT4_SWAP_BOOT			_IO('f', 17)
#define XFS_SWAPEXT			_IO('X', 109)
#define XFS_ATTRMULTI_BY_HANDLE		_IO('X', 123)
#define XFS_EXCHANGE_RANGE		_IO('X', 129)
#define XFS_COMMIT_RANGE		_IO('X', 131)

/**
 * enum effect - what a command for files and directories can do
 * @EFFECT_UNKNOWN: perhaps change the file that it is given to
 * @EFFECT_NONE: neither change that file nor its attributes
 * @EFFECT_ON_OTHERS: change other files, or let another file pass for a listed one
 * @EFFECT_ON_DISKS: have the file system leave disks, or come to lie on others
 */
enum effect {
	EFFECT_UNKNOWN,
	EFFECT_NONE,
	EFFECT_ON_OTHERS,
	EFFECT_ON_DISKS,
};

static enum effect effect_of(unsigned int cmd)
{
	/* These are not for files: whoever asks whether one is a terminal gets an answer. */
	if (_IOC_TYPE(cmd) == 'T')
		return EFFECT_NONE;
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
	/* For these the file that is written to is judged by itself. */
	case COMMAND(FICLONE):
	case COMMAND(FICLONERANGE):
	case COMMAND(FIDEDUPERANGE):
		return EFFECT_NONE;
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
		return EFFECT_ON_OTHERS;
	case COMMAND(BTRFS_IOC_ADD_DEV):
	case COMMAND(BTRFS_IOC_RM_DEV):
	case COMMAND(BTRFS_IOC_RM_DEV_V2):
	case COMMAND(BTRFS_IOC_DEV_REPLACE):
		return EFFECT_ON_DISKS;
	default:
		return EFFECT_UNKNOWN;
	}
}

#define NVME_TYPE	_IOC_TYPE(NVME_IOCTL_IO_CMD)

/*
 * Commands for what is below a device, which need not be open for writing: their type,
 * and their first and last number.
 */
static const struct {
	unsigned char type;
	unsigned char first;
	unsigned char last;
	bool stacks;	/* it puts other disks below, whoever uses them */
} alters[] = {
	{ _IOC_TYPE(BLKPG), _IOC_NR(BLKPG), _IOC_NR(BLKPG), false },
	{ NVME_TYPE, _IOC_NR(NVME_IOCTL_ADMIN_CMD), 0x7f, false },
	{ DM_IOCTL, DM_REMOVE_ALL_CMD, DM_REMOVE_ALL_CMD, true },
	{ DM_IOCTL, DM_DEV_CREATE_CMD, DM_DEV_SUSPEND_CMD, true },
	{ DM_IOCTL, DM_TABLE_LOAD_CMD, DM_TABLE_CLEAR_CMD, true },
	{ DM_IOCTL, DM_TARGET_MSG_CMD, DM_DEV_SET_GEOMETRY_CMD, true },
	{ MD_MAJOR, _IOC_NR(CLEAR_ARRAY), 0xff, true },
};

static bool is_within(unsigned int cmd, unsigned int i)
{
	return _IOC_TYPE(cmd) == alters[i].type &&
	       _IOC_NR(cmd) >= alters[i].first &&
	       _IOC_NR(cmd) <= alters[i].last;
}

/* Does this command take the right to storage? */
static bool needs_right(const struct file *file, unsigned int cmd)
{
	const bool writes = file->f_mode & FMODE_WRITE;
	const bool is_disk = S_ISBLK(file_inode(file)->i_mode);
	unsigned int i;

	/* A loop device writes as the kernel, to whatever it is given. */
	if (is_disk && writes && (COMMAND(cmd) == COMMAND(LOOP_SET_FD) ||
				  COMMAND(cmd) == COMMAND(LOOP_CONFIGURE)))
		return true;
	/* A character device does not tell which disk gets the command. */
	if (!is_disk && writes && COMMAND(cmd) == COMMAND(SG_IO))
		return true;
	for (i = 0; i < ARRAY_SIZE(alters); i++)
		if (is_within(cmd, i))
			return alters[i].stacks || !is_disk ||
			       veriexec_device_to_write(file) !=
				       VERIEXEC_DEVICE_FREE;
	return false;
}

/* If it is open for writing, a command may do whatever a write may. */
static int check_command(struct file *file, unsigned int cmd)
{
	if (!veriexec_in(VERIEXEC_STATE_ACTIVE))
		return 0;
	if (needs_right(file, cmd) &&
	    !veriexec_has_right(current_cred(), VERIEXEC_FLAG_STORAGE))
		return veriexec_deny_file(VERIEXEC_OP_IOCTL,
					  VERIEXEC_CAUSE_NO_STORAGE, file);
	return file->f_mode & FMODE_WRITE ?
	       veriexec_check_write_device(file, VERIEXEC_OP_IOCTL) : 0;
}

/**
 * veriexec_check_uring_command() - may a device be given this IORING_OP_URING_CMD?
 * @file: the open device
 * @cmd: the command
 *
 * Context: Process context, may sleep.
 *
 * Return: 0, or under enforce %-EPERM, as for ioctl(2).
 */
int veriexec_check_uring_command(struct file *file, unsigned int cmd)
{
	/* As commands of ioctl(2), some of these numbers are another driver's. */
	return check_command(file, _IOC_TYPE(cmd) == NVME_TYPE ?
				   NVME_IOCTL_IO_CMD : cmd);
}

/* The system call that the current task is in: its number, from 1. */
static int this_call(void)
{
	return syscall_get_nr(current, current_pt_regs()) + 1;
}

/**
 * veriexec_check_raw_io() - may somebody speak to devices past the kernel?
 * @cred: the credentials that count
 * @quiet: do not log it, because the caller can do without
 *
 * Without raw I/O a program is left with the commands that the kernel holds to be
 * harmless. The kernel asks this for each command that it does not know, if that goes to a
 * partition or a part of a stacked disk. blkid and mount give such commands to all disks,
 * and do without an answer.
 *
 * Context: Any.
 *
 * Return: 0, or under enforce %-EPERM.
 */
int veriexec_check_raw_io(const struct cred *cred, bool quiet)
{
	const int probing = veriexec_task(current)->probing;

	if (veriexec_has_right(cred, VERIEXEC_FLAG_STORAGE |
				     VERIEXEC_FLAG_KMEM))
		return 0;
	/*
	 * The mark stays until the next ioctl(2), but counts only for the call that has
	 * set it.
	 */
	if (quiet || (probing && probing == this_call()))
		return veriexec_deny_quietly(VERIEXEC_OP_RAW_IO);
	return veriexec_deny(VERIEXEC_OP_RAW_IO, VERIEXEC_CAUSE_NOT_TRUSTED,
			     GFP_ATOMIC);
}

/* Commands in the language of the disk itself. */
static bool is_raw(unsigned int cmd)
{
	switch (COMMAND(cmd)) {
	case COMMAND(SG_IO):
	case COMMAND(SCSI_IOCTL_SEND_COMMAND):
	case COMMAND(CDROM_SEND_PACKET):
		return true;
	default:
		return false;
	}
}

static bool reaches_listed(struct inode *inode, enum effect effect)
{
	return atomic_read(&veriexec_sb(inode->i_sb)->entries) &&
	       (effect == EFFECT_ON_OTHERS ||
		(effect == EFFECT_ON_DISKS &&
		 !veriexec_has_right(current_cred(), VERIEXEC_FLAG_STORAGE)));
}

static int check_ioctl_file(struct file *file, unsigned int cmd)
{
	struct inode *inode = file_inode(file);
	enum effect effect = effect_of(cmd);

	if (reaches_listed(inode, effect))
		return veriexec_deny_file(VERIEXEC_OP_IOCTL,
					  VERIEXEC_CAUSE_REACHES_LISTED, file);
	if (!S_ISREG(inode->i_mode) || effect == EFFECT_NONE)
		return 0;
	return veriexec_check_change(inode, VERIEXEC_OP_IOCTL, &file->f_path);
}

/**
 * veriexec_check_ioctl() - may this command be given?
 * @file: what it is given to
 * @cmd: the command, as 64 or 32 bit programs know it
 * @arg: its argument, on which nothing depends
 *
 * Context: Process context, may sleep.
 *
 * Return: 0, or under enforce %-EPERM.
 */
int veriexec_check_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	const umode_t type = file_inode(file)->i_mode & S_IFMT;

	veriexec_task(current)->probing =
		type == S_IFBLK && !is_raw(cmd) ? this_call() : 0;
	switch (type) {
	case S_IFBLK:
	case S_IFCHR:
		return check_command(file, cmd);
	case S_IFREG:
	case S_IFDIR:
		return check_ioctl_file(file, cmd);
	default:
		return 0;
	}
}
