#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What the kernel itself takes in and runs, under enforce.

. "${SELFTESTS:-/selftests}/tap.sh"

run_tests parameter_test kernel_test kernel_doors_test
finish
