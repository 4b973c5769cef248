// SPDX-License-Identifier: GPL-2.0-only
/*
 * Private keys. What is read of one is wiped from memory when it is freed.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <mbedtls/error.h>
#include <mbedtls/pk.h>

#include "file.h"
#include "key.h"
#include "message.h"
#include "pkcs8.h"

#define KEY_FILE_MAX	65536U
#define RSA_EXPONENT	65537

/**
 * chance_open() - begin to draw random numbers
 * @c: to be closed in any case
 *
 * Return: 0, or %-EIO, reported.
 */
int chance_open(struct chance *c)
{
	mbedtls_entropy_init(&c->entropy);
	mbedtls_ctr_drbg_init(&c->drbg);
	if (!mbedtls_ctr_drbg_seed(&c->drbg, mbedtls_entropy_func, &c->entropy,
				   NULL, 0))
		return 0;
	message("the system gives no random numbers");
	return -EIO;
}

/**
 * chance_close() - wipe the state of the random numbers
 * @c: from chance_open()
 */
void chance_close(struct chance *c)
{
	mbedtls_ctr_drbg_free(&c->drbg);
	mbedtls_entropy_free(&c->entropy);
}

/**
 * key_make() - make a new key
 * @key: initialized
 * @rsa: RSA, else ECDSA
 * @bits: its size; 256 or 384 for ECDSA
 * @c: open
 *
 * Return: 0, or an error of mbedTLS.
 */
int key_make(mbedtls_pk_context *key, bool rsa, unsigned int bits,
	     struct chance *c)
{
	mbedtls_pk_type_t type = rsa ? MBEDTLS_PK_RSA : MBEDTLS_PK_ECKEY;
	int ret;

	ret = mbedtls_pk_setup(key, mbedtls_pk_info_from_type(type));
	if (ret)
		return ret;
	if (rsa)
		return mbedtls_rsa_gen_key(mbedtls_pk_rsa(*key),
					   mbedtls_ctr_drbg_random, &c->drbg,
					   bits, RSA_EXPONENT);
	return mbedtls_ecp_gen_key(bits == 384 ? MBEDTLS_ECP_DP_SECP384R1 :
						 MBEDTLS_ECP_DP_SECP256R1,
				   mbedtls_pk_ec(*key),
				   mbedtls_ctr_drbg_random, &c->drbg);
}

/* The first line of a file, without its end. */
static int read_passphrase(const char *path, struct buffer *buf)
{
	int ret = file_read(path, KEY_FILE_MAX, buf);

	if (!ret)
		buf->len = strcspn((char *)buf->data, "\r\n");
	return ret;
}

/* Parses a key that mbedTLS can open by itself, or that is plain. */
static int parse_key(const struct buffer *buf, const struct buffer *passphrase,
		     mbedtls_pk_context *key)
{
	/* mbedTLS wants the NUL of PEM counted, and none behind DER. */
	bool pem = strstr((const char *)buf->data, "-----BEGIN ");

	return mbedtls_pk_parse_key(key, buf->data, buf->len + pem,
				    passphrase->data, passphrase->len);
}

/* Opens PKCS#8 first: where mbedTLS cannot, it does not say why. */
static int open_key(const struct buffer *buf, const struct buffer *passphrase,
		    mbedtls_pk_context *key)
{
	struct buffer plain = { 0 };
	int ret = -ENOENT;

	if (passphrase->len)
		ret = pkcs8_decrypt(buf, passphrase, &plain);
	if (ret == -EKEYREJECTED)
		ret = MBEDTLS_ERR_PK_PASSWORD_MISMATCH;
	else if (ret)
		ret = parse_key(buf, passphrase, key);
	else if (mbedtls_pk_parse_key(key, plain.data, plain.len, NULL, 0))
		/* One in 256 wrong passphrases decrypts to a good padding. */
		ret = MBEDTLS_ERR_PK_PASSWORD_MISMATCH;
	buffer_free(&plain);
	return ret;
}

/**
 * key_load() - read a private key
 * @path: PEM or DER
 * @passphrase_file: its first line decrypts the key; NULL if it is plain
 * @key: initialized
 *
 * Return: 0, or a negative errno, reported.
 */
int key_load(const char *path, const char *passphrase_file,
	     mbedtls_pk_context *key)
{
	struct buffer passphrase = { 0 };
	struct buffer buf = { 0 };
	char why[128];
	int ret;

	ret = file_read(path, KEY_FILE_MAX, &buf);
	if (!ret && passphrase_file)
		ret = read_passphrase(passphrase_file, &passphrase);
	if (ret)
		goto out;

	ret = open_key(&buf, &passphrase, key);
	if (ret == MBEDTLS_ERR_PK_PASSWORD_REQUIRED) {
		message("%s: is encrypted; give --passphrase-file", path);
		ret = -EKEYREJECTED;
	} else if (ret == MBEDTLS_ERR_PK_PASSWORD_MISMATCH) {
		message("%s: passphrase in %s is wrong", path, passphrase_file);
		ret = -EKEYREJECTED;
	} else if (ret) {
		mbedtls_strerror(ret, why, sizeof(why));
		message("%s: is not a private key: %s", path, why);
		ret = -EBADMSG;
	}
out:
	buffer_free(&passphrase);
	buffer_free(&buf);
	return ret;
}

/**
 * key_fits() - does a certificate speak of this key?
 * @crt: the certificate
 * @key: the private key
 */
bool key_fits(const mbedtls_x509_crt *crt, const mbedtls_pk_context *key)
{
	return !mbedtls_pk_check_pair(&crt->pk, key);
}

/**
 * key_hash() - the hash that is as strong as a key
 * @key: the key
 */
mbedtls_md_type_t key_hash(const mbedtls_pk_context *key)
{
	if (mbedtls_pk_can_do(key, MBEDTLS_PK_ECKEY) &&
	    mbedtls_pk_get_bitlen(key) > 256)
		return MBEDTLS_MD_SHA384;
	return MBEDTLS_MD_SHA256;
}
