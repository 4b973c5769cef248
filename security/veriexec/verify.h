/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is this file what its entry says?
 *
 * What verifies a file and what opens it for writing meet at i_writecount and at
 * the verdict: a writer is counted first, and then denied or takes the verdict away; a
 * verifier looks for writers last, and then replaces only the verdict that it began
 * with. One of the two always sees the other.
 */

#ifndef _SECURITY_VERIEXEC_VERIFY_H
#define _SECURITY_VERIEXEC_VERIFY_H

#include <linux/fs.h>
#include <linux/types.h>

#include "audit.h"

u64 veriexec_verify(struct file *file, struct inode *content,
		    enum veriexec_cause *failure);
enum veriexec_cause veriexec_verify_data(struct file *file,
					 struct inode *content,
					 const void *data, size_t len);

#endif /* _SECURITY_VERIEXEC_VERIFY_H */
