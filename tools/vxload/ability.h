/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel that runs can take: for who asks before anything is loaded.
 */

#ifndef VXLOAD_ABILITY_H
#define VXLOAD_ABILITY_H

#include "manifest_file.h"

/**
 * struct ability - of the kernel
 * @level: what ``%requires veriexec >=`` may ask for
 * @algs: the fingerprints that it can check, a bit each
 * @trust: whom it trusts
 */
struct ability {
	u32 level;
	u32 algs;
	struct trust trust;
};

int ability_load(struct ability *a, const char *certificates, bool strict);
void ability_free(struct ability *a);

#endif /* VXLOAD_ABILITY_H */
