#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The lowest versions that may be loaded, in variables of real firmware: what root can
# do with them, and what root cannot. scripts/floor boots this twice with the same
# variables; /floor/boot tells which time it is.

. "${SELFTESTS:-/selftests}/tap.sh"

keys=/etc/veriexec
root=/tmp/root
efivars=/sys/firmware/efi/efivars
guid=c2490eb0-91c8-4757-a216-805fa5b82a58

# make_manifest NAME VERSION: /tmp/NAME-VERSION
make_manifest()
{
	vxsign generate --root $root --name "$1" --version "$2" \
		-o "/tmp/$1-$2" &&
		vxsign sign --key $keys/dev.key --cert $keys/certs.pem \
			"/tmp/$1-$2"
}

# load MANIFEST [OPTION]...
load()
{
	loaded=$1
	shift
	vxload --versions efi "$@" -c $keys/certs.pem -C $root "/tmp/$loaded"
}

# commit PAYLOAD [CERTS]
commit()
{
	vxload --versions efi --commit -c "/floor/${2:-vendor}.crt" "/floor/$1"
}

# request NAME ATTRIBUTES FILE: hands the firmware just that, as root can without vxload.
request()
{
	"$tests/variable" set "$efivars/VeriexecFloor-$1-$guid" "$2" "$3"
}

# remove NAME
remove()
{
	"$tests/variable" remove "$efivars/VeriexecFloor-$1-$guid"
}

# refused COMMAND...: does the firmware refuse one of these?
refused()
{
	says 1 '^variable: refused: ' "$@"
}

# floor_is NAME VERSION
floor_is()
{
	printf '\047\000\000\000%s %s\n' "$1" "$2" >/tmp/floor-wanted
	cmp /tmp/floor-wanted "$efivars/VeriexecFloor-$1-$guid"
}

authenticated=0x27

first_boot()
{
	expect "without efivarfs nothing is loaded" \
		says 2 'efivarfs is not mounted there' load base-os-7
	expect "it is mounted" mount -t efivarfs efivarfs $efivars
	expect "Secure Boot is on" sh -c \
		"od -An -tx1 $efivars/SecureBoot-* | grep -qx ' 06 00 00 00 01'"
	expect "a machine that has no floor" says 1 \
		'no version of base-os is known here' load base-os-7 --provisioned
	expect "needs none to load" says 0 '^Verified base-os-7' load base-os-7
	expect "what is not loaded is not committed" \
		says 1 'sets 8, but 7 of base-os is loaded' commit base-os-8
	expect "nor what somebody else has signed" \
		says 1 'not trusted' commit base-os-7-other
	expect "what is loaded is" says 0 '^base-os: raised to 7$' \
		commit base-os-7
	expect "the firmware says so" floor_is base-os 7
	expect "a higher version is loaded" says 0 '^Verified base-os-8' \
		load base-os-8
	expect "and one higher than that" says 0 '^Verified base-os-9' \
		load base-os-9
	expect "its floor is raised" says 0 '^base-os: raised from 7 to 8$' \
		commit base-os-8
	expect "it is not removed by mistake" says 1 'not permitted' \
		rm $efivars/VeriexecFloor-base-os-$guid
	try_as_root
	expect "the floor is what it was" floor_is base-os 8
	expect "the vendor's, in the same way, is taken" \
		request base-os $authenticated /floor/base-os-9
	expect "it is set" floor_is base-os 9
	for bits in 3072 4096; do
		expect "the firmware takes RSA with $bits bits" \
			request k$bits $authenticated /floor/k$bits-1
		expect "it is set: $bits" floor_is k$bits 1
		expect "and raises it: $bits" \
			request k$bits $authenticated /floor/k$bits-2
		expect "it is raised: $bits" floor_is k$bits 2
	done
}

# What root may try in order to lower the floor
try_as_root()
{
	expect "another's payload is refused by the firmware" \
		says 1 'the firmware refuses it' commit base-os-9-other other
	expect "also without vxload" refused \
		request base-os $authenticated /floor/base-os-9-other
	expect "one with another certificate of the vendor's key" refused \
		request base-os $authenticated /floor/base-os-9-renewed
	expect "an older one of the vendor's" refused \
		request base-os $authenticated /floor/base-os-7
	expect "the same" refused \
		request base-os $authenticated /floor/base-os-8
	expect "one that is added to the variable" refused \
		request base-os 0x67 /floor/base-os-9
	expect "one of another name" refused \
		request base-os $authenticated /floor/k4096-2
	expect "one with another version in it" refused \
		request base-os $authenticated /floor/forged
	expect "content without a descriptor" refused \
		request base-os $authenticated /floor/plain
	expect "content without authentication" refused \
		request base-os 0x07 /floor/plain
	expect "a variable that goes with the power" refused \
		request base-os 0x06 /floor/plain
	expect "nothing, authenticated" refused \
		request base-os $authenticated /dev/null
	expect "nothing" refused \
		request base-os 0x07 /dev/null
	expect "the variable's end" refused remove base-os
}

second_boot()
{
	expect "efivarfs is mounted" mount -t efivarfs efivarfs $efivars
	expect "the floor is still there" floor_is base-os 9
	expect "a manifest below it is not loaded" says 1 \
		'is version 8 of base-os, and 9 was loaded before (efi)' \
		load base-os-8
	expect "nothing is loaded" says 0 '^inactive$' vxload --state
	expect "the one that was committed is" says 0 '^Verified base-os-9' \
		load base-os-9 --provisioned
	expect "to commit it again is nothing" silent 0 commit base-os-9
	expect "an older payload is refused" says 1 \
		'sets 8, and the floor of base-os is 9 already' commit base-os-8
	expect "by the firmware, too" refused \
		request base-os $authenticated /floor/base-os-8
	expect "the variable stays" refused remove base-os
	expect "and says what it said" floor_is base-os 9

	# Whatever the firmware lets root make
	expect "a variable without authentication is made" \
		request another 0x07 /floor/plain-another
	expect "it counts for nothing" says 2 'is not authenticated' \
		load another-1
	expect "it is removed" remove another
	expect "without it the manifest is loaded" says 0 '^Verified another-1' \
		load another-1
	expect "a file without a variable is made" \
		sh -c ": >$efivars/VeriexecFloor-third-$guid"
	expect "it counts for nothing, either" says 2 \
		'is no variable of the firmware' load third-1

	# What an enforcing system does
	expect "a higher version is loaded" says 0 '^Verified base-os-10' \
		load base-os-10
	expect "it is enforced" silent 0 vxload --activate --enforce --lock
	expect "and committed" says 0 '^base-os: raised from 9 to 10$' \
		commit base-os-10
	expect "the firmware says so" floor_is base-os 10
}

mkdir -p $root/bin
cp "$tests/probe" $root/bin/listed
for manifest in 'base-os 7' 'base-os 8' 'base-os 9' 'base-os 10' \
	'another 1' 'third 1'; do
	# shellcheck disable=SC2086
	expect "a manifest is made: $manifest" make_manifest $manifest
done
case $(cat /floor/boot) in
first) first_boot ;;
second) second_boot ;;
esac
finish
