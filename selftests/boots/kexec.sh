#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Kernels that the kernel takes in, under enforce.

. "${SELFTESTS:-/selftests}/tap.sh"

run_tests parameter_test kexec_test
finish
