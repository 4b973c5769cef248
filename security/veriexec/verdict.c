// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keeps the verdict on each inode in its blob, and finds out whether it still
 * counts. It must never look at content.
 *
 * Locks: doubt_lock is the innermost.
 */

#include <linux/mutex.h>
#include <linux/once.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/string.h>

#include "blob.h"
#include "revoke.h"
#include "storage.h"
#include "table.h"
#include "verdict.h"
#include "window.h"

atomic64_t veriexec_generation = ATOMIC64_INIT(1);

/*
 * What was verified before this generation has to be verified again. Changed
 * under doubt_lock, so that it only grows.
 */
static atomic64_t doubted = ATOMIC64_INIT(0);
static DEFINE_MUTEX(doubt_lock);

const char *const veriexec_status_names[VERIEXEC_STATUS_COUNT] = {
	[VERIEXEC_STATUS_UNKNOWN] = "unchecked",
	[VERIEXEC_STATUS_UNLISTED] = "unlisted",
	[VERIEXEC_STATUS_LISTED] = "unchecked",
	[VERIEXEC_STATUS_VERIFIED] = "verified",
	[VERIEXEC_STATUS_CHANGED] = "changed",
	[VERIEXEC_STATUS_REVOKED] = "revoked",
	[VERIEXEC_STATUS_SHOWN] = "shown",
	[VERIEXEC_STATUS_DIRECTORY] = "directory",
	[VERIEXEC_STATUS_LINK] = "verified",
};

/*
 * A short name of the fingerprint that verified an inode. It takes a secret key:
 * whoever chooses the content of files can find two digests that agree in 64 bits, but
 * not two that agree under an unknown key.
 */
static u64 proof_of(unsigned int alg, const u8 *digest)
{
	static siphash_key_t secret __read_mostly;

	get_random_once(&secret, sizeof(secret));
	return siphash(digest, veriexec_algs[alg].size, &secret) ^ alg;
}

/*
 * Does the fingerprint that verified the inode also verify it by @entry? Not if @entry
 * has a stronger one, which was not there then and has to be checked first.
 */
static bool has_proof(const struct veriexec_entry *entry,
		      const struct veriexec_inode *blob)
{
	u64 proof = READ_ONCE(blob->proof);
	unsigned int i, stronger;

	for (i = 0; i < VERIEXEC_ALG_COUNT; i++) {
		stronger = entry->claim.algs & ~(BIT(i + 1) - 1);
		if (entry->claim.algs & BIT(i) &&
		    !(stronger & ~READ_ONCE(blob->passed_over)) &&
		    proof_of(i, veriexec_entry_digest(entry, i)) == proof)
			return true;
	}
	return false;
}

static bool matches(const struct veriexec_claim *claim, kuid_t uid, kgid_t gid,
		    umode_t mode)
{
	if (claim->has & VERIEXEC_HAS_UID &&
	    !uid_eq(uid, make_kuid(&init_user_ns, claim->uid)))
		return false;
	if (claim->has & VERIEXEC_HAS_GID &&
	    !gid_eq(gid, make_kgid(&init_user_ns, claim->gid)))
		return false;
	return !(claim->has & VERIEXEC_HAS_MODE) ||
	       (mode & 07777) == claim->mode;
}

/**
 * veriexec_owner_matches() - are owner, group and mode what an entry says?
 * @inode: of the file
 * @claim: what its entry says
 *
 * Context: Any.
 *
 * Return: true if they are, or if the entry does not say.
 */
bool veriexec_owner_matches(const struct inode *inode,
			    const struct veriexec_claim *claim)
{
	return matches(claim, inode->i_uid, inode->i_gid, inode->i_mode);
}

/* The flags of an entry, as a verdict has them. */
static u16 flags_of(const struct veriexec_claim *claim)
{
	return claim->has & VERIEXEC_HAS_MODE ?
		       claim->flags | VERIEXEC_MODE_LISTED : claim->flags;
}

/*
 * Makes a fresh verdict out of a stale one. A file stays verified if its entry still
 * has the fingerprint that verified it, and nothing was revoked since. So a load does
 * not make running programs hash all their libraries again.
 */
