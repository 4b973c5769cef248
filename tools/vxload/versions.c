// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads and writes the file of versions, and holds manifests against it. The
 * kernel forgets at every boot which version it had; this does not.
 *
 * A line is "NAME VERSION" for the vendor, whoever of those who are built in that
 * was, and "NAME VERSION SIGNER" for somebody who was added: what he has loaded
 * must never keep the vendor out. Whose version it was the kernel has told: parts
 * of a signature that nobody has signed name its signer in more than one way.
 *
 * The file stays locked from its reading on, over the load, to the end: of two who
 * load at a time none loses what the other has remembered.
 */

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "message.h"
#include "versions.h"

#define VERSIONS_FILE_MAX	(1U << 20)

/* The working directory is another when the file is written. */
static char *absolute(const char *path)
{
	char dir[PATH_MAX];
	char *whole;

	if (*path == '/')
		return strdup(path);
	if (!getcwd(dir, sizeof(dir)) ||
	    asprintf(&whole, "%s/%s", dir, path) < 0)
		return NULL;
	return whole;
}

static struct known_version *find(const struct versions *v, const char *name,
				  const char *signer)
{
	size_t i;

	for (i = 0; i < v->count; i++)
		if (!strcmp(v->list[i].name, name) &&
		    !strcmp(v->list[i].signer, signer))
			return &v->list[i];
	return NULL;
}

static int compare(const void *a, const void *b)
{
	const struct known_version *left = a, *right = b;
	int order = strcmp(left->name, right->name);

	return order ? order : strcmp(left->signer, right->signer);
}

static int add(struct versions *v, const char *name, const char *signer,
	       u64 version)
{
	struct known_version *bigger;

	bigger = realloc(v->list, (v->count + 1) * sizeof(*bigger));
	if (!bigger) {
		message("out of memory");
		return -ENOMEM;
	}
	v->list = bigger;
	snprintf(bigger[v->count].name, sizeof(bigger->name), "%s", name);
	snprintf(bigger[v->count].signer, sizeof(bigger->signer), "%s", signer);
	bigger[v->count++].version = version;
	qsort(v->list, v->count, sizeof(*v->list), compare);
	return 0;
}

/* As the kernel writes it: one word of visible ASCII. */
static bool is_signer(const char *word)
{
	size_t i;

	for (i = 0; word[i]; i++)
		if (word[i] <= 0x20 || word[i] > 0x7e)
			return false;
	return i && i < SIGNER_WORD_SIZE;
}

/* The grammar of manifests reads name and version as it reads directives. */
static bool parse_words(const char *name, const char *version,
			struct veriexec_header *header)
{
	struct veriexec_parser p = { 0 };
	u32 seen[16] = { 0 };
	char text[256];
	int len;

	len = snprintf(text, sizeof(text), "%%name %s\n%%version %s\n", name,
		       version);
	p.text = text;
	p.len = (size_t)len;
	p.seen = seen;
	p.seen_size = 16;
	if (len >= (int)sizeof(text) || veriexec_parse_header(&p))
		return false;
	*header = p.header;
	return true;
}

static int parse_line(struct versions *v, char *line, unsigned int number)
{
	const char *name = strsep(&line, " ");
	const char *version = strsep(&line, " ");
	const char *signer = line ? line : "";
	struct veriexec_header header;

	if (!version || !parse_words(name, version, &header) ||
	    (line && !is_signer(signer)) || find(v, name, signer)) {
		message_at(v->path, number,
			   "is not the name and the version of a manifest");
		return -EBADMSG;
	}
	return add(v, name, signer, header.version);
}

static int parse(struct versions *v, char *text)
{
	unsigned int number = 0;
	char *line;
	int ret = 0;

	while (!ret && (line = strsep(&text, "\n"))) {
		number++;
		if (*line || text)
			ret = parse_line(v, line, number);
	}
	return ret;
}

/**
 * versions_load() - lock and read the file of versions
 * @v: zeroed; versions_free() it in any case
 * @path: of the file, which need not be there
 *
 * Return: 0, or a negative errno, reported.
 */
int versions_load(struct versions *v, const char *path)
{
	struct buffer buf = { 0 };
	int ret;

	v->lock = -1;
	v->path = absolute(path);
	if (!v->path) {
		message("%s: %s", path, strerror(errno));
		return -ENOMEM;
	}
	v->lock = file_lock(v->path, 0600);
	if (v->lock < 0)
		return v->lock;
	ret = file_read_open(v->lock, v->path, VERSIONS_FILE_MAX, &buf);
	if (ret)
		return ret;
	if (strlen((char *)buf.data) != buf.len) {
		message("%s: is not a file of versions", path);
		ret = -EBADMSG;
	} else {
		ret = parse(v, (char *)buf.data);
	}
	buffer_free(&buf);
	return ret;
}

