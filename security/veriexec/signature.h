/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The signature at the end of a manifest, and who signed.
 */

#ifndef _SECURITY_VERIEXEC_SIGNATURE_H
#define _SECURITY_VERIEXEC_SIGNATURE_H

#include <linux/string.h>
#include <linux/types.h>

#include "keyring.h"
#include "manifest.h"

#define VERIEXEC_SIGNER_SIZE	128
#define VERIEXEC_METHOD_SIZE	32

/**
 * struct veriexec_signer - who signed a manifest, and how
 * @name: the subject of the certificate; printable only after escaping
 * @method: key and hash in the manner of "ECDSA256+SHA256"
 * @trust: what it may say
 * @key_digest: SHA-256 of the public key: what makes it the same as another
 */
struct veriexec_signer {
	char name[VERIEXEC_SIGNER_SIZE];
	char method[VERIEXEC_METHOD_SIZE];
	enum veriexec_trust trust;
	u8 key_digest[32];
};

/*
 * May one speak for the other? All built-in signers are the vendor. Each added signer
 * is on its own.
 */
static inline bool veriexec_same_signer(const struct veriexec_signer *a,
					const struct veriexec_signer *b)
{
	return a->trust == b->trust &&
	       (a->trust == VERIEXEC_TRUST_BUILTIN ||
		!memcmp(a->key_digest, b->key_digest, sizeof(a->key_digest)));
}

int veriexec_check_signature(const void *data, size_t *len,
			     struct veriexec_signer *signer, u8 *digest,
			     struct veriexec_refusal *refusal);

#endif /* _SECURITY_VERIEXEC_SIGNATURE_H */
