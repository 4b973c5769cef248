# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
#
# For dracut: an image of memory that lies on a disk has been verified by nobody, so that
# a boot that is to be verified does not resume.

if /usr/lib/veriexec/verify-root --asked; then
	echo noresume >/etc/cmdline.d/00-veriexec.conf
fi
