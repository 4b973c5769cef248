#!/bin/sh
# vm: --append "veriexec=active" --smp 2 --timeout 1800
# only: release
# SPDX-License-Identifier: GPL-2.0-only
#
# Every door, as it is reported in active. In a kernel for debugging it is as
# under enforce, and takes as long.

. "${SELFTESTS:-/selftests}/tap.sh"

run_tests change_doors_test code_doors_test
finish
