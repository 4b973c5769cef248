/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's own keyrings, whose names begin with a dot.
 */

#ifndef _VERIEXEC_KEYRING_TOOLS_H
#define _VERIEXEC_KEYRING_TOOLS_H

#include <keyutils.h>

key_serial_t keyring_find(const char *name);

#endif /* _VERIEXEC_KEYRING_TOOLS_H */
