// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes a CMS message: a signer, its certificates, and the attributes
 * contentType, signingTime and messageDigest, if wanted; beside the signatures that are
 * there already.
 *
 * Three steps, so that the middle one can be done elsewhere: the attributes,
 * their signature, the message around both. mbedTLS writes DER from its end to
 * its beginning, so every function here writes what it names back to front.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mbedtls/asn1write.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/error.h>
#include <mbedtls/oid.h>

#include "cms.h"
#include "cms_oids.h"
#include "message.h"

#define ATTRIBUTE_MAX	128
#define ATTRIBUTES_MAX	(4 * ATTRIBUTE_MAX)
#define AROUND_MAX	1024	/* a signer or the message without what is in it */

/**
 * struct writer - a place in DER that is written back to front
 * @start: of the buffer
 * @p: the first byte written so far
 * @err: the first error of mbedTLS, or 0; nothing is written after one
 */
struct writer {
	u8 *start;
	u8 *p;
	int err;
};

static void note(struct writer *w, int ret)
{
	if (ret < 0 && !w->err)
		w->err = ret;
}

static void put_raw(struct writer *w, const void *data, size_t len)
{
	if (!w->err)
		note(w, mbedtls_asn1_write_raw_buffer(&w->p, w->start, data,
						      len));
}

/* Puts tag and length before what was written since @end was &w->p. */
static void put_header(struct writer *w, const u8 *end, u8 tag)
{
	if (!w->err)
		note(w, mbedtls_asn1_write_len(&w->p, w->start,
					       (size_t)(end - w->p)));
	if (!w->err)
		note(w, mbedtls_asn1_write_tag(&w->p, w->start, tag));
}

static void put_value(struct writer *w, u8 tag, const void *data, size_t len)
{
	const u8 *end = w->p;

	put_raw(w, data, len);
	put_header(w, end, tag);
}

static void put_oid(struct writer *w, const char *oid, size_t len)
{
	put_value(w, DER_OID, oid, len);
}

static void put_version(struct writer *w, u8 version)
{
	put_value(w, DER_INTEGER, &version, 1);
}

/* Hashes and ECDSA go without parameters, RSA has NULL (RFC 5754, 8017). */
static void put_algorithm(struct writer *w, const char *oid, size_t len,
			  bool null)
{
	const u8 *end = w->p;

	if (null)
		put_value(w, DER_NULL, NULL, 0);
	put_oid(w, oid, len);
	put_header(w, end, DER_SEQUENCE);
}

static void put_hash(struct writer *w, mbedtls_md_type_t md)
{
	const char *oid = NULL;
	size_t len = 0;

	note(w, mbedtls_oid_get_oid_by_md(md, &oid, &len));
	put_algorithm(w, oid, len, false);
}

static void put_signature_algorithm(struct writer *w,
				    const struct cms_request *request)
{
	const char *oid = MBEDTLS_OID_PKCS1_RSA;
	size_t len = MBEDTLS_OID_SIZE(MBEDTLS_OID_PKCS1_RSA);
	bool rsa = mbedtls_pk_can_do(&request->certificate->pk,
				     MBEDTLS_PK_RSA);

	if (!rsa)
		note(w, mbedtls_oid_get_oid_by_sig_alg(MBEDTLS_PK_ECDSA,
						       request->md, &oid,
						       &len));
	put_algorithm(w, oid, len, rsa);
}

/* One attribute, in a buffer of its own, so that they can be sorted. */
struct attribute {
	u8 bytes[ATTRIBUTE_MAX];
	struct der der;
};

static int make_attribute(struct attribute *a, const char *oid, size_t oid_len,
			  u8 tag, const void *value, size_t value_len)
{
	u8 *end = a->bytes + sizeof(a->bytes);
	struct writer w = { a->bytes, end, 0 };

	put_value(&w, tag, value, value_len);
	put_header(&w, end, DER_SET);
	put_oid(&w, oid, oid_len);
	put_header(&w, end, DER_SEQUENCE);
	a->der = (struct der){ w.p, (size_t)(end - w.p) };
	return w.err;
}

/* The order of a SET OF in DER. */
static int compare_der(const void *left, const void *right)
{
	const struct der *a = left, *b = right;
	size_t len = a->len < b->len ? a->len : b->len;
	int order = memcmp(a->p, b->p, len);

	if (order)
		return order;
	return (a->len > b->len) - (a->len < b->len);
}

