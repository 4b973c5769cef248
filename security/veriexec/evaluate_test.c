// SPDX-License-Identifier: GPL-2.0-only
/*
 * The decisions, as a table, and the form of a cached verdict.
 */

#include <kunit/test.h>

#include "evaluate.h"

#define USE(_op, _status, ...) \
	{ .op = VERIEXEC_OP_##_op, .status = VERIEXEC_##_status, __VA_ARGS__ }

struct decision {
	const char *name;
	struct veriexec_facts facts;
	enum veriexec_cause cause;
};

static const struct decision decisions[] = {
	{ "verified runs", USE(EXEC, VERIFIED), VERIEXEC_FINE },
	{ "verified maps", USE(MMAP, VERIFIED), VERIEXEC_FINE },
	{ "verified remaps", USE(MPROTECT, VERIFIED), VERIEXEC_FINE },
	{ "verified is read", USE(READ, VERIFIED), VERIEXEC_FINE },
	{ "verified loads", USE(KERNEL_READ, VERIFIED), VERIEXEC_FINE },
	{ "unlisted does not run", USE(EXEC, UNLISTED), VERIEXEC_NOT_LISTED },
	{ "unlisted does not map", USE(MMAP, UNLISTED), VERIEXEC_NOT_LISTED },
	{ "unlisted is not read", USE(READ, UNLISTED), VERIEXEC_NOT_LISTED },
	{ "unlisted does not load", USE(KERNEL_READ, UNLISTED),
	  VERIEXEC_NOT_LISTED },
	{ "unknown does not run", USE(EXEC, UNKNOWN), VERIEXEC_NOT_LISTED },
	{ "changed does not run", USE(EXEC, CHANGED), VERIEXEC_MISMATCH },
	{ "revoked does not run", USE(EXEC, REVOKED), VERIEXEC_IS_REVOKED },
	{ "revoked does not map", USE(MMAP, REVOKED), VERIEXEC_IS_REVOKED },
	{ "revoked does not load", USE(KERNEL_READ, REVOKED),
	  VERIEXEC_IS_REVOKED },
	{ "revoked in the initramfs does not run",
	  USE(EXEC, REVOKED, .initramfs = true), VERIEXEC_IS_REVOKED },
	{ "listed alone does not remap", USE(MPROTECT, LISTED),
	  VERIEXEC_NOT_JUDGED },
	{ "a failure is named",
	  USE(EXEC, LISTED, .failure = VERIEXEC_HAS_WRITER),
	  VERIEXEC_HAS_WRITER },
	{ "initramfs runs", USE(EXEC, UNLISTED, .initramfs = true),
	  VERIEXEC_FINE },
	{ "listed in the initramfs is judged as listed",
	  USE(EXEC, CHANGED, .initramfs = true), VERIEXEC_MISMATCH },
	{ "indirect does not run by itself",
	  USE(EXEC, VERIFIED, .flags = VERIEXEC_INDIRECT),
	  VERIEXEC_ONLY_INDIRECT },
	{ "indirect runs a script",
	  USE(EXEC, VERIFIED, .flags = VERIEXEC_INDIRECT, .interpreter = true),
	  VERIEXEC_FINE },
	{ "indirect does not map by itself",
	  USE(MMAP, VERIFIED, .flags = VERIEXEC_INDIRECT),
	  VERIEXEC_ONLY_INDIRECT },
	{ "indirect is mapped by exec",
	  USE(MMAP, VERIFIED, .flags = VERIEXEC_INDIRECT, .interpreter = true),
	  VERIEXEC_FINE },
	{ "indirect does not remap by itself",
	  USE(MPROTECT, VERIFIED, .flags = VERIEXEC_INDIRECT),
	  VERIEXEC_ONLY_INDIRECT },
	{ "indirect is remapped by exec",
	  USE(MPROTECT, VERIFIED, .flags = VERIEXEC_INDIRECT,
	      .interpreter = true), VERIEXEC_FINE },
	{ "indirect may be read",
	  USE(READ, VERIFIED, .flags = VERIEXEC_INDIRECT), VERIEXEC_FINE },
	{ "no_fips runs", USE(EXEC, VERIFIED, .flags = VERIEXEC_NO_FIPS),
	  VERIEXEC_FINE },
	{ "no_fips does not run in fips mode",
	  USE(EXEC, VERIFIED, .flags = VERIEXEC_NO_FIPS, .fips = true),
	  VERIEXEC_NOT_IN_FIPS },
	{ "others run in fips mode", USE(EXEC, VERIFIED, .fips = true),
	  VERIEXEC_FINE },
	{ "an unlisted interpreter does not run",
	  USE(EXEC, UNLISTED, .interpreter = true), VERIEXEC_NOT_LISTED },
	{ "a set-id bit does not count by itself",
	  USE(EXEC, VERIFIED, .set_id = true), VERIEXEC_SET_ID },
	{ "a set-id bit counts if its entry has a mode",
	  USE(EXEC, VERIFIED, .set_id = true, .flags = VERIEXEC_MODE_LISTED),
	  VERIEXEC_FINE },
	{ "listed is not written", USE(OPEN_WRITE, LISTED),
	  VERIEXEC_IS_LISTED },
	{ "verified is not written", USE(WRITE, VERIFIED), VERIEXEC_IS_LISTED },
	{ "changed is not repaired", USE(TRUNCATE, CHANGED),
	  VERIEXEC_IS_LISTED },
	{ "revoked is not written", USE(OPEN_WRITE, REVOKED),
	  VERIEXEC_IS_LISTED },
	{ "listed keeps its name", USE(RENAME, LISTED), VERIEXEC_IS_LISTED },
	{ "listed stays", USE(UNLINK, VERIFIED), VERIEXEC_IS_LISTED },
	{ "listed keeps its mode", USE(SETATTR, VERIFIED), VERIEXEC_IS_LISTED },
	{ "listed takes no more links", USE(LINK, LISTED), VERIEXEC_IS_LISTED },
	{ "listed takes no command", USE(IOCTL, VERIFIED), VERIEXEC_IS_LISTED },
	{ "listed is not copied up", USE(COPY_UP, LISTED), VERIEXEC_IS_LISTED },
	{ "listed keeps no quota", USE(QUOTA_ON, LISTED), VERIEXEC_IS_LISTED },
	{ "what is behind a loop device is not written",
	  USE(WRITE, UNLISTED, .backs = true), VERIEXEC_BACKS_LISTED },
	{ "what is behind a loop device keeps its size",
	  USE(TRUNCATE, UNLISTED, .backs = true), VERIEXEC_BACKS_LISTED },
	{ "what is behind a loop device changes its mode",
	  USE(SETATTR, UNLISTED, .backs = true), VERIEXEC_FINE },
	{ "what is behind a loop device goes",
	  USE(UNLINK, UNLISTED, .backs = true), VERIEXEC_FINE },
	{ "unlisted keeps quotas", USE(QUOTA_ON, UNLISTED), VERIEXEC_FINE },
	{ "unlisted is written", USE(OPEN_WRITE, UNLISTED), VERIEXEC_FINE },
	{ "unlisted goes", USE(UNLINK, UNLISTED), VERIEXEC_FINE },
	{ "initramfs is written", USE(OPEN_WRITE, UNLISTED, .initramfs = true),
	  VERIEXEC_FINE },
	{ "initramfs that may be running is not written",
	  USE(OPEN_WRITE, UNLISTED, .initramfs = true, .may_run = true),
	  VERIEXEC_MAY_RUN },
	{ "initramfs that may be running keeps no quota",
	  USE(QUOTA_ON, UNLISTED, .initramfs = true, .may_run = true),
	  VERIEXEC_MAY_RUN },
	{ "initramfs that may be running goes",
	  USE(UNLINK, UNLISTED, .initramfs = true, .may_run = true),
	  VERIEXEC_FINE },
	{ "a directory on the way keeps its name", USE(RENAME, DIRECTORY),
	  VERIEXEC_LEADS_TO_LISTED },
	{ "a directory on the way stays", USE(RMDIR, DIRECTORY),
	  VERIEXEC_LEADS_TO_LISTED },
	{ "a directory on the way may change its mode",
	  USE(SETATTR, DIRECTORY), VERIEXEC_FINE },
};

KUNIT_ARRAY_PARAM_DESC(decision, decisions, name);

static void decide_test(struct kunit *test)
{
	const struct decision *d = test->param_value;

	KUNIT_EXPECT_EQ(test, veriexec_decide(&d->facts), d->cause);
}

static void verdict_test(struct kunit *test)
{
	u64 now = atomic64_read(&veriexec_generation);
	u64 verdict = veriexec_verdict(now, 0xa5, VERIEXEC_VERIFIED);

	KUNIT_EXPECT_EQ(test, veriexec_status(verdict), VERIEXEC_VERIFIED);
	KUNIT_EXPECT_EQ(test, veriexec_verdict_flags(verdict), 0xa5);
	KUNIT_EXPECT_TRUE(test, veriexec_is_fresh(verdict));
	KUNIT_EXPECT_FALSE(test, veriexec_is_fresh(0));
	veriexec_new_generation();
	KUNIT_EXPECT_FALSE(test, veriexec_is_fresh(verdict));
	verdict = veriexec_verdict(atomic64_read(&veriexec_generation), 0,
				   VERIEXEC_REVOKED);
	KUNIT_EXPECT_TRUE(test, veriexec_is_fresh(verdict));
	veriexec_doubt_all();
	KUNIT_EXPECT_FALSE(test, veriexec_is_fresh(verdict));
}

static struct kunit_case evaluate_cases[] = {
	KUNIT_CASE_PARAM(decide_test, decision_gen_params),
	KUNIT_CASE(verdict_test),
	{}
};

static struct kunit_suite evaluate_suite = {
	.name = "veriexec_evaluate",
	.test_cases = evaluate_cases,
};

kunit_test_suite(evaluate_suite);
