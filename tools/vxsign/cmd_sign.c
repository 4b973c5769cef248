// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxsign sign: appends a signature to a manifest. It verifies the signature before it
 * writes it.
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
#include "signer.h"

/**
 * struct request - what to sign, and how
 * @signer: who signs it
 * @md: MBEDTLS_MD_NONE: what suits the key
 * @replace: a signature that is there
 * @add: to a signature that is there
 */
struct request {
	struct signer signer;
	mbedtls_md_type_t md;
	bool replace;
	bool add;
};

/**
 * struct material - what is needed to sign
 * @file: the manifest
 * @keys: of the signer
 * @others: the signatures that are there already, if they are to stay
 */
struct material {
	struct signed_file file;
	struct signer_keys keys;
	struct cms_message others;
};

/*
 * Would others accept it? The certificate itself is trusted here, whoever has issued
 * it.
 */
static int check_result(const struct request *rq, const struct buffer *der,
			struct material *m)
{
	const struct cms_trust trust = {
		.trusted = &m->keys.certificates,
		/* Whether to trust the earlier signers is for others to decide. */
		.strangers = m->others.signer_count,
	};
	const struct trailer *parts = &m->file.parts;
	struct cms_verdict verdict;
	int ret;

	ret = cms_verify(der->data, der->len, parts->text, parts->text_len,
			 &trust, &verdict);
	/* With --force, the signing time is wrong, and known to be. */
	if (!ret || rq->signer.force)
		return 0;
	message("%s: %s", rq->signer.cert_path, verdict.cause);
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
		ret = file_write(rq->signer.out_path, out.data, out.len);
	buffer_free(&out);
	return ret;
}

/* Writes the digest that is to be signed elsewhere. */
static int write_digest(const struct request *rq,
			const struct cms_request *cms)
{
	u8 digest[MBEDTLS_MD_MAX_SIZE];
	size_t len;
	int ret = cms_digest(cms, digest, &len);

	return ret ? ret : file_write(rq->signer.digest_path, digest, len);
}

static int sign(struct request *rq, struct material *m)
{
	struct cms_request cms = {
		.text = m->file.parts.text,
		.text_len = m->file.parts.text_len,
		.certificate = &m->keys.certificates,
		.key = rq->signer.key_path ? &m->keys.key : NULL,
		.signature = { m->keys.signature.data, m->keys.signature.len },
		/* Whoever signs elsewhere need not know the signing time. */
		.attributes = rq->signer.key_path,
	};
	struct buffer der = { 0 };
	int ret;

	if (rq->md == MBEDTLS_MD_NONE)
		rq->md = key_hash(&m->keys.certificates.pk);
	cms.md = rq->md;
	if (m->others.signer_count) {
		cms.others = &m->others;
		/* Of several signers all have attributes, or none. */
		cms.attributes = m->others.signers[0].form.attributes.len;
	}
	ret = signer_time(&cms.when);
	if (!ret)
		ret = signer_check(rq->signer.cert_path, &m->keys.certificates, rq->md,
				   rq->signer.key_path, &m->keys.key);
	if (!ret && !rq->signer.force)
		ret = signer_check_dates(rq->signer.cert_path, &m->keys.certificates,
					 cms.when);
	if (!ret && rq->signer.digest_path)
		return write_digest(rq, &cms);
	if (!ret)
		ret = cms_sign(&cms, &der);
	if (!ret)
		ret = check_result(rq, &der, m);
	if (!ret)
		ret = append(rq, &m->file, &der);
	buffer_free(&der);
	return ret;
}

