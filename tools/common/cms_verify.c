// SPDX-License-Identifier: GPL-2.0-only
/*
 * Judges a CMS message: is this the text that was signed, and is every signer trusted?
 *
 * The order is the kernel's. Every signer must be trusted, and every signature good, or
 * the message is refused. A chain leads from certificate to certificate in the message
 * by what each says of its issuer's key, and must reach a trusted certificate.
 */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "cms.h"

/**
 * struct judgement - the judging of one message
 * @message: taken apart
 * @text: what it is said to sign
 * @trust: whom to believe
 * @now: what the clock says, NULL if nobody asks
 * @used: certificates of the message that some signature needs, a bit each
 * @vouched: what somebody else has said of the certificate looked at last
 * @vendor: a certificate of the vendor's is in the chain, or above it
 * @twin: the certificate in the chain that is not the one that was added by that name
 * @found: a trusted signer has been found
 * @stranger: why a signer is not trusted; empty if all are
 * @verdict: what to tell the caller
 */
struct judgement {
	struct cms_message *message;
	struct der text;
	const struct cms_trust *trust;
	const mbedtls_x509_time *now;
	u32 used;
	int vouched;
	bool vendor;
	const mbedtls_x509_crt *twin;
	bool found;
	char stranger[CMS_CAUSE_SIZE];
	struct cms_verdict *verdict;
};

static int __attribute__((format(printf, 3, 4)))
refuse(struct judgement *j, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(j->verdict->cause, sizeof(j->verdict->cause), format, args);
	va_end(args);
	return err;
}

static bool same_certificate(const mbedtls_x509_crt *a,
			     const mbedtls_x509_crt *b)
{
	return a->raw.len == b->raw.len &&
	       !memcmp(a->raw.p, b->raw.p, a->raw.len);
}

static bool same_buf(const mbedtls_x509_buf *a, const mbedtls_x509_buf *b)
{
	return a->len == b->len && !memcmp(a->p, b->p, a->len);
}

static void mark_used(struct judgement *j, const mbedtls_x509_crt *crt)
{
	const mbedtls_x509_crt *c = &j->message->certificates;
	unsigned int i;

	for (i = 0; c && i < j->message->certificate_count; i++, c = c->next)
		if (same_certificate(c, crt))
			j->used |= 1U << i;
}

/* Asks somebody else about a certificate, once, and remembers the answer. */
static int ask_voucher(struct judgement *j, const mbedtls_x509_crt *crt)
{
	char name[CERTIFICATE_NAME_SIZE];

	j->vouched = j->trust->vouch ? j->trust->vouch(crt) : 0;
	j->vendor |= j->vouched == CMS_VENDOR;
	if (j->vouched >= 0)
		return 0;
	certificate_name(&crt->subject, name, sizeof(name));
	return refuse(j, -EKEYREJECTED,
		      "nobody can tell whether the certificate of %s is trusted",
		      name);
}

static int refuse_twin(struct judgement *j, const mbedtls_x509_crt *crt)
{
	char name[CERTIFICATE_NAME_SIZE];

	certificate_name(&crt->subject, name, sizeof(name));
	return refuse(j, -EKEYREJECTED,
		      "certificate of %s in it differs from the trusted one",
		      name);
}

/*
 * Looks a certificate up among the trusted ones. One that names itself like a
 * trusted one but is another is not to be taken for it. The kernel first looks among
 * the vendor's alone: so if the trusted one was only added, the chain may still lead to
 * the vendor. Whoever vouches for a certificate may know only its key; @known is set if
 * every byte of it is trusted.
 */
static int find_trusted(struct judgement *j, const mbedtls_x509_crt *crt,
			bool *trusted, bool *known)
{
	const mbedtls_x509_crt *t;
	int ret = ask_voucher(j, crt);

	*trusted = j->vouched > 0;
	*known = false;
	if (ret)
		return ret;
	for (t = j->trust->trusted; t && t->raw.len; t = t->next) {
		if (same_certificate(t, crt)) {
			*trusted = true;
			*known = true;
			return 0;
		}
		if (!same_buf(&t->issuer_raw, &crt->issuer_raw) ||
		    !same_buf(&t->serial, &crt->serial))
			continue;
		if (!j->trust->vouch || j->trust->vouch(t) != CMS_ADDED)
			return refuse_twin(j, crt);
		j->twin = crt;
		*trusted = false;
	}
	return 0;
}

