// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads certificates and answers questions about a single one. Trust is not
 * decided here.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mbedtls/error.h>
#include <mbedtls/oid.h>
#include <mbedtls/sha1.h>

#include "certificate.h"
#include "file.h"
#include "message.h"

#define CERTIFICATE_FILE_MAX	(4U << 20)

/**
 * certificate_load() - read certificates from a file
 * @path: PEM with any number of certificates, or DER with one
 * @list: initialized; they are appended
 *
 * Return: 0, or a negative errno, reported.
 */
int certificate_load(const char *path, mbedtls_x509_crt *list)
{
	struct buffer buf = { 0 };
	char why[128];
	bool pem;
	int ret;

	ret = file_read(path, CERTIFICATE_FILE_MAX, &buf);
	if (ret)
		return ret;
	pem = strstr((const char *)buf.data, "-----BEGIN CERTIFICATE-----");
	/* mbedTLS wants the NUL of PEM counted, and none behind DER. */
	ret = mbedtls_x509_crt_parse(list, buf.data, buf.len + pem);
	if (ret > 0) {
		message("%s: %d of its certificates cannot be read", path, ret);
		ret = -EBADMSG;
	} else if (ret < 0) {
		mbedtls_strerror(ret, why, sizeof(why));
		message("%s: is not a certificate: %s", path, why);
		ret = -EBADMSG;
	}
	buffer_free(&buf);
	return ret;
}

/**
 * certificate_load_crl() - read revocation lists from a file
 * @path: PEM with any number of lists, or DER with one
 * @list: initialized; they are appended
 *
 * Return: 0, or a negative errno, reported.
 */
int certificate_load_crl(const char *path, mbedtls_x509_crl *list)
{
	struct buffer buf = { 0 };
	char why[128];
	bool pem;
	int ret;

	ret = file_read(path, CERTIFICATE_FILE_MAX, &buf);
	if (ret)
		return ret;
	pem = strstr((const char *)buf.data, "-----BEGIN X509 CRL-----");
	ret = mbedtls_x509_crl_parse(list, buf.data, buf.len + pem);
	if (ret) {
		mbedtls_strerror(ret, why, sizeof(why));
		message("%s: is not a revocation list: %s", path, why);
		ret = -EBADMSG;
	}
	buffer_free(&buf);
	return ret;
}

static const mbedtls_x509_name *find_name(const mbedtls_x509_name *name,
					  const char *oid, size_t len)
{
	for (; name; name = name->next)
		if (name->oid.len == len && !memcmp(name->oid.p, oid, len))
			return name;
	return NULL;
}

/* The last of several counts. */
static const mbedtls_x509_buf *find_last(const mbedtls_x509_name *name,
					 const char *oid, size_t len)
{
	static const mbedtls_x509_buf none;
	const mbedtls_x509_buf *last = &none;

	while ((name = find_name(name, oid, len))) {
		last = &name->val;
		name = name->next;
	}
	return last;
}

static bool begins_with(const mbedtls_x509_buf *a, const mbedtls_x509_buf *b,
			size_t len)
{
	return a->len >= len && b->len >= len && !memcmp(a->p, b->p, len);
}

/* Appends to a name of *@len bytes, as far as there is room. */
static void append(char *buf, size_t size, size_t *len, const void *data,
		   size_t data_len)
{
	if (data_len > size - 1 - *len)
		data_len = size - 1 - *len;
	if (data_len)
		memcpy(buf + *len, data, data_len);
	*len += data_len;
}

/**
 * certificate_kernel_name() - how the kernel calls the holder of a name
 * @name: subject or issuer
 * @buf: gets the bytes of the name up to the first that is 0, whatever kind of string
 *	it is; empty if the name has no part that the kernel looks at
 * @size: of @buf, in bytes; what is longer is cut off
 *
 * As x509_fabricate_name() of the kernel makes it.
 */
