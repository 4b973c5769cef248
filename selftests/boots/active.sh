#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What is reported, and let through, while nothing is enforced yet.

. "${SELFTESTS:-/selftests}/tap.sh"

run_tests parameter_test active_test content_test
finish
