// SPDX-License-Identifier: GPL-2.0-only
/*
 * What all that is signed asks of its signer.
 */

#include <errno.h>
#include <stdlib.h>

#include "certificate.h"
#include "key.h"
#include "message.h"
#include "signer.h"

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
 * signer_check() - may he sign?
 * @path: of his certificate, for messages
 * @crt: his certificate
 * @md: by which he signs
 * @key_path: of his key, for messages; NULL if the key is elsewhere
 * @key: his key, if it is here
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
 * signer_check_dates() - may he sign at that time?
 * @path: of his certificate, for messages
 * @crt: his certificate
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
 * signer_status() - how a command ends that signs
 * @err: 0, or a negative errno
 *
 * Not what was asked for is a no; that nobody could tell is trouble.
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
