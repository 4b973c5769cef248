#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What IMA measures: what is loaded, and which states hold; and nothing of what is
# refused.

. "${SELFTESTS:-/selftests}/tap.sh"

keys=/etc/veriexec
root=/tmp/root
list=/sys/kernel/security/integrity/ima/ascii_runtime_measurements
tpm=/sys/class/tpm/tpm0
vendor="trust=builtin signer=PackageDevelopmentECP256_2026"

# records EVENT: what IMA says of the data, and the data, a line each.
records()
{
	awk -v event="$1" '$3 == "ima-buf" && $5 == event { print $4, $6 }' $list
}

# measured EVENT: the data alone, as text.
measured()
{
	records "$1" | while read -r digest hex; do
		echo "$hex" | xxd -r -p
		echo
	done
}

# measured_is EVENT LINE...: is exactly this measured?
measured_is()
{
	event=$1
	shift
	: >/tmp/wanted
	[ $# -eq 0 ] || printf '%s\n' "$@" >/tmp/wanted
	measured "$event" >/tmp/measured
	diff /tmp/wanted /tmp/measured
}

# digests_fit EVENT: is a TPM extended by the digests of the data?
digests_fit()
{
	records "$1" | while read -r digest hex; do
		echo "$hex" | xxd -r -p | sha256sum | cut -d ' ' -f 1 |
			sed 's/^/sha256:/' | grep -qx "$digest" || echo "$digest"
	done >/tmp/wrong
	[ -n "$(records "$1")" ] && [ ! -s /tmp/wrong ]
}

# replay FILE: the value of a TPM's register after it was extended by these digests.
replay()
{
	value=$(printf '%064d' 0)
	while read -r digest; do
		value=$(echo "$value$digest" | xxd -r -p | sha256sum |
			cut -d ' ' -f 1)
	done <"$1"
	echo "$value"
}

# make_manifest FILE KEY CERTIFICATE [OPTION]...: FILE.text is its text.
make_manifest()
{
	to=$1
	key=$2
	certificate=$3
	shift 3
	vxsign generate --root $root "$@" -o "$to.text" &&
		vxsign sign --key "$key" --cert "$certificate" -o "$to" \
			"$to.text"
}

sum_of()
{
	sha256sum <"$1.text" | cut -d ' ' -f 1
}

mkdir -p $root/bin
cp "$tests/probe" $root/bin/listed
for version in 1 2 3; do
	make_manifest /tmp/base-$version $keys/dev.key $keys/dev.crt \
		--name base --version $version
done
make_manifest /tmp/bare $keys/dev.key $keys/dev.crt
vxsign keygen --cn 'Customer (A)' --key /tmp/customer.key --cert /tmp/customer.pem \
	--issuer-cert $keys/dev.crt --issuer-key $keys/dev.key
make_manifest /tmp/added /tmp/customer.key /tmp/customer.pem --name added \
	--version 1
vxsign keygen --cn Stranger --key /tmp/stranger.key --cert /tmp/stranger.pem
make_manifest /tmp/strange /tmp/stranger.key /tmp/stranger.pem --name strange

expect "IMA is there" grep -q ' boot_aggregate' $list
expect "nothing of veriexec is measured at first" sh -c "! grep -q manifest-loaded $list"
expect "a manifest is loaded" vxload -C $root /tmp/base-2
one="name=base version=2 sha256=$(sum_of /tmp/base-2) $vendor"
expect "it is measured: name, version, text and signer" \
	measured_is manifest-loaded "$one"
expect "by its content" digests_fit manifest-loaded
expect "so is the state" measured_is state loaded
expect "a lower version is refused" sh -c "! vxload -C $root /tmp/base-1"
expect "a stranger's manifest is refused" sh -c "! vxload -c /tmp/stranger.pem \
	-C $root /tmp/strange"
expect "neither is measured" measured_is manifest-loaded "$one"
expect "the same is loaded again" vxload -C $root /tmp/base-2
expect "it has a record already" measured_is manifest-loaded "$one"
expect "a state that needs another is refused" sh -c "! vxload --enforce"
expect "that is not measured" measured_is state loaded
expect "states are added" vxload --activate --enforce
expect "each is measured" measured_is state loaded "loaded active" \
	"loaded active enforce"
expect "by its content, too" digests_fit state
expect "a higher version, one without a name, and a customer's are loaded" \
	vxload -C $root /tmp/base-3 /tmp/bare /tmp/added
expect "they are measured, too" measured_is manifest-loaded "$one" \
	"name=base version=3 sha256=$(sum_of /tmp/base-3) $vendor" \
	"name=- version=- sha256=$(sum_of /tmp/bare) $vendor" \
	"name=added version=1 sha256=$(sum_of /tmp/added) trust=added signer=Customer%20(A)"
expect "it is locked" vxload --lock
expect "that is measured" measured_is state loaded "loaded active" \
	"loaded active enforce" "loaded active enforce locked"
if [ -d $tpm ]; then
	register=$(tr A-F a-f <$tpm/pcr-sha256/10)
	cut -d ' ' -f 2 ${list}_sha256 >/tmp/digests
	expect "the TPM's register is that of the records" \
		[ "$(replay /tmp/digests)" = "$register" ]
	sed -i '$d' /tmp/digests
	expect "and of no fewer" [ "$(replay /tmp/digests)" != "$register" ]
fi
finish