void certificate_kernel_name(const mbedtls_x509_name *name, char *buf,
			     size_t size)
{
	const mbedtls_x509_buf *cn, *o, *email;
	size_t len = 0;

	cn = find_last(name, MBEDTLS_OID_AT_CN,
		       MBEDTLS_OID_SIZE(MBEDTLS_OID_AT_CN));
	o = find_last(name, MBEDTLS_OID_AT_ORGANIZATION,
		      MBEDTLS_OID_SIZE(MBEDTLS_OID_AT_ORGANIZATION));
	email = find_last(name, MBEDTLS_OID_PKCS9_EMAIL,
			  MBEDTLS_OID_SIZE(MBEDTLS_OID_PKCS9_EMAIL));
	if (cn->len && o->len && !begins_with(cn, o, o->len) &&
	    !begins_with(cn, o, 7)) {
		append(buf, size, &len, o->p, o->len);
		append(buf, size, &len, ": ", 2);
	}
	if (!cn->len)
		cn = o->len ? o : email;
	append(buf, size, &len, cn->p, cn->len);
	buf[len] = '\0';
}

/**
 * certificate_show_name() - make a name fit for people
 * @name: as the kernel has it; what is not visible ASCII becomes ``?``, since a
 *	terminal could take it for a command
 */
void certificate_show_name(char *name)
{
	for (; *name; name++)
		if ((u8)*name < 0x20 || (u8)*name > 0x7e)
			*name = '?';
}

/**
 * certificate_name() - how to call the holder of a name
 * @name: subject or issuer
 * @buf: gets the kernel's name, fit for people; ``-`` if that is empty
 * @size: of @buf, in bytes, 2 at least
 */
void certificate_name(const mbedtls_x509_name *name, char *buf, size_t size)
{
	certificate_kernel_name(name, buf, size);
	if (!*buf)
		memcpy(buf, "-", sizeof("-"));
	certificate_show_name(buf);
}

/**
 * certificate_hash_name() - Junos's name of a hash
 * @md: SHA-256, SHA-384 or SHA-512
 *
 * Return: the name, or NULL if signatures do not use that hash here.
 */
const char *certificate_hash_name(mbedtls_md_type_t md)
{
	switch (md) {
	case MBEDTLS_MD_SHA256:
		return "SHA256";
	case MBEDTLS_MD_SHA384:
		return "SHA384";
	case MBEDTLS_MD_SHA512:
		return "SHA512";
	default:
		return NULL;
	}
}

/**
 * certificate_method() - name a way to sign, as Junos does
 * @key: RSA or ECDSA
 * @md: the hash
 * @buf: gets the name, such as ``ECDSA256+SHA256``
 * @size: of @buf, in bytes
 *
 * Return: false, with @buf empty, if that is not a way to sign here.
 */
bool certificate_method(const mbedtls_pk_context *key, mbedtls_md_type_t md,
			char *buf, size_t size)
{
	const char *hash = certificate_hash_name(md);
	size_t bits = mbedtls_pk_get_bitlen(key);
	const char *alg = NULL;

	buf[0] = '\0';
	if (mbedtls_pk_can_do(key, MBEDTLS_PK_RSA)) {
		if (bits >= 2048 && bits <= 4096)
			alg = "RSA";
	} else if (mbedtls_pk_can_do(key, MBEDTLS_PK_ECDSA)) {
		mbedtls_ecp_group_id curve = mbedtls_pk_ec(*key)->grp.id;

		if (curve == MBEDTLS_ECP_DP_SECP256R1 ||
		    curve == MBEDTLS_ECP_DP_SECP384R1)
			alg = "ECDSA";
	}
	if (!alg || !hash)
		return false;
	snprintf(buf, size, "%s%zu+%s", alg, bits, hash);
	return true;
}

/**
 * certificate_limits() - what does a certificate say of its own use?
 * @crt: the certificate
 * @limits: filled
 *
 * The kernel reads it by the same code.
 *
 * Return: 0, or %-EBADMSG if its extensions are malformed.
 */
int certificate_limits(const mbedtls_x509_crt *crt, struct cms_limits *limits)
{
	return veriexec_parse_limits(crt->raw.p, crt->raw.len, limits);
}

/**
 * certificate_may_sign() - does a certificate say that its key signs texts?
 * @crt: the certificate
 *
 * A certificate without a key usage does not: the kernel cannot tell it from one with
 * another key usage.
 */
bool certificate_may_sign(const mbedtls_x509_crt *crt)
{
	return crt->ext_types & MBEDTLS_X509_EXT_KEY_USAGE &&
	       crt->key_usage & MBEDTLS_X509_KU_DIGITAL_SIGNATURE;
}