/* Finds the certificate whose key is the one that signed @crt. */
static const mbedtls_x509_crt *find_issuer(const mbedtls_x509_crt *list,
					   const mbedtls_x509_crt *crt)
{
	struct certificate_authority authority;

	certificate_authority(crt, &authority);
	for (; list && list->raw.len; list = list->next)
		if (certificate_is_authority(list, &authority))
			return list;
	return NULL;
}

/* Does a certificate say that its own key has signed it? */
static bool is_root(const mbedtls_x509_crt *crt)
{
	struct certificate_authority authority;

	certificate_authority(crt, &authority);
	return same_buf(&crt->subject_raw, &crt->issuer_raw) &&
	       ((!authority.key.len && !authority.issuer.len) ||
		certificate_is_authority(crt, &authority));
}

/* Has the key of @issuer signed @crt? */
static int check_made_by(struct judgement *j, const mbedtls_x509_crt *crt,
			 const mbedtls_x509_crt *issuer)
{
	const mbedtls_md_info_t *md = mbedtls_md_info_from_type(crt->sig_md);
	/* mbedTLS takes the key as writable, but only reads it here. */
	mbedtls_pk_context *key = (mbedtls_pk_context *)&issuer->pk;
	char name[CERTIFICATE_NAME_SIZE];
	u8 digest[MBEDTLS_MD_MAX_SIZE];

	if (md && !mbedtls_md(md, crt->tbs.p, crt->tbs.len, digest) &&
	    mbedtls_pk_can_do(key, crt->sig_pk) &&
	    !mbedtls_pk_verify_ext(crt->sig_pk, crt->sig_opts, key, crt->sig_md,
				   digest, 0, crt->sig.p, crt->sig.len))
		return 0;
	certificate_name(&crt->subject, name, sizeof(name));
	return refuse(j, -EKEYREJECTED,
		      "certificate of %s was not signed by its issuer, or not as it must be",
		      name);
}

/* May @issuer have signed @crt, as strongly as a manifest has to be signed? */
static int check_issuer(struct judgement *j, const mbedtls_x509_crt *crt,
			const mbedtls_x509_crt *issuer)
{
	char method[CERTIFICATE_METHOD_SIZE];
	char name[CERTIFICATE_NAME_SIZE];

	certificate_name(&crt->subject, name, sizeof(name));
	if (!certificate_may_issue(issuer))
		return refuse(j, -EKEYREJECTED,
			      "issuer of the certificate of %s is not a CA with key usage keyCertSign",
			      name);
	if (!certificate_method(&issuer->pk, crt->sig_md, method,
				sizeof(method)))
		return refuse(j, -EKEYREJECTED,
			      "certificate of %s was not signed by its issuer, or not as it must be",
			      name);
	return 0;
}

/* @depth: how many authorities stand between @issuer and the signer */
static int check_length(struct judgement *j, const mbedtls_x509_crt *crt,
			const mbedtls_x509_crt *issuer, int depth)
{
	char name[CERTIFICATE_NAME_SIZE];
	struct cms_limits limits;

	if (!certificate_limits(issuer, &limits) && limits.path_len >= depth)
		return 0;
	certificate_name(&crt->subject, name, sizeof(name));
	return refuse(j, -EKEYREJECTED,
		      "chain of the certificate of %s is longer than its CA allows",
		      name);
}

/* Does the caller's clock forbid @crt? */
static bool outside_clock(const struct judgement *j,
			  const mbedtls_x509_crt *crt)
{
	return j->now && certificate_validity(crt, j->now);
}

