// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxload --commit: what is loaded has proved good, so that nothing older is to be
 * loaded any more. Raises, and never lowers: what was taken back could be put back.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "efi_floor.h"
#include "exit.h"
#include "manifest_file.h"
#include "message.h"
#include "securityfs.h"
#include "versions.h"

/* Returns false for a line without a version: there is nothing to commit. */
static bool read_line(const struct sfs_manifest *line,
		      struct veriexec_header *header)
{
	struct floor floor;

	*header = (struct veriexec_header){ 0 };
	if (!floor_words(line->name, line->version, &floor))
		return false;
	memcpy(header->name, floor.name, sizeof(header->name));
	header->version = floor.version;
	header->has_version = true;
	return true;
}

static bool is_vendor(const struct sfs_manifest *line)
{
	/* Who is not known to be the vendor is not. */
	return !strcmp(line->trust, "builtin");
}

static int status_of(int err)
{
	switch (err) {
	case 0:
		return EXIT_YES;
	case -ESTALE:
	case -EACCES:
		return EXIT_NO;
	default:
		return EXIT_TROUBLE;
	}
}

static int worse(int a, int b)
{
	return a > b ? a : b;
}

/* What could be raised is, also if something else could not. */
static int raise_all(struct versions *v)
{
	static const char file[] = VX_SECURITYFS "/manifests";
	struct veriexec_header header;
	struct sfs_manifest line;
	struct sfs_lines lines;
	int status = EXIT_YES;
	int ret;

	if (sfs_lines_open(&lines, "manifests"))
		return EXIT_TROUBLE;
	while ((ret = sfs_next_manifest(&lines, &line)) > 0) {
		if (!read_line(&line, &header))
			continue;
		ret = versions_raise(v, file, &header, is_vendor(&line) ?
				     "" : line.signer_word);
		status = worse(status, status_of(ret));
	}
	sfs_lines_close(&lines);
	return ret ? EXIT_TROUBLE : status;
}

static int commit_to_file(const char *path)
{
	struct versions v = { 0 };
	int status = EXIT_TROUBLE;

	if (!versions_lock(&v, path))
		status = raise_all(&v);
	if (status != EXIT_TROUBLE && versions_save(&v))
		status = EXIT_TROUBLE;
	versions_free(&v);
	return status;
}

/**
 * struct payload - what the vendor has signed
 * @file: its name
 * @data: the whole of it
 * @floor: that it sets
 * @cms: its signature
 */
struct payload {
	const char *file;
	struct buffer data;
	struct floor floor;
	struct buffer cms;
};

static int read_payload(struct payload *p)
{
	const char *cause;
	int ret = file_read(p->file, FLOOR_PAYLOAD_MAX, &p->data);

	if (ret)
		return ret == -EFBIG ? EXIT_NO : EXIT_TROUBLE;
	ret = floor_payload_parse(&p->data, &p->floor, &p->cms, &cause);
	if (!ret)
		return EXIT_YES;
	if (ret != -EBADMSG)
		return EXIT_TROUBLE;
	message("%s: %s", p->file, cause);
	return EXIT_NO;
}

/*
 * The firmware checks that, but not the first time: then it takes anybody's, and
 * nobody else's ever after.
 */
static int check_signature(const struct payload *p, const struct trust *trust)
{
	const struct der cms = { p->cms.data, p->cms.len };
	struct cms_verdict verdict;
	struct buffer text = { 0 };
	struct der signed_text;
	int ret;

	if (!trust->known)
		return EXIT_YES;
	if (floor_to_sign(&p->floor, &text)) {
		buffer_free(&text);
		return EXIT_TROUBLE;
	}
	signed_text = (struct der){ text.data, text.len };
	ret = trust_check(trust, &cms, &signed_text, &verdict);
	buffer_free(&text);
	if (!ret)
		return EXIT_YES;
	message("%s: %s", p->file, verdict.cause);
	return EXIT_NO;
}

