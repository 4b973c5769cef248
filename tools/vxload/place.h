/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Places that only the kernel may fill, such as securityfs and procfs.
 *
 * Who runs vxload may have a mount namespace of his own, in which he has covered
 * such a place with files that he has written himself.
 */

#ifndef VXLOAD_PLACE_H
#define VXLOAD_PLACE_H

int place_open(const char *path, unsigned int magic);
int place_open_file(int place, const char *path, int flags);

#endif /* VXLOAD_PLACE_H */
