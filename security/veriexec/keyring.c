// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes the keyrings and keeps out of them whoever is not vouched for. It must
 * never look at a manifest.
 */

#define pr_fmt(fmt) "veriexec: " fmt

#include <crypto/public_key.h>
#include <keys/asymmetric-type.h>
#include <keys/system_keyring.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/key-type.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/rbtree.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include <linux/string.h>

/* There is no public way to find one of the kernel's own keyrings. */
#include "../keys/internal.h"

/* Nor to read a certificate. */
#include "../../crypto/asymmetric_keys/x509_parser.h"

#include "cms_form.h"
#include "keyring.h"

const char *const veriexec_trust_names[VERIEXEC_TRUST_COUNT] = {
	[VERIEXEC_TRUST_BUILTIN] = "builtin",
	[VERIEXEC_TRUST_ADDED]   = "added",
};

/* How many issuers of a key in the keyring to look at. */
#define CHAIN_MAX	16

struct key *veriexec_keyrings[VERIEXEC_TRUST_COUNT] __ro_after_init;
static struct key *secondary __ro_after_init;

/**
 * veriexec_check_signer_usage() - is this key one to sign manifests with?
 * @pub: from a certificate
 * @why: on failure what is wrong, for the operator
 *
 * Of a certificate's key usage (RFC 5280, 4.2.1.3) the kernel keeps only what it
 * allows. So a certificate without a key usage looks like one that allows other
 * things: for both the answer is no.
 *
 * Return: 0 or %-EKEYREJECTED.
 */
int veriexec_check_signer_usage(const struct public_key *pub, const char **why)
{
	if (test_bit(KEY_EFLAG_DIGITALSIG, &pub->key_eflags))
		return 0;
	*why = "the signer's certificate does not allow key usage digitalSignature";
	return -EKEYREJECTED;
}

/**
 * veriexec_check_issuer_usage() - is this key one to issue certificates with?
 * @pub: from a certificate
 * @why: on failure what is wrong, for the operator
 *
 * Return: 0 or %-EKEYREJECTED.
 */
int veriexec_check_issuer_usage(const struct public_key *pub, const char **why)
{
	if (test_bit(KEY_EFLAG_CA, &pub->key_eflags) &&
	    test_bit(KEY_EFLAG_KEYCERTSIGN, &pub->key_eflags))
		return 0;
	*why = "an issuer's certificate is not that of an authority (CA, keyCertSign)";
	return -EKEYREJECTED;
}

/**
 * veriexec_check_strength() - are key and hash of a signature good enough?
 * @pub: the key that made it
 * @sig: the signature; one by RSA is as long as its key
 * @why: on failure what is wrong, for the operator
 *
 * Return: 0 or %-EKEYREJECTED.
 */
int veriexec_check_strength(const struct public_key *pub,
			    const struct public_key_signature *sig,
			    const char **why)
{
	if (strcmp(sig->hash_algo, "sha256") &&
	    strcmp(sig->hash_algo, "sha384") &&
	    strcmp(sig->hash_algo, "sha512")) {
		*why = "a signature is not by SHA-256, SHA-384 or SHA-512";
		return -EKEYREJECTED;
	}
	if (!strcmp(pub->pkey_algo, "ecdsa-nist-p256") ||
	    !strcmp(pub->pkey_algo, "ecdsa-nist-p384") ||
	    (!strcmp(pub->pkey_algo, "rsa") && sig->s_size >= 2048 / 8 &&
	     sig->s_size <= 4096 / 8))
		return 0;
	*why = "a key is neither RSA with 2048 to 4096 bits nor ECDSA on P-256 or P-384";
	return -EKEYREJECTED;
}

/**
 * struct known_limits - what the certificate of a key in a keyring says
 * @node: in &known
 * @digest: of the certificate's signed part, as its key keeps it
 * @digest_size: of @digest, in bytes
 * @limits: what it says
 *
 * A key keeps nothing else of its certificate. Added under &known_lock, never
 * changed, and never freed, as nobody leaves the keyrings.
 */
struct known_limits {
	struct list_head node;
	u8 digest[64];
	u32 digest_size;
	struct cms_limits limits;
};

static LIST_HEAD(known);
static DEFINE_MUTEX(known_lock);

/* Nothing is known of keys that came in through another keyring of the kernel. */
static const struct known_limits *
find_limits(const struct public_key_signature *sig)
{
	const struct known_limits *k, *found = NULL;

	if (!sig || !sig->digest)
		return NULL;
	mutex_lock(&known_lock);
	list_for_each_entry(k, &known, node)
		if (k->digest_size == sig->digest_size &&
		    !memcmp(k->digest, sig->digest, sig->digest_size)) {
			found = k;
			break;
		}
	mutex_unlock(&known_lock);
	return found;
}

