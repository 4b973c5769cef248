// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compares a file with its entry, once for all who ask at the same time. It must
 * take no lock of the VFS, run only where its caller holds none, and keep nothing:
 * verdict.c does.
 *
 * Locks: VERIEXEC_INODE_BUSY of the inode, held while its file is read; nothing
 * is taken under it but what reading takes.
 */

#include <keys/system_keyring.h>
#include <linux/backing-dev.h>
#include <linux/highmem.h>
#include <linux/pagemap.h>
#include <linux/pagevec.h>
#include <linux/sched/signal.h>
#include <linux/shmem_fs.h>
#include <linux/slab.h>
#include <linux/swap.h>
#include <linux/wait_bit.h>

#include "blob.h"
#include "fingerprint.h"
#include "revoke.h"
#include "storage.h"
#include "verdict.h"
#include "verify.h"
#include "window.h"

/*
 * How often, and how many jiffies apart, to look for somebody who holds a page. Reading,
 * reclaim and the like hold one for a moment.
 */
#define HELD_TRIES	20
#define HELD_WAIT	(HZ / 50 + 1)

/* How many jiffies to wait for somebody else who verifies the same file. */
#define TURN_WAIT	(5 * HZ)

/* Is it, or its disk, open for writing? A shared mapping keeps it open. */
static bool has_writer(const struct inode *inode)
{
	return atomic_read(&inode->i_writecount) > 0 ||
	       mapping_writably_mapped(inode->i_mapping) ||
	       veriexec_disk_has_writer(inode->i_sb);
}

/* Does it have references that page cache, mappings and the caller do not explain? */
static bool is_held(const struct folio *folio)
{
	return folio_ref_count(folio) > folio_nr_pages(folio) +
		folio_mapcount(folio) + !!folio_has_private(folio) + 1;
}

static bool any_held(struct address_space *mapping)
{
	struct folio_batch batch;
	pgoff_t index = 0;
	bool held = false;
	unsigned int i;

	folio_batch_init(&batch);
	while (!held && filemap_get_folios(mapping, &index, ULONG_MAX, &batch)) {
		for (i = 0; i < folio_batch_count(&batch); i++)
			held |= is_held(batch.folios[i]);
		folio_batch_release(&batch);
		cond_resched();
	}
	return held;
}

/*
 * Somebody may hold a page to write to it, for direct I/O for example, long after
 * closing the file. If pages can be read anew, drop the page, so that the holder is
 * left with the old one. Returns false if somebody holds a page all the same.
 */
static bool take_pages_back(struct inode *inode)
{
	struct address_space *mapping = inode->i_mapping;
	unsigned int i;

	/*
	 * A page that is swapped out would come back from a disk that does not belong
	 * to its file system.
	 */
	if (shmem_mapping(mapping)) {
		mapping_set_unevictable(mapping);
		/* To swap out a page, reclaim takes hold of it, then looks at that. */
		smp_mb__after_atomic();
	}
	for (i = 0; any_held(mapping); i++) {
		if (i == HELD_TRIES || fatal_signal_pending(current))
			return false;
		if (i)
			schedule_timeout_killable(HELD_WAIT);
		lru_add_drain_all();
		if (mapping_can_writeback(mapping) && any_held(mapping) &&
		    !filemap_write_and_wait(mapping))
			invalidate_inode_pages2(mapping);
	}
	return true;
}

/*
 * A mapping of the last page also shows what is behind the end of the file. The page
 * has just been read; if it was reclaimed meanwhile, it is read again.
 */
static enum veriexec_cause check_tail(struct file *file, struct inode *inode)
{
	loff_t size = i_size_read(inode);
	size_t from = offset_in_page(size);
	struct folio *folio;
	loff_t pos;
	char byte;
	bool zero;
	void *page;
	int i;

	if (!from || IS_DAX(inode))
		return VERIEXEC_CAUSE_NONE;
	for (i = 0; i < HELD_TRIES; i++) {
		folio = filemap_get_folio(inode->i_mapping, size >> PAGE_SHIFT);
		if (!IS_ERR(folio) && folio_test_uptodate(folio)) {
			page = kmap_local_folio(folio,
						offset_in_folio(folio, size));
			zero = !memchr_inv(page, 0, PAGE_SIZE - from);
			kunmap_local(page);
			folio_put(folio);
			return zero ? VERIEXEC_CAUSE_NONE : VERIEXEC_CAUSE_TAIL;
		}
		/* Somebody else is about to read it as well. */
		if (!IS_ERR(folio))
			folio_put(folio);
		pos = size - 1;
		if (__kernel_read(file, &byte, 1, &pos) != 1)
			break;
	}
	return VERIEXEC_CAUSE_READ_ERROR;
}

