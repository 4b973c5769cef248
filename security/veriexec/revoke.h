/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fingerprints that never verify again, whichever manifest lists them.
 */

#ifndef _SECURITY_VERIEXEC_REVOKE_H
#define _SECURITY_VERIEXEC_REVOKE_H

#include <linux/types.h>

#include "digests.h"
#include "manifest.h"

struct veriexec_digests *
veriexec_collect_revocations(struct veriexec_parser *p);
void veriexec_revoke(struct veriexec_digests *revocations);

u32 veriexec_revoked_algs(void);
bool veriexec_is_revoked(unsigned int alg, const u8 *digest);
u32 veriexec_revoked_count(void);
const struct veriexec_digest *veriexec_revoked(u64 index);

#endif /* _SECURITY_VERIEXEC_REVOKE_H */
