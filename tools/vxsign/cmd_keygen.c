// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxsign keygen: a new private key, and a certificate that it signs itself or an
 * issuer signs, or the request for one.
 */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <mbedtls/asn1write.h>
#include <mbedtls/error.h>
#include <mbedtls/oid.h>
#include <mbedtls/platform_util.h>
#include <mbedtls/x509_csr.h>

#include "certificate.h"
#include "file.h"
#include "key.h"
#include "message.h"
#include "options.h"

#define DAYS_DEFAULT	3650
#define DAYS_MAX	36500
#define NAME_MAX_LEN	64	/* X.520's bound of a common name */
#define SERIAL_SIZE	16

/**
 * struct request - what to make
 * @rsa: RSA, else ECDSA
 * @bits: size of the key
 * @name: common name of the certificate
 * @days: how long it is valid
 * @key_path: where the key goes
 * @cert_path: where the certificate goes, or NULL
 * @csr_path: where a request for one goes, or NULL
 * @issuer_cert_path: of who issues it; NULL if it signs itself
 * @issuer_key_path: likewise
 * @passphrase_path: of what decrypts the issuer's key, may be NULL
 * @ca: it may issue certificates
 * @force: replace files
 */
struct request {
	bool rsa;
	u64 bits;
	const char *name;
	u64 days;
	const char *key_path;
	const char *cert_path;
	const char *csr_path;
	const char *issuer_cert_path;
	const char *issuer_key_path;
	const char *passphrase_path;
	bool ca;
	bool force;
};

/**
 * struct issuer - who signs the new certificate
 * @cert: of the issuer; an empty one if it signs itself
 * @key: private, of @cert
 */
struct issuer {
	mbedtls_x509_crt cert;
	mbedtls_pk_context key;
};

/* Only what needs no quoting in a name, in a log, and on a command line. */
static bool good_name(const char *name)
{
	size_t i;

	for (i = 0; name[i]; i++)
		if (!isalnum((unsigned char)name[i]) &&
		    !strchr(" ._-@:()", name[i]))
			return false;
	return i && i <= NAME_MAX_LEN && name[0] != ' ' && name[i - 1] != ' ';
}

static int set_serial(mbedtls_x509write_cert *crt, struct chance *c)
{
	u8 bytes[SERIAL_SIZE];
	mbedtls_mpi serial;
	int ret;

	ret = mbedtls_ctr_drbg_random(&c->drbg, bytes, sizeof(bytes));
	if (ret)
		return ret;
	/* Positive and never short, so that it needs no padding. */
	bytes[0] = (bytes[0] & 0x7f) | 0x40;
	mbedtls_mpi_init(&serial);
	ret = mbedtls_mpi_read_binary(&serial, bytes, sizeof(bytes));
	if (!ret)
		ret = mbedtls_x509write_crt_set_serial(crt, &serial);
	mbedtls_mpi_free(&serial);
	return ret;
}

static void compact_date(time_t when, char *buf, size_t size)
{
	mbedtls_x509_time t;

	certificate_time(when, &t);
	snprintf(buf, size, "%04d%02d%02d%02d%02d%02d", t.year, t.mon, t.day,
		 t.hour, t.min, t.sec);
}

static int set_validity(mbedtls_x509write_cert *crt, u64 days)
{
	time_t now = time(NULL);
	char from[32], to[32];

	compact_date(now, from, sizeof(from));
	compact_date(now + (time_t)(days * 24 * 60 * 60), to, sizeof(to));
	return mbedtls_x509write_crt_set_validity(crt, from, to);
}

static unsigned int key_usage(const struct request *rq)
{
	return MBEDTLS_X509_KU_DIGITAL_SIGNATURE |
	       (rq->ca ? MBEDTLS_X509_KU_KEY_CERT_SIGN |
			 MBEDTLS_X509_KU_CRL_SIGN : 0);
}

/* The issuer's key is named as in the issuer's own certificate. */
static int set_authority_key(mbedtls_x509write_cert *crt,
			     const mbedtls_x509_crt *issuer)
{
	static const char oid[] = MBEDTLS_OID_AUTHORITY_KEY_IDENTIFIER;
	u8 value[256];
	u8 *p = value + sizeof(value);
	struct der id;
	int ret;

	if (!certificate_subject_key(issuer, &id) || id.len > 128)
		return MBEDTLS_ERR_X509_INVALID_EXTENSIONS;
	ret = mbedtls_asn1_write_raw_buffer(&p, value, id.p, id.len);
	if (ret >= 0)
		ret = mbedtls_asn1_write_len(&p, value, id.len);
	if (ret >= 0)
		ret = mbedtls_asn1_write_tag(&p, value, DER_CONTEXT_PLAIN(0));
	if (ret >= 0)
		ret = mbedtls_asn1_write_len(&p, value, (size_t)
					     (value + sizeof(value) - p));
	if (ret >= 0)
		ret = mbedtls_asn1_write_tag(&p, value, DER_SEQUENCE);
	if (ret < 0)
		return ret;
	return mbedtls_x509write_crt_set_extension(crt, oid, sizeof(oid) - 1,
						   0, p, (size_t)
						   (value + sizeof(value) - p));
}