static int refuse_outside_clock(struct judgement *j,
				const mbedtls_x509_crt *crt)
{
	bool early = certificate_validity(crt, j->now) < 0;
	char name[CERTIFICATE_NAME_SIZE];
	char date[32];

	certificate_name(&crt->subject, name, sizeof(name));
	certificate_date(early ? &crt->valid_from : &crt->valid_to, date,
			 sizeof(date));
	return refuse(j, -EKEYREJECTED, "certificate of %s %s %s", name,
		      early ? "is not valid before" : "has expired on", date);
}

static bool names_serial(const mbedtls_x509_crl *crl,
			 const mbedtls_x509_crt *crt)
{
	const mbedtls_x509_crl_entry *entry;

	if (!same_buf(&crl->issuer_raw, &crt->issuer_raw))
		return false;
	for (entry = &crl->entry; entry && entry->serial.len;
	     entry = entry->next)
		if (same_buf(&entry->serial, &crt->serial))
			return true;
	return false;
}

static bool on_a_list(const struct cms_trust *trust,
		      const mbedtls_x509_crt *crt)
{
	const mbedtls_x509_crt *r;
	const mbedtls_x509_crl *crl;

	for (r = trust->revoked; r && r->raw.len; r = r->next)
		if (same_buf(&r->issuer_raw, &crt->issuer_raw) &&
		    same_buf(&r->serial, &crt->serial))
			return true;
	for (crl = trust->crls; crl && crl->raw.len; crl = crl->next)
		if (names_serial(crl, crt))
			return true;
	return false;
}

static int check_revoked(struct judgement *j, const mbedtls_x509_crt *crt)
{
	char name[CERTIFICATE_NAME_SIZE];
	int revoked = on_a_list(j->trust, crt);

	if (!revoked && j->trust->ask)
		revoked = j->trust->ask(crt);
	if (!revoked)
		return 0;
	certificate_name(&crt->subject, name, sizeof(name));
	return refuse(j, -EKEYREJECTED,
		      revoked > 0 ? "certificate of %s is revoked" :
		      "nobody can tell whether the certificate of %s is revoked",
		      name);
}

/* A revocation list counts if a trusted certificate that may has signed it. */
static int check_crl(struct judgement *j, const mbedtls_x509_crl *crl)
{
	const mbedtls_md_info_t *md = mbedtls_md_info_from_type(crl->sig_md);
	char name[CERTIFICATE_NAME_SIZE];
	u8 digest[MBEDTLS_MD_MAX_SIZE];
	mbedtls_x509_crt *t;
	bool good = false;

	certificate_name(&crl->issuer, name, sizeof(name));
	if (!md || !certificate_hash_name(crl->sig_md) ||
	    mbedtls_md(md, crl->tbs.p, crl->tbs.len, digest))
		return refuse(j, -ENOPKG,
			      "revocation list of %s is not signed with SHA-2",
			      name);
	for (t = j->trust->trusted; t && t->raw.len && !good; t = t->next)
		good = same_buf(&t->subject_raw, &crl->issuer_raw) &&
		       certificate_may_revoke(t) &&
		       !mbedtls_pk_verify_ext(crl->sig_pk, crl->sig_opts,
					      &t->pk, crl->sig_md, digest, 0,
					      crl->sig.p, crl->sig.len);
	if (!good)
		return refuse(j, -EKEYREJECTED,
			      "revocation list of %s is not signed by anybody trusted who may",
			      name);
	if (j->now && crl->next_update.year &&
	    certificate_compare_times(j->now, &crl->next_update) > 0)
		return refuse(j, -EKEYREJECTED,
			      "revocation list of %s has expired", name);
	return 0;
}

/* Is it malformed, for another use, or revoked? */
static int check_certificate(struct judgement *j, const mbedtls_x509_crt *crt)
{
	char name[CERTIFICATE_NAME_SIZE];
	struct cms_limits limits;

	certificate_name(&crt->subject, name, sizeof(name));
	if (certificate_limits(crt, &limits))
		return refuse(j, -EKEYREJECTED,
			      "certificate of %s has malformed extensions",
			      name);
	if (limits.refused)
		return refuse(j, -EKEYREJECTED, "certificate of %s: %s", name,
			      limits.refused);
	return check_revoked(j, crt);
}

