// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxload preflight: would these roots be loaded here, and is all there that they
 * list? Nothing is loaded, and nothing is changed.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ability.h"
#include "beneath.h"
#include "commands.h"
#include "exit.h"
#include "json.h"
#include "message.h"
#include "options.h"
#include "parallel.h"
#include "reader.h"
#include "slot.h"
#include "survey.h"

#define MANIFEST	"etc/veriexec/manifest"
#define MANIFESTS_DIR	"etc/veriexec/manifests.d"

static const char usage[] =
"[-S] [-c CERTS] [--manifest PATH]... [--versions PLACE]\n"
"              [--json] ROOT|DEVICE...\n"
"\n"
"Says of each root whether its manifests are signed, whether this kernel would take\n"
"them, and whether every listed file is there and as it is listed. Loads nothing.\n"
"A ROOT is a directory, a DEVICE a block device or an image file.\n"
"\n"
"  --manifest PATH  a manifest, beneath each root (" MANIFEST " and\n"
"                   " MANIFESTS_DIR "/*)\n"
"  -c CERTS         certificates that may be needed (/etc/veriexec/certs.pem)\n"
"  -S               compare the dates of certificates with the clock\n"
"  --versions PLACE refuse what is older than what PLACE says: a file, or efi, the\n"
"                   variables of the firmware\n"
"  --json           print JSON\n"
"\n"
"Exit status: 0 all are good, 1 one is not, 2 trouble.\n";

/**
 * struct preflight - what the command line asks for, and what the kernel can
 * @load: the manifests, by their paths beneath each root; the usual ones if there are
 *	none; and how to judge them
 * @json: print JSON
 * @ability: of the kernel
 * @known: the versions in @versions
 */
struct preflight {
	struct load_request load;
	bool json;
	struct ability ability;
	struct versions known;
};

/**
 * struct root - one of those that are looked at
 * @name: what the user calls it
 * @fd: of its directory
 * @files: how many its manifests list
 * @manifests: how many it has
 * @cause: why it is not good, empty while it is
 */
struct root {
	const char *name;
	int fd;
	size_t files;
	size_t manifests;
	char cause[600];
};

/* The first cause is the one that is told. */
static int __attribute__((format(printf, 2, 3)))
refuse(struct root *root, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (!*root->cause)
		vsnprintf(root->cause, sizeof(root->cause), format, args);
	va_end(args);
	return EXIT_NO;
}

/* What a signer may not say who was added, in the kernel's words. */
static const char *check_rights(const struct preflight *p,
				const struct manifest_file *m,
				const struct veriexec_record *record)
{
	if (!p->ability.trust.vouch || m->verdict.vouched == ABILITY_VENDOR)
		return NULL;
	if (m->header.revocations)
		return "its signer was added and may not revoke";
	if (record && record->claim.flags & VERIEXEC_FLAG_RIGHTS)
		return "its signer was added and may not give a file rights";
	return NULL;
}

/* Would the kernel understand what it says, and take that from its signer? */
static int check_compatible(const struct preflight *p, struct root *root,
			    const struct manifest_file *m)
{
	struct reader r = { .quiet = true, .algs = p->ability.algs };
	struct veriexec_record record;
	const char *why = NULL;
	int ret;

	if (m->header.requires > p->ability.level)
		return refuse(root, "%s is not compatible with this system: needs veriexec %u, has %u",
			      m->name, m->header.requires, p->ability.level);
	/* What is wrong in any system has been told of. */
	if (*m->cause)
		return EXIT_NO;
	ret = reader_open(&r, m->name, m->parts.text, m->parts.text_len);
	if (!ret)
		why = check_rights(p, m, NULL);
	while (!ret && !why && (ret = reader_next(&r, &record)) > 0) {
		why = check_rights(p, m, &record);
		ret = 0;
	}
	reader_close(&r);
	if (why && m->header.revocations)
		return refuse(root, "%s: %s", m->name, why);
	if (why)
		return refuse(root, "%s:%u: %s", m->name, r.parser.line, why);
	if (ret == -EBADMSG)
		return refuse(root, "%s is not compatible with this system: line %s",
			      m->name, r.error + strlen(m->name) + 1);
	if (ret)
		message("%s", r.error);
	return ret ? EXIT_TROUBLE : EXIT_YES;
}

static int check_version(const struct preflight *p, struct root *root,
			 const struct manifest_file *m)
{
	int ret = 0;

	if (p->load.versions)
		ret = versions_check(&p->known, m->name, &m->header,
				     &m->claims);
	if (ret == -ESTALE)
		return refuse(root, "%s: is older than what was loaded before",
			      m->name);
	return ret ? EXIT_TROUBLE : EXIT_YES;
}

