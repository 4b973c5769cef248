// SPDX-License-Identifier: GPL-2.0-only
/*
 * Answers whether a file may be used or changed in some way: gathers the facts, has
 * them decided, and denies. It must never hash or compare.
 */

#include <linux/cred.h>
#include <linux/fips.h>
#include <linux/magic.h>
#include <linux/sched.h>

#include "blob.h"
#include "decide.h"
#include "deny.h"
#include "evaluate.h"
#include "gain.h"
#include "state.h"
#include "stats.h"
#include "storage.h"
#include "verdict.h"
#include "verify.h"

/* Is it as the kernel unpacked it, and without a writer? */
static bool is_initramfs(struct inode *inode)
{
	return test_bit(VERIEXEC_INODE_INITRAMFS,
			&veriexec_inode(inode)->bits) &&
	       atomic_read(&inode->i_writecount) <= 0;
}

/*
 * The same question, before somebody uses the file. From then on nobody may write to
 * code. As with listed files, a writer is counted first, and asks then.
 */
static bool use_initramfs(struct inode *inode, enum veriexec_op op)
{
	unsigned long *bits = &veriexec_inode(inode)->bits;

	if (veriexec_ops[op].kind == VERIEXEC_KIND_CODE &&
	    test_bit(VERIEXEC_INODE_INITRAMFS, bits)) {
		set_bit(VERIEXEC_INODE_RAN, bits);
		/* Pairs with do_dentry_open(): it counts, then asks us. */
		smp_mb__after_atomic();
	}
	return is_initramfs(inode);
}

/* Does the kernel make up what is read there, at the time when it is read? */
static bool is_made_up(const struct inode *inode)
{
	return inode->i_sb->s_magic == PROC_SUPER_MAGIC ||
	       inode->i_sb->s_magic == SYSFS_MAGIC;
}

/* Has the program made it for itself, see veriexec_note_writer()? */
static bool is_own(struct inode *inode)
{
	u64 maker = atomic64_read(&veriexec_inode(inode)->maker);

	return maker && !inode->i_nlink &&
	       maker == veriexec_cred(current_real_cred())->program;
}

static bool may_be_running(struct inode *inode)
{
	const unsigned long *bits = &veriexec_inode(inode)->bits;

	return test_bit(VERIEXEC_INODE_INITRAMFS, bits) &&
	       test_bit(VERIEXEC_INODE_RAN, bits);
}

/*
 * What is known of a file whose content is in @content, with owner and mode as they
 * are on @shown.
 */
static void fill_facts(struct veriexec_facts *facts, u64 verdict,
		       const struct inode *shown, struct inode *content)
{
	facts->status = veriexec_status(verdict);
	facts->flags = veriexec_verdict_flags(verdict);
	if (facts->status == VERIEXEC_STATUS_VERIFIED &&
	    !veriexec_owner_stands(shown, content, verdict)) {
		facts->status = VERIEXEC_STATUS_LISTED;
		facts->failure = VERIEXEC_CAUSE_WRONG_OWNER;
	}
}

/* The verdict that is known already, or else the one that verifying gives. */
static u64 find_verdict(struct file *file, struct inode *content,
			enum veriexec_cause *failure)
{
	u64 verdict;

	veriexec_count(VERIEXEC_EVALUATIONS);
	verdict = veriexec_verdict_on(content);
	if (veriexec_status(verdict) == VERIEXEC_STATUS_LISTED)
		return veriexec_verify(file, content, failure);
	veriexec_count(VERIEXEC_HITS);
	return verdict;
}

/* An untrusted file is verified for this mapping alone. */
static void note_mapping(struct file *file, u64 verdict)
{
	veriexec_file(file)->verdict =
		veriexec_verdict_flags(verdict) & VERIEXEC_FLAG_UNTRUSTED ?
			verdict : 0;
}

/* A task that is killed while its file is verified was not denied anything. */
static int refuse(const struct veriexec_facts *facts, enum veriexec_cause cause,
		  const struct file *file)
{
	if (cause == VERIEXEC_CAUSE_KILLED)
		return -EINTR;
	if (veriexec_ops[facts->op].kind == VERIEXEC_KIND_QUERY)
		return veriexec_ops[facts->op].error;
	return veriexec_deny_file(facts->op, cause, file);
}

