#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# In FIPS mode manifests are loaded as ever, and programs with no_fips do not run.

. "${SELFTESTS:-/selftests}/tap.sh"

expect "the kernel is in FIPS mode" grep -q 1 /proc/sys/crypto/fips_enabled
run_tests fips_test
finish
