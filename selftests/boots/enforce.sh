#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What is denied, and what is not, once the kernel enforces.

. "${SELFTESTS:-/selftests}/tap.sh"

# What is revoked stays so, and has files hashed that would not be: check_test comes
# after verdict_test, which counts.
run_tests parameter_test audit_test exec_test mmap_test write_test name_test \
	verdict_test check_test owner_test flags_test cred_test fips_test
finish
