// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checks the PKCS#7 signature appended to a manifest, in the form that
 * scripts/sign-file appends to modules, and finds out who answers for it.
 */

#include <crypto/pkcs7.h>
#include <crypto/public_key.h>
#include <crypto/sha2.h>
#include <keys/asymmetric-type.h>
#include <keys/system_keyring.h>
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/key.h>
#include <linux/module_signature.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/verification.h>

/* There is no public way to ask a message who signed it. */
#include "../../crypto/asymmetric_keys/pkcs7_parser.h"

#include "cms_form.h"
#include "fingerprint.h"
#include "signature.h"

/* "ECDSA256+SHA256": the kernel names elliptic keys by their curve. */
static void word_method(const struct public_key *pub,
			const struct public_key_signature *sig, char *method)
{
	static const char curve[] = "ecdsa-nist-p";
	char *p;

	if (!strncmp(pub->pkey_algo, curve, strlen(curve)))
		snprintf(method, VERIEXEC_METHOD_SIZE, "ecdsa%s+%s",
			 pub->pkey_algo + strlen(curve), sig->hash_algo);
	else
		snprintf(method, VERIEXEC_METHOD_SIZE, "rsa%u+%s",
			 sig->s_size * 8, sig->hash_algo);
	for (p = method; *p; p++)
		*p = toupper(*p);
}

/* The trusted key that @x509 speaks of or, without one, that made @sig. */
static struct key *find_key(struct key *keyring,
			    const struct x509_certificate *x509,
			    const struct public_key_signature *sig)
{
	return x509 ? find_asymmetric_key(keyring, x509->id, x509->skid, NULL,
					  false) :
		      veriexec_find_maker(keyring, sig);
}

/* The next in a chain within the message, NULL behind the last. */
static const struct x509_certificate *
issuer_of(const struct x509_certificate *x509)
{
	return x509->signer == x509 ? NULL : x509->signer;
}

/* Is it the very certificate that the trusted key came with? */
static bool is_twin(const struct x509_certificate *x509, const struct key *key)
{
	const struct public_key_signature *sig = key->payload.data[asym_auth];

	return sig && sig->digest_size == x509->sig->digest_size &&
	       !memcmp(sig->digest, x509->sig->digest, sig->digest_size) &&
	       sig->s_size == x509->sig->s_size &&
	       !memcmp(sig->s, x509->sig->s, sig->s_size);
}

/* Did its issuer, who is not in the message, sign the last certificate of a chain? */
static bool is_genuine(const struct x509_certificate *x509, struct key *keyring)
{
	struct key *key;
	bool genuine;

	/* Then that was verified when it was parsed. */
	if (x509->self_signed)
		return true;
	key = veriexec_find_maker(keyring, x509->sig);
	if (IS_ERR(key))
		return false;
	genuine = !verify_signature(key, x509->sig);
	key_put(key);
	return genuine;
}

/*
 * Is the part of a signer's chain that is in the message short enough? All else that
 * the certificates say was checked with the form of the message.
 */
static int check_lengths(const struct pkcs7_signed_info *sinfo,
			 const char **why)
{
	const struct x509_certificate *x509;
	struct cms_limits limits;
	unsigned int depth = 0;

	for (x509 = sinfo->signer; x509; x509 = issuer_of(x509), depth++) {
		if (depth >= CMS_CHAIN_MAX) {
			*why = "a chain of certificates is too long";
			return -EKEYREJECTED;
		}
		if (veriexec_parse_limits(x509->tbs, x509->tbs_size, &limits))
			return -EBADMSG;
		if (depth && limits.path_len < depth - 1) {
			*why = "a chain of certificates is longer than an authority in it allows";
			return -EKEYREJECTED;
		}
	}
	return 0;
}

/*
 * Does somebody answer for every certificate of a signer's chain? A trusted key is
 * found by names, which anybody can write into a certificate.
 */
static int check_chain(struct key *keyring,
		       const struct pkcs7_signed_info *sinfo, const char **why)
{
	const struct x509_certificate *x509, *last = NULL;
	bool twin = true;
	struct key *key;

	for (x509 = sinfo->signer; x509; x509 = issuer_of(x509)) {
		key = find_key(keyring, x509, NULL);
		twin = !IS_ERR(key);
		if (!twin && PTR_ERR(key) != -ENOKEY)
			return PTR_ERR(key);
		if (twin && !is_twin(x509, key)) {
			*why = "a certificate in its signature differs from the trusted one";
			key_put(key);
			return -EKEYREJECTED;
		}
		if (twin)
			key_put(key);
		last = x509;
	}
	if (twin || is_genuine(last, keyring))
		return 0;
	*why = "nobody answers for a certificate in its signature";
	return -EKEYREJECTED;
}

