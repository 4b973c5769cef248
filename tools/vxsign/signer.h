/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who signs: whether his certificate allows it, and when.
 */

#ifndef _VXSIGN_SIGNER_H
#define _VXSIGN_SIGNER_H

#include <time.h>

#include <mbedtls/x509_crt.h>

#include "exit.h"
#include "file.h"
#include "options.h"

/**
 * struct signer - who signs, as the command line has it
 * @key_path: of the private key; NULL if it is elsewhere
 * @passphrase_path: of what decrypts it, may be NULL
 * @digest_path: where the digest goes that somebody else is to sign, or NULL
 * @signature_path: of what he made of it, or NULL
 * @cert_path: of the signer's certificate
 * @out_path: where what is signed goes, or NULL
 * @force: sign though the certificate is not valid now
 */
struct signer {
	const char *key_path;
	const char *passphrase_path;
	const char *digest_path;
	const char *signature_path;
	const char *cert_path;
	const char *out_path;
	bool force;
};

/**
 * struct signer_keys - what the files hold that &struct signer names
 * @certificates: the signer's, and those of its issuers
 * @key: private, if it is here
 * @signature: of a key that is elsewhere
 */
struct signer_keys {
	mbedtls_x509_crt certificates;
	mbedtls_pk_context key;
	struct buffer signature;
};

/* How many rows the options of a signer have, with the last. */
#define SIGNER_ROWS	8

void signer_options(struct signer *s, struct argument rows[SIGNER_ROWS]);
bool signer_complete(const struct command *cmd, const struct signer *s);

void signer_init(struct signer_keys *keys);
int signer_load(const struct signer *s, struct signer_keys *keys);
int signer_load_signature(const struct signer *s, struct signer_keys *keys);
void signer_free(struct signer_keys *keys);

int signer_time(time_t *when);
int signer_check(const char *path, const mbedtls_x509_crt *crt,
		 mbedtls_md_type_t md, const char *key_path,
		 const mbedtls_pk_context *key);
int signer_check_dates(const char *path, const mbedtls_x509_crt *crt,
		       time_t when);
enum exit_status signer_status(int err);

#endif /* _VXSIGN_SIGNER_H */
