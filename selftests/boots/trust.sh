#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Who may sign manifests, and what each may say in them.

. "${SELFTESTS:-/selftests}/tap.sh"

run_tests trust_test
finish
