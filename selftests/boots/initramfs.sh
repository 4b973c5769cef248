#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The initramfs before and after somebody writes to it. It spoils the programs of
# the other tests, so that it has a boot to itself.

. "${SELFTESTS:-/selftests}/tap.sh"

# A set-id bit that was not unpacked, on a program that nobody runs.
chmod 4755 "${SELFTESTS:-/selftests}/blacklist"
run_tests initramfs_test
finish
