/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Those files under /sys/kernel/security/veriexec that have a source file of their own.
 */

#ifndef _SECURITY_VERIEXEC_SECURITYFS_H
#define _SECURITY_VERIEXEC_SECURITYFS_H

#include <linux/fs.h>
#include <linux/seq_file.h>

extern const struct file_operations veriexec_check_fops;

int veriexec_stats_show(struct seq_file *seq, void *v);

#endif /* _SECURITY_VERIEXEC_SECURITYFS_H */