static u64 renew(const struct inode *inode, u64 generation, u64 old,
		 const struct veriexec_entry *entry)
{
	static const u8 statuses[] = {
		[VERIEXEC_ENTRY_FILE] = VERIEXEC_STATUS_LISTED,
		[VERIEXEC_ENTRY_LINK] = VERIEXEC_STATUS_LINK,
		[VERIEXEC_ENTRY_SHOWN] = VERIEXEC_STATUS_SHOWN,
		[VERIEXEC_ENTRY_DIRECTORY] = VERIEXEC_STATUS_DIRECTORY,
	};
	const struct veriexec_inode *blob = veriexec_inode(inode);
	enum veriexec_status status;

	if (!entry)
		return veriexec_verdict(generation, 0,
					VERIEXEC_STATUS_UNLISTED);
	status = statuses[entry->kind];
	if (status == VERIEXEC_STATUS_LISTED &&
	    veriexec_status(old) == VERIEXEC_STATUS_VERIFIED &&
	    !(veriexec_verdict_flags(old) & VERIEXEC_UNPROVEN) &&
	    old >> VERIEXEC_GENERATION_SHIFT >= atomic64_read(&doubted) &&
	    !(entry->claim.flags & VERIEXEC_FLAG_UNTRUSTED) &&
	    has_proof(entry, blob) &&
	    matches(&entry->claim, READ_ONCE(blob->uid), READ_ONCE(blob->gid),
		    READ_ONCE(blob->mode)))
		status = VERIEXEC_STATUS_VERIFIED;
	return veriexec_verdict(generation, flags_of(&entry->claim), status);
}

/*
 * The manifest that lists the image of which it is part, verified page by page, or
 * NULL. An entry of its own counts instead, unless its signer may not change what
 * that one says.
 */
static const struct veriexec_manifest *
lists_image_of(const struct inode *inode, const struct veriexec_entry *entry)
{
	const struct veriexec_digest *hash =
		veriexec_root_hash_of(inode->i_sb);
	const struct veriexec_manifest *m;

	if (likely(!hash) || !S_ISREG(inode->i_mode) ||
	    veriexec_is_revoked(hash->alg, hash->digest))
		return NULL;
	m = veriexec_find_image(hash);
	if (m && entry && entry->manifest->signer.trust <= m->signer.trust)
		return NULL;
	return m;
}

/* The three parts of an entry that copy_from_entry() is asked for. */
static bool copy_claim(const struct inode *inode,
		       const struct veriexec_entry *entry, void *to)
{
	if (!entry || entry->kind != VERIEXEC_ENTRY_FILE)
		return false;
	*(struct veriexec_claim *)to = entry->claim;
	return true;
}

static bool copy_expectation(const struct inode *inode,
			     const struct veriexec_entry *entry, void *to)
{
	struct veriexec_expectation *want = to;
	unsigned int i;

	if (!copy_claim(inode, entry, &want->claim))
		return false;
	for (i = 0; i < VERIEXEC_ALG_COUNT; i++)
		if (entry->claim.algs & BIT(i))
			memcpy(want->digest[i], veriexec_entry_digest(entry, i),
			       veriexec_algs[i].size);
	return true;
}

/* Where the image that it is on is listed, that counts instead of the entry. */
static bool copy_source(const struct inode *inode,
			const struct veriexec_entry *entry, void *to)
{
	const struct veriexec_manifest *m = lists_image_of(inode, entry);
	struct veriexec_source *source = to;
	struct veriexec_claim claim = {};

	if (!m && copy_claim(inode, entry, &claim))
		m = entry->manifest;
	if (!m)
		return false;
	source->flags = claim.flags;
	strscpy(source->manifest, m->name, sizeof(source->manifest));
	strscpy(source->signer, m->signer.name, sizeof(source->signer));
	return true;
}

/*
 * Has @copy keep in @to what is wanted of the entry that counts for a file; that entry
 * is NULL if there is none. Returns false if @copy finds nothing to keep.
 */
static bool copy_from_entry(struct inode *inode, void *to,
			    bool (*copy)(const struct inode *inode,
					 const struct veriexec_entry *entry,
					 void *to))
{
	struct veriexec_key key;
	u64 generation;
	bool found;

	if (veriexec_key_of(inode, &key))
		return false;
	do {
		generation = atomic64_read_acquire(&veriexec_generation);
		rcu_read_lock();
		found = copy(inode, veriexec_find(&key), to);
		rcu_read_unlock();
		/* As in veriexec_look_up(). */
	} while (generation != atomic64_read(&veriexec_generation));
	return found;
}

