// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxsign sign: appends a signature to a manifest. What it writes it has
 * verified before.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "key.h"
#include "message.h"
#include "options.h"
#include "reader.h"
#include "signed.h"

/**
 * struct request - what to sign, and how
 * @key_path: of the private key
 * @passphrase_path: of what decrypts it, may be NULL
 * @cert_path: of the signer's certificate
 * @out_path: where the signed manifest goes
 * @md: MBEDTLS_MD_NONE: what suits the key
 * @replace: a signature that is there
 * @force: sign though the certificate is not valid now
 */
struct request {
	const char *key_path;
	const char *passphrase_path;
	const char *cert_path;
	const char *out_path;
	mbedtls_md_type_t md;
	bool replace;
	bool force;
};

/* The time to sign: now, or what the builder's environment says. */
static int signing_time(time_t *when)
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

static int check_certificate(const struct request *rq,
			     const mbedtls_x509_crt *crt,
			     const mbedtls_pk_context *key, time_t when)
{
	char method[CERTIFICATE_METHOD_SIZE];
	mbedtls_x509_time t;
	char date[32];
	int valid;

	if (!key_fits(crt, key)) {
		message("%s: does not belong to the key %s", rq->cert_path,
			rq->key_path);
		return -EKEYREJECTED;
	}
	if (!certificate_method(&crt->pk, rq->md, method, sizeof(method))) {
		message("%s: key is neither RSA with 2048 to 4096 bits nor ECDSA on P-256 or P-384",
			rq->cert_path);
		return -EKEYREJECTED;
	}
	if (!certificate_may_sign(crt)) {
		message("%s: does not allow signatures (key usage digitalSignature)",
			rq->cert_path);
		return -EKEYREJECTED;
	}
	certificate_time(when, &t);
	valid = certificate_validity(crt, &t);
	if (!valid || rq->force)
		return 0;
	certificate_date(valid < 0 ? &crt->valid_from : &crt->valid_to, date,
			 sizeof(date));
	message("%s: certificate %s %s", rq->cert_path,
		valid < 0 ? "is not valid before" : "has expired on", date);
	return -EKEYREJECTED;
}

/*
 * Would others accept it? The certificate stands for itself here, whoever may
 * have issued it.
 */
static int check_result(const struct request *rq, const struct buffer *der,
			const struct trailer *parts, mbedtls_x509_crt *crt)
{
	const struct cms_trust trust = { .trusted = crt };
	struct cms_verdict verdict;
	int ret;

	ret = cms_verify(der->data, der->len, parts->text, parts->text_len,
			 &trust, &verdict);
	/* With --force, the signing time is wrong, and known to be. */
	if (!ret || rq->force)
		return 0;
	message("%s: %s", rq->cert_path, verdict.cause);
	return ret;
}

static int append(const struct request *rq, const struct signed_file *file,
		  const struct buffer *der)
{
	struct buffer out = { 0 };
	int ret;

	ret = buffer_add(&out, file->parts.text, file->parts.text_len);
	if (!ret)
		ret = trailer_append(&out, der->data, der->len);
	if (!ret && out.len > VERIEXEC_TEXT_MAX) {
		message("%s: is larger than %u bytes when signed", file->path,
			VERIEXEC_TEXT_MAX);
		ret = -EFBIG;
	}
	if (!ret)
		ret = file_write(rq->out_path, out.data, out.len);
	buffer_free(&out);
	return ret;
}

static int sign(struct request *rq, const struct signed_file *file,
		mbedtls_x509_crt *crt, mbedtls_pk_context *key)
{
	struct cms_request cms = {
		.text = file->parts.text,
		.text_len = file->parts.text_len,
		.certificate = crt,
		.key = key,
	};
	struct buffer der = { 0 };
	int ret;

	if (rq->md == MBEDTLS_MD_NONE)
		rq->md = key_hash(key);
	cms.md = rq->md;
	ret = signing_time(&cms.when);
	if (!ret)
		ret = check_certificate(rq, crt, key, cms.when);
	if (!ret)
		ret = cms_sign(&cms, &der);
	if (!ret)
		ret = check_result(rq, &der, &file->parts, crt);
	if (!ret)
		ret = append(rq, file, &der);
	buffer_free(&der);
	return ret;
}

/* Only a manifest is signed, and none twice by mistake. */
static int check_manifest(const struct request *rq,
			  const struct signed_file *file)
{
	if (file->parts.cms && !rq->replace) {
		message("%s: is signed already; --replace replaces that signature",
			file->path);
		return -EEXIST;
	}
	if (!file->parts.text_len) {
		message("%s: is empty", file->path);
		return -EBADMSG;
	}
	return reader_check(file->path, file->parts.text,
			    file->parts.text_len);
}

