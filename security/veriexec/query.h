/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel tells of a file to whoever may read it.
 */

#ifndef _SECURITY_VERIEXEC_QUERY_H
#define _SECURITY_VERIEXEC_QUERY_H

#include <linux/fs.h>

#include "audit.h"
#include "verdict.h"

/**
 * enum veriexec_outcome - what comes of asking for a file
 * @VERIEXEC_OUTCOME_DENIED: it is not verified
 * @VERIEXEC_OUTCOME_INITRAMFS: it is as the kernel unpacked it
 * @VERIEXEC_OUTCOME_VERIFIED: it is what its entry says, or part of a listed image
 */
enum veriexec_outcome {
	VERIEXEC_OUTCOME_DENIED,
	VERIEXEC_OUTCOME_INITRAMFS,
	VERIEXEC_OUTCOME_VERIFIED,
	VERIEXEC_OUTCOME_COUNT
};

extern const char *const veriexec_outcome_names[VERIEXEC_OUTCOME_COUNT];

/**
 * struct veriexec_answer - what is told of a file
 * @outcome: of asking for it
 * @cause: why it is denied; else why it would not be run as a program by whoever
 *	asks, or %VERIEXEC_CAUSE_NONE
 * @listed: a manifest lists it
 * @source: that manifest, if so
 */
struct veriexec_answer {
	enum veriexec_outcome outcome;
	enum veriexec_cause cause;
	bool listed;
	struct veriexec_source source;
};

int veriexec_query(struct file *file, struct veriexec_answer *answer);

#endif /* _SECURITY_VERIEXEC_QUERY_H */
