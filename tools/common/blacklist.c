// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asks the kernel whether a certificate is revoked. certs/blacklist.c of the
 * kernel keeps revoked certificates in a keyring of its own: as keys of type
 * blacklist, whose description is the digest of the certificate's signed part;
 * or as certificates, whose description ends with the identifier of their key.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <keyutils.h>

#include "blacklist.h"
#include "certificate.h"
#include "keyring.h"
#include "message.h"

#define KEYRING ".blacklist"

/* Room for an identifier or a digest in hex, and what is around it. */
#define WORD_SIZE (2 * 128 + 8)

static bool add_hex(char *word, const u8 *data, size_t len)
{
	size_t at = strlen(word);
	size_t i;

	if (at + 2 * len >= WORD_SIZE)
		return false;
	for (i = 0; i < len; i++)
		sprintf(word + at + 2 * i, "%02x", data[i]);
	return true;
}

static int cannot_tell(void)
{
	message("the kernel's keyring %s cannot be read: %s", KEYRING,
		strerror(errno));
	return -1;
}

static int has_digest(key_serial_t keyring, const mbedtls_x509_crt *crt)
{
	u8 digest[MBEDTLS_MD_MAX_SIZE];
	char word[WORD_SIZE] = "tbs:";
	size_t len;

	/* Of what cannot be hashed here no signature is good either. */
	if (certificate_digest(crt, digest, &len) ||
	    !add_hex(word, digest, len))
		return 0;
	if (keyctl_search(keyring, "blacklist", word, 0) >= 0)
		return 1;
	return errno == ENOKEY ? 0 : cannot_tell();
}

/* Is this key the certificate with the identifier that @ending has? */
static bool is_certificate(key_serial_t key, const char *ending)
{
	size_t len = strlen(ending), size;
	char *description;
	bool same;

	if (keyctl_describe_alloc(key, &description) < 0)
		return false;
	size = strlen(description);
	same = !strncmp(description, "asymmetric;", 11) && size > len &&
	       !strcmp(description + size - len, ending);
	free(description);
	return same;
}

static int has_certificate(key_serial_t keyring, const mbedtls_x509_crt *crt)
{
	char ending[WORD_SIZE] = ": ";
	key_serial_t *keys;
	struct der id;
	bool found = false;
	int size, i;

	if (!certificate_subject_key(crt, &id) ||
	    !add_hex(ending, id.p, id.len))
		return 0;
	size = keyctl_read_alloc(keyring, (void **)&keys);
	if (size < 0)
		return cannot_tell();
	for (i = 0; i < size / (int)sizeof(*keys) && !found; i++)
		found = is_certificate(keys[i], ending);
	free(keys);
	return found;
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
	return ret ? ret : has_certificate(keyring, crt);
}
