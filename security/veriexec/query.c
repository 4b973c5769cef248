// SPDX-License-Identifier: GPL-2.0-only
/*
 * Answers what is known of a file, for somebody who only wants to know. It must never
 * let anything through, count it or log it.
 */

#include <linux/fips.h>

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

/* What else speaks against running what is verified? */
static enum veriexec_cause against_running(const struct file *file,
					   const struct veriexec_use *use)
{
	struct veriexec_facts facts;

	veriexec_find_gain(file, use->flags, use->initramfs, &facts);
	facts.fips = fips_enabled;
	return veriexec_decide(&facts);
}

/**
 * veriexec_query() - what is there to say of a file?
 * @file: open, a regular file
 * @answer: filled on 0 and on %-EACCES; %NULL if only the return value is wanted
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
	struct inode *content = veriexec_content_of(file);
	struct veriexec_use use = { .op = VERIEXEC_OP_CHECK };
	int ret = veriexec_check_use(file, &use);

	if (!answer)
		return ret;
	*answer = (struct veriexec_answer){ .cause = use.cause };
	if (!ret) {
		answer->outcome = use.initramfs ? VERIEXEC_OUTCOME_INITRAMFS :
						  VERIEXEC_OUTCOME_VERIFIED;
		answer->cause = against_running(file, &use);
	} else if (use.cause == VERIEXEC_CAUSE_NOT_LISTED &&
		   veriexec_changes_beneath(content->i_sb)) {
		/* An entry for it counts only if it says untrusted. */
		answer->cause = VERIEXEC_CAUSE_CHANGES_BENEATH;
	}
	answer->listed = veriexec_find_source(content, &answer->source);
	return ret;
}
