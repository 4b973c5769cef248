/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which symbolic links a manifest lists.
 */

#ifndef _VXSIGN_SYMLINKS_H
#define _VXSIGN_SYMLINKS_H

#include "generation.h"

int symlinks_list(struct generation *g);

#endif /* _VXSIGN_SYMLINKS_H */
