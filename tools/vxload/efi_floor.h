/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lowest versions that may be loaded, in variables of UEFI firmware. Only who has
 * set one can raise it, whoever is root.
 */

#ifndef VXLOAD_EFI_FLOOR_H
#define VXLOAD_EFI_FLOOR_H

#include <stdbool.h>

#include "floor.h"

/* What the place is called on the command line. */
#define EFI_FLOOR	"efi"

/* Fixed at compile time: no environment may choose who is asked. */
#ifndef VX_EFIVARS
#define VX_EFIVARS	"/sys/firmware/efi/efivars"
#endif

bool efi_floor_is(const char *place);
void efi_floor_mount(void);
int efi_floor_open(void);
int efi_floor_read(int folder, const char *name, struct floor *floor);
int efi_floor_write(int folder, const struct floor *floor,
		    const struct buffer *payload);

#endif /* VXLOAD_EFI_FLOOR_H */
