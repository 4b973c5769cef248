// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxload --dry-run: what would a load change, and would the kernel take it? Each
 * manifest is held against what is loaded now. Nothing is loaded.
 */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ability.h"
#include "acceptable.h"
#include "commands.h"
#include "compare.h"
#include "exit.h"
#include "json.h"
#include "message.h"
#include "securityfs.h"
#include "state.h"

/**
 * struct dry_run - what is asked for, and what the kernel can
 * @request: what would be loaded, and how
 * @json: print JSON
 * @dir: what the listed paths lie beneath
 * @ability: of the kernel
 * @known: the versions of before, where they are asked for
 * @states: that hold, STATE_*
 */
struct dry_run {
	const struct load_request *request;
	bool json;
	int dir;
	struct ability ability;
	struct versions known;
	unsigned int states;
};

/**
 * struct loaded - the manifest that one would replace
 * @here: there is one
 * @signer: of it
 * @version: of it
 * @files: how many it lists
 */
struct loaded {
	bool here;
	char signer[SIGNER_NAME_SIZE];
	u64 version;
	u64 files;
};

/**
 * struct outcome - of one manifest
 * @m: the manifest
 * @loaded: what it would replace
 * @changes: what would change
 * @cause: why it would be refused, empty if it would not
 */
struct outcome {
	struct manifest_file m;
	struct loaded loaded;
	struct comparison changes;
	char cause[ACCEPTABLE_CAUSE_SIZE];
};

static int __attribute__((format(printf, 2, 3)))
refuse(struct outcome *o, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(o->cause, sizeof(o->cause), format, args);
	va_end(args);
	return EXIT_NO;
}

/* Without a name or a version none is replaced. Returns 0, or -1, reported. */
static int find_loaded(struct outcome *o)
{
	const struct manifest_file *m = &o->m;
	struct sfs_manifest line;
	struct sfs_lines lines;
	int ret;

	if (!m->header.has_version)
		return 0;
	if (sfs_lines_open(&lines, "manifests"))
		return -1;
	while ((ret = sfs_next_manifest(&lines, &line)) > 0) {
		if (strcmp(line.name, m->header.name) ||
		    !strcmp(line.version, "-") ||
		    !claims_name(&m->claims, line.signer_word))
			continue;
		o->loaded.here = true;
		snprintf(o->loaded.signer, sizeof(o->loaded.signer), "%s",
			 line.signer);
		o->loaded.version = strtoull(line.version, NULL, 10);
		o->loaded.files = strtoull(line.bound, NULL, 10) +
				  strtoull(line.missing, NULL, 10);
	}
	sfs_lines_close(&lines);
	return ret;
}

static int read_one(struct dry_run *d, struct outcome *o, const char *file)
{
	int status, ret;

	o->m.name = strcmp(file, "-") ? file : "standard input";
	ret = file_read(file, VERIEXEC_TEXT_MAX, &o->m.data);
	if (ret)
		return ret == -EFBIG ? refuse(o, "%s: is too large", file) :
				       EXIT_TROUBLE;
	status = manifest_file_outline(&o->m);
	if (status == EXIT_YES)
		status = manifest_file_judge(&o->m, &d->ability.trust);
	if (status == EXIT_TROUBLE && *o->m.cause)
		message("%s", o->m.cause);
	if (status != EXIT_TROUBLE)
		status = acceptable_check(&d->ability, &o->m, o->cause);
	if (status == EXIT_NO && !*o->cause)
		refuse(o, "%s", o->m.cause);
	return status;
}

static int check_versions(struct dry_run *d, struct outcome *o)
{
	int ret = 0;

	if (d->request->versions)
		ret = versions_check(&d->known, o->m.name, &o->m.header,
				     &o->m.claims);
	if (ret == -ESTALE)
		return refuse(o, "%s: is older than what was loaded before",
			      o->m.name);
	return ret ? EXIT_TROUBLE : EXIT_YES;
}

/* By all that can be seen: only the kernel knows which text it has read. */
static bool is_same(const struct outcome *o)
{
	return o->loaded.here && o->m.header.version == o->loaded.version &&
	       !o->changes.counts[DIFFERENCE_CHANGED] &&
	       !o->changes.counts[DIFFERENCE_GONE] &&
	       !o->changes.counts[DIFFERENCE_LEFT] &&
	       o->loaded.files == o->changes.entries;
}

