/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds files and links beneath a directory, never outside of it.
 */

#ifndef _VERIEXEC_BENEATH_H
#define _VERIEXEC_BENEATH_H

#include "manifest.h"

int beneath_root(const char *dir);
int beneath_open(int root, const char *path, bool follow);
int beneath_find(int root, const char *path);
int beneath_lead(int root, const char *path);
int beneath_read_link(int fd, const char *name, char *text);

#endif /* _VERIEXEC_BENEATH_H */
