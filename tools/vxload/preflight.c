// SPDX-License-Identifier: GPL-2.0-only
/*
 * Would the kernel that runs take a manifest? Tells by what the kernel says of itself,
 * and loads nothing.
 */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "exit.h"
#include "message.h"
#include "preflight.h"
#include "reader.h"
#include "rights.h"

/**
 * root_refuse() - a root is not good
 * @root: which; the first cause is the one that is told
 * @format: the cause, as for printf(3)
 *
 * Return: %EXIT_NO.
 */
int root_refuse(struct root *root, const char *format, ...)
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
	return record ? rights_refuse_record(record) :
			rights_refuse_header(&m->header);
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
		return root_refuse(root, "%s is not compatible with this system: needs veriexec %u, has %u",
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
		return root_refuse(root, "%s: %s", m->name, why);
	if (why)
		return root_refuse(root, "%s:%u: %s", m->name,
				   r.parser.line, why);
	if (ret == -EBADMSG)
		return root_refuse(root, "%s is not compatible with this system: line %s",
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
		return root_refuse(root, "%s: is older than what was loaded before",
				   m->name);
	return ret ? EXIT_TROUBLE : EXIT_YES;
}

/**
 * preflight_manifest() - is a manifest signed, and would the kernel take it?
 * @p: what the kernel can
 * @root: of the manifest
 * @m: with its name and its data; filled
 *
 * Return: exit status, reported or the cause of @root.
 */
int preflight_manifest(const struct preflight *p, struct root *root,
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
		root_refuse(root, "%s", m->cause);
	return status == EXIT_YES ? check_version(p, root, m) : status;
}
