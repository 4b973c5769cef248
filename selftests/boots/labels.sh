#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Beside another LSM, which has labels: what is told of a denial has them, too.

. "${SELFTESTS:-/selftests}/tap.sh"

expect "the other LSM is there" grep -qw smack /sys/kernel/security/lsm
# audit_test expects the label that it finds it has, and none where there is none.
echo Tester >/proc/self/attr/current
expect "this shell has a label" grep -qx Tester /proc/self/attr/current
run_tests audit_test
finish
