// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decides whether a file may be used or changed, verifies it if need be, and
 * remembers the outcome in the inode's blob. It must never take a lock of the
 * VFS, and hash only where its caller holds none.
 *
 * Locks: VERIEXEC_INODE_BUSY of the inode, held while its file is read; nothing
 * is taken under it but what reading takes. doubt_lock is the innermost.
 */

#include <keys/system_keyring.h>
#include <linux/dcache.h>
#include <linux/fips.h>
#include <linux/mutex.h>
#include <linux/once.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/siphash.h>
#include <linux/wait_bit.h>

#include "device.h"
#include "evaluate.h"
#include "fingerprint.h"
#include "revoke.h"
#include "state.h"
#include "stats.h"
#include "table.h"
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
	[VERIEXEC_STATUS_DIRECTORY] = "directory",
};

static bool is_code(enum veriexec_op op)
{
	return veriexec_ops[op].kind == VERIEXEC_KIND_CODE;
}

static enum veriexec_cause decide_use(const struct veriexec_facts *f)
{
	switch (f->status) {
	case VERIEXEC_STATUS_VERIFIED:
		break;
	case VERIEXEC_STATUS_CHANGED:
		return VERIEXEC_CAUSE_MISMATCH;
	case VERIEXEC_STATUS_REVOKED:
		return VERIEXEC_CAUSE_REVOKED;
	case VERIEXEC_STATUS_LISTED:
		return f->failure ?: VERIEXEC_CAUSE_NOT_JUDGED;
	default:
		return f->initramfs ? VERIEXEC_CAUSE_NONE :
				      VERIEXEC_CAUSE_NOT_LISTED;
	}
	if (!is_code(f->op))
		return VERIEXEC_CAUSE_NONE;
	if (f->set_id && !(f->flags & VERIEXEC_MODE_LISTED))
		return VERIEXEC_CAUSE_SET_ID;
	if (f->flags & VERIEXEC_FLAG_NO_FIPS && f->fips)
		return VERIEXEC_CAUSE_NOT_IN_FIPS;
	if (f->flags & VERIEXEC_FLAG_INDIRECT && !f->interpreter)
		return VERIEXEC_CAUSE_ONLY_INDIRECT;
	return VERIEXEC_CAUSE_NONE;
}

static enum veriexec_cause decide_change(const struct veriexec_facts *f)
{
	enum veriexec_kind kind = veriexec_ops[f->op].kind;

	switch (f->status) {
	case VERIEXEC_STATUS_LISTED:
	case VERIEXEC_STATUS_VERIFIED:
	case VERIEXEC_STATUS_CHANGED:
	case VERIEXEC_STATUS_REVOKED:
		return VERIEXEC_CAUSE_LISTED;
	case VERIEXEC_STATUS_DIRECTORY:
		return kind == VERIEXEC_KIND_NAME ?
			       VERIEXEC_CAUSE_LEADS_TO_LISTED :
			       VERIEXEC_CAUSE_NONE;
	default:
		break;
	}
	if (kind != VERIEXEC_KIND_CONTENT)
		return VERIEXEC_CAUSE_NONE;
	if (f->may_run)
		return VERIEXEC_CAUSE_MAY_RUN;
	return f->backs ? VERIEXEC_CAUSE_BACKS_LISTED : VERIEXEC_CAUSE_NONE;
}

/**
 * veriexec_decide() - what speaks against it?
 * @facts: all that counts
 *
 * Context: Any; depends on nothing but @facts.
 *
 * Return: %VERIEXEC_CAUSE_NONE, or why it must not be.
 */
enum veriexec_cause veriexec_decide(const struct veriexec_facts *facts)
{
	switch (veriexec_ops[facts->op].kind) {
	case VERIEXEC_KIND_CODE:
	case VERIEXEC_KIND_INPUT:
	case VERIEXEC_KIND_QUERY:
		return decide_use(facts);
	default:
		return decide_change(facts);
	}
}

