/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files with more names than one.
 */

#ifndef _VXSIGN_HARDLINKS_H
#define _VXSIGN_HARDLINKS_H

#include "generation.h"

int hardlinks_match(struct generation *g);

#endif /* _VXSIGN_HARDLINKS_H */
