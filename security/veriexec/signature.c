// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checks the PKCS#7 signature appended to a manifest, in the form that
 * scripts/sign-file appends to modules, against the ".veriexec" keyring.
 *
 * The keyring holds the certificates compiled in and takes no others.
 */

#define pr_fmt(fmt) "veriexec: " fmt

#include <crypto/pkcs7.h>
#include <crypto/public_key.h>
#include <keys/asymmetric-type.h>
#include <linux/ctype.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/key.h>
#include <linux/module_signature.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/verification.h>

/* There is no public way to ask a message who signed it. */
#include "../../crypto/asymmetric_keys/pkcs7_parser.h"

#include "signature.h"

static struct key *veriexec_keyring __ro_after_init;

/*
 * "ECDSA256+SHA256": the kernel names elliptic keys by their curve, and an RSA
 * signature is as long as its key. Returns 0 or -EKEYREJECTED where key or hash
 * are too weak for a manifest.
 */
static int word_method(const struct public_key *pub,
		       const struct public_key_signature *sig, char *method)
{
	static const char curve[] = "ecdsa-nist-p";
	char *p;

	if (strcmp(sig->hash_algo, "sha256") &&
	    strcmp(sig->hash_algo, "sha384") &&
	    strcmp(sig->hash_algo, "sha512"))
		return -EKEYREJECTED;

	if (!strncmp(pub->pkey_algo, curve, strlen(curve)) &&
	    strcmp(pub->pkey_algo, "ecdsa-nist-p192"))
		snprintf(method, VERIEXEC_METHOD_SIZE, "ecdsa%s+%s",
			 pub->pkey_algo + strlen(curve), sig->hash_algo);
	else if (!strcmp(pub->pkey_algo, "rsa") && sig->s_size >= 2048 / 8)
		snprintf(method, VERIEXEC_METHOD_SIZE, "rsa%u+%s",
			 sig->s_size * 8, sig->hash_algo);
	else
		return -EKEYREJECTED;

	for (p = method; *p; p++)
		*p = toupper(*p);
	return 0;
}

/*
 * A message may have many signers, of whom one trusted is enough: finds that
 * one in a message which has passed verification.
 */
static int find_signer(const struct pkcs7_message *pkcs7,
		       struct veriexec_signer *signer)
{
	const struct pkcs7_signed_info *sinfo;
	struct key *key;
	int ret = -ENOKEY;

	for (sinfo = pkcs7->signed_infos; sinfo; sinfo = sinfo->next) {
		if (sinfo->unsupported_crypto || sinfo->blacklisted)
			continue;
		if (sinfo->signer && sinfo->signer->verified) {
			strscpy(signer->name, sinfo->signer->subject,
				sizeof(signer->name));
			ret = word_method(sinfo->signer->pub, sinfo->sig,
					  signer->method);
		} else {
			key = find_asymmetric_key(veriexec_keyring,
						  sinfo->sig->auth_ids[0],
						  NULL, NULL, false);
			if (IS_ERR(key))
				continue;
			strscpy(signer->name, key->description,
				sizeof(signer->name));
			ret = word_method(key->payload.data[asym_crypto],
					  sinfo->sig, signer->method);
			key_put(key);
		}
		if (!ret)
			return 0;
	}
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
 * @why: on failure what is wrong, for the operator
 *
 * The kernel has no clock to trust at boot: a certificate's dates are compared
 * with the signing time in the signature, where it has one, not with now.
 *
 * Context: Process context, may sleep.
 *
 * Return: 0, %-EBADMSG if there is something at the end that is no signature,
 * %-ENOKEY if it is unsigned or nobody trusted signed it, %-EKEYREJECTED if the
 * signature or its signer is not good, %-ENOMEM.
 */
int veriexec_check_signature(const void *data, size_t *len,
			     struct veriexec_signer *signer, const char **why)
{
	struct pkcs7_message *pkcs7;
	size_t text_len = *len;
	size_t sig_len = 0;
	int ret;

	ret = split(data, &text_len, &sig_len, why);
	if (ret)
		return ret;
	/* Detached data of no length would count as none. */
	if (!text_len) {
		*why = "it is empty";
		return -EBADMSG;
	}
	/* No keyring would mean that of the modules. */
	if (!veriexec_keyring) {
		*why = "there is no keyring";
		return -ENOKEY;
	}

	pkcs7 = pkcs7_parse_message(data + text_len, sig_len);
	if (IS_ERR(pkcs7)) {
		ret = PTR_ERR(pkcs7);
	} else {
		ret = verify_pkcs7_message_sig(data, text_len, pkcs7,
					       veriexec_keyring,
					       VERIFYING_UNSPECIFIED_SIGNATURE,
					       NULL, NULL);
		if (!ret)
			ret = find_signer(pkcs7, signer);
		pkcs7_free_message(pkcs7);
	}

	switch (ret) {
	case 0:
		*len = text_len;
		return 0;
	case -ENOMEM:
		*why = "there is no memory to check its signature";
		return ret;
	case -ENOKEY:
		*why = "nobody trusted has signed it";
		return ret;
	case -EBADMSG:
		*why = "its signature is malformed";
		return ret;
	case -ENOPKG:
		*why = "its signature uses an algorithm that is not here";
		return -EKEYREJECTED;
	default:
		*why = "its signature or the signer's certificate is not good";
		return -EKEYREJECTED;
	}
}

static int __init veriexec_keyring_init(void)
{
	struct key_restriction *restriction;
	struct key *keyring;

	restriction = kzalloc(sizeof(*restriction), GFP_KERNEL);
	if (!restriction)
		return -ENOMEM;
	restriction->check = restrict_link_reject;

	keyring = keyring_alloc(".veriexec", GLOBAL_ROOT_UID, GLOBAL_ROOT_GID,
				current_cred(),
				(KEY_POS_ALL & ~KEY_POS_SETATTR) |
				KEY_USR_VIEW | KEY_USR_READ | KEY_USR_SEARCH,
				KEY_ALLOC_NOT_IN_QUOTA | KEY_ALLOC_SET_KEEP,
				restriction, NULL);
	if (IS_ERR(keyring)) {
		pr_err("cannot make the keyring (%ld): no manifest can be loaded\n",
		       PTR_ERR(keyring));
		kfree(restriction);
		return PTR_ERR(keyring);
	}
	veriexec_keyring = keyring;

	if (!veriexec_certificates_size)
		pr_warn("no certificate is compiled in: no manifest can be loaded\n");
	return x509_load_certificate_list(veriexec_certificates,
					  veriexec_certificates_size, keyring);
}

/* The crypto library has all its algorithms by then. */
late_initcall(veriexec_keyring_init);