/**
 * veriexec_check_use() - is this file verified, and may it be used this way?
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
int veriexec_check_use(struct file *file, struct veriexec_use *use)
{
	struct inode *inode = file_inode(file);
	struct inode *content = veriexec_content_of(file);
	struct veriexec_facts facts = {
		.op = use->op,
		.interpreter = use->interpreter,
		.fips = fips_enabled,
	};
	enum veriexec_cause cause;
	u64 verdict;

	use->flags = 0;
	use->initramfs = use_initramfs(inode, use->op);
	use->verified = use->initramfs;
	if (!veriexec_in(VERIEXEC_STATE_ACTIVE) && use->op != VERIEXEC_OP_CHECK)
		return 0;

	verdict = find_verdict(file, content, &facts.failure);
	if (use->op == VERIEXEC_OP_MMAP) {
		note_mapping(file, verdict);
		/* It is judged again where overlays map what is below. */
		if (inode != content &&
		    veriexec_status(verdict) == VERIEXEC_STATUS_UNLISTED)
			return 0;
	}
	fill_facts(&facts, verdict, inode, content);
	facts.initramfs = use->initramfs;
	facts.made_up = is_made_up(inode);
	facts.own = is_own(inode);
	if (facts.status != VERIEXEC_STATUS_UNLISTED)
		use->initramfs = false;
	cause = veriexec_decide(&facts);
	use->verified = false;
	if (cause != VERIEXEC_CAUSE_NONE) {
		use->cause = cause;
		return refuse(&facts, cause, file);
	}
	use->verified = true;
	use->flags = facts.flags;
	return 0;
}

/**
 * veriexec_foresee_remap() - verify what may be made executable later
 * @file: open, a regular file that is about to be mapped
 *
 * When its mapping is made executable, it cannot be read any more.
 *
 * Context: Process context, no locks held; reads the whole file if that was
 * not done before.
 */
void veriexec_foresee_remap(struct file *file)
{
	struct inode *content = veriexec_content_of(file);
	enum veriexec_cause failure;

	if (!veriexec_in(VERIEXEC_STATE_ACTIVE))
		return;
	note_mapping(file, find_verdict(file, content, &failure));
}

/**
 * veriexec_check_buffer() - is what the kernel read from this file as listed?
 * @file: open, a regular file
 * @data: what was read, all of it
 * @len: of @data, in bytes
 *
 * The digest is that of @data, which the kernel goes on with, and not of the file,
 * which may change.
 *
 * Context: Process context, no locks held.
 *
 * Return: 0, or under enforce %-EACCES.
 */
int veriexec_check_buffer(struct file *file, const void *data, size_t len)
{
	struct veriexec_use use = { .op = VERIEXEC_OP_KERNEL_READ };
	struct inode *content = veriexec_content_of(file);
	enum veriexec_cause cause;

	if (!veriexec_in(VERIEXEC_STATE_ACTIVE) ||
	    is_initramfs(file_inode(file)))
		return veriexec_check_use(file, &use);
	veriexec_count(VERIEXEC_EVALUATIONS);
	/* Its pages were checked as they were read, as with fs-verity below. */
	if (veriexec_is_by_image(veriexec_verdict_on(content)))
		return veriexec_check_use(file, &use);
	cause = veriexec_verify_data(file, content, data, len);
	/* It has digests of its pages alone, so that it is judged as a file. */
	if (cause == VERIEXEC_CAUSE_UNCHECKABLE)
		return veriexec_check_use(file, &use);
	if (cause == VERIEXEC_CAUSE_NONE)
		return 0;
	return veriexec_deny_file(VERIEXEC_OP_KERNEL_READ, cause, file);
}

/**
 * veriexec_check_open_exec() - may the kernel open this file as a program?
 * @file: a regular file on its way to be open, not to be read yet
 * @use: filled with what follows from the file's entry, as far as that can be
 *	said before anybody has read the file
 *
 * A file with an entry is judged once it is open. One without is not opened, because
 * an interpreter is mapped too late to fail the exec with an error.
 *
 * Context: Process context, may sleep.
 *
 * Return: 0, or under enforce %-EACCES.
 */
