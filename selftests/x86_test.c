// SPDX-License-Identifier: GPL-2.0-only
/* The machine itself, which only a kernel for the real processor reaches. */

#include "../kselftest_harness.h"
#include "common.h"

#define FLAGGED	AT "/flagged"

FIXTURE(machine)
{
	int log;
};

FIXTURE_SETUP(machine)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(FS_TMPFS));
	ASSERT_EQ(0, load_file(AT, "dir/prog", ""));
	ASSERT_EQ(0, copy_file(PROG, FLAGGED, 0755));
	ASSERT_EQ(0, load_file(AT, "flagged", "trusted"));
}

FIXTURE_TEARDOWN(machine)
{
	close(self->log);
}

TEST_F(machine, only_trusted_programs_reach_the_machine)
{
	EXPECT_EQ(EPERM, run(PROG, "open", "/dev/port"));
	EXPECT_TRUE(log_denied(self->log, "lockdown", NULL));
	EXPECT_EQ(0, run(FLAGGED, "open", "/dev/port"));
	EXPECT_EQ(EPERM, run(PROG, "msr", "/dev/cpu/0/msr"));
	EXPECT_TRUE(log_denied(self->log, "lockdown", NULL));
	EXPECT_EQ(0, run(FLAGGED, "msr", "/dev/cpu/0/msr"));
}

/*
 * From the disk may come back what never was in memory. Who reads which states of
 * sleep there are asks the kernel the same, so that nothing is told of a denial.
 */
TEST_F(machine, only_trusted_programs_hibernate)
{
	static const char mode[] = "/sys/power/disk";

	EXPECT_EQ(EPERM, run(PROG, "read", "/dev/snapshot"));
	EXPECT_EQ(EPERM, run(PROG, "put", "/sys/power/state", "disk"));
	EXPECT_EQ(EPERM, run(PROG, "put", mode, "test_resume"));
	EXPECT_FALSE(log_has_now(self->log, "lockdown", NULL));
	/* That names what would be done, and does nothing yet. */
	EXPECT_EQ(0, run(FLAGGED, "put", mode, "test_resume"));
	EXPECT_EQ(0, run(FLAGGED, "read", "/dev/snapshot"));
}

TEST_HARNESS_MAIN
