/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * X.509 certificates: what the tools want to know of one.
 */

#ifndef _VERIEXEC_CERTIFICATE_H
#define _VERIEXEC_CERTIFICATE_H

#include <time.h>

#include <mbedtls/x509_crl.h>
#include <mbedtls/x509_crt.h>

#include "cms_form.h"
#include "der.h"

#define CERTIFICATE_NAME_SIZE	128
#define CERTIFICATE_METHOD_SIZE	32

/**
 * struct certificate_authority - which key has signed a certificate
 * @key: its identifier
 * @issuer: of the certificate that has the key
 * @serial: of that certificate, likewise
 */
struct certificate_authority {
	struct der key;
	struct der issuer;
	struct der serial;
};

int certificate_load(const char *path, mbedtls_x509_crt *list);
int certificate_load_crl(const char *path, mbedtls_x509_crl *list);

void certificate_name(const mbedtls_x509_name *name, char *buf, size_t size);
void certificate_kernel_name(const mbedtls_x509_name *name, char *buf,
			     size_t size);
void certificate_show_name(char *name);
const char *certificate_hash_name(mbedtls_md_type_t md);
bool certificate_method(const mbedtls_pk_context *key, mbedtls_md_type_t md,
			char *buf, size_t size);

int certificate_limits(const mbedtls_x509_crt *crt, struct cms_limits *limits);
bool certificate_may_sign(const mbedtls_x509_crt *crt);
bool certificate_may_issue(const mbedtls_x509_crt *crt);
bool certificate_may_revoke(const mbedtls_x509_crt *crt);
int certificate_digest(const mbedtls_x509_crt *crt, u8 *digest, size_t *len);
bool certificate_subject_key(const mbedtls_x509_crt *crt, struct der *id);
bool certificate_names_its_key(const mbedtls_x509_crt *crt);
void certificate_authority(const mbedtls_x509_crt *crt,
			   struct certificate_authority *authority);
bool certificate_is_authority(const mbedtls_x509_crt *crt,
			      const struct certificate_authority *authority);

void certificate_time(time_t when, mbedtls_x509_time *t);
void certificate_date(const mbedtls_x509_time *t, char *buf, size_t size);
int certificate_compare_times(const mbedtls_x509_time *a,
			      const mbedtls_x509_time *b);
int certificate_validity(const mbedtls_x509_crt *crt,
			 const mbedtls_x509_time *at);

#endif /* _VERIEXEC_CERTIFICATE_H */
