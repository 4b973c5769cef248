#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Kernel and tools agree on thousands of manifests: which are taken, and which line of
# another is wrong.

. "${SELFTESTS:-/selftests}/tap.sh"

run_tests agree
finish
