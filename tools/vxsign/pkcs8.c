// SPDX-License-Identifier: GPL-2.0-only
/*
 * Opens private keys that are encrypted with PBES2 (RFC 8018) and AES, as
 * OpenSSL does since it writes PKCS#8; mbedTLS 2.28 knows only DES there.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <mbedtls/cipher.h>
#include <mbedtls/md.h>
#include <mbedtls/oid.h>
#include <mbedtls/pem.h>
#include <mbedtls/pkcs5.h>
#include <mbedtls/platform_util.h>

#include "der.h"
#include "pkcs8.h"

#define OID_AES		"\x60\x86\x48\x01\x65\x03\x04\x01"
#define IV_SIZE		16U
#define ROUNDS_MAX	100000000U

static const struct {
	const char *oid;
	mbedtls_cipher_type_t type;
	u32 key_size;
} ciphers[] = {
	{ OID_AES "\x02", MBEDTLS_CIPHER_AES_128_CBC, 16 },
	{ OID_AES "\x16", MBEDTLS_CIPHER_AES_192_CBC, 24 },
	{ OID_AES "\x2a", MBEDTLS_CIPHER_AES_256_CBC, 32 },
};

#define CIPHER_COUNT	(sizeof(ciphers) / sizeof(ciphers[0]))

/**
 * struct encrypted - an EncryptedPrivateKeyInfo, taken apart
 * @salt: of the key derivation
 * @rounds: likewise
 * @prf: the hash of its HMAC
 * @cipher: index into @ciphers
 * @iv: of the cipher
 * @data: encrypted
 */
struct encrypted {
	struct der salt;
	u32 rounds;
	mbedtls_md_type_t prf;
	size_t cipher;
	struct der iv;
	struct der data;
};

static bool is_oid(const struct der *id, const char *oid)
{
	return der_equal(id, oid, strlen(oid));
}

static bool parse_number(struct der *in, u32 *n)
{
	struct der value;

	if (!der_get(in, DER_INTEGER, &value, NULL) || !value.len ||
	    value.len > 4 || value.p[0] & 0x80)
		return false;
	for (*n = 0; value.len; value.p++, value.len--)
		*n = *n << 8 | *value.p;
	return true;
}

static bool parse_derivation(struct der *in, struct encrypted *e)
{
	struct der algorithm, parameters, prf, id;
	mbedtls_asn1_buf oid = { 0 };
	u32 key_size;

	if (!der_get(in, DER_SEQUENCE, &algorithm, NULL) ||
	    !der_get(&algorithm, DER_OID, &id, NULL) ||
	    !is_oid(&id, MBEDTLS_OID_PKCS5_PBKDF2) ||
	    !der_get(&algorithm, DER_SEQUENCE, &parameters, NULL) ||
	    !der_get(&parameters, DER_OCTET_STRING, &e->salt, NULL) ||
	    !parse_number(&parameters, &e->rounds) || !e->rounds ||
	    e->rounds > ROUNDS_MAX)
		return false;
	if (der_is(&parameters, DER_INTEGER) &&
	    !parse_number(&parameters, &key_size))
		return false;
	e->prf = MBEDTLS_MD_SHA1;
	if (!parameters.len)
		return true;
	if (!der_get(&parameters, DER_SEQUENCE, &prf, NULL) ||
	    !der_get(&prf, DER_OID, &id, NULL))
		return false;
	oid.p = (unsigned char *)id.p;
	oid.len = id.len;
	return !mbedtls_oid_get_md_hmac(&oid, &e->prf);
}

static bool parse_cipher(struct der *in, struct encrypted *e)
{
	struct der algorithm, id;

	if (!der_get(in, DER_SEQUENCE, &algorithm, NULL) ||
	    !der_get(&algorithm, DER_OID, &id, NULL) ||
	    !der_get(&algorithm, DER_OCTET_STRING, &e->iv, NULL) ||
	    e->iv.len != IV_SIZE)
		return false;
	for (e->cipher = 0; e->cipher < CIPHER_COUNT; e->cipher++)
		if (is_oid(&id, ciphers[e->cipher].oid))
			return true;
	return false;
}