/* Is it signed, and would the kernel take it? Says why not. */
static int check_manifest(const struct preflight *p, struct root *root,
			  struct manifest_file *m)
{
	int status = manifest_file_outline(m);

	if (status == EXIT_YES)
		status = manifest_file_judge(m, &p->ability.trust);
	if (!p->json && *m->verdict.signer && !*m->verdict.cause)
		printf("Verified manifest signed by %s method %s\n",
		       m->verdict.signer, m->verdict.method);
	if (status != EXIT_TROUBLE)
		status = check_compatible(p, root, m);
	if (status == EXIT_TROUBLE && *m->cause)
		message("%s: %s", root->name, m->cause);
	if (status == EXIT_NO && *m->cause)
		refuse(root, "%s", m->cause);
	return status == EXIT_YES ? check_version(p, root, m) : status;
}

/* Is all of it there? */
static int check_files(const struct preflight *p, struct root *root,
		       const struct manifest_file *m, struct survey *s)
{
	char where[512];

	if (survey_run(s, m->name, m->parts.text, m->parts.text_len))
		return EXIT_TROUBLE;
	root->files += s->entries;
	snprintf(where, sizeof(where), "%s: ", root->name);
	if (!p->json)
		findings_print(stdout, where, &s->findings);
	if (!s->findings.count)
		return EXIT_YES;
	refuse(root, "%s: %zu of its %zu files are not as it says", m->name,
	       s->findings.count, s->entries);
	if (!s->unreadable)
		return EXIT_NO;
	message("%s: %zu files cannot be read", root->name, s->unreadable);
	return EXIT_TROUBLE;
}

static void print_manifest_json(const struct manifest_file *m,
				const struct survey *s, bool good)
{
	printf("{\"manifest\":");
	json_string(stdout, m->name);
	printf(",\"good\":%s,\"name\":", good ? "true" : "false");
	if (*m->header.name)
		json_string(stdout, m->header.name);
	else
		printf("null");
	if (m->header.has_version)
		printf(",\"version\":%" PRIu64, m->header.version);
	else
		printf(",\"version\":null");
	if (!*m->verdict.cause && *m->verdict.signer) {
		printf(",\"signer\":");
		json_string(stdout, m->verdict.signer);
		printf(",\"method\":");
		json_string(stdout, m->verdict.method);
	} else {
		printf(",\"signer\":null,\"method\":null");
	}
	printf(",\"entries\":%zu,\"findings\":", s->entries);
	findings_print_json(stdout, &s->findings);
	putchar('}');
}

static int check_one(const struct preflight *p, struct root *root,
		     const char *path, int fd)
{
	struct manifest_file m = { .name = path };
	struct survey survey = {
		.dir = root->name,
		.root = root->fd,
		.jobs = parallel_cpus(),
	};
	int status = EXIT_YES;
	int ret;

	ret = file_read_open(fd, path, VERIEXEC_TEXT_MAX, &m.data);
	if (ret)
		status = ret == -EFBIG ? refuse(root, "%s: is too large", path) :
			 EXIT_TROUBLE;
	if (status == EXIT_YES)
		status = check_manifest(p, root, &m);
	if (status == EXIT_YES)
		status = check_files(p, root, &m, &survey);
	if (p->json) {
		if (root->manifests)
			putchar(',');
		print_manifest_json(&m, &survey, status == EXIT_YES);
	}
	root->manifests++;
	findings_free(&survey.findings);
	manifest_file_free(&m);
	return status;
}

/* Of two answers: no answer outweighs a bad one, and that a good one. */
static int worse(int a, int b)
{
	return a > b ? a : b;
}

/* What cannot be opened is no answer, unless it is for what the root has there. */
static int cannot_open(struct root *root, const char *path, int err)
{
	switch (err) {
	case EXDEV:
		return refuse(root, "%s: leads out of the root", path);
	case ELOOP:
		return refuse(root, "%s: is a symbolic link", path);
	case ENOENT:
	case ENOTDIR:
		return refuse(root, "%s: %s", path, strerror(err));
	}
	message("%s: %s: %s", root->name, path, strerror(err));
	return EXIT_TROUBLE;
}

/* One that need not be there is passed over if it is not. */
static int find_and_check(const struct preflight *p, struct root *root,
			  const char *path, bool needed)
{
	int fd = beneath_open(root->fd, path, true);
	int status;

	if (fd == -ENOENT && !needed)
		return EXIT_YES;
	if (fd < 0)
		return cannot_open(root, path, -fd);
	status = check_one(p, root, path, fd);
	close(fd);
	return status;
}

