// SPDX-License-Identifier: GPL-2.0-only
/*
 * Trees of DER, see der_tree.h. What cannot be done aborts: they are made of what the
 * tests themselves have made.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "der_tree.h"

#define NODES_MAX	4096

#define TAG_BOOLEAN	0x01
#define TAG_INTEGER	0x02
#define TAG_BIT_STRING	0x03
#define TAG_OCTETS	0x04
#define TAG_NULL	0x05
#define TAG_OID		0x06
#define TAG_UTF8	0x0c
#define TAG_UTC_TIME	0x17
#define TAG_TIME	0x18
#define TAG_SEQUENCE	0x30
#define TAG_SET		0x31
#define CONSTRUCTED	0x20

/**
 * chance_next() - give the next number
 * @c: where they come from
 *
 * Return: the number.
 */
uint64_t chance_next(struct chance *c)
{
	uint64_t z = c->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static void append(struct text *t, const void *data, size_t len)
{
	if (text_append(t, data, len))
		abort();
}

static struct node *new_node(struct der_tree *tree, unsigned char tag)
{
	struct node *node = calloc(1, sizeof(*node));

	if (!node)
		abort();
	node->tag = tag;
	node->all = tree->all;
	tree->all = node;
	return node;
}

/* Cuts the next element off. Returns false if there is none. */
static bool cut(const unsigned char **p, size_t *len, unsigned char *tag,
		const unsigned char **value, size_t *size)
{
	size_t head = 2;
	unsigned int more;

	if (*len < 2 || !**p || (**p & 0x1f) == 0x1f)
		return false;
	*tag = **p;
	*size = (*p)[1];
	if (*size >= 0x80) {
		more = *size & 0x7f;
		if (!more || more > 3 || *len < 2 + more)
			return false;
		for (*size = 0; more; more--)
			*size = *size << 8 | (*p)[head++];
	}
	if (*len - head < *size)
		return false;
	*value = *p + head;
	*p += head + *size;
	*len -= head + *size;
	return true;
}

/* Is it DER, to its end? Not all that is empty or short is. */
static bool is_der(const unsigned char *p, size_t len)
{
	const unsigned char *value;
	unsigned char tag;
	size_t size;

	if (len < 2)
		return false;
	while (len)
		if (!cut(&p, &len, &tag, &value, &size))
			return false;
	return true;
}

/* What is in an OCTET STRING, such as an extension, is taken apart as well. */
static struct node *parse(struct der_tree *tree, const unsigned char *p, size_t len)
{
	struct node *first = NULL, **at = &first;
	const unsigned char *value;
	unsigned char tag;
	size_t size;

	while (cut(&p, &len, &tag, &value, &size)) {
		*at = new_node(tree, tag);
		if (tag & CONSTRUCTED ||
		    (tag == TAG_OCTETS && is_der(value, size)))
			(*at)->child = parse(tree, value, size);
		if (!(*at)->child)
			append(&(*at)->value, value, size);
		at = &(*at)->next;
	}
	return first;
}

/**
 * der_tree_parse() - take DER apart
 * @tree: filled; to be freed by der_tree_free()
 * @der: one element
 * @len: of @der, in bytes
 *
 * Return: 0, or %-EBADMSG.
 */
int der_tree_parse(struct der_tree *tree, const void *der, size_t len)
{
	*tree = (struct der_tree){};
	tree->root = parse(tree, der, len);
	return tree->root && !tree->root->next ? 0 : -EBADMSG;
}

/**
 * der_tree_free() - end what der_tree_parse() began
 * @tree: parsed, successfully or not
 */
void der_tree_free(struct der_tree *tree)
{
	struct node *node;

	while ((node = tree->all)) {
		tree->all = node->all;
		text_free(&node->seal.was);
		text_free(&node->value);
		free(node);
	}
}

/**
 * node_at() - find a node by the way to it
 * @node: where to begin
 * @way: a digit for each level: which of the children it is, from 0
 *
 * Return: the node, or %NULL.
 */
struct node *node_at(const struct node *node, const char *way)
{
	for (; node && *way; way++) {
		int n = *way - '0';

		for (node = node->child; node && n; n--)
			node = node->next;
	}
	return (struct node *)node;
}

static void write_over(const struct seal *seal, struct text *over)
{
	node_write(seal->over, over);
	if (seal->as_set)
		over->data[0] = TAG_SET;
}

/**
 * node_seal() - sign anew whenever it is written and something was changed
 * @node: the signature
 * @key: that signs
 * @hash: as OpenSSL names it
 * @over: what is signed; if it is the attributes of a message, with the tag of a SET
 */
void node_seal(struct node *node, EVP_PKEY *key, const char *hash,
	       struct node *over)
{
	node->seal = (struct seal){
		.key = key, .hash = hash, .over = over,
		.as_set = over->tag == 0xa0,
	};
	write_over(&node->seal, &node->seal.was);
}

static void sign(const struct seal *seal, const struct text *data,
		 struct text *out)
{
	const EVP_MD *md = EVP_get_digestbyname(seal->hash);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char signature[1024];
	size_t len = sizeof(signature);

	if (!ctx || !md ||
	    EVP_DigestSignInit(ctx, NULL, md, NULL, seal->key) <= 0 ||
	    EVP_DigestSign(ctx, signature, &len,
			   (const unsigned char *)data->data, data->len) <= 0)
		abort();
	append(out, signature, len);
	EVP_MD_CTX_free(ctx);
}

/*
 * Writes a signature that has to be made anew. Returns false if it is none, or one that
 * was copied into what it is over.
 */
static bool put_seal(const struct node *node, struct text *out)
{
	const struct seal *seal = &node->seal;
	static bool within;
	struct text over = {};
	bool same;

	if (!seal->key || within)
		return false;
	within = true;
	write_over(seal, &over);
	within = false;
	same = over.len == seal->was.len &&
	       !memcmp(over.data, seal->was.data, over.len);
	if (!same) {
		if (node->tag == TAG_BIT_STRING)
			append(out, "", 1);
		sign(seal, &over, out);
	}
	text_free(&over);
	return !same;
}

static void put_length(struct text *out, size_t len, bool odd)
{
	const unsigned char bytes[] = { len >> 24, len >> 16, len >> 8, len };
	unsigned int needed = len < 0x100 ? 1 : len < 0x10000 ? 2 : 3;
	unsigned char first;

	if (odd && needed < 4)
		needed++;
	first = 0x80 | needed;
	if (odd || len >= 0x80)
		append(out, &first, 1);
	append(out, bytes + 4 - needed, needed);
}

/**
 * node_write() - encode
 * @node: with what is in it
 * @out: where to add it
 */
void node_write(const struct node *node, struct text *out)
{
	const struct node *child;
	struct text value = {};

	if (!put_seal(node, &value)) {
		if (!node->child && node->value.len)
			append(&value, node->value.data, node->value.len);
		for (child = node->child; child; child = child->next)
			node_write(child, &value);
	}
	append(out, &node->tag, 1);
	if (node->indefinite)
		append(out, "\x80", 1);
	else
		put_length(out, value.len, node->odd_length);
	if (value.len)
		append(out, value.data, value.len);
	if (node->indefinite)
		append(out, "\0", 2);
	text_free(&value);
}

/* -- Changes. */

static struct node *copy(struct der_tree *tree, const struct node *node)
{
	struct node *new = new_node(tree, node->tag);
	struct node **at = &new->child;
	const struct node *child;

	new->odd_length = node->odd_length;
	new->indefinite = node->indefinite;
	new->seal = node->seal;
	new->seal.was = (struct text){};
	if (node->seal.was.len)
		append(&new->seal.was, node->seal.was.data, node->seal.was.len);
	if (node->value.len)
		append(&new->value, node->value.data, node->value.len);
	for (child = node->child; child; child = child->next) {
		*at = copy(tree, child);
		at = &(*at)->next;
	}
	return new;
}

/* What a value may be changed to: what other encodings have there, and limits. */
static const struct {
	unsigned char tag;
	unsigned char len;
	const char *bytes;
} values[] = {
#define VALUE(tag, bytes)	{ tag, sizeof(bytes) - 1, bytes }
	VALUE(TAG_BOOLEAN, "\0"), VALUE(TAG_BOOLEAN, "\1"),
	VALUE(TAG_BOOLEAN, "\xff"), VALUE(TAG_BOOLEAN, "\xff\xff"),
	VALUE(TAG_BOOLEAN, ""),
	VALUE(TAG_INTEGER, "\0"), VALUE(TAG_INTEGER, "\1"),
	VALUE(TAG_INTEGER, "\2"), VALUE(TAG_INTEGER, "\3"),
	VALUE(TAG_INTEGER, "\4"), VALUE(TAG_INTEGER, "\x7f"),
	VALUE(TAG_INTEGER, "\xff"), VALUE(TAG_INTEGER, "\x80"),
	VALUE(TAG_INTEGER, "\0\x80"), VALUE(TAG_INTEGER, "\0\1"),
	VALUE(TAG_INTEGER, "\1\0"), VALUE(TAG_INTEGER, ""),
	VALUE(TAG_INTEGER, "\1\2\3\4\5\6\7\1\2\3\4\5\6\7\1\2\3\4\5\6\7"),
	VALUE(TAG_INTEGER, "\1\2\3\4\5\6\7\1\2\3\4\5\6\7\1\2\3\4\5\6\7\1\2\3\4\5\6\7\1\2\3\4\5\6\7"),
	VALUE(TAG_BIT_STRING, ""), VALUE(TAG_BIT_STRING, "\0"),
	VALUE(TAG_BIT_STRING, "\7\x80"), VALUE(TAG_BIT_STRING, "\7\0"),
	VALUE(TAG_BIT_STRING, "\0\x80"), VALUE(TAG_BIT_STRING, "\1\x86"),
	VALUE(TAG_BIT_STRING, "\2\x84"), VALUE(TAG_BIT_STRING, "\1\6"),
	VALUE(TAG_BIT_STRING, "\1\6\0"), VALUE(TAG_BIT_STRING, "\1\x86\x80"),
	VALUE(TAG_BIT_STRING, "\7\x86\x80"), VALUE(TAG_BIT_STRING, "\0\xff\xff"),
	VALUE(TAG_BIT_STRING, "\x8\xff"), VALUE(TAG_BIT_STRING, "\7\0\x80"),
	VALUE(TAG_OCTETS, ""), VALUE(TAG_OCTETS, "\0"),
	VALUE(TAG_OCTETS, "\4\0"), VALUE(TAG_OCTETS, "\60\0"),
	VALUE(TAG_NULL, ""), VALUE(TAG_NULL, "\0"),
	/* SHA-1, SHA-256, SHA-384, SHA-512 */
	VALUE(TAG_OID, "\x2b\x0e\3\2\x1a"),
	VALUE(TAG_OID, "\x60\x86\x48\1\x65\3\4\2\1"),
	VALUE(TAG_OID, "\x60\x86\x48\1\x65\3\4\2\2"),
	VALUE(TAG_OID, "\x60\x86\x48\1\x65\3\4\2\3"),
	/* SHA3-256 */
	VALUE(TAG_OID, "\x60\x86\x48\1\x65\3\4\2\x8"),
	/* ECDSA with SHA-1, SHA-256, SHA-384, SHA-512, an elliptic key */
	VALUE(TAG_OID, "\x2a\x86\x48\xce\x3d\4\1"),
	VALUE(TAG_OID, "\x2a\x86\x48\xce\x3d\4\3\2"),
	VALUE(TAG_OID, "\x2a\x86\x48\xce\x3d\4\3\3"),
	VALUE(TAG_OID, "\x2a\x86\x48\xce\x3d\4\3\4"),
	VALUE(TAG_OID, "\x2a\x86\x48\xce\x3d\2\1"),
	/* RSA, RSA with SHA-1, SHA-256, SHA-384, SHA-512, PSS */
	VALUE(TAG_OID, "\x2a\x86\x48\x86\xf7\x0d\1\1\1"),
	VALUE(TAG_OID, "\x2a\x86\x48\x86\xf7\x0d\1\1\5"),
	VALUE(TAG_OID, "\x2a\x86\x48\x86\xf7\x0d\1\1\xb"),
	VALUE(TAG_OID, "\x2a\x86\x48\x86\xf7\x0d\1\1\xc"),
	VALUE(TAG_OID, "\x2a\x86\x48\x86\xf7\x0d\1\1\xd"),
	VALUE(TAG_OID, "\x2a\x86\x48\x86\xf7\x0d\1\1\xa"),
	/* P-256, P-384, P-521, secp256k1 */
	VALUE(TAG_OID, "\x2a\x86\x48\xce\x3d\3\1\7"),
	VALUE(TAG_OID, "\x2b\x81\4\0\x22"), VALUE(TAG_OID, "\x2b\x81\4\0\x23"),
	VALUE(TAG_OID, "\x2b\x81\4\0\xa"),
	/* data, SignedData, contentType, messageDigest, signingTime, S/MIME's */
	VALUE(TAG_OID, "\x2a\x86\x48\x86\xf7\x0d\1\7\1"),
	VALUE(TAG_OID, "\x2a\x86\x48\x86\xf7\x0d\1\7\2"),
	VALUE(TAG_OID, "\x2a\x86\x48\x86\xf7\x0d\1\x9\3"),
	VALUE(TAG_OID, "\x2a\x86\x48\x86\xf7\x0d\1\x9\4"),
	VALUE(TAG_OID, "\x2a\x86\x48\x86\xf7\x0d\1\x9\5"),
	VALUE(TAG_OID, "\x2a\x86\x48\x86\xf7\x0d\1\x9\xf"),
	/* Authenticode's content, statement, information */
	VALUE(TAG_OID, "\x2b\6\1\4\1\x82\x37\2\1\4"),
	VALUE(TAG_OID, "\x2b\6\1\4\1\x82\x37\2\1\xb"),
	VALUE(TAG_OID, "\x2b\6\1\4\1\x82\x37\2\1\xc"),
	/* Extensions: key identifiers, uses, names, constraints, policies */
	VALUE(TAG_OID, "\x55\x1d\xe"), VALUE(TAG_OID, "\x55\x1d\x23"),
	VALUE(TAG_OID, "\x55\x1d\xf"), VALUE(TAG_OID, "\x55\x1d\x25"),
	VALUE(TAG_OID, "\x55\x1d\x13"), VALUE(TAG_OID, "\x55\x1d\x11"),
	VALUE(TAG_OID, "\x55\x1d\x1e"), VALUE(TAG_OID, "\x55\x1d\x20"),
	/* CN, O, e-mail address, one that nobody knows */
	VALUE(TAG_OID, "\x55\4\3"), VALUE(TAG_OID, "\x55\4\xa"),
	VALUE(TAG_OID, "\x2a\x86\x48\x86\xf7\x0d\1\x9\1"),
	VALUE(TAG_OID, "\x2a\3\4"), VALUE(TAG_OID, ""),
	/* codeSigning, serverAuth, any */
	VALUE(TAG_OID, "\x2b\6\1\5\5\7\3\3"), VALUE(TAG_OID, "\x2b\6\1\5\5\7\3\1"),
	VALUE(TAG_OID, "\x55\x1d\x25\0"),
	VALUE(TAG_UTF8, ""), VALUE(TAG_UTF8, "a\0b"), VALUE(TAG_UTF8, "\xff\xfe"),
#define TIME(bytes)	VALUE(TAG_UTC_TIME, bytes), VALUE(TAG_TIME, bytes)
	TIME("250101000000Z"), TIME("20250101000000Z"), TIME("500101000000Z"),
	TIME("491231235959Z"), TIME("990101000000Z"), TIME("20500101000000Z"),
	TIME("99991231235959Z"), TIME("19490101000000Z"), TIME("19690101000000Z"),
	TIME("00000101000000Z"), TIME("2501010000Z"), TIME("202501010000Z"),
	TIME("250101000000+0100"), TIME("250101000000"), TIME("250230000000Z"),
	TIME("250229000000Z"), TIME("240229000000Z"), TIME("251301000000Z"),
	TIME("250001000000Z"), TIME("250100000000Z"), TIME("250132000000Z"),
	TIME("250101240000Z"), TIME("250101006000Z"), TIME("250101000060Z"),
	TIME("250101235960Z"), TIME("20250101000000.5Z"), TIME("25010100000xZ"),
	TIME("20990101000000Z"), TIME("20251131000000Z"), TIME("20000229000000Z"),
	TIME("21000229000000Z"), TIME(""), TIME("Z"),
#undef TIME
#undef VALUE
};

/* Gives a node another value of its kind. Returns false if none is known. */
static bool set_value(struct node *node, struct chance *c)
{
	unsigned int count = 0, i, n;
	unsigned char tag = node->tag;

	/* Strings are alike. */
	if (tag >= 0x12 && tag <= 0x1e && tag != TAG_UTC_TIME && tag != TAG_TIME)
		tag = TAG_UTF8;
	for (i = 0; i < ARRAY_SIZE(values); i++)
		count += values[i].tag == tag;
	if (!count)
		return false;
	n = one_of(c, count);
	for (i = 0; values[i].tag != tag || n--; i++)
		;
	node->child = NULL;
	node->seal.key = NULL;
	node->value.len = 0;
	append(&node->value, values[i].bytes, values[i].len);
	return true;
}

static bool flip(struct node *node, struct chance *c)
{
	unsigned int at;

	if (node->child || !node->value.len)
		return false;
	at = one_of(c, node->value.len);
	node->value.data[at] ^= 1 << one_of(c, 8);
	return true;
}

/* A byte more or less at one of its ends. */
static bool resize(struct node *node, struct chance *c)
{
	const char byte = one_of(c, 3) ? 0 : (char)one_of(c, 256);
	struct text old = node->value;

	if (node->child)
		return false;
	if (old.len && at_odds(c, 50)) {
		if (at_odds(c, 50))
			memmove(old.data, old.data + 1, old.len - 1);
		node->value.len--;
		return true;
	}
	node->value = (struct text){};
	if (at_odds(c, 50)) {
		append(&node->value, &byte, 1);
		append(&node->value, old.data ?: "", old.len);
	} else {
		append(&node->value, old.data ?: "", old.len);
		append(&node->value, &byte, 1);
	}
	text_free(&old);
	return true;
}

static bool retag(struct node *node, struct chance *c)
{
	static const unsigned char tags[] = {
		TAG_BOOLEAN, TAG_INTEGER, TAG_BIT_STRING, TAG_OCTETS, TAG_NULL,
		TAG_OID, TAG_UTF8, 0x13, 0x14, 0x16, TAG_UTC_TIME, TAG_TIME, 0x1c,
		0x1e, TAG_SEQUENCE, TAG_SET, 0x80, 0x81, 0x82, 0xa0, 0xa1, 0xa2,
		0xa3, 0x24, 0x1f,
	};
	unsigned char tag = one_of_list(c, tags);

	if (tag == node->tag)
		return false;
	node->tag = tag;
	return true;
}

/**
 * struct place - a node, and what leads to it
 * @node: the node
 * @link: the pointer to it
 */
struct place {
	struct node *node;
	struct node **link;
};

static unsigned int collect(struct node **link, struct place *places,
			    unsigned int count)
{
	for (; *link; link = &(*link)->next) {
		if (count == NODES_MAX)
			abort();
		places[count++] = (struct place){ *link, link };
		count = collect(&(*link)->child, places, count);
	}
	return count;
}

static const char *const change_names[] = {
	"dropped", "twice", "swapped", "added to", "emptied", "other tag",
	"odd length", "indefinite length", "flipped", "other value",
	"replaced by another", "another before", "resized", "wrapped",
	"other value", "other value", "replaced by another",
};

/* Returns false if that cannot be done there. */
static bool change(struct der_tree *tree, struct place at, const struct node *other,
		   unsigned int which, struct chance *c)
{
	struct node *node = at.node, *next = node->next, *new;
	struct node **end = &node->child;

	switch (which) {
	case 0:
		*at.link = next;
		return true;
	case 1:
		node->next = copy(tree, node);
		node->next->next = next;
		return true;
	case 2:
		if (!next)
			return false;
		node->next = next->next;
		next->next = node;
		*at.link = next;
		return true;
	case 3:
		if (!node->child)
			return false;
		while (*end)
			end = &(*end)->next;
		*end = copy(tree, other);
		return true;
	case 4:
		if (!node->child && !node->value.len)
			return false;
		node->child = NULL;
		node->seal.key = NULL;
		node->value.len = 0;
		return true;
	case 5:
		return retag(node, c);
	case 6:
		node->odd_length = true;
		return true;
	case 7:
		node->indefinite = true;
		return true;
	case 8:
		return flip(node, c);
	case 10:
	case 16:
		if (other == node)
			return false;
		*at.link = copy(tree, other);
		(*at.link)->next = next;
		return true;
	case 11:
		*at.link = copy(tree, other);
		(*at.link)->next = node;
		return true;
	case 12:
		return resize(node, c);
	case 13:
		new = new_node(tree, TAG_SEQUENCE);
		new->next = next;
		new->child = node;
		node->next = NULL;
		*at.link = new;
		return true;
	default:
		return set_value(node, c);
	}
}

/* One like it, more often than not: that gets further. */
static const struct node *choose_other(const struct place *places,
				       unsigned int count,
				       const struct node *like, struct chance *c)
{
	const struct node *other = places[one_of(c, count)].node;
	unsigned int tries;

	for (tries = 0; tries < 50 && other->tag != like->tag; tries++)
		other = places[one_of(c, count)].node;
	return other;
}

/**
 * der_tree_change() - change one thing
 * @tree: the encoding
 * @within: the node in which to look, or %NULL for all
 * @c: which
 * @what: gets what was done, and where
 * @size: of @what, in bytes
 */
void der_tree_change(struct der_tree *tree, struct node *within, struct chance *c,
		 char *what, size_t size)
{
	static struct place places[NODES_MAX];
	unsigned int count, which, n;

	count = collect(within ? &within->child : &tree->root, places, 0);
	if (!count) {
		snprintf(what, size, "nothing");
		return;
	}
	do {
		n = one_of(c, count);
		which = one_of(c, ARRAY_SIZE(change_names));
		snprintf(what, size, "%s: tag %02x, %u of %u",
			 change_names[which], places[n].node->tag, n, count);
	} while (!change(tree, places[n],
			 choose_other(places, count, places[n].node, c), which,
			 c));
}