static int make_time(struct attribute *a, time_t when)
{
	mbedtls_x509_time t;
	bool utc;
	char s[32];

	certificate_time(when, &t);
	/* Up to 2049 the short form is the one to use (RFC 5652, 11.3). */
	utc = t.year >= 1950 && t.year < 2050;
	snprintf(s, sizeof(s), "%0*d%02d%02d%02d%02d%02dZ", utc ? 2 : 4,
		 utc ? t.year % 100 : t.year, t.mon, t.day, t.hour, t.min,
		 t.sec);
	return make_attribute(a, CMS_OID_SIGNING_TIME,
			      sizeof(CMS_OID_SIGNING_TIME) - 1,
			      utc ? DER_UTC_TIME : DER_GENERALIZED_TIME, s,
			      strlen(s));
}

/* Makes the signed attributes, sorted, without tag and length around them. */
static int make_attributes(const struct cms_request *request, u8 *der,
			   size_t *len)
{
	const mbedtls_md_info_t *md = mbedtls_md_info_from_type(request->md);
	u8 digest[MBEDTLS_MD_MAX_SIZE];
	struct attribute list[3];
	struct der sorted[3];
	size_t i;
	int ret;

	ret = mbedtls_md(md, request->text, request->text_len, digest);
	if (!ret)
		ret = make_attribute(&list[0], CMS_OID_CONTENT_TYPE,
				     sizeof(CMS_OID_CONTENT_TYPE) - 1, DER_OID,
				     CMS_OID_DATA, sizeof(CMS_OID_DATA) - 1);
	if (!ret)
		ret = make_attribute(&list[1], CMS_OID_MESSAGE_DIGEST,
				     sizeof(CMS_OID_MESSAGE_DIGEST) - 1,
				     DER_OCTET_STRING, digest,
				     mbedtls_md_get_size(md));
	if (!ret)
		ret = make_time(&list[2], request->when);
	if (ret)
		return ret;

	for (i = 0; i < 3; i++)
		sorted[i] = list[i].der;
	qsort(sorted, 3, sizeof(sorted[0]), compare_der);
	*len = 0;
	for (i = 0; i < 3; i++) {
		memcpy(der + *len, sorted[i].p, sorted[i].len);
		*len += sorted[i].len;
	}
	return 0;
}

/* Computes what is to be signed: the attributes are signed as a SET. */
static int make_digest(const struct cms_request *request,
		       const struct der *attributes, u8 *digest)
{
	const mbedtls_md_info_t *md = mbedtls_md_info_from_type(request->md);
	u8 set[ATTRIBUTES_MAX + 8];
	u8 *end = set + sizeof(set);
	struct writer w = { set, end, 0 };

	if (!request->attributes)
		return mbedtls_md(md, request->text, request->text_len, digest);
	put_value(&w, DER_SET, attributes->p, attributes->len);
	return w.err ? w.err : mbedtls_md(md, w.p, (size_t)(end - w.p), digest);
}

static int sign_digest(const struct cms_request *request, const u8 *digest,
		       u8 *signature, size_t *signature_len)
{
	mbedtls_ctr_drbg_context random;
	mbedtls_entropy_context entropy;
	int ret;

	/* For blinding only: RSA and ECDSA are deterministic here. */
	mbedtls_entropy_init(&entropy);
	mbedtls_ctr_drbg_init(&random);
	ret = mbedtls_ctr_drbg_seed(&random, mbedtls_entropy_func, &entropy,
				    NULL, 0);
	if (!ret)
		ret = mbedtls_pk_sign(request->key, request->md, digest, 0,
				      signature, signature_len,
				      mbedtls_ctr_drbg_random, &random);
	mbedtls_ctr_drbg_free(&random);
	mbedtls_entropy_free(&entropy);
	return ret;
}

static void put_signer(struct writer *w, const struct cms_request *request,
		       const struct der *attributes,
		       const struct der *signature)
{
	const mbedtls_x509_crt *crt = request->certificate;
	const u8 *end = w->p;
	const u8 *name_end;

	put_value(w, DER_OCTET_STRING, signature->p, signature->len);
	put_signature_algorithm(w, request);
	if (request->attributes)
		put_value(w, DER_CONTEXT(0), attributes->p, attributes->len);
	put_hash(w, request->md);
	name_end = w->p;
	put_value(w, DER_INTEGER, crt->serial.p, crt->serial.len);
	put_raw(w, crt->issuer_raw.p, crt->issuer_raw.len);
	put_header(w, name_end, DER_SEQUENCE);
	put_version(w, 1);
	put_header(w, end, DER_SEQUENCE);
}

