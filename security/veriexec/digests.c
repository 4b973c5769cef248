// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keeps a set of fingerprints, and finds one in it. It must never know what they
 * are for.
 */

#include <linux/bsearch.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "digests.h"

static int compare(const void *a, const void *b)
{
	const struct veriexec_digest *left = a, *right = b;

	if (left->alg != right->alg)
		return left->alg < right->alg ? -1 : 1;
	return memcmp(left->digest, right->digest,
		      veriexec_algs[left->alg].size);
}

/**
 * veriexec_collect_digests() - read what the directives of a manifest name
 * @p: its header was read
 * @most: how many there are
 * @next: gives them one after the other, see veriexec_next_revocation()
 * @passes: true for those that need not be kept; or %NULL
 *
 * Context: Process context, may sleep.
 *
 * Return: the set, for kvfree(); %NULL if there is nothing to keep; an %ERR_PTR of
 * -ENOMEM.
 */
struct veriexec_digests *
veriexec_collect_digests(struct veriexec_parser *p, u32 most,
			 int (*next)(struct veriexec_parser *p,
				     struct veriexec_digest *digest),
			 bool (*passes)(unsigned int alg, const u8 *digest))
{
	struct veriexec_digests *d;
	struct veriexec_digest one;

	if (!most)
		return NULL;
	d = kvzalloc(struct_size(d, list, most), GFP_KERNEL);
	if (!d)
		return ERR_PTR(-ENOMEM);
	while (next(p, &one) > 0) {
		if (passes && passes(one.alg, one.digest))
			continue;
		d->algs |= BIT(one.alg);
		d->count++;
		d->list[d->count - 1] = one;
	}
	if (!d->count) {
		kvfree(d);
		return NULL;
	}
	sort(d->list, d->count, sizeof(*d->list), compare, NULL);
	return d;
}

/**
 * veriexec_has_digest() - is this fingerprint in a set?
 * @digests: the set, or %NULL for the empty one
 * @digest: the fingerprint
 *
 * Context: Any.
 *
 * Return: true if it is.
 */
bool veriexec_has_digest(const struct veriexec_digests *digests,
			 const struct veriexec_digest *digest)
{
	return digests && digests->algs & BIT(digest->alg) &&
	       bsearch(digest, digests->list, digests->count, sizeof(*digest),
		       compare);
}
