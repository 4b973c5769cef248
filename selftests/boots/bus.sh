#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Disks that take commands of their own: SCSI and NVMe.

. "${SELFTESTS:-/selftests}/tap.sh"

run_tests bus_test
finish
