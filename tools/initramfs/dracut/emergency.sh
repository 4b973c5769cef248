# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
#
# For dracut, which would give a shell next: nobody gets one in a boot that is to be
# verified, unless the command line of the kernel says so.

/usr/lib/veriexec/verify-root --stop "the initramfs has come to no root"