static bool parse_encrypted(struct der in, struct encrypted *e)
{
	struct der info, scheme, parameters, id;

	return der_get(&in, DER_SEQUENCE, &info, NULL) &&
	       der_get(&info, DER_SEQUENCE, &scheme, NULL) &&
	       der_get(&scheme, DER_OID, &id, NULL) &&
	       is_oid(&id, MBEDTLS_OID_PKCS5_PBES2) &&
	       der_get(&scheme, DER_SEQUENCE, &parameters, NULL) &&
	       parse_derivation(&parameters, e) &&
	       parse_cipher(&parameters, e) &&
	       der_get(&info, DER_OCTET_STRING, &e->data, NULL);
}

static int derive_key(const struct encrypted *e,
		      const struct buffer *passphrase, u8 *key, u32 size)
{
	const mbedtls_md_info_t *md = mbedtls_md_info_from_type(e->prf);
	mbedtls_md_context_t ctx;
	int ret;

	mbedtls_md_init(&ctx);
	ret = md ? mbedtls_md_setup(&ctx, md, 1) : -1;
	if (!ret)
		ret = mbedtls_pkcs5_pbkdf2_hmac(&ctx, passphrase->data,
						passphrase->len, e->salt.p,
						e->salt.len, e->rounds, size,
						key);
	mbedtls_md_free(&ctx);
	return ret;
}

static int decrypt_data(const struct encrypted *e, const u8 *key, u8 *out,
			size_t *out_len)
{
	const mbedtls_cipher_info_t *info =
		mbedtls_cipher_info_from_type(ciphers[e->cipher].type);
	mbedtls_cipher_context_t ctx;
	int ret;

	mbedtls_cipher_init(&ctx);
	ret = info ? mbedtls_cipher_setup(&ctx, info) : -1;
	if (!ret)
		ret = mbedtls_cipher_setkey(&ctx, key,
					(int)(8 * ciphers[e->cipher].key_size),
					MBEDTLS_DECRYPT);
	if (!ret)
		ret = mbedtls_cipher_crypt(&ctx, e->iv.p, e->iv.len, e->data.p,
					   e->data.len, out, out_len);
	mbedtls_cipher_free(&ctx);
	return ret;
}

static int decrypt(const struct encrypted *e, const struct buffer *passphrase,
		   struct buffer *out)
{
	u8 key[32];
	int ret;

	/* The cipher wants a block more than the data that it gives. */
	out->len = e->data.len + IV_SIZE;
	out->data = calloc(1, out->len);
	if (!out->data)
		return -ENOMEM;
	ret = derive_key(e, passphrase, key, ciphers[e->cipher].key_size);
	if (!ret)
		ret = decrypt_data(e, key, out->data, &out->len);
	mbedtls_platform_zeroize(key, sizeof(key));
	return ret ? -EKEYREJECTED : 0;
}

/**
 * pkcs8_decrypt() - open an encrypted private key
 * @pem: of the key
 * @passphrase: that opens it
 * @key: zeroed; gets the plain key, DER; to be freed in any case
 *
 * Return: 0; %-ENOENT if @pem is no key in that form; %-ENOTSUP if it is
 * encrypted in another way; %-EKEYREJECTED if the passphrase is wrong;
 * %-ENOMEM. Not reported.
 */
int pkcs8_decrypt(const struct buffer *pem, const struct buffer *passphrase,
		  struct buffer *key)
{
	struct encrypted e = { 0 };
	mbedtls_pem_context ctx;
	size_t used;
	int ret = -ENOENT;

	mbedtls_pem_init(&ctx);
	if (!mbedtls_pem_read_buffer(&ctx,
				     "-----BEGIN ENCRYPTED PRIVATE KEY-----",
				     "-----END ENCRYPTED PRIVATE KEY-----",
				     pem->data, NULL, 0, &used))
		ret = parse_encrypted((struct der){ ctx.buf, ctx.buflen }, &e) ?
			      decrypt(&e, passphrase, key) : -ENOTSUP;
	mbedtls_pem_free(&ctx);
	return ret;
}
