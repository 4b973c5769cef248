/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Leaves the initramfs for another root.
 */

#ifndef VXLOAD_NEW_ROOT_H
#define VXLOAD_NEW_ROOT_H

#include <stdbool.h>

int new_root_open(const char *path);
int new_root_open_init(int root, const char *path, const char *init);
int new_root_enter(int root, const char *path, bool verbose);

#endif /* VXLOAD_NEW_ROOT_H */
