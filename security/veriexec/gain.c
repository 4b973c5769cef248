// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds out what a program would gain by being run, beside what is in it: set-id bits
 * and file capabilities. It must never decide whether it may.
 */

#include <linux/capability.h>
#include <linux/dcache.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <linux/xattr.h>

#include "blob.h"
#include "decide.h"
#include "gain.h"
#include "verdict.h"

/*
 * As security/commoncap.c finds out, but for what may belong to another user namespace.
 * A value that is longer than any that counts is none that is listed.
 */
static bool has_unlisted_caps(const struct file *file, struct inode *content)
{
	struct dentry *dentry = file->f_path.dentry;
	u8 value[VERIEXEC_CAPS_SIZE];
	ssize_t len;

	if (!file_caps_enabled)
		return false;
	len = __vfs_getxattr(dentry, d_inode(dentry), XATTR_NAME_CAPS, value,
			     sizeof(value));
	if (len == -ENODATA || len == -EOPNOTSUPP)
		return false;
	return len < 0 || !veriexec_lists_caps(content, value, len);
}

/**
 * veriexec_find_gain() - what would a program gain, and what does its entry grant?
 * @file: the program, for the current task to run; its content was judged
 * @flags: of the verdict on it
 * @initramfs: it is as the kernel unpacked it, and has no entry
 * @facts: filled with all that a decision on that rests on
 *
 * Whoever runs it and whoever only asks are told the same.
 *
 * Context: Process context, may sleep.
 */
void veriexec_find_gain(const struct file *file, u16 flags, bool initramfs,
			struct veriexec_facts *facts)
{
	struct inode *content = veriexec_content_of(file);
	struct inode *inode = file_inode(file);
	umode_t mode = inode->i_mode;

	*facts = (struct veriexec_facts){
		.op = VERIEXEC_OP_EXEC,
		.status = initramfs ? VERIEXEC_STATUS_UNLISTED :
				      VERIEXEC_STATUS_VERIFIED,
		.flags = flags,
		.initramfs = initramfs,
		.kept = test_bit(VERIEXEC_INODE_KEPT,
				 &veriexec_inode(inode)->bits),
	};
	if (!mnt_may_suid(file->f_path.mnt) || task_no_new_privs(current))
		return;
	/* What it gains is part of the image, unless an overlay shows more. */
	if (flags & VERIEXEC_BY_IMAGE && content == inode)
		return;
	/* As fs/exec.c finds out in bprm_fill_uid(). */
	facts->set_id = mode & S_ISUID || (mode & S_ISGID && mode & 0010);
	facts->caps = has_unlisted_caps(file, content);
}
