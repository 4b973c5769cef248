/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Private keys: made, read, and held against their certificates.
 */

#ifndef _VXSIGN_KEY_H
#define _VXSIGN_KEY_H

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/x509_crt.h>

#include "file.h"
#include "manifest.h"

/**
 * struct chance - where random numbers come from
 * @entropy: of the system
 * @drbg: seeded from it
 */
struct chance {
	mbedtls_entropy_context entropy;
	mbedtls_ctr_drbg_context drbg;
};

int chance_open(struct chance *c);
void chance_close(struct chance *c);

int key_make(mbedtls_pk_context *key, bool rsa, unsigned int bits,
	     struct chance *c);
int key_load(const char *path, const char *passphrase_file,
	     mbedtls_pk_context *key);
int signature_load(const char *path, const mbedtls_pk_context *key,
		   struct buffer *signature);
bool key_fits(const mbedtls_x509_crt *crt, const mbedtls_pk_context *key);
mbedtls_md_type_t key_hash(const mbedtls_pk_context *key);

#endif /* _VXSIGN_KEY_H */
