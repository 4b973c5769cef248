/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What ioctl(2) commands can do to listed files.
 */

#ifndef _SECURITY_VERIEXEC_COMMAND_H
#define _SECURITY_VERIEXEC_COMMAND_H

#include <linux/types.h>

struct cred;
struct file;

int veriexec_check_ioctl(struct file *file, unsigned int cmd,
			 unsigned long arg);
int veriexec_check_uring_command(struct file *file, unsigned int cmd);
int veriexec_check_raw_io(const struct cred *cred, bool quiet);

#endif /* _SECURITY_VERIEXEC_COMMAND_H */
