// SPDX-License-Identifier: GPL-2.0-only
/*
 * Answers what is known of a file, for somebody who only wants to know. It must never
 * let anything through, count it or log it.
 */

#include <linux/dcache.h>
#include <linux/fips.h>

#include "blob.h"
#include "decide.h"
#include "evaluate.h"
#include "gain.h"
#include "query.h"
#include "storage.h"

const char *const veriexec_outcome_names[VERIEXEC_OUTCOME_COUNT] = {
	[VERIEXEC_OUTCOME_DENIED] = "denied",
	[VERIEXEC_OUTCOME_INITRAMFS] = "initramfs",
	[VERIEXEC_OUTCOME_VERIFIED] = "verified",
};

static bool has_unlisted_caps(struct file *file, struct inode *content)
{
	u8 value[VERIEXEC_CAPS_SIZE];
	size_t len;

	return veriexec_counts_caps(file, value, &len) &&
	       !veriexec_lists_caps(content, value, len);
}

/* What else speaks against running what is verified? */
static enum veriexec_cause against_running(struct file *file,
					   struct inode *content,
					   const struct veriexec_use *use)
{
	struct inode *inode = file_inode(file);
	struct veriexec_facts facts = {
		.op = VERIEXEC_OP_EXEC,
		.status = use->initramfs ? VERIEXEC_STATUS_UNLISTED :
					   VERIEXEC_STATUS_VERIFIED,
		.flags = use->flags,
		.initramfs = use->initramfs,
		.kept = test_bit(VERIEXEC_INODE_KEPT,
				 &veriexec_inode(inode)->bits),
		.fips = fips_enabled,
	};

	/* What it gains is part of the image, unless an overlay shows more. */
	if (!(use->flags & VERIEXEC_BY_IMAGE) || content != inode) {
		facts.set_id = veriexec_counts_set_id(file);
		facts.caps = has_unlisted_caps(file, content);
	}
	return veriexec_decide(&facts);
}

/**
 * veriexec_query() - what is there to say of a file?
 * @file: open, a regular file
 * @answer: filled on 0 and on %-EACCES; %NULL for who only wants to know the rest
 *
 * Nothing is counted as denied, and nothing is logged.
 *
 * Context: Process context, no locks held; reads the whole file if that was
 * not done before.
 *
 * Return: 0 if it is verified, %-EACCES if it is not, or %-EINTR.
 */
int veriexec_query(struct file *file, struct veriexec_answer *answer)
{
	struct inode *content = d_real_inode(file->f_path.dentry);
	struct veriexec_use use = { .op = VERIEXEC_OP_CHECK };
	int ret = veriexec_check_use(file, &use);

	if (!answer)
		return ret;
	*answer = (struct veriexec_answer){ .cause = use.cause };
	if (!ret) {
		answer->outcome = use.initramfs ? VERIEXEC_OUTCOME_INITRAMFS :
						  VERIEXEC_OUTCOME_VERIFIED;
		answer->cause = against_running(file, content, &use);
	} else if (use.cause == VERIEXEC_CAUSE_NOT_LISTED &&
		   veriexec_changes_beneath(content->i_sb)) {
		/* An entry for it counts only if it says untrusted. */
		answer->cause = VERIEXEC_CAUSE_CHANGES_BENEATH;
	}
	answer->listed = veriexec_find_source(content, &answer->source);
	return ret;
}
