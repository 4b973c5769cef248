// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxload --list: the manifests, entries and images that the kernel has, and which
 * fingerprints are revoked.
 */

#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "exit.h"
#include "json.h"
#include "securityfs.h"

/* What the kernel writes as "-" is not there. */
static void json_optional(const char *key, const char *value)
{
	printf("\"%s\":", key);
	if (strcmp(value, "-"))
		json_string(stdout, value);
	else
		printf("null");
}

static void json_member(const char *key, const char *value)
{
	printf("\"%s\":", key);
	json_string(stdout, value);
}

/* A number of the kernel's, which may have 64 bits: its digits go through. */
static void json_number(const char *key, const char *value)
{
	size_t len = strlen(value);

	if (len && strspn(value, "0123456789") == len)
		printf("\"%s\":%s", key, value);
	else
		json_optional(key, value);
}

static void print_manifest_json(const struct sfs_manifest *m, bool first)
{
	fputs(first ? "{" : ",{", stdout);
	json_optional("name", m->name);
	putchar(',');
	json_number("version", m->version);
	putchar(',');
	json_member("signer", m->signer);
	putchar(',');
	json_member("method", m->method);
	putchar(',');
	json_member("trust", m->trust);
	putchar(',');
	json_number("bound", m->bound);
	putchar(',');
	json_number("missing", m->missing);
	putchar('}');
}

static void print_manifest(const struct sfs_manifest *m)
{
	if (strcmp(m->name, "-"))
		printf("manifest %s", m->name);
	else
		printf("manifest without a name");
	if (strcmp(m->version, "-"))
		printf(" version %s", m->version);
	printf(" signed by %s (%s) method %s: %s bound, %s missing\n",
	       m->signer, m->trust, m->method, m->bound, m->missing);
}

/* Whose word an entry or an image is. */
static void print_origin_json(const char *manifest, const char *signer)
{
	json_optional("manifest", manifest);
	putchar(',');
	json_member("signer", signer);
}

static void print_origin(const char *manifest, const char *signer)
{
	if (strcmp(manifest, "-"))
		printf(" manifest %s", manifest);
	printf(" signed by %s\n", signer);
}

static void print_flags_json(const char *flags)
{
	printf("\"flags\":");
	json_words(stdout, strcmp(flags, "-") ? flags : "");
}

/* A link has its text where a file has its fingerprint. */
static void print_content_json(const char *content)
{
	static const char link[] = "link=";
	const size_t len = strlen(link);

	if (strncmp(content, link, len)) {
		json_member("fingerprint", content);
		return;
	}
	json_member("link", content + len);
}

/* The path stays encoded, as a manifest has it. */
static void print_entry_json(struct sfs_entry *e, bool first)
{
	fputs(first ? "{" : ",{", stdout);
	json_member("path", e->path);
	putchar(',');
	print_origin_json(e->manifest, e->signer);
	putchar(',');
	json_member("status", e->status);
	putchar(',');
	print_flags_json(e->flags);
	putchar(',');
	json_optional("owner", e->owner ? e->owner : "-");
	putchar(',');
	print_content_json(e->fingerprint);
	putchar(',');
	json_member("device", e->device);
	putchar(',');
	json_number("inode", e->inode);
	putchar('}');
}

/* The path stays encoded: no file's name is let loose on a terminal. */
static void print_entry(const struct sfs_entry *e)
{
	bool has_owner = e->owner && strcmp(e->owner, "-");

	printf("%-9s %s %s %s%s%s device %s inode %s", e->status, e->path,
	       e->fingerprint, e->flags, has_owner ? " " : "",
	       has_owner ? e->owner : "", e->device, e->inode);
	print_origin(e->manifest, e->signer);
}

static void print_image_json(const struct sfs_image *i, bool first)
{
	fputs(first ? "{" : ",{", stdout);
	json_member("root_hash", i->root_hash);
	putchar(',');
	print_origin_json(i->manifest, i->signer);
	putchar('}');
}

static void print_image(const struct sfs_image *i)
{
	printf("image %s", i->root_hash);
	print_origin(i->manifest, i->signer);
}

static int list_manifests(bool json)
{
	struct sfs_manifest m;
	struct sfs_lines lines;
	bool first = true;
	int ret;

	if (sfs_lines_open(&lines, "manifests"))
		return -1;
	while ((ret = sfs_next_manifest(&lines, &m)) > 0) {
		if (json)
			print_manifest_json(&m, first);
		else
			print_manifest(&m);
		first = false;
	}
	sfs_lines_close(&lines);
	return ret;
}

static int list_entries(bool json)
{
	struct sfs_lines lines;
	struct sfs_entry e;
	bool first = true;
	int ret;

	if (sfs_lines_open(&lines, "entries"))
		return -1;
	while ((ret = sfs_next_entry(&lines, &e)) > 0) {
		if (json)
			print_entry_json(&e, first);
		else
			print_entry(&e);
		first = false;
	}
	sfs_lines_close(&lines);
	return ret;
}

static int list_images(bool json)
{
	struct sfs_lines lines;
	struct sfs_image i;
	bool first = true;
	int ret;

	if (sfs_lines_open(&lines, "images"))
		return -1;
	while ((ret = sfs_next_image(&lines, &i)) > 0) {
		if (json)
			print_image_json(&i, first);
		else
			print_image(&i);
		first = false;
	}
	sfs_lines_close(&lines);
	return ret;
}

static int list_revoked(bool json)
{
	struct sfs_lines lines;
	const char *gap = "";
	char *fingerprint;
	int ret;

	if (sfs_lines_open(&lines, "revoked"))
		return -1;
	while ((ret = sfs_next_revoked(&lines, &fingerprint)) > 0) {
		if (json) {
			fputs(gap, stdout);
			json_string(stdout, fingerprint);
			gap = ",";
		} else {
			printf("revoked %s\n", fingerprint);
		}
	}
	sfs_lines_close(&lines);
	return ret;
}

/**
 * cmd_list() - print what is loaded
 * @json: as one object of four arrays instead
 *
 * Return: exit status. Where it is not EXIT_YES the list is not whole, and in
 * JSON it does not end as JSON would.
 */
int cmd_list(bool json)
{
	if (json)
		printf("{\"manifests\":[");
	if (list_manifests(json))
		return EXIT_TROUBLE;
	if (json)
		printf("],\"entries\":[");
	if (list_entries(json))
		return EXIT_TROUBLE;
	if (json)
		printf("],\"images\":[");
	if (list_images(json))
		return EXIT_TROUBLE;
	if (json)
		printf("],\"revoked\":[");
	if (list_revoked(json))
		return EXIT_TROUBLE;
	if (json)
		puts("]}");
	return EXIT_YES;
}