/* The highest version of a name that is loaded and the vendor's. */
static int find_loaded(const char *name, bool *found, u64 *version)
{
	struct veriexec_header header;
	struct sfs_manifest line;
	struct sfs_lines lines;
	int ret;

	*found = false;
	if (sfs_lines_open(&lines, "manifests"))
		return EXIT_TROUBLE;
	while ((ret = sfs_next_manifest(&lines, &line)) > 0) {
		if (!is_vendor(&line) || !read_line(&line, &header) ||
		    strcmp(header.name, name) ||
		    (*found && header.version < *version))
			continue;
		*found = true;
		*version = header.version;
	}
	sfs_lines_close(&lines);
	return ret ? EXIT_TROUBLE : EXIT_YES;
}

/* To raise the floor above what runs would lock that out at the next boot. */
static int check_loaded(const struct payload *p)
{
	u64 version = 0;
	bool found;

	if (find_loaded(p->floor.name, &found, &version))
		return EXIT_TROUBLE;
	if (!found)
		message("%s: refused: no version of %s is loaded that a built-in signer has signed",
			p->file, p->floor.name);
	else if (p->floor.version > version)
		message("%s: refused: sets %" PRIu64 ", but %" PRIu64 " of %s is loaded, which would be locked out",
			p->file, p->floor.version, version, p->floor.name);
	else
		return EXIT_YES;
	return EXIT_NO;
}

static int set_floor(int folder, const struct payload *p)
{
	struct floor before;
	int ret = efi_floor_read(folder, p->floor.name, &before);
	bool known = ret == 1;

	if (ret < 0)
		return EXIT_TROUBLE;
	/* What is so already needs no word: a system commits at each boot. */
	if (known && before.version == p->floor.version)
		return EXIT_YES;
	if (known && before.version > p->floor.version) {
		message("%s: refused: sets %" PRIu64 ", and the floor of %s is %" PRIu64 " already",
			p->file, p->floor.version, p->floor.name,
			before.version);
		return EXIT_NO;
	}
	ret = efi_floor_write(folder, &p->floor, &p->data);
	if (ret)
		return status_of(ret);
	if (known)
		printf("%s: raised from %" PRIu64 " to %" PRIu64 "\n",
		       p->floor.name, before.version, p->floor.version);
	else
		printf("%s: raised to %" PRIu64 "\n", p->floor.name,
		       p->floor.version);
	return EXIT_YES;
}

static int commit_payload(int folder, const char *file,
			  const struct trust *trust)
{
	struct payload p = { .file = file };
	int status = read_payload(&p);

	if (status == EXIT_YES)
		status = check_signature(&p, trust);
	if (status == EXIT_YES)
		status = check_loaded(&p);
	if (status == EXIT_YES)
		status = set_floor(folder, &p);
	buffer_free(&p.cms);
	buffer_free(&p.data);
	return status;
}

static int commit_to_firmware(const struct load_request *request)
{
	int status = EXIT_TROUBLE;
	struct trust trust;
	int folder, i;

	folder = efi_floor_open();
	if (folder < 0)
		return EXIT_TROUBLE;
	if (!trust_load(&trust, request->certificates, request->strict)) {
		status = EXIT_YES;
		for (i = 0; i < request->count; i++)
			status = worse(status, commit_payload(folder,
							      request->files[i],
							      &trust));
	}
	trust_free(&trust);
	close(folder);
	return status;
}

/**
 * cmd_commit() - let nothing be loaded any more that is older than what is
 * @request: &load_request.versions is where that is kept; for the firmware
 *	&load_request.files are what the vendor has signed
 *
 * Return: exit status, reported unless it is EXIT_YES.
 */
int cmd_commit(const struct load_request *request)
{
	return efi_floor_is(request->versions) ?
		commit_to_firmware(request) :
		commit_to_file(request->versions);
}