/* In the order in which the kernel looks. */
static int judge(struct dry_run *d, struct outcome *o)
{
	const struct veriexec_header *h = &o->m.header;
	const struct loaded *l = &o->loaded;
	const size_t *counts = o->changes.counts;

	if (is_same(o))
		return EXIT_YES;
	if (d->states & STATE_LOCKED)
		return refuse(o, "%s: the state is locked, in which only what is loaded already is taken",
			      o->m.name);
	if (l->here && h->version < l->version)
		return refuse(o, "%s: version %" PRIu64 " of %s is loaded, which is newer than %" PRIu64,
			      o->m.name, l->version, h->name, h->version);
	if (l->here && h->version == l->version)
		return refuse(o, "%s: version %" PRIu64 " of %s is loaded with other content",
			      o->m.name, l->version, h->name);
	if (counts[DIFFERENCE_LEFT] && !d->request->replace)
		return refuse(o, "%s: it would take the place of version %" PRIu64 " of %s, and %zu files on other file systems would stop running; --replace loads it",
			      o->m.name, l->version, h->name,
			      counts[DIFFERENCE_LEFT]);
	if (o->changes.entries &&
	    counts[DIFFERENCE_MISSING] == o->changes.entries)
		return refuse(o, "%s: not one of the %zu listed files can be bound beneath %s",
			      o->m.name, o->changes.entries, d->request->dir);
	return EXIT_YES;
}

static int try_one(struct dry_run *d, struct outcome *o, const char *file)
{
	int status = read_one(d, o, file);

	if (status == EXIT_YES)
		status = check_versions(d, o);
	if (status != EXIT_YES)
		return status;
	if (find_loaded(o))
		return EXIT_TROUBLE;
	if (o->loaded.here) {
		o->changes.name = o->m.header.name;
		o->changes.signer = o->loaded.signer;
	}
	o->changes.algs = d->ability.algs;
	if (compare_with_kernel(&o->changes, &o->m, d->dir))
		return EXIT_TROUBLE;
	return judge(d, o);
}

static void print_text(const struct outcome *o, int status)
{
	const struct comparison *c = &o->changes;
	const char *gap = ": ";
	size_t i;

	if (*o->m.verdict.signer && !*o->m.verdict.cause)
		printf("Verified %s signed by %s method %s\n", o->m.name,
		       o->m.verdict.signer, o->m.verdict.method);
	findings_print(stdout, "", &c->findings);
	if (status == EXIT_TROUBLE)
		return;
	if (status == EXIT_NO) {
		printf("would be refused: %s\n", o->cause);
		return;
	}
	printf("%s: would be loaded", o->m.name);
	if (o->loaded.here)
		printf(" in the place of version %" PRIu64, o->loaded.version);
	for (i = 0; i < DIFFERENCE_COUNT; i++) {
		printf("%s%zu %s", gap, c->counts[i], difference_words[i]);
		gap = ", ";
	}
	putchar('\n');
}

static void print_json(const struct outcome *o, int status, bool first)
{
	const struct comparison *c = &o->changes;
	size_t i;

	printf("%s{\"manifest\":", first ? "" : ",");
	json_string(stdout, o->m.name);
	printf(",\"would_load\":%s,\"cause\":",
	       status == EXIT_YES ? "true" : "false");
	if (status == EXIT_YES)
		printf("null");
	else
		json_string(stdout, *o->cause ? o->cause :
						"no answer was reached");
	printf(",\"replaces\":");
	if (o->loaded.here)
		printf("%" PRIu64, o->loaded.version);
	else
		printf("null");
	for (i = 0; i < DIFFERENCE_COUNT; i++)
		printf(",\"%s\":%zu", difference_words[i], c->counts[i]);
	printf(",\"entries\":%zu,\"findings\":", c->entries);
	findings_print_json(stdout, &c->findings);
	putchar('}');
}

static int try_and_print(struct dry_run *d, const char *file, bool first)
{
	struct outcome o = { .cause = "" };
	int status = try_one(d, &o, file);

	if (d->json)
		print_json(&o, status, first);
	else
		print_text(&o, status);
	findings_free(&o.changes.findings);
	manifest_file_free(&o.m);
	return status;
}

/* Returns 0, or -1, reported. */
static int prepare(struct dry_run *d)
{
	const struct load_request *request = d->request;

	d->dir = open(request->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (d->dir < 0) {
		message("%s: %s", request->dir, strerror(errno));
		return -1;
	}
	if (ability_load(&d->ability, request->certificates, request->strict) ||
	    state_read(&d->states))
		return -1;
	if (request->versions && versions_load(&d->known, request->versions))
		return -1;
	d->known.provisioned = request->provisioned;
	return 0;
}

/**
 * cmd_dry_run() - say what a load would change
 * @request: what would be loaded, and how
 * @json: as an object instead
 *
 * Return: EXIT_YES if all would be loaded, EXIT_NO if one would be refused;
 * EXIT_TROUBLE if that cannot be told of one.
 */
int cmd_dry_run(const struct load_request *request, bool json)
{
	struct dry_run d = { .request = request, .json = json, .dir = -1 };
	int status = EXIT_TROUBLE;
	int i, one;

	if (!prepare(&d)) {
		status = EXIT_YES;
		if (json)
			printf("{\"manifests\":[");
		for (i = 0; i < request->count; i++) {
			one = try_and_print(&d, request->files[i], !i);
			status = one > status ? one : status;
		}
		if (json)
			puts("]}");
	}
	versions_free(&d.known);
	ability_free(&d.ability);
	if (d.dir >= 0)
		close(d.dir);
	return status;
}
