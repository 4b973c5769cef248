#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Images on dm-verity, before the kernel enforces, once it does, and once it is locked.

. "${SELFTESTS:-/selftests}/tap.sh"

run_tests image_test
finish
