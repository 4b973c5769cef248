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
#include <linux/printk.h>
#include <linux/rbtree.h>
#include <linux/slab.h>
#include <linux/string.h>

/* There is no public way to find one of the kernel's own keyrings. */
#include "../keys/internal.h"

#include "keyring.h"

const char *const veriexec_trust_names[VERIEXEC_TRUST_COUNT] = {
	[VERIEXEC_TRUST_BUILTIN] = "builtin",
	[VERIEXEC_TRUST_ADDED]   = "added",
};

/* So many issuers of a key in the keyring are looked at. */
#define CHAIN_MAX	16

static struct key *keyrings[VERIEXEC_TRUST_COUNT] __ro_after_init;
static struct key *secondary __ro_after_init;

/**
 * veriexec_keyring() - who is trusted so
 * @trust: how; %VERIEXEC_TRUST_ADDED includes all of %VERIEXEC_TRUST_BUILTIN
 *
 * Return: the keyring, or %NULL if it could not be made.
 */
struct key *veriexec_keyring(enum veriexec_trust trust)
{
	return keyrings[trust];
}

/**
 * veriexec_check_revoked() - has a trusted key been revoked since it came in?
 * @keyring: that it is in
 * @key: from a certificate
 * @why: on failure what is wrong, for the operator
 *
 * Looks the certificate and those of its issuers, as far as they are in the
 * keyring, up in the kernel's blacklist, by the digests that were kept of them.
 *
 * Context: Process context, may sleep.
 *
 * Return: 0, or %-EKEYREVOKED, also where it cannot be told.
 */
int veriexec_check_revoked(struct key *keyring, struct key *key,
			   const char **why)
{
	const struct public_key_signature *sig;
	struct key *issuer = key_get(key);
	unsigned int depth;
	int ret = 0;

	for (depth = 0; depth < CHAIN_MAX && issuer && !ret; depth++) {
		key = issuer;
		issuer = NULL;
		sig = key->payload.data[asym_auth];
		if (sig && sig->digest)
			ret = is_hash_blacklisted(sig->digest, sig->digest_size,
						  BLACKLIST_HASH_X509_TBS);
		if (sig && (sig->auth_ids[0] || sig->auth_ids[1]))
			issuer = find_asymmetric_key(keyring, sig->auth_ids[0],
						     sig->auth_ids[1], NULL,
						     false);
		/* Who has signed himself is the last. */
		if (IS_ERR(issuer))
			issuer = NULL;
		if (issuer == key) {
			key_put(issuer);
			issuer = NULL;
		}
		key_put(key);
	}
	key_put(issuer);
	if (!ret)
		return 0;
	*why = VERIEXEC_WHY_REVOKED;
	return -EKEYREVOKED;
}

/**
 * veriexec_may_sign() - is this key one to sign manifests with?
 * @pub: from a certificate
 * @why: on failure what is wrong, for the operator
 *
 * The kernel keeps of a certificate's key usage (RFC 5280, 4.2.1.3) only what
 * it allows, so that none cannot be told from one that allows other things:
 * both count as no.
 *
 * Return: 0 or %-EKEYREJECTED.
 */
int veriexec_may_sign(const struct public_key *pub, const char **why)
{
	if (test_bit(KEY_EFLAG_DIGITALSIG, &pub->key_eflags))
		return 0;
	*why = "the signer's certificate does not allow key usage digitalSignature";
	return -EKEYREJECTED;
}

/**
 * veriexec_may_issue() - is this key one to issue certificates with?
 * @pub: from a certificate
 * @why: on failure what is wrong, for the operator
 *
 * Return: 0 or %-EKEYREJECTED.
 */
int veriexec_may_issue(const struct public_key *pub, const char **why)
{
	if (test_bit(KEY_EFLAG_CA, &pub->key_eflags) &&
	    test_bit(KEY_EFLAG_KEYCERTSIGN, &pub->key_eflags))
		return 0;
	*why = "an issuer's certificate is not that of an authority (CA, keyCertSign)";
	return -EKEYREJECTED;
}

/**
 * veriexec_is_strong() - are key and hash of a signature good enough?
 * @pub: the key that made it
 * @sig: the signature; one by RSA is as long as its key
 * @why: on failure what is wrong, for the operator
 *
 * Return: 0 or %-EKEYREJECTED.
 */
int veriexec_is_strong(const struct public_key *pub,
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

/*
 * Who may come into ".veriexec": see restrict_link_by_signature(), which would
 * let anybody there issue certificates.
 */
static int restrict_link(struct key *dest, const struct key_type *type,
			 const union key_payload *payload, struct key *unused)
{
	const struct public_key_signature *sig;
	const struct public_key *pub;
	const char *why;
	struct key *key;
	int ret;

	if (type == &key_type_keyring &&
	    (payload == &keyrings[VERIEXEC_TRUST_BUILTIN]->payload ||
	     (secondary && payload == &secondary->payload)))
		return 0;
	if (type != &key_type_asymmetric)
		return -EOPNOTSUPP;
	sig = payload->data[asym_auth];
	if (!sig)
		return -ENOPKG;
	if (!sig->auth_ids[0] && !sig->auth_ids[1])
		return -ENOKEY;
	key = find_asymmetric_key(dest, sig->auth_ids[0], sig->auth_ids[1],
				  NULL, false);
	if (IS_ERR(key))
		return PTR_ERR(key);

	pub = key->payload.data[asym_crypto];
	ret = veriexec_may_issue(pub, &why);
	if (!ret)
		ret = veriexec_check_revoked(dest, key, &why);
	if (!ret)
		ret = veriexec_is_strong(pub, sig, &why);
	if (ret)
		pr_warn("certificate refused: %s\n", why);
	else
		ret = verify_signature(key, sig);
	key_put(key);
	return ret;
}

/*
 * The keyring that the kernel keeps under a name with a dot: users can make
 * none of such a name, nor is there one of them that would run by now.
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
		pr_err("keyring %s cannot be used (%d)\n", key->description,
		       ret);
	return ret;
}

/* Where one of the kernel's own is not there, nobody in it is trusted. */
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

static int __init make_builtin(void)
{
	struct key *keyring = make_keyring(".veriexec_builtin", 0, NULL);

	if (IS_ERR(keyring))
		return PTR_ERR(keyring);
	if (IS_ENABLED(CONFIG_SECURITY_VERIEXEC_BUILTIN_KEYRING))
		link_by_name(keyring, ".builtin_trusted_keys");
	if (IS_ENABLED(CONFIG_SECURITY_VERIEXEC_PLATFORM_KEYRING))
		link_by_name(keyring, ".platform");
	keyrings[VERIEXEC_TRUST_BUILTIN] = keyring;
	return x509_load_certificate_list(veriexec_certificates,
					  veriexec_certificates_size, keyring);
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
	keyrings[VERIEXEC_TRUST_ADDED] = keyring;
	if (IS_ENABLED(CONFIG_SECURITY_VERIEXEC_SECONDARY_KEYRING)) {
		secondary = find_keyring(".secondary_trusted_keys");
		if (secondary)
			link_keyring(keyring, secondary);
	}
	return link_keyring(keyring, keyrings[VERIEXEC_TRUST_BUILTIN]);
}

static int __init veriexec_keyring_init(void)
{
	int ret = make_builtin();

	if (!ret)
		ret = make_open();
	if (ret)
		pr_err("cannot make the keyrings (%d): no manifest can be loaded\n",
		       ret);
	else if (!veriexec_certificates_size)
		pr_warn("no certificate is compiled in\n");
	return ret;
}

/* The crypto library has all its algorithms by then. */
late_initcall(veriexec_keyring_init);
