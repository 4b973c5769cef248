/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Evidence of what was loaded, for others on other machines.
 */

#ifndef _SECURITY_VERIEXEC_MEASURE_H
#define _SECURITY_VERIEXEC_MEASURE_H

#include "manifest.h"

void veriexec_measure_loaded(const struct veriexec_header *header,
			     const char *signer, const char *trust,
			     const u8 *digest);
void veriexec_measure_state(const char *states);

#endif /* _SECURITY_VERIEXEC_MEASURE_H */
