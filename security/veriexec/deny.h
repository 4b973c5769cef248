/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What follows when something must not be.
 */

#ifndef _SECURITY_VERIEXEC_DENY_H
#define _SECURITY_VERIEXEC_DENY_H

#include <linux/fs.h>
#include <linux/gfp_types.h>

#include "audit.h"

int veriexec_deny_event(struct veriexec_event *event);
int veriexec_deny(enum veriexec_op op, enum veriexec_cause cause,
		  struct inode *inode, const struct path *path, gfp_t gfp);

#endif /* _SECURITY_VERIEXEC_DENY_H */
