/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who signs: whether his certificate allows it, and when.
 */

#ifndef _VXSIGN_SIGNER_H
#define _VXSIGN_SIGNER_H

#include <time.h>

#include <mbedtls/x509_crt.h>

#include "exit.h"

int signer_time(time_t *when);
int signer_check(const char *path, const mbedtls_x509_crt *crt,
		 mbedtls_md_type_t md, const char *key_path,
		 const mbedtls_pk_context *key);
int signer_check_dates(const char *path, const mbedtls_x509_crt *crt,
		       time_t when);
enum exit_status signer_status(int err);

#endif /* _VXSIGN_SIGNER_H */