/* Only a manifest is signed, and none twice by mistake. */
static int check_manifest(const struct request *rq,
			  const struct signed_file *file)
{
	if (file->parts.cms && !rq->replace && !rq->add) {
		message("%s: is signed already; --add adds a signature, --replace replaces it",
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

/* Reads the signatures that are there, if they are to stay. */
static int read_others(const struct request *rq, struct material *m)
{
	const struct signed_file *file = &m->file;
	struct cms_message others;
	const char *cause;
	int ret;

	if (!rq->add || !file->parts.cms)
		return 0;
	ret = signed_parse(file, &others);
	if (ret)
		return ret;
	if (others.signers[0].form.key_id.len)
		cause = "its signature names a signer by key identifier, so that none can be added";
	else if (!rq->signer.key_path && others.signers[0].form.attributes.len)
		cause = "its signature has signed attributes; the key that is elsewhere has to sign first";
	else if (others.signer_count == CMS_SIGNERS_MAX)
		cause = "it has as many signers as it may have";
	else
		cause = NULL;
	if (cause) {
		message("%s: %s", file->path, cause);
		cms_free(&others);
		return -EBADMSG;
	}
	m->others = others;
	return 0;
}

static int gather(const struct request *rq, const char *path,
		  struct material *m)
{
	int ret = signed_read(path, &m->file);

	if (!ret)
		ret = check_manifest(rq, &m->file);
	if (!ret)
		ret = read_others(rq, m);
	if (!ret)
		ret = signer_load(&rq->signer, &m->keys);
	if (!ret)
		ret = signer_load_signature(&rq->signer, &m->keys);
	return ret;
}

static enum exit_status sign_file(struct request *rq, const char *path)
{
	struct material m = { 0 };
	int ret;

	signer_init(&m.keys);
	mbedtls_x509_crt_init(&m.others.certificates);
	ret = gather(rq, path, &m);
	if (!ret)
		ret = sign(rq, &m);
	cms_free(&m.others);
	signer_free(&m.keys);
	signed_free(&m.file);
	return signer_status(ret);
}

static int set_hash(void *to, const char *name)
{
	struct request *rq = to;
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
			return 0;
		}
	message("sign: --hash '%s' is not sha256, sha384 or sha512", name);
	return -EINVAL;
}

static enum exit_status run(const struct command *self, int argc, char **argv)
{
	struct request rq = { .md = MBEDTLS_MD_NONE };
	struct argument signer[SIGNER_ROWS];
	const struct argument table[] = {
		{ .name = "hash", .take = set_hash, .to = &rq },
		{ .name = "add", .flag = &rq.add },
		{ .name = "replace", .flag = &rq.replace },
		{ .more = signer }
	};
	enum exit_status status;

	signer_options(&rq.signer, signer);
	if (!options_read(self, argc, argv, table, &status))
		return status;
	if (!signer_complete(self, &rq.signer))
		return EXIT_TROUBLE;
	if (rq.add && rq.replace) {
		message("sign: --add and --replace cannot be combined");
		return options_wrong(self);
	}
	if (argc - optind != 1)
		return options_files(self, "one manifest");
	if (!rq.signer.out_path)
		rq.signer.out_path = argv[optind];
	return sign_file(&rq, argv[optind]);
}

const struct command cmd_sign = {
	.name = "sign",
	.summary = "append a signature to a manifest",
	.usage =
"--cert FILE --key FILE [OPTION]... MANIFEST\n"
"       vxsign sign --cert FILE --digest-out FILE [OPTION]... MANIFEST\n"
"       vxsign sign --cert FILE --signature-in FILE [OPTION]... MANIFEST\n"
"\n"
"Signs a manifest. The signature is appended, so that the text stays readable.\n"
"MANIFEST may be -, standard input; the result goes to standard output then.\n"
"\n"
"  --key FILE    the private key, PEM or DER\n"
"  --passphrase-file FILE\n"
"                its first line decrypts the key (default: ask on the terminal)\n"
"  --digest-out FILE\n"
"                sign nothing, write the digest that a key elsewhere is to sign\n"
"  --signature-in FILE\n"
"                what that key made of it\n"
"  --cert FILE   the certificate of that key, and behind it those of its issuers\n"
"                if the kernel does not have them; they go into the signature\n"
"  --hash HASH   sha256, sha384 or sha512 (default: what suits the key)\n"
"  -o, --output FILE\n"
"                where the signed manifest goes (default: MANIFEST itself)\n"
"  --add         add a signature to one that is there\n"
"  --replace     replace a signature that is there\n"
"  --force       sign even if the certificate is not valid now\n"
"\n"
"SOURCE_DATE_EPOCH in the environment is the signing time, if it is set; the\n"
"same input then gives the same bytes.\n",
	.run = run,
};
