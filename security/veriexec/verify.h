/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is this file what its entry says?
 *
 * What verifies a file and what opens it for writing meet at i_writecount:
 * a writer takes it first and asks then; a verifier reads the table first and
 * takes it then. One of the two always sees the other.
 */

#ifndef _SECURITY_VERIEXEC_VERIFY_H
#define _SECURITY_VERIEXEC_VERIFY_H

#include <linux/fs.h>
#include <linux/types.h>

#include "audit.h"

u64 veriexec_verify(struct file *file, enum veriexec_cause *failure);

#endif /* _SECURITY_VERIEXEC_VERIFY_H */
