/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's own keyrings, whose names begin with a dot.
 */

#ifndef _VERIEXEC_KEYRING_TOOLS_H
#define _VERIEXEC_KEYRING_TOOLS_H

#include <keyutils.h>

#include <mbedtls/x509_crt.h>

#include "manifest.h"

/* Room for an identifier or a digest in hex, and what is around it. */
#define KEYRING_WORD_SIZE	(2 * 128 + 8)

key_serial_t keyring_find(const char *name);
bool keyring_add_hex(char *word, const u8 *data, size_t len);
int keyring_has(key_serial_t keyring, const mbedtls_x509_crt *crt);

#endif /* _VERIEXEC_KEYRING_TOOLS_H */
