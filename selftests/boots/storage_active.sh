#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The same ways while nothing is enforced yet.

. "${SELFTESTS:-/selftests}/tap.sh"

run_tests parameter_test storage_doors_test
finish
