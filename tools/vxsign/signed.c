// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads a manifest with its signature, and has that judged.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "message.h"
#include "signed.h"

/**
 * signed_read() - read a manifest, signed or not
 * @path: its name; "-" is standard input
 * @file: zeroed; to be freed in any case
 *
 * Return: 0, or a negative errno, reported; %-EBADMSG if what stands for its
 * signature cannot be one.
 */
int signed_read(const char *path, struct signed_file *file)
{
	const char *cause = NULL;
	int ret;

	file->path = strcmp(path, "-") ? path : "standard input";
	ret = file_read(path, VERIEXEC_TEXT_MAX, &file->data);
	if (ret)
		return ret;
	ret = trailer_split(file->data.data, file->data.len, &file->parts,
			    &cause);
	if (ret == -ENODATA)
		return 0;
	if (ret) {
		message("%s: %s", file->path, cause);
		snprintf(file->verdict.cause, sizeof(file->verdict.cause), "%s",
			 cause);
	}
	return ret;
}

/**
 * signed_parse() - take the signature of a manifest apart
 * @file: read, with a signature
 * @cms: filled; cms_free() it on success
 *
 * Return: 0, or a negative errno as of cms_parse(), reported.
 */
int signed_parse(const struct signed_file *file, struct cms_message *cms)
{
	const char *cause = NULL;
	int ret = cms_parse(file->parts.cms, file->parts.cms_len, cms, &cause);

	if (ret)
		message("%s: signature is %s: %s", file->path,
			ret == -EBADMSG ? "malformed" : "not acceptable", cause);
	return ret;
}

/**
 * signed_verify() - has somebody trusted signed it?
 * @file: read
 * @trust: whom to believe
 *
 * Return: 0 and @file->verdict, or a negative errno as of cms_verify(),
 * reported; %-ENODATA if it is not signed.
 */
int signed_verify(struct signed_file *file, const struct cms_trust *trust)
{
	const struct trailer *parts = &file->parts;
	int ret = -ENODATA;

	if (!parts->cms)
		snprintf(file->verdict.cause, sizeof(file->verdict.cause),
			 "is not signed");
	else
		ret = cms_verify(parts->cms, parts->cms_len, parts->text,
				 parts->text_len, trust, &file->verdict);
	if (ret)
		message("%s: %s", file->path, file->verdict.cause);
	return ret;
}

/**
 * signed_free() - forget a manifest
 * @file: from signed_read()
 */
void signed_free(struct signed_file *file)
{
	buffer_free(&file->data);
}
