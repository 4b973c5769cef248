/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Entries of manifests, written.
 */

#ifndef _VXSIGN_ENTRY_H
#define _VXSIGN_ENTRY_H

#include <stdio.h>

#include "reader.h"

bool entry_has_flag(const struct veriexec_record *record, u32 flag);
void entry_print(FILE *out, const struct veriexec_record *record);
void entry_print_json(FILE *out, const struct veriexec_record *record);

#endif /* _VXSIGN_ENTRY_H */
