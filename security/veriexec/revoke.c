// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keeps the fingerprints that manifests have revoked. They are only ever added,
 * and stay when the manifest that named them is replaced.
 *
 * Locks: writers hold the lock for loading; readers use RCU. Nothing is freed
 * once it is in the list.
 */

#include <linux/bsearch.h>
#include <linux/err.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/rculist.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "revoke.h"

/**
 * struct veriexec_revocations - what one manifest revokes
 * @node: in the list of all, once it counts
 * @algs: a bit for each enum veriexec_alg among them
 * @count: of @list
 * @list: sorted by compare()
 */
struct veriexec_revocations {
	struct list_head node;
	u32 algs;
	u32 count;
	struct veriexec_revocation list[] __counted_by(count);
};

static LIST_HEAD(all);
static u32 all_algs;
static u32 all_count;

static int compare(const void *a, const void *b)
{
	const struct veriexec_revocation *left = a, *right = b;

	if (left->alg != right->alg)
		return left->alg < right->alg ? -1 : 1;
	return memcmp(left->digest, right->digest,
		      veriexec_algs[left->alg].size);
}

/**
 * veriexec_collect_revocations() - read what a manifest revokes
 * @p: its header was read
 *
 * Context: Process context, may sleep.
 *
 * Return: the fingerprints that are not revoked yet, for veriexec_revoke() or
 * kvfree(); %NULL if there are none; an %ERR_PTR of -ENOMEM.
 */
struct veriexec_revocations *
veriexec_collect_revocations(struct veriexec_parser *p)
{
	struct veriexec_revocations *r;
	struct veriexec_revocation one;

	if (!p->header.revocations)
		return NULL;
	r = kvzalloc(struct_size(r, list, p->header.revocations), GFP_KERNEL);
	if (!r)
		return ERR_PTR(-ENOMEM);
	while (veriexec_next_revocation(p, &one) > 0) {
		if (veriexec_is_revoked(one.alg, one.digest))
			continue;
		r->algs |= BIT(one.alg);
		r->count++;
		r->list[r->count - 1] = one;
	}
	if (!r->count) {
		kvfree(r);
		return NULL;
	}
	sort(r->list, r->count, sizeof(*r->list), compare, NULL);
	return r;
}

/**
 * veriexec_revoke() - make what was collected count from now on
 * @revocations: kept; or %NULL
 *
 * Context: The caller holds the lock for loading, and lets the verdicts that
 * were reached before be reached anew: see veriexec_doubt_all().
 */
void veriexec_revoke(struct veriexec_revocations *revocations)
{
	if (!revocations)
		return;
	list_add_tail_rcu(&revocations->node, &all);
	WRITE_ONCE(all_algs, all_algs | revocations->algs);
	WRITE_ONCE(all_count, all_count + revocations->count);
}

/**
 * veriexec_revoked_algs() - which kinds of fingerprints are revoked at all
 *
 * Context: Any.
 *
 * Return: a bit for each enum veriexec_alg.
 */
u32 veriexec_revoked_algs(void)
{
	return READ_ONCE(all_algs);
}

/**
 * veriexec_revoked_count() - how many fingerprints are revoked
 *
 * Context: Any.
 */
u32 veriexec_revoked_count(void)
{
	return READ_ONCE(all_count);
}

/**
 * veriexec_is_revoked() - is it never to verify again?
 * @alg: enum veriexec_alg
 * @digest: as long as veriexec_algs[@alg] says
 *
 * Context: Any.
 */
bool veriexec_is_revoked(unsigned int alg, const u8 *digest)
{
	const struct veriexec_revocations *r;
	struct veriexec_revocation key = { .alg = alg };
	bool found = false;

	if (!(veriexec_revoked_algs() & BIT(alg)))
		return false;
	memcpy(key.digest, digest, veriexec_algs[alg].size);
	rcu_read_lock();
	list_for_each_entry_rcu(r, &all, node) {
		found = bsearch(&key, r->list, r->count, sizeof(key), compare);
		if (found)
			break;
	}
	rcu_read_unlock();
	return found;
}
