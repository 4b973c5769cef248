#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Loads, uses and changes at the same time, on two processors.

. "${SELFTESTS:-/selftests}/tap.sh"

run_tests replace_test
finish
