/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What would change the kernel, and who may use it.
 */

#ifndef _SECURITY_VERIEXEC_KMEM_H
#define _SECURITY_VERIEXEC_KMEM_H

#include <linux/fs.h>
#include <linux/security.h>

#include "blob.h"

int veriexec_check_locked_down(enum lockdown_reason what);
void veriexec_begin_open(void);
void veriexec_note_opened(const struct file *file);
int veriexec_check_kmem_use(const struct file *file);

/* May the current task use this file, see veriexec_check_kmem_use()? */
static inline int veriexec_check_kmem(const struct file *file)
{
	const unsigned long *bits = &veriexec_inode(file_inode(file))->bits;

	return unlikely(test_bit(VERIEXEC_INODE_KMEM, bits)) ?
		       veriexec_check_kmem_use(file) : 0;
}

#endif /* _SECURITY_VERIEXEC_KMEM_H */
