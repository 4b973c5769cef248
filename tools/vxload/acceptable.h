/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether the kernel that runs would understand a manifest, and take it from its signer.
 */

#ifndef VXLOAD_ACCEPTABLE_H
#define VXLOAD_ACCEPTABLE_H

#include "ability.h"

#define ACCEPTABLE_CAUSE_SIZE	600

int acceptable_check(const struct ability *ability,
		     const struct manifest_file *m,
		     char cause[ACCEPTABLE_CAUSE_SIZE]);

#endif /* VXLOAD_ACCEPTABLE_H */
