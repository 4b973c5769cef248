/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A tree to be looked at: a directory, or a file system that nobody has mounted.
 */

#ifndef VXLOAD_SLOT_H
#define VXLOAD_SLOT_H

int slot_open(const char *path);
int slot_root(int fd, const char *path);

#endif /* VXLOAD_SLOT_H */
