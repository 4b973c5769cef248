/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fingerprints of files, computed as the kernel does.
 */

#ifndef _VERIEXEC_FINGERPRINT_H
#define _VERIEXEC_FINGERPRINT_H

#include "manifest.h"

/* Room for a digest in hex, with NUL. */
#define FINGERPRINT_HEX_SIZE	(2 * VERIEXEC_DIGEST_SIZE + 1)

int fingerprint_fd(int fd, u32 algs, u8 digests[][VERIEXEC_DIGEST_SIZE]);
void fingerprint_hex(enum veriexec_alg alg, const u8 *digest, char *hex);
int fingerprint_find(const char *name, size_t len);

#endif /* _VERIEXEC_FINGERPRINT_H */
