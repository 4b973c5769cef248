#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# For dracut: what verifies the root comes into the initramfs, in front of the program
# that enters it, or before systemd does. veriexec.conf has every program in there
# find its libraries.
# shellcheck disable=SC2154 # dracut sets initdir and moddir

check()
{
	return 0
}

depends()
{
	echo base
}

install()
{
	local here=/usr/lib/veriexec target=$initdir/usr/lib/veriexec file

	inst_multiple cat sh sleep sync mount readlink setsid
	inst_multiple -o halt reboot
	for file in functions cmdline verify-root; do
		inst_simple "$here/$file"
	done
	inst_simple "$here/vxload.static" /usr/sbin/vxload
	for file in certs.pem veriexec.conf; do
		[[ ! -e /etc/veriexec/$file ]] || inst_simple "/etc/veriexec/$file"
	done
	inst_hook cmdline 00 "$moddir/no-resume.sh"
	inst_hook emergency 00 "$moddir/emergency.sh"
	inst_hook shutdown-emergency 00 "$moddir/emergency.sh"

	if dracut_module_included systemd; then
		inst_simple "$moddir/switch-root.conf" \
			/etc/systemd/system/initrd-switch-root.service.d/veriexec.conf
		inst_simple "$moddir/no-resume.conf" \
			/etc/systemd/system/systemd-hibernate-resume@.service.d/veriexec.conf
	else
		mkdir -p "$target/enter"
		mv "$initdir/usr/sbin/switch_root" "$target/enter/switch_root" || {
			dfatal "veriexec: there is no switch_root to stand in front of"
			exit 1
		}
		inst_simple "$here/enter-root" /usr/sbin/switch_root
	fi
	for file in usr/sbin/vxload usr/lib/veriexec/verify-root; do
		[[ -x $initdir/$file ]] || {
			dfatal "veriexec: $file is missing in the initramfs"
			exit 1
		}
	done
}
