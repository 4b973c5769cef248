#!/bin/sh
# vm: --append "veriexec=off" --smp 2 --timeout 1800
# SPDX-License-Identifier: GPL-2.0-only
#
# Damaged signatures, by the thousand.

. "${SELFTESTS:-/selftests}/tap.sh"

run_tests damage_test
finish
