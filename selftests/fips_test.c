// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program with no_fips runs unless the kernel is in FIPS mode. To be run in one
 * boot with fips=1 and in one without.
 */

#include <fcntl.h>

#include "../kselftest_harness.h"
#include "common.h"

#define FLAGGED	AT "/flagged"

static bool in_fips_mode(void)
{
	int fd = open("/proc/sys/crypto/fips_enabled", O_RDONLY | O_CLOEXEC);
	char c = 0;
	bool known = read(fd, &c, 1) == 1;

	close(fd);
	return known && c == '1';
}

TEST(no_fips_program_runs_unless_the_kernel_is_in_fips_mode)
{
	const int error = in_fips_mode() ? EACCES : 0;
	int log;

	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, log = log_open());
	ASSERT_EQ(0, make_layout(FS_TMPFS));
	ASSERT_EQ(0, list_layout());
	ASSERT_EQ(0, copy_file(PROG, FLAGGED, 0755));
	ASSERT_EQ(0, load_file(AT, "flagged", "no_fips"));

	EXPECT_EQ(-error, run(FLAGGED, "ok"));
	if (error)
		EXPECT_TRUE(log_denied(log, "exec", FLAGGED));
	EXPECT_EQ(error, map_code(FLAGGED));
	if (error)
		EXPECT_TRUE(log_denied(log, "mmap", FLAGGED));
	/* It is not code. */
	EXPECT_EQ(0, check_file(FLAGGED));
	EXPECT_EQ(0, run(PROG, "ok"));
	EXPECT_EQ(0, map_code(PROG));
	close(log);
}

TEST_HARNESS_MAIN
