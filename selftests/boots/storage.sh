#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# File systems' own ways to files, and what lies below and above them, once the
# kernel enforces.

. "${SELFTESTS:-/selftests}/tap.sh"

run_tests parameter_test storage_doors_test storage_test disk_test \
	extents_test
finish
