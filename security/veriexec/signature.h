/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The signature at the end of a manifest, the keyring it is checked against,
 * and who signed.
 */

#ifndef _SECURITY_VERIEXEC_SIGNATURE_H
#define _SECURITY_VERIEXEC_SIGNATURE_H

#include <linux/init.h>
#include <linux/types.h>

#define VERIEXEC_SIGNER_SIZE	128
#define VERIEXEC_METHOD_SIZE	32

/* From certificates.S. */
extern __initconst const u8 veriexec_certificates[];
extern __initconst const unsigned long veriexec_certificates_size;

/**
 * struct veriexec_signer - who signed a manifest, and how
 * @name: the subject of the certificate; printable only after escaping
 * @method: key and hash in the manner of "ECDSA256+SHA256"
 */
struct veriexec_signer {
	char name[VERIEXEC_SIGNER_SIZE];
	char method[VERIEXEC_METHOD_SIZE];
};

int veriexec_check_signature(const void *data, size_t *len,
			     struct veriexec_signer *signer, const char **why);

#endif /* _SECURITY_VERIEXEC_SIGNATURE_H */