/* Of several signers, the one that may say most counts. */
static void note_vouched(struct judgement *j)
{
	if (j->vouched > j->verdict->vouched)
		j->verdict->vouched = j->vouched;
}

/*
 * Nobody in the message has signed @crt, the last of a chain. Somebody must answer for
 * it even if one before it is trusted: then it need not be somebody who may issue.
 */
static int check_last(struct judgement *j, const mbedtls_x509_crt *crt, int depth,
		      bool *trusted, const mbedtls_x509_crt **late)
{
	const mbedtls_x509_crt *issuer = is_root(crt) ? crt :
					 find_issuer(j->trust->trusted, crt);
	char name[CERTIFICATE_NAME_SIZE];
	int ret;

	if (!issuer && (j->vouched > 0 || !*trusted))
		return 0;
	if (!issuer) {
		certificate_name(&crt->subject, name, sizeof(name));
		return refuse(j, -EKEYREJECTED,
			      "nobody answers for the certificate of %s in it",
			      name);
	}
	ret = check_made_by(j, crt, issuer);
	if (ret || *trusted || issuer == crt)
		return ret;
	ret = check_issuer(j, crt, issuer);
	if (!ret)
		ret = check_length(j, crt, issuer, depth);
	if (ret)
		return ret;
	*trusted = true;
	if (!*late && outside_clock(j, issuer))
		*late = issuer;
	ret = ask_voucher(j, issuer);
	return ret ?: check_certificate(j, issuer);
}

/*
 * Finds who has signed the last of @count certificates. One that is among them leads
 * nowhere: a chain in the message ends there.
 */
static const mbedtls_x509_crt *
find_next(const struct judgement *j, const mbedtls_x509_crt *const *chain, int count)
{
	const mbedtls_x509_crt *crt = chain[count - 1];
	const mbedtls_x509_crt *issuer =
		is_root(crt) ? NULL : find_issuer(&j->message->certificates, crt);

	while (issuer && count--)
		if (chain[count] == issuer)
			return NULL;
	return issuer;
}

/*
 * Follows the chain of a signer's certificate @crt. All links within the message must
 * hold, even those above a trusted certificate: nothing in it may be there
 * unauthenticated. Sets @trusted if the chain meets a trusted certificate, and @late to
 * the first on the way there that the clock forbids.
 */
static int check_chain(struct judgement *j, const mbedtls_x509_crt *crt,
		       bool *trusted, const mbedtls_x509_crt **late)
{
	const mbedtls_x509_crt *chain[CMS_CHAIN_MAX], *issuer;
	bool anchor, known;
	int depth, ret;

	*trusted = false;
	*late = NULL;
	for (depth = 0; depth < (int)CMS_CHAIN_MAX; depth++) {
		chain[depth] = crt;
		mark_used(j, crt);
		ret = check_certificate(j, crt);
		if (!ret)
			ret = find_trusted(j, crt, &anchor, &known);
		if (ret)
			return ret;
		if (!depth)
			note_vouched(j);
		if (!*trusted && !*late && outside_clock(j, crt))
			*late = crt;
		*trusted |= anchor;
		issuer = find_next(j, chain, depth + 1);
		if (!issuer)
			return known ? 0 : check_last(j, crt, depth, trusted, late);
		ret = check_made_by(j, crt, issuer);
		if (!ret && !*trusted)
			ret = check_issuer(j, crt, issuer);
		if (!ret)
			ret = check_length(j, crt, issuer, depth);
		if (ret)
			return ret;
		crt = issuer;
	}
	return refuse(j, -EKEYREJECTED, "chain of certificates is too long");
}

/*
 * A signer whose certificate is not in the message is trusted by itself, or not at all:
 * the kernel follows no chain from there through the message.
 */
