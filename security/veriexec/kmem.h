/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What would change the kernel, and who may use it.
 */

#ifndef _SECURITY_VERIEXEC_KMEM_H
#define _SECURITY_VERIEXEC_KMEM_H

#include <linux/fs.h>
#include <linux/security.h>

int veriexec_check_locked_down(enum lockdown_reason what);
void veriexec_begin_open(void);
void veriexec_note_opened(const struct file *file);
int veriexec_check_kmem(const struct file *file);

#endif /* _SECURITY_VERIEXEC_KMEM_H */
