// SPDX-License-Identifier: GPL-2.0-only
/*
 * The decisions, as a table.
 */

#include <kunit/test.h>

#include "decide.h"

#define CASE(_name, _op, _status, _cause, ...)			\
	{							\
		.name = _name,					\
		.facts = {					\
			.op = VERIEXEC_OP_##_op,		\
			.status = VERIEXEC_STATUS_##_status,	\
			__VA_ARGS__				\
		},						\
		.cause = VERIEXEC_CAUSE_##_cause,		\
	}

struct decision {
	const char *name;
	struct veriexec_facts facts;
	enum veriexec_cause cause;
};

static const struct decision decisions[] = {
	CASE("verified runs", EXEC, VERIFIED, NONE),
	CASE("verified maps", MMAP, VERIFIED, NONE),
	CASE("verified remaps", MPROTECT, VERIFIED, NONE),
	CASE("verified is read", READ, VERIFIED, NONE),
	CASE("verified loads", KERNEL_READ, VERIFIED, NONE),
	CASE("unlisted does not run", EXEC, UNLISTED, NOT_LISTED),
	CASE("unlisted does not map", MMAP, UNLISTED, NOT_LISTED),
	CASE("unlisted is not read", READ, UNLISTED, NOT_LISTED),
	CASE("unlisted does not load", KERNEL_READ, UNLISTED, NOT_LISTED),
	CASE("unknown does not run", EXEC, UNKNOWN, NOT_LISTED),
	CASE("changed does not run", EXEC, CHANGED, MISMATCH),
	CASE("revoked does not run", EXEC, REVOKED, REVOKED),
	CASE("revoked does not map", MMAP, REVOKED, REVOKED),
	CASE("revoked does not load", KERNEL_READ, REVOKED, REVOKED),
	CASE("revoked in the initramfs does not run",
	     EXEC, REVOKED, REVOKED, .initramfs = true),
	CASE("listed alone does not remap", MPROTECT, LISTED, NOT_JUDGED),
	CASE("a failure is named",
	     EXEC, LISTED, HAS_WRITER, .failure = VERIEXEC_CAUSE_HAS_WRITER),
	CASE("initramfs runs", EXEC, UNLISTED, NONE, .initramfs = true),
	CASE("listed in the initramfs is judged as listed",
	     EXEC, CHANGED, MISMATCH, .initramfs = true),
	CASE("indirect does not run by itself",
	     EXEC, VERIFIED, ONLY_INDIRECT, .flags = VERIEXEC_FLAG_INDIRECT),
	CASE("indirect runs a script",
	     EXEC, VERIFIED, NONE, .flags = VERIEXEC_FLAG_INDIRECT,
	     .interpreter = true),
	CASE("indirect does not map by itself",
	     MMAP, VERIFIED, ONLY_INDIRECT, .flags = VERIEXEC_FLAG_INDIRECT),
	CASE("indirect is mapped by exec",
	     MMAP, VERIFIED, NONE, .flags = VERIEXEC_FLAG_INDIRECT,
	     .interpreter = true),
	CASE("indirect does not remap by itself",
	     MPROTECT, VERIFIED, ONLY_INDIRECT,
	     .flags = VERIEXEC_FLAG_INDIRECT),
	CASE("indirect is remapped by exec",
	     MPROTECT, VERIFIED, NONE, .flags = VERIEXEC_FLAG_INDIRECT,
	     .interpreter = true),
	CASE("what the kernel makes up is read",
	     READ, UNLISTED, NONE, .made_up = true),
	CASE("what the kernel makes up does not load",
	     KERNEL_READ, UNLISTED, NOT_LISTED, .made_up = true),
	CASE("what a program has made for itself is read",
	     READ, UNLISTED, NONE, .own = true),
	CASE("what a program has made for itself does not run",
	     EXEC, UNLISTED, NOT_LISTED, .own = true),
	CASE("what a program has made for itself does not map",
	     MMAP, UNLISTED, NOT_LISTED, .own = true),
	CASE("indirect may be read",
	     READ, VERIFIED, NONE, .flags = VERIEXEC_FLAG_INDIRECT),
	CASE("no_fips runs",
	     EXEC, VERIFIED, NONE, .flags = VERIEXEC_FLAG_NO_FIPS),
	CASE("no_fips does not run in fips mode",
	     EXEC, VERIFIED, NOT_IN_FIPS, .flags = VERIEXEC_FLAG_NO_FIPS,
	     .fips = true),
	CASE("others run in fips mode", EXEC, VERIFIED, NONE, .fips = true),
	CASE("an unlisted interpreter does not run",
	     EXEC, UNLISTED, NOT_LISTED, .interpreter = true),
	CASE("code of a restricted program is not remapped by others",
	     MPROTECT, VERIFIED, NOT_JOINED, .unbound = true),
	CASE("a restricted program is read by others",
	     READ, VERIFIED, NONE, .unbound = true),
	CASE("a set-id bit does not count by itself",
	     EXEC, VERIFIED, SET_ID, .set_id = true),
	CASE("a set-id bit counts if its entry has a mode",
	     EXEC, VERIFIED, NONE, .set_id = true,
	     .flags = VERIEXEC_MODE_LISTED),
	CASE("file capabilities do not count by themselves",
	     EXEC, VERIFIED, CAPS, .caps = true),
	CASE("file capabilities in the initramfs do not count",
	     EXEC, UNLISTED, CAPS, .initramfs = true, .caps = true),
	CASE("of both it is the set-id bit that is told",
	     EXEC, VERIFIED, SET_ID, .set_id = true, .caps = true),
	CASE("of both in the initramfs, too",
	     EXEC, UNLISTED, SET_ID, .initramfs = true, .set_id = true,
	     .caps = true),
	CASE("listed is not written", OPEN_WRITE, LISTED, LISTED),
	CASE("verified is not written", WRITE, VERIFIED, LISTED),
	CASE("changed is not repaired", TRUNCATE, CHANGED, LISTED),
	CASE("revoked is not written", OPEN_WRITE, REVOKED, LISTED),
	CASE("listed keeps its name", RENAME, LISTED, LISTED),
	CASE("listed stays", UNLINK, VERIFIED, LISTED),
	CASE("listed keeps its mode", SETATTR, VERIFIED, LISTED),
	CASE("listed takes no more links", LINK, LISTED, LISTED),
	CASE("listed takes no command", IOCTL, VERIFIED, LISTED),
	CASE("listed is not copied up", COPY_UP, LISTED, LISTED),
	CASE("listed keeps no quota", QUOTA_ON, LISTED, LISTED),
	CASE("unlisted keeps quotas", QUOTA_ON, UNLISTED, NONE),
	CASE("unlisted is written", OPEN_WRITE, UNLISTED, NONE),
	CASE("unlisted goes", UNLINK, UNLISTED, NONE),
	CASE("initramfs is written",
	     OPEN_WRITE, UNLISTED, NONE, .initramfs = true),
	CASE("initramfs keeps its mode",
	     SETATTR, UNLISTED, UNPACKED, .initramfs = true),
	CASE("initramfs keeps its attributes",
	     SETXATTR, UNLISTED, UNPACKED, .initramfs = true),
	CASE("initramfs changes its name",
	     RENAME, UNLISTED, NONE, .initramfs = true),
	CASE("unlisted changes its mode", SETATTR, UNLISTED, NONE),
	CASE("a set-id bit of the initramfs counts as it was unpacked",
	     EXEC, UNLISTED, NONE, .initramfs = true, .set_id = true,
	     .kept = true),
	CASE("a later set-id bit in the initramfs does not count",
	     EXEC, UNLISTED, SET_ID, .initramfs = true, .set_id = true),
	CASE("initramfs that may be running is not written",
	     OPEN_WRITE, UNLISTED, MAY_RUN, .initramfs = true, .may_run = true),
	CASE("initramfs that may be running keeps no quota",
	     QUOTA_ON, UNLISTED, MAY_RUN, .initramfs = true, .may_run = true),
	CASE("initramfs that may be running goes",
	     UNLINK, UNLISTED, NONE, .initramfs = true, .may_run = true),
	CASE("a directory on the way keeps its name",
	     RENAME, DIRECTORY, LEADS_TO_LISTED),
	CASE("a directory on the way stays", RMDIR, DIRECTORY, LEADS_TO_LISTED),
	CASE("a directory on the way may change its mode",
	     SETATTR, DIRECTORY, NONE),
	CASE("a listed link keeps its name", RENAME, LINK, LINK),
	CASE("a listed link stays", UNLINK, LINK, LINK),
	CASE("a listed link keeps its owner", SETATTR, LINK, LINK),
	CASE("a listed link keeps its attributes", SETXATTR, LINK, LINK),
	CASE("a listed link takes no more links", LINK, LINK, LINK),
	CASE("a listed link is not copied up", COPY_UP, LINK, LINK),
	CASE("a listed link is no program", EXEC, LINK, NOT_LISTED),
};

KUNIT_ARRAY_PARAM_DESC(decision, decisions, name);

static void decide_test(struct kunit *test)
{
	const struct decision *d = test->param_value;

	KUNIT_EXPECT_EQ(test, veriexec_decide(&d->facts), d->cause);
}

static struct kunit_case decide_cases[] = {
	KUNIT_CASE_PARAM(decide_test, decision_gen_params),
	{}
};

static struct kunit_suite decide_suite = {
	.name = "veriexec_decide",
	.test_cases = decide_cases,
};

kunit_test_suite(decide_suite);