/**
 * veriexec_look_up() - look a file up in the table, and refresh its verdict
 * @inode: of the file
 * @want: filled with what its entry says if there is one; or %NULL
 *
 * A caller with @want is about to verify the file, and gets a verdict with a mark that
 * nobody else sets. If the file is written to meanwhile, the next look-up makes another
 * verdict, without the mark, so that veriexec_keep_verdict() of this caller fails.
 *
 * Context: Process context, may sleep; with @want, under VERIEXEC_INODE_BUSY.
 *
 * Return: the fresh verdict; with @want, what veriexec_keep_verdict() replaces.
 */
u64 veriexec_look_up(struct inode *inode, struct veriexec_expectation *want)
{
	struct veriexec_inode *blob = veriexec_inode(inode);
	const struct veriexec_entry *entry;
	struct veriexec_key key;
	u64 generation, old, new;

	/* An entry that is being replaced may not be found any more. */
	if (want)
		memset(want, 0, sizeof(*want));
	do {
		old = atomic64_read(&blob->verdict);
		/* Before the table: an entry that comes later makes it stale. */
		generation = atomic64_read_acquire(&veriexec_generation);
		if (veriexec_key_of(inode, &key))
			return veriexec_verdict(generation, 0,
						VERIEXEC_STATUS_UNLISTED);
		rcu_read_lock();
		entry = veriexec_find(&key);
		if (veriexec_is_fresh(old))
			new = old;
		else if (lists_image_of(inode, entry))
			new = veriexec_verdict(generation, VERIEXEC_BY_IMAGE |
					       VERIEXEC_UNPROVEN,
					       VERIEXEC_STATUS_VERIFIED);
		else
			new = renew(inode, generation, old, entry);
		if (want && veriexec_status(new) == VERIEXEC_STATUS_LISTED)
			new |= VERIEXEC_IN_JUDGEMENT;
		if (want)
			copy_expectation(inode, entry, want);
		rcu_read_unlock();
		veriexec_window();
		/*
		 * If one manifest replaced another meanwhile, this may have
		 * seen the new entry too early to count, and the old one too
		 * late. The generation has changed then; pairs with the order
		 * in publish() in load.c.
		 */
	} while (generation != atomic64_read(&veriexec_generation) ||
		 (old != new &&
		  atomic64_cmpxchg(&blob->verdict, old, new) != old));
	return new;
}

/**
 * veriexec_judgement() - the verdict that follows from a comparison
 * @verdict: of veriexec_look_up()
 * @claim: what the file's entry says of it
 * @status: what came out
 *
 * Return: the verdict.
 */
u64 veriexec_judgement(u64 verdict, const struct veriexec_claim *claim,
		       enum veriexec_status status)
{
	return veriexec_verdict(verdict >> VERIEXEC_GENERATION_SHIFT,
				flags_of(claim), status);
}

/**
 * veriexec_note_owner() - keep by which owner, group and mode a file is verified
 * @content: inode that has its content
 * @shown: inode that is seen
 *
 * Context: Under VERIEXEC_INODE_BUSY of @content, before they are compared: what
 * changes in between is seen later.
 */
void veriexec_note_owner(struct inode *content, const struct inode *shown)
{
	struct veriexec_inode *blob = veriexec_inode(content);

	WRITE_ONCE(blob->uid, shown->i_uid);
	WRITE_ONCE(blob->gid, shown->i_gid);
	WRITE_ONCE(blob->mode, shown->i_mode);
}

/**
 * veriexec_find_expectation() - what does its entry say of a file?
 * @inode: that has its content
 * @want: filled with it
 *
 * Context: Process context, may sleep.
 *
 * Return: false if no manifest lists the file.
 */
bool veriexec_find_expectation(struct inode *inode,
			       struct veriexec_expectation *want)
{
	return copy_from_entry(inode, want, copy_expectation);
}

/**
 * veriexec_owner_stands() - is a verified file still owned as its entry says?
 * @shown: inode that is seen
 * @content: inode that has its content
 * @verdict: on it
 *
 * They can change past the hooks, on overlayfs and XFS.
 *
 * Context: Process context, may sleep.
 *
 * Return: true if owner, group and mode are those with which it was verified, or
 * others that its entry allows.
 */