static int note_limits(const struct public_key_signature *sig,
		       const struct cms_limits *limits)
{
	struct known_limits *k;

	if ((!limits->refused && limits->path_len == CMS_PATH_ANY) ||
	    find_limits(sig))
		return 0;
	/* There is nothing to remember it by. */
	if (!sig->digest || sig->digest_size > sizeof(k->digest))
		return -ENOMEM;
	k = kzalloc(sizeof(*k), GFP_KERNEL);
	if (!k)
		return -ENOMEM;
	memcpy(k->digest, sig->digest, sig->digest_size);
	k->digest_size = sig->digest_size;
	k->limits = *limits;
	mutex_lock(&known_lock);
	list_add_tail(&k->node, &known);
	mutex_unlock(&known_lock);
	return 0;
}

/**
 * veriexec_find_maker() - find the key that a signature names as its maker
 * @keyring: where to look
 * @sig: the signature
 *
 * Anybody can write names. Whether that key has made it is for the caller to verify.
 *
 * Context: Process context, may sleep.
 *
 * Return: the key, to be put; an %ERR_PTR, of -ENOKEY if it is not there or not named.
 */
struct key *veriexec_find_maker(struct key *keyring,
				const struct public_key_signature *sig)
{
	if (!sig->auth_ids[0] && !sig->auth_ids[1])
		return ERR_PTR(-ENOKEY);
	return find_asymmetric_key(keyring, sig->auth_ids[0], sig->auth_ids[1],
				   NULL, false);
}

/* Did this very key come with the kernel, and not another of the same name? */
static bool is_builtin(const struct key *key)
{
	const struct asymmetric_key_ids *ids = asymmetric_key_ids(key);
	struct key *found;

	if (!ids)
		return false;
	found = find_asymmetric_key(veriexec_keyrings[VERIEXEC_TRUST_BUILTIN],
				    ids->id[0], ids->id[1], ids->id[2], false);
	if (IS_ERR(found))
		return false;
	key_put(found);
	return found == key;
}

static int check_limits(const struct key *key, unsigned int depth,
			const char **why)
{
	const struct known_limits *k = find_limits(key->payload.data[asym_auth]);

	if (k && k->limits.refused) {
		*why = k->limits.refused;
		return -EKEYREJECTED;
	}
	/* The authorities in between: all but the issuer and the signer. */
	if (k && depth && k->limits.path_len < depth - 1) {
		*why = "a chain of certificates is longer than an authority in it allows";
		return -EKEYREJECTED;
	}
	if (depth < CMS_CHAIN_MAX || is_builtin(key))
		return 0;
	*why = "a chain of certificates is too long";
	return -EKEYREJECTED;
}

/* Looks it up by the digest of its certificate, which was kept. */
static int check_revoked(const struct key *key, const char **why)
{
	const struct public_key_signature *sig = key->payload.data[asym_auth];

	if (!sig || !sig->digest ||
	    !is_hash_blacklisted(sig->digest, sig->digest_size,
				 BLACKLIST_HASH_X509_TBS))
		return 0;
	*why = VERIEXEC_WHY_REVOKED;
	return -EKEYREVOKED;
}

/*
 * The issuer of a key, if that is in @keyring; %NULL for a key that has signed itself. An
 * error if that cannot be told.
 */
static struct key *find_issuer(struct key *keyring, const struct key *key)
{
	const struct public_key_signature *sig = key->payload.data[asym_auth];
	struct key *issuer;

	if (!sig)
		return NULL;
	issuer = veriexec_find_maker(keyring, sig);
	if (IS_ERR(issuer))
		return PTR_ERR(issuer) == -ENOKEY ? NULL : issuer;
	if (issuer != key)
		return issuer;
	key_put(issuer);
	return NULL;
}

/**
 * veriexec_check_key() - may this key, and may those above it, be used like this?
 * @keyring: that it is in
 * @key: from a certificate
 * @depth: 0 if it has signed, else how many certificates lead to it
 * @why: on failure what is wrong, for the operator
 *
 * Looks up in the kernel's blacklist the certificate and those of its issuers, as far
 * as they are in the keyring: they may have been revoked since they came in.
 *
 * Also checks the limits in these certificates, up to the first that came with the
 * kernel. That one is trusted by itself, so that what is above it does not matter.
 * Authorities are counted as in RFC 5280, 6.1, except that one that has issued a
 * certificate for itself counts as well.
 *
 * Context: Process context, may sleep.
 *
 * Return: 0, %-EKEYREVOKED, or %-EKEYREJECTED, also if it cannot be told.
 */
