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
"A ROOT is a directory, a DEVICE a block device or an image file. Of an image with\n"
"hashes of dm-verity and a manifest behind it, every block is held against the root\n"
"hash that this manifest lists.\n"
"\n"
"  --manifest PATH  a manifest, beneath each other root (" MANIFEST "\n"
"                   and " MANIFESTS_DIR "/*)\n"
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
	json_path(stdout, m->name);
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

/* Is it the one that is listed, to its last block? */
static int check_image(struct root *root, const struct manifest_file *m)
{
	const struct hash_tree *t = &root->image->tree;
	u64 bad;
	int ret = image_is_listed(root->image, m);

	if (ret < 0)
		return EXIT_TROUBLE;
	if (!ret)
		return root_refuse(root, "%s does not list the root hash of the image",
				   m->name);
	ret = hash_tree_check(root->slot, t, &bad);
	if (!ret)
		return EXIT_YES;
	if (ret != -EBADMSG) {
		message("%s: block %" PRIu64 " cannot be read: %s", root->name,
			bad, strerror(-ret));
		return EXIT_TROUBLE;
	}
	return root_refuse(root, "block %" PRIu64 " of its %s was changed: it does not match the root hash",
			   bad, bad < t->blocks ? "file system" : "hashes");
}

/* Is all of it there? Where no file is listed, nothing has to be mounted. */
static int check_complete(const struct preflight *p, struct root *root,
			  const struct manifest_file *m, struct survey *s)
{
	int status = root->image ? check_image(root, m) : EXIT_YES;

	if (status != EXIT_YES)
		return status;
	if (root->fd < 0 && m->entries)
		root->fd = slot_root(root->slot, root->name);
	if (root->fd < 0)
		return m->entries ? EXIT_TROUBLE : EXIT_YES;
	s->root = root->fd;
	return check_files(p, root, m, s);
}

/* @m has its name and its data, which are freed. */
static int check_one(const struct preflight *p, struct root *root,
		     struct manifest_file *m, int status)
{
	struct survey survey = {
		.dir = root->name,
		.jobs = parallel_cpus(),
	};

	if (status == EXIT_YES)
		status = preflight_manifest(p, root, m);
	if (status == EXIT_YES)
		status = check_complete(p, root, m, &survey);
	if (p->json) {
		if (root->manifests)
			putchar(',');
		print_manifest_json(m, &survey, status == EXIT_YES);
	}
	root->manifests++;
	findings_free(&survey.findings);
	manifest_file_free(m);
	return status;
}

static int read_and_check(const struct preflight *p, struct root *root,
			  const char *path, int fd)
{
	struct manifest_file m = { .name = path };
	int status = EXIT_YES;
	int ret = file_read_open(fd, path, VERIEXEC_TEXT_MAX, &m.data);

	if (ret == -EFBIG)
		status = root_refuse(root, "%s: is too large", path);
	else if (ret)
		status = EXIT_TROUBLE;
	return check_one(p, root, &m, status);
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
	status = read_and_check(p, root, path, fd);
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
		printf("%s: is good here: %zu manifest%s, %zu files",
		       root->name, root->manifests,
		       root->manifests == 1 ? "" : "s", root->files);
		if (root->image)
			printf(", an image of %" PRIu64 " blocks",
			       root->image->tree.blocks);
		putchar('\n');
	} else {
		printf("%s: %s\n", root->name, cause);
	}
}

/* A slot that is an image has its manifest behind it, and none counts but that. */
static int check_slot(const struct preflight *p, struct root *root,
		      struct image *image)
{
	struct manifest_file m = { .name = "manifest" };
	int found = image_read(root->slot, root->name, image);

	if (found < 0)
		return EXIT_TROUBLE;
	if (!found) {
		root->fd = slot_root(root->slot, root->name);
		return root->fd < 0 ? EXIT_TROUBLE : check_manifests(p, root);
	}
	if (image->cause)
		return root_refuse(root, "%s", image->cause);
	root->image = image;
	m.data = image->manifest;
	image->manifest = (struct buffer){ 0 };
	return check_one(p, root, &m, EXIT_YES);
}

static int check_root(const struct preflight *p, const char *name)
{
	struct root root = { .name = name, .slot = slot_open(name), .fd = -1 };
	struct image image = { 0 };
	int status = EXIT_TROUBLE;

	if (p->json) {
		printf("{\"root\":");
		json_path(stdout, name);
		printf(",\"manifests\":[");
	}
	if (root.slot >= 0)
		status = check_slot(p, &root, &image);
	print_verdict(p, &root, status);
	image_free(&image);
	if (root.fd >= 0)
		close(root.fd);
	if (root.slot >= 0)
		close(root.slot);
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
