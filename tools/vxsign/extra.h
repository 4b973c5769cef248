/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What could run but is not listed.
 */

#ifndef _VXSIGN_EXTRA_H
#define _VXSIGN_EXTRA_H

#include "survey.h"

int extra_find(struct survey *s);

#endif /* _VXSIGN_EXTRA_H */
