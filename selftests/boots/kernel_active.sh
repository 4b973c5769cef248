#!/bin/sh
# vm: --append "veriexec=active" --smp 2 --timeout 1800
# vm: --add "$BUILD/kernel-$variant/lib/test_module.ko:/kernel/test_module.ko"
# vm: --add "$BUILD/kernel-$variant/lib/test_firmware.ko:/kernel/test_firmware.ko"
# vm: --add "$BUILD/kernel-$variant/arch/x86/boot/bzImage:/kernel/bzImage"
# only: release
# SPDX-License-Identifier: GPL-2.0-only
#
# What the kernel itself takes in and runs, in active.

. "${SELFTESTS:-/selftests}/tap.sh"

run_tests parameter_test kernel_test kernel_doors_test
finish
