// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a program would gain by being run, beside what is in it. It must never know
 * what its entry grants.
 */

#include <linux/capability.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <linux/xattr.h>

#include "gain.h"
#include "manifest.h"

/**
 * veriexec_counts_set_id() - has it a set-id bit that would count?
 * @file: a program, for the current task to run
 *
 * As fs/exec.c finds out in bprm_fill_uid().
 *
 * Context: Process context.
 */
bool veriexec_counts_set_id(const struct file *file)
{
	umode_t mode = file_inode(file)->i_mode;

	return (mode & S_ISUID || (mode & S_ISGID && mode & 0010)) &&
	       mnt_may_suid(file->f_path.mnt) && !task_no_new_privs(current);
}

/**
 * veriexec_counts_caps() - has it file capabilities that would count?
 * @file: a program, for the current task to run
 * @value: filled with them, VERIEXEC_CAPS_SIZE bytes
 * @len: of @value, in bytes
 *
 * As security/commoncap.c finds out, but for what may belong to another user
 * namespace. A value that is longer than any that counts is none that is listed.
 *
 * Context: Process context, may sleep.
 */
bool veriexec_counts_caps(const struct file *file, u8 *value, size_t *len)
{
	struct dentry *dentry = file->f_path.dentry;
	ssize_t ret;

	if (!file_caps_enabled || !mnt_may_suid(file->f_path.mnt) ||
	    task_no_new_privs(current))
		return false;
	ret = __vfs_getxattr(dentry, d_inode(dentry), XATTR_NAME_CAPS, value,
			     VERIEXEC_CAPS_SIZE);
	*len = ret < 0 ? 0 : ret;
	return ret != -ENODATA && ret != -EOPNOTSUPP;
}
