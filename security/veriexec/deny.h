/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What follows when something is not allowed.
 */

#ifndef _SECURITY_VERIEXEC_DENY_H
#define _SECURITY_VERIEXEC_DENY_H

#include <linux/fs.h>
#include <linux/gfp_types.h>

#include "audit.h"
#include "state.h"

int veriexec_deny_event(struct veriexec_event *event);
int veriexec_deny(enum veriexec_op op, enum veriexec_cause cause, gfp_t gfp);
int veriexec_deny_inode(enum veriexec_op op, enum veriexec_cause cause,
			struct inode *inode, const struct path *path);

/* The same where an open file is at hand. */
static inline int veriexec_deny_file(enum veriexec_op op,
				     enum veriexec_cause cause,
				     const struct file *file)
{
	return veriexec_deny_inode(op, cause, file_inode(file), &file->f_path);
}

/* The same where the caller can do without: nobody is told of it. */
static inline int veriexec_deny_quietly(enum veriexec_op op)
{
	return veriexec_in(VERIEXEC_STATE_ENFORCE) ? veriexec_ops[op].error : 0;
}

#endif /* _SECURITY_VERIEXEC_DENY_H */