static bool is_used(const struct pkcs7_message *pkcs7,
		    const struct x509_certificate *crt)
{
	const struct pkcs7_signed_info *sinfo;
	const struct x509_certificate *x509;

	for (sinfo = pkcs7->signed_infos; sinfo; sinfo = sinfo->next)
		for (x509 = sinfo->signer; x509; x509 = issuer_of(x509))
			if (x509 == crt)
				return true;
	return false;
}

static int check_all_used(const struct pkcs7_message *pkcs7, const char **why)
{
	const struct x509_certificate *crt;

	for (crt = pkcs7->certs; crt; crt = crt->next)
		if (!is_used(pkcs7, crt)) {
			*why = "its signature carries a certificate that no signer needs";
			return -EBADMSG;
		}
	return 0;
}

/* May this key have made that signature: the signer's, or an issuer's? */
static int check_link(const struct pkcs7_signed_info *sinfo,
		      const struct public_key_signature *sig,
		      const struct public_key *pub, const char **why)
{
	int ret = veriexec_check_strength(pub, sig, why);

	if (ret)
		return ret;
	return sig == sinfo->sig ? veriexec_check_signer_usage(pub, why) :
				   veriexec_check_issuer_usage(pub, why);
}

static bool is_same_key(const struct public_key *a, const struct public_key *b)
{
	return !strcmp(a->pkey_algo, b->pkey_algo) && a->algo == b->algo &&
	       a->paramlen == b->paramlen &&
	       !memcmp(a->params, b->params, a->paramlen) &&
	       a->keylen == b->keylen && !memcmp(a->key, b->key, a->keylen);
}

/*
 * Has this very key made that signature? If the message has a certificate, @x509, then
 * pkcs7_verify() has verified @sig with its key, and need not do so twice.
 */
static int check_made_by(const struct key *key,
			 const struct x509_certificate *x509,
			 const struct public_key_signature *sig)
{
	if (x509 && is_same_key(x509->pub, key->payload.data[asym_crypto]))
		return 0;
	return verify_signature(key, sig);
}

/*
 * Goes the way of pkcs7_validate_trust(), from the signer up its issuers to the first
 * whose key is in the keyring. It also checks what that does not: what each
 * certificate may be used for. The signatures between the message's own certificates
 * have been verified, and they form no circle.
 *
 * Returns that key, to be put; @direct is true if it is the signer's own.
 */
static struct key *find_voucher(struct key *keyring,
				const struct pkcs7_signed_info *sinfo,
				bool *direct, const char **why)
{
	const struct public_key_signature *sig = sinfo->sig;
	const struct x509_certificate *x509 = sinfo->signer;
	unsigned int depth = 0;
	struct key *key;
	int ret;

	ret = check_lengths(sinfo, why);
	if (ret)
		return ERR_PTR(ret);
	for (;;) {
		key = find_key(keyring, x509, sig);
		if (!IS_ERR(key))
			break;
		if (PTR_ERR(key) != -ENOKEY || !x509 || x509->signer == x509)
			return key;
		ret = check_link(sinfo, sig, x509->pub, why);
		if (ret)
			return ERR_PTR(ret);
		sig = x509->sig;
		x509 = issuer_of(x509);
		depth++;
	}
	*direct = sig == sinfo->sig;
	ret = check_link(sinfo, sig, key->payload.data[asym_crypto], why);
	if (!ret)
		ret = veriexec_check_key(keyring, key, depth, why);
	/* With this key, not with another of its name: it is to answer for it. */
	if (!ret)
		ret = check_made_by(key, x509, sig);
	if (!ret)
		ret = check_chain(keyring, sinfo, why);
	if (!ret)
		return key;
	key_put(key);
	return ERR_PTR(ret);
}

/*
 * A signer whose certificate is in the keyring that never changes is the vendor. One
 * whose certificate was added, or came with the message, was let in by the vendor
 * and may say less.
 */
static int describe_signer(const struct pkcs7_signed_info *sinfo,
			   const struct key *key, bool builtin,
			   struct veriexec_signer *signer)
{
	const struct x509_certificate *x509 = sinfo->signer;
	const struct public_key *pub = x509 ? x509->pub :
					      key->payload.data[asym_crypto];
	const char *name = x509 ? x509->subject : key->description;
	/* A key's description is the subject and an identifier. */
	const char *end = x509 ? NULL : strrchr(name, ':');
	size_t size = end ? end - name + 1 : sizeof(signer->name);