int veriexec_check_key(struct key *keyring, struct key *key, unsigned int depth,
		       const char **why)
{
	struct key *issuer = key_get(key);
	bool limited = true;
	unsigned int i;
	int ret = 0;

	for (i = 0; i < CHAIN_MAX && issuer && !ret; i++) {
		key = issuer;
		ret = check_revoked(key, why);
		if (!ret && limited)
			ret = check_limits(key, depth + i, why);
		limited = limited && !is_builtin(key);
		issuer = find_issuer(keyring, key);
		key_put(key);
		if (IS_ERR(issuer)) {
			*why = "an issuer's certificate cannot be looked up";
			return -EKEYREJECTED;
		}
	}
	key_put(issuer);
	return ret;
}

/*
 * The bytes that a key is being made from. The keyrings do not hand them to a
 * restriction. But while a key is made, @payload is part of what they hand to the type
 * of the key, on the stack of the maker. For a key that is only linked it is not: nobody
 * can tell any more what its certificate said.
 */
static bool find_certificate(const union key_payload *payload, struct der *crt)
{
	const struct key_preparsed_payload *prep;

	if (!object_is_on_stack(payload))
		return false;
	prep = container_of(payload, struct key_preparsed_payload, payload);
	*crt = (struct der){ prep->data, prep->datalen };
	return true;
}

/* Reads the limits in a certificate that is to be added. */
static int check_certificate(const union key_payload *payload,
			     struct cms_limits *limits, const char **why)
{
	struct der crt;

	*why = "its certificate cannot be looked at: add that, not a key";
	if (!find_certificate(payload, &crt))
		return -EKEYREJECTED;
	*why = "its extensions are malformed";
	if (veriexec_parse_limits(crt.p, crt.len, limits))
		return -EBADMSG;
	*why = limits->refused;
	return *why ? -EKEYREJECTED : 0;
}

/*
 * Decides which keys come into ".veriexec". It does what restrict_link_by_signature()
 * does, which would let everybody in the keyring issue certificates.
 */
static int restrict_link(struct key *dest, const struct key_type *type,
			 const union key_payload *payload, struct key *unused)
{
	const struct public_key_signature *sig;
	const struct public_key *pub;
	struct cms_limits limits;
	const char *why;
	struct key *key;
	int ret;

	if (type == &key_type_keyring &&
	    (payload == &veriexec_keyrings[VERIEXEC_TRUST_BUILTIN]->payload ||
	     (secondary && payload == &secondary->payload)))
		return 0;
	if (type != &key_type_asymmetric)
		return -EOPNOTSUPP;
	sig = payload->data[asym_auth];
	if (!sig)
		return -ENOPKG;
	ret = check_certificate(payload, &limits, &why);
	if (ret) {
		pr_warn("certificate refused: %s\n", why);
		return ret;
	}
	key = veriexec_find_maker(dest, sig);
	if (IS_ERR(key))
		return PTR_ERR(key);

	pub = key->payload.data[asym_crypto];
	ret = veriexec_check_issuer_usage(pub, &why);
	if (!ret)
		ret = veriexec_check_key(dest, key, 1, &why);
	if (!ret)
		ret = veriexec_check_strength(pub, sig, &why);
	if (ret)
		pr_warn("certificate refused: %s\n", why);
	else
		ret = verify_signature(key, sig);
	key_put(key);
	/* Even if the key is refused later on, what was noted is true. */
	return ret ?: note_limits(sig, &limits);
}

/*
 * Finds the keyring that the kernel keeps under a name with a dot. Users cannot make one
 * of such a name, and no user's program runs yet.
 */
static struct key *__init find_keyring(const char *name)
{
	struct key *key, *found = NULL;
	struct rb_node *node;

	spin_lock(&key_serial_lock);
	for (node = rb_first(&key_serial_tree); node; node = rb_next(node)) {
		key = rb_entry(node, struct key, serial_node);
		if (key->type != &key_type_keyring ||
		    strcmp(key->description ?: "", name))
			continue;
		if (refcount_inc_not_zero(&key->usage))
			found = key;
		break;
	}
	spin_unlock(&key_serial_lock);
	return found;
}

static int __init link_keyring(struct key *to, struct key *key)
{
	int ret = key_link(to, key);

	if (ret)
		pr_err("keyring %s cannot be used (%pe)\n", key->description,
		       ERR_PTR(ret));
	return ret;
}

