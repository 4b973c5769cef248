/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Encrypted private keys in the form of PKCS#8.
 */

#ifndef _VXSIGN_PKCS8_H
#define _VXSIGN_PKCS8_H

#include "file.h"

int pkcs8_decrypt(const struct buffer *pem, const struct buffer *passphrase,
		  struct buffer *key);

#endif /* _VXSIGN_PKCS8_H */
