// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asks the kernel whether a certificate is revoked. certs/blacklist.c of the
 * kernel keeps revoked certificates in a keyring of its own: as keys of type
 * blacklist, whose description is the digest of the certificate's signed part;
 * or as certificates, whose description ends with the identifier of their key.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <keyutils.h>

#include "blacklist.h"
#include "certificate.h"
#include "keyring.h"
#include "message.h"

#define KEYRING ".blacklist"

static int cannot_tell(void)
{
	message("the kernel's keyring %s cannot be read: %s", KEYRING,
		strerror(errno));
	return -1;
}

static int has_digest(key_serial_t keyring, const mbedtls_x509_crt *crt)
{
	u8 digest[MBEDTLS_MD_MAX_SIZE];
	char word[KEYRING_WORD_SIZE] = "tbs:";
	size_t len;

	/* If its digest cannot be computed here, its signature is not accepted anyway. */
	if (certificate_digest(crt, digest, &len) ||
	    !keyring_add_hex(word, digest, len))
		return 0;
	if (keyctl_search(keyring, "blacklist", word, 0) >= 0)
		return 1;
	return errno == ENOKEY ? 0 : cannot_tell();
}

/**
 * blacklist_ask() - is a certificate revoked, as far as the kernel knows?
 * @crt: the certificate
 *
 * Return: 1 if it is, 0 if not, -1, reported, if that cannot be told. A kernel
 * without that keyring has revoked nothing.
 */
int blacklist_ask(const mbedtls_x509_crt *crt)
{
	key_serial_t keyring = keyring_find(KEYRING);
	int ret;

	if (keyring < 0)
		return errno == ENOKEY ? 0 : cannot_tell();
	ret = has_digest(keyring, crt);
	if (ret)
		return ret;
	ret = keyring_has(keyring, crt);
	return ret < 0 ? cannot_tell() : ret;
}
