/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The fs-verity digest of a file: blocks of 4096 bytes, no salt.
 */

#ifndef _VERIEXEC_VERITY_H
#define _VERIEXEC_VERITY_H

#include <mbedtls/md.h>

#include "manifest.h"

struct verity;

struct verity *verity_new(mbedtls_md_type_t md);
int verity_add(struct verity *v, const u8 *data, size_t len);
int verity_finish(struct verity *v, u8 *digest);
void verity_free(struct verity *v);

#endif /* _VERIEXEC_VERITY_H */
