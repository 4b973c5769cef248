// SPDX-License-Identifier: GPL-2.0-only
/*
 * What every command that signs asks of its signer.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "certificate.h"
#include "key.h"
#include "message.h"
#include "signer.h"

/**
 * signer_options() - the options that say who signs
 * @s: gets what they say
 * @rows: filled; the last is the end of the table
 */
void signer_options(struct signer *s, struct argument rows[SIGNER_ROWS])
{
	const struct argument table[SIGNER_ROWS] = {
		{ .name = "key", .word = &s->key_path },
		{ .name = "cert", .word = &s->cert_path },
		{ .name = "passphrase-file", .word = &s->passphrase_path },
		{ .name = "digest-out", .word = &s->digest_path },
		{ .name = "signature-in", .word = &s->signature_path },
		{ .name = "output", .letter = 'o', .word = &s->out_path },
		{ .name = "force", .flag = &s->force },
		{ 0 }
	};

	memcpy(rows, table, sizeof(table));
}

/**
 * signer_complete() - is it said who signs, and where the key is?
 * @cmd: the command, for messages
 * @s: what was said
 *
 * Return: false, reported, if it is not.
 */
bool signer_complete(const struct command *cmd, const struct signer *s)
{
	if (!s->cert_path) {
		options_missing(cmd, "--cert FILE");
		return false;
	}
	if (!!s->key_path + !!s->digest_path + !!s->signature_path == 1)
		return true;
	message("%s: give one of --key, --digest-out and --signature-in",
		cmd->name);
	options_wrong(cmd);
	return false;
}

/**
 * signer_init() - begin with no key
 * @keys: to be freed by signer_free() in any case
 */
void signer_init(struct signer_keys *keys)
{
	*keys = (struct signer_keys){ 0 };
	mbedtls_pk_init(&keys->key);
	mbedtls_x509_crt_init(&keys->certificates);
}

/**
 * signer_load() - read the certificates of a signer, and the key if it is here
 * @s: where they are
 * @keys: from signer_init(); filled
 *
 * Return: 0, or a negative errno, reported.
 */
int signer_load(const struct signer *s, struct signer_keys *keys)
{
	int ret = certificate_load(s->cert_path, &keys->certificates);

	if (!ret && s->key_path)
		ret = key_load(s->key_path, s->passphrase_path, &keys->key);
	return ret;
}

/**
 * signer_load_signature() - read the signature of a key that is elsewhere
 * @s: where it is
 * @keys: from signer_load(); filled
 *
 * Return: 0, or a negative errno, reported.
 */
int signer_load_signature(const struct signer *s, struct signer_keys *keys)
{
	if (!s->signature_path)
		return 0;
	return signature_load(s->signature_path, &keys->certificates.pk,
			      &keys->signature);
}

/**
 * signer_free() - forget the keys
 * @keys: from signer_init()
 */
void signer_free(struct signer_keys *keys)
{
	mbedtls_x509_crt_free(&keys->certificates);
	mbedtls_pk_free(&keys->key);
	buffer_free(&keys->signature);
}

/**
 * signer_time() - the time to sign: now, or what the builder's environment says
 * @when: filled on success
 *
 * Return: 0, or %-EINVAL, reported.
 */
int signer_time(time_t *when)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	char *end;
	long long n;

	*when = time(NULL);
	if (!epoch || !*epoch)
		return 0;
	errno = 0;
	n = strtoll(epoch, &end, 10);
	/* Up to the year 9999, the last that a certificate can name. */
	if (errno || *end || *epoch < '0' || *epoch > '9' ||
	    n > 253402300799LL) {
		message("SOURCE_DATE_EPOCH '%s' is not a time in seconds",
			epoch);
		return -EINVAL;
	}
	*when = (time_t)n;
	return 0;
}

/**
 * signer_check() - may this signer sign?
 * @path: of the certificate, for messages
 * @crt: the certificate
 * @md: the hash to sign with
 * @key_path: of the key, for messages ; NULL if the key is elsewhere
 * @key: the key, if it is here
 *
 * Return: 0, or %-EKEYREJECTED, reported.
 */
int signer_check(const char *path, const mbedtls_x509_crt *crt,
		 mbedtls_md_type_t md, const char *key_path,
		 const mbedtls_pk_context *key)
{
	char method[CERTIFICATE_METHOD_SIZE];
	struct cms_limits limits;

	if (key_path && !key_fits(crt, key)) {
		message("%s: does not belong to the key %s", path, key_path);
		return -EKEYREJECTED;
	}
	if (!certificate_method(&crt->pk, md, method, sizeof(method))) {
		message("%s: key is neither RSA with 2048 to 4096 bits nor ECDSA on P-256 or P-384",
			path);
		return -EKEYREJECTED;
	}
	if (!certificate_may_sign(crt)) {
		message("%s: does not allow signatures (key usage digitalSignature)",
			path);
		return -EKEYREJECTED;
	}
	if (certificate_limits(crt, &limits))
		limits.refused = "its extensions are malformed";
	if (limits.refused) {
		message("%s: %s", path, limits.refused);
		return -EKEYREJECTED;
	}
	return 0;
}

/**
 * signer_check_dates() - may this signer sign at that time?
 * @path: of the certificate, for messages
 * @crt: the certificate
 * @when: that time
 *
 * Return: 0, or %-EKEYREJECTED, reported.
 */
int signer_check_dates(const char *path, const mbedtls_x509_crt *crt,
		       time_t when)
{
	mbedtls_x509_time t;
	char date[32];
	int valid;

	certificate_time(when, &t);
	valid = certificate_validity(crt, &t);
	if (!valid)
		return 0;
	certificate_date(valid < 0 ? &crt->valid_from : &crt->valid_to, date,
			 sizeof(date));
	message("%s: certificate %s %s", path,
		valid < 0 ? "is not valid before" : "has expired on", date);
	return -EKEYREJECTED;
}

/**
 * signer_status() - how a command that signs ends
 * @err: 0, or a negative errno
 *
 * A wrong signer or manifest is a no. If nobody could tell, that is trouble.
 */
enum exit_status signer_status(int err)
{
	switch (err) {
	case 0:
		return EXIT_YES;
	case -EBADMSG:
	case -EEXIST:
	case -EFBIG:
	case -EKEYREJECTED:
		return EXIT_NO;
	default:
		return EXIT_TROUBLE;
	}
}
