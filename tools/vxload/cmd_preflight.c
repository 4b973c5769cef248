// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxload preflight: would these roots be loaded here, and is all there that they
 * list? Nothing is loaded, and nothing is changed.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "beneath.h"
#include "commands.h"
#include "exit.h"
#include "json.h"
#include "message.h"
#include "options.h"
#include "parallel.h"
#include "preflight.h"
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
	root_refuse(root, "%s: %zu of its %zu files are not as it says",
		    m->name, s->findings.count, s->entries);
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
		status = ret == -EFBIG ?
			 root_refuse(root, "%s: is too large", path) :
			 EXIT_TROUBLE;
	if (status == EXIT_YES)
		status = preflight_manifest(p, root, &m);
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
		return root_refuse(root, "%s: leads out of the root", path);
	case ELOOP:
		return root_refuse(root, "%s: is a symbolic link", path);
	case ENOENT:
	case ENOTDIR:
		return root_refuse(root, "%s: %s", path, strerror(err));
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
			status = root_refuse(root, "has no manifest: neither %s nor one in %s",
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