static bool has_certificate(const mbedtls_x509_crt *list,
			    const mbedtls_x509_crt *crt)
{
	for (; list && list->raw.len; list = list->next)
		if (list->raw.len == crt->raw.len &&
		    !memcmp(list->raw.p, crt->raw.p, crt->raw.len))
			return true;
	return false;
}

/* Those of @list that are not in @known, in their order. */
static void put_certificates(struct writer *w, const mbedtls_x509_crt *list,
			     const mbedtls_x509_crt *known)
{
	if (!list || !list->raw.len)
		return;
	put_certificates(w, list->next, known);
	if (!has_certificate(known, list))
		put_raw(w, list->raw.p, list->raw.len);
}

/* Each hash that some signer uses, once; their encodings sort as they do. */
static void put_hashes(struct writer *w, const struct cms_request *request)
{
	static const mbedtls_md_type_t mds[] = {
		MBEDTLS_MD_SHA512, MBEDTLS_MD_SHA384, MBEDTLS_MD_SHA256,
	};
	const struct cms_message *others = request->others;
	unsigned int i, j;
	bool used;

	for (i = 0; i < sizeof(mds) / sizeof(mds[0]); i++) {
		used = request->md == mds[i];
		for (j = 0; others && j < others->signer_count; j++)
			used |= others->signers[j].md == mds[i];
		if (used)
			put_hash(w, mds[i]);
	}
}

static void put_signers(struct writer *w, const struct cms_request *request,
			const struct der *signer)
{
	const struct cms_message *others = request->others;
	struct der list[CMS_SIGNERS_MAX + 1];
	unsigned int count = 0;

	list[count++] = *signer;
	while (others && count <= others->signer_count) {
		list[count] = others->signers[count - 1].form.whole;
		count++;
	}
	qsort(list, count, sizeof(list[0]), compare_der);
	while (count--)
		put_raw(w, list[count].p, list[count].len);
}

/* Puts the ContentInfo around the SignedData written since @end was &w->p. */
static void put_content_info(struct writer *w, const u8 *end)
{
	put_header(w, end, DER_CONTEXT(0));
	put_oid(w, CMS_OID_SIGNED_DATA, sizeof(CMS_OID_SIGNED_DATA) - 1);
	put_header(w, end, DER_SEQUENCE);
}

static void put_message(struct writer *w, const struct cms_request *request,
			const struct der *signer)
{
	const mbedtls_x509_crt *known = request->others ?
					&request->others->certificates : NULL;
	const u8 *end = w->p;
	const u8 *part;

	put_signers(w, request, signer);
	put_header(w, end, DER_SET);
	part = w->p;
	put_certificates(w, request->certificate, known);
	put_certificates(w, known, NULL);
	put_header(w, part, DER_CONTEXT(0));
	part = w->p;
	put_oid(w, CMS_OID_DATA, sizeof(CMS_OID_DATA) - 1);
	put_header(w, part, DER_SEQUENCE);
	part = w->p;
	put_hashes(w, request);
	put_header(w, part, DER_SET);
	put_version(w, 1);
	put_header(w, end, DER_SEQUENCE);
	put_content_info(w, end);
}

static int fail(int err)
{
	char why[128];

	mbedtls_strerror(err, why, sizeof(why));
	message("cannot sign: %s", why);
	return -EIO;
}

/**
 * cms_digest() - compute the digest that somebody else has to sign
 * @request: what and how
 * @digest: gets the digest by the request's hash, MBEDTLS_MD_MAX_SIZE bytes
 * @len: of @digest, in bytes
 *
 * Return: 0, or a negative errno, reported.
 */
int cms_digest(const struct cms_request *request, u8 *digest, size_t *len)
{
	u8 attribute_bytes[ATTRIBUTES_MAX];
	struct der attributes = { attribute_bytes, 0 };
	int ret;

	ret = make_attributes(request, attribute_bytes, &attributes.len);
	if (!ret)
		ret = make_digest(request, &attributes, digest);
	*len = mbedtls_md_get_size(mbedtls_md_info_from_type(request->md));
	return ret ? fail(ret) : 0;
}