/*
 * Names the fingerprint that an inode was verified by. Whoever can choose what is
 * in a file can find two whose digests are alike in 64 bits, but not two that a
 * secret key makes alike.
 */
static u64 proof_of(unsigned int alg, const u8 *digest)
{
	static siphash_key_t secret __read_mostly;

	get_random_once(&secret, sizeof(secret));
	return siphash(digest, veriexec_algs[alg].size, &secret) ^ alg;
}

static bool has_proof(const struct veriexec_entry *entry, u64 proof)
{
	unsigned int i;

	for (i = 0; i < VERIEXEC_ALG_COUNT; i++)
		if (entry->claim.algs & BIT(i) &&
		    proof_of(i, veriexec_entry_digest(entry, i)) == proof)
			return true;
	return false;
}

/**
 * struct expectation - what an entry says of a file, kept while it is hashed
 * @claim: all but the fingerprints
 * @digest: by enum veriexec_alg
 */
struct expectation {
	struct veriexec_claim claim;
	u8 digest[VERIEXEC_ALG_COUNT][VERIEXEC_DIGEST_SIZE];
};

static bool owner_matches(const struct inode *inode,
			  const struct veriexec_claim *claim)
{
	if (claim->has & VERIEXEC_HAS_UID &&
	    !uid_eq(inode->i_uid, make_kuid(&init_user_ns, claim->uid)))
		return false;
	if (claim->has & VERIEXEC_HAS_GID &&
	    !gid_eq(inode->i_gid, make_kgid(&init_user_ns, claim->gid)))
		return false;
	return !(claim->has & VERIEXEC_HAS_MODE) ||
	       (inode->i_mode & 07777) == claim->mode;
}

/* Are they still what they were when the file was verified? */
static bool same_owner(const struct inode *inode)
{
	const struct veriexec_inode *blob = veriexec_inode(inode);

	return uid_eq(inode->i_uid, READ_ONCE(blob->uid)) &&
	       gid_eq(inode->i_gid, READ_ONCE(blob->gid)) &&
	       inode->i_mode == READ_ONCE(blob->mode);
}

/* The flags of an entry, as a verdict has them. */
static u8 flags_of(const struct veriexec_claim *claim)
{
	return claim->has & VERIEXEC_HAS_MODE ?
		       claim->flags | VERIEXEC_MODE_LISTED : claim->flags;
}

/*
 * Makes a fresh verdict out of a stale one. What was verified by a fingerprint
 * that the file's entry still has stays verified, unless it may be one that was
 * revoked since: a load does not make running programs hash all their libraries
 * again.
 */
static u64 renew(const struct inode *inode, u64 generation, u64 old,
		 const struct veriexec_entry *entry)
{
	const struct veriexec_inode *blob = veriexec_inode(inode);
	enum veriexec_status status = VERIEXEC_STATUS_LISTED;

	if (!entry)
		return veriexec_verdict(generation, 0,
					VERIEXEC_STATUS_UNLISTED);
	if (!entry->claim.algs)
		return veriexec_verdict(generation, 0,
					VERIEXEC_STATUS_DIRECTORY);
	if (veriexec_status(old) == VERIEXEC_STATUS_VERIFIED &&
	    old >> VERIEXEC_GENERATION_SHIFT >= atomic64_read(&doubted) &&
	    has_proof(entry, READ_ONCE(blob->proof)) && same_owner(inode) &&
	    owner_matches(inode, &entry->claim))
		status = VERIEXEC_STATUS_VERIFIED;
	return veriexec_verdict(generation, flags_of(&entry->claim), status);
}

static void copy_expectation(struct expectation *want,
			     const struct veriexec_entry *entry)
{
	unsigned int i;

	want->claim = entry->claim;
	for (i = 0; i < VERIEXEC_ALG_COUNT; i++)
		if (entry->claim.algs & BIT(i))
			memcpy(want->digest[i], veriexec_entry_digest(entry, i),
			       veriexec_algs[i].size);
}

