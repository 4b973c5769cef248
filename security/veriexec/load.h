/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The way of a manifest from the bytes that somebody wrote to live entries.
 */

#ifndef _SECURITY_VERIEXEC_LOAD_H
#define _SECURITY_VERIEXEC_LOAD_H

#include <linux/path.h>
#include <linux/types.h>

int veriexec_load(const void *data, size_t len, const struct path *base);

#endif /* _SECURITY_VERIEXEC_LOAD_H */
