// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signs whatever it is given, in the form in which the kernel takes manifests.
 * It does not look at what it signs: the tests need wrong manifests, too.
 *
 *	sign_manifest WHO KEY CERT TEXT SIGNED
 *
 * WHO is "known" for the holder of KEY and CERT, "expired" for the same with a
 * copy of CERT that expired a year ago, or "stranger" for a key that is made
 * on the spot.
 */

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/cms.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#define DAY	(24 * 60 * 60L)
#define MAGIC	"~Module signature appended~\n"

/* As in the kernel's include/linux/module_signature.h. */
struct module_signature {
	unsigned char algo;
	unsigned char hash;
	unsigned char id_type;
	unsigned char signer_len;
	unsigned char key_id_len;
	unsigned char pad[3];
	unsigned int sig_len;
};

#define PKEY_ID_PKCS7	2

static void need(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "sign_manifest: %s\n", what);
	ERR_print_errors_fp(stderr);
	exit(1);
}

static EVP_PKEY *read_key(const char *path)
{
	BIO *bio = BIO_new_file(path, "r");
	EVP_PKEY *key;

	need(!!bio, path);
	key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	need(!!key, path);
	BIO_free(bio);
	return key;
}

static X509 *read_certificate(const char *path)
{
	BIO *bio = BIO_new_file(path, "r");
	X509 *cert;

	need(!!bio, path);
	cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	need(!!cert, path);
	BIO_free(bio);
	return cert;
}

static void make_expired(X509 *cert, EVP_PKEY *key)
{
	X509_gmtime_adj(X509_getm_notBefore(cert), -730 * DAY);
	X509_gmtime_adj(X509_getm_notAfter(cert), -365 * DAY);
	need(X509_sign(cert, key, EVP_sha256()) > 0, "cannot sign certificate");
}

static X509 *make_stranger(EVP_PKEY **key)
{
	X509 *cert = X509_new();
	X509_NAME *name;

	*key = EVP_EC_gen("P-256");
	need(*key && cert, "cannot make a key");
	X509_set_version(cert, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), 4711);
	X509_gmtime_adj(X509_getm_notBefore(cert), -DAY);
	X509_gmtime_adj(X509_getm_notAfter(cert), DAY);
	X509_set_pubkey(cert, *key);
	name = X509_get_subject_name(cert);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
				   (const unsigned char *)"Stranger", -1, -1,
				   0);
	X509_set_issuer_name(cert, name);
	need(X509_sign(cert, *key, EVP_sha256()) > 0,
	     "cannot sign certificate");
	return cert;
}

static int sign(BIO *text, X509 *cert, EVP_PKEY *key, unsigned char **der)
{
	const unsigned int flags = CMS_BINARY | CMS_NOSMIMECAP | CMS_DETACHED;
	CMS_ContentInfo *cms;
	int len;

	cms = CMS_sign(NULL, NULL, NULL, NULL, flags | CMS_PARTIAL);
	need(!!cms, "CMS_sign");
	need(!!CMS_add1_signer(cms, cert, key, EVP_sha256(), flags),
	     "CMS_add1_signer");
	need(CMS_final(cms, text, NULL, flags), "CMS_final");
	len = i2d_CMS_ContentInfo(cms, der);
	need(len > 0, "i2d_CMS_ContentInfo");
	CMS_ContentInfo_free(cms);
	return len;
}

static char *read_file(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	char *data;

	need(f && !fseek(f, 0, SEEK_END), path);
	*len = ftell(f);
	rewind(f);
	data = malloc(*len + 1);
	need(data && fread(data, 1, *len, f) == *len, path);
	fclose(f);
	return data;
}

int main(int argc, char **argv)
{
	struct module_signature ms = { .id_type = PKEY_ID_PKCS7 };
	unsigned char *der = NULL;
	EVP_PKEY *key;
	size_t len;
	char *text;
	X509 *cert;
	int size;
	BIO *bio;
	FILE *f;

	need(argc == 6, "usage: sign_manifest WHO KEY CERT TEXT SIGNED");
	if (!strcmp(argv[1], "stranger")) {
		cert = make_stranger(&key);
	} else {
		key = read_key(argv[2]);
		cert = read_certificate(argv[3]);
		if (!strcmp(argv[1], "expired"))
			make_expired(cert, key);
		else
			need(!strcmp(argv[1], "known"), "who?");
	}
	text = read_file(argv[4], &len);
	bio = BIO_new_mem_buf(text, len);
	need(!!bio, "out of memory");
	size = sign(bio, cert, key, &der);
	ms.sig_len = htonl(size);

	f = fopen(argv[5], "wb");
	need(!!f, argv[5]);
	fwrite(text, 1, len, f);
	fwrite(der, 1, size, f);
	fwrite(&ms, 1, sizeof(ms), f);
	fwrite(MAGIC, 1, strlen(MAGIC), f);
	need(!fclose(f), argv[5]);

	BIO_free(bio);
	OPENSSL_free(der);
	X509_free(cert);
	EVP_PKEY_free(key);
	free(text);
	return 0;
}
