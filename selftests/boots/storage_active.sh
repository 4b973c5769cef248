#!/bin/sh
# vm: --append "veriexec=active" --smp 2 --timeout 1800
# only: release
# SPDX-License-Identifier: GPL-2.0-only
#
# The same ways while nothing is enforced yet.

. "${SELFTESTS:-/selftests}/tap.sh"

run_tests parameter_test storage_doors_test
finish