/**
 * certificate_may_issue() - does a certificate say that its key signs others?
 * @crt: the certificate
 */
bool certificate_may_issue(const mbedtls_x509_crt *crt)
{
	return crt->ca_istrue &&
	       crt->ext_types & MBEDTLS_X509_EXT_KEY_USAGE &&
	       crt->key_usage & MBEDTLS_X509_KU_KEY_CERT_SIGN;
}

/**
 * certificate_may_revoke() - does it say that its key signs revocation lists?
 * @crt: the certificate
 */
bool certificate_may_revoke(const mbedtls_x509_crt *crt)
{
	return crt->ext_types & MBEDTLS_X509_EXT_KEY_USAGE &&
	       crt->key_usage & MBEDTLS_X509_KU_CRL_SIGN;
}

/**
 * certificate_digest() - the digest by which the kernel's blacklist names it
 * @crt: the certificate
 * @digest: gets the digest of its signed part by the hash that its issuer has
 *	used, MBEDTLS_MD_MAX_SIZE bytes
 * @len: of @digest, in bytes
 *
 * Return: 0, or %-ENOPKG if that hash is not known here.
 */
int certificate_digest(const mbedtls_x509_crt *crt, u8 *digest, size_t *len)
{
	const mbedtls_md_info_t *md = mbedtls_md_info_from_type(crt->sig_md);

	if (!md || mbedtls_md(md, crt->tbs.p, crt->tbs.len, digest))
		return -ENOPKG;
	*len = mbedtls_md_get_size(md);
	return 0;
}

/* Finds the value of an extension, without the OCTET STRING around it. */
static bool find_extension(const mbedtls_x509_crt *crt, const char *oid,
			   size_t oid_len, struct der *value)
{
	struct der in = { crt->v3_ext.p, crt->v3_ext.len };
	struct der list, extension, id;

	if (!in.p)
		return false;
	/* Depending on its version, mbedTLS keeps the [3] around the list. */
	if (der_is(&in, DER_CONTEXT(3)) &&
	    !der_get(&in, DER_CONTEXT(3), &in, NULL))
		return false;
	if (!der_get(&in, DER_SEQUENCE, &list, NULL))
		return false;
	while (der_get(&list, DER_SEQUENCE, &extension, NULL)) {
		if (!der_get(&extension, DER_OID, &id, NULL))
			return false;
		if (!der_equal(&id, oid, oid_len))
			continue;
		/* A critical flag may stand between. */
		if (der_is(&extension, 0x01) &&
		    !der_get(&extension, 0x01, NULL, NULL))
			return false;
		return der_get(&extension, DER_OCTET_STRING, value, NULL);
	}
	return false;
}

/**
 * certificate_subject_key() - the identifier of a certificate's key
 * @crt: the certificate
 * @id: filled on success, points into @crt
 *
 * Return: false if it does not have one.
 */
bool certificate_subject_key(const mbedtls_x509_crt *crt, struct der *id)
{
	static const char oid[] = MBEDTLS_OID_SUBJECT_KEY_IDENTIFIER;
	struct der value;

	return find_extension(crt, oid, sizeof(oid) - 1, &value) &&
	       der_get(&value, DER_OCTET_STRING, id, NULL) && id->len;
}

/**
 * certificate_names_its_key() - can nobody else have a key with its identifier?
 * @crt: the certificate
 *
 * Return: true if the identifier is the SHA-1 of the key, as RFC 5280, 4.2.1.2, (1)
 * has it. Then whoever has found the identifier has found the key. With an identifier
 * of another kind, anybody can make a certificate.
 */
bool certificate_names_its_key(const mbedtls_x509_crt *crt)
{
	struct der info = { crt->pk_raw.p, crt->pk_raw.len };
	struct der list, key, id;
	u8 digest[20];

	/* The first byte of a BIT STRING tells how many bits are not used. */
	return certificate_subject_key(crt, &id) &&
	       der_get(&info, DER_SEQUENCE, &list, NULL) &&
	       der_get(&list, DER_SEQUENCE, NULL, NULL) &&
	       der_get(&list, DER_BIT_STRING, &key, NULL) && key.len &&
	       !mbedtls_sha1_ret(key.p + 1, key.len - 1, digest) &&
	       der_equal(&id, digest, sizeof(digest));
}

