// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxsign floor: signs the lowest version of a manifest that may still be loaded, for
 * a variable of the firmware. It verifies the payload before it writes it.
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
 * @signer: who signs it
 */
struct request {
	const char *name;
	const char *version;
	struct signer signer;
};

/**
 * struct material - what is needed to sign
 * @floor: to be signed
 * @text: of the signature
 * @keys: of the signer
 */
struct material {
	struct floor floor;
	struct buffer text;
	struct signer_keys keys;
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
	message("floor: --version %s is higher than %llu: the firmware compares time stamps, and knows no later one",
		rq->version, FLOOR_VERSION_MAX);
	return -EINVAL;
}

/*
 * Firmware knows no elliptic curves here. It remembers who set a variable first: by the
 * last certificate in the signature, as the specification has it, or by the signer's,
 * as EDK II does. With one certificate, these are the same.
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
	const mbedtls_x509_crt *crt = &m->keys.certificates;
	time_t when;
	int ret;

	ret = signer_time(&when);
	if (!ret)
		ret = check_key(rq->signer.cert_path, crt);
	if (!ret)
		ret = signer_check(rq->signer.cert_path, crt, MBEDTLS_MD_SHA256,
				   rq->signer.key_path, &m->keys.key);
	if (!ret && !rq->signer.force)
		ret = signer_check_dates(rq->signer.cert_path, crt, when);
	return ret;
}

/* Is the signature good? The certificate itself is trusted here. */
static int check_result(const struct request *rq, const struct buffer *cms,
			struct material *m)
{
	const struct cms_trust trust = { .trusted = &m->keys.certificates };
	struct cms_verdict verdict;
	int ret;

	ret = cms_verify(cms->data, cms->len, m->text.data, m->text.len,
			 &trust, &verdict);
	if (ret)
		message("%s: %s", rq->signer.cert_path, verdict.cause);
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
			rq->signer.cert_path, FLOOR_PAYLOAD_MAX);
		ret = -EFBIG;
	}
	if (!ret)
		ret = file_write(rq->signer.out_path, out.data, out.len);
	buffer_free(&out);
	buffer_free(&cms);
	return ret;
}

static int sign(const struct request *rq, struct material *m)
{
	const struct cms_request request = {
		.text = m->text.data,
		.text_len = m->text.len,
		.certificate = &m->keys.certificates,
		.key = rq->signer.key_path ? &m->keys.key : NULL,
		.signature = { m->keys.signature.data, m->keys.signature.len },
		.md = MBEDTLS_MD_SHA256,
	};
	u8 digest[MBEDTLS_MD_MAX_SIZE];
	size_t len;
	int ret;

	if (!rq->signer.digest_path)
		return write_payload(rq, m, &request);
	ret = cms_digest(&request, digest, &len);
	return ret ? ret : file_write(rq->signer.digest_path, digest, len);
}

static int gather(const struct request *rq, struct material *m)
{
	int ret = read_floor(rq, &m->floor);

	if (!ret)
		ret = floor_to_sign(&m->floor, &m->text);
	if (!ret)
		ret = signer_load(&rq->signer, &m->keys);
	if (!ret)
		ret = check_signer(rq, m);
	if (!ret)
		ret = signer_load_signature(&rq->signer, &m->keys);
	return ret;
}

static enum exit_status sign_floor(const struct request *rq)
{
	struct material m = { 0 };
	int ret;

	signer_init(&m.keys);
	ret = gather(rq, &m);
	if (!ret)
		ret = sign(rq, &m);
	signer_free(&m.keys);
	buffer_free(&m.text);
	return signer_status(ret);
}

static enum exit_status run(const struct command *self, int argc, char **argv)
{
	struct request rq = { 0 };
	struct argument signer[SIGNER_ROWS];
	const struct argument table[] = {
		{ .name = "name", .word = &rq.name },
		{ .name = "version", .word = &rq.version },
		{ .more = signer }
	};
	enum exit_status status;

	signer_options(&rq.signer, signer);
	if (!options_read(self, argc, argv, table, &status))
		return status;
	if (optind != argc) {
		message("floor: takes no file: '%s'", argv[optind]);
		return options_wrong(self);
	}
	if (!rq.name)
		return options_missing(self, "--name NAME");
	if (!rq.version)
		return options_missing(self, "--version N");
	if (!signer_complete(self, &rq.signer))
		return EXIT_TROUBLE;
	if (!rq.signer.out_path && !rq.signer.digest_path)
		return options_missing(self, "-o FILE");
	return sign_floor(&rq);
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
