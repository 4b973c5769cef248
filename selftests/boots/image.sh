#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Images on dm-verity, once the kernel enforces, and once it is locked.

. "${SELFTESTS:-/selftests}/tap.sh"

run_tests parameter_test image_test
finish
