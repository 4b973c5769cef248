// SPDX-License-Identifier: GPL-2.0-only
/*
 * The states: what each needs, and that none goes away.
 */

#include <kunit/test.h>

#include "state.h"

#define ALL	(VERIEXEC_STATE_LOADED | VERIEXEC_STATE_ACTIVE | \
		 VERIEXEC_STATE_ENFORCE | VERIEXEC_STATE_LOCKED)

/* Adds every state to every set of states, and compares with what the design says. */
static void add_test(struct kunit *test)
{
	static const struct {
		unsigned int state;
		unsigned int needs;
	} rules[] = {
		{ VERIEXEC_STATE_LOADED, 0 },
		{ VERIEXEC_STATE_ACTIVE, VERIEXEC_STATE_LOADED },
		{ VERIEXEC_STATE_ENFORCE, VERIEXEC_STATE_ACTIVE },
		{ VERIEXEC_STATE_LOCKED, VERIEXEC_STATE_LOADED },
	};
	unsigned int before, held, i;
	int ret;

	for (before = 0; before <= ALL; before++)
		for (i = 0; i < ARRAY_SIZE(rules); i++) {
			bool may = !rules[i].needs || before & rules[i].needs;

			held = before;
			ret = veriexec_add_state(&held, rules[i].state);
			KUNIT_EXPECT_EQ(test, ret, may ? 0 : -EINVAL);
			KUNIT_EXPECT_EQ(test, held, may ?
					before | rules[i].state : before);
		}
}

static void unknown_test(struct kunit *test)
{
	unsigned int held = ALL;

	KUNIT_EXPECT_EQ(test, veriexec_add_state(&held, 0x10), -EINVAL);
	KUNIT_EXPECT_EQ(test, veriexec_add_state(&held, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, held, ALL);
}

static void name_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, veriexec_state_by_name("active"),
			VERIEXEC_STATE_ACTIVE);
	KUNIT_EXPECT_EQ(test, veriexec_state_by_name("locked"),
			VERIEXEC_STATE_LOCKED);
	KUNIT_EXPECT_EQ(test, veriexec_state_by_name("Active"), 0U);
	KUNIT_EXPECT_EQ(test, veriexec_state_by_name("activ"), 0U);
	KUNIT_EXPECT_EQ(test, veriexec_state_by_name(""), 0U);
}

static void word_test(struct kunit *test)
{
	char buf[VERIEXEC_STATES_SIZE];

	veriexec_word_states(0, buf);
	KUNIT_EXPECT_STREQ(test, buf, "inactive");
	veriexec_word_states(VERIEXEC_STATE_LOADED, buf);
	KUNIT_EXPECT_STREQ(test, buf, "loaded");
	veriexec_word_states(VERIEXEC_STATE_LOADED | VERIEXEC_STATE_LOCKED,
			     buf);
	KUNIT_EXPECT_STREQ(test, buf, "loaded locked");
	veriexec_word_states(ALL, buf);
	KUNIT_EXPECT_STREQ(test, buf, "loaded active enforce locked");
}

static struct kunit_case state_cases[] = {
	KUNIT_CASE(add_test),
	KUNIT_CASE(unknown_test),
	KUNIT_CASE(name_test),
	KUNIT_CASE(word_test),
	{}
};

static struct kunit_suite state_suite = {
	.name = "veriexec_state",
	.test_cases = state_cases,
};

kunit_test_suite(state_suite);
