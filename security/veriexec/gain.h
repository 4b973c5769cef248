/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Set-id bits and file capabilities, as far as they would count.
 */

#ifndef _SECURITY_VERIEXEC_GAIN_H
#define _SECURITY_VERIEXEC_GAIN_H

#include <linux/fs.h>
#include <linux/types.h>

bool veriexec_counts_set_id(const struct file *file);
bool veriexec_counts_caps(const struct file *file, u8 *value, size_t *len);

#endif /* _SECURITY_VERIEXEC_GAIN_H */
