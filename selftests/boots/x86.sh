#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What needs the real processor: calls of 32 bits, protection keys, the machine's
# memory, ports and registers.

. "${SELFTESTS:-/selftests}/tap.sh"

run_tests x86_test x86_doors_test
finish