int veriexec_check_open_exec(struct file *file, struct veriexec_use *use)
{
	struct inode *inode = file_inode(file);
	struct veriexec_facts facts = {
		.op = VERIEXEC_OP_EXEC,
		.status = VERIEXEC_STATUS_VERIFIED,
		.interpreter = true,
		.fips = fips_enabled,
	};
	enum veriexec_cause cause;
	u64 verdict;

	use->flags = 0;
	use->initramfs = is_initramfs(inode);
	use->verified = use->initramfs;
	if (!veriexec_in(VERIEXEC_STATE_ACTIVE))
		return 0;
	verdict = veriexec_verdict_on(veriexec_content_of(file));
	if (veriexec_status(verdict) == VERIEXEC_STATUS_UNLISTED) {
		facts.status = VERIEXEC_STATUS_UNLISTED;
		facts.initramfs = use->initramfs;
	}
	facts.flags = veriexec_verdict_flags(verdict);
	cause = veriexec_decide(&facts);
	use->verified = cause == VERIEXEC_CAUSE_NONE;
	use->flags = facts.flags;
	/* In "active" it is opened, and the next question logs it. */
	if (use->verified || !veriexec_in(VERIEXEC_STATE_ENFORCE))
		return 0;
	return veriexec_deny_file(VERIEXEC_OP_EXEC, cause, file);
}

/**
 * veriexec_check_gain() - does what a program would gain count?
 * @file: whose set-id bits and file capabilities may count; its content was judged
 *	for exec already
 *
 * Context: Process context, may sleep.
 *
 * Return: 0, or under enforce %-EACCES if it would gain more than its entry states
 * or, without an entry, more than the initramfs that it is of has given it.
 */
int veriexec_check_gain(const struct file *file)
{
	struct inode *inode = file_inode(file);
	u64 verdict = veriexec_verdict_on(veriexec_content_of(file));
	bool unlisted = veriexec_status(verdict) == VERIEXEC_STATUS_UNLISTED;
	struct veriexec_facts facts;
	enum veriexec_cause cause;

	/* Whatever else speaks against it was found, and logged, before. */
	if (unlisted && !is_initramfs(inode))
		return 0;
	veriexec_find_gain(file, veriexec_verdict_flags(verdict), unlisted,
			   &facts);
	facts.interpreter = true;
	cause = veriexec_decide(&facts);
	if (cause == VERIEXEC_CAUSE_NONE)
		return 0;
	return veriexec_deny_file(VERIEXEC_OP_EXEC, cause, file);
}

/**
 * veriexec_check_mapped() - may this code be mapped, or made executable?
 * @file: what is mapped: with overlays, the file at the bottom
 * @op: %VERIEXEC_OP_MMAP or %VERIEXEC_OP_MPROTECT
 * @path: of the file, as the user opened it
 * @interpreter: see &veriexec_facts.interpreter
 *
 * Context: Process context with the mmap lock held: only a verdict that was
 * reached before counts, the file is not read.
 *
 * Return: 0, or under enforce %-EACCES.
 */
int veriexec_check_mapped(const struct file *file, enum veriexec_op op,
			  const struct path *path, bool interpreter)
{
	struct inode *content = file_inode(file);
	struct inode *inode = d_inode(path->dentry);
	u64 verdict = veriexec_verdict_on(content);
	struct veriexec_facts facts = {
		.op = op,
		.initramfs = use_initramfs(inode, op),
		.interpreter = interpreter,
		.fips = fips_enabled,
	};
	enum veriexec_cause cause;

	veriexec_count(VERIEXEC_EVALUATIONS);
	/* An untrusted file has no verdict for long: use that of its mapping. */
	if (veriexec_status(verdict) == VERIEXEC_STATUS_LISTED &&
	    veriexec_is_fresh(veriexec_file(file)->verdict))
		verdict = veriexec_file(file)->verdict;
	fill_facts(&facts, verdict, inode, content);
	/* Where overlays map, current_cred() is that of whoever mounted them. */
	facts.unbound = veriexec_lacks(current, current_real_cred(),
				       facts.flags);
	cause = veriexec_decide(&facts);
	if (cause == VERIEXEC_CAUSE_NONE)
		return 0;
	return veriexec_deny_inode(op, cause, inode, path);
}

/* What speaks against changing a file or directory this way? */
static enum veriexec_cause against_change(struct inode *inode,
					  enum veriexec_op op)
{
	struct veriexec_facts facts = { .op = op };

