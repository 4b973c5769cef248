/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The keyrings that manifests' signatures are checked against: who is in them,
 * and how others come in.
 *
 * ".veriexec_builtin" holds the certificates that the kernel was built with and
 * links to those of the kernel's keyrings that the configuration names and that
 * no user can add to. It never changes after boot.
 *
 * ".veriexec" links to it, and takes a certificate from user space if that was
 * issued by the holder of one that can be found through it. It never loses one.
 */

#ifndef _SECURITY_VERIEXEC_KEYRING_H
#define _SECURITY_VERIEXEC_KEYRING_H

#include <linux/init.h>
#include <linux/key.h>
#include <linux/types.h>

struct public_key;
struct public_key_signature;

/* From certificates.S. */
extern __initconst const u8 veriexec_certificates[];
extern __initconst const unsigned long veriexec_certificates_size;

/* The kernel's own, from certs/system_certificates.S. */
extern __initconst const u8 system_certificate_list[];
extern __initconst const unsigned long system_certificate_list_size;

/**
 * enum veriexec_trust - how far the owner of a key is trusted
 * @VERIEXEC_TRUST_BUILTIN: came with the kernel: the system's vendor, whose
 *	manifests may say everything
 * @VERIEXEC_TRUST_ADDED: somebody else vouches for the owner, who may add to the
 *	system, but not change it
 *
 * Who is trusted more comes first.
 */
enum veriexec_trust {
	VERIEXEC_TRUST_BUILTIN,
	VERIEXEC_TRUST_ADDED,
	VERIEXEC_TRUST_COUNT
};

#define VERIEXEC_WHY_REVOKED	\
	"the signer's certificate or one of its issuers' is revoked"

/*
 * The keyring of those who are trusted so, or %NULL if it could not be made. The keyring of
 * added signers also has the built-in ones.
 */
extern struct key *veriexec_keyrings[VERIEXEC_TRUST_COUNT];
extern const char *const veriexec_trust_names[VERIEXEC_TRUST_COUNT];

struct key *veriexec_find_maker(struct key *keyring,
				const struct public_key_signature *sig);
int veriexec_check_key(struct key *keyring, struct key *key, unsigned int depth,
		       const char **why);
int veriexec_check_signer_usage(const struct public_key *pub, const char **why);
int veriexec_check_issuer_usage(const struct public_key *pub, const char **why);
int veriexec_check_strength(const struct public_key *pub,
			    const struct public_key_signature *sig,
			    const char **why);

#endif /* _SECURITY_VERIEXEC_KEYRING_H */
