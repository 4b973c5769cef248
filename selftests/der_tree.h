/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DER as a tree that can be changed anywhere, and that signs itself anew when it is
 * written: so a change within something signed is not just a wrong signature.
 */

#ifndef _SELFTESTS_VERIEXEC_DER_TREE_H
#define _SELFTESTS_VERIEXEC_DER_TREE_H

#include <stdint.h>

#include <openssl/evp.h>

#include "common.h"

/**
 * struct chance - numbers that only look like chance
 * @state: seeded by the caller; the same seed gives the same numbers
 */
struct chance {
	uint64_t state;
};

uint64_t chance_next(struct chance *c);

/* One of @n numbers from 0. */
static inline unsigned int one_of(struct chance *c, unsigned int n)
{
	return (unsigned int)(chance_next(c) % n);
}

/* True @percent times of a hundred. */
static inline bool at_odds(struct chance *c, unsigned int percent)
{
	return one_of(c, 100) < percent;
}

#define one_of_list(c, list)	((list)[one_of(c, ARRAY_SIZE(list))])

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#endif

/**
 * struct seal - what the value of a node is a signature of
 * @key: that signs, %NULL if it is none
 * @hash: as OpenSSL names it
 * @over: what is signed, whether or not it still is in the tree
 * @as_set: it is signed with the tag of a SET
 * @was: @over as it was: as long as it is so, the value stays
 */
struct seal {
	EVP_PKEY *key;
	const char *hash;
	struct node *over;
	bool as_set;
	struct text was;
};

/**
 * struct node - one element
 * @tag: of the element
 * @next: the one behind it
 * @child: the first one in it, if it is made of others
 * @value: its content, if it is not
 * @odd_length: its length is written as DER forbids it
 * @indefinite: its length is written as only BER allows it
 * @seal: of what its value is a signature, which is made anew if need be
 * @all: the one that was made before it; all are freed together
 */
struct node {
	unsigned char tag;
	struct node *next;
	struct node *child;
	struct text value;
	bool odd_length;
	bool indefinite;
	struct seal seal;
	struct node *all;
};

/**
 * struct der_tree - an encoding
 * @root: its outermost element
 * @all: the node that was made last
 */
struct der_tree {
	struct node *root;
	struct node *all;
};

int der_tree_parse(struct der_tree *tree, const void *der, size_t len);
void der_tree_free(struct der_tree *tree);
struct node *node_at(const struct node *node, const char *way);
void node_write(const struct node *node, struct text *out);
void node_seal(struct node *node, EVP_PKEY *key, const char *hash,
	       struct node *over);
void der_tree_change(struct der_tree *tree, struct node *within, struct chance *c,
		 char *what, size_t size);

#endif /* _SELFTESTS_VERIEXEC_DER_TREE_H */