/* Not what was asked for is a no; that nobody could tell is trouble. */
static enum exit_status status_of(int err)
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

static enum exit_status sign_file(struct request *rq, const char *path)
{
	struct signed_file file = { 0 };
	mbedtls_pk_context key;
	mbedtls_x509_crt crt;
	int ret;

	mbedtls_pk_init(&key);
	mbedtls_x509_crt_init(&crt);
	ret = signed_read(path, &file);
	if (!ret)
		ret = check_manifest(rq, &file);
	if (!ret)
		ret = certificate_load(rq->cert_path, &crt);
	if (!ret)
		ret = key_load(rq->key_path, rq->passphrase_path, &key);
	if (!ret)
		ret = sign(rq, &file, &crt, &key);
	mbedtls_x509_crt_free(&crt);
	mbedtls_pk_free(&key);
	signed_free(&file);
	return status_of(ret);
}

static bool set_hash(struct request *rq, const char *name)
{
	static const struct {
		const char *name;
		mbedtls_md_type_t md;
	} hashes[] = {
		{ "sha256", MBEDTLS_MD_SHA256 },
		{ "sha384", MBEDTLS_MD_SHA384 },
		{ "sha512", MBEDTLS_MD_SHA512 },
	};
	size_t i;

	for (i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++)
		if (!strcmp(name, hashes[i].name)) {
			rq->md = hashes[i].md;
			return true;
		}
	message("sign: --hash '%s' is not sha256, sha384 or sha512", name);
	return false;
}

static enum exit_status run(const struct command *self, int argc, char **argv)
{
	enum { KEY = OPTION_BASE, CERT, HASH, PASSPHRASE, REPLACE, FORCE };
	static const struct option options[] = {
		{ "key", required_argument, NULL, KEY },
		{ "cert", required_argument, NULL, CERT },
		{ "hash", required_argument, NULL, HASH },
		{ "passphrase-file", required_argument, NULL, PASSPHRASE },
		{ "output", required_argument, NULL, 'o' },
		{ "replace", no_argument, NULL, REPLACE },
		{ "force", no_argument, NULL, FORCE },
		{ "help", no_argument, NULL, OPTION_HELP },
		{ 0 }
	};
	struct request rq = { .md = MBEDTLS_MD_NONE };
	int c;

	while ((c = getopt_long(argc, argv, "ho:", options, NULL)) != -1) {
		switch (c) {
		case KEY:
			rq.key_path = optarg;
			break;
		case CERT:
			rq.cert_path = optarg;
			break;
		case HASH:
			if (!set_hash(&rq, optarg))
				return EXIT_TROUBLE;
			break;
		case PASSPHRASE:
			rq.passphrase_path = optarg;
			break;
		case 'o':
			rq.out_path = optarg;
			break;
		case REPLACE:
			rq.replace = true;
			break;
		case FORCE:
			rq.force = true;
			break;
		case OPTION_HELP:
			return options_help(self);
		default:
			return options_wrong(self);
		}
	}
	if (!rq.key_path)
		return options_missing(self, "--key FILE");
	if (!rq.cert_path)
		return options_missing(self, "--cert FILE");
	if (argc - optind != 1)
		return options_missing(self, "the one manifest to sign");
	if (!rq.out_path)
		rq.out_path = argv[optind];
	return sign_file(&rq, argv[optind]);
}

const struct command cmd_sign = {
	.name = "sign",
	.summary = "append a signature to a manifest",
	.usage =
"--key FILE --cert FILE [OPTION]... MANIFEST\n"
"\n"
"Signs a manifest. The signature is appended, so that the text stays readable.\n"
"MANIFEST may be -, standard input; the result goes to standard output then.\n"
"\n"
"  --key FILE    the private key, PEM or DER\n"
"  --passphrase-file FILE\n"
"                its first line decrypts the key\n"
"  --cert FILE   the certificate of that key, and behind it those of its issuers\n"
"                if the kernel does not have them; they go into the signature\n"
"  --hash HASH   sha256, sha384 or sha512 (default: what suits the key)\n"
"  -o, --output FILE\n"
"                where the signed manifest goes (default: MANIFEST itself)\n"
"  --replace     replace a signature that is there\n"
"  --force       sign even if the certificate is not valid now\n"
"\n"
"SOURCE_DATE_EPOCH in the environment is the signing time, if it is set; the\n"
"same input then gives the same bytes.\n",
	.run = run,
};
