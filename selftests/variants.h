/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Signed manifests, good ones and such as are wrong in some way: in the text, in the
 * signature, in the certificates, or behind all that. What is wrong is signed, too,
 * as far as that is possible.
 */

#ifndef _SELFTESTS_VERIEXEC_VARIANTS_H
#define _SELFTESTS_VERIEXEC_VARIANTS_H

#include <stdint.h>

#include "pki.h"

/**
 * struct people - who there is before any variant is made
 * @vendor: the certificate came with the kernel
 * @revoked: likewise, and is on the blacklist
 * @customer: the vendor has issued its certificate, and it was added
 * @authority: likewise, and it may issue others
 */
struct people {
	struct pki vendor;
	struct pki revoked;
	struct pki customer;
	struct pki authority;
};

/**
 * struct variant - one signed manifest
 * @manifest: all of it
 * @what: how it was made
 * @needs_added: a signer's certificate was added to the kernel, and the signature may
 *	not carry it
 */
struct variant {
	struct text manifest;
	char what[512];
	bool needs_added;
};

void variant_make(struct variant *v, const struct people *people, uint64_t seed);

#endif /* _SELFTESTS_VERIEXEC_VARIANTS_H */
