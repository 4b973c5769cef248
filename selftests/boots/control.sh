#!/bin/sh
# vm: --append "veriexec=off" --smp 2 --timeout 600
# SPDX-License-Identifier: GPL-2.0-only
#
# All states, one after the other.

. "${SELFTESTS:-/selftests}/tap.sh"

run_tests control_test
finish
