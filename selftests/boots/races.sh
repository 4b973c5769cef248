#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Loads, uses and changes at the same time. On one processor that takes a kernel
# that widens the races.

. "${SELFTESTS:-/selftests}/tap.sh"

two_at_a_time()
{
	[ "$(nproc)" -ge 2 ] ||
		zcat /proc/config.gz |
		grep -qx CONFIG_SECURITY_VERIEXEC_RACES=y
}

expect "two things happen at a time" two_at_a_time
# replace_test goes on to enforce, under which nobody writes to a listed file.
run_tests races_test replace_test
finish
