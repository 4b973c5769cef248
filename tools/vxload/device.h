/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The device numbers of file systems, as ``entries`` has them.
 */

#ifndef VXLOAD_DEVICE_H
#define VXLOAD_DEVICE_H

#define DEVICE_WORD_SIZE	32

struct statx;

int device_word(const struct statx *st, char word[DEVICE_WORD_SIZE]);

#endif /* VXLOAD_DEVICE_H */
