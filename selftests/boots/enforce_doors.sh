#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Every door, tried under enforce.

. "${SELFTESTS:-/selftests}/tap.sh"

run_tests change_doors_test code_doors_test
finish
