/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Algorithms that this kernel can check, and digests of files made with them.
 */

#ifndef _SECURITY_VERIEXEC_FINGERPRINT_H
#define _SECURITY_VERIEXEC_FINGERPRINT_H

#include <linux/fs.h>
#include <linux/types.h>

#include "manifest.h"

u32 veriexec_algs_here(void);
int veriexec_fingerprint_file(struct file *file, unsigned int alg, u8 *digest);
int veriexec_fingerprint_data(const void *data, size_t len, unsigned int alg,
			      u8 *digest);
void veriexec_renew_drivers(void);

#endif /* _SECURITY_VERIEXEC_FINGERPRINT_H */
