/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which files can run, or be loaded by the kernel or by a program.
 */

#ifndef _VXSIGN_PICK_H
#define _VXSIGN_PICK_H

#include <sys/types.h>

#include "manifest.h"

bool pick_by_name(const char *path, mode_t mode);
bool pick_by_content(int fd);

#endif /* _VXSIGN_PICK_H */