bool veriexec_owner_stands(const struct inode *shown, struct inode *content,
			   u64 verdict)
{
	const struct veriexec_inode *blob = veriexec_inode(content);
	struct veriexec_claim claim;

	if (veriexec_is_by_image(verdict))
		return true;	/* no entry names an owner */
	if (likely(!(veriexec_verdict_flags(verdict) & VERIEXEC_UNPROVEN) &&
		   uid_eq(shown->i_uid, READ_ONCE(blob->uid)) &&
		   gid_eq(shown->i_gid, READ_ONCE(blob->gid)) &&
		   shown->i_mode == READ_ONCE(blob->mode)))
		return true;
	return copy_from_entry(content, &claim, copy_claim) &&
	       veriexec_owner_matches(shown, &claim);
}

/**
 * veriexec_note_proof() - keep by which fingerprint a file is verified
 * @content: inode that has its content
 * @alg: enum veriexec_alg
 * @digest: the fingerprint
 * @algs: those of its entry
 *
 * The stronger ones among them cannot be checked on this file.
 *
 * Context: Under VERIEXEC_INODE_BUSY.
 */
void veriexec_note_proof(struct inode *content, unsigned int alg,
			 const u8 *digest, u8 algs)
{
	struct veriexec_inode *blob = veriexec_inode(content);

	WRITE_ONCE(blob->proof, proof_of(alg, digest));
	WRITE_ONCE(blob->passed_over, algs & ~(BIT(alg + 1) - 1));
}

/**
 * veriexec_note_status() - leave the outcome where ``entries`` shows it
 * @inode: of the file
 * @status: what came out
 *
 * Context: Process context, may sleep.
 */
void veriexec_note_status(struct inode *inode, enum veriexec_status status)
{
	struct veriexec_entry *entry;
	struct veriexec_key key;

	if (veriexec_key_of(inode, &key))
		return;
	rcu_read_lock();
	entry = veriexec_find(&key);
	if (entry)
		WRITE_ONCE(entry->status, status);
	rcu_read_unlock();
}

/**
 * veriexec_find_source() - which manifest counts for a file?
 * @inode: that has its content
 * @source: filled with what is told of it, if there is one
 *
 * Context: Process context, may sleep.
 *
 * Return: false if no manifest lists the file or the image that it is on.
 */
bool veriexec_find_source(struct inode *inode, struct veriexec_source *source)
{
	return copy_from_entry(inode, source, copy_source);
}

/**
 * veriexec_lists_caps() - are these the file capabilities of a file's entry?
 * @inode: of the file
 * @value: of its security.capability
 * @len: of @value in bytes
 *
 * Context: Process context, may sleep.
 *
 * Return: true if there is an entry, and it states these.
 */
bool veriexec_lists_caps(struct inode *inode, const u8 *value, size_t len)
{
	struct veriexec_claim claim;

	return copy_from_entry(inode, &claim, copy_claim) &&
	       claim.has & VERIEXEC_HAS_CAPS && claim.caps_len == len &&
	       !memcmp(claim.caps, value, len);
}

/**
 * veriexec_verdict_anew() - what is known of a file, if its verdict is stale
 * @inode: of the file
 *
 * Context: Process context, may sleep.
 *
 * Return: the fresh verdict.
 */
u64 veriexec_verdict_anew(struct inode *inode)
{
	if (!atomic_read(&veriexec_sb(inode->i_sb)->entries) &&
	    !veriexec_root_hash_of(inode->i_sb))
		return veriexec_verdict(0, 0, VERIEXEC_STATUS_UNLISTED);
	return veriexec_look_up(inode, NULL);
}

/**
 * veriexec_doubt_all() - let all files be verified anew
 *
 * Context: Process context, may sleep. Orders what was revoked before it.
 */
void veriexec_doubt_all(void)
{
	u64 generation;

	mutex_lock(&doubt_lock);
	/* Until it is known which generation comes, no verdict is good. */
	atomic64_set(&doubted, S64_MAX);
	veriexec_window();
	generation = atomic64_inc_return(&veriexec_generation);
	veriexec_window();
	atomic64_set(&doubted, generation);
	mutex_unlock(&doubt_lock);
}