/*
 * The kernel finds certificates by the identifiers of their keys, and the
 * key usage is what allows the holder to sign.
 */
static int set_extensions(mbedtls_x509write_cert *crt, const struct request *rq,
			  const struct issuer *issuer)
{
	int ret;

	ret = mbedtls_x509write_crt_set_basic_constraints(crt, rq->ca,
							  rq->ca ? 1 : -1);
	if (!ret)
		ret = mbedtls_x509write_crt_set_key_usage(crt, key_usage(rq));
	if (!ret)
		ret = mbedtls_x509write_crt_set_subject_key_identifier(crt);
	if (ret)
		return ret;
	if (issuer->cert.raw.len)
		return set_authority_key(crt, &issuer->cert);
	return mbedtls_x509write_crt_set_authority_key_identifier(crt);
}

/* Byte for byte the issuer's subject, so that others find the issuer by it. */
static int copy_issuer_name(mbedtls_x509write_cert *crt,
			    const mbedtls_x509_name *name)
{
	mbedtls_asn1_named_data *part;

	for (; name; name = name->next) {
		part = mbedtls_asn1_store_named_data(&crt->issuer,
						     (const char *)name->oid.p,
						     name->oid.len,
						     name->val.p,
						     name->val.len);
		if (!part)
			return MBEDTLS_ERR_X509_ALLOC_FAILED;
		part->val.tag = name->val.tag;
	}
	return 0;
}

static int make_certificate(const struct request *rq, mbedtls_pk_context *key,
			    struct issuer *issuer, struct chance *c, u8 *pem,
			    size_t size)
{
	bool issued = issuer->cert.raw.len;
	char subject[NAME_MAX_LEN + sizeof("CN=")];
	mbedtls_x509write_cert crt;
	int ret;

	snprintf(subject, sizeof(subject), "CN=%s", rq->name);
	mbedtls_x509write_crt_init(&crt);
	mbedtls_x509write_crt_set_version(&crt, MBEDTLS_X509_CRT_VERSION_3);
	mbedtls_x509write_crt_set_md_alg(&crt, key_hash(issued ? &issuer->key :
								 key));
	mbedtls_x509write_crt_set_subject_key(&crt, key);
	mbedtls_x509write_crt_set_issuer_key(&crt, issued ? &issuer->key : key);
	ret = mbedtls_x509write_crt_set_subject_name(&crt, subject);
	if (!ret)
		ret = issued ?
		      copy_issuer_name(&crt, &issuer->cert.subject) :
		      mbedtls_x509write_crt_set_issuer_name(&crt, subject);
	if (!ret)
		ret = set_serial(&crt, c);
	if (!ret)
		ret = set_validity(&crt, rq->days);
	if (!ret)
		ret = set_extensions(&crt, rq, issuer);
	if (!ret)
		ret = mbedtls_x509write_crt_pem(&crt, pem, size,
						mbedtls_ctr_drbg_random,
						&c->drbg);
	mbedtls_x509write_crt_free(&crt);
	return ret;
}

/* What an authority needs to know to issue the certificate. */
static int make_csr(const struct request *rq, mbedtls_pk_context *key,
		    struct chance *c, u8 *pem, size_t size)
{
	char subject[NAME_MAX_LEN + sizeof("CN=")];
	mbedtls_x509write_csr csr;
	int ret;

	snprintf(subject, sizeof(subject), "CN=%s", rq->name);
	mbedtls_x509write_csr_init(&csr);
	mbedtls_x509write_csr_set_md_alg(&csr, key_hash(key));
	mbedtls_x509write_csr_set_key(&csr, key);
	ret = mbedtls_x509write_csr_set_subject_name(&csr, subject);
	if (!ret)
		ret = mbedtls_x509write_csr_set_key_usage(&csr,
						(unsigned char)key_usage(rq));
	if (!ret)
		ret = mbedtls_x509write_csr_pem(&csr, pem, size,
						mbedtls_ctr_drbg_random,
						&c->drbg);
	mbedtls_x509write_csr_free(&csr);
	return ret;
}

