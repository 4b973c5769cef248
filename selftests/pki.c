// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keys, certificates and signatures, see pki.h.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/keyctl.h>

#include <openssl/cms.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "pki.h"

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

static int fail_openssl(const char *what)
{
	fprintf(stderr, "# %s cannot be had\n", what);
	ERR_print_errors_fp(stderr);
	return -EIO;
}

static EVP_PKEY *read_key(const char *path)
{
	BIO *bio = BIO_new_file(path, "r");
	EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL) :
			      NULL;

	BIO_free(bio);
	return key;
}

/**
 * pki_read() - read a key and its certificate
 * @p: filled
 * @key: name of a file, PEM
 * @cert: likewise
 *
 * Return: 0, or a negative errno.
 */
int pki_read(struct pki *p, const char *key, const char *cert)
{
	BIO *bio = BIO_new_file(cert, "r");

	p->key = read_key(key);
	p->cert = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
	BIO_free(bio);
	return p->key && p->cert ? 0 : fail_openssl(p->key ? cert : key);
}

static EVP_PKEY *make_key(const char *kind)
{
	char name[32];

	if (strncmp(kind, "rsa", 3))
		return EVP_EC_gen(kind);
	/* An emulated processor takes too long to make one. */
	snprintf(name, sizeof(name), "%s.key", kind);
	return read_key(ours(name));
}

/* Adds one part of a name, with two bytes per letter if @wide. */
static int add_part(X509_NAME *name, const char *field, const char *value, bool wide)
{
	unsigned char letters[2 * 64];
	size_t i, len = strlen(value);

	if (!wide)
		return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
						  (const unsigned char *)value,
						  -1, -1, 0);
	for (i = 0; i < len && i < sizeof(letters) / 2; i++) {
		letters[2 * i] = 0;
		letters[2 * i + 1] = (unsigned char)value[i];
	}
	return X509_NAME_add_entry_by_txt(name, field, V_ASN1_BMPSTRING, letters,
					  (int)(2 * i), -1, 0);
}

/* "Somebody" is a common name. "/O=Company/CN=Somebody" names its parts. */
static int set_name(X509_NAME *name, const char *text)
{
	bool wide = *text == '!';
	char *copy, *part, *rest, *value;
	int ret = 1;

	text += wide;
	if (*text != '/')
		return add_part(name, "CN", text, wide);
	copy = strdup(text + 1);
	rest = copy;
	while (ret && (part = strsep(&rest, "/"))) {
		value = strchr(part, '=');
		ret = value != NULL;
		if (!ret)
			break;
		*value = '\0';
		ret = add_part(name, part, value + 1, wide);
	}
	free(copy);
	return ret;
}

static int add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509_EXTENSION *extension;
	X509V3_CTX ctx;
	int ret;

	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	ret = extension && X509_add_ext(cert, extension, -1);
	X509_EXTENSION_free(extension);
	return ret;
}

static int add_extensions(X509 *cert, X509 *issuer, unsigned int flags)
{
	char usage[64];

	snprintf(usage, sizeof(usage), "critical,%s%s",
		 flags & PKI_NO_SIGNATURES ? "keyEncipherment" :
					     "digitalSignature",
		 flags & PKI_CA && !(flags & PKI_NO_ISSUING) ? ",keyCertSign" :
							       "");
	return add_extension(cert, issuer, NID_basic_constraints,
			     !(flags & PKI_CA) || flags & PKI_NOT_CA ?
			     "critical,CA:FALSE" : flags & PKI_PATH_0 ?
			     "critical,CA:TRUE,pathlen:0" :
			     "critical,CA:TRUE") &&
	       (!(flags & (PKI_OTHER_USE | PKI_CODE_SIGNING)) ||
		add_extension(cert, issuer, NID_ext_key_usage,
			      flags & PKI_CODE_SIGNING ?
			      "serverAuth,codeSigning" : "serverAuth")) &&
	       (!(flags & PKI_CRITICAL) ||
		add_extension(cert, issuer, NID_name_constraints,
			      "critical,permitted;DNS:example.com")) &&
	       (flags & PKI_NO_USAGE ||
		add_extension(cert, issuer, NID_key_usage, usage)) &&
	       add_extension(cert, issuer, NID_subject_key_identifier,
			     "hash") &&
	       add_extension(cert, issuer, NID_authority_key_identifier,
			     "keyid");
}

static void set_dates(X509 *cert, unsigned int flags)
{
	long from = -DAY, to = 365 * DAY;

	if (flags & PKI_EXPIRED) {
		from = -730 * DAY;
		to = -365 * DAY;
	} else if (flags & PKI_NOT_YET) {
		from = 365 * DAY;
		to = 730 * DAY;
	}
	X509_gmtime_adj(X509_getm_notBefore(cert), from);
	X509_gmtime_adj(X509_getm_notAfter(cert), to);
}

