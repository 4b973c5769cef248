/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What would change the kernel, and who may use it.
 */

#ifndef _SECURITY_VERIEXEC_KMEM_H
#define _SECURITY_VERIEXEC_KMEM_H

#include <linux/bitops.h>
#include <linux/fs.h>
#include <linux/sched.h>
#include <linux/security.h>

#include "blob.h"

int veriexec_check_locked_down(enum lockdown_reason what);
int veriexec_check_kmem_use(const struct file *file);

/* What is asked from here to veriexec_note_opened() is asked for that file. */
static inline void veriexec_begin_open(void)
{
	veriexec_task(current)->asked = false;
}

/*
 * In any state: whoever opens the file now may not be allowed to use it later.
 */
static inline void veriexec_note_opened(const struct file *file)
{
	struct veriexec_task *task = veriexec_task(current);

	if (likely(!task->asked))
		return;
	set_bit(VERIEXEC_INODE_KMEM, &veriexec_inode(file_inode(file))->bits);
	task->asked = false;
}

/* Can the kernel be changed by this file? */
static inline bool veriexec_is_kmem(const struct file *file)
{
	return unlikely(test_bit(VERIEXEC_INODE_KMEM,
				 &veriexec_inode(file_inode(file))->bits));
}

/* May the current task use this file, see veriexec_check_kmem_use()? */
static inline int veriexec_check_kmem(const struct file *file)
{
	return veriexec_is_kmem(file) ? veriexec_check_kmem_use(file) : 0;
}

#endif /* _SECURITY_VERIEXEC_KMEM_H */
