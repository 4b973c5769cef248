#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# All states, one after the other.

. "${SELFTESTS:-/selftests}/tap.sh"

run_tests control_test
finish