/**
 * certificate_authority() - what a certificate says of the key that signed it
 * @crt: the certificate
 * @authority: filled, points into @crt; nothing is in what it does not say
 */
void certificate_authority(const mbedtls_x509_crt *crt,
			   struct certificate_authority *authority)
{
	static const char oid[] = MBEDTLS_OID_AUTHORITY_KEY_IDENTIFIER;
	struct der value, list, names, name;

	*authority = (struct certificate_authority){ .key = { NULL, 0 } };
	if (!find_extension(crt, oid, sizeof(oid) - 1, &value) ||
	    !der_get(&value, DER_SEQUENCE, &list, NULL))
		return;
	der_get(&list, DER_CONTEXT_PLAIN(0), &authority->key, NULL);
	if (der_get(&list, DER_CONTEXT(1), &names, NULL) &&
	    der_get(&names, DER_CONTEXT(4), &name, NULL))
		der_get(&name, DER_SEQUENCE, NULL, &authority->issuer);
	der_get(&list, DER_CONTEXT_PLAIN(2), &authority->serial, NULL);
}

/**
 * certificate_is_authority() - has that certificate the key that is meant?
 * @crt: the certificate
 * @authority: from certificate_authority() of another, or of itself
 *
 * Names are not compared: it is the key that has signed or has not.
 */
bool certificate_is_authority(const mbedtls_x509_crt *crt,
			      const struct certificate_authority *authority)
{
	struct der id;

	if (authority->issuer.len &&
	    (!der_equal(&authority->issuer, crt->issuer_raw.p,
			crt->issuer_raw.len) ||
	     !der_equal(&authority->serial, crt->serial.p, crt->serial.len)))
		return false;
	if (!authority->key.len)
		return authority->issuer.len;
	return certificate_subject_key(crt, &id) &&
	       der_equal(&id, authority->key.p, authority->key.len);
}

/**
 * certificate_time() - a time in the form of certificates
 * @when: seconds since 1970
 * @t: the same in UTC
 */
void certificate_time(time_t when, mbedtls_x509_time *t)
{
	struct tm tm = { 0 };

	gmtime_r(&when, &tm);
	*t = (mbedtls_x509_time){
		.year = tm.tm_year + 1900, .mon = tm.tm_mon + 1,
		.day = tm.tm_mday, .hour = tm.tm_hour, .min = tm.tm_min,
		.sec = tm.tm_sec,
	};
}

/**
 * certificate_date() - write a time for people, and for JSON
 * @t: the time
 * @buf: gets it as ``2026-11-23T01:02:03Z``
 * @size: of @buf, in bytes
 */
void certificate_date(const mbedtls_x509_time *t, char *buf, size_t size)
{
	snprintf(buf, size, "%04d-%02d-%02dT%02d:%02d:%02dZ", t->year, t->mon,
		 t->day, t->hour, t->min, t->sec);
}

/**
 * certificate_compare_times() - which of two times is later?
 * @a: one
 * @b: the other
 *
 * Return: below 0 if @a is earlier, above 0 if it is later, else 0.
 */
int certificate_compare_times(const mbedtls_x509_time *a,
			      const mbedtls_x509_time *b)
{
	const int left[] = { a->year, a->mon, a->day, a->hour, a->min, a->sec };
	const int right[] = { b->year, b->mon, b->day, b->hour, b->min,
			      b->sec };
	size_t i;

	for (i = 0; i < 6; i++)
		if (left[i] != right[i])
			return left[i] < right[i] ? -1 : 1;
	return 0;
}

/**
 * certificate_validity() - is a certificate valid at some time?
 * @crt: the certificate
 * @at: the time
 *
 * Return: 0 if it is, below 0 if not yet, above 0 if no longer.
 */
int certificate_validity(const mbedtls_x509_crt *crt,
			 const mbedtls_x509_time *at)
{
	if (certificate_compare_times(at, &crt->valid_from) < 0)
		return -1;
	return certificate_compare_times(at, &crt->valid_to) > 0;
}