/**
 * struct judgement - a file that is being verified
 * @file: open
 * @content: inode that has its content
 * @data: what the kernel has read from it, or %NULL
 * @len: of @data, in bytes
 * @want: what its entry says
 * @proves: fill the blob with what verifies it: the caller holds the bit lock
 */
struct judgement {
	struct file *file;
	struct inode *content;
	const void *data;
	size_t len;
	struct veriexec_expectation want;
	bool proves;
};

static int make_digest(const struct judgement *j, unsigned int alg, u8 *digest)
{
	if (!j->data)
		return veriexec_fingerprint_file(j->file, alg, digest);
	return veriexec_fingerprint_data(j->data, j->len, alg, digest);
}

static enum veriexec_cause failed_to_read(void)
{
	return fatal_signal_pending(current) ? VERIEXEC_CAUSE_KILLED :
					       VERIEXEC_CAUSE_READ_ERROR;
}

/*
 * Is the content of the file revoked, whose digest by @alg is known? Manifests revoke
 * it, or the kernel's blacklist does, as the fingerprint of a binary.
 */
static enum veriexec_cause check_revoked(const struct judgement *j,
					 unsigned int alg, u8 *digest)
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
		ret = make_digest(j, other, digest);
		if (ret == -ENODATA)
			continue;
		if (ret)
			return failed_to_read();
		if (veriexec_is_revoked(other, digest))
			return VERIEXEC_CAUSE_REVOKED;
	}
	return VERIEXEC_CAUSE_NONE;
}

/* Compares the strongest fingerprint that can be checked on this file. */
static enum veriexec_cause compare_content(const struct judgement *j)
{
	u8 algs = j->want.claim.algs;
	u8 digest[VERIEXEC_DIGEST_SIZE];
	int alg, ret;

	for (alg = VERIEXEC_ALG_COUNT - 1; alg >= 0; alg--) {
		if (!(algs & BIT(alg)))
			continue;
		ret = make_digest(j, alg, digest);
		if (ret == -ENODATA)
			continue;
		if (ret)
			return failed_to_read();
		if (memcmp(digest, j->want.digest[alg],
			   veriexec_algs[alg].size)) {
			veriexec_audit_mismatch(file_inode(j->file), alg,
						digest, j->want.digest[alg]);
			return VERIEXEC_CAUSE_MISMATCH;
		}
		if (j->proves)
			veriexec_note_proof(j->content, alg, digest, algs);
		return check_revoked(j, alg, digest);
	}
	return VERIEXEC_CAUSE_UNCHECKABLE;
}

/*
 * As compare_content(), for content that nobody changes meanwhile. Writers are not kept
 * out: one that comes in meanwhile takes the verdict away, or is seen here.
 */
static enum veriexec_cause compare_quietly(struct judgement *j)
{
	const struct inode *shown = file_inode(j->file);
	enum veriexec_cause cause;

	if (j->proves)
		veriexec_note_owner(j->content, shown);
	if (!veriexec_owner_matches(shown, &j->want.claim))
		return VERIEXEC_CAUSE_WRONG_OWNER;
	if (has_writer(j->content))
		return VERIEXEC_CAUSE_HAS_WRITER;
	if (!take_pages_back(j->content))
		return fatal_signal_pending(current) ? VERIEXEC_CAUSE_KILLED :
						       VERIEXEC_CAUSE_HELD;
	cause = compare_content(j);
	if (cause == VERIEXEC_CAUSE_NONE)
		cause = check_tail(j->file, j->content);
	/* It was copied up meanwhile: the rest was read from the copy. */
	if (has_writer(j->content) ||
	    veriexec_content_of(j->file) != j->content)
		return VERIEXEC_CAUSE_HAS_WRITER;
	return cause;
}

