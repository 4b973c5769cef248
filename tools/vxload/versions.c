// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads and writes the file of versions, and holds manifests against it, or against
 * the variables of the firmware. The kernel forgets at every boot which version it
 * had; these do not.
 *
 * A line is "NAME VERSION" for the vendor, which means any built-in signer, and "NAME
 * VERSION SIGNER" for an added one, whose loads must never keep the vendor out. The
 * signer's name comes from the kernel, because a signature names its signer more than
 * once, also in parts that nobody has signed.
 *
 * A load only reads the file. A commit locks the file before it reads it and until it
 * has written it, so that of two at a time neither loses what the other has written.
 */

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "efi_floor.h"
#include "file.h"
#include "floor.h"
#include "message.h"
#include "versions.h"

#define VERSIONS_FILE_MAX	(1U << 20)

/**
 * versions_place() - make the name of a place absolute
 * @path: as the command line has it
 *
 * A load leaves another working directory.
 *
 * Return: the name, from malloc(), or NULL with errno set.
 */
char *versions_place(const char *path)
{
	char dir[PATH_MAX];
	char *whole;

	if (*path == '/' || efi_floor_is(path))
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
	bigger[v->count] = (struct known_version){ 0 };
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

static int parse_line(struct versions *v, char *line, unsigned int number)
{
	const char *name = strsep(&line, " ");
	const char *version = strsep(&line, " ");
	const char *signer = line ? line : "";
	struct floor floor;

	if (!version || !floor_words(name, version, &floor) ||
	    (line && !is_signer(signer)) || find(v, name, signer)) {
		message_at(v->path, number,
			   "is not the name and the version of a manifest");
		return -EBADMSG;
	}
	return add(v, name, signer, floor.version);
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

static int read_file(struct versions *v, int fd)
{
	struct buffer buf = { 0 };
	int ret;

	ret = file_read_open(fd, v->path, VERSIONS_FILE_MAX, &buf);
	if (ret)
		return ret;
	if (strlen((char *)buf.data) != buf.len) {
		message("%s: is not a file of versions", v->path);
		ret = -EBADMSG;
	} else {
		ret = parse(v, (char *)buf.data);
	}
	buffer_free(&buf);
	return ret;
}

static int set_path(struct versions *v, const char *path)
{
	v->lock = -1;
	v->firmware = -1;
	v->path = versions_place(path);
	if (v->path)
		return 0;
	message("%s: %s", path, strerror(errno));
	return -ENOMEM;
}

/**
 * versions_load() - read what is to hold manifests against
 * @v: zeroed; versions_free() it in any case
 * @place: a file, which need not be there, or %EFI_FLOOR for the firmware
 *
 * Return: 0, or a negative errno, reported.
 */
int versions_load(struct versions *v, const char *place)
{
	int ret = set_path(v, place);
	int fd;

	if (ret)
		return ret;
	if (efi_floor_is(place)) {
		v->firmware = efi_floor_open();
		return v->firmware < 0 ? v->firmware : 0;
	}
	fd = file_open_there(v->path);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	ret = read_file(v, fd);
	close(fd);
	return ret;
}

/**
 * versions_lock() - lock and read the file of versions, to raise what it says
 * @v: zeroed; versions_free() it in any case
 * @path: of the file, which need not be there
 *
 * Return: 0, or a negative errno, reported.
 */
int versions_lock(struct versions *v, const char *path)
{
	int ret = set_path(v, path);

	if (ret)
		return ret;
	v->lock = file_lock(v->path, 0600);
	return v->lock < 0 ? v->lock : read_file(v, v->lock);
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

/* On a provisioned machine every name has to be known. */
static int refuse_unknown(const struct versions *v, const char *file,
			  const struct veriexec_header *header)
{
	if (*header->name)
		message("%s: refused: no version of %s is known here (%s)",
			file, header->name, v->path);
	else
		message("%s: refused: it has no name, so that no version of it is known here (%s)",
			file, v->path);
	return -ESTALE;
}

/* What the firmware knows of a name is the vendor's. */
static int check_firmware(const struct versions *v, const char *file,
			  const struct veriexec_header *header)
{
	struct known_version known = { 0 };
	struct floor floor;
	int ret = 0;

	if (*header->name)
		ret = efi_floor_read(v->firmware, header->name, &floor);
	if (ret < 0)
		return ret;
	if (!ret)
		return v->provisioned ? refuse_unknown(v, file, header) : 0;
	known.version = floor.version;
	return is_older(header, &known) ?
		refuse_older(v, file, "refused", header, &known) : 0;
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
 * versions_check() - is a manifest no older than what was committed?
 * @v: loaded
 * @file: name of the manifest's file, for messages
 * @header: of the manifest
 * @claims: who may have signed it
 *
 * One of a known name that says no version could be any version.
 *
 * Return: 0, %-ESTALE, reported, if it is refused, or another negative errno,
 * reported, if that cannot be told.
 */
int versions_check(const struct versions *v, const char *file,
		   const struct veriexec_header *header,
		   const struct claims *claims)
{
	bool any = false;
	size_t i;

	if (v->firmware >= 0)
		return check_firmware(v, file, header);
	for (i = 0; i < v->count; i++) {
		const struct known_version *known = &v->list[i];

		if (!concerns(known, header->name, claims))
			continue;
		any = true;
		if (!is_older(header, known))
			continue;
		return refuse_older(v, file, *known->signer && claims->anybody ?
				    "refused without its signer's certificate" :
				    "refused", header, known);
	}
	return any || !v->provisioned ? 0 : refuse_unknown(v, file, header);
}

/**
 * versions_note() - a manifest was loaded
 * @v: loaded
 * @file: name of the manifest's file, for messages
 * @header: of the manifest
 * @signer: who signed it, in the kernel's word; empty for the vendor
 *
 * Return: 0; %-ESTALE, reported, if it is older than what was committed of this signer,
 * which could not be told from the signature before.
 */
int versions_note(const struct versions *v, const char *file,
		  const struct veriexec_header *header, const char *signer)
{
	struct known_version *known = find(v, header->name, signer);

	if (!known || !is_older(header, known))
		return 0;
	return refuse_older(v, file, "is loaded, but should not be", header,
			    known);
}

/**
 * versions_raise() - what is loaded is not to be followed by anything older
 * @v: locked
 * @file: name of the manifest's file, for messages
 * @header: of the manifest
 * @signer: who signed it, in the kernel's word; empty for the vendor
 *
 * Return: 0; %-ESTALE, reported, if that would lower it; %-ENOMEM, reported.
 */
int versions_raise(struct versions *v, const char *file,
		   const struct veriexec_header *header, const char *signer)
{
	struct known_version *known = find(v, header->name, signer);
	int ret;

	if (!header->has_version)
		return 0;
	if (!known) {
		ret = add(v, header->name, signer, header->version);
		if (!ret)
			find(v, header->name, signer)->raised = true;
		return ret;
	}
	if (header->version == known->version ||
	    (known->raised && header->version < known->version))
		return 0;
	ret = versions_note(v, file, header, signer);
	if (ret)
		return ret;
	if (!known->raised)
		snprintf(known->before, sizeof(known->before), "%" PRIu64,
			 known->version);
	known->raised = true;
	known->version = header->version;
	return 0;
}

static int write_file(struct versions *v)
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
		ret = file_write_new(v->path, out.data, out.len, 0600, true);
	buffer_free(&out);
	return ret;
}

/**
 * versions_save() - write the file of versions, in one step, and say what is raised
 * @v: locked; not any more afterwards
 *
 * Return: 0, or a negative errno, reported.
 */
int versions_save(struct versions *v)
{
	bool any = false;
	size_t i;
	int ret;

	for (i = 0; i < v->count; i++)
		any |= v->list[i].raised;
	ret = any ? write_file(v) : 0;
	for (i = 0; i < v->count && !ret; i++) {
		struct known_version *k = &v->list[i];

		if (k->raised)
			printf("%s%s%s: raised%s%s to %" PRIu64 "\n", k->name,
			       *k->signer ? " of " : "", k->signer,
			       *k->before ? " from " : "", k->before,
			       k->version);
		k->raised = false;
	}
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
	if (v->path && v->firmware >= 0)
		close(v->firmware);
	free(v->path);
	free(v->list);
	*v = (struct versions){ 0 };
}