	if (!veriexec_in(VERIEXEC_STATE_ACTIVE))
		return VERIEXEC_CAUSE_NONE;
	facts.may_run = may_be_running(inode);
	facts.initramfs = is_initramfs(inode);
	facts.status = veriexec_status(veriexec_verdict_on(inode));
	return veriexec_decide(&facts);
}

/**
 * veriexec_check_change() - may this file or directory be changed this way?
 * @inode: of the file or directory
 * @op: how, of a kind that changes files
 * @path: of the file, or %NULL
 *
 * Context: Process context, may sleep. Locks of the VFS may be held.
 *
 * Return: 0, or under enforce %-EPERM if it is listed, leads to what is, or is of
 * the initramfs and may be running or would not be as it was unpacked.
 */
int veriexec_check_change(struct inode *inode, enum veriexec_op op,
			  const struct path *path)
{
	enum veriexec_cause cause = against_change(inode, op);

	if (likely(cause == VERIEXEC_CAUSE_NONE))
		return 0;
	return veriexec_deny_inode(op, cause, inode, path);
}

/**
 * veriexec_ask_change() - would veriexec_check_change() let this be done?
 * @inode: of the file or directory
 * @op: how, as for veriexec_check_change()
 *
 * Context: as for veriexec_check_change()
 *
 * Return: 0, or under enforce the error of @op; nothing is logged.
 */
int veriexec_ask_change(struct inode *inode, enum veriexec_op op)
{
	return against_change(inode, op) == VERIEXEC_CAUSE_NONE ?
		       0 : veriexec_deny_quietly(op);
}

static int check_device(struct file *file, enum veriexec_op op,
			enum veriexec_device use)
{
	static const enum veriexec_cause causes[] = {
		[VERIEXEC_DEVICE_IN_USE] = VERIEXEC_CAUSE_IN_USE,
		[VERIEXEC_DEVICE_UNKNOWN] = VERIEXEC_CAUSE_NO_STORAGE,
		[VERIEXEC_DEVICE_HOLDS_LISTED] = VERIEXEC_CAUSE_HOLDS_LISTED,
	};

	if (use == VERIEXEC_DEVICE_FREE ||
	    (use != VERIEXEC_DEVICE_HOLDS_LISTED &&
	     veriexec_has_right(current_cred(), VERIEXEC_FLAG_STORAGE)))
		return 0;
	return veriexec_deny_file(op, causes[use], file);
}

/**
 * veriexec_check_open_device() - may this device be opened for writing?
 * @file: a device, on its way to be open
 *
 * Where it holds listed files and may be opened all the same, none of them is
 * verified any more, see veriexec_disk_has_writer().
 *
 * Context: Process context, may sleep.
 *
 * Return: 0, or under enforce %-EPERM if it holds listed files, or if somebody uses
 * it and the program has no right to storage.
 */
int veriexec_check_open_device(struct file *file)
{
	enum veriexec_device use = veriexec_device_to_open(file);
	int ret = check_device(file, VERIEXEC_OP_DEVICE_WRITE, use);

	if (ret)
		veriexec_leave_device(file);
	else if (use == VERIEXEC_DEVICE_HOLDS_LISTED)
		veriexec_doubt_all();
	return ret;
}

/**
 * veriexec_check_write_device() - may this device be written to?
 * @file: an open device
 * @op: how
 *
 * Context: Process context, may sleep.
 *
 * Return: 0, or under enforce %-EPERM if it holds listed files, or if somebody uses
 * it and the program has no right to storage.
 */
int veriexec_check_write_device(struct file *file, enum veriexec_op op)
{
	if (!veriexec_in(VERIEXEC_STATE_ACTIVE))
		return 0;
	return check_device(file, op, veriexec_device_to_write(file));
}

/**
 * veriexec_check_map_device() - may this block device be mapped to be written to?
 * @file: the open device
 *
 * Writes through a mapping reach no hook.
 *
 * Context: Process context, may sleep.
 *
 * Return: 0, or under enforce %-EPERM.
 */
int veriexec_check_map_device(struct file *file)
{
	return veriexec_deny_file(VERIEXEC_OP_DEVICE_WRITE,
				  VERIEXEC_CAUSE_MAPPED, file);
}
