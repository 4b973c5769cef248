/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The questions that hooks and control files ask: may this be used, opened or
 * changed this way?
 */

#ifndef _SECURITY_VERIEXEC_EVALUATE_H
#define _SECURITY_VERIEXEC_EVALUATE_H

#include <linux/fs.h>
#include <linux/types.h>

#include "audit.h"

/**
 * struct veriexec_use - how somebody wants to use a file
 * @op: what for
 * @interpreter: see &veriexec_facts.interpreter
 * @flags: on return those of the entry, if the file is verified
 * @initramfs: on return, see &veriexec_facts.initramfs
 * @verified: on return: by its entry, or as one of the initramfs
 * @cause: on return: enum veriexec_cause, why not, if it may not be used this way
 */
struct veriexec_use {
	enum veriexec_op op;
	bool interpreter;
	u16 flags;
	bool initramfs;
	bool verified;
	u8 cause;
};

int veriexec_check_use(struct file *file, struct veriexec_use *use);
int veriexec_check_open_exec(struct file *file, struct veriexec_use *use);
int veriexec_check_gain(const struct file *file);
int veriexec_check_mapped(const struct file *file, enum veriexec_op op,
			  const struct path *path, bool interpreter);
void veriexec_foresee_remap(struct file *file);
int veriexec_check_buffer(struct file *file, const void *data, size_t len);
int veriexec_check_change(struct inode *inode, enum veriexec_op op,
			  const struct path *path);
int veriexec_ask_change(struct inode *inode, enum veriexec_op op);
int veriexec_check_open_device(struct file *file);
int veriexec_check_write_device(struct file *file, enum veriexec_op op);
int veriexec_check_map_device(struct file *file);

#endif /* _SECURITY_VERIEXEC_EVALUATE_H */
