// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxsign verify: first the signature, then every file beneath a root.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "blacklist.h"
#include "extra.h"
#include "json.h"
#include "message.h"
#include "options.h"
#include "parallel.h"
#include "rights.h"
#include "signed.h"
#include "survey.h"

#define JOBS_MAX	256

/**
 * struct request - what to verify
 * @file: the manifest
 * @trusted: certificates of those who may have signed it
 * @revoked: certificates that are not good any more
 * @crls: revocation lists of issuers
 * @survey: of the tree
 * @json: print the result for a program
 */
struct request {
	struct signed_file file;
	mbedtls_x509_crt trusted;
	mbedtls_x509_crt revoked;
	mbedtls_x509_crl crls;
	struct survey survey;
	bool json;
};

static void print_json(const struct request *rq, bool verified)
{
	const struct cms_verdict *v = &rq->file.verdict;

	printf("{\n \"verified\": %s,\n \"manifest\": ",
	       verified ? "true" : "false");
	json_path(stdout, rq->file.path);
	if (*v->cause) {
		fputs(",\n \"error\": ", stdout);
		json_string(stdout, v->cause);
	} else {
		fputs(",\n \"signer\": ", stdout);
		json_string(stdout, v->signer);
		fputs(",\n \"method\": ", stdout);
		json_string(stdout, v->method);
		printf(",\n \"entries\": %zu,\n \"findings\": ",
		       rq->survey.entries);
		findings_print_json(stdout, &rq->survey.findings);
	}
	puts("\n}");
}

static void print_text(const struct request *rq, bool verified)
{
	const struct survey *s = &rq->survey;

	findings_print(stdout, "", &s->findings);
	if (verified)
		printf("Verified manifest signed by %s method %s\n",
		       rq->file.verdict.signer, rq->file.verdict.method);
}

static enum exit_status conclude(const struct request *rq)
{
	const struct survey *s = &rq->survey;
	bool verified = !s->findings.count && !*rq->file.verdict.cause;
	enum exit_status status;

	if (rq->json)
		print_json(rq, verified);
	else
		print_text(rq, verified);
	status = options_flush();
	if (status == EXIT_YES && s->findings.count)
		message("%s: %zu files are not as the manifest says",
			s->dir, s->findings.count);
	if (status != EXIT_YES || s->unreadable)
		return EXIT_TROUBLE;
	return verified ? EXIT_YES : EXIT_NO;
}

static bool is_refusal(int err)
{
	return err == -EBADMSG || err == -ENODATA || err == -ENOKEY ||
	       err == -EKEYREJECTED || err == -ENOPKG || err == -EFBIG;
}

/* The certificates that the user trusts, for vouch(). */
static const mbedtls_x509_crt *own;

/* Is this certificate trusted itself, or does it only lead to one that is? */
static int vouch(const mbedtls_x509_crt *crt)
{
	const mbedtls_x509_crt *t;

	for (t = own; t && t->raw.len; t = t->next)
		if (t->raw.len == crt->raw.len &&
		    !memcmp(t->raw.p, crt->raw.p, crt->raw.len))
			return CMS_VENDOR;
	return 0;
}

static int refuse(struct request *rq, u32 line, const char *cause)
{
	struct signed_file *file = &rq->file;

	if (line)
		message_at(file->path, line, "%s", cause);
	else
		message("%s: %s", file->path, cause);
	snprintf(file->verdict.cause, sizeof(file->verdict.cause), "%s", cause);
	return -EKEYREJECTED;
}

/*
 * Would a kernel take it that was built with the trusted certificates? A signer that is
 * not among them, but leads to one, may say less.
 */
static int check_loadable(struct request *rq)
{
	const struct trailer *parts = &rq->file.parts;
	const bool added = !rq->file.verdict.vouched;
	struct veriexec_record record;
	struct reader r = { 0 };
	const char *why = NULL;
	bool any = false;
	int ret;

	ret = reader_open(&r, rq->file.path, parts->text, parts->text_len);
	if (!ret && added)
		why = rights_refuse_header(&r.parser.header);
	if (why)
		ret = refuse(rq, 0, why);
	while (!ret && (ret = reader_next(&r, &record)) > 0) {
		ret = 0;
		any = true;
		why = added ? rights_refuse_record(&record) : NULL;
		if (why)
			ret = refuse(rq, r.parser.line, why);
	}
	if (!ret && !any && !r.parser.header.revocations &&
	    !r.parser.header.images)
		ret = refuse(rq, 0, "lists nothing");
	reader_close(&r);
	return ret;
}

