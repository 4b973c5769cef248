// SPDX-License-Identifier: GPL-2.0-only
/*
 * Would the kernel that runs take a manifest? Tells by what the kernel says of itself,
 * and loads nothing.
 */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "acceptable.h"
#include "exit.h"
#include "message.h"
#include "preflight.h"

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

/* Would the kernel understand what it says, and take that from its signer? */
static int check_compatible(const struct preflight *p, struct root *root,
			    const struct manifest_file *m)
{
	char cause[ACCEPTABLE_CAUSE_SIZE];
	int status = acceptable_check(&p->ability, m, cause);

	return *cause ? root_refuse(root, "%s", cause) : status;
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
