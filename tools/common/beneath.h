/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Opens files beneath a directory, never outside of it.
 */

#ifndef _VERIEXEC_BENEATH_H
#define _VERIEXEC_BENEATH_H

#include "manifest.h"

int beneath_root(const char *dir);
int beneath_open(int root, const char *path, bool follow);

#endif /* _VERIEXEC_BENEATH_H */