/**
 * pki_make() - make a key and have a certificate issued for it
 * @p: filled
 * @what: of which kind
 * @issuer: who issues it, %NULL if it is to sign itself
 *
 * Return: 0, or a negative errno.
 */
int pki_make(struct pki *p, const struct pki_certificate *what,
	     const struct pki *issuer)
{
	const EVP_MD *md = what->flags & PKI_SHA1 ? EVP_sha1() : EVP_sha256();
	static long serial;

	p->key = make_key(what->key);
	p->cert = X509_new();
	if (!p->key || !p->cert)
		return fail_openssl(what->key);
	issuer = issuer ?: p;
	X509_set_version(p->cert, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(p->cert),
			 getpid() * 1000L + ++serial);
	X509_set_pubkey(p->cert, p->key);
	set_dates(p->cert, what->flags);
	if (!set_name(X509_get_subject_name(p->cert), what->name) ||
	    !X509_set_issuer_name(p->cert,
				  X509_get_subject_name(issuer->cert)) ||
	    !add_extensions(p->cert, issuer->cert, what->flags) ||
	    X509_sign(p->cert, issuer->key, md) <= 0)
		return fail_openssl(what->name);
	return 0;
}

/**
 * pki_forge() - copy all of a certificate but the key
 * @p: filled with a key of its own and a certificate that names, dates and
 *	identifies like @whom's, and that this key has signed
 * @whom: whose certificate is copied
 *
 * Return: 0, or a negative errno.
 */
int pki_forge(struct pki *p, const struct pki *whom)
{
	p->key = make_key("P-256");
	p->cert = X509_dup(whom->cert);
	if (!p->key || !p->cert || !X509_set_pubkey(p->cert, p->key) ||
	    X509_sign(p->cert, p->key, EVP_sha256()) <= 0)
		return fail_openssl("a forged certificate");
	return 0;
}

/**
 * pki_cross() - have somebody else issue a certificate for a key
 * @p: filled with no key and a certificate for that of @whom, under the same name
 * @whom: whose key it is
 * @issuer: who issues it; it does not say by which key
 *
 * Return: 0, or a negative errno.
 */
int pki_cross(struct pki *p, const struct pki *whom, const struct pki *issuer)
{
	int at;

	p->key = NULL;
	p->cert = X509_dup(whom->cert);
	if (!p->cert)
		return fail_openssl("a certificate");
	at = X509_get_ext_by_NID(p->cert, NID_authority_key_identifier, -1);
	X509_EXTENSION_free(X509_delete_ext(p->cert, at));
	if (!X509_set_issuer_name(p->cert,
				  X509_get_subject_name(issuer->cert)) ||
	    X509_sign(p->cert, issuer->key, EVP_sha256()) <= 0)
		return fail_openssl("a certificate for somebody else's key");
	return 0;
}

/**
 * pki_make_expired() - let a certificate that has signed itself run out
 * @p: its holder; only this copy changes
 *
 * Return: 0, or a negative errno.
 */
int pki_make_expired(struct pki *p)
{
	set_dates(p->cert, PKI_EXPIRED);
	return X509_sign(p->cert, p->key, EVP_sha256()) > 0 ? 0 :
	       fail_openssl("a certificate");
}

/**
 * pki_free() - end what pki_read() or pki_make() began
 * @p: filled or zero
 */
void pki_free(struct pki *p)
{
	EVP_PKEY_free(p->key);
	X509_free(p->cert);
	p->key = NULL;
	p->cert = NULL;
}

static CMS_ContentInfo *make_cms(const struct pki_signature *how, BIO *text)
{
	const EVP_MD *md = EVP_get_digestbyname(how->hash ?: "sha256");
	unsigned int flags = CMS_BINARY | CMS_NOSMIMECAP | CMS_DETACHED;
	CMS_ContentInfo *cms;
	int i, good;

	if (how->no_certificates)
		flags |= CMS_NOCERTS;
	if (how->no_attributes)
		flags |= CMS_NOATTR;
	if (how->by_key)
		flags |= CMS_USE_KEYID;
	cms = CMS_sign(NULL, NULL, NULL, NULL, flags | CMS_PARTIAL);
	good = cms && md;
	for (i = 0; good && how->signers[i]; i++)
		good = !!CMS_add1_signer(cms, how->signers[i]->cert,
					 how->signers[i]->key, md, flags);
	for (i = 0; good && how->others[i]; i++)
		good = CMS_add1_cert(cms, how->others[i]->cert);
	if (good && CMS_final(cms, text, NULL, flags))
		return cms;
	CMS_ContentInfo_free(cms);
	return NULL;
}

/**
 * pki_sign_raw() - make a detached signature
 * @how: by whom, and how
 * @text: anything
 * @der: the signature, to be freed
 *
 * Return: 0, or a negative errno.
 */