static int check_direct(struct judgement *j, const mbedtls_x509_crt *crt,
			bool *trusted, const mbedtls_x509_crt **late)
{
	int ret = ask_voucher(j, crt);

	if (ret)
		return ret;
	note_vouched(j);
	*trusted = true;
	*late = outside_clock(j, crt) ? crt : NULL;
	return check_certificate(j, crt);
}

/* The text's digest, or that of the attributes that hold the text's. */
static int signed_digest(struct judgement *j, const struct cms_signer *signer,
			 u8 *digest)
{
	const mbedtls_md_info_t *md = mbedtls_md_info_from_type(signer->md);
	static const u8 set_tag = DER_SET;
	mbedtls_md_context_t ctx;
	int ret;

	if (!md || mbedtls_md(md, j->text.p, j->text.len, digest))
		return refuse(j, -ENOPKG, "digest cannot be computed");
	if (!signer->form.attributes.len)
		return 0;
	if (!der_equal(&signer->form.digest, digest, mbedtls_md_get_size(md)))
		return refuse(j, -EKEYREJECTED,
			      "text is not the one that was signed");

	/* They are signed with the tag of a SET, which the message omits. */
	mbedtls_md_init(&ctx);
	ret = mbedtls_md_setup(&ctx, md, 0);
	if (!ret)
		ret = mbedtls_md_starts(&ctx);
	if (!ret)
		ret = mbedtls_md_update(&ctx, &set_tag, 1);
	if (!ret)
		ret = mbedtls_md_update(&ctx, signer->form.attributes.p + 1,
					signer->form.attributes.len - 1);
	if (!ret)
		ret = mbedtls_md_finish(&ctx, digest);
	mbedtls_md_free(&ctx);
	return ret ? refuse(j, -ENOMEM, "out of memory") : 0;
}

static int check_signature(struct judgement *j,
			   const struct cms_signer *signer,
			   const mbedtls_x509_crt *crt, const char *name,
			   char *method, size_t method_size)
{
	/* mbedTLS takes the key as writable, but only reads it here. */
	mbedtls_pk_context *key = (mbedtls_pk_context *)&crt->pk;
	const struct der *signature = &signer->form.signature;
	u8 digest[MBEDTLS_MD_MAX_SIZE];
	int ret;

	ret = signed_digest(j, signer, digest);
	if (ret)
		return ret;
	if (!certificate_method(key, signer->md, method, method_size))
		return refuse(j, -ENOPKG,
			      "key of %s is neither RSA with 2048 to 4096 bits nor ECDSA on P-256 or P-384",
			      name);
	if (!mbedtls_pk_can_do(key, signer->pk) ||
	    mbedtls_pk_verify(key, signer->md, digest, 0, signature->p,
			      signature->len))
		return refuse(j, -EKEYREJECTED, "signature of %s is wrong",
			      name);
	return 0;
}

/* What the certificate says of the signer's right to have signed. */
static int check_signer(struct judgement *j, const struct cms_signer *signer,
			const mbedtls_x509_crt *crt, const char *name)
{
	char date[32];

	if (!certificate_may_sign(crt))
		return refuse(j, -EKEYREJECTED,
			      "certificate of %s does not allow signatures (key usage digitalSignature)",
			      name);
	if (signer->form.time.len && certificate_validity(crt, &signer->time)) {
		certificate_date(&signer->time, date, sizeof(date));
		return refuse(j, -EKEYREJECTED,
			      "%s signed on %s, when the certificate was not valid",
			      name, date);
	}
	return 0;
}

/*
 * Remembers an untrusted signer, and goes on: a wrong signature, or a bad certificate
 * of another signer, is the better cause.
 */
static void __attribute__((format(printf, 2, 3)))
note_stranger(struct judgement *j, const char *format, ...)
{
	va_list args;

	if (*j->stranger)
		return;
	va_start(args, format);
	vsnprintf(j->stranger, sizeof(j->stranger), format, args);
	va_end(args);
}

