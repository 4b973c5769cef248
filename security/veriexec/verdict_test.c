// SPDX-License-Identifier: GPL-2.0-only
/*
 * The form of a cached verdict, and what makes it stale.
 */

#include <kunit/test.h>

#include "verdict.h"

static void verdict_test(struct kunit *test)
{
	u64 now = atomic64_read(&veriexec_generation);
	u64 verdict = veriexec_verdict(now, 0xa5c3, VERIEXEC_STATUS_VERIFIED);

	KUNIT_EXPECT_EQ(test, veriexec_status(verdict),
			VERIEXEC_STATUS_VERIFIED);
	KUNIT_EXPECT_EQ(test, veriexec_verdict_flags(verdict), 0xa5c3);
	KUNIT_EXPECT_TRUE(test, veriexec_is_fresh(verdict));
	KUNIT_EXPECT_FALSE(test, veriexec_is_fresh(0));
	veriexec_new_generation();
	KUNIT_EXPECT_FALSE(test, veriexec_is_fresh(verdict));
	verdict = veriexec_verdict(atomic64_read(&veriexec_generation), 0,
				   VERIEXEC_STATUS_REVOKED);
	KUNIT_EXPECT_TRUE(test, veriexec_is_fresh(verdict));
	veriexec_doubt_all();
	KUNIT_EXPECT_FALSE(test, veriexec_is_fresh(verdict));
}

static struct kunit_case verdict_cases[] = {
	KUNIT_CASE(verdict_test),
	{}
};

static struct kunit_suite verdict_suite = {
	.name = "veriexec_verdict",
	.test_cases = verdict_cases,
};

kunit_test_suite(verdict_suite);
