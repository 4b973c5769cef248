// SPDX-License-Identifier: GPL-2.0-only
/*
 * Damages the signature of a manifest in every way it can think of, and tells
 * whether each variant is refused:
 *
 *	signature_sweep TRUSTED SIGNED
 *
 * Three changes are no damage, and are left out: certificates dropped that the
 * verifier has itself, certificates in another order, and the NULL of an
 * algorithm without parameters, which may stand there or not (RFC 5754).
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cms.h"
#include "message.h"
#include "trailer.h"

#define CHILDREN_MAX		32
#define CERTIFICATES_DEPTH	3

static mbedtls_x509_crt trusted;
static struct buffer whole;
static struct trailer parts;
static unsigned long variants;
static unsigned long accepted;

static int judge_file(const void *data, size_t len)
{
	struct cms_verdict verdict;
	struct trailer t;
	const char *cause;
	int ret = trailer_split(data, len, &t, &cause);

	if (ret)
		return ret;
	return cms_verify(t.cms, t.cms_len, t.text, t.text_len, &trusted, NULL,
			  &verdict);
}

/* Copies to the very size, so that the sanitizer sees a read beyond it. */
static void try_file(const u8 *data, size_t len, const char *what, size_t at)
{
	u8 *copy = malloc(len ? len : 1);

	if (!copy)
		abort();
	if (len)
		memcpy(copy, data, len);
	variants++;
	if (!judge_file(copy, len)) {
		printf("accepted: %s at %zu\n", what, at);
		accepted++;
	}
	free(copy);
}

static void try_message(const u8 *der, size_t len, const char *what, size_t at)
{
	struct cms_verdict verdict;
	u8 *copy = malloc(len ? len : 1);

	if (!copy)
		abort();
	if (len)
		memcpy(copy, der, len);
	variants++;
	if (!cms_verify(copy, len, parts.text, parts.text_len, &trusted, NULL,
			&verdict)) {
		printf("accepted: %s at %zu\n", what, at);
		accepted++;
	} else if (!*verdict.cause) {
		printf("without a cause: %s at %zu\n", what, at);
		accepted++;
	}
	free(copy);
}

static void sweep_trailer(void)
{
	u8 *copy = malloc(whole.len + 1);
	size_t i;
	u32 bit;

	if (!copy)
		abort();
	for (i = parts.text_len; i < whole.len; i++)
		try_file(whole.data, i, "cut off", i);
	memcpy(copy, whole.data, whole.len);
	copy[whole.len] = '\n';
	try_file(copy, whole.len + 1, "grown", whole.len);
	for (i = parts.text_len + parts.cms_len; i < whole.len; i++)
		for (bit = 0; bit < 8; bit++) {
			copy[i] ^= (u8)(1U << bit);
			try_file(copy, whole.len, "flipped", i);
			copy[i] ^= (u8)(1U << bit);
		}
	free(copy);
}

static void sweep_bytes(void)
{
	static const u8 values[] = { 0x00, 0x30, 0x7f, 0x80, 0x84, 0xff };
	const u8 *der = parts.cms;
	size_t len = parts.cms_len;
	u8 *copy = malloc(len + 1);
	size_t i, j;

	if (!copy)
		abort();
	for (i = 0; i < len; i++) {
		memcpy(copy, der, len);
		copy[i] ^= (u8)(1U << (i * 5 % 8));
		try_message(copy, len, "flipped", i);
		for (j = 0; j < sizeof(values); j++) {
			copy[i] = values[j];
			if (copy[i] != der[i] && j == i % sizeof(values))
				try_message(copy, len, "set", i);
		}
		memcpy(copy, der, i);
		memcpy(copy + i, der + i + 1, len - i - 1);
		try_message(copy, len - 1, "deleted", i);
		memcpy(copy + i + 1, der + i, len - i);
		copy[i] = der[i];
		try_message(copy, len + 1, "doubled", i);
		try_message(der, i, "cut off", i);
	}
	free(copy);
}

/* What is done to one element of the message. */
enum change {
	DROP,		/* leave it out */
	TWICE,		/* have it twice */
	SWAP,		/* exchange it with the next */
	GROW,		/* another element at the end of it */
	EMPTY,		/* nothing in it */
	LONG_LENGTH,	/* its length in more bytes than needed */
	INDEFINITE,	/* its length as BER also allows it */
	CHANGE_COUNT
};

static const char *const change_names[CHANGE_COUNT] = {
	"dropped", "twice", "swapped", "grown", "emptied", "long length",
	"indefinite length",
};

/**
 * struct rebuild - the writing of one variant
 * @change: what to change
 * @target: number of the element to change, in the order of their begin
 * @seen: elements so far
 * @harmless: the change is none that a verifier could mind
 * @done: the change was possible
 */
struct rebuild {
	enum change change;
	u32 target;
	u32 seen;
	bool harmless;
	bool done;
};

static void put(struct buffer *out, const void *data, size_t len)
{
	if (buffer_add(out, data, len))
		abort();
}

