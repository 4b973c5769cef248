// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keeps the fingerprints that manifests have revoked. A fingerprint is never taken out
 * again, not even when the manifest that revoked it is replaced.
 *
 * Locks: writers hold the lock for loading; readers use RCU. Nothing is freed
 * once it is in the list.
 */

#include <linux/list.h>
#include <linux/rculist.h>
#include <linux/string.h>

#include "revoke.h"

static LIST_HEAD(all);
static u32 all_algs;
static u32 all_count;

/**
 * veriexec_collect_revocations() - read what a manifest revokes
 * @p: its header was read
 *
 * Context: Process context, may sleep.
 *
 * Return: the fingerprints that are not revoked yet, for veriexec_revoke() or
 * kvfree(); %NULL if there are none; an %ERR_PTR of -ENOMEM.
 */
struct veriexec_digests *veriexec_collect_revocations(struct veriexec_parser *p)
{
	return veriexec_collect_digests(p, p->header.revocations,
					veriexec_next_revocation,
					veriexec_is_revoked);
}

/**
 * veriexec_revoke() - make what was collected count from now on
 * @revocations: kept; or %NULL
 *
 * Context: The caller holds the lock for loading, and afterwards calls
 * veriexec_doubt_all(), so that earlier verdicts are reached anew.
 */
void veriexec_revoke(struct veriexec_digests *revocations)
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
 * veriexec_revoked() - one after the other
 * @index: which one, from 0; each keeps its number
 *
 * Context: Any.
 *
 * Return: the fingerprint, which stays; %NULL if there are no more.
 */
const struct veriexec_digest *veriexec_revoked(u64 index)
{
	const struct veriexec_digest *found = NULL;
	const struct veriexec_digests *r;

	rcu_read_lock();
	list_for_each_entry_rcu(r, &all, node) {
		if (index < r->count) {
			found = &r->list[index];
			break;
		}
		index -= r->count;
	}
	rcu_read_unlock();
	return found;
}

/**
 * veriexec_is_revoked() - is this fingerprint revoked?
 * @alg: enum veriexec_alg
 * @digest: as long as veriexec_algs[@alg] says
 *
 * Context: Any.
 */
bool veriexec_is_revoked(unsigned int alg, const u8 *digest)
{
	const struct veriexec_digests *r;
	struct veriexec_digest key = { .alg = alg };
	bool found = false;

	if (!(veriexec_revoked_algs() & BIT(alg)))
		return false;
	memcpy(key.digest, digest, veriexec_algs[alg].size);
	rcu_read_lock();
	list_for_each_entry_rcu(r, &all, node) {
		found = veriexec_has_digest(r, &key);
		if (found)
			break;
	}
	rcu_read_unlock();
	return found;
}
