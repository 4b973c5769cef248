// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decides from facts alone. It must never call anything.
 */

#include "decide.h"

/* Nobody else can have written what is read from such a file. */
static bool is_no_input(const struct veriexec_facts *f)
{
	return f->op == VERIEXEC_OP_READ && (f->made_up || f->own);
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
		if (f->initramfs && f->set_id && !f->kept)
			return VERIEXEC_CAUSE_SET_ID;
		if (f->initramfs)
			return f->caps ? VERIEXEC_CAUSE_CAPS :
					 VERIEXEC_CAUSE_NONE;
		return is_no_input(f) ? VERIEXEC_CAUSE_NONE :
					VERIEXEC_CAUSE_NOT_LISTED;
	}
	if (veriexec_ops[f->op].kind != VERIEXEC_KIND_CODE)
		return VERIEXEC_CAUSE_NONE;
	if (f->set_id && !(f->flags & VERIEXEC_MODE_LISTED))
		return VERIEXEC_CAUSE_SET_ID;
	if (f->caps)
		return VERIEXEC_CAUSE_CAPS;
	if (f->flags & VERIEXEC_FLAG_NO_FIPS && f->fips)
		return VERIEXEC_CAUSE_NOT_IN_FIPS;
	if (f->flags & VERIEXEC_FLAG_INDIRECT && !f->interpreter)
		return VERIEXEC_CAUSE_ONLY_INDIRECT;
	return f->unbound ? VERIEXEC_CAUSE_NOT_JOINED : VERIEXEC_CAUSE_NONE;
}

static enum veriexec_cause decide_change(const struct veriexec_facts *f)
{
	enum veriexec_kind kind = veriexec_ops[f->op].kind;

	switch (f->status) {
	case VERIEXEC_STATUS_LISTED:
	case VERIEXEC_STATUS_VERIFIED:
	case VERIEXEC_STATUS_CHANGED:
	case VERIEXEC_STATUS_REVOKED:
	case VERIEXEC_STATUS_SHOWN:
		return VERIEXEC_CAUSE_LISTED;
	case VERIEXEC_STATUS_LINK:
		return VERIEXEC_CAUSE_LINK;
	case VERIEXEC_STATUS_DIRECTORY:
		return kind == VERIEXEC_KIND_NAME ?
			       VERIEXEC_CAUSE_LEADS_TO_LISTED :
			       VERIEXEC_CAUSE_NONE;
	default:
		break;
	}
	if (kind == VERIEXEC_KIND_ATTRIBUTE && f->initramfs)
		return VERIEXEC_CAUSE_UNPACKED;
	if (kind != VERIEXEC_KIND_CONTENT)
		return VERIEXEC_CAUSE_NONE;
	return f->may_run ? VERIEXEC_CAUSE_MAY_RUN : VERIEXEC_CAUSE_NONE;
}

/**
 * veriexec_decide() - what speaks against it?
 * @facts: all that counts
 *
 * Context: Any; depends on nothing but @facts.
 *
 * Return: %VERIEXEC_CAUSE_NONE, or why it is not allowed.
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
