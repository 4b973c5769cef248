/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What holds of the manifest grammar whatever it is given. Any input goes; a
 * broken rule aborts, so that a fuzzer sees it.
 */

#ifndef _VERIEXEC_MANIFEST_INVARIANTS_H
#define _VERIEXEC_MANIFEST_INVARIANTS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "manifest.h"

#define REQUIRE(condition)						\
	do {								\
		if (!(condition)) {					\
			fprintf(stderr, "broken: %s\n", #condition);	\
			abort();					\
		}							\
	} while (0)

static inline void require_safe_path(const struct veriexec_record *r)
{
	const char *s = r->path;

	REQUIRE(r->path_len && r->path_len < VERIEXEC_PATH_SIZE);
	REQUIRE(strlen(s) == r->path_len);
	while (s) {
		const char *slash = strchr(s, '/');
		size_t len = slash ? (size_t)(slash - s) : strlen(s);

		REQUIRE(len);
		REQUIRE(!(len == 1 && s[0] == '.'));
		REQUIRE(!(len == 2 && s[0] == '.' && s[1] == '.'));
		s = slash ? slash + 1 : NULL;
	}
}

/* What was read, written and read again is the same. */
static inline void require_same_again(const struct veriexec_record *r)
{
	static char text[3 * VERIEXEC_PATH_SIZE + 128];
	static struct veriexec_record again;
	struct veriexec_parser p = { .text = text, .algs = ~0U };
	u32 seen[16] = { 0 };
	size_t n;

	n = veriexec_encode_path(text, sizeof(text), r->path);
	REQUIRE(n < sizeof(text) && strlen(text) == n);
	strcpy(text + n, " sha1=0123456789012345678901234567890123456789\n");
	p.len = strlen(text);
	p.seen = seen;
	p.seen_size = 16;
	REQUIRE(!veriexec_parse_header(&p));
	REQUIRE(veriexec_parse_entry(&p, &again) == 1);
	REQUIRE(!strcmp(again.path, r->path));
	REQUIRE(!veriexec_parse_entry(&p, &again));
}

static inline void require_record(const struct veriexec_parser *p,
				  const struct veriexec_record *r)
{
	require_safe_path(r);
	require_same_again(r);
	REQUIRE(!(r->claim.algs & ~p->algs));
	REQUIRE(!r->claim.algs == !!*r->link);
	REQUIRE(!*r->link == !(r->claim.has & VERIEXEC_HAS_LINK));
	REQUIRE(!*r->link || (r->claim.has == VERIEXEC_HAS_LINK &&
			      !r->claim.flags && !*r->label));
	REQUIRE(memchr(r->link, '\0', sizeof(r->link)));
	REQUIRE(!(r->claim.has & VERIEXEC_HAS_MODE) || r->claim.mode <= 07777);
	REQUIRE(!(r->claim.has & VERIEXEC_HAS_UID) || r->claim.uid != ~0U);
	REQUIRE(!(r->claim.flags & VERIEXEC_FLAG_RIGHTS) ||
		r->claim.flags & VERIEXEC_FLAG_NO_PTRACE);
	REQUIRE(memchr(r->label, '\0', sizeof(r->label)));
}

static inline void require_error(const struct veriexec_parser *p)
{
	const struct veriexec_refusal *no = &p->refusal;

	REQUIRE(no->why && *no->why && no->line == p->line);
	if (no->word)
		REQUIRE(no->word >= p->text &&
			no->word + no->word_len <= p->text + p->len);
}

/* All that were counted are there, and no more. */
static inline void require_digests(struct veriexec_parser *p,
				   int (*next)(struct veriexec_parser *p,
					       struct veriexec_digest *r),
				   u32 expected)
{
	struct veriexec_digest r;
	u32 count = 0;

	while (next(p, &r) > 0) {
		REQUIRE(r.alg < VERIEXEC_ALG_COUNT && p->algs & 1U << r.alg);
		count++;
	}
	REQUIRE(count == expected);
	REQUIRE(p->revoked.pos <= p->len && p->imaged.pos <= p->len);
}

/* Returns the number of entries, or -1 if the text is refused. */
static inline long require_invariants(const u8 *data, size_t len)
{
	static struct veriexec_record record;
	/* Of the very size, so that the sanitizer sees a read beyond it. */
	char *text = malloc(len ? len : 1);
	struct veriexec_parser p = {
		.text = text, .len = len,
		.algs = (1U << VERIEXEC_ALG_COUNT) - 1,
	};
	u32 lines = 0;
	long entries = 0;
	size_t i;
	int ret;

	REQUIRE(text);
	if (len)
		memcpy(text, data, len);
	for (i = 0; i < len; i++)
		lines += text[i] == '\n';
	p.seen_size = veriexec_seen_size(text, len);
	REQUIRE(!(p.seen_size & (p.seen_size - 1)) && p.seen_size > lines);
	p.seen = calloc(p.seen_size, sizeof(*p.seen));
	REQUIRE(p.seen);

	ret = veriexec_parse_header(&p);
	if (!ret) {
		require_digests(&p, veriexec_next_revocation,
				p.header.revocations);
		require_digests(&p, veriexec_next_image, p.header.images);
		while ((ret = veriexec_parse_entry(&p, &record)) > 0) {
			require_record(&p, &record);
			entries++;
		}
	}
	REQUIRE(!ret || ret == -EBADMSG);
	REQUIRE(p.pos <= p.len && p.line <= lines + 1);
	if (ret)
		require_error(&p);
	free(p.seen);
	free(text);
	return ret ? -1 : entries;
}

#endif /* _VERIEXEC_MANIFEST_INVARIANTS_H */
