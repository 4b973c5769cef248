/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an added signer may not say: one whom the kernel knows only by another's word.
 */

#ifndef _VERIEXEC_RIGHTS_H
#define _VERIEXEC_RIGHTS_H

#include "manifest.h"

const char *rights_refuse_header(const struct veriexec_header *header);
const char *rights_refuse_record(const struct veriexec_record *record);

#endif /* _VERIEXEC_RIGHTS_H */
