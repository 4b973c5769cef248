/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A strict reader of DER (X.690): every length in its shortest form, no element
 * that reaches beyond the one around it. Pure C, for the kernel and the tools.
 */

#ifndef _VERIEXEC_DER_H
#define _VERIEXEC_DER_H

#include "manifest.h"

/* Tags, as they stand in the encoding. */
#define DER_BOOLEAN		0x01
#define DER_INTEGER		0x02
#define DER_BIT_STRING		0x03
#define DER_OCTET_STRING	0x04
#define DER_NULL		0x05
#define DER_OID			0x06
#define DER_UTF8		0x0c
#define DER_PRINTABLE		0x13
#define DER_T61			0x14
#define DER_IA5			0x16
#define DER_UTC_TIME		0x17
#define DER_GENERALIZED_TIME	0x18
#define DER_UNIVERSAL		0x1c
#define DER_BMP			0x1e
#define DER_SEQUENCE		0x30
#define DER_SET			0x31
#define DER_CONTEXT(n)		(0xa0 | (n))	/* constructed */
#define DER_CONTEXT_PLAIN(n)	(0x80 | (n))

/**
 * struct der - some bytes of an encoding
 * @p: the first, never written to
 * @len: how many
 *
 * Points into somebody else's memory.
 */
struct der {
	const u8 *p;
	size_t len;
};

/*
 * Reads the length behind a tag and cuts both off @in. No element here is as
 * large as 16 MiB.
 */
static inline bool der_get_header(struct der *in, size_t *len)
{
	unsigned int more, i;

	if (in->len < 2)
		return false;
	*len = in->p[1];
	more = *len < 0x80 ? 0 : *len & 0x7f;
	if (more > 3 || (*len >= 0x80 && !more) || in->len < 2 + more)
		return false;
	if (more)
		*len = 0;
	for (i = 0; i < more; i++)
		*len = *len << 8 | in->p[2 + i];
	/* The shortest form alone. */
	if ((more == 1 && *len < 0x80) || (more > 1 && !in->p[2]))
		return false;
	in->p += 2 + more;
	in->len -= 2 + more;
	return *len <= in->len;
}

/* Is the next element of what is left one with this tag? */
static inline bool der_is(const struct der *in, u8 tag)
{
	return in->len && *in->p == tag;
}

/**
 * der_get() - cut off the next element
 * @in: what is left, shortened on success
 * @tag: that the element must have
 * @value: its content, may be NULL
 * @whole: the same with tag and length, may be NULL
 *
 * Return: false if there is no such element.
 */
static inline bool der_get(struct der *in, u8 tag, struct der *value,
			   struct der *whole)
{
	struct der rest = *in;
	size_t len;

	if (!der_is(in, tag) || !der_get_header(&rest, &len))
		return false;
	if (value)
		*value = (struct der){ rest.p, len };
	if (whole)
		*whole = (struct der){ in->p, rest.p + len - in->p };
	in->p = rest.p + len;
	in->len = rest.len - len;
	return true;
}

/* Are these the same bytes? */
static inline bool der_equal(const struct der *a, const void *b, size_t len)
{
	return a->len == len && (!len || !memcmp(a->p, b, len));
}

#endif /* _VERIEXEC_DER_H */