	strscpy(signer->name, name, min(size, sizeof(signer->name)));
	word_method(pub, sinfo->sig, signer->method);
	signer->trust = builtin ? VERIEXEC_TRUST_BUILTIN : VERIEXEC_TRUST_ADDED;
	return veriexec_fingerprint_data(pub->key, pub->keylen,
					 VERIEXEC_ALG_SHA256,
					 signer->key_digest);
}

/* Looks for a voucher among the certificates of the kernel, then among all. */
static int judge_signer(const struct pkcs7_signed_info *sinfo,
			struct veriexec_signer *signer, const char **why)
{
	enum veriexec_trust trust = VERIEXEC_TRUST_BUILTIN;
	struct key *key;
	bool direct;
	int ret;

	if (sinfo->unsupported_crypto)
		return -ENOPKG;
	key = find_voucher(veriexec_keyrings[trust], sinfo, &direct, why);
	if (PTR_ERR_OR_ZERO(key) == -ENOKEY) {
		trust = VERIEXEC_TRUST_ADDED;
		key = find_voucher(veriexec_keyrings[trust], sinfo, &direct,
				   why);
	}
	if (IS_ERR(key))
		return PTR_ERR(key);
	ret = describe_signer(sinfo, key,
			      trust == VERIEXEC_TRUST_BUILTIN && direct, signer);
	key_put(key);
	return ret;
}

/*
 * A message may have many signers, who must all be known and good. Finds the one who
 * may say most, in a message that has passed verification. If one is bad and another
 * unknown, the message is about the bad one.
 */
static int find_signer(const struct pkcs7_message *pkcs7,
		       struct veriexec_signer *best, const char **why)
{
	const struct pkcs7_signed_info *sinfo;
	struct veriexec_signer signer;
	bool found = false, stranger = false;
	int ret;

	for (sinfo = pkcs7->signed_infos; sinfo; sinfo = sinfo->next) {
		ret = judge_signer(sinfo, &signer, why);
		if (ret == -ENOKEY) {
			stranger = true;
			continue;
		}
		if (ret)
			return ret;
		if (!found || signer.trust < best->trust)
			*best = signer;
		found = true;
	}
	if (stranger && found)
		*why = "not all who have signed it are trusted";
	return stranger ? -ENOKEY : 0;
}

static bool is_blacklisted(const struct pkcs7_message *pkcs7)
{
	const struct pkcs7_signed_info *sinfo;

	for (sinfo = pkcs7->signed_infos; sinfo; sinfo = sinfo->next)
		if (sinfo->blacklisted)
			return true;
	return false;
}

/*
 * Like verify_pkcs7_message_sig(), but requires every signer to be trusted, where that
 * requires one, and tells what is wrong and who has signed.
 */
static int verify_message(const void *data, size_t len,
			  struct pkcs7_message *pkcs7,
			  struct veriexec_signer *signer, const char **why)
{
	int ret;

	if (pkcs7_supply_detached_data(pkcs7, data, len)) {
		*why = "its signature has a text of its own";
		return -EBADMSG;
	}
	ret = pkcs7_verify(pkcs7, VERIFYING_UNSPECIFIED_SIGNATURE);
	if (!ret && is_key_on_revocation_list(pkcs7) != -ENOKEY)
		ret = -EKEYREVOKED;
	if (ret == -EKEYREVOKED || is_blacklisted(pkcs7)) {
		*why = VERIEXEC_WHY_REVOKED;
		return ret ?: -EKEYREVOKED;
	}
	if (!ret)
		ret = check_all_used(pkcs7, why);
	return ret ?: find_signer(pkcs7, signer, why);
}

/*
 * Which text is it? In a verified message each signer states the digest of the text: in
 * the signed attributes or, without any, as what is signed. Most use SHA-256.
 */
static int identify_text(const struct pkcs7_message *pkcs7, u8 *digest)
{
	const struct pkcs7_signed_info *sinfo;

	for (sinfo = pkcs7->signed_infos; sinfo; sinfo = sinfo->next) {
		if (strcmp(sinfo->sig->hash_algo, "sha256"))
			continue;
		memcpy(digest, sinfo->authattrs ? sinfo->msgdigest :
						  sinfo->sig->digest,
		       SHA256_DIGEST_SIZE);
		return 0;
	}
	return veriexec_fingerprint_data(pkcs7->data, pkcs7->data_len,
					 VERIEXEC_ALG_SHA256, digest);
}