static int is_shown(const struct dirent *entry)
{
	return *entry->d_name != '.';
}

static int compare_names(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int check_directory(const struct preflight *p, struct root *root)
{
	int fd = beneath_open(root->fd, MANIFESTS_DIR, true);
	struct dirent **names = NULL;
	int status = EXIT_YES;
	char path[512];
	int count, i;

	if (fd == -ENOENT)
		return EXIT_YES;
	if (fd < 0)
		return cannot_open(root, MANIFESTS_DIR, -fd);
	count = scandirat(fd, ".", &names, is_shown, compare_names);
	if (count < 0)
		status = cannot_open(root, MANIFESTS_DIR, errno);
	for (i = 0; i < count; i++) {
		snprintf(path, sizeof(path), MANIFESTS_DIR "/%s",
			 names[i]->d_name);
		status = worse(status, find_and_check(p, root, path, true));
		free(names[i]);
	}
	free(names);
	close(fd);
	return status;
}

static int check_manifests(const struct preflight *p, struct root *root)
{
	int status = EXIT_YES;
	int i;

	for (i = 0; i < p->load.count; i++)
		status = worse(status, find_and_check(p, root, p->load.files[i],
						      true));
	if (!p->load.count) {
		status = find_and_check(p, root, MANIFEST, false);
		status = worse(status, check_directory(p, root));
		if (status == EXIT_YES && !root->manifests)
			status = refuse(root, "has no manifest: neither %s nor one in %s",
					MANIFEST, MANIFESTS_DIR);
	}
	return status;
}

static void print_verdict(const struct preflight *p, const struct root *root,
			  int status)
{
	const char *cause = *root->cause ? root->cause : "no answer was reached";

	if (p->json) {
		printf("],\"good\":%s,\"cause\":",
		       status == EXIT_YES ? "true" : "false");
		if (status == EXIT_YES)
			printf("null");
		else
			json_string(stdout, cause);
		putchar('}');
	} else if (status == EXIT_YES) {
		printf("%s: is good here: %zu manifest%s, %zu files\n",
		       root->name, root->manifests,
		       root->manifests == 1 ? "" : "s", root->files);
	} else {
		printf("%s: %s\n", root->name, cause);
	}
}

static int check_root(const struct preflight *p, const char *name)
{
	struct root root = { .name = name };
	int status = EXIT_TROUBLE;

	if (p->json) {
		printf("{\"root\":");
		json_string(stdout, name);
		printf(",\"manifests\":[");
	}
	root.fd = slot_open(name);
	if (root.fd >= 0) {
		status = check_manifests(p, &root);
		close(root.fd);
	}
	print_verdict(p, &root, status);
	return status;
}

static int run(struct preflight *p, char **roots)
{
	int status = EXIT_YES;
	size_t i;

	if (ability_load(&p->ability, p->load.certificates, p->load.strict))
		return EXIT_TROUBLE;
	if (p->load.versions && versions_load(&p->known, p->load.versions))
		return EXIT_TROUBLE;
	if (p->json)
		printf("{\"roots\":[");
	for (i = 0; roots[i]; i++) {
		if (p->json && i)
			putchar(',');
		status = worse(status, check_root(p, roots[i]));
	}
	if (p->json)
		puts("]}");
	return status;
}

static int judge(struct preflight *p, char **roots)
{
	int status;
	int i;

	/* A path beneath each root, whether or not it begins at its top. */
	for (i = 0; i < p->load.count; i++)
		p->load.files[i] += strspn(p->load.files[i], "/");
	status = run(p, roots);
	versions_free(&p->known);
	ability_free(&p->ability);
	return status;
}

/**
 * cmd_preflight() - see whether roots are fit to be loaded here
 * @argc: of @argv
 * @argv: the command line from "preflight" on
 *
 * Return: exit status.
 */
int cmd_preflight(int argc, char **argv)
{
	struct preflight p = { 0 };
	const struct argument table[] = {
		{ .name = "json", .flag = &p.json },
		{ 0 }
	};
	const struct arguments arguments = {
		.called = "vxload preflight",
		.usage = usage,
		.table = table,
	};
	enum exit_status status;

	if (options_read(&arguments, argc, argv, &p.load, &status)) {
		if (optind < argc) {
			status = (enum exit_status)judge(&p, argv + optind);
		} else {
			message("preflight: name a root, or a device");
			status = EXIT_TROUBLE;
		}
	}
	free(p.load.files);
	return status;
}