int pki_sign_raw(const struct pki_signature *how, const struct text *text,
		 struct text *der)
{
	BIO *bio = BIO_new_mem_buf(text->data, text->len);
	CMS_ContentInfo *cms = bio ? make_cms(how, bio) : NULL;
	unsigned char *bytes = NULL;
	int len = cms ? i2d_CMS_ContentInfo(cms, &bytes) : -1;
	int ret = len > 0 ? text_append(der, bytes, len) :
			    fail_openssl("a signature");

	OPENSSL_free(bytes);
	CMS_ContentInfo_free(cms);
	BIO_free(bio);
	return ret;
}

/**
 * pki_sign() - sign as manifests are signed
 * @how: by whom, and how
 * @text: anything
 * @out: text and signature, to be freed
 *
 * Return: 0, or a negative errno.
 */
int pki_sign(const struct pki_signature *how, const struct text *text,
	     struct text *out)
{
	struct module_signature ms = { .id_type = PKEY_ID_PKCS7 };
	struct text der = {};
	int ret = pki_sign_raw(how, text, &der);

	ms.sig_len = htonl(der.len);
	ret = ret ?: text_append(out, text->data, text->len);
	ret = ret ?: text_append(out, der.data, der.len);
	ret = ret ?: text_append(out, &ms, sizeof(ms));
	ret = ret ?: text_append(out, MAGIC, strlen(MAGIC));
	text_free(&der);
	return ret;
}

/**
 * pki_keyring() - find one of the kernel's own keyrings
 * @name: of the keyring
 *
 * They can only be found in the list of all keys.
 *
 * Return: its serial number, or %-ENOKEY.
 */
int pki_keyring(const char *name)
{
	char line[256], description[64];
	unsigned int id;
	int found = -ENOKEY;
	FILE *f = fopen("/proc/keys", "r");

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%x %*s %*s %*s %*s %*s %*s keyring %63[^:]",
			   &id, description) == 2 &&
		    !strcmp(description, name))
			found = (int)id;
	if (f)
		fclose(f);
	return found;
}

/**
 * pki_add() - offer a certificate to a keyring of the kernel
 * @p: whose
 * @keyring: its serial number
 *
 * Return: 0, or the negative errno that the kernel gave, which is in errno too.
 */
int pki_add(const struct pki *p, int keyring)
{
	unsigned char *der = NULL;
	int len = i2d_X509(p->cert, &der);
	int ret;

	errno = 0;
	syscall(SYS_add_key, "asymmetric", NULL, der, (size_t)len, keyring);
	ret = -errno;
	OPENSSL_free(der);
	errno = -ret;
	return ret;
}

/**
 * pki_revoke() - add to the kernel's blacklist
 * @revoker: somebody in its keyring of built-in keys
 * @what: "tbs:" or "bin:" and a hash in hexadecimal digits
 *
 * Return: 0, or the negative errno that the kernel gave.
 */
int pki_revoke(const struct pki *revoker, const char *what)
{
	const struct pki_signature how = {
		.signers = { revoker }, .no_attributes = true,
	};
	const struct text text = { .data = (char *)what, .len = strlen(what) };
	struct text der = {};
	long ret = pki_sign_raw(&how, &text, &der);

	if (!ret && syscall(SYS_add_key, "blacklist", what, der.data, der.len,
			    pki_keyring(".blacklist")) < 0)
		ret = -errno;
	text_free(&der);
	return ret;
}

static int digest(const void *data, size_t len, const char *hash, char *hex)
{
	const EVP_MD *type = EVP_get_digestbyname(hash);
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned int size, i;

	if (!type || !EVP_Digest(data, len, md, &size, type, NULL))
		return fail_openssl(hash);
	for (i = 0; i < size; i++)
		sprintf(hex + 2 * i, "%02x", md[i]);
	return 0;
}

/**
 * pki_fingerprint() - make the entry of a file
 * @path: of the file, beneath AT
 * @hash: "sha1", "sha512" and so on
 * @line: where to add it
 *
 * Return: 0, or a negative errno.
 */
int pki_fingerprint(const char *path, const char *hash, struct text *line)
{
	char hex[2 * EVP_MAX_MD_SIZE + 1];
	struct text data = {};
	int ret = read_file(path, &data);

	ret = ret ?: digest(data.data, data.len, hash, hex);
	ret = ret ?: text_add(line, "%s %s=%s\n", path + strlen(AT "/"), hash,
			      hex);
	text_free(&data);
	return ret;
}

/**
 * pki_tbs_hash() - what the kernel's blacklist knows a certificate by
 * @p: whose
 * @hex: where to, in hexadecimal digits
 *
 * Return: 0, or a negative errno.
 */
int pki_tbs_hash(const struct pki *p, char hex[65])
{
	unsigned char *der = NULL;
	int len = i2d_re_X509_tbs(p->cert, &der);
	int ret = len > 0 ? digest(der, len, "sha256", hex) :
			    fail_openssl("a certificate");

	OPENSSL_free(der);
	return ret;
}
