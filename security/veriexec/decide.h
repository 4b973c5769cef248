/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The decision: facts in, cause out.
 */

#ifndef _SECURITY_VERIEXEC_DECIDE_H
#define _SECURITY_VERIEXEC_DECIDE_H

#include <linux/types.h>

#include "audit.h"
#include "verdict.h"

/**
 * struct veriexec_facts - all that a decision rests on
 * @op: what is attempted
 * @status: of the file
 * @flags: of its entry
 * @failure: why it could not be verified, if @status does not say it
 * @set_id: it is run, and its set-id bits would count
 * @caps: it is run, and would get capabilities that its entry does not state
 * @may_run: its code may be mapped, because it is of the initramfs
 * @initramfs: as the kernel unpacked it, and nobody writes to it
 * @kept: and its owner and mode are those that were unpacked
 * @made_up: the kernel makes up what is read there
 * @own: it is a file without a name that the program itself has made
 * @interpreter: the kernel itself chose it to run a verified file
 * @fips: the kernel runs in FIPS mode
 * @unbound: what would run it does not have the restrictions of its entry
 */
struct veriexec_facts {
	enum veriexec_op op;
	enum veriexec_status status;
	u16 flags;
	enum veriexec_cause failure;
	bool set_id;
	bool caps;
	bool may_run;
	bool initramfs;
	bool kept;
	bool made_up;
	bool own;
	bool interpreter;
	bool fips;
	bool unbound;
};

enum veriexec_cause veriexec_decide(const struct veriexec_facts *facts);

#endif /* _SECURITY_VERIEXEC_DECIDE_H */