static size_t size_of(const struct cms_request *request, size_t signer_len)
{
	const struct cms_message *others = request->others;
	const mbedtls_x509_crt *crt;
	size_t size = signer_len + AROUND_MAX;
	unsigned int i;

	for (crt = request->certificate; crt; crt = crt->next)
		size += crt->raw.len;
	if (!others)
		return size;
	for (crt = &others->certificates; crt; crt = crt->next)
		size += crt->raw.len;
	for (i = 0; i < others->signer_count; i++)
		size += others->signers[i].form.whole.len;
	return size;
}

/* Makes room for @size bytes, to be freed by finish(). */
static int begin(struct writer *w, size_t size)
{
	u8 *start = malloc(size);

	if (!start) {
		message("out of memory");
		return -ENOMEM;
	}
	*w = (struct writer){ start, start + size, 0 };
	return 0;
}

/* Adds to @out what was written since begin() with the same @size. */
static int finish(struct writer *w, size_t size, struct buffer *out)
{
	int ret = w->err ? fail(w->err) :
			   buffer_add(out, w->p,
				      (size_t)(w->start + size - w->p));

	free(w->start);
	return ret;
}

static int build(const struct cms_request *request, const struct der *signer,
		 struct buffer *der)
{
	const size_t size = size_of(request, signer->len);
	struct writer w;
	int ret = begin(&w, size);

	if (ret)
		return ret;
	put_message(&w, request, signer);
	return finish(&w, size, der);
}

/**
 * cms_sign() - sign a text
 * @request: what and how
 * @der: zeroed; gets the message
 *
 * The same request gives the same message: RSA PKCS#1 v1.5 needs no randomness, and for
 * ECDSA mbedTLS derives it from key and text (RFC 6979).
 *
 * Return: 0, or a negative errno, reported.
 */
int cms_sign(const struct cms_request *request, struct buffer *der)
{
	const mbedtls_x509_crt *crt = request->certificate;
	u8 signature_bytes[MBEDTLS_PK_SIGNATURE_MAX_SIZE];
	u8 attribute_bytes[ATTRIBUTES_MAX];
	struct der attributes = { attribute_bytes, 0 };
	struct der signature = request->signature;
	u8 digest[MBEDTLS_MD_MAX_SIZE];
	struct buffer signer = { 0 };
	struct writer w;
	size_t size;
	int ret;

	ret = make_attributes(request, attribute_bytes, &attributes.len);
	if (!ret)
		ret = make_digest(request, &attributes, digest);
	if (!ret && request->key) {
		signature.p = signature_bytes;
		ret = sign_digest(request, digest, signature_bytes,
				  &signature.len);
	}
	if (ret)
		return fail(ret);

	size = crt->issuer_raw.len + crt->serial.len + attributes.len +
	       signature.len + AROUND_MAX;
	ret = begin(&w, size);
	if (ret)
		return ret;
	put_signer(&w, request, &attributes, &signature);
	ret = finish(&w, size, &signer);
	if (!ret)
		ret = build(request, &(struct der){ signer.data, signer.len },
			    der);
	buffer_free(&signer);
	return ret;
}

/**
 * cms_bare() - find the SignedData of a message, without the ContentInfo around it
 * @cms: from cms_sign()
 * @bare: points into @cms, on success
 *
 * Return: false if it is no such message.
 */
bool cms_bare(const struct buffer *cms, struct der *bare)
{
	struct der all = { cms->data, cms->len };
	struct der info, content;

	return der_get(&all, DER_SEQUENCE, &info, NULL) && !all.len &&
	       der_get(&info, DER_OID, NULL, NULL) &&
	       der_get(&info, DER_CONTEXT(0), &content, NULL) && !info.len &&
	       der_get(&content, DER_SEQUENCE, NULL, bare) && !content.len;
}

/**
 * cms_wrap() - put the ContentInfo around a SignedData
 * @bare: the SignedData
 * @cms: zeroed; gets the message
 *
 * Return: 0, or a negative errno, reported.
 */
int cms_wrap(const struct der *bare, struct buffer *cms)
{
	const size_t size = bare->len + AROUND_MAX;
	struct writer w;
	int ret = begin(&w, size);
	const u8 *end;

	if (ret)
		return ret;
	end = w.p;
	put_raw(&w, bare->p, bare->len);
	put_content_info(&w, end);
	return finish(&w, size, cms);
}
