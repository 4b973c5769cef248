/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The form of a manifest's signature: CMS SignedData (RFC 5652), detached, in
 * DER, RSA PKCS#1 v1.5 or ECDSA with SHA-256, SHA-384 or SHA-512, and nothing in
 * it but what such a signature needs.
 *
 * Compiled into the kernel and into the tools alike. Knows bytes only: no trust,
 * no digests, no library.
 */

#ifndef _VERIEXEC_CMS_FORM_H
#define _VERIEXEC_CMS_FORM_H

#include "der.h"

#define CMS_SIGNERS_MAX		16
#define CMS_CERTIFICATES_MAX	32

/*
 * How many certificates at most lead from the signer's, which is one of them, to a trusted
 * one, which need not be in the message.
 */
#define CMS_CHAIN_MAX		8

/* Any number of authorities may stand below one. */
#define CMS_PATH_ANY		0xffU

/**
 * struct cms_limits - what a certificate says of its own use
 * @refused: why it must not be used here at all, %NULL if it may
 * @path_len: how many authorities may stand between this one and a signer
 */
struct cms_limits {
	const char *refused;
	u8 path_len;
};

/* What is hashed with, in a message and for its signatures. */
enum cms_hash {
	CMS_SHA256,
	CMS_SHA384,
	CMS_SHA512,
	CMS_HASH_COUNT
};

/**
 * struct cms_signer_form - one SignerInfo
 * @whole: all of it, with tag and length
 * @issuer: of the signer's certificate, if the signer is named by that
 * @serial: likewise
 * @key_id: of the signer's key, if the signer is named by that; else empty
 * @hash: of the text, and of the attributes
 * @ecdsa: the signature is by ECDSA, else by RSA
 * @attributes: the signed attributes with tag and length, empty if there are
 *	none
 * @digest: of the text, from the attributes
 * @time: the signingTime from the attributes with tag and length, empty if there
 *	is none
 * @signature: as the algorithm encodes it
 */
struct cms_signer_form {
	struct der whole;
	struct der issuer;
	struct der serial;
	struct der key_id;
	enum cms_hash hash;
	bool ecdsa;
	struct der attributes;
	struct der digest;
	struct der time;
	struct der signature;
};

/**
 * struct cms_form - a message, taken apart
 * @certificates: those it carries, each with tag and length
 * @certificate_count: how many
 * @signers: those who have signed
 * @signer_count: at least 1
 *
 * Points into the DER that was parsed.
 */
struct cms_form {
	struct der certificates[CMS_CERTIFICATES_MAX];
	unsigned int certificate_count;
	struct cms_signer_form signers[CMS_SIGNERS_MAX];
	unsigned int signer_count;
};

int veriexec_parse_cms(const void *der, size_t len, struct cms_form *form,
		       const char **why);
int veriexec_parse_limits(const void *der, size_t len,
			  struct cms_limits *limits);

#endif /* _VERIEXEC_CMS_FORM_H */
