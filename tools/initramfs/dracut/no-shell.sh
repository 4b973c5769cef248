# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
#
# For dracut, which sources it: a boot that is to be verified gives nobody a shell on
# the way, unless the command line of the kernel says so. What it says itself of
# rd.shell and rd.emergency comes after what is written here.

(
	# shellcheck source=tools/initramfs/functions
	. /usr/lib/veriexec/functions
	# shellcheck source=tools/initramfs/cmdline
	. /usr/lib/veriexec/cmdline
	case $vx_mode:$vx_onfail in
	off:* | active:* | *:shell) exit 0 ;;
	*:halt) answer=halt ;;
	*) answer=reboot ;;
	esac
	echo "rd.shell=0 rd.emergency=$answer" >/etc/cmdline.d/00-veriexec.conf
)
