// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes a CMS SignedData apart. The input is hostile: every element is checked
 * for its tag, its length and what may follow it, and whatever the format
 * allows but a manifest's signature does not need is refused.
 *
 * Never decides about trust and never computes a digest.
 */

#include <errno.h>
#include <stdlib.h>

#include <mbedtls/error.h>
#include <mbedtls/oid.h>

#include "cms.h"
#include "cms_oids.h"

#define IS_OID(der, oid)	der_equal(der, oid, sizeof(oid) - 1)

/**
 * struct parse - the parsing of one message
 * @message: being filled
 * @version: of the SignedData
 * @announced: hashes that the SignedData announces, a bit for each md
 * @used: hashes that the signers use, likewise
 * @cause: why it failed
 */
struct parse {
	struct cms_message *message;
	u8 version;
	u32 announced;
	u32 used;
	const char *cause;
};

static int malformed(struct parse *ps, const char *cause)
{
	ps->cause = cause;
	return -EBADMSG;
}

static int unsupported(struct parse *ps, const char *cause)
{
	ps->cause = cause;
	return -ENOPKG;
}

/* Parameters of an algorithm: absent or NULL, and nothing behind them. */
static bool no_parameters(struct der *in)
{
	struct der value;

	if (in->len && (!der_get(in, DER_NULL, &value, NULL) || value.len))
		return false;
	return !in->len;
}

static bool small_integer(struct der *in, u8 *n)
{
	struct der value;

	if (!der_get(in, DER_INTEGER, &value, NULL) || value.len != 1)
		return false;
	*n = *value.p;
	return true;
}

static int parse_hash(struct parse *ps, struct der *in, mbedtls_md_type_t *md)
{
	struct der algorithm, id;
	mbedtls_asn1_buf oid = { 0 };

	if (!der_get(in, DER_SEQUENCE, &algorithm, NULL) ||
	    !der_get(&algorithm, DER_OID, &id, NULL))
		return malformed(ps, "a digest algorithm is missing");
	oid.p = (unsigned char *)id.p;
	oid.len = id.len;
	if (mbedtls_oid_get_md_alg(&oid, md) || !certificate_hash_name(*md))
		return unsupported(ps, "digest is not SHA-256, SHA-384 or SHA-512");
	if (!no_parameters(&algorithm))
		return malformed(ps, "a digest algorithm has parameters");
	return 0;
}

static int parse_hashes(struct parse *ps, struct der *in)
{
	mbedtls_md_type_t md;
	struct der set;
	int ret;

	if (!der_get(in, DER_SET, &set, NULL))
		return malformed(ps, "the digest algorithms are missing");
	while (set.len) {
		ret = parse_hash(ps, &set, &md);
		if (ret)
			return ret;
		if (ps->announced & 1U << md)
			return malformed(ps, "a digest algorithm is announced twice");
		ps->announced |= 1U << md;
	}
	return 0;
}

/* The content lies outside: only its type is there. */
static int parse_content(struct parse *ps, struct der *in)
{
	struct der content, type;

	if (!der_get(in, DER_SEQUENCE, &content, NULL) ||
	    !der_get(&content, DER_OID, &type, NULL))
		return malformed(ps, "the content's type is missing");
	if (!IS_OID(&type, OID_DATA))
		return malformed(ps, "the content's type is not data");
	if (content.len)
		return malformed(ps, "is not detached: it carries content");
	return 0;
}

/*
 * mbedTLS forgives odd lengths. The inner part of a certificate is signed as it
 * stands, so only what is around that needs to be looked at.
 */
static bool canonical_certificate(struct der in)
{
	struct der algorithm;

	return der_get(&in, DER_SEQUENCE, NULL, NULL) &&
	       der_get(&in, DER_SEQUENCE, &algorithm, NULL) &&
	       der_get(&algorithm, DER_OID, NULL, NULL) &&
	       no_parameters(&algorithm) &&
	       der_get(&in, DER_BIT_STRING, NULL, NULL) && !in.len;
}

static bool has_certificate(const struct cms_message *message,
			    const struct der *crt)
{
	const mbedtls_x509_crt *c = &message->certificates;

	for (; c; c = c->next)
		if (der_equal(crt, c->raw.p, c->raw.len))
			return true;
	return false;
}

