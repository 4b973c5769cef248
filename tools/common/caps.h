/* SPDX-License-Identifier: GPL-2.0-only */
/* The file capabilities of a file, as the kernel keeps them. */

#ifndef _VERIEXEC_CAPS_H
#define _VERIEXEC_CAPS_H

#include "manifest.h"

#define CAPS_HEX_SIZE	(2 * VERIEXEC_CAPS_SIZE + 1)

int caps_read(int fd, struct veriexec_claim *claim);
void caps_hex(const struct veriexec_claim *claim, char *hex);

#endif /* _VERIEXEC_CAPS_H */
