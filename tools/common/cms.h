/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CMS SignedData (RFC 5652) as far as signatures of manifests need it, in the
 * form that cms_form.h describes.
 *
 * cms_parse.c reads a message, cms_verify.c judges it, cms_build.c makes one.
 * What is accepted here is what the kernel accepts, less what would leave a
 * byte of the message unauthenticated.
 */

#ifndef _VERIEXEC_CMS_H
#define _VERIEXEC_CMS_H

#include <time.h>

#include <mbedtls/x509_crl.h>
#include <mbedtls/x509_crt.h>

#include "certificate.h"
#include "cms_form.h"
#include "file.h"

#define CMS_CAUSE_SIZE		384

/* What &cms_trust.vouch may say of a certificate. */
#define CMS_ADDED		1	/* its holder may add files */
#define CMS_VENDOR		2	/* its holder may say everything */

/**
 * struct cms_signer - one SignerInfo
 * @form: its parts, as they are encoded
 * @md: the hash of the text, and of the attributes
 * @pk: RSA or ECDSA
 * @time: when it signed, if @form has a time
 */
struct cms_signer {
	struct cms_signer_form form;
	mbedtls_md_type_t md;
	mbedtls_pk_type_t pk;
	mbedtls_x509_time time;
};

/**
 * struct cms_message - a message, taken apart
 * @certificates: those it carries, copies
 * @certificate_count: how many
 * @signers: point into the DER that was parsed
 * @signer_count: at least 1
 *
 * From cms_parse() to cms_free(), within the life of the DER.
 */
struct cms_message {
	mbedtls_x509_crt certificates;
	unsigned int certificate_count;
	struct cms_signer signers[CMS_SIGNERS_MAX];
	unsigned int signer_count;
};

/**
 * struct cms_trust - whom to believe
 * @trusted: list of certificates, not changed
 * @now: the time at which certificates must be valid; NULL where there is no
 *	clock to trust. A signing time is checked in any case.
 * @revoked: list of certificates that are not good any more, may be NULL
 * @crls: revocation lists of issuers, may be NULL
 * @ask: whether a certificate is revoked as far as somebody else knows, may be
 *	NULL; returns 1 if it is, 0 if not, and -1, reported, if that cannot be
 *	told
 * @vouch: whether somebody else trusts a certificate, may be NULL; returns
 *	%CMS_ADDED or %CMS_VENDOR if so, and else as @ask
 * @strangers: beside a trusted signer there may be others, who are not; for who
 *	adds a signature to theirs, never to accept a manifest
 */
struct cms_trust {
	mbedtls_x509_crt *trusted;
	const time_t *now;
	const mbedtls_x509_crt *revoked;
	const mbedtls_x509_crl *crls;
	int (*ask)(const mbedtls_x509_crt *crt);
	int (*vouch)(const mbedtls_x509_crt *crt);
	bool strangers;
};

/**
 * struct cms_verdict - what came of verifying
 * @signer: name of the first trusted signer, on success
 * @method: how it signed, such as ``ECDSA256+SHA256``, on success
 * @vouched: on success, what &cms_trust.vouch says of the signer's own certificate;
 *	of several signers, the most
 * @cause: why not, on failure
 */
struct cms_verdict {
	char signer[CERTIFICATE_NAME_SIZE];
	char method[CERTIFICATE_METHOD_SIZE];
	int vouched;
	char cause[CMS_CAUSE_SIZE];
};

/**
 * struct cms_request - what to sign, and how
 * @text: the content
 * @text_len: of @text, in bytes
 * @certificate: of the signer, and a list of those that lead to its issuer;
 *	they go into the message
 * @key: private, belongs to @certificate; NULL if somebody else signs
 * @signature: what he gave for cms_digest(), if there is no @key
 * @md: SHA-256, SHA-384 or SHA-512
 * @attributes: what is signed are attributes with the text's digest and the
 *	signing time, else the text itself
 * @when: the signing time
 * @others: message with the signatures that are there already, or NULL
 */
struct cms_request {
	const void *text;
	size_t text_len;
	const mbedtls_x509_crt *certificate;
	mbedtls_pk_context *key;
	struct der signature;
	mbedtls_md_type_t md;
	bool attributes;
	time_t when;
	const struct cms_message *others;
};

int cms_parse(const void *der, size_t len, struct cms_message *message,
	      const char **cause);
void cms_free(struct cms_message *message);

const mbedtls_x509_crt *cms_find_certificate(const mbedtls_x509_crt *list,
					     const struct cms_signer *signer);

int cms_verify(const void *der, size_t len, const void *text, size_t text_len,
	       const struct cms_trust *trust, struct cms_verdict *verdict);

int cms_digest(const struct cms_request *request, u8 *digest, size_t *len);
int cms_sign(const struct cms_request *request, struct buffer *der);

bool cms_bare(const struct buffer *cms, struct der *bare);
int cms_wrap(const struct der *bare, struct buffer *cms);

#endif /* _VERIEXEC_CMS_H */
