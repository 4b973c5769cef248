// SPDX-License-Identifier: GPL-2.0-only
/*
 * Holds a manifest against what the kernel can take, for who asks before anything is
 * loaded.
 */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "acceptable.h"
#include "exit.h"
#include "message.h"
#include "reader.h"
#include "rights.h"

static int __attribute__((format(printf, 2, 3)))
refuse(char *cause, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(cause, ACCEPTABLE_CAUSE_SIZE, format, args);
	va_end(args);
	return EXIT_NO;
}

/* What an added signer may not say, in the kernel's words. */
static const char *check_rights(const struct ability *ability,
				const struct manifest_file *m,
				const struct veriexec_record *record)
{
	if (!ability->trust.vouch || m->verdict.vouched == CMS_VENDOR)
		return NULL;
	return record ? rights_refuse_record(record) :
			rights_refuse_header(&m->header);
}

/**
 * acceptable_check() - would the kernel understand it, and take it from its signer?
 * @ability: of the kernel
 * @m: judged by manifest_file_judge()
 * @cause: why not, empty if that has said so already
 *
 * Return: exit status; reported if it is %EXIT_TROUBLE.
 */
int acceptable_check(const struct ability *ability,
		     const struct manifest_file *m,
		     char cause[ACCEPTABLE_CAUSE_SIZE])
{
	struct reader r = { .quiet = true, .algs = ability->algs };
	struct veriexec_record record;
	const char *why = NULL;
	int ret;

	*cause = '\0';
	/* Nobody looks at what is not signed. */
	if (*m->cause && (*m->verdict.cause || !*m->verdict.signer))
		return EXIT_NO;
	ret = reader_open(&r, m->name, m->parts.text, m->parts.text_len);
	if (!ret && m->header.requires > ability->level) {
		reader_close(&r);
		return refuse(cause, "%s is not compatible with this system: needs veriexec %u, has %u",
			      m->name, m->header.requires, ability->level);
	}
	if (!ret)
		why = check_rights(ability, m, NULL);
	while (!ret && !why && (ret = reader_next(&r, &record)) > 0) {
		why = check_rights(ability, m, &record);
		ret = 0;
	}
	reader_close(&r);
	if (why && m->header.revocations)
		return refuse(cause, "%s: %s", m->name, why);
	if (why)
		return refuse(cause, "%s:%u: %s", m->name, r.parser.line, why);
	/* What is wrong in any system has been told of. */
	if (ret == -EBADMSG && !strcmp(r.error, m->cause))
		return EXIT_NO;
	if (ret == -EBADMSG)
		return refuse(cause, "%s is not compatible with this system: line %s",
			      m->name, r.error + strlen(m->name) + 1);
	if (ret)
		message("%s", r.error);
	if (ret)
		return EXIT_TROUBLE;
	return *m->cause ? EXIT_NO : EXIT_YES;
}
