/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A file or directory by what it is, whatever its names are.
 */

#ifndef _VERIEXEC_IDENTITY_H
#define _VERIEXEC_IDENTITY_H

#include <sys/types.h>

/**
 * struct identity - what makes two names those of one file
 */
struct identity {
	dev_t device;
	ino_t inode;
};

int compare_identities(const void *a, const void *b);

#endif /* _VERIEXEC_IDENTITY_H */
