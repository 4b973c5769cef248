// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxsign diff: what differs between two manifests, or between a manifest and a
 * root. Who has signed does not matter here.
 */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "caps.h"
#include "entry.h"
#include "extra.h"
#include "fingerprint.h"
#include "json.h"
#include "listing.h"
#include "message.h"
#include "options.h"
#include "parallel.h"
#include "signed.h"
#include "survey.h"

#define CAUSE_SIZE	512
#define JOBS_MAX	256

/**
 * struct request - what to compare
 * @files: the manifests; one of them if there is a root
 * @listings: what they say
 * @survey: of the root, if there is one
 * @findings: what differs
 * @json: print JSON
 */
struct request {
	struct signed_file files[2];
	struct listing listings[2];
	struct survey survey;
	struct findings findings;
	bool json;
};

static void say(char *cause, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Adds to a list of what differs. */
static void say(char *cause, const char *format, ...)
{
	size_t len = strlen(cause);
	va_list args;

	if (len && len + 2 < CAUSE_SIZE)
		len = (size_t)(stpcpy(cause + len, ", ") - cause);
	va_start(args, format);
	vsnprintf(cause + len, CAUSE_SIZE - len, format, args);
	va_end(args);
}

static void compare_digests(const struct listed *a, const struct listed *b,
			    char *cause)
{
	u32 i;

	for (i = 0; i < VERIEXEC_ALG_COUNT; i++) {
		const char *name = veriexec_algs[i].name;
		bool before = a->claim.algs & 1U << i;
		bool after = b->claim.algs & 1U << i;

		if (before && after &&
		    memcmp(listed_digest(a, i), listed_digest(b, i),
			   veriexec_algs[i].size))
			say(cause, "other %s", name);
		else if (before != after)
			say(cause, "%s %s", after ? "with" : "without", name);
	}
}

/* A number of the owner or the mode, as it is said or not said. */
static void compare_number(const struct listed *a, const struct listed *b,
			   u8 which, const char *name, bool octal, char *cause)
{
	const struct listed *entries[] = { a, b };
	char words[2][16] = { "none", "none" };
	u32 i;

	for (i = 0; i < 2; i++) {
		const struct listed *e = entries[i];
		u32 n = which == VERIEXEC_HAS_UID ? e->claim.uid :
			which == VERIEXEC_HAS_GID ? e->claim.gid :
						    e->claim.mode;

		if (e->claim.has & which)
			snprintf(words[i], sizeof(words[i]),
				 octal ? "%o" : "%u", n);
	}
	if (strcmp(words[0], words[1]))
		say(cause, "%s %s -> %s", name, words[0], words[1]);
}

static void compare_caps(const struct listed *a, const struct listed *b,
			 char *cause)
{
	char before[CAPS_HEX_SIZE], after[CAPS_HEX_SIZE];

	caps_hex(&a->claim, before);
	caps_hex(&b->claim, after);
	if (strcmp(before, after))
		say(cause, "caps %s -> %s", before, after);
}

static void compare_flags(const struct listed *a, const struct listed *b,
			  char *cause)
{
	u32 i;

	for (i = 0; i < VERIEXEC_FLAG_COUNT; i++) {
		bool before = veriexec_shows_flag(a->claim.flags, i);
		bool after = veriexec_shows_flag(b->claim.flags, i);

		if (before != after)
			say(cause, "%s %s", after ? "with" : "without",
			    veriexec_flags[i].name);
	}
	if (strcmp(a->label, b->label))
		say(cause, "label %s -> %s", *a->label ? a->label : "none",
		    *b->label ? b->label : "none");
}

static void compare_links(const struct listed *a, const struct listed *b,
			  char *cause)
{
	char before[ENTRY_PATH_SIZE], after[ENTRY_PATH_SIZE];

	if (!strcmp(a->link, b->link))
		return;
	veriexec_encode_path(before, sizeof(before), a->link);
	veriexec_encode_path(after, sizeof(after), b->link);
	say(cause, "link %s -> %s", *before ? before : "none",
	    *after ? after : "none");
}

static void compare_entries(struct request *rq, const struct listed *a,
			    const struct listed *b)
{
	char cause[CAUSE_SIZE] = "";

	compare_digests(a, b, cause);
	compare_number(a, b, VERIEXEC_HAS_UID, "uid", false, cause);
	compare_number(a, b, VERIEXEC_HAS_GID, "gid", false, cause);
	compare_number(a, b, VERIEXEC_HAS_MODE, "mode", true, cause);
	compare_caps(a, b, cause);
	compare_flags(a, b, cause);
	compare_links(a, b, cause);
	if (*cause)
		findings_add(&rq->findings, 0, "changed", a->path, cause);
}

static void compare_lists(struct request *rq)
{
	const struct listing *before = &rq->listings[0];
	const struct listing *after = &rq->listings[1];
	size_t i = 0, j = 0;

	while (i < before->count || j < after->count) {
		const struct listed *a = &before->list[i];
		const struct listed *b = &after->list[j];
		int order = i == before->count ? 1 :
			    j == after->count ? -1 : strcmp(a->path, b->path);

		if (order < 0)
			findings_add(&rq->findings, 0, "removed", a->path, "");
		else if (order > 0)
			findings_add(&rq->findings, 0, "added", b->path, "");
		else
			compare_entries(rq, a, b);
		i += order <= 0;
		j += order >= 0;
	}
}

/* Directives come before all entries, by their @place among each other. */
static void compare_directive(struct request *rq, u32 place, const char *name,
			      const char *before, const char *after)
{
	char cause[CAUSE_SIZE];

	if (!strcmp(before, after))
		return;
	snprintf(cause, sizeof(cause), "%s -> %s", *before ? before : "none",
		 *after ? after : "none");
	findings_add(&rq->findings, place, "header", name, cause);
}

static void word_number(bool there, u64 n, char *buf, size_t size)
{
	snprintf(buf, size, there ? "%llu" : "", (unsigned long long)n);
}

static void note_digest(struct request *rq, u32 place, const char *name,
			const char *word, const struct veriexec_digest *r)
{
	char hex[FINGERPRINT_HEX_SIZE];
	char cause[CAUSE_SIZE];

	fingerprint_hex(r->alg, r->digest, hex);
	snprintf(cause, sizeof(cause), "%s %s=%s", word,
		 veriexec_algs[r->alg].name, hex);
	findings_add(&rq->findings, place, "header", name, cause);
}

/* Of @count_a and @count_b fingerprints, both sorted. */
static void compare_directives(struct request *rq, u32 place, const char *name,
			       const struct veriexec_digest *a, size_t count_a,
			       const struct veriexec_digest *b, size_t count_b)
{
	while (count_a || count_b) {
		int order = !count_a ? 1 : !count_b ? -1 :
			    listing_compare_digests(a, b);

		if (order < 0)
			note_digest(rq, place, name, "removed", a);
		else if (order > 0)
			note_digest(rq, place, name, "added", b);
		if (order <= 0) {
			a++;
			count_a--;
		}
		if (order >= 0) {
			b++;
			count_b--;
		}
	}
}

static void compare_headers(struct request *rq)
{
	const struct listing *old = &rq->listings[0], *new = &rq->listings[1];
	const struct veriexec_header *a = &old->header, *b = &new->header;
	char before[24], after[24];

	compare_directive(rq, 1, "name", a->name, b->name);
	word_number(a->has_version, a->version, before, sizeof(before));
	word_number(b->has_version, b->version, after, sizeof(after));
	compare_directive(rq, 2, "version", before, after);
	word_number(a->requires, a->requires, before, sizeof(before));
	word_number(b->requires, b->requires, after, sizeof(after));
	compare_directive(rq, 3, "requires", before, after);
	compare_directives(rq, 4, "revoke", old->revoked, old->revoked_count,
			   new->revoked, new->revoked_count);
	compare_directives(rq, 5, "image", old->images, old->image_count,
			   new->images, new->image_count);
}

static int compare_manifests(struct request *rq)
{
	int i, ret = 0;

	for (i = 0; i < 2 && !ret; i++)
		ret = listing_read(&rq->listings[i], rq->files[i].path,
				   rq->files[i].parts.text,
				   rq->files[i].parts.text_len);
	if (ret)
		return ret;
	compare_headers(rq);
	compare_lists(rq);
	findings_sort(&rq->findings);
	if (!rq->findings.lost)
		return 0;
	message("out of memory");
	return -ENOMEM;
}

static enum exit_status conclude(const struct request *rq)
{
	const struct findings *f = rq->survey.dir ? &rq->survey.findings :
						    &rq->findings;
	enum exit_status status;

	if (rq->json) {
		printf("{\n \"differs\": %s,\n \"findings\": ",
		       f->count ? "true" : "false");
		findings_print_json(stdout, f);
		puts("\n}");
	} else {
		findings_print(stdout, "", f);
	}
	status = options_flush();
	if (status != EXIT_YES || rq->survey.unreadable)
		return EXIT_TROUBLE;
	return f->count ? EXIT_NO : EXIT_YES;
}

/* That something could not be compared is trouble, not a difference. */
static enum exit_status diff(struct request *rq, char **paths, int count)
{
	const struct trailer *parts = &rq->files[0].parts;
	int i, ret = 0;

	for (i = 0; i < count && !ret; i++)
		ret = signed_read(paths[i], &rq->files[i]);
	if (!ret && rq->survey.dir)
		ret = survey_run(&rq->survey, rq->files[0].path, parts->text,
				 parts->text_len);
	else if (!ret)
		ret = compare_manifests(rq);
	return ret ? EXIT_TROUBLE : conclude(rq);
}

static enum exit_status run_with(const struct command *self, int argc,
				 char **argv, struct request *rq)
{
	const struct argument table[] = {
		{ .name = "root", .word = &rq->survey.dir },
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
	if (argc - optind != (rq->survey.dir ? 1 : 2))
		return options_files(self, rq->survey.dir ?
				     "one manifest beside --root" :
				     "two manifests, or --root and one");
	if (!rq->survey.dir && !strcmp(argv[optind], "-") &&
	    !strcmp(argv[optind + 1], "-")) {
		message("diff: only one of the two can be standard input");
		return options_wrong(self);
	}
	return diff(rq, argv + optind, argc - optind);
}

static enum exit_status run(const struct command *self, int argc, char **argv)
{
	struct request rq = {
		.survey = {
			.root = -1,
			.jobs = parallel_cpus(),
			.more = extra_find,
		},
	};
	enum exit_status status = run_with(self, argc, argv, &rq);
	int i;

	for (i = 0; i < 2; i++) {
		listing_free(&rq.listings[i]);
		signed_free(&rq.files[i]);
	}
	findings_free(&rq.survey.findings);
	findings_free(&rq.findings);
	return status;
}

const struct command cmd_diff = {
	.name = "diff",
	.summary = "tell two manifests apart, or a manifest and a tree",
	.usage =
"[OPTION]... OLD NEW\n"
"       vxsign diff --root DIR [OPTION]... MANIFEST\n"
"\n"
"Prints what was added, removed or changed from OLD to NEW, a line each; or what\n"
"is missing, changed or extra beneath DIR. Signatures do not matter. Exits 0 if\n"
"there is nothing, 1 if there is something.\n"
"\n"
"  --root DIR    compare with the files beneath DIR\n"
"  --jobs N      read with N threads (default: one for each processor)\n"
"  --one-file-system\n"
"                with --root: say nothing of directories on other file systems,\n"
"                which are passed over\n"
"  --json        print JSON\n"
"  -v, --verbose name those directories\n",
	.run = run,
};
