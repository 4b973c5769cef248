#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Damaged signatures, by the thousand.

. "${SELFTESTS:-/selftests}/tap.sh"

run_tests damage_test
finish