/*
 * Looks @inode up in the table and refreshes its verdict. If it is in there
 * and @want is given, the entry is copied to it.
 *
 * Who gives @want is about to verify the file, and his verdict is a mark that
 * nobody else sets: if the file is written to meanwhile, whoever looks it up
 * afterwards must not bring back what he will compare with.
 */
static u64 look_up(struct inode *inode, struct expectation *want)
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
		new = veriexec_is_fresh(old) ? old :
		      renew(inode, generation, old, entry);
		if (want && veriexec_status(new) == VERIEXEC_STATUS_LISTED)
			new |= VERIEXEC_IN_JUDGEMENT;
		if (entry && entry->claim.algs && want)
			copy_expectation(want, entry);
		rcu_read_unlock();
		veriexec_window();
		/*
		 * One manifest may have replaced another between the looks at
		 * the entry of the one and at that of the other, so that
		 * neither was seen to count. The generation has changed then;
		 * pairs with the order in publish() in load.c.
		 */
	} while (generation != atomic64_read(&veriexec_generation) ||
		 (old != new &&
		  atomic64_cmpxchg(&blob->verdict, old, new) != old));
	return new;
}

/* The fresh verdict on @inode. May sleep. */
static u64 verdict_on(struct inode *inode)
{
	atomic64_t *word = &veriexec_inode(inode)->verdict;
	u64 verdict;

	if (!atomic_read(&veriexec_sb(inode->i_sb)->entries))
		return veriexec_verdict(0, 0, VERIEXEC_STATUS_UNLISTED);
	verdict = atomic64_read_acquire(word);
	/* Owner and mode can change past the hooks, on overlayfs and XFS. */
	if (veriexec_status(verdict) == VERIEXEC_STATUS_VERIFIED &&
	    unlikely(!same_owner(inode)))
		atomic64_cmpxchg(word, verdict, 0);
	else if (likely(veriexec_is_fresh(verdict)))
		return verdict;
	return look_up(inode, NULL);
}

/**
 * veriexec_forget() - what was known of an inode is not known any more
 * @inode: is about to change, or has just changed
 *
 * Context: Any.
 */
void veriexec_forget(struct inode *inode)
{
	atomic64_set_release(&veriexec_inode(inode)->verdict, 0);
}

/**
 * veriexec_forget_content() - the same, and of whatever shows its content
 * @inode: is about to be written to
 *
 * Which overlays show it is not known, so that all files are verified anew.
 *
 * Context: Process context, may sleep.
 */
void veriexec_forget_content(struct inode *inode)
{
	unsigned long *bits = &veriexec_inode(inode)->bits;

	clear_bit(VERIEXEC_INODE_INITRAMFS, bits);
	veriexec_forget(inode);
	if (test_bit(VERIEXEC_INODE_BELOW, bits))
		veriexec_doubt_all();
}

/**
 * veriexec_new_generation() - let all verdicts be made anew
 *
 * Context: Any. Orders what was done to the table before it.
 */
