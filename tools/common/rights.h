/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a signer may not say who was added to the kernel's keyring.
 */

#ifndef _VERIEXEC_RIGHTS_H
#define _VERIEXEC_RIGHTS_H

#include "manifest.h"

const char *rights_refuse_header(const struct veriexec_header *header);
const char *rights_refuse_record(const struct veriexec_record *record);

#endif /* _VERIEXEC_RIGHTS_H */
