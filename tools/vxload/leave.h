/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What stops running when a manifest takes the place of another root's.
 */

#ifndef VXLOAD_LEAVE_H
#define VXLOAD_LEAVE_H

#include <stdbool.h>

#include "manifest_file.h"

int leave_tell(const struct manifest_file *m, int dir, bool replace,
	       bool verbose);

#endif /* VXLOAD_LEAVE_H */