static bool is_older(const struct veriexec_header *header,
		     const struct known_version *known)
{
	return !header->has_version || header->version < known->version;
}

static int refuse_older(const struct versions *v, const char *file,
			const char *verdict,
			const struct veriexec_header *header,
			const struct known_version *known)
{
	if (header->has_version)
		message("%s: %s: is version %" PRIu64 " of %s, and %" PRIu64 " was loaded before (%s)",
			file, verdict, header->version, header->name,
			known->version, v->path);
	else
		message("%s: %s: says no version of %s, and %" PRIu64 " was loaded before (%s)",
			file, verdict, header->name, known->version, v->path);
	return -ESTALE;
}

/**
 * claims_name() - is this one of those who may have signed?
 * @claims: who may
 * @signer: in the kernel's word
 */
bool claims_name(const struct claims *claims, const char *signer)
{
	unsigned int i;

	for (i = 0; i < claims->count; i++)
		if (!strcmp(signer, claims->words[i]))
			return true;
	return false;
}

/* May what is known under this name speak of the manifest? */
static bool concerns(const struct known_version *known, const char *name,
		     const struct claims *claims)
{
	if (strcmp(known->name, name))
		return false;
	/* A name of the vendor's is nobody else's. */
	return !*known->signer || claims->anybody ||
	       claims_name(claims, known->signer);
}

/**
 * versions_check() - is a manifest no older than what was loaded before?
 * @v: loaded
 * @file: name of the manifest's file, for messages
 * @header: of the manifest
 * @claims: who may have signed it
 *
 * One of a known name that says no version could be any version.
 *
 * Return: 0, or %-ESTALE, reported.
 */
int versions_check(const struct versions *v, const char *file,
		   const struct veriexec_header *header,
		   const struct claims *claims)
{
	size_t i;

	for (i = 0; i < v->count; i++) {
		const struct known_version *known = &v->list[i];

		if (!concerns(known, header->name, claims) ||
		    !is_older(header, known))
			continue;
		return refuse_older(v, file, *known->signer && claims->anybody ?
				    "refused without its signer's certificate" :
				    "refused", header, known);
	}
	return 0;
}

/**
 * versions_note() - a manifest was loaded
 * @v: loaded
 * @file: name of the manifest's file, for messages
 * @header: of the manifest
 * @signer: who signed it, in the kernel's word; empty for the vendor
 *
 * Return: 0; %-ESTALE, reported, if it is older than what he has loaded before,
 * which nobody could tell from its signature; %-ENOMEM, reported.
 */
int versions_note(struct versions *v, const char *file,
		  const struct veriexec_header *header, const char *signer)
{
	struct known_version *known = find(v, header->name, signer);

	if (known && is_older(header, known))
		return refuse_older(v, file, "is loaded, but should not be",
				    header, known);
	if (!header->has_version)
		return 0;
	if (!known)
		return add(v, header->name, signer, header->version);
	known->version = header->version;
	return 0;
}

/**
 * versions_save() - write the file of versions, in one step
 * @v: loaded; the file stays locked
 *
 * Return: 0, or a negative errno, reported.
 */
int versions_save(struct versions *v)
{
	struct buffer out = { 0 };
	char line[VERIEXEC_NAME_SIZE + SIGNER_WORD_SIZE + 32];
	size_t i;
	int ret = 0;

	for (i = 0; i < v->count && !ret; i++) {
		const struct known_version *k = &v->list[i];
		int len = snprintf(line, sizeof(line), "%s %" PRIu64 "%s%s\n",
				   k->name, k->version, *k->signer ? " " : "",
				   k->signer);

		ret = buffer_add(&out, line, (size_t)len);
	}
	if (!ret)
		ret = file_replace_locked(&v->lock, v->path, out.data, out.len,
					  0600);
	buffer_free(&out);
	return ret;
}

/**
 * versions_free() - forget them, and let others at the file
 * @v: empty afterwards
 */
void versions_free(struct versions *v)
{
	if (v->path && v->lock >= 0)
		close(v->lock);
	free(v->path);
	free(v->list);
	*v = (struct versions){ 0 };
}