static int parse_certificates(struct parse *ps, struct der *in)
{
	struct cms_message *message = ps->message;
	struct der list, value, crt;

	if (!der_is(in, DER_CONTEXT(0)))
		return 0;
	if (!der_get(in, DER_CONTEXT(0), &list, NULL) || !list.len)
		return malformed(ps, "the list of certificates is malformed");
	while (list.len) {
		if (!der_get(&list, DER_SEQUENCE, &value, &crt) ||
		    !canonical_certificate(value))
			return malformed(ps, "a certificate in it is malformed");
		if (has_certificate(message, &crt))
			return malformed(ps, "a certificate is there twice");
		if (message->certificate_count == CMS_CERTIFICATES_MAX)
			return malformed(ps, "it carries too many certificates");
		if (mbedtls_x509_crt_parse_der(&message->certificates, crt.p,
					       crt.len))
			return malformed(ps, "a certificate in it cannot be read");
		message->certificate_count++;
	}
	return 0;
}

/*
 * UTCTime and GeneralizedTime with seconds and in UTC, as certificates have
 * them. mbedTLS would also read a time without the Z.
 */
static bool parse_time(struct der *in, mbedtls_x509_time *time)
{
	struct der value, whole;
	unsigned char *p;
	size_t digits;

	if (der_is(in, DER_UTC_TIME)) {
		if (!der_get(in, DER_UTC_TIME, &value, &whole))
			return false;
		digits = 12;
	} else {
		if (!der_get(in, DER_GENERALIZED_TIME, &value, &whole))
			return false;
		digits = 14;
	}
	if (value.len != digits + 1 || value.p[digits] != 'Z')
		return false;
	p = (unsigned char *)whole.p;
	return !mbedtls_x509_get_time(&p, whole.p + whole.len, time) &&
	       p == whole.p + whole.len;
}

static int parse_attribute(struct parse *ps, struct der *in,
			   struct cms_signer *signer, bool *has_type)
{
	struct der attribute, id, values, value;

	if (!der_get(in, DER_SEQUENCE, &attribute, NULL) ||
	    !der_get(&attribute, DER_OID, &id, NULL) ||
	    !der_get(&attribute, DER_SET, &values, NULL) || attribute.len)
		return malformed(ps, "a signed attribute is malformed");

	if (IS_OID(&id, OID_CONTENT_TYPE)) {
		if (*has_type)
			return malformed(ps, "attribute contentType is there twice");
		*has_type = true;
		if (!der_get(&values, DER_OID, &value, NULL) || values.len ||
		    !IS_OID(&value, OID_DATA))
			return malformed(ps, "attribute contentType is not data");
	} else if (IS_OID(&id, OID_MESSAGE_DIGEST)) {
		if (signer->digest.p)
			return malformed(ps, "attribute messageDigest is there twice");
		if (!der_get(&values, DER_OCTET_STRING, &signer->digest,
			     NULL) || values.len)
			return malformed(ps, "attribute messageDigest is malformed");
	} else if (IS_OID(&id, OID_SIGNING_TIME)) {
		if (signer->has_time)
			return malformed(ps, "attribute signingTime is there twice");
		signer->has_time = true;
		if (!parse_time(&values, &signer->time) || values.len)
			return malformed(ps, "attribute signingTime is malformed");
	} else if (IS_OID(&id, OID_SMIME_CAPABILITIES)) {
		/* So does the kernel, but for Windows programs. */
		ps->cause = "attribute smimeCapabilities is not allowed (sign with -nosmimecap)";
		return -EKEYREJECTED;
	} else if (IS_OID(&id, OID_MS_STATEMENT_TYPE) ||
		   IS_OID(&id, OID_MS_OPUS_INFO)) {
		ps->cause = "attributes of Authenticode are not allowed";
		return -EKEYREJECTED;
	}
	return 0;
}

static int parse_attributes(struct parse *ps, struct der *in,
			    struct cms_signer *signer)
{
	const mbedtls_md_info_t *md = mbedtls_md_info_from_type(signer->md);
	bool has_type = false;
	struct der list;
	int ret;

