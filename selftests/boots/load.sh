#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What is loaded and what is refused, while nothing is enforced.

. "${SELFTESTS:-/selftests}/tap.sh"

run_tests parameter_test load_test
finish
