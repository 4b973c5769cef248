// SPDX-License-Identifier: GPL-2.0-only
/*
 * Private keys. What is read of one is wiped from memory when it is freed.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <mbedtls/asn1write.h>
#include <mbedtls/error.h>
#include <mbedtls/pk.h>

#include "der.h"
#include "file.h"
#include "key.h"
#include "message.h"
#include "passphrase.h"
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
	else if (ret == -ENOMEM)
		ret = MBEDTLS_ERR_PK_ALLOC_FAILED;
	else if (ret)
		ret = parse_key(buf, passphrase, key);
	else if (mbedtls_pk_parse_key(key, plain.data, plain.len, NULL, 0))
		/* One in 256 wrong passphrases decrypts to a good padding. */
		ret = MBEDTLS_ERR_PK_PASSWORD_MISMATCH;
	buffer_free(&plain);
	return ret;
}

/* From the file, or from the user at the terminal. */
static int get_passphrase(const char *key_path, const char *file,
			  struct buffer *passphrase)
{
	int ret = file ? read_passphrase(file, passphrase) :
			 passphrase_ask(key_path, passphrase);

	if (ret != -ENOTTY)
		return ret;
	message("%s: is encrypted, and there is no terminal to ask for its passphrase; give --passphrase-file",
		key_path);
	return -EKEYREJECTED;
}

/**
 * key_load() - read a private key
 * @path: PEM or DER
 * @passphrase_file: its first line decrypts the key; NULL to ask on the terminal
 *	if it is encrypted
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
		ret = get_passphrase(path, passphrase_file, &passphrase);
	if (ret)
		goto out;

	ret = open_key(&buf, &passphrase, key);
	if (ret == MBEDTLS_ERR_PK_PASSWORD_REQUIRED && !passphrase_file) {
		ret = get_passphrase(path, NULL, &passphrase);
		if (ret)
			goto out;
		ret = open_key(&buf, &passphrase, key);
	}
	if (ret == MBEDTLS_ERR_PK_PASSWORD_REQUIRED ||
	    ret == MBEDTLS_ERR_PK_PASSWORD_MISMATCH) {
		message("%s: the passphrase%s%s is wrong", path,
			passphrase_file ? " in " : "", passphrase_file ?: "");
		ret = -EKEYREJECTED;
	} else if (ret == MBEDTLS_ERR_PK_ALLOC_FAILED) {
		message("out of memory");
		ret = -ENOMEM;
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

/* Two numbers of half its length each (IEEE P1363), as PKCS#11 has it. */
static int encode_pair(struct buffer *signature)
{
	const size_t half = signature->len / 2;
	u8 der[MBEDTLS_PK_SIGNATURE_MAX_SIZE];
	u8 *p = der + sizeof(der);
	const u8 *end = p;
	mbedtls_mpi n;
	int ret = 0;
	int i;

	for (i = 1; i >= 0 && ret >= 0; i--) {
		mbedtls_mpi_init(&n);
		ret = mbedtls_mpi_read_binary(&n, signature->data + i * half,
					      half);
		if (!ret)
			ret = mbedtls_asn1_write_mpi(&p, der, &n);
		mbedtls_mpi_free(&n);
	}
	if (ret >= 0)
		ret = mbedtls_asn1_write_len(&p, der, (size_t)(end - p));
	if (ret >= 0)
		ret = mbedtls_asn1_write_tag(&p, der, DER_SEQUENCE);
	if (ret < 0)
		return -EBADMSG;
	buffer_free(signature);
	return buffer_add(signature, p, (size_t)(end - p));
}

/**
 * signature_load() - read a signature that was made elsewhere
 * @path: what the key has made, with nothing around it; for ECDSA in DER, or the two
 *	numbers alone
 * @key: the signer's, public
 * @signature: zeroed; filled
 *
 * Return: 0, or a negative errno, reported.
 */
int signature_load(const char *path, const mbedtls_pk_context *key,
		   struct buffer *signature)
{
	const size_t half = (mbedtls_pk_get_bitlen(key) + 7) / 8;
	int ret = file_read(path, MBEDTLS_PK_SIGNATURE_MAX_SIZE, signature);

	if (ret)
		return ret;
	if (mbedtls_pk_can_do(key, MBEDTLS_PK_ECKEY) &&
	    signature->len == 2 * half)
		ret = encode_pair(signature);
	if (!ret && signature->len)
		return 0;
	message("%s: is not a signature", path);
	return -EBADMSG;
}

/**
 * key_fits() - is a certificate that of this key?
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