/* The outcome of one comparison as a verdict; 0 if it is not to be kept. */
static u64 judge(struct judgement *j, u64 verdict, enum veriexec_cause *failure)
{
	enum veriexec_status status;

	*failure = compare_quietly(j);
	if (*failure == VERIEXEC_CAUSE_NONE)
		status = VERIEXEC_STATUS_VERIFIED;
	else if (*failure == VERIEXEC_CAUSE_MISMATCH)
		status = VERIEXEC_STATUS_CHANGED;
	else if (*failure == VERIEXEC_CAUSE_REVOKED)
		status = VERIEXEC_STATUS_REVOKED;
	else
		return 0;
	verdict = veriexec_judgement(verdict, &j->want.claim, status);
	if (!j->proves)
		verdict |= VERIEXEC_UNPROVEN << VERIEXEC_FLAGS_SHIFT;
	return verdict;
}

/*
 * Waits for somebody else who verifies the file, but not for long, because that task
 * may get little of the processor. Returns 1 if the caller holds the bit lock now, 0 if
 * the other still holds it, -EINTR.
 */
static int wait_for_turn(unsigned long *bits)
{
	unsigned long end = jiffies + TURN_WAIT;
	int ret;

	while (test_and_set_bit_lock(VERIEXEC_INODE_BUSY, bits)) {
		if (time_after_eq(jiffies, end))
			return 0;
		ret = wait_on_bit_timeout(bits, VERIEXEC_INODE_BUSY,
					  TASK_KILLABLE, end - jiffies);
		if (ret && fatal_signal_pending(current))
			return -EINTR;
	}
	return 1;
}

/**
 * veriexec_verify() - verify a listed file whose content was not seen yet
 * @file: open
 * @content: inode that has its content
 * @failure: why there is no verdict to keep, if that is so
 *
 * Context: Process context, no locks held; reads the whole file. A fatal signal
 * ends it.
 *
 * Return: the verdict.
 */
u64 veriexec_verify(struct file *file, struct inode *content,
		    enum veriexec_cause *failure)
{
	unsigned long *bits = &veriexec_inode(content)->bits;
	u64 verdict = veriexec_verdict(0, 0, VERIEXEC_STATUS_LISTED);
	u64 outcome = 0;
	struct judgement *j;
	int turn;

	turn = wait_for_turn(bits);
	if (turn < 0) {
		*failure = VERIEXEC_CAUSE_KILLED;
		return verdict;
	}
	j = kzalloc(sizeof(*j), GFP_KERNEL);
	if (!j) {
		*failure = VERIEXEC_CAUSE_READ_ERROR;
		goto out;
	}
	j->file = file;
	j->content = content;
	j->proves = turn;
	do {
		verdict = veriexec_look_up(content, &j->want);
		outcome = verdict;
		if (veriexec_status(verdict) != VERIEXEC_STATUS_LISTED)
			break;
		outcome = judge(j, verdict, failure);
		if (!outcome || j->want.claim.flags & VERIEXEC_FLAG_UNTRUSTED)
			break;
		veriexec_window();
		/* Fails if the file or the table changed meanwhile. */
	} while (!veriexec_keep_verdict(content, verdict, outcome));
	kfree(j);
out:
	if (turn)
		clear_and_wake_up_bit(VERIEXEC_INODE_BUSY, bits);
	if (outcome != verdict && outcome)
		veriexec_note_status(content, veriexec_status(outcome));
	return outcome ?: verdict;
}

/**
 * veriexec_verify_data() - is this what the entry of a file says?
 * @file: open
 * @content: inode that has its content
 * @data: what the kernel has read from it, all of it
 * @len: of @data, in bytes
 *
 * Context: Process context, no locks held.
 *
 * Return: %VERIEXEC_CAUSE_NONE, or why it is not; %VERIEXEC_CAUSE_UNCHECKABLE if
 * the entry has no digest of content that can be made here.
 */
enum veriexec_cause veriexec_verify_data(struct file *file,
					 struct inode *content,
					 const void *data, size_t len)
{
	struct judgement *j = kzalloc(sizeof(*j), GFP_KERNEL);
	enum veriexec_cause cause;

	if (!j)
		return VERIEXEC_CAUSE_READ_ERROR;
	j->file = file;
	j->content = content;
	j->data = data;
	j->len = len;
	if (!veriexec_find_expectation(content, &j->want))
		cause = VERIEXEC_CAUSE_NOT_LISTED;
	else if (!veriexec_owner_matches(file_inode(file), &j->want.claim))
		cause = VERIEXEC_CAUSE_WRONG_OWNER;
	else
		cause = compare_content(j);
	kfree(j);
	return cause;
}
