/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What has to hold of the reader of the audit trail, whatever the text.
 */

#ifndef _VERIEXEC_AUDIT_INVARIANTS_H
#define _VERIEXEC_AUDIT_INVARIANTS_H

#include <stdlib.h>
#include <string.h>

#include "../vxload/audit_record.h"

static inline void require(bool good)
{
	if (!good)
		abort();
}

static inline void require_word(const char *s, size_t size)
{
	require(memchr(s, '\0', size) && *s);
	require(s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-")] == '\0');
}

static inline void require_printable(const char *s, size_t size)
{
	require(memchr(s, '\0', size));
	for (; *s; s++)
		require(*s >= 0x20 && *s <= 0x7e);
}

static inline void require_record(const struct audit_record *r)
{
	require(r->millis < 1000);
	require_word(r->op, sizeof(r->op));
	require_word(r->cause, sizeof(r->cause));
	require_printable(r->reason, sizeof(r->reason));
	require(memchr(r->what, '\0', sizeof(r->what)));
	require(memchr(r->comm, '\0', sizeof(r->comm)));
	require(memchr(r->exe, '\0', sizeof(r->exe)));
	require(memchr(r->name, '\0', sizeof(r->name)));
	require(memchr(r->dev, '\0', sizeof(r->dev)));
}

/* The sanitizers see whoever looks behind the end of a copy of exactly that size. */
static inline char *exact_copy(const void *data, size_t len)
{
	char *copy = malloc(len ? len : 1);

	require(copy);
	if (len)
		memcpy(copy, data, len);
	return copy;
}

static inline enum audit_line
require_audit_invariants(const void *data, size_t len, struct audit_record *r,
			 const char **cause)
{
	char *line = exact_copy(data, len);
	enum audit_line is;

	*cause = NULL;
	audit_line_begins_late(line, len);
	is = audit_record_parse(line, len, r, cause);
	require(is == AUDIT_OTHER || is == AUDIT_RECORD ||
		is == AUDIT_MALFORMED);
	require((is == AUDIT_MALFORMED) == (*cause && **cause));
	if (is == AUDIT_RECORD)
		require_record(r);

	*cause = NULL;
	is = audit_line_parse(line, len, r, cause);
	require((is == AUDIT_MALFORMED) == (*cause && **cause));
	if (is == AUDIT_RECORD)
		require_record(r);
	free(line);
	return is;
}

#endif /* _VERIEXEC_AUDIT_INVARIANTS_H */
