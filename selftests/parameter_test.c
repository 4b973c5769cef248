// SPDX-License-Identifier: GPL-2.0-only
/* The first manifest brings the states that the boot parameter asks for. */

#include <fcntl.h>
#include <stdio.h>

#include "../kselftest_harness.h"
#include "common.h"

static const struct {
	const char *parameter;
	const char *states;
} rows[] = {
	{ "veriexec=off", "loaded\n" },
	{ "veriexec=active", "loaded active\n" },
	{ "veriexec=enforce", "loaded active enforce\n" },
};

TEST(first_manifest_brings_the_states_of_the_parameter)
{
	const char *states = NULL;
	char line[4096], buf[64];
	ssize_t len;
	size_t i;
	int fd;

	ASSERT_LE(0, fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC));
	len = read(fd, line, sizeof(line) - 1);
	ASSERT_LT(0, len);
	line[len] = '\0';
	close(fd);
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (strstr(line, rows[i].parameter))
			states = rows[i].states;
	ASSERT_NE(NULL, states);

	ASSERT_LT(0, read_control("state", buf, sizeof(buf)));
	ASSERT_STREQ("inactive\n", buf);
	ASSERT_EQ(0, enter_state("loaded"));
	ASSERT_LT(0, read_control("state", buf, sizeof(buf)));
	EXPECT_STREQ(states, buf);
}

TEST_HARNESS_MAIN
