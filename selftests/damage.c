// SPDX-License-Identifier: GPL-2.0-only
/*
 * Damages the signature of a manifest, see damage.h. It aborts if something cannot be
 * done, because it works on what the tests themselves have made.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "damage.h"

/*
 * Behind the signature come 12 bytes, which end in its length, big endian, and a line.
 */
#define TRAILER_SIZE	12
#define MAGIC_SIZE	28
#define BEHIND_SIZE	(TRAILER_SIZE + MAGIC_SIZE)

#define CHILDREN_MAX		32
#define CERTIFICATES_DEPTH	3

#define TAG_OCTET_STRING	0x04
#define TAG_NULL		0x05
#define TAG_CONTEXT_0		0xa0
#define TAG_CONSTRUCTED		0x20

struct bytes {
	uint8_t *data;
	size_t len;
};

/**
 * struct sweep - a manifest being damaged in all ways
 * @d: of the caller
 * @der: the signature
 * @text_len: of the text before it
 * @counted: variants so far, given or not
 * @given: variants that were given to the caller
 */
struct sweep {
	const struct damage *d;
	struct bytes der;
	size_t text_len;
	unsigned long counted;
	unsigned long given;
};

static void *need(void *p)
{
	if (!p)
		abort();
	return p;
}

static void put(struct bytes *b, const void *data, size_t len)
{
	b->data = need(realloc(b->data, b->len + len + 1));
	if (len)
		memcpy(b->data + b->len, data, len);
	b->len += len;
}

static bool is_due(struct sweep *s)
{
	return s->counted++ % s->d->step == 0;
}

static void give(struct sweep *s, const void *data, size_t len,
		 const char *what, size_t at)
{
	/* The copy has the very size, so that a sanitizer sees a read beyond it. */
	void *copy = need(malloc(len ? len : 1));

	if (len)
		memcpy(copy, data, len);
	s->given++;
	s->d->try_one(s->d->arg, copy, len, what, at);
	free(copy);
}

/* Gives the manifest with this signature, and a trailer that fits. */
static void give_der(struct sweep *s, const void *der, size_t len,
		     const char *what, size_t at)
{
	const uint8_t *behind = s->d->data + s->d->len - BEHIND_SIZE;
	uint8_t size[4] = { len >> 24, len >> 16, len >> 8, len };
	struct bytes b = { 0 };

	if (!is_due(s))
		return;
	put(&b, s->d->data, s->text_len);
	put(&b, der, len);
	put(&b, behind, TRAILER_SIZE - sizeof(size));
	put(&b, size, sizeof(size));
	put(&b, behind + TRAILER_SIZE, MAGIC_SIZE);
	give(s, b.data, b.len, what, at);
	free(b.data);
}

static void sweep_trailer(struct sweep *s)
{
	const size_t len = s->d->len;
	struct bytes copy = { 0 };
	unsigned int bit;
	size_t i;

	for (i = s->text_len; i < len; i++)
		if (is_due(s))
			give(s, s->d->data, i, "cut off", i);
	put(&copy, s->d->data, len);
	put(&copy, "\n", 1);
	give(s, copy.data, copy.len, "grown", len);
	for (i = len - BEHIND_SIZE; i < len; i++)
		for (bit = 0; bit < 8; bit++) {
			copy.data[i] ^= 1U << bit;
			if (is_due(s))
				give(s, copy.data, len, "flipped", i);
			copy.data[i] ^= 1U << bit;
		}
	free(copy.data);
}

