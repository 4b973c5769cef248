/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Asks whoever sits at the terminal for a passphrase.
 */

#ifndef _VXSIGN_PASSPHRASE_H
#define _VXSIGN_PASSPHRASE_H

#include "file.h"

int passphrase_ask(const char *what, struct buffer *passphrase);

#endif /* _VXSIGN_PASSPHRASE_H */