static enum exit_status verify(struct request *rq, const char *path)
{
	struct signed_file *file = &rq->file;
	const time_t now = time(NULL);
	const struct cms_trust trust = {
		.trusted = &rq->trusted,
		.now = &now,
		.revoked = &rq->revoked,
		.crls = &rq->crls,
		.ask = blacklist_ask,
		.vouch = vouch,
	};
	int ret;

	own = &rq->trusted;
	ret = signed_read(path, file);
	if (!ret)
		ret = signed_verify(file, &trust);
	if (!ret) {
		ret = check_loadable(rq);
		if (ret == -EBADMSG)
			snprintf(file->verdict.cause,
				 sizeof(file->verdict.cause),
				 "is signed, but is not a manifest");
	}
	if (!ret)
		ret = survey_run(&rq->survey, file->path, file->parts.text,
				 file->parts.text_len);
	if (!ret)
		return conclude(rq);
	if (!is_refusal(ret))
		return EXIT_TROUBLE;
	if (rq->json) {
		print_json(rq, false);
		if (options_flush() != EXIT_YES)
			return EXIT_TROUBLE;
	}
	return EXIT_NO;
}

static int take_cert(void *list, const char *path)
{
	return certificate_load(path, list);
}

static int take_crl(void *list, const char *path)
{
	return certificate_load_crl(path, list);
}

static enum exit_status run_with(const struct command *self, int argc,
				 char **argv, struct request *rq)
{
	bool extra = false;
	const struct argument table[] = {
		{ .name = "cert", .take = take_cert, .to = &rq->trusted },
		{ .name = "revoked", .take = take_cert, .to = &rq->revoked },
		{ .name = "crl", .take = take_crl, .to = &rq->crls },
		{ .name = "root", .word = &rq->survey.dir },
		{ .name = "extra", .flag = &extra },
		{ .name = "jobs", .number = &rq->survey.jobs, .min = 1,
		  .max = JOBS_MAX },
		{ .name = "one-file-system",
		  .flag = &rq->survey.one_file_system },
		{ .name = "verbose", .letter = 'v',
		  .flag = &rq->survey.verbose },
		{ .name = "json", .flag = &rq->json },
		{ 0 }
	};
	enum exit_status status;

	if (!options_read(self, argc, argv, table, &status))
		return status;
	if (extra)
		rq->survey.more = extra_find;
	if (!rq->trusted.raw.len)
		return options_missing(self, "--cert TRUSTED");
	if (rq->survey.more && !rq->survey.dir)
		return options_missing(self, "--root DIR");
	if (argc - optind != 1)
		return options_files(self, "one manifest");
	return verify(rq, argv[optind]);
}

static enum exit_status run(const struct command *self, int argc, char **argv)
{
	struct request rq = {
		.survey = { .root = -1, .jobs = parallel_cpus() },
	};
	enum exit_status status;

	mbedtls_x509_crt_init(&rq.trusted);
	mbedtls_x509_crt_init(&rq.revoked);
	mbedtls_x509_crl_init(&rq.crls);
	status = run_with(self, argc, argv, &rq);
	mbedtls_x509_crl_free(&rq.crls);
	mbedtls_x509_crt_free(&rq.revoked);
	mbedtls_x509_crt_free(&rq.trusted);
	findings_free(&rq.survey.findings);
	signed_free(&rq.file);
	return status;
}

const struct command cmd_verify = {
	.name = "verify",
	.summary = "check a manifest's signature, and the files it lists",
	.usage =
"--cert TRUSTED [OPTION]... MANIFEST\n"
"\n"
"Checks that somebody trusted has signed the manifest and that the certificate\n"
"is valid now. With --root, also checks every listed file and prints what is\n"
"missing or changed, a line each.\n"
"\n"
"  --cert FILE   certificates that are trusted, PEM or DER; may be given many\n"
"                times\n"
"  --revoked FILE\n"
"                certificates that are not good any more, PEM or DER; may be\n"
"                given many times\n"
"  --crl FILE    revocation lists (X.509 CRL) that trusted ones have signed; may\n"
"                be given many times\n"
"  --root DIR    check the files beneath DIR\n"
"  --extra       with --root: also print what can run but is not listed\n"
"  --jobs N      check with N threads (default: one for each processor)\n"
"  --one-file-system\n"
"                with --extra: say nothing of directories on other file systems,\n"
"                which are passed over\n"
"  --json        print the result as JSON\n"
"  -v, --verbose with --extra: name those directories\n",
	.run = run,
};
