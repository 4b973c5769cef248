#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Without a boot parameter, or with one that the kernel does not know, the first manifest
# brings the states that the kernel was configured for.

. "${SELFTESTS:-/selftests}/tap.sh"

keys=/etc/veriexec
default=$(zcat /proc/config.gz |
	sed -n 's/^CONFIG_SECURITY_VERIEXEC_DEFAULT_\([A-Z]*\)=y$/\1/p')
case $default in
OFF) states='loaded' ;;
ACTIVE) states='loaded active' ;;
ENFORCE) states='loaded active enforce' ;;
esac

# state_is STATES
state_is()
{
	vxload --state | tee /tmp/state
	[ "$(cat /tmp/state)" = "$1" ]
}

mkdir -p /tmp/root
cp "$tests/probe" /tmp/root/listed
if grep -q veriexec= /proc/cmdline; then
	expect "the kernel tells that it does not know the parameter" sh -c \
		'dmesg | grep "veriexec=on is unknown: give off, active or enforce"'
else
	expect "the kernel says nothing of a parameter" sh -c \
		'! dmesg | grep "veriexec=.* is unknown"'
fi
writable="mounted block devices can be written to"
if grep -q bdev_allow_write_mounted=0 /proc/cmdline; then
	expect "the kernel does not warn of disks that are writable" sh -c \
		"! dmesg | grep '$writable'"
else
	expect "the kernel warns of disks that are writable" sh -c \
		"dmesg | grep '$writable'"
fi
expect "nothing holds at first" state_is inactive
expect "a manifest that only revokes is loaded" sh -c "
	vxsign generate --revoke sha256=$(printf '%064d' 1) -o /tmp/revokes &&
	vxsign sign --key $keys/dev.key --cert $keys/certs.pem /tmp/revokes &&
	vxload /tmp/revokes"
expect "and brings no state" state_is inactive
expect "what it revokes counts" grep -qx 'revoked_fingerprints 1' \
	/sys/kernel/security/veriexec/stats
expect "a manifest is made" sh -c "
	vxsign generate --root /tmp/root -o /tmp/manifest &&
	vxsign sign --key $keys/dev.key --cert $keys/certs.pem /tmp/manifest"
expect "it is loaded" vxload -C /tmp/root /tmp/manifest
expect "the state is as configured" state_is "${states:-not configured}"
finish
