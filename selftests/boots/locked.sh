#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Locked right after the first manifest, on one processor.

. "${SELFTESTS:-/selftests}/tap.sh"

run_tests parameter_test
expect "locks" vxload --lock
expect "takes nothing more" sh -c '
	echo "bin/busybox sha256=00" >/tmp/text
	! cat /tmp/text >/sys/kernel/security/veriexec/manifest'
expect "stays so" sh -c '
	! vxload -z inactive && vxload -i locked && vxload -i enforce'
finish