/* Will others find the issuer by what was made? */
static bool check_issued(const struct request *rq, const struct issuer *issuer,
			 const u8 *pem)
{
	const mbedtls_x509_buf *name = &issuer->cert.subject_raw;
	mbedtls_x509_crt crt;
	bool good;

	if (!issuer->cert.raw.len)
		return true;
	mbedtls_x509_crt_init(&crt);
	good = !mbedtls_x509_crt_parse(&crt, pem, strlen((const char *)pem) + 1) &&
	       crt.issuer_raw.len == name->len &&
	       !memcmp(crt.issuer_raw.p, name->p, name->len);
	mbedtls_x509_crt_free(&crt);
	if (!good)
		message("%s: its subject cannot be copied; use --csr, and issue the certificate with another tool",
			rq->issuer_cert_path);
	return good;
}

/*
 * The certificate comes first: as long as the old key is there, others know that one.
 * If the key cannot get its name, the certificate gives its name back.
 */
static int place_both(struct prepared_file *cert, struct prepared_file *key,
		      bool replace)
{
	int ret = file_place(cert, replace);

	if (!ret)
		ret = file_place(key, replace);
	if (!ret) {
		file_keep(cert);
		file_keep(key);
		return 0;
	}
	file_drop(key);
	file_drop(cert);
	return ret;
}

/* Both are on the disk before either has its name. */
static enum exit_status write_files(const struct request *rq, const u8 *key_pem,
				    const u8 *pem)
{
	struct prepared_file key, cert;
	int ret;

	ret = file_prepare(&key, rq->key_path, key_pem,
			   strlen((const char *)key_pem), 0600);
	if (!ret) {
		ret = file_prepare(&cert, rq->csr_path ? rq->csr_path :
							 rq->cert_path, pem,
				   strlen((const char *)pem), 0644);
		if (ret)
			file_drop(&key);
		else
			ret = place_both(&cert, &key, rq->force);
	}
	if (ret == -EEXIST)
		return EXIT_NO;
	return ret ? EXIT_TROUBLE : EXIT_YES;
}

static enum exit_status make(const struct request *rq, struct issuer *issuer)
{
	u8 key_pem[8192], pem[8192];
	mbedtls_pk_context key;
	struct chance c;
	char why[128];
	enum exit_status status = EXIT_TROUBLE;
	int ret;

	mbedtls_pk_init(&key);
	ret = chance_open(&c);
	if (ret)
		goto out;
	ret = key_make(&key, rq->rsa, (unsigned int)rq->bits, &c);
	if (!ret)
		ret = mbedtls_pk_write_key_pem(&key, key_pem, sizeof(key_pem));
	if (!ret)
		ret = rq->csr_path ?
		      make_csr(rq, &key, &c, pem, sizeof(pem)) :
		      make_certificate(rq, &key, issuer, &c, pem, sizeof(pem));
	if (ret) {
		mbedtls_strerror(ret, why, sizeof(why));
		message("keygen: key or certificate cannot be made: %s", why);
		goto out;
	}
	status = check_issued(rq, issuer, pem) ?
		 write_files(rq, key_pem, pem) : EXIT_NO;
out:
	mbedtls_platform_zeroize(key_pem, sizeof(key_pem));
	chance_close(&c);
	mbedtls_pk_free(&key);
	return status;
}

static int read_issuer(const struct request *rq, struct issuer *issuer)
{
	struct der id;
	int ret;

	if (!rq->issuer_cert_path)
		return 0;
	ret = certificate_load(rq->issuer_cert_path, &issuer->cert);
	if (!ret)
		ret = key_load(rq->issuer_key_path, rq->passphrase_path,
			       &issuer->key);
	if (ret)
		return ret;
	if (!key_fits(&issuer->cert, &issuer->key))
		message("%s: does not belong to the key %s",
			rq->issuer_cert_path, rq->issuer_key_path);
	else if (!certificate_may_issue(&issuer->cert))
		message("%s: is not the certificate of a CA with key usage keyCertSign",
			rq->issuer_cert_path);
	else if (!certificate_subject_key(&issuer->cert, &id))
		message("%s: has no key identifier", rq->issuer_cert_path);
	else
		return 0;
	return -EKEYREJECTED;
}

static enum exit_status issue(const struct request *rq)
{
	struct issuer issuer;
	enum exit_status status;
	int ret;

	mbedtls_x509_crt_init(&issuer.cert);
	mbedtls_pk_init(&issuer.key);
	ret = read_issuer(rq, &issuer);
	if (!ret)
		status = make(rq, &issuer);
	else
		status = ret == -EKEYREJECTED || ret == -EBADMSG ?
			 EXIT_NO : EXIT_TROUBLE;
	mbedtls_pk_free(&issuer.key);
	mbedtls_x509_crt_free(&issuer.cert);
	return status;
}