/* If one of the kernel's own keyrings is missing, nobody in it is trusted. */
static void __init link_by_name(struct key *to, const char *name)
{
	struct key *key = find_keyring(name);

	if (key)
		link_keyring(to, key);
	else
		pr_err("there is no keyring %s\n", name);
	key_put(key);
}

static struct key *__init make_keyring(const char *name, key_perm_t more,
				       struct key_restriction *restriction)
{
	return keyring_alloc(name, GLOBAL_ROOT_UID, GLOBAL_ROOT_GID,
			     current_cred(),
			     (KEY_POS_ALL & ~KEY_POS_SETATTR) | KEY_USR_VIEW |
			     KEY_USR_READ | KEY_USR_SEARCH | more,
			     KEY_ALLOC_NOT_IN_QUOTA | KEY_ALLOC_SET_KEEP,
			     restriction, NULL);
}

/*
 * Remembers the limits in a certificate that came with the kernel. Returns an error if
 * the certificate is not to be used: -ENOMEM if its limits cannot be remembered.
 */
static int __init note_certificate(const struct der *crt)
{
	struct x509_certificate *x509;
	struct cms_limits limits;
	int ret;

	x509 = x509_cert_parse(crt->p, crt->len);
	if (IS_ERR(x509))
		return PTR_ERR(x509);
	if (veriexec_parse_limits(crt->p, crt->len, &limits))
		limits.refused = "its extensions are malformed";
	ret = note_limits(x509->sig, &limits);
	if (limits.refused) {
		pr_err("certificate of %s is not used: %s\n", x509->subject,
		       limits.refused);
		ret = ret ?: -EKEYREJECTED;
	}
	x509_free_certificate(x509);
	return ret;
}

/*
 * Goes through the list of certificates, which was built into the kernel, up to where it
 * ends or stops being one. Returns -ENOMEM if the limits in one of them could not be
 * remembered.
 */
static int __init load_list(const u8 *list, size_t size, struct key *keyring)
{
	struct der in = { list, size };
	struct der crt;
	int ret = 0;

	while (der_get(&in, DER_SEQUENCE, NULL, &crt)) {
		int error = note_certificate(&crt);

		if (error == -ENOMEM)
			ret = error;
		if (!error && keyring)
			error = x509_load_certificate_list(crt.p, crt.len,
							   keyring);
		if (error)
			pr_err("a built-in certificate cannot be used (%pe)\n",
			       ERR_PTR(error));
	}
	if (in.len)
		pr_err("the built-in certificates are followed by something else\n");
	return ret;
}

static int __init make_builtin(void)
{
	struct key *keyring = make_keyring(".veriexec_builtin", 0, NULL);

	if (IS_ERR(keyring))
		return PTR_ERR(keyring);
	/* A certificate with limits is not to be used without them. */
	if (IS_ENABLED(CONFIG_SECURITY_VERIEXEC_BUILTIN_KEYRING) &&
	    !load_list(system_certificate_list, system_certificate_list_size,
		       NULL))
		link_by_name(keyring, ".builtin_trusted_keys");
	if (IS_ENABLED(CONFIG_SECURITY_VERIEXEC_PLATFORM_KEYRING))
		link_by_name(keyring, ".platform");
	veriexec_keyrings[VERIEXEC_TRUST_BUILTIN] = keyring;
	load_list(veriexec_certificates, veriexec_certificates_size, keyring);
	return 0;
}

static int __init make_open(void)
{
	struct key_restriction *restriction;
	struct key *keyring;

	restriction = kzalloc(sizeof(*restriction), GFP_KERNEL);
	if (!restriction)
		return -ENOMEM;
	restriction->check = restrict_link;
	keyring = make_keyring(".veriexec", KEY_USR_WRITE, restriction);
	if (IS_ERR(keyring)) {
		kfree(restriction);
		return PTR_ERR(keyring);
	}
	veriexec_keyrings[VERIEXEC_TRUST_ADDED] = keyring;
	if (IS_ENABLED(CONFIG_SECURITY_VERIEXEC_SECONDARY_KEYRING)) {
		secondary = find_keyring(".secondary_trusted_keys");
		if (secondary)
			link_keyring(keyring, secondary);
	}
	return link_keyring(keyring, veriexec_keyrings[VERIEXEC_TRUST_BUILTIN]);
}

static int __init veriexec_keyring_init(void)
{
	int ret = make_builtin();

	if (!ret)
		ret = make_open();
	if (ret)
		pr_err("cannot make the keyrings (%pe): no manifest can be loaded\n",
		       ERR_PTR(ret));
	else if (!veriexec_certificates_size)
		pr_warn("no certificate is compiled in\n");
	return ret;
}

/* The crypto library has all its algorithms by then. */
late_initcall(veriexec_keyring_init);