	if (!der_is(in, DER_CONTEXT(0)))
		return 0;
	if (!der_get(in, DER_CONTEXT(0), &list, &signer->attributes))
		return malformed(ps, "the signed attributes are malformed");
	while (list.len) {
		ret = parse_attribute(ps, &list, signer, &has_type);
		if (ret)
			return ret;
	}
	if (!has_type)
		return malformed(ps, "attribute contentType is missing");
	if (!signer->digest.p)
		return malformed(ps, "attribute messageDigest is missing");
	if (!md || signer->digest.len != mbedtls_md_get_size(md))
		return malformed(ps, "attribute messageDigest has a wrong length");
	return 0;
}

/*
 * RSA must say rsaEncryption, which is all that the kernel knows; ECDSA names
 * its hash, which must be that of the text.
 */
static int parse_algorithm(struct parse *ps, struct der *in,
			   struct cms_signer *signer)
{
	mbedtls_md_type_t md = signer->md;
	mbedtls_asn1_buf oid = { 0 };
	struct der algorithm, id;

	if (!der_get(in, DER_SEQUENCE, &algorithm, NULL) ||
	    !der_get(&algorithm, DER_OID, &id, NULL))
		return malformed(ps, "the signature algorithm is missing");
	oid.p = (unsigned char *)id.p;
	oid.len = id.len;
	if (IS_OID(&id, MBEDTLS_OID_PKCS1_RSA))
		signer->pk = MBEDTLS_PK_RSA;
	else if (mbedtls_oid_get_sig_alg(&oid, &md, &signer->pk) ||
		 signer->pk != MBEDTLS_PK_ECDSA)
		return unsupported(ps, "signature is neither RSA (PKCS#1 v1.5) nor ECDSA");
	if (md != signer->md)
		return malformed(ps, "the signature algorithm names another hash than the text's");
	if (!no_parameters(&algorithm))
		return malformed(ps, "the signature algorithm has parameters");
	return 0;
}

/* Version 1 goes with issuer and serial number, 3 with a key identifier. */
static int parse_signer_name(struct parse *ps, struct der *in, u8 version,
			     struct cms_signer *signer)
{
	struct der name;

	if (version == 1 && ps->version == 1) {
		if (!der_get(in, DER_SEQUENCE, &name, NULL) ||
		    !der_get(&name, DER_SEQUENCE, NULL, &signer->issuer) ||
		    !der_get(&name, DER_INTEGER, &signer->serial, NULL) ||
		    name.len)
			return malformed(ps, "signer is not named by issuer and serial number");
	} else if (version == 3 && ps->version == 3) {
		if (!der_get(in, DER_CONTEXT_PLAIN(0), &signer->key_id, NULL) ||
		    !signer->key_id.len)
			return malformed(ps, "signer is not named by key identifier");
	} else {
		return malformed(ps, "version of signer and message do not go together");
	}
	return 0;
}

static int parse_signer(struct parse *ps, struct der *in,
			struct cms_signer *signer)
{
	struct der info;
	u8 version;
	int ret;

	if (!der_get(in, DER_SEQUENCE, &info, NULL) ||
	    !small_integer(&info, &version))
		return malformed(ps, "a signer is malformed");
	ret = parse_signer_name(ps, &info, version, signer);
	if (!ret)
		ret = parse_hash(ps, &info, &signer->md);
	if (!ret)
		ret = parse_attributes(ps, &info, signer);
	if (!ret)
		ret = parse_algorithm(ps, &info, signer);
	if (ret)
		return ret;
	ps->used |= 1U << signer->md;
	if (!der_get(&info, DER_OCTET_STRING, &signer->signature, NULL) ||
	    !signer->signature.len)
		return malformed(ps, "the signature itself is missing");
	if (info.len)
		return malformed(ps, "it has unsigned attributes");
	return 0;
}

/* The same signature again would only be work. */
static bool has_signature(const struct cms_message *message)
{
	const struct cms_signer *last =
		&message->signers[message->signer_count - 1];
	const struct cms_signer *s;

	for (s = message->signers; s < last; s++)
		if (der_equal(&s->signature, last->signature.p,
			      last->signature.len))
			return true;
	return false;
}

