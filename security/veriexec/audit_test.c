// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the tables of operations and causes, and of their counters.
 */

#include <kunit/test.h>
#include <linux/ctype.h>
#include <linux/string.h>

#include "audit.h"
#include "stats.h"

/* Programs look for the word in a record, in "check" and in "stats". */
static bool is_token(const char *word)
{
	if (!word || !*word)
		return false;
	for (; *word; word++)
		if (!islower(*word) && *word != '-' && *word != '_')
			return false;
	return true;
}

static void causes_test(struct kunit *test)
{
	const struct veriexec_cause_info *c = veriexec_causes;
	unsigned int i, j;

	for (i = 0; i < VERIEXEC_CAUSE_COUNT; i++) {
		KUNIT_EXPECT_TRUE_MSG(test, is_token(c[i].token), "cause %u",
				      i);
		KUNIT_ASSERT_NOT_NULL(test, c[i].reason);
		KUNIT_EXPECT_NULL(test, strpbrk(c[i].reason, "\"\t\n"));
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_STRNEQ(test, c[i].token, c[j].token);
	}
}

static void operations_test(struct kunit *test)
{
	const struct veriexec_op_info *op = veriexec_ops;
	unsigned int i, j;

	for (i = 0; i < VERIEXEC_OP_COUNT; i++) {
		KUNIT_EXPECT_TRUE_MSG(test, is_token(op[i].name), "op %u", i);
		KUNIT_EXPECT_LT(test, op[i].error, 0);
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_STRNEQ(test, op[i].name, op[j].name);
	}
}

/* Nothing but this test counts denials without a cause. */
static void count_test(struct kunit *test)
{
	const enum veriexec_op op = VERIEXEC_OP_CHECK;
	const enum veriexec_cause none = VERIEXEC_CAUSE_NONE;
	const u64 denied = veriexec_denials(op, none, true);
	const u64 would = veriexec_denials(op, none, false);

	veriexec_count_denial(op, none, false);
	veriexec_count_denial(op, none, false);
	veriexec_count_denial(op, none, true);
	KUNIT_EXPECT_EQ(test, veriexec_denials(op, none, true), denied + 1);
	KUNIT_EXPECT_EQ(test, veriexec_denials(op, none, false), would + 2);
	KUNIT_EXPECT_EQ(test, veriexec_denials_of(op, true), denied + 1);
	KUNIT_EXPECT_EQ(test, veriexec_denials_of(op, false), would + 2);
}

static struct kunit_case audit_cases[] = {
	KUNIT_CASE(causes_test),
	KUNIT_CASE(operations_test),
	KUNIT_CASE(count_test),
	{}
};

static struct kunit_suite audit_suite = {
	.name = "veriexec_audit",
	.test_cases = audit_cases,
};

kunit_test_suite(audit_suite);
