// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxsign floor: signs the lowest version of a manifest that may still be loaded, for
 * a variable of the firmware. What it writes it has verified before.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cms.h"
#include "floor.h"
#include "key.h"
#include "message.h"
#include "options.h"
#include "signer.h"

/**
 * struct request - what to sign, and how
 * @name: of the manifest
 * @version: as given
 * @key_path: of the private key; NULL if it is elsewhere
 * @passphrase_path: of what decrypts it, may be NULL
 * @digest_path: where the digest goes that somebody else is to sign, or NULL
 * @signature_path: of what he made of it, or NULL
 * @cert_path: of the signer's certificate
 * @out_path: where the payload goes
 * @force: sign though the certificate is not valid now
 */
struct request {
	const char *name;
	const char *version;
	const char *key_path;
	const char *passphrase_path;
	const char *digest_path;
	const char *signature_path;
	const char *cert_path;
	const char *out_path;
	bool force;
};

/**
 * struct material - what is needed to sign
 * @floor: to be signed
 * @text: of the signature
 * @certificate: the signer's
 * @key: private, if it is here
 * @signature: of a key that is elsewhere
 */
struct material {
	struct floor floor;
	struct buffer text;
	mbedtls_x509_crt certificate;
	mbedtls_pk_context key;
	struct buffer signature;
};

static int read_floor(const struct request *rq, struct floor *floor)
{
	if (!floor_words(rq->name, rq->version, floor)) {
		message("floor: --name '%s' --version '%s' are not the name and the version of a manifest",
			rq->name, rq->version);
		return -EINVAL;
	}
	if (floor->version <= FLOOR_VERSION_MAX)
		return 0;
	message("floor: --version %s is higher than %llu: the firmware compares time stamps, and none is later",
		rq->version, FLOOR_VERSION_MAX);
	return -EINVAL;
}

/*
 * Firmware has no elliptic curves here, and remembers who has set a variable first: by
 * the last certificate in the signature, if it goes by the specification, or by the
 * signer's, as EDK II does. With one certificate these are the same.
 */
static int check_key(const char *path, const mbedtls_x509_crt *crt)
{
	if (!mbedtls_pk_can_do(&crt->pk, MBEDTLS_PK_RSA))
		message("%s: key is not RSA: firmware takes no other for its variables",
			path);
	else if (crt->next)
		message("%s: has more than one certificate: firmware goes by the signer's alone",
			path);
	else
		return 0;
	return -EKEYREJECTED;
}

static int check_signer(const struct request *rq, const struct material *m)
{
	const mbedtls_x509_crt *crt = &m->certificate;
	time_t when;
	int ret;

	ret = signer_time(&when);
	if (!ret)
		ret = check_key(rq->cert_path, crt);
	if (!ret)
		ret = signer_check(rq->cert_path, crt, MBEDTLS_MD_SHA256,
				   rq->key_path, &m->key);
	if (!ret && !rq->force)
		ret = signer_check_dates(rq->cert_path, crt, when);
	return ret;
}

/* Is it really his signature? The certificate stands for itself here. */
static int check_result(const struct request *rq, const struct buffer *cms,
			struct material *m)
{
	const struct cms_trust trust = { .trusted = &m->certificate };
	struct cms_verdict verdict;
	int ret;

	ret = cms_verify(cms->data, cms->len, m->text.data, m->text.len,
			 &trust, &verdict);
	if (ret)
		message("%s: %s", rq->cert_path, verdict.cause);
	return ret;
}

static int write_payload(const struct request *rq, struct material *m,
			 const struct cms_request *request)
{
	struct buffer cms = { 0 };
	struct buffer out = { 0 };
	int ret;

	ret = cms_sign(request, &cms);
	if (!ret)
		ret = check_result(rq, &cms, m);
	if (!ret)
		ret = floor_payload_build(&m->floor, &cms, &out);
	if (!ret && out.len > FLOOR_PAYLOAD_MAX) {
		message("%s: is too large: the payload would have more than %u bytes",
			rq->cert_path, FLOOR_PAYLOAD_MAX);
		ret = -EFBIG;
	}
	if (!ret)
		ret = file_write(rq->out_path, out.data, out.len);
	buffer_free(&out);
	buffer_free(&cms);
	return ret;
}

static int sign(const struct request *rq, struct material *m)
{
	const struct cms_request request = {
		.text = m->text.data,
		.text_len = m->text.len,
		.certificate = &m->certificate,
		.key = rq->key_path ? &m->key : NULL,
		.signature = { m->signature.data, m->signature.len },
		.md = MBEDTLS_MD_SHA256,
	};
	u8 digest[MBEDTLS_MD_MAX_SIZE];
	size_t len;
	int ret;

	if (!rq->digest_path)
		return write_payload(rq, m, &request);
	ret = cms_digest(&request, digest, &len);
	return ret ? ret : file_write(rq->digest_path, digest, len);
}

