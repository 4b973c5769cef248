// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asks the kernel what it can take. Whom it trusts is in its keyring ".veriexec":
 * that keeps no certificates but their names and the identifiers of their keys. So a
 * certificate has to come from elsewhere, with the signature or in a file, and is held
 * against the keyring.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ability.h"
#include "blacklist.h"
#include "fingerprint.h"
#include "keyring.h"
#include "message.h"
#include "securityfs.h"

#define KEYRING ".veriexec"
#define VENDORS ".veriexec_builtin"

/* Of the kernel, for ask_keyring(), which cannot be given anything. */
static key_serial_t keyring, vendors;

/* See &cms_trust.vouch. */
static int ask_keyring(const mbedtls_x509_crt *crt)
{
	int ret, vendor = 0;

	if (!certificate_names_its_key(crt))
		return 0;
	ret = keyring_has(keyring, crt);
	if (ret > 0)
		vendor = keyring_has(vendors, crt);
	if (ret >= 0 && vendor >= 0)
		return vendor ? CMS_VENDOR : ret;
	message("the kernel's keyring %s cannot be read: %s",
		ret < 0 ? KEYRING : VENDORS, strerror(errno));
	return -1;
}

static int read_level(u32 *level)
{
	char text[16] = "";
	FILE *f = sfs_open("level");
	unsigned long n;

	if (!f)
		return -1;
	if (!fgets(text, sizeof(text), f))
		*text = '\0';
	fclose(f);
	n = strtoul(text, NULL, 10);
	*level = (u32)n;
	if (n && n <= UINT32_MAX)
		return 0;
	message("%s/level: is not a number", VX_SECURITYFS);
	return -1;
}

static int read_algorithms(u32 *algs)
{
	FILE *f = sfs_open("algorithms");
	char line[64];
	int alg, err;

	if (!f)
		return -1;
	*algs = 0;
	/* One that is not known here is in no manifest that can be read here. */
	while (fgets(line, sizeof(line), f)) {
		alg = fingerprint_find(line, strcspn(line, "\n"));
		if (alg >= 0)
			*algs |= 1U << alg;
	}
	err = ferror(f);
	fclose(f);
	if (!err && *algs)
		return 0;
	message("%s/algorithms: names no algorithm", VX_SECURITYFS);
	return -1;
}

/* Leaves of the certificates those whom the kernel trusts. */
static int keep_trusted(mbedtls_x509_crt *list)
{
	const mbedtls_x509_crt *crt;
	mbedtls_x509_crt kept;
	int ret = 0;

	mbedtls_x509_crt_init(&kept);
	for (crt = list; crt && crt->raw.len && ret >= 0; crt = crt->next) {
		ret = ask_keyring(crt);
		if (ret > 0 && mbedtls_x509_crt_parse_der(&kept, crt->raw.p,
							  crt->raw.len)) {
			message("out of memory");
			ret = -1;
		}
	}
	mbedtls_x509_crt_free(list);
	*list = kept;
	return ret < 0 ? -1 : 0;
}

static int find_trust(struct trust *trust)
{
	keyring = keyring_find(KEYRING);
	vendors = keyring < 0 ? -1 : keyring_find(VENDORS);
	if (vendors >= 0) {
		trust->known = true;
		trust->ask = blacklist_ask;
		trust->vouch = ask_keyring;
		return keep_trusted(&trust->certificates);
	}
	/* Who is no administrator does not see it. */
	if (trust->known && (errno == ENOKEY || errno == EACCES))
		return 0;
	message("nobody can tell whom the kernel trusts: its keyring %s cannot be found: %s",
		KEYRING, strerror(errno));
	return -1;
}

/**
 * ability_load() - ask what the kernel can take
 * @a: filled; to be freed by ability_free() in any case
 * @certificates: file of certificates, may be NULL; without a keyring to be asked,
 *	those are who is trusted
 * @strict: certificates have to be valid now
 *
 * Return: 0, or -1, reported.
 */
int ability_load(struct ability *a, const char *certificates, bool strict)
{
	if (trust_load(&a->trust, certificates, strict))
		return -1;
	if (read_level(&a->level) || read_algorithms(&a->algs))
		return -1;
	return find_trust(&a->trust);
}

/**
 * ability_free() - end what ability_load() began
 * @a: loaded, successfully or not
 */
void ability_free(struct ability *a)
{
	trust_free(&a->trust);
}