/*
 * pkcs7_parse_message() also takes parts that nobody has signed, and BER. So the same
 * signature could have many forms.
 */
static int check_form(const u8 *der, size_t len, const char **why)
{
	struct cms_form *form = kmalloc(sizeof(*form), GFP_KERNEL);
	int ret;

	if (!form)
		return -ENOMEM;
	ret = veriexec_parse_cms(der, len, form, why);
	kfree(form);
	return ret;
}

static int parse_and_verify(const u8 *data, size_t text_len, size_t sig_len,
			    struct veriexec_signer *signer, u8 *digest,
			    const char **why)
{
	struct pkcs7_message *pkcs7;
	int ret;

	pkcs7 = pkcs7_parse_message(data + text_len, sig_len);
	if (IS_ERR(pkcs7))
		return PTR_ERR(pkcs7);
	ret = verify_message(data, text_len, pkcs7, signer, why) ?:
	      identify_text(pkcs7, digest);
	pkcs7_free_message(pkcs7);
	return ret;
}

/* Steps over the parts behind the text; @len shrinks to that of the text. */
static int split(const u8 *data, size_t *len, size_t *sig_len, const char **why)
{
	const size_t magic_len = sizeof(MODULE_SIG_STRING) - 1;
	struct module_signature ms;
	size_t rest = *len;

	if (rest <= magic_len ||
	    memcmp(data + rest - magic_len, MODULE_SIG_STRING, magic_len)) {
		*why = "there is no signature at its end";
		return -ENOKEY;
	}
	rest -= magic_len;
	*why = "what follows its text is not a signature";
	if (rest <= sizeof(ms))
		return -EBADMSG;
	memcpy(&ms, data + rest - sizeof(ms), sizeof(ms));
	/* Leaves a text: detached data of no length would count as none. */
	if (mod_check_sig(&ms, rest, "veriexec: manifest"))
		return -EBADMSG;
	rest -= sizeof(ms);
	*sig_len = be32_to_cpu(ms.sig_len);
	*len = rest - *sig_len;
	return 0;
}

/**
 * veriexec_check_signature() - is this manifest signed by somebody trusted?
 * @data: the whole of it
 * @len: of @data, in bytes; on success that of the text alone
 * @signer: filled on success
 * @digest: likewise, with the SHA-256 of the text, VERIEXEC_DIGEST_SIZE bytes
 * @refusal: zeroed; on failure says what is wrong, for the operator
 *
 * The kernel has no clock to trust at boot: a certificate's dates are compared
 * with the signing time in the signature, if it has one, and not with the clock.
 *
 * Context: Process context, may sleep.
 *
 * Return: 0, %-EBADMSG if there is something at the end that is no signature,
 * %-ENOKEY if it is unsigned or one of its signers is not trusted,
 * %-EKEYREJECTED if the signature or a signer is not good, %-ENOMEM.
 */
int veriexec_check_signature(const void *data, size_t *len,
			     struct veriexec_signer *signer, u8 *digest,
			     struct veriexec_refusal *refusal)
{
	const char **why = &refusal->why;
	size_t text_len = *len;
	size_t sig_len = 0;
	int ret;

	ret = split(data, &text_len, &sig_len, why);
	if (ret)
		return ret;
	/* No keyring would mean that of the modules. */
	if (!veriexec_keyrings[VERIEXEC_TRUST_ADDED]) {
		*why = "there is no keyring";
		return -ENOKEY;
	}

	*why = NULL;
	ret = check_form(data + text_len, sig_len, &refusal->word);
	refusal->word_len = refusal->word ? strlen(refusal->word) : 0;
	if (!ret)
		ret = parse_and_verify(data, text_len, sig_len, signer, digest,
				       why);

	switch (ret) {
	case 0:
		*len = text_len;
		*why = NULL;
		return 0;
	case -ENOMEM:
		*why = "there is no memory to check its signature";
		return ret;
	case -ENOKEY:
		*why = *why ?: "nobody trusted has signed it";
		return ret;
	case -EBADMSG:
		*why = *why ?: "its signature is malformed";
		return ret;
	case -ENOPKG:
		*why = *why ?: "its signature uses an algorithm that this kernel does not have";
		return -EKEYREJECTED;
	default:
		*why = *why ?: "its signature or the signer's certificate is not good";
		return -EKEYREJECTED;
	}
}
