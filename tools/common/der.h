/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A strict reader of DER: every length in its shortest form, no element that
 * reaches beyond the one around it.
 */

#ifndef _VERIEXEC_DER_H
#define _VERIEXEC_DER_H

#include "manifest.h"

/* Tags, as they stand in the encoding. */
#define DER_INTEGER		0x02
#define DER_BIT_STRING		0x03
#define DER_OCTET_STRING	0x04
#define DER_NULL		0x05
#define DER_OID			0x06
#define DER_UTC_TIME		0x17
#define DER_GENERALIZED_TIME	0x18
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

bool der_is(const struct der *in, u8 tag);
bool der_get(struct der *in, u8 tag, struct der *value, struct der *whole);
bool der_equal(const struct der *a, const void *b, size_t len);

#endif /* _VERIEXEC_DER_H */
