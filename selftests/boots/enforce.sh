#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What is denied, and what is not, once the kernel enforces.

. "${SELFTESTS:-/selftests}/tap.sh"

# A revocation is for good, and has the kernel hash more files from then on. So
# check_test comes after verdict_test, which counts them.
run_tests parameter_test audit_test exec_test mmap_test write_test name_test \
	verdict_test check_test owner_test flags_test cred_test fips_test
finish
