// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxsign show: what a manifest says, and whom its signature names. It trusts nobody,
 * and verifies only the form.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "entry.h"
#include "fingerprint.h"
#include "json.h"
#include "message.h"
#include "options.h"
#include "reader.h"
#include "signed.h"

/**
 * struct summary - what the entries of a manifest amount to
 * @entries: how many
 * @links: how many are of symbolic links
 * @algs: how many have a fingerprint of each kind
 * @flags: how many have each flag
 */
struct summary {
	size_t entries;
	size_t links;
	size_t algs[VERIEXEC_ALG_COUNT];
	size_t flags[VERIEXEC_FLAG_COUNT];
};

/**
 * struct request - what to show, and how
 * @entries: show them
 * @json: print JSON
 */
struct request {
	bool entries;
	bool json;
};

/* A signer as the message has it: nothing of it is proven. */
struct claim {
	char name[CERTIFICATE_NAME_SIZE];
	char method[CERTIFICATE_METHOD_SIZE];
	char date[32];
};

static void describe_unknown(const struct cms_signer *signer, char *buf,
			     size_t size)
{
	const struct der *id = signer->form.key_id.len ? &signer->form.key_id :
						    &signer->form.serial;
	size_t i, n;

	n = (size_t)snprintf(buf, size, "%s ",
			     signer->form.key_id.len ? "key" : "serial number");
	for (i = 0; i < id->len && n + 3 <= size; i++)
		n += (size_t)snprintf(buf + n, size - n, "%02x", id->p[i]);
}

static void describe(const struct cms_message *cms,
		     const struct cms_signer *signer, struct claim *claim)
{
	const mbedtls_x509_crt *crt =
		cms_find_certificate(&cms->certificates, signer);

	*claim = (struct claim){ 0 };
	if (crt) {
		certificate_name(&crt->subject, claim->name,
				 sizeof(claim->name));
		certificate_method(&crt->pk, signer->md, claim->method,
				   sizeof(claim->method));
	} else {
		describe_unknown(signer, claim->name, sizeof(claim->name));
	}
	if (!*claim->method)
		snprintf(claim->method, sizeof(claim->method), "%s+%s",
			 signer->pk == MBEDTLS_PK_RSA ? "RSA" : "ECDSA",
			 certificate_hash_name(signer->md));
	if (signer->form.time.len)
		certificate_date(&signer->time, claim->date,
				 sizeof(claim->date));
}

static void print_signers(const struct request *rq,
			  const struct cms_message *cms)
{
	struct claim claim;
	unsigned int i;

	if (rq->json)
		fputs(",\n \"signers\": [", stdout);
	else if (!cms->signer_count)
		puts("signer      none");
	for (i = 0; i < cms->signer_count; i++) {
		describe(cms, &cms->signers[i], &claim);
		if (!rq->json) {
			printf("signer      %s method %s%s%s (not verified)\n",
			       claim.name, claim.method,
			       *claim.date ? " on " : "", claim.date);
			continue;
		}
		printf("%s{\"name\": ", i ? ", " : "");
		json_string(stdout, claim.name);
		fputs(", \"method\": ", stdout);
		json_string(stdout, claim.method);
		if (*claim.date) {
			fputs(", \"time\": ", stdout);
			json_string(stdout, claim.date);
		}
		putchar('}');
	}
	if (rq->json)
		putchar(']');
}

static void print_header(const struct request *rq, const char *path,
			 const struct veriexec_header *h)
{
	if (rq->json) {
		fputs("{\n \"manifest\": ", stdout);
		json_path(stdout, path);
		if (*h->name) {
			fputs(",\n \"name\": ", stdout);
			json_string(stdout, h->name);
		}
		if (h->has_version)
			printf(",\n \"version\": %llu",
			       (unsigned long long)h->version);
		if (h->requires)
			printf(",\n \"requires\": %u", h->requires);
		printf(",\n \"revocations\": %u,\n \"images\": %u",
		       h->revocations, h->images);
		return;
	}
	if (*h->name)
		printf("name        %s\n", h->name);
	if (h->has_version)
		printf("version     %llu\n", (unsigned long long)h->version);
	if (h->requires)
		printf("requires    veriexec >= %u\n", h->requires);
	if (h->revocations)
		printf("revokes     %u\n", h->revocations);
	if (h->images)
		printf("images      %u\n", h->images);
}

static void print_counts_json(const struct summary *sum)
{
	const char *comma = "";
	u32 i;

	printf(",\n \"entries\": %zu,\n \"links\": %zu,\n \"algorithms\": {",
	       sum->entries, sum->links);
	for (i = 0; i < VERIEXEC_ALG_COUNT; i++)
		if (sum->algs[i]) {
			printf("%s\"%s\": %zu", comma, veriexec_algs[i].name,
			       sum->algs[i]);
			comma = ", ";
		}
	fputs("},\n \"flags\": {", stdout);
	comma = "";
	for (i = 0; i < VERIEXEC_FLAG_COUNT; i++)
		if (sum->flags[i]) {
			printf("%s\"%s\": %zu", comma, veriexec_flags[i].name,
			       sum->flags[i]);
			comma = ", ";
		}
	putchar('}');
}

