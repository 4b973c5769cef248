#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Every door, as it is reported in active.

. "${SELFTESTS:-/selftests}/tap.sh"

run_tests change_doors_test code_doors_test
finish