void veriexec_new_generation(void)
{
	atomic64_inc_return(&veriexec_generation);
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

/*
 * Keeps everybody from opening the file for writing, as exec does. Fails if
 * somebody has it open so; a shared writable mapping keeps it open.
 */
static bool keep_writers_out(struct inode *inode)
{
	if (!atomic_dec_unless_positive(&inode->i_writecount))
		return false;
	if (!mapping_writably_mapped(inode->i_mapping))
		return true;
	atomic_inc(&inode->i_writecount);
	return false;
}

static void let_writers_in(struct inode *inode)
{
	atomic_inc(&inode->i_writecount);
}

/*
 * Has what is in the file, whose digest by @alg is known, been revoked? By the
 * manifests or, as the fingerprint of a binary, in the kernel's blacklist.
 */
static enum veriexec_cause check_revoked(struct file *file, unsigned int alg,
					 u8 *digest)
{
	unsigned long others = veriexec_revoked_algs() & ~BIT(alg);
	unsigned int other;
	int ret = 0;

	if (veriexec_is_revoked(alg, digest))
		return VERIEXEC_CAUSE_REVOKED;
	if (!veriexec_algs[alg].verity)
		ret = is_hash_blacklisted(digest, veriexec_algs[alg].size,
					  BLACKLIST_HASH_BINARY);
	if (ret)
		return ret == -EKEYREJECTED ? VERIEXEC_CAUSE_REVOKED :
					      VERIEXEC_CAUSE_READ_ERROR;
	for_each_set_bit(other, &others, VERIEXEC_ALG_COUNT) {
		ret = veriexec_fingerprint_file(file, other, digest);
		if (ret == -ENODATA)
			continue;
		if (ret)
			return VERIEXEC_CAUSE_READ_ERROR;
		if (veriexec_is_revoked(other, digest))
			return VERIEXEC_CAUSE_REVOKED;
	}
	return VERIEXEC_CAUSE_NONE;
}

/* Compares the strongest fingerprint that can be checked on this file. */
static enum veriexec_cause compare_content(struct file *file,
					   struct expectation *want)
{
	struct inode *inode = file_inode(file);
	u8 digest[VERIEXEC_DIGEST_SIZE];
	int alg, ret;

	for (alg = VERIEXEC_ALG_COUNT - 1; alg >= 0; alg--) {
		if (!(want->claim.algs & BIT(alg)))
			continue;
		ret = veriexec_fingerprint_file(file, alg, digest);
		if (ret == -ENODATA)
			continue;
		if (ret)
			return VERIEXEC_CAUSE_READ_ERROR;
		if (memcmp(digest, want->digest[alg], veriexec_algs[alg].size)) {
			veriexec_audit_mismatch(inode, alg, digest,
						want->digest[alg]);
			return VERIEXEC_CAUSE_MISMATCH;
		}
		WRITE_ONCE(veriexec_inode(inode)->proof,
			   proof_of(alg, digest));
		return check_revoked(file, alg, digest);
	}
	return VERIEXEC_CAUSE_UNCHECKABLE;
}

/* As compare_content(), while nobody can write. */
static enum veriexec_cause compare_quietly(struct file *file,
					   struct expectation *want)
{
	struct inode *inode = file_inode(file);
	struct inode *real = d_real_inode(file->f_path.dentry);
	struct veriexec_inode *blob = veriexec_inode(inode);
	enum veriexec_cause cause = VERIEXEC_CAUSE_HAS_WRITER;

	/* Kept first, compared then: what changes in between is seen later. */
	WRITE_ONCE(blob->uid, inode->i_uid);
	WRITE_ONCE(blob->gid, inode->i_gid);
	WRITE_ONCE(blob->mode, inode->i_mode);
	if (!owner_matches(inode, &want->claim))
		return VERIEXEC_CAUSE_WRONG_OWNER;
	/* First: a writer who is let in afterwards sees it. */
	if (real != inode)
		set_bit(VERIEXEC_INODE_BELOW, &veriexec_inode(real)->bits);
	if (veriexec_disk_is_mapped(real->i_sb) || !keep_writers_out(inode))
		return cause;
	if (real == inode || keep_writers_out(real)) {
		cause = compare_content(file, want);
		if (real != inode)
			let_writers_in(real);
	}
	let_writers_in(inode);
	return cause;
}

/* The outcome of one comparison as a verdict; 0 where it is not to be kept. */
static u64 judge(struct file *file, struct expectation *want, u64 verdict,
		 enum veriexec_cause *failure)
{
	enum veriexec_status status;

	*failure = compare_quietly(file, want);
	if (*failure == VERIEXEC_CAUSE_NONE)
		status = VERIEXEC_STATUS_VERIFIED;
	else if (*failure == VERIEXEC_CAUSE_MISMATCH)
		status = VERIEXEC_STATUS_CHANGED;
	else if (*failure == VERIEXEC_CAUSE_REVOKED)
		status = VERIEXEC_STATUS_REVOKED;
	else
		return 0;
	return veriexec_verdict(verdict >> VERIEXEC_GENERATION_SHIFT,
				flags_of(&want->claim), status);
}

/* Leaves the outcome where the ``entries`` file shows it. */
static void note_status(struct inode *inode, enum veriexec_status status)
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

/*
 * Verifies a listed file whose content was not seen yet, once for all who ask
 * at the same time. Returns its verdict; @failure says why there is none to
 * keep.
 */
static u64 verify(struct file *file, enum veriexec_cause *failure)
{
	struct inode *inode = file_inode(file);
	struct veriexec_inode *blob = veriexec_inode(inode);
	struct expectation want;
	u64 verdict, outcome;

	if (wait_on_bit_lock(&blob->bits, VERIEXEC_INODE_BUSY, TASK_KILLABLE)) {
		*failure = VERIEXEC_CAUSE_READ_ERROR;
		return veriexec_verdict(0, 0, VERIEXEC_STATUS_LISTED);
	}
	do {
		verdict = look_up(inode, &want);
		outcome = verdict;
		if (veriexec_status(verdict) != VERIEXEC_STATUS_LISTED)
			break;
		outcome = judge(file, &want, verdict, failure);
		if (!outcome || want.claim.flags & VERIEXEC_FLAG_UNTRUSTED)
			break;
		veriexec_window();
		/* Fails if the file or the table changed meanwhile. */
	} while (atomic64_cmpxchg(&blob->verdict, verdict, outcome) != verdict);
	clear_and_wake_up_bit(VERIEXEC_INODE_BUSY, &blob->bits);
	if (outcome != verdict && outcome)
		note_status(inode, veriexec_status(outcome));
	return outcome ?: verdict;
}

/* As the kernel unpacked it; a writer who is still there spoils it as well. */
static bool is_initramfs(struct inode *inode)
{
	return test_bit(VERIEXEC_INODE_INITRAMFS,
			&veriexec_inode(inode)->bits) &&
	       atomic_read(&inode->i_writecount) <= 0;
}

/*
 * The same for whoever is about to use it. From then on nobody is to write to
 * code: a writer is counted first and asks then, as with files that are listed.
 */
static bool use_initramfs(struct inode *inode, enum veriexec_op op)
{
	unsigned long *bits = &veriexec_inode(inode)->bits;

	if (is_code(op) && test_bit(VERIEXEC_INODE_INITRAMFS, bits)) {
		set_bit(VERIEXEC_INODE_RAN, bits);
		/* Pairs with do_dentry_open(): it counts, then asks us. */
		smp_mb__after_atomic();
	}
	return is_initramfs(inode);
}

static bool may_be_running(struct inode *inode)
{
	const unsigned long *bits = &veriexec_inode(inode)->bits;

	return test_bit(VERIEXEC_INODE_INITRAMFS, bits) &&
	       test_bit(VERIEXEC_INODE_RAN, bits);
}

/**
 * veriexec_judge_against() - tell of what must not be, and deny it under enforce
 * @event: all but &veriexec_event.denied
 *
 * Context: Any in which @event->gfp may be used.
 *
 * Return: 0 if it is let through, else the error of the operation.
 */
int veriexec_judge_against(struct veriexec_event *event)
{
	event->denied = veriexec_in(VERIEXEC_STATE_ENFORCE);
	if (event->denied)
		veriexec_count_denial(event->op);
	veriexec_audit_event(event);
	return event->denied ? veriexec_ops[event->op].error : 0;
}

/**
 * veriexec_deny() - veriexec_judge_against() what is done with a file
 * @op: what was attempted
 * @cause: why it must not be
 * @inode: of the file, or %NULL
 * @path: of the file, or %NULL
 * @gfp: how memory for the message may be had
 *
 * Context: Any in which @gfp may be used.
 *
 * Return: 0 if it is let through, else the error of @op.
 */
int veriexec_deny(enum veriexec_op op, enum veriexec_cause cause,
		  struct inode *inode, const struct path *path, gfp_t gfp)
{
	struct veriexec_event event = {
		.op = op,
		.cause = cause,
		.inode = inode,
		.path = path,
		.gfp = gfp,
	};

	return veriexec_judge_against(&event);
}

/**
 * veriexec_may_use() - is this file verified, and may it be used so?
 * @file: open, a regular file
 * @use: how; filled with what follows from the file's entry
 *
 * Before "active" nothing is judged but what comes from the initramfs, unless
 * the question itself (%VERIEXEC_OP_CHECK) is what the caller wants to know.
 *
 * Context: Process context, no locks held; reads the whole file if that was
 * not done before.
 *
 * Return: 0, or under enforce %-EACCES. For %VERIEXEC_OP_CHECK %-EACCES in any
 * state, and nothing is logged.
 */
int veriexec_may_use(struct file *file, struct veriexec_use *use)
{
	struct inode *inode = file_inode(file);
	struct veriexec_facts facts = {
		.op = use->op,
		.interpreter = use->interpreter,
		.fips = fips_enabled,
	};
	enum veriexec_cause cause;
	u64 verdict;

	use->flags = 0;
	use->initramfs = use_initramfs(inode, use->op);
	if (!veriexec_in(VERIEXEC_STATE_ACTIVE) && use->op != VERIEXEC_OP_CHECK)
		return 0;

	veriexec_count(evaluations);
	verdict = verdict_on(inode);
	if (veriexec_status(verdict) == VERIEXEC_STATUS_LISTED)
		verdict = verify(file, &facts.failure);
	else
		veriexec_count(hits);

	facts.status = veriexec_status(verdict);
	facts.flags = veriexec_verdict_flags(verdict);
	facts.initramfs = use->initramfs;
	if (facts.status != VERIEXEC_STATUS_UNLISTED)
		use->initramfs = false;
	cause = veriexec_decide(&facts);
	if (cause == VERIEXEC_CAUSE_NONE) {
		use->flags = facts.flags;
		return 0;
	}
	if (use->op == VERIEXEC_OP_CHECK)
		return veriexec_ops[use->op].error;
	return veriexec_deny(use->op, cause, inode, &file->f_path, GFP_KERNEL);
}

/**
 * veriexec_may_open_for_exec() - may the kernel open this file as a program?
 * @file: a regular file on its way to be open, not to be read yet
 *
 * Whatever has an entry is judged once it is open. What has none is not opened:
 * an interpreter would be mapped too late for its program to be told.
 *
 * Context: Process context, may sleep.
 *
 * Return: 0, or under enforce %-EACCES.
 */
int veriexec_may_open_for_exec(struct file *file)
{
	struct inode *inode = file_inode(file);

	/* In "active" it would only be told of twice. */
	if (!veriexec_in(VERIEXEC_STATE_ENFORCE) || is_initramfs(inode) ||
	    veriexec_status(verdict_on(inode)) != VERIEXEC_STATUS_UNLISTED)
		return 0;
	return veriexec_deny(VERIEXEC_OP_EXEC, VERIEXEC_CAUSE_NOT_LISTED, inode,
			     &file->f_path, GFP_KERNEL);
}

/**
 * veriexec_may_set_id() - do the set-id bits of this program count?
 * @file: has such a bit that would count, was judged for exec already
 *
 * Context: Process context, may sleep.
 *
 * Return: 0, or under enforce %-EACCES if its entry names no mode.
 */
int veriexec_may_set_id(struct file *file)
{
	struct inode *inode = file_inode(file);
	struct veriexec_facts facts = {
		.op = VERIEXEC_OP_EXEC,
		.set_id = true,
		.interpreter = true,
	};
	u64 verdict;

	if (!veriexec_in(VERIEXEC_STATE_ACTIVE))
		return 0;
	verdict = verdict_on(inode);
	/* All else was asked, and told of, before. */
	if (veriexec_status(verdict) == VERIEXEC_STATUS_UNLISTED)
		return 0;
	facts.status = VERIEXEC_STATUS_VERIFIED;
	facts.flags = veriexec_verdict_flags(verdict);
	if (veriexec_decide(&facts) == VERIEXEC_CAUSE_NONE)
		return 0;
	return veriexec_deny(VERIEXEC_OP_EXEC, VERIEXEC_CAUSE_SET_ID, inode,
			     &file->f_path, GFP_KERNEL);
}

/**
 * veriexec_may_remap() - may pages of this file be made executable?
 * @inode: of the file, as the user opened it
 * @path: of the file
 * @interpreter: see &veriexec_facts.interpreter
 *
 * Context: Process context with the mmap lock held: only a verdict that was
 * reached before counts, the file is not read.
 *
 * Return: 0, or under enforce %-EACCES.
 */
int veriexec_may_remap(struct inode *inode, const struct path *path,
		       bool interpreter)
{
	u64 verdict = verdict_on(inode);
	struct veriexec_facts facts = {
		.op = VERIEXEC_OP_MPROTECT,
		.status = veriexec_status(verdict),
		.flags = veriexec_verdict_flags(verdict),
		.initramfs = use_initramfs(inode, VERIEXEC_OP_MPROTECT),
		.interpreter = interpreter,
		.fips = fips_enabled,
	};
	enum veriexec_cause cause = veriexec_decide(&facts);

	veriexec_count(evaluations);
	if (cause == VERIEXEC_CAUSE_NONE)
		return 0;
	return veriexec_deny(VERIEXEC_OP_MPROTECT, cause, inode, path,
			     GFP_KERNEL);
}

/* What speaks against changing a file or directory so? */
static enum veriexec_cause against_change(struct inode *inode,
					  enum veriexec_op op)
{
	struct veriexec_facts facts = { .op = op };

	if (!veriexec_in(VERIEXEC_STATE_ACTIVE))
		return VERIEXEC_CAUSE_NONE;
	/* A loop device itself writes as the kernel. */
	facts.backs =
		test_bit(VERIEXEC_INODE_BACKS, &veriexec_inode(inode)->bits) &&
		!(current->flags & PF_KTHREAD) && veriexec_any_spread();
	facts.may_run = may_be_running(inode);
	facts.status = veriexec_status(verdict_on(inode));
	return veriexec_decide(&facts);
}

/**
 * veriexec_may_change() - may this file or directory be changed so?
 * @inode: of the file or directory
 * @op: how, of a kind that changes files
 * @path: of the file, or %NULL
 *
 * Context: Process context, may sleep. Locks of the VFS may be held.
 *
 * Return: 0, or under enforce %-EPERM if it is listed, leads to what is, lies
 * behind a loop device that may hold what is, or is of the initramfs and may be
 * running.
 */
int veriexec_may_change(struct inode *inode, enum veriexec_op op,
			const struct path *path)
{
	enum veriexec_cause cause = against_change(inode, op);

	if (likely(cause == VERIEXEC_CAUSE_NONE))
		return 0;
	return veriexec_deny(op, cause, inode, path, GFP_KERNEL);
}

/**
 * veriexec_ask_change() - would veriexec_may_change() let this be done?
 * @inode: of the file or directory
 * @op: how, as for veriexec_may_change()
 *
 * Context: as for veriexec_may_change()
 *
 * Return: 0, or the error of @op in any state from active on; nothing is logged.
 */
int veriexec_ask_change(struct inode *inode, enum veriexec_op op)
{
	return against_change(inode, op) == VERIEXEC_CAUSE_NONE ?
		       0 : veriexec_ops[op].error;
}