static void print_counts(const struct summary *sum)
{
	u32 i;

	printf("entries     %zu\n", sum->entries);
	if (sum->links)
		printf("  %-14s %zu\n", "link", sum->links);
	for (i = 0; i < VERIEXEC_ALG_COUNT; i++)
		if (sum->algs[i])
			printf("  %-14s %zu\n", veriexec_algs[i].name,
			       sum->algs[i]);
	for (i = 0; i < VERIEXEC_FLAG_COUNT; i++)
		if (sum->flags[i])
			printf("  %-14s %zu\n", veriexec_flags[i].name,
			       sum->flags[i]);
}

static void add_record(struct summary *sum,
		       const struct veriexec_record *record)
{
	u32 i;

	sum->entries++;
	sum->links += *record->link != '\0';
	for (i = 0; i < VERIEXEC_ALG_COUNT; i++)
		sum->algs[i] += record->claim.algs >> i & 1;
	for (i = 0; i < VERIEXEC_FLAG_COUNT; i++)
		sum->flags[i] += entry_has_flag(record, i);
}

static int summarize(const struct signed_file *file, struct summary *sum,
		     struct veriexec_header *header)
{
	struct veriexec_record record;
	struct reader r = { 0 };
	int ret;

	ret = reader_open(&r, file->path, file->parts.text,
			  file->parts.text_len);
	while (!ret && (ret = reader_next(&r, &record)) > 0) {
		add_record(sum, &record);
		ret = 0;
	}
	*header = r.parser.header;
	reader_close(&r);
	return ret;
}

/* Those of one directive, in JSON as the list @key. */
static void print_digests(const struct request *rq,
			  struct veriexec_parser *parser, const char *directive,
			  const char *key,
			  int (*next)(struct veriexec_parser *p,
				      struct veriexec_digest *r))
{
	struct veriexec_digest digest;
	char hex[FINGERPRINT_HEX_SIZE];
	const char *comma = "";

	if (rq->json)
		printf(",\n \"%s\": [", key);
	while (next(parser, &digest) > 0) {
		fingerprint_hex(digest.alg, digest.digest, hex);
		if (rq->json)
			printf("%s\n  {\"%s\": \"%s\"}", comma,
			       veriexec_algs[digest.alg].name, hex);
		else
			printf("%%%s %s=%s\n", directive,
			       veriexec_algs[digest.alg].name, hex);
		comma = ",";
	}
	if (rq->json)
		putchar(']');
}

static int print_entries(const struct request *rq,
			 const struct signed_file *file)
{
	struct veriexec_record record;
	struct reader r = { 0 };
	const char *comma = "";
	int ret;

	ret = reader_open(&r, file->path, file->parts.text,
			  file->parts.text_len);
	if (!ret) {
		print_digests(rq, &r.parser, "revoke", "revoked",
			      veriexec_next_revocation);
		print_digests(rq, &r.parser, "image", "image_list",
			      veriexec_next_image);
	}
	if (rq->json)
		fputs(",\n \"list\": [", stdout);
	while (!ret && (ret = reader_next(&r, &record)) > 0) {
		ret = 0;
		if (!rq->json) {
			entry_print(stdout, &record);
			continue;
		}
		printf("%s\n  ", comma);
		entry_print_json(stdout, &record);
		comma = ",";
	}
	reader_close(&r);
	if (rq->json)
		putchar(']');
	return ret;
}

static int show_parsed(const struct request *rq, const struct signed_file *file,
		       const struct cms_message *cms)
{
	struct veriexec_header header;
	struct summary sum = { 0 };
	int ret;

	ret = summarize(file, &sum, &header);
	if (ret)
		return ret;
	print_header(rq, file->path, &header);
	print_signers(rq, cms);
	if (rq->json)
		print_counts_json(&sum);
	else
		print_counts(&sum);
	if (rq->entries)
		ret = print_entries(rq, file);
	if (rq->json)
		puts("\n}");
	return ret;
}

static int show_signed(const struct request *rq, const struct signed_file *file)
{
	struct cms_message cms = { 0 };
	int ret = file->parts.cms ? signed_parse(file, &cms) : 0;

	if (ret)
		return ret;
	ret = show_parsed(rq, file, &cms);
	if (file->parts.cms)
		cms_free(&cms);
	return ret;
}

static enum exit_status show(const struct request *rq, const char *path)
{
	struct signed_file file = { 0 };
	enum exit_status status;
	int ret;

	ret = signed_read(path, &file);
	if (!ret)
		ret = show_signed(rq, &file);
	signed_free(&file);
	status = options_flush();
	if (status != EXIT_YES || !ret)
		return status;
	if (ret == -EBADMSG || ret == -EKEYREJECTED || ret == -ENOPKG ||
	    ret == -EFBIG)
		return EXIT_NO;
	return EXIT_TROUBLE;
}

static enum exit_status run(const struct command *self, int argc, char **argv)
{
	struct request rq = { 0 };
	const struct argument table[] = {
		{ .name = "entries", .flag = &rq.entries },
		{ .name = "json", .flag = &rq.json },
		{ 0 }
	};
	enum exit_status status;

	if (!options_read(self, argc, argv, table, &status))
		return status;
	if (argc - optind != 1)
		return options_files(self, "one manifest");
	return show(&rq, argv[optind]);
}

const struct command cmd_show = {
	.name = "show",
	.summary = "print what a manifest says, and who claims to have signed it",
	.usage =
"[OPTION]... MANIFEST\n"
"\n"
"Prints the header of a manifest, its signers as the signature names them, and\n"
"the number of entries by kind of fingerprint and by flag. Verifies nothing.\n"
"\n"
"  --entries     print the entries and the fingerprints that it revokes too\n"
"  --json        print JSON\n",
	.run = run,
};
