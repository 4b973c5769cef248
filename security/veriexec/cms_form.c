// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes a CMS SignedData apart. The input is hostile: every element is checked
 * for its tag, its length and what may follow it. Whatever the format allows but a
 * manifest's signature does not need is refused. So somebody answers for each byte.
 *
 * Pure C: the kernel and the tools compile this very file. It must never
 * allocate, decide about trust or compute a digest.
 */

#include "cms_form.h"
#include "cms_oids.h"

static const u8 hash_sizes[CMS_HASH_COUNT] = {
	[CMS_SHA256] = 32,
	[CMS_SHA384] = 48,
	[CMS_SHA512] = 64,
};

/**
 * struct cms_parse - the parsing of one message
 * @form: being filled
 * @version: of the SignedData
 * @announced: hashes that the SignedData announces, a bit each
 * @used: hashes that the signers use, likewise
 * @why: why it failed
 */
struct cms_parse {
	struct cms_form *form;
	u8 version;
	u32 announced;
	u32 used;
	const char *why;
};

static int malformed(struct cms_parse *ps, const char *why)
{
	ps->why = why;
	return -EBADMSG;
}

static int unsupported(struct cms_parse *ps, const char *why)
{
	ps->why = why;
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

static int parse_hash(struct cms_parse *ps, struct der *in, enum cms_hash *hash)
{
	struct der algorithm, id;

	if (!der_get(in, DER_SEQUENCE, &algorithm, NULL) ||
	    !der_get(&algorithm, DER_OID, &id, NULL))
		return malformed(ps, "a digest algorithm is missing");
	if (CMS_IS_OID(&id, CMS_OID_SHA256))
		*hash = CMS_SHA256;
	else if (CMS_IS_OID(&id, CMS_OID_SHA384))
		*hash = CMS_SHA384;
	else if (CMS_IS_OID(&id, CMS_OID_SHA512))
		*hash = CMS_SHA512;
	else
		return unsupported(ps, "digest is not SHA-256, SHA-384 or SHA-512");
	if (!no_parameters(&algorithm))
		return malformed(ps, "a digest algorithm has parameters");
	return 0;
}

static int parse_hashes(struct cms_parse *ps, struct der *in)
{
	enum cms_hash hash;
	struct der set;
	int ret;

	if (!der_get(in, DER_SET, &set, NULL))
		return malformed(ps, "the digest algorithms are missing");
	while (set.len) {
		ret = parse_hash(ps, &set, &hash);
		if (ret)
			return ret;
		if (ps->announced & 1U << hash)
			return malformed(ps, "a digest algorithm is announced twice");
		ps->announced |= 1U << hash;
	}
	return 0;
}

/* The content lies outside: only its type is there. */
static int parse_content(struct cms_parse *ps, struct der *in)
{
	struct der content, type;

	if (!der_get(in, DER_SEQUENCE, &content, NULL) ||
	    !der_get(&content, DER_OID, &type, NULL))
		return malformed(ps, "the content's type is missing");
	if (!CMS_IS_OID(&type, CMS_OID_DATA))
		return malformed(ps, "the content's type is not data");
	if (content.len)
		return malformed(ps, "is not detached: it carries content");
	return 0;
}

/* Positive, and without needless leading zeros. */
static bool canonical_integer(struct der *in)
{
	struct der n;

	if (!der_get(in, DER_INTEGER, &n, NULL) || !n.len || n.p[0] & 0x80)
		return false;
	return n.p[0] || (n.len > 1 && n.p[1] & 0x80);
}

/* An RSA signature has only one encoding. */
static bool canonical_signature(struct der in, bool ecdsa)
{
	struct der pair;

	if (!ecdsa)
		return in.len;
	return der_get(&in, DER_SEQUENCE, &pair, NULL) && !in.len &&
	       canonical_integer(&pair) && canonical_integer(&pair) &&
	       !pair.len;
}

static bool is_ecdsa(const struct der *id)
{
	return CMS_IS_OID(id, CMS_OID_ECDSA_SHA256) ||
	       CMS_IS_OID(id, CMS_OID_ECDSA_SHA384) ||
	       CMS_IS_OID(id, CMS_OID_ECDSA_SHA512);
}

static bool skip(struct der *in, u8 tag)
{
	return der_get(in, tag, NULL, NULL);
}

/* No certificate is deeper, and no attribute. */
#define DEPTH_MAX	12

/* Are all elements DER, and all that are in those that have others? */
static bool is_der(struct der in, unsigned int depth)
{
	struct der value;

	while (in.len) {
		/* No tag here has a number above 30. */
		if ((*in.p & 0x1f) == 0x1f)
			return false;
		if (!(*in.p & 0x20)) {
			if (!skip(&in, *in.p))
				return false;
			continue;
		}
		if (!depth || !der_get(&in, *in.p, &value, NULL) ||
		    !is_der(value, depth - 1))
			return false;
	}
	return true;
}

/*
 * The part around what is signed of a certificate. It names the algorithm as the
 * signed part does.
 */
static bool canonical_certificate(struct der in)
{
	struct der tbs, algorithm, id, bits, outer, inner;

	if (!is_der(in, DEPTH_MAX))
		return false;
	if (!der_get(&in, DER_SEQUENCE, &tbs, NULL) ||
	    !der_get(&in, DER_SEQUENCE, &algorithm, &outer) ||
	    !der_get(&algorithm, DER_OID, &id, NULL) ||
	    !no_parameters(&algorithm) ||
	    !der_get(&in, DER_BIT_STRING, &bits, NULL) || in.len)
		return false;
	if ((der_is(&tbs, DER_CONTEXT(0)) && !skip(&tbs, DER_CONTEXT(0))) ||
	    !skip(&tbs, DER_INTEGER) ||
	    !der_get(&tbs, DER_SEQUENCE, NULL, &inner) ||
	    !der_equal(&inner, outer.p, outer.len))
		return false;
	/* The number of unused bits comes first. */
	if (!bits.len || *bits.p)
		return false;
	bits.p++;
	bits.len--;
	return canonical_signature(bits, is_ecdsa(&id));
}

/* basicConstraints: an authority, and how many may stand below it */
static bool parse_constraints(struct der *value, struct cms_limits *limits)
{
	struct der list, n;

	if (!der_get(value, DER_SEQUENCE, &list, NULL))
		return false;
	if (!list.len)
		return true;
	/* What is true by itself is not written. */
	if (!der_get(&list, DER_BOOLEAN, &n, NULL) || n.len != 1 ||
	    *n.p != 0xff)
		return false;
	if (!list.len)
		return true;
	if (!der_get(&list, DER_INTEGER, &n, NULL) || list.len || !n.len ||
	    n.len > 3 || n.p[0] & 0x80)
		return false;
	/* A number above the longest chain is no limit. */
	limits->path_len = n.len == 1 ? n.p[0] : CMS_PATH_ANY;
	return true;
}

static bool parse_ext_usage(struct der *value, struct cms_limits *limits)
{
	bool allowed = false;
	struct der list, id;

	if (!der_get(value, DER_SEQUENCE, &list, NULL))
		return false;
	while (list.len) {
		if (!der_get(&list, DER_OID, &id, NULL))
			return false;
		allowed |= CMS_IS_OID(&id, CMS_OID_CODE_SIGNING) ||
			   CMS_IS_OID(&id, CMS_OID_ANY_EXT_KEY_USAGE);
	}
	if (!allowed)
		limits->refused = "extended key usage of a certificate does not allow code signing";
	return true;
}

/* Nine bits have a meaning. Those that are not used are 0. */
static bool parse_key_usage(struct der *value, struct cms_limits *limits)
{
	struct der bits;

	return der_get(value, DER_BIT_STRING, &bits, NULL) &&
	       (bits.len == 2 || bits.len == 3) && bits.p[0] < 8 &&
	       !(bits.p[bits.len - 1] & ((1U << bits.p[0]) - 1));
}

static bool parse_subject_key(struct der *value, struct cms_limits *limits)
{
	struct der id;

	return der_get(value, DER_OCTET_STRING, &id, NULL) && id.len &&
	       id.len < 0x80;
}

/*
 * An identifier of the key, or issuer and serial number of its certificate, or both. One
 * that has signed itself may have neither.
 */
static bool parse_authority_key(struct der *value, struct cms_limits *limits)
{
	struct der list, names, name;

	if (!der_get(value, DER_SEQUENCE, &list, NULL))
		return false;
	if (der_is(&list, DER_CONTEXT_PLAIN(0)) &&
	    !skip(&list, DER_CONTEXT_PLAIN(0)))
		return false;
	if (!list.len)
		return true;
	return der_get(&list, DER_CONTEXT(1), &names, NULL) &&
	       der_get(&names, DER_CONTEXT(4), &name, NULL) && !names.len &&
	       skip(&name, DER_SEQUENCE) && !name.len &&
	       skip(&list, DER_CONTEXT_PLAIN(2)) && !list.len;
}

#define EXTENSION_COUNT	5
#define EXTENSIONS_MAX	32	/* that one certificate may have */

/*
 * All extensions that are understood; any other critical one must not be passed over.
 * The X.509 parsers of the kernel and of the tools read those again that set no limit
 * here. Of what each of them takes, this lets through what both do.
 */
static const struct {
	const char *id;
	size_t len;
	bool (*parse)(struct der *value, struct cms_limits *limits);
	bool critical;		/* it may be, by RFC 5280 */
} extensions[EXTENSION_COUNT] = {
#define EXTENSION(id, parse, critical)	{ id, sizeof(id) - 1, parse, critical }
	EXTENSION(CMS_OID_BASIC_CONSTRAINTS, parse_constraints, true),
	EXTENSION(CMS_OID_EXT_KEY_USAGE, parse_ext_usage, true),
	EXTENSION(CMS_OID_KEY_USAGE, parse_key_usage, true),
	EXTENSION(CMS_OID_SUBJECT_KEY_ID, parse_subject_key, false),
	EXTENSION(CMS_OID_AUTHORITY_KEY_ID, parse_authority_key, false),
#undef EXTENSION
};

/**
 * struct extension_ids - of the extensions of one certificate
 * @id: those that were there already
 * @count: of @id
 */
struct extension_ids {
	struct der id[EXTENSIONS_MAX];
	unsigned int count;
};

/* If there are two that differ, readers could take one each. */
static bool is_first(struct extension_ids *seen, const struct der *id)
{
	unsigned int i;

	for (i = 0; i < seen->count; i++)
		if (der_equal(id, seen->id[i].p, seen->id[i].len))
			return false;
	if (seen->count == EXTENSIONS_MAX)
		return false;
	seen->id[seen->count++] = *id;
	return true;
}

static bool parse_extension(struct der *in, struct extension_ids *seen,
			    struct cms_limits *limits)
{
	struct der extension, id, flag, value;
	bool critical = false;
	size_t i;

	if (!der_get(in, DER_SEQUENCE, &extension, NULL) ||
	    !der_get(&extension, DER_OID, &id, NULL) || !is_first(seen, &id))
		return false;
	if (der_is(&extension, DER_BOOLEAN)) {
		if (!der_get(&extension, DER_BOOLEAN, &flag, NULL) ||
		    flag.len != 1)
			return false;
		critical = *flag.p;
	}
	if (!der_get(&extension, DER_OCTET_STRING, &value, NULL) ||
	    extension.len)
		return false;
	for (i = 0; i < EXTENSION_COUNT; i++)
		if (der_equal(&id, extensions[i].id, extensions[i].len))
			return (!critical || extensions[i].critical) &&
			       extensions[i].parse(&value, limits) &&
			       !value.len;
	if (critical)
		limits->refused = "a certificate has a critical extension that is not known here";
	return true;
}

static u8 two_digits(const u8 *p)
{
	return 10 * (p[0] - '0') + p[1] - '0';
}

/* Is there such a day, and such a second? @p: month to second, two digits each */
static bool is_in_calendar(unsigned int year, const u8 *p)
{
	static const u8 days[] = { 31, 28, 31, 30, 31, 30,
				   31, 31, 30, 31, 30, 31 };
	const u8 month = two_digits(p), day = two_digits(p + 2);
	const bool leap = !(year % 4) && (year % 100 || !(year % 400));

	return month >= 1 && month <= 12 && day >= 1 &&
	       day <= days[month - 1] + (leap && month == 2) &&
	       two_digits(p + 4) < 24 && two_digits(p + 6) < 60 &&
	       two_digits(p + 8) < 60;
}

/*
 * UTCTime from 1970 to 2049, and GeneralizedTime from then on; with seconds and in
 * UTC, as certificates have them.
 */
static bool get_time(struct der *in, struct der *whole)
{
	struct der value;
	unsigned int year;
	size_t digits, i;
	u8 tag;

	tag = der_is(in, DER_UTC_TIME) ? DER_UTC_TIME : DER_GENERALIZED_TIME;
	digits = tag == DER_UTC_TIME ? 12 : 14;
	if (!der_get(in, tag, &value, whole) || value.len != digits + 1 ||
	    value.p[digits] != 'Z')
		return false;
	for (i = 0; i < digits; i++)
		if (value.p[i] < '0' || value.p[i] > '9')
			return false;
	year = two_digits(value.p);
	if (tag == DER_UTC_TIME)
		year += year < 50 ? 2000 : 1900;
	else
		year = 100 * year + two_digits(value.p + 2);
	return year >= (tag == DER_UTC_TIME ? 1970 : 2050) &&
	       is_in_calendar(year, value.p + digits - 10);
}

static bool is_string(u8 tag)
{
	static const char tags[] = { DER_UTF8, DER_PRINTABLE, DER_T61, DER_IA5,
				     DER_UNIVERSAL, DER_BMP, DER_BIT_STRING };

	return memchr(tags, tag, sizeof(tags));
}

/* Parts of a name, each of which may be several, that are a type and a string */
static bool skip_name(struct der *in)
{
	struct der name, parts, part;

	if (!der_get(in, DER_SEQUENCE, &name, NULL) || !name.len)
		return false;
	while (name.len) {
		if (!der_get(&name, DER_SET, &parts, NULL) || !parts.len)
			return false;
		while (parts.len)
			if (!der_get(&parts, DER_SEQUENCE, &part, NULL) ||
			    !skip(&part, DER_OID) || !part.len ||
			    !is_string(*part.p) || !skip(&part, *part.p) ||
			    part.len)
				return false;
	}
	return true;
}

static bool skip_validity(struct der *in)
{
	struct der times;

	return der_get(in, DER_SEQUENCE, &times, NULL) &&
	       get_time(&times, NULL) && get_time(&times, NULL) && !times.len;
}

/* Only version 3 has extensions, which everybody has who is good for something. */
static bool skip_version(struct der *in, bool *third)
{
	struct der version;
	u8 n;

	*third = der_is(in, DER_CONTEXT(0));
	return !*third ||
	       (der_get(in, DER_CONTEXT(0), &version, NULL) &&
		small_integer(&version, &n) && n == 2 && !version.len);
}

/* Others look at serial number, algorithm and key. */
static bool parse_tbs(struct der *tbs, struct cms_limits *limits)
{
	struct extension_ids seen = { .count = 0 };
	struct der outer, list;
	bool third;

	if (!skip_version(tbs, &third) || !skip(tbs, DER_INTEGER) ||
	    !skip(tbs, DER_SEQUENCE) || !skip_name(tbs) ||
	    !skip_validity(tbs) || !skip_name(tbs) || !skip(tbs, DER_SEQUENCE))
		return false;
	if (der_is(tbs, DER_CONTEXT_PLAIN(1)) && !skip(tbs, DER_CONTEXT_PLAIN(1)))
		return false;
	if (der_is(tbs, DER_CONTEXT_PLAIN(2)) && !skip(tbs, DER_CONTEXT_PLAIN(2)))
		return false;
	if (!tbs->len)
		return true;
	if (!third || !der_get(tbs, DER_CONTEXT(3), &outer, NULL) || tbs->len ||
	    !der_get(&outer, DER_SEQUENCE, &list, NULL) || outer.len)
		return false;
	while (list.len)
		if (!parse_extension(&list, &seen, limits))
			return false;
	return true;
}

/**
 * veriexec_parse_limits() - what does a certificate say of its own use?
 * @der: its signed part (TBSCertificate), or all of it
 * @len: of @der, in bytes
 * @limits: filled
 *
 * Return: 0, whatever it says, or %-EBADMSG if it is no certificate.
 */
int veriexec_parse_limits(const void *der, size_t len,
			  struct cms_limits *limits)
{
	struct der in = { der, len };
	struct der tbs, inner;

	*limits = (struct cms_limits){ .path_len = CMS_PATH_ANY };
	if (!der_get(&in, DER_SEQUENCE, &tbs, NULL) || in.len)
		return -EBADMSG;
	/* A certificate begins with its signed part, and that with a number. */
	inner = tbs;
	if (der_is(&tbs, DER_SEQUENCE) &&
	    !der_get(&inner, DER_SEQUENCE, &tbs, NULL))
		return -EBADMSG;
	return parse_tbs(&tbs, limits) ? 0 : -EBADMSG;
}

static bool has_certificate(const struct cms_form *form, const struct der *crt)
{
	unsigned int i;

	for (i = 0; i < form->certificate_count; i++)
		if (der_equal(crt, form->certificates[i].p,
			      form->certificates[i].len))
			return true;
	return false;
}

static int parse_certificates(struct cms_parse *ps, struct der *in)
{
	struct cms_form *form = ps->form;
	struct der list, value, crt;
	struct cms_limits limits;

	if (!der_is(in, DER_CONTEXT(0)))
		return 0;
	if (!der_get(in, DER_CONTEXT(0), &list, NULL) || !list.len)
		return malformed(ps, "the list of certificates is malformed");
	while (list.len) {
		if (!der_get(&list, DER_SEQUENCE, &value, &crt) ||
		    !canonical_certificate(value))
			return malformed(ps, "a certificate in it is malformed");
		if (has_certificate(form, &crt))
			return malformed(ps, "a certificate is there twice");
		if (form->certificate_count == CMS_CERTIFICATES_MAX)
			return malformed(ps, "it carries too many certificates");
		if (veriexec_parse_limits(crt.p, crt.len, &limits))
			return malformed(ps, "an extension of a certificate in it is malformed");
		if (limits.refused) {
			ps->why = limits.refused;
			return -EKEYREJECTED;
		}
		form->certificates[form->certificate_count++] = crt;
	}
	return 0;
}

static int parse_attribute(struct cms_parse *ps, struct der *in,
			   struct cms_signer_form *signer, bool *has_type)
{
	struct der attribute, id, values, value;

	if (!der_get(in, DER_SEQUENCE, &attribute, NULL) ||
	    !der_get(&attribute, DER_OID, &id, NULL) ||
	    !der_get(&attribute, DER_SET, &values, NULL) || attribute.len)
		return malformed(ps, "a signed attribute is malformed");

	if (CMS_IS_OID(&id, CMS_OID_CONTENT_TYPE)) {
		if (*has_type)
			return malformed(ps, "attribute contentType is there twice");
		*has_type = true;
		if (!der_get(&values, DER_OID, &value, NULL) || values.len ||
		    !CMS_IS_OID(&value, CMS_OID_DATA))
			return malformed(ps, "attribute contentType is not data");
	} else if (CMS_IS_OID(&id, CMS_OID_MESSAGE_DIGEST)) {
		if (signer->digest.p)
			return malformed(ps, "attribute messageDigest is there twice");
		if (!der_get(&values, DER_OCTET_STRING, &signer->digest,
			     NULL) || values.len)
			return malformed(ps, "attribute messageDigest is malformed");
	} else if (CMS_IS_OID(&id, CMS_OID_SIGNING_TIME)) {
		if (signer->time.p)
			return malformed(ps, "attribute signingTime is there twice");
		if (!get_time(&values, &signer->time) || values.len)
			return malformed(ps, "attribute signingTime is malformed");
	} else if (CMS_IS_OID(&id, CMS_OID_SMIME_CAPABILITIES)) {
		/* pkcs7_parser.c lets only Windows programs have them. */
		ps->why = "attribute smimeCapabilities is not allowed (sign with -nosmimecap)";
		return -EKEYREJECTED;
	} else if (CMS_IS_OID(&id, CMS_OID_MS_STATEMENT_TYPE) ||
		   CMS_IS_OID(&id, CMS_OID_MS_OPUS_INFO)) {
		ps->why = "attributes of Authenticode are not allowed";
		return -EKEYREJECTED;
	}
	return 0;
}

static int parse_attributes(struct cms_parse *ps, struct der *in,
			    struct cms_signer_form *signer)
{
	bool has_type = false;
	struct der list;
	int ret;

	if (!der_is(in, DER_CONTEXT(0)))
		return 0;
	if (!der_get(in, DER_CONTEXT(0), &list, &signer->attributes) ||
	    !is_der(list, DEPTH_MAX))
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
	if (signer->digest.len != hash_sizes[signer->hash])
		return malformed(ps, "attribute messageDigest has a wrong length");
	return 0;
}

/*
 * RSA must say rsaEncryption, which is all that pkcs7_parser.c knows; ECDSA
 * names its hash, which must be that of the text.
 */
static int parse_algorithm(struct cms_parse *ps, struct der *in,
			   struct cms_signer_form *signer)
{
	enum cms_hash hash = signer->hash;
	struct der algorithm, id;

	if (!der_get(in, DER_SEQUENCE, &algorithm, NULL) ||
	    !der_get(&algorithm, DER_OID, &id, NULL))
		return malformed(ps, "the signature algorithm is missing");
	signer->ecdsa = true;
	if (CMS_IS_OID(&id, CMS_OID_RSA))
		signer->ecdsa = false;
	else if (CMS_IS_OID(&id, CMS_OID_ECDSA_SHA256))
		hash = CMS_SHA256;
	else if (CMS_IS_OID(&id, CMS_OID_ECDSA_SHA384))
		hash = CMS_SHA384;
	else if (CMS_IS_OID(&id, CMS_OID_ECDSA_SHA512))
		hash = CMS_SHA512;
	else
		return unsupported(ps, "signature is neither RSA (PKCS#1 v1.5) nor ECDSA");
	if (hash != signer->hash)
		return malformed(ps, "the signature algorithm names another hash than the text's");
	if (!no_parameters(&algorithm))
		return malformed(ps, "the signature algorithm has parameters");
	return 0;
}

/* Version 1 goes with issuer and serial number, 3 with a key identifier. */
static int parse_signer_name(struct cms_parse *ps, struct der *in, u8 version,
			     struct cms_signer_form *signer)
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

static int parse_signer(struct cms_parse *ps, struct der *in,
			struct cms_signer_form *signer)
{
	struct der info;
	u8 version;
	int ret;

	if (!der_get(in, DER_SEQUENCE, &info, &signer->whole) ||
	    !small_integer(&info, &version))
		return malformed(ps, "a signer is malformed");
	ret = parse_signer_name(ps, &info, version, signer);
	if (!ret)
		ret = parse_hash(ps, &info, &signer->hash);
	if (!ret)
		ret = parse_attributes(ps, &info, signer);
	if (!ret)
		ret = parse_algorithm(ps, &info, signer);
	if (ret)
		return ret;
	ps->used |= 1U << signer->hash;
	if (!der_get(&info, DER_OCTET_STRING, &signer->signature, NULL))
		return malformed(ps, "the signature itself is missing");
	if (!canonical_signature(signer->signature, signer->ecdsa))
		return malformed(ps, "the signature itself is malformed");
	if (info.len)
		return malformed(ps, "it has unsigned attributes");
	return 0;
}

/* To verify the same signature again would only be work. */
static bool has_signature(const struct cms_form *form)
{
	const struct cms_signer_form *last =
		&form->signers[form->signer_count - 1];
	const struct cms_signer_form *s;

	for (s = form->signers; s < last; s++)
		if (der_equal(&s->signature, last->signature.p,
			      last->signature.len))
			return true;
	return false;
}

static int parse_signers(struct cms_parse *ps, struct der *in)
{
	struct cms_form *form = ps->form;
	struct cms_signer_form *signer;
	struct der set;
	int ret;

	if (!der_get(in, DER_SET, &set, NULL))
		return malformed(ps, "the signers are missing");
	if (!set.len)
		return malformed(ps, "nobody has signed");
	while (set.len) {
		if (form->signer_count == CMS_SIGNERS_MAX)
			return malformed(ps, "it has too many signers");
		signer = &form->signers[form->signer_count++];
		ret = parse_signer(ps, &set, signer);
		if (ret)
			return ret;
		if (has_signature(form))
			return malformed(ps, "a signature is there twice");
		if (!signer->attributes.len !=
		    !form->signers[0].attributes.len)
			return malformed(ps, "some signers have attributes, others not");
	}
	if (ps->used != ps->announced)
		return malformed(ps, "the announced digest algorithms are not those used");
	return 0;
}

static int parse_signed_data(struct cms_parse *ps, struct der *in)
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

static int parse_message(struct cms_parse *ps, struct der *in)
{
	struct der info, type, content, data;

	if (!der_get(in, DER_SEQUENCE, &info, NULL))
		return malformed(ps, "it is not DER");
	if (in->len)
		return malformed(ps, "something follows the message");
	if (!der_get(&info, DER_OID, &type, NULL) ||
	    !CMS_IS_OID(&type, CMS_OID_SIGNED_DATA))
		return malformed(ps, "it is not SignedData");
	if (!der_get(&info, DER_CONTEXT(0), &content, NULL) || info.len ||
	    !der_get(&content, DER_SEQUENCE, &data, NULL) || content.len)
		return malformed(ps, "its SignedData is malformed");
	return parse_signed_data(ps, &data);
}

/**
 * veriexec_parse_cms() - take a message apart
 * @der: the message; must outlive @form
 * @len: of @der, in bytes
 * @form: filled on success
 * @why: set on failure, to follow "signature is malformed" or the like
 *
 * Return: 0; %-EBADMSG if it is no message or has what it must not have;
 * %-EKEYREJECTED if it has an attribute that the kernel forbids, or a certificate
 * that is for something else; %-ENOPKG if it uses an algorithm that is not known here.
 */
int veriexec_parse_cms(const void *der, size_t len, struct cms_form *form,
		       const char **why)
{
	struct cms_parse ps = { .form = form };
	struct der in = { der, len };
	int ret;

	memset(form, 0, sizeof(*form));
	/* The kernel's reader of ASN.1 takes no more. */
	if (len > 0xffff)
		ret = malformed(&ps, "it is larger than 65535 bytes");
	else
		ret = parse_message(&ps, &in);
	if (ret)
		*why = ps.why;
	return ret;
}