static void put_length(struct buffer *out, size_t len, bool longer)
{
	const u8 bytes[4] = { (u8)(len >> 24), (u8)(len >> 16),
			      (u8)(len >> 8), (u8)len };
	u32 needed = len < 0x100 ? 1 : len < 0x10000 ? 2 : 3;
	u8 first;

	if (longer)
		needed = 4;
	first = (u8)(0x80 | needed);
	if (len >= 0x80 || longer)
		put(out, &first, 1);
	put(out, bytes + 4 - needed, needed);
}

static void put_element(struct buffer *out, u8 tag, const struct buffer *content)
{
	put(out, &tag, 1);
	put_length(out, content->len, false);
	put(out, content->data, content->len);
}

static void put_odd_element(struct buffer *out, enum change change, u8 tag,
			    const struct buffer *content)
{
	static const u8 indefinite = 0x80, end_of_content[2];

	put(out, &tag, 1);
	if (change == LONG_LENGTH) {
		put_length(out, content->len, true);
		put(out, content->data, content->len);
		return;
	}
	put(out, &indefinite, 1);
	put(out, content->data, content->len);
	put(out, end_of_content, sizeof(end_of_content));
}

static void copy_element(struct buffer *out, struct rebuild *rb,
			 struct der *in, u32 depth);

static void copy_children(struct buffer *out, struct rebuild *rb,
			  struct der in, u32 depth, u8 parent)
{
	struct buffer children[CHILDREN_MAX] = { 0 };
	u32 first_of[CHILDREN_MAX];
	u32 count = 0, i;

	while (in.len && count < CHILDREN_MAX) {
		first_of[count] = rb->seen;
		copy_element(&children[count], rb, &in, depth);
		count++;
	}
	for (i = 0; i < count; i++) {
		bool hit = first_of[i] == rb->target;

		if (hit && rb->change == SWAP && i + 1 < count) {
			rb->done = true;
			rb->harmless |= parent == DER_CONTEXT(0) &&
					depth == CERTIFICATES_DEPTH + 1;
			put(out, children[i + 1].data, children[i + 1].len);
			put(out, children[i].data, children[i].len);
			i++;
			continue;
		}
		put(out, children[i].data, children[i].len);
	}
	for (i = 0; i < count; i++)
		buffer_free(&children[i]);
}

/* Copies the next element of @in, changed if it is the one to change. */
static void copy_element(struct buffer *out, struct rebuild *rb,
			 struct der *in, u32 depth)
{
	static const u8 more[] = { DER_OCTET_STRING, 1, 0 };
	bool hit = rb->seen++ == rb->target;
	struct buffer content = { 0 };
	struct der value;
	u8 tag = *in->p;

	if (!der_get(in, tag, &value, NULL))
		abort();
	if (tag & 0x20)
		copy_children(&content, rb, value, depth + 1, tag);
	else
		put(&content, value.p, value.len);
	if (!hit || rb->change == SWAP) {
		put_element(out, tag, &content);
		buffer_free(&content);
		return;
	}

	rb->done = true;
	switch (rb->change) {
	case DROP:
		rb->harmless |= tag == DER_NULL ||
				(tag == DER_CONTEXT(0) &&
				 depth == CERTIFICATES_DEPTH);
		break;
	case TWICE:
		put_element(out, tag, &content);
		put_element(out, tag, &content);
		break;
	case GROW:
		put(&content, more, sizeof(more));
		put_element(out, tag, &content);
		break;
	case EMPTY:
		rb->done = content.len;
		content.len = 0;
		put_element(out, tag, &content);
		break;
	default:
		put_odd_element(out, rb->change, tag, &content);
	}
	buffer_free(&content);
}

/* Returns false behind the last element. */
static bool rebuild_one(enum change change, u32 target)
{
	struct rebuild rb = { .change = change, .target = target };
	struct der in = { parts.cms, parts.cms_len };
	struct buffer out = { 0 };
	bool same;

	copy_element(&out, &rb, &in, 0);
	same = out.len == parts.cms_len &&
	       !memcmp(out.data, parts.cms, out.len);
	/* What was copied without a change is the message itself. */
	if (!rb.done && !same)
		abort();
	if (!same && !rb.harmless)
		try_message(out.data ? out.data : (const u8 *)"", out.len,
			    change_names[change], target);
	buffer_free(&out);
	return target < rb.seen;
}

static void sweep_elements(void)
{
	enum change change;
	u32 target;

	for (change = 0; change < CHANGE_COUNT; change++)
		for (target = 0; rebuild_one(change, target); target++)
			;
}

int main(int argc, char **argv)
{
	const char *cause;

	message_init("signature_sweep");
	if (argc != 3) {
		message("usage: signature_sweep TRUSTED SIGNED");
		return 2;
	}
	mbedtls_x509_crt_init(&trusted);
	if (certificate_load(argv[1], &trusted) ||
	    file_read(argv[2], VERIEXEC_TEXT_MAX, &whole))
		return 2;
	if (trailer_split(whole.data, whole.len, &parts, &cause) ||
	    judge_file(whole.data, whole.len)) {
		message("%s: is not good to begin with", argv[2]);
		return 2;
	}
	sweep_trailer();
	sweep_bytes();
	sweep_elements();
	printf("%lu variants, %lu accepted\n", variants, accepted);
	buffer_free(&whole);
	mbedtls_x509_crt_free(&trusted);
	return accepted || variants < 1000;
}