static int parse_signers(struct parse *ps, struct der *in)
{
	struct cms_message *message = ps->message;
	struct cms_signer *signer;
	struct der set;
	int ret;

	if (!der_get(in, DER_SET, &set, NULL))
		return malformed(ps, "the signers are missing");
	if (!set.len)
		return malformed(ps, "nobody has signed");
	while (set.len) {
		if (message->signer_count == CMS_SIGNERS_MAX)
			return malformed(ps, "it has too many signers");
		signer = &message->signers[message->signer_count++];
		ret = parse_signer(ps, &set, signer);
		if (ret)
			return ret;
		if (has_signature(message))
			return malformed(ps, "a signature is there twice");
		if (!signer->attributes.len !=
		    !message->signers[0].attributes.len)
			return malformed(ps, "some signers have attributes, others not");
	}
	if (ps->used != ps->announced)
		return malformed(ps, "the announced digest algorithms are not those used");
	return 0;
}

static int parse_signed_data(struct parse *ps, struct der *in)
{
	int ret;

	if (!small_integer(in, &ps->version) ||
	    (ps->version != 1 && ps->version != 3))
		return malformed(ps, "its version is neither 1 nor 3");
	ret = parse_hashes(ps, in);
	if (!ret)
		ret = parse_content(ps, in);
	if (!ret)
		ret = parse_certificates(ps, in);
	if (ret)
		return ret;
	if (der_is(in, DER_CONTEXT(1)))
		return malformed(ps, "it carries revocation lists");
	ret = parse_signers(ps, in);
	if (ret)
		return ret;
	if (in->len)
		return malformed(ps, "something follows the signers");
	return 0;
}

static int parse_message(struct parse *ps, struct der *in)
{
	struct der info, type, content, data;

	if (!der_get(in, DER_SEQUENCE, &info, NULL))
		return malformed(ps, "it is not DER");
	if (in->len)
		return malformed(ps, "something follows the message");
	if (!der_get(&info, DER_OID, &type, NULL) ||
	    !IS_OID(&type, OID_SIGNED_DATA))
		return malformed(ps, "it is not SignedData");
	if (!der_get(&info, DER_CONTEXT(0), &content, NULL) || info.len ||
	    !der_get(&content, DER_SEQUENCE, &data, NULL) || content.len)
		return malformed(ps, "its SignedData is malformed");
	return parse_signed_data(ps, &data);
}

/**
 * cms_parse() - take a message apart
 * @der: the message; must outlive @message
 * @len: of @der, in bytes
 * @message: filled; cms_free() it on success
 * @cause: set on failure
 *
 * Return: 0; %-EBADMSG if it is no message or has what it must not have;
 * %-EKEYREJECTED if it has an attribute that the kernel forbids; %-ENOPKG if
 * it uses an algorithm that is not known here.
 */
int cms_parse(const void *der, size_t len, struct cms_message *message,
	      const char **cause)
{
	struct parse ps = { .message = message };
	struct der in = { der, len };
	int ret;

	memset(message, 0, sizeof(*message));
	mbedtls_x509_crt_init(&message->certificates);
	ret = parse_message(&ps, &in);
	if (ret) {
		*cause = ps.cause;
		cms_free(message);
	}
	return ret;
}

/**
 * cms_free() - forget a message
 * @message: from cms_parse()
 */
void cms_free(struct cms_message *message)
{
	mbedtls_x509_crt_free(&message->certificates);
	memset(message, 0, sizeof(*message));
}

/**
 * cms_find_certificate() - find the certificate that a signer names
 * @list: where to look; may be an empty one
 * @signer: who
 *
 * Return: the certificate, or NULL.
 */
const mbedtls_x509_crt *cms_find_certificate(const mbedtls_x509_crt *list,
					     const struct cms_signer *signer)
{
	struct der id;

	for (; list; list = list->next) {
		if (!list->raw.len)
			continue;
		if (signer->key_id.len) {
			if (certificate_subject_key(list, &id) &&
			    der_equal(&id, signer->key_id.p,
				      signer->key_id.len))
				return list;
		} else if (der_equal(&signer->issuer, list->issuer_raw.p,
				     list->issuer_raw.len) &&
			   der_equal(&signer->serial, list->serial.p,
				     list->serial.len)) {
			return list;
		}
	}
	return NULL;
}
