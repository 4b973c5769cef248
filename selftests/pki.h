/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Keys, certificates and signatures, good ones and bad ones. As in common.h, a function
 * that cannot do its work returns a negative errno and says why on standard error.
 */

#ifndef _SELFTESTS_VERIEXEC_PKI_H
#define _SELFTESTS_VERIEXEC_PKI_H

#include <stdbool.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "common.h"

/**
 * struct pki - somebody who can sign
 * @key: the private key
 * @cert: the certificate that speaks of it
 */
struct pki {
	EVP_PKEY *key;
	X509 *cert;
};

/* What is odd about a certificate. */
#define PKI_NO_USAGE		0x01U	/* does not say what it is for */
#define PKI_NO_SIGNATURES	0x02U	/* key usage forbids signatures */
#define PKI_CA			0x04U	/* belongs to an authority */
#define PKI_NO_ISSUING		0x08U	/* key usage forbids certificates */
#define PKI_EXPIRED		0x10U	/* a year ago */
#define PKI_NOT_YET		0x20U	/* valid from next year on */
#define PKI_SHA1		0x40U	/* its own signature is weak */
#define PKI_NOT_CA		0x80U	/* belongs to no authority, whatever its key usage */
#define PKI_PATH_0		0x100U	/* no authority may stand below it */
#define PKI_OTHER_USE		0x200U	/* is for servers */
#define PKI_CODE_SIGNING	0x400U	/* is for servers and for code */
#define PKI_CRITICAL		0x800U	/* limits names, which nobody checks */

/**
 * struct pki_certificate - what to make
 * @name: of the holder: his common name, or all of it, as in "/O=Company/CN=He"; in
 *	letters of two bytes behind a "!"
 * @key: "P-256", "P-384", "P-521", or "rsa" and the bits of a key that was
 *	built with the tests
 * @flags: PKI_*
 */
struct pki_certificate {
	const char *name;
	const char *key;
	unsigned int flags;
};

/**
 * struct pki_signature - how to sign
 * @signers: up to %NULL
 * @others: whose certificates go into the signature too, up to %NULL
 * @hash: as OpenSSL names it, "sha256" if %NULL
 * @no_certificates: those of the signers stay out
 * @no_attributes: what is signed is the text itself, without the time
 * @by_key: signers are named by the identifiers of their keys
 */
struct pki_signature {
	const struct pki *signers[3];
	const struct pki *others[12];
	const char *hash;
	bool no_certificates;
	bool no_attributes;
	bool by_key;
};

int pki_read(struct pki *p, const char *key, const char *cert);
int pki_make(struct pki *p, const struct pki_certificate *what,
	     const struct pki *issuer);
int pki_forge(struct pki *p, const struct pki *whom);
int pki_cross(struct pki *p, const struct pki *whom, const struct pki *issuer);
int pki_make_expired(struct pki *p);
void pki_free(struct pki *p);
int pki_sign(const struct pki_signature *how, const struct text *text,
	     struct text *out);
int pki_sign_raw(const struct pki_signature *how, const struct text *text,
		 struct text *der);
int pki_keyring(const char *name);
int pki_add(const struct pki *p, int keyring);
int pki_revoke(const struct pki *revoker, const char *what);
int pki_fingerprint(const char *path, const char *hash, struct text *line);
int pki_tbs_hash(const struct pki *p, char hex[65]);

#endif /* _SELFTESTS_VERIEXEC_PKI_H */