static void sweep_bytes(struct sweep *s)
{
	static const uint8_t values[] = { 0x00, 0x30, 0x7f, 0x80, 0x84, 0xff };
	const uint8_t *der = s->der.data;
	const size_t len = s->der.len;
	uint8_t *copy = need(malloc(len + 1));
	size_t i;

	for (i = 0; i < len; i++) {
		memcpy(copy, der, len);
		copy[i] ^= 1U << (i * 5 % 8);
		give_der(s, copy, len, "flipped", i);
		copy[i] = values[i % sizeof(values)];
		if (copy[i] != der[i])
			give_der(s, copy, len, "set", i);
		memcpy(copy, der, i);
		memcpy(copy + i, der + i + 1, len - i - 1);
		give_der(s, copy, len - 1, "deleted", i);
		memcpy(copy + i + 1, der + i, len - i);
		copy[i] = der[i];
		give_der(s, copy, len + 1, "doubled", i);
		give_der(s, der, i, "cut off", i);
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
	RETAG,		/* another tag */
	LONG_LENGTH,	/* its length in more bytes than needed */
	INDEFINITE,	/* its length as BER also allows it */
	CHANGE_COUNT
};

static const char *const change_names[CHANGE_COUNT] = {
	"dropped", "twice", "swapped", "grown", "emptied", "other tag",
	"long length", "indefinite length",
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
	unsigned int target;
	unsigned int seen;
	bool harmless;
	bool done;
};

static void put_length(struct bytes *out, size_t len, bool longer)
{
	const uint8_t bytes[4] = { len >> 24, len >> 16, len >> 8, len };
	unsigned int needed = len < 0x100 ? 1 : len < 0x10000 ? 2 : 3;
	uint8_t first;

	if (longer)
		needed = 4;
	first = 0x80 | needed;
	if (len >= 0x80 || longer)
		put(out, &first, 1);
	put(out, bytes + 4 - needed, needed);
}

static void put_element(struct bytes *out, uint8_t tag,
			const struct bytes *content)
{
	put(out, &tag, 1);
	put_length(out, content->len, false);
	put(out, content->data, content->len);
}

static void put_odd_element(struct bytes *out, enum change change, uint8_t tag,
			    const struct bytes *content)
{
	static const uint8_t indefinite = 0x80, end_of_content[2];

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

/* Cuts the first element off @in. */
static void get_element(struct bytes *in, uint8_t *tag, struct bytes *content)
{
	size_t len, head = 2;
	unsigned int i, more;

	if (in->len < 2)
		abort();
	*tag = in->data[0];
	len = in->data[1];
	if (len >= 0x80) {
		more = len & 0x7f;
		if (!more || more > 3 || in->len < 2 + more)
			abort();
		for (len = 0, i = 0; i < more; i++)
			len = len << 8 | in->data[head++];
	}
	if (in->len - head < len)
		abort();
	*content = (struct bytes){ in->data + head, len };
	in->data += head + len;
	in->len -= head + len;
}

static void copy_element(struct bytes *out, struct rebuild *rb,
			 struct bytes *in, unsigned int depth);

static void copy_children(struct bytes *out, struct rebuild *rb,
			  struct bytes in, unsigned int depth, uint8_t parent)
{
	struct bytes children[CHILDREN_MAX] = { 0 };
	unsigned int first_of[CHILDREN_MAX];
	unsigned int count = 0, i;

	while (in.len) {
		if (count == CHILDREN_MAX)
			abort();
		first_of[count] = rb->seen;
		copy_element(&children[count], rb, &in, depth);
		count++;
	}
	for (i = 0; i < count; i++) {
		bool hit = first_of[i] == rb->target;

		if (hit && rb->change == SWAP && i + 1 < count) {
			rb->done = true;
			rb->harmless |= parent == TAG_CONTEXT_0 &&
					depth == CERTIFICATES_DEPTH + 1;
			put(out, children[i + 1].data, children[i + 1].len);
			put(out, children[i].data, children[i].len);
			i++;
			continue;
		}
		put(out, children[i].data, children[i].len);
	}
	for (i = 0; i < count; i++)
		free(children[i].data);
}

/* Puts an element that is to be changed; @content may be used up. */
static void put_changed(struct bytes *out, struct rebuild *rb, uint8_t tag,
			struct bytes *content, unsigned int depth)
{
	static const uint8_t more[] = { TAG_OCTET_STRING, 1, 0 };

	rb->done = true;
	switch (rb->change) {
	case DROP:
		rb->harmless |= tag == TAG_NULL ||
				(tag == TAG_CONTEXT_0 &&
				 depth == CERTIFICATES_DEPTH);
		break;
	case TWICE:
		put_element(out, tag, content);
		put_element(out, tag, content);
		break;
	case GROW:
		put(content, more, sizeof(more));
		put_element(out, tag, content);
		break;
	case EMPTY:
		rb->done = content->len;
		content->len = 0;
		put_element(out, tag, content);
		break;
	case RETAG:
		put_element(out, tag ^ 1, content);
		break;
	default:
		put_odd_element(out, rb->change, tag, content);
	}
}

/* Copies the next element of @in, changed if it is the one to change. */
static void copy_element(struct bytes *out, struct rebuild *rb,
			 struct bytes *in, unsigned int depth)
{
	bool hit = rb->seen++ == rb->target;
	struct bytes content = { 0 };
	struct bytes value;
	uint8_t tag;

	get_element(in, &tag, &value);
	if (tag & TAG_CONSTRUCTED)
		copy_children(&content, rb, value, depth + 1, tag);
	else
		put(&content, value.data, value.len);
	if (hit && rb->change != SWAP)
		put_changed(out, rb, tag, &content, depth);
	else
		put_element(out, tag, &content);
	free(content.data);
}

/* Returns false behind the last element. */
static bool rebuild_one(struct sweep *s, enum change change,
			unsigned int target)
{
	struct rebuild rb = { .change = change, .target = target };
	struct bytes in = s->der;
	struct bytes out = { 0 };
	bool same;

	copy_element(&out, &rb, &in, 0);
	same = out.len == s->der.len &&
	       !memcmp(out.data, s->der.data, out.len);
	/* What was copied without a change is the message itself. */
	if (!rb.done && !same)
		abort();
	if (!same && !rb.harmless)
		give_der(s, out.data, out.len, change_names[change], target);
	free(out.data);
	return target < rb.seen;
}

/**
 * damage_all() - give all variants, or as many as are wanted
 * @d: what to damage, and who looks
 *
 * Return: how many were given.
 */
unsigned long damage_all(const struct damage *d)
{
	const uint8_t *size = d->data + d->len - MAGIC_SIZE - 4;
	struct sweep s = { .d = d };
	enum change change;
	unsigned int target;

	if (d->len < BEHIND_SIZE)
		abort();
	s.der.len = (size_t)size[0] << 24 | size[1] << 16 | size[2] << 8 |
		    size[3];
	if (s.der.len > d->len - BEHIND_SIZE)
		abort();
	s.text_len = d->len - BEHIND_SIZE - s.der.len;
	s.der.data = (uint8_t *)d->data + s.text_len;

	sweep_trailer(&s);
	sweep_bytes(&s);
	for (change = 0; change < CHANGE_COUNT; change++)
		for (target = 0; rebuild_one(&s, change, target); target++)
			;
	return s.given;
}
