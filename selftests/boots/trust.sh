#!/bin/sh
# vm: --append "veriexec=off" --smp 2 --mem 1536 --timeout 1800
# SPDX-License-Identifier: GPL-2.0-only
#
# Who may sign manifests, and what each may say in them.

. "${SELFTESTS:-/selftests}/tap.sh"

run_tests trust_test
finish
