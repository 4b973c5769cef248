// SPDX-License-Identifier: GPL-2.0-only
/*
 * Owns what would change the kernel: what its lockdown names, and the files that
 * ask for it when they are opened. It must never know them by name.
 */

#include <linux/fs.h>
#include <linux/sched.h>
#include <linux/security.h>

#include "blob.h"
#include "deny.h"
#include "kmem.h"

/**
 * veriexec_check_locked_down() - may the kernel be changed this way?
 * @what: how
 *
 * Context: Any, even where kdb has stopped all else.
 *
 * Return: 0, or under enforce %-EPERM.
 */
int veriexec_check_locked_down(enum lockdown_reason what)
{
	struct veriexec_event event = {
		.op = VERIEXEC_OP_LOCKDOWN,
		.cause = VERIEXEC_CAUSE_NOT_TRUSTED,
		.gfp = GFP_ATOMIC,
	};

	if (what == LOCKDOWN_NONE || what > LOCKDOWN_INTEGRITY_MAX)
		return 0;
	veriexec_task(current)->asked = true;
	if (veriexec_has_right(current_cred(), VERIEXEC_FLAG_KMEM))
		return 0;
	switch (what) {
	case LOCKDOWN_MODULE_SIGNATURE:
	case LOCKDOWN_KEXEC:
		return 0;	/* it is judged by its fingerprint instead */
	case LOCKDOWN_HIBERNATION:
	case LOCKDOWN_DBG_WRITE_KERNEL:
		/*
		 * Whoever reads which sleep states there are asks for the first. The
		 * other is asked for where kdb has stopped everybody who could be told.
		 */
		return veriexec_deny_quietly(VERIEXEC_OP_LOCKDOWN);
	default:
		event.what = lockdown_reasons[what];
		return veriexec_deny_event(&event);
	}
}

/**
 * veriexec_check_kmem_use() - may the current task change the kernel by this file?
 * @file: open, and of a kind whose driver asks once, when it is opened
 *
 * It does not matter who has opened it: the question counts again at each use.
 *
 * Context: Process context, may sleep.
 *
 * Return: 0, or under enforce %-EPERM.
 */
int veriexec_check_kmem_use(const struct file *file)
{
	if (veriexec_has_right(current_cred(), VERIEXEC_FLAG_KMEM))
		return 0;
	return veriexec_deny_file(VERIEXEC_OP_LOCKDOWN,
				  VERIEXEC_CAUSE_NOT_TRUSTED, file);
}