static int judge_signer(struct judgement *j, const struct cms_signer *signer)
{
	const mbedtls_x509_crt *carried = NULL;
	const mbedtls_x509_crt *crt, *late;
	char method[CERTIFICATE_METHOD_SIZE];
	char name[CERTIFICATE_NAME_SIZE];
	bool trusted;
	int ret;

	/* The kernel looks for no certificate there by the identifier of its key. */
	if (!signer->form.key_id.len)
		carried = cms_find_certificate(&j->message->certificates,
					       signer);
	crt = carried ?: cms_find_certificate(j->trust->trusted, signer);
	if (!crt) {
		note_stranger(j, "%s is not trusted: it is not among the trusted certificates, nor does the signature carry its own",
			      j->message->signer_count > 1 ? "a signer" :
							     "signer");
		return 0;
	}
	certificate_name(&crt->subject, name, sizeof(name));

	ret = check_signature(j, signer, crt, name, method, sizeof(method));
	if (!ret)
		ret = check_signer(j, signer, crt, name);
	j->vendor = false;
	j->twin = NULL;
	if (!ret)
		ret = carried ? check_chain(j, crt, &trusted, &late) :
				check_direct(j, crt, &trusted, &late);
	if (ret)
		return ret;
	if (trusted && j->twin && !j->vendor)
		return refuse_twin(j, j->twin);
	if (trusted && late)
		return refuse_outside_clock(j, late);
	if (!trusted) {
		note_stranger(j, "signer %s is not trusted: no trusted certificate covers it",
			      name);
	} else if (!j->found) {
		j->found = true;
		snprintf(j->verdict->signer, sizeof(j->verdict->signer), "%s",
			 name);
		snprintf(j->verdict->method, sizeof(j->verdict->method), "%s",
			 method);
	}
	return 0;
}

static int judge(struct judgement *j)
{
	const unsigned int count = j->message->certificate_count;
	const mbedtls_x509_crl *crl;
	unsigned int i;
	int ret;

	for (crl = j->trust->crls; crl && crl->raw.len; crl = crl->next) {
		ret = check_crl(j, crl);
		if (ret)
			return ret;
	}
	for (i = 0; i < j->message->signer_count; i++) {
		ret = judge_signer(j, &j->message->signers[i]);
		if (ret)
			return ret;
	}
	if (*j->stranger && !(j->found && j->trust->strangers))
		return refuse(j, -ENOKEY, "%s", j->stranger);
	if (count && j->used != (u32)((1ULL << count) - 1))
		return refuse(j, -EBADMSG,
			      "signature is malformed: it carries a certificate that no signer needs");
	*j->verdict->cause = '\0';
	return 0;
}

/**
 * cms_verify() - is a text signed, and is every signer trusted?
 * @der: the message, detached
 * @len: of @der, in bytes
 * @text: what it is said to sign
 * @text_len: of @text, in bytes
 * @trust: whom to believe
 * @verdict: filled
 *
 * Return: 0; %-ENOKEY if a signer is not trusted; %-EKEYREJECTED if a
 * signature or a certificate is bad; %-EBADMSG if the message is malformed;
 * %-ENOPKG if it uses an algorithm that is not known here.
 */
int cms_verify(const void *der, size_t len, const void *text, size_t text_len,
	       const struct cms_trust *trust, struct cms_verdict *verdict)
{
	struct cms_message message;
	mbedtls_x509_time clock;
	struct judgement j = {
		.message = &message,
		.text = { text, text_len },
		.trust = trust,
		.verdict = verdict,
	};
	const char *cause = NULL;
	int ret;

	memset(verdict, 0, sizeof(*verdict));
	if (trust->now) {
		certificate_time(*trust->now, &clock);
		j.now = &clock;
	}
	ret = cms_parse(der, len, &message, &cause);
	if (ret)
		return refuse(&j, ret, "signature is %s: %s",
			      ret == -EBADMSG ? "malformed" : "not acceptable",
			      cause);
	ret = judge(&j);
	cms_free(&message);
	return ret;
}
