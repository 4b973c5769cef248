// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cuts DER into its elements. mbedTLS reads tag and length; what it forgives,
 * this does not.
 */

#include <mbedtls/asn1.h>

#include "der.h"

/* What an element's tag and length take in the only form that DER allows. */
static size_t header_size(size_t len)
{
	size_t size = 2;

	if (len < 0x80)
		return size;
	for (; len; len >>= 8)
		size++;
	return size;
}

/**
 * der_is() - is this the next element?
 * @in: what is left
 * @tag: of that element
 */
bool der_is(const struct der *in, u8 tag)
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
bool der_get(struct der *in, u8 tag, struct der *value, struct der *whole)
{
	unsigned char *p = (unsigned char *)in->p;
	const u8 *start = in->p;
	size_t len;

	if (!in->len || mbedtls_asn1_get_tag(&p, in->p + in->len, &len, tag))
		return false;
	if ((size_t)(p - start) != header_size(len))
		return false;
	if (value)
		*value = (struct der){ p, len };
	if (whole)
		*whole = (struct der){ start, header_size(len) + len };
	in->p = p + len;
	in->len -= header_size(len) + len;
	return true;
}

/**
 * der_equal() - are these the same bytes?
 * @a: one
 * @b: the other
 * @len: of @b
 */
bool der_equal(const struct der *a, const void *b, size_t len)
{
	return a->len == len && (!len || !memcmp(a->p, b, len));
}
