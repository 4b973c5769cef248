#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The same again and again in one boot: what is loaded, used and unmounted must not
# wear the kernel out.

. "${SELFTESTS:-/selftests}/tap.sh"

for round in 1 2 3 4 5 6 7 8 9 10; do
	for program in exec_test mmap_test write_test name_test owner_test \
		flags_test verdict_test replace_test; do
		expect "round $round: $program" "$tests/$program"
	done
done
finish
