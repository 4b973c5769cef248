/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Set-id bits and file capabilities, as far as they would count.
 */

#ifndef _SECURITY_VERIEXEC_GAIN_H
#define _SECURITY_VERIEXEC_GAIN_H

#include <linux/fs.h>
#include <linux/types.h>

struct veriexec_facts;

void veriexec_find_gain(const struct file *file, u16 flags, bool initramfs,
			struct veriexec_facts *facts);

#endif /* _SECURITY_VERIEXEC_GAIN_H */