static int set_type(void *to, const char *type)
{
	struct request *rq = to;

	rq->rsa = !strcmp(type, "rsa");
	if (rq->rsa || !strcmp(type, "ecdsa"))
		return 0;
	message("keygen: --type '%s' is neither ecdsa nor rsa", type);
	return -EINVAL;
}

static bool check_bits(struct request *rq)
{
	if (!rq->bits)
		rq->bits = rq->rsa ? 3072 : 256;
	if (rq->rsa ? rq->bits >= 2048 && rq->bits <= 4096 && !(rq->bits % 8) :
		      rq->bits == 256 || rq->bits == 384)
		return true;
	message("keygen: --bits %llu is not %s",
		(unsigned long long)rq->bits,
		rq->rsa ? "from 2048 to 4096, in steps of 8" : "256 or 384");
	return false;
}

static bool is_free(const char *path)
{
	if (!path || access(path, F_OK))
		return true;
	message("%s: is there already; --force replaces it", path);
	return false;
}

static enum exit_status run(const struct command *self, int argc, char **argv)
{
	struct request rq = { .days = DAYS_DEFAULT };
	const struct argument table[] = {
		{ .name = "type", .take = set_type, .to = &rq },
		{ .name = "bits", .number = &rq.bits, .min = 1, .max = 65536 },
		{ .name = "cn", .word = &rq.name },
		{ .name = "days", .number = &rq.days, .min = 1,
		  .max = DAYS_MAX },
		{ .name = "key", .word = &rq.key_path },
		{ .name = "cert", .word = &rq.cert_path },
		{ .name = "csr", .word = &rq.csr_path },
		{ .name = "issuer-cert", .word = &rq.issuer_cert_path },
		{ .name = "issuer-key", .word = &rq.issuer_key_path },
		{ .name = "passphrase-file", .word = &rq.passphrase_path },
		{ .name = "ca", .flag = &rq.ca },
		{ .name = "force", .flag = &rq.force },
		{ 0 }
	};
	enum exit_status status;

	if (!options_read(self, argc, argv, table, &status))
		return status;
	if (optind != argc) {
		message("keygen: takes no file: '%s'", argv[optind]);
		return options_wrong(self);
	}
	if (!rq.name)
		return options_missing(self, "--cn NAME");
	if (!rq.key_path)
		return options_missing(self, "--key FILE");
	if (!rq.cert_path == !rq.csr_path) {
		message("keygen: give either --cert or --csr");
		return options_wrong(self);
	}
	if (!rq.issuer_cert_path != !rq.issuer_key_path ||
	    (rq.issuer_cert_path && rq.csr_path)) {
		message("keygen: --issuer-cert and --issuer-key go together, and with --cert");
		return options_wrong(self);
	}
	if (!good_name(rq.name)) {
		message("keygen: --cn '%s' is not 1 to %d letters, digits and ._-@:(), with blanks only between them",
			rq.name, NAME_MAX_LEN);
		return EXIT_TROUBLE;
	}
	if (!check_bits(&rq))
		return EXIT_TROUBLE;
	if (!strcmp(rq.key_path, rq.csr_path ? rq.csr_path : rq.cert_path)) {
		message("keygen: --key and %s are the same file: '%s'",
			rq.csr_path ? "--csr" : "--cert", rq.key_path);
		return EXIT_TROUBLE;
	}
	if (!rq.force && (!is_free(rq.key_path) || !is_free(rq.cert_path) ||
			  !is_free(rq.csr_path)))
		return EXIT_NO;
	return issue(&rq);
}

const struct command cmd_keygen = {
	.name = "keygen",
	.summary = "make a key and its certificate",
	.usage =
"--cn NAME --key FILE --cert FILE [OPTION]...\n"
"       vxsign keygen --cn NAME --key FILE --csr FILE [OPTION]...\n"
"\n"
"Makes a private key, and a certificate that it signs itself or that an issuer\n"
"signs, or a request for one.\n"
"\n"
"  --cn NAME     who signs; shown wherever a signature is\n"
"  --key FILE    where the private key goes: PEM, readable by you alone\n"
"  --cert FILE   where the certificate goes: PEM\n"
"  --csr FILE    where a certificate signing request goes instead: PKCS#10, PEM\n"
"  --issuer-cert FILE\n"
"  --issuer-key FILE\n"
"                who issues the certificate (default: it signs itself)\n"
"  --passphrase-file FILE\n"
"                its first line decrypts the issuer's key (default: ask on the\n"
"                terminal)\n"
"  --type TYPE   ecdsa (default) or rsa\n"
"  --bits N      256 (default) or 384; for rsa 2048 to 4096 (default 3072)\n"
"  --days N      how long the certificate is valid (default 3650)\n"
"  --ca          the holder may also issue certificates\n"
"  --force       replace files that are there\n",
	.run = run,
};