static int gather(const struct request *rq, struct material *m)
{
	int ret = read_floor(rq, &m->floor);

	if (!ret)
		ret = floor_to_sign(&m->floor, &m->text);
	if (!ret)
		ret = certificate_load(rq->cert_path, &m->certificate);
	if (!ret && rq->key_path)
		ret = key_load(rq->key_path, rq->passphrase_path, &m->key);
	if (!ret)
		ret = check_signer(rq, m);
	if (!ret && rq->signature_path)
		ret = signature_load(rq->signature_path, &m->certificate.pk,
				     &m->signature);
	return ret;
}

static enum exit_status sign_floor(const struct request *rq)
{
	struct material m = { 0 };
	int ret;

	mbedtls_pk_init(&m.key);
	mbedtls_x509_crt_init(&m.certificate);
	ret = gather(rq, &m);
	if (!ret)
		ret = sign(rq, &m);
	mbedtls_x509_crt_free(&m.certificate);
	mbedtls_pk_free(&m.key);
	buffer_free(&m.signature);
	buffer_free(&m.text);
	return signer_status(ret);
}

static enum exit_status check_and_sign(const struct command *self,
				       const struct request *rq)
{
	if (!rq->name)
		return options_missing(self, "--name NAME");
	if (!rq->version)
		return options_missing(self, "--version N");
	if (!rq->cert_path)
		return options_missing(self, "--cert FILE");
	if (!!rq->key_path + !!rq->digest_path + !!rq->signature_path != 1) {
		message("floor: give one of --key, --digest-out and --signature-in");
		return options_wrong(self);
	}
	if (!rq->out_path && !rq->digest_path)
		return options_missing(self, "-o FILE");
	return sign_floor(rq);
}

static enum exit_status run(const struct command *self, int argc, char **argv)
{
	enum {
		NAME = OPTION_BASE, VERSION, KEY, CERT, PASSPHRASE, DIGEST,
		SIGNATURE, FORCE
	};
	static const struct option options[] = {
		{ "name", required_argument, NULL, NAME },
		{ "version", required_argument, NULL, VERSION },
		{ "key", required_argument, NULL, KEY },
		{ "cert", required_argument, NULL, CERT },
		{ "passphrase-file", required_argument, NULL, PASSPHRASE },
		{ "digest-out", required_argument, NULL, DIGEST },
		{ "signature-in", required_argument, NULL, SIGNATURE },
		{ "output", required_argument, NULL, 'o' },
		{ "force", no_argument, NULL, FORCE },
		{ "help", no_argument, NULL, OPTION_HELP },
		{ 0 }
	};
	struct request rq = { 0 };
	int c;

	while ((c = getopt_long(argc, argv, "ho:", options, NULL)) != -1) {
		switch (c) {
		case NAME:
			rq.name = optarg;
			break;
		case VERSION:
			rq.version = optarg;
			break;
		case KEY:
			rq.key_path = optarg;
			break;
		case CERT:
			rq.cert_path = optarg;
			break;
		case PASSPHRASE:
			rq.passphrase_path = optarg;
			break;
		case DIGEST:
			rq.digest_path = optarg;
			break;
		case SIGNATURE:
			rq.signature_path = optarg;
			break;
		case 'o':
			rq.out_path = optarg;
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
	if (optind != argc) {
		message("floor: takes no file: '%s'", argv[optind]);
		return options_wrong(self);
	}
	return check_and_sign(self, &rq);
}

const struct command cmd_floor = {
	.name = "floor",
	.summary = "sign the lowest version that may be loaded",
	.usage =
"--name NAME --version N --cert FILE --key FILE -o FILE\n"
"       vxsign floor --name NAME --version N --cert FILE --digest-out FILE\n"
"       vxsign floor --name NAME --version N --cert FILE --signature-in FILE -o FILE\n"
"\n"
"Makes what sets, in a machine's firmware, the lowest version of the manifest NAME\n"
"that may still be loaded: 'vxload --versions efi --commit FILE' hands it over.\n"
"\n"
"  --name NAME   of the manifest\n"
"  --version N   its lowest version, up to 253402300799; of two payloads the\n"
"                firmware takes the higher one\n"
"  --key FILE    the private key, RSA, PEM or DER\n"
"  --passphrase-file FILE\n"
"                its first line decrypts the key (default: ask on the terminal)\n"
"  --digest-out FILE\n"
"                sign nothing, write the digest that a key elsewhere is to sign\n"
"  --signature-in FILE\n"
"                what that key made of it\n"
"  --cert FILE   the certificate of that key; with the one that has set a floor\n"
"                first all have to be signed that follow\n"
"  -o, --output FILE\n"
"                where the payload goes\n"
"  --force       sign even if the certificate is not valid now\n",
	.run = run,
};
