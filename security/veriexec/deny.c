// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way from a cause to what its caller gets: counter, message, audit record,
 * error. It must never decide whether something may be.
 */

#include "deny.h"
#include "state.h"
#include "stats.h"

/**
 * veriexec_deny_event() - report what is not allowed, and deny it under enforce
 * @event: all but &veriexec_event.denied
 *
 * Before "active" everything is let through, and nothing is reported.
 *
 * Context: Any in which @event->gfp may be used.
 *
 * Return: 0 if it is let through, else the error of the operation.
 */
int veriexec_deny_event(struct veriexec_event *event)
{
	if (!veriexec_in(VERIEXEC_STATE_ACTIVE))
		return 0;
	event->denied = veriexec_in(VERIEXEC_STATE_ENFORCE);
	veriexec_count_denial(event->op, event->cause, event->denied);
	veriexec_audit_event(event);
	return event->denied ? veriexec_ops[event->op].error : 0;
}

/**
 * veriexec_deny() - veriexec_deny_event() what is done with no file
 * @op: what was attempted
 * @cause: why it is not allowed
 * @gfp: how memory for the message may be had
 *
 * Context: Any in which @gfp may be used.
 *
 * Return: 0 if it is let through, else the error of @op.
 */
int veriexec_deny(enum veriexec_op op, enum veriexec_cause cause, gfp_t gfp)
{
	struct veriexec_event event = { .op = op, .cause = cause, .gfp = gfp };

	return veriexec_deny_event(&event);
}

/**
 * veriexec_deny_inode() - veriexec_deny_event() what is done with a file
 * @op: what was attempted
 * @cause: why it is not allowed
 * @inode: of the file
 * @path: of the file, or %NULL
 *
 * Context: Process context, may sleep.
 *
 * Return: 0 if it is let through, else the error of @op.
 */
int veriexec_deny_inode(enum veriexec_op op, enum veriexec_cause cause,
			struct inode *inode, const struct path *path)
{
	struct veriexec_event event = {
		.op = op,
		.cause = cause,
		.inode = inode,
		.path = path,
		.gfp = GFP_KERNEL,
	};

	return veriexec_deny_event(&event);
}
