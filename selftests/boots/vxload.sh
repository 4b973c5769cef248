#!/bin/sh
# vm: --append "veriexec=off" --smp 2 --timeout 600
# only: release
# SPDX-License-Identifier: GPL-2.0-only
#
# What vxload says and does with the kernel itself behind it.

. "${SELFTESTS:-/selftests}/tap.sh"

keys=/etc/veriexec
root=/tmp/root
out=/tmp/out

# says STATUS PATTERN COMMAND...: it exits so, and a line of its output is so.
says()
{
	want=$1
	pattern=$2
	shift 2
	"$@" >"$out" 2>&1
	got=$?
	cat "$out"
	[ "$got" -eq "$want" ] && grep -q -e "$pattern" "$out"
}

# silent STATUS COMMAND...: it exits so, without a word.
silent()
{
	want=$1
	shift
	"$@" >"$out" 2>&1
	got=$?
	cat "$out"
	[ "$got" -eq "$want" ] && [ ! -s "$out" ]
}

# make_manifest FILE OPTION...
make_manifest()
{
	to=$1
	shift
	vxsign generate --root $root "$@" -o "$to" &&
		vxsign sign --key $keys/dev.key --cert $keys/certs.pem "$to"
}

mkdir -p $root/bin
cp "$tests/probe" $root/bin/listed
cp "$tests/probe" $root/bin/late
expect "manifests are made" make_manifest /tmp/one --name one --version 2 \
	--exclude bin/late --flag 'bin/listed=no_ptrace,label=web'
expect "another is made" make_manifest /tmp/two --name two --version 1
expect "an older one is made" make_manifest /tmp/older --name one --version 1
vxsign generate --root $root -o /tmp/unsigned
sed 's/uid=0/uid=1/' /tmp/one >/tmp/forged

expect "nothing holds at first" says 0 '^inactive$' vxload --state
expect "-i says no" silent 1 vxload -i loaded
expect "no state without a manifest" says 1 . vxload --enforce
expect "an unsigned manifest is refused" says 1 /tmp/unsigned \
	vxload -C $root /tmp/unsigned
expect "a forged manifest is refused" says 1 /tmp/forged \
	vxload -C $root /tmp/forged
expect "a manifest that is not there is trouble" says 2 /tmp/none \
	vxload -C $root /tmp/none
expect "still nothing holds" says 0 '^inactive$' vxload --state
expect "a load names the signer as Junos does" \
	says 0 '^Verified one signed by .* method ECDSA256+SHA256$' \
	vxload -C $root /tmp/one
expect "it is loaded" says 0 '^loaded$' vxload --state
expect "-i says yes" silent 0 vxload -i loaded
expect "an older version is refused" says 1 'newer version' \
	vxload -C $root /tmp/older
expect "--list shows manifest and file" says 0 'bin/listed' vxload --list
expect "--list --json is an object" says 0 '^{"manifests":\[{"name":"one"' \
	vxload --list --json
expect "-l shows flags and label" says 0 '^no_ptrace,label=web$' \
	vxload -l $root/bin/listed
expect "--check says yes" says 0 ': verified$' vxload --check $root/bin/listed
expect "--check says no" says 1 ': not verified$' vxload --check $root/bin/late
expect "-x is the same" says 1 ': not verified$' vxload -x $root/bin/late
expect "--activate" silent 0 vxload --activate
expect "-z is the same, and again no error" silent 0 vxload -z active
expect "it is active" says 0 '^loaded active$' vxload --state
expect "--enforce" silent 0 vxload --enforce
expect "a listed program runs" silent 0 $root/bin/listed ok
expect "an unlisted one does not" says 126 'Permission denied' \
	sh -c "$root/bin/late ok"
expect "more is loaded" says 0 '^Verified two signed by' vxload -C $root /tmp/two
expect "it runs then" silent 0 $root/bin/late ok
expect "--lock" silent 0 vxload --lock
expect "all states hold" says 0 '^loaded active enforce locked$' vxload --state
expect "nothing is loaded when locked" says 1 'locked' vxload -C $root /tmp/two
finish
