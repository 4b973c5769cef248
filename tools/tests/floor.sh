#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The versions that may still be loaded, in variables of the firmware: what vxsign
# floor signs, and what vxload reads there and writes. The firmware's own part is
# tried by scripts/floor.

# Commands are passed to functions by name, and to sh in single quotes.
# shellcheck disable=SC2016,SC2317
set -eu
. "$TESTS/lib.sh"
. "$TESTS/certs.sh"
. "$TESTS/kernel.sh"

fake_kernel floor

guid=c2490eb0-91c8-4757-a216-805fa5b82a58
quietly "$VXSIGN" keygen --cn Vendor --type rsa --bits 2048 --key vendor.key \
	--cert vendor.pem
quietly "$VXSIGN" keygen --cn Other --type rsa --bits 2048 --key other.key \
	--cert other.pem
quietly "$VXSIGN" keygen --cn Vendor --key curve.key --cert curve.pem
openssl_cert signer keyUsage=critical,digitalSignature

# floor NAME VERSION FILE [KEY]: a payload of the vendor's.
floor() {
	quietly "$VXSIGN" floor --name "$1" --version "$2" \
		--key "${4:-vendor}.key" --cert "${4:-vendor}.pem" -o "$3"
}
# variable [NAME]: the file of the variable.
variable() {
	echo "$efi/VeriexecFloor-${1:-base-os}-$guid"
}
# is_loaded NAME VERSION TRUST: what the kernel says is loaded.
is_loaded() {
	printf '%s\t%s\tsigner\tECDSA256+SHA256\t1\t0\t%s\n' "$@" \
		>"$sys/manifests"
}
# holds_floor NAME FLOOR [VARIABLE]: the firmware has that.
holds_floor() {
	printf '\047\000\000\000%s\n' "$2" >wanted-variable
	holds "$1" cmp wanted-variable "$(variable ${3:+"$3"})"
}
# version NUMBER: the file manifest is a manifest of that version.
version() {
	printf '%%name base-os\n%%version %s\nbin/one sha256=%064d\n' "$1" 0 >text
	quietly "$VXSIGN" sign --key signer.key --cert signer.pem -o manifest text
	is_loaded base-os "$1" builtin
}
loads() {
	expect 0 "$1" "$vxload" --versions efi -c signer.pem manifest
}
commit() {
	"$vxload" --versions efi -c vendor.pem --commit "$@"
}

# What is signed, as the specification has it
floor base-os/main 2026112503 payload
cat >check.py <<'END'
import datetime, struct, subprocess, sys, uuid
name, version = sys.argv[2], int(sys.argv[3])
payload = open(sys.argv[1], "rb").read()
stamp = payload[:16]
size, revision, kind = struct.unpack_from("<IHH", payload, 16)
assert (revision, kind) == (0x200, 0xef1)
assert payload[24:40] == uuid.UUID("4aafd29d-68df-49ee-8aa9-347d375665a7").bytes_le
bare, data = payload[40:16 + size], payload[16 + size:]
assert data == f"{name} {version}\n".encode()
t = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=version)
assert stamp == struct.pack("<HBBBBBBIhBB", t.year, t.month, t.day, t.hour,
                            t.minute, t.second, 0, 0, 0, 0, 0)
variable = "VeriexecFloor-" + name.replace("/", "%")
open("signed", "wb").write(
    variable.encode("utf-16-le") +
    uuid.UUID("c2490eb0-91c8-4757-a216-805fa5b82a58").bytes_le +
    struct.pack("<I", 0x27) + stamp + data)
# Firmware finds the hash at this place alone.
assert bare[:2] == b"\x30\x82"
assert bare[13:24] == bytes.fromhex("0609608648016503040201")[2:] + bare[22:24]
def wrap(tag, body):
    return bytes([tag, 0x82]) + struct.pack(">H", len(body)) + body
oid = bytes.fromhex("06092a864886f70d010702")
open("cms", "wb").write(wrap(0x30, oid + wrap(0xa0, bare)))
END
holds "a payload is what the specification says" \
	python3 check.py payload base-os/main 2026112503
holds "OpenSSL finds its signature good" openssl cms -verify -binary \
	-inform DER -in cms -content signed -CAfile vendor.pem -purpose any \
	-out /dev/null
holds "nothing else is signed" sh -c '! openssl cms -verify -binary -inform DER \
	-in cms -content payload -CAfile vendor.pem -purpose any -out /dev/null'
floor base-os/main 2026112503 again
holds "the same gives the same" cmp payload again
floor a 0 payload
holds "version 0" python3 check.py payload a 0
floor a 253402300799 payload
holds "the highest version" python3 check.py payload a 253402300799

# Keys elsewhere
sign_floor() {
	"$VXSIGN" floor --name base-os --version 7 --cert vendor.pem "$@"
}
floor base-os 7 payload
expect 0 "a digest for a key elsewhere" sign_floor --digest-out digest
quietly openssl pkeyutl -sign -inkey vendor.key -pkeyopt digest:sha256 \
	-in digest -out signature
expect 0 "its signature" sign_floor --signature-in signature -o elsewhere
holds "gives the same payload" cmp payload elsewhere
quietly openssl pkeyutl -sign -inkey other.key -pkeyopt digest:sha256 \
	-in digest -out signature
rm elsewhere
refused "somebody else's signature" "vendor.pem: " \
	sign_floor --signature-in signature -o elsewhere
holds "gives none" [ ! -e elsewhere ]

# What is not signed
expect 0 "floor --help" "$VXSIGN" floor --help
trouble "no name" "--name NAME is missing" "$VXSIGN" floor --version 1 \
	--key vendor.key --cert vendor.pem -o no
trouble "no version" "--version N is missing" "$VXSIGN" floor --name a \
	--key vendor.key --cert vendor.pem -o no
trouble "no place" "-o FILE is missing" sign_floor --key vendor.key
expect 2 "no key" sign_floor -o no
says "it is told" "give one of --key, --digest-out and --signature-in"
expect 2 "a file" sign_floor --key vendor.key -o no manifest
says "it is told" "floor: takes no file: 'manifest'"
for words in "base-os x" "base-os -1" "base-os 18446744073709551616" \
	"base%os 1" "$(printf '%065d' 0) 1"; do
	# shellcheck disable=SC2086
	set -- $words
	trouble "no name and version: $words" \
		"are not the name and the version of a manifest" "$VXSIGN" \
		floor --name "$1" --version "$2" --key vendor.key \
		--cert vendor.pem -o no
done
trouble "a version that no time stamp can say" \
	"--version 253402300800 is higher than 253402300799" "$VXSIGN" floor \
	--name a --version 253402300800 --key vendor.key --cert vendor.pem -o no
refused "a key that firmware does not take" "curve.pem: key is not RSA" \
	"$VXSIGN" floor --name a --version 1 --key curve.key --cert curve.pem -o no
cat vendor.pem other.pem >both.pem
refused "two certificates" "both.pem: has more than one certificate" \
	"$VXSIGN" floor --name a --version 1 --key vendor.key --cert both.pem -o no
refused "another's key" "vendor.pem: does not belong to the key other.key" \
	sign_floor --key other.key -o no
SOURCE_DATE_EPOCH=1
export SOURCE_DATE_EPOCH
refused "a certificate that is not valid yet" "certificate is not valid before" \
	sign_floor --key vendor.key -o no
expect 0 "with --force" sign_floor --key vendor.key --force -o forced
unset SOURCE_DATE_EPOCH
holds "it is the same payload" cmp payload forced
holds "nothing else was written" [ ! -e no ]

# The place
rm -rf "$efi"
kernel loaded
version 7
floor base-os 7 seven
: >"$sys/covered-efi"
trouble "not on efivarfs" "is not the firmware's: efivarfs is not mounted there" \
	"$vxload" --versions efi -c signer.pem manifest
trouble "to commit" "is not the firmware's: efivarfs is not mounted there" \
	commit seven
rmdir "$efi"
trouble "no UEFI" "this machine was not started by UEFI" \
	"$vxload" --versions efi -c signer.pem manifest
trouble "to commit" "this machine was not started by UEFI" commit seven
mkdir "$efi"
rm "$sys/covered-efi"
asked "nothing of that reaches kernel or firmware"
trouble "nothing to commit" "name what the vendor has signed" commit
trouble "a commit and a state" "cannot be combined with setting a state" \
	commit --activate seven
loads "no variable yet"
: >"$sys/log"
refused "of a machine that has it" \
	"manifest: refused: no version of base-os is known here (efi)" \
	"$vxload" --versions efi --provisioned -c signer.pem manifest

# Raising
asked "the kernel is not asked"
expect 0 "a first floor" commit seven
same "is told" out "base-os: raised to 7"
holds_floor "and set" "base-os 7"
asked "by one request" "efi $(($(stat -c %s seven) + 4)) bytes in $PWD"
: >"$sys/log"
expect 0 "the same again" commit seven
holds "is nothing to speak of" [ ! -s out ]
asked "nor to write"
expect 0 "of a machine that has it" "$vxload" --versions efi --provisioned \
	-c signer.pem manifest
version 9
loads "a higher version"
floor base-os 8 eight
floor base-os 9 nine
floor base-os 10 ten
expect 0 "a higher floor" commit eight
same "is told" out "base-os: raised from 7 to 8"
holds_floor "and set" "base-os 8"
holds "the file is immutable again" [ ! -e "$sys/mutable" ]
: >"$sys/log"
refused "a lower floor" "seven: refused: sets 7, and the floor of base-os is 8" \
	commit seven
refused "one above what is loaded" \
	"ten: refused: sets 10, but 9 of base-os is loaded, which would be locked out" \
	commit ten
asked "neither reaches the firmware"
is_loaded base-os 9 added
refused "one that an added signer has loaded" \
	"nine: refused: no version of base-os is loaded that a built-in signer has signed" \
	commit nine
is_loaded another 9 builtin
refused "one of a name that is not loaded" \
	"nine: refused: no version of base-os is loaded" commit nine
holds_floor "the floor is as before" "base-os 8"
is_loaded base-os 9 builtin
expect 1 "several, one of which is refused" commit seven nine
same "the other is set" out "base-os: raised from 8 to 9"
holds_floor "really" "base-os 9"

# Loading
: >"$sys/log"
version 8
refused "a lower version" "manifest: refused: is version 8 of base-os, and 9 was loaded before (efi)" \
	"$vxload" --versions efi --activate -c signer.pem manifest
printf '%%name base-os\nbin/one sha256=%064d\n' 0 >text
quietly "$VXSIGN" sign --key signer.key --cert signer.pem -o manifest text
refused "one without a version" "says no version of base-os, and 9 was loaded" \
	"$vxload" --versions efi --activate -c signer.pem manifest
asked "neither reaches the kernel"
sed -i 's/base-os/another/' text
quietly "$VXSIGN" sign --key signer.key --cert signer.pem -o manifest text
is_loaded another - builtin
loads "one of another name"
version 9
loads "the same version"

# Whose payload it is
floor base-os 12 strangers other
version 12
: >"$sys/log"
refused "somebody else's" "strangers: " commit strangers
asked "it does not reach the firmware"
expect 0 "his whom certs name" "$vxload" --versions efi --commit -c other.pem \
	strangers
holds_floor "it is set" "base-os 12"
is_loaded a/b.c@d+e:f_g 5 builtin
floor a/b.c@d+e:f_g 5 name
expect 0 "a name with all that a name may have" commit name
holds_floor "has a variable" "a/b.c@d+e:f_g 5" "a%b.c@d+e:f_g"

# Not a payload
version 20
floor base-os 13 thirteen
: >"$sys/log"
# damaged NAME CAUSE OFFSET BYTES: the payload with other bytes there
damaged() {
	cp thirteen bad
	# shellcheck disable=SC2059
	printf "$4" | dd of=bad bs=1 seek="$3" conv=notrunc status=none
	refused "$1" "bad: $2" commit bad
}
size=$(stat -c %s thirteen)
no="is not the payload of an authenticated variable"
damaged "another year" "has a time stamp that is not its version's" 0 '\001'
damaged "a nanosecond" "has a time stamp that is not its version's" 8 '\001'
damaged "a length of nothing" "$no" 16 '\000\000\000\000'
damaged "a length without end" "$no" 16 '\377\377\377\377'
damaged "a length too long by one" "$no" 16 "\\$(printf %03o $(((size - 15) % 256)))\\$(printf %03o $(((size - 15) / 256)))"
damaged "another revision" "$no" 20 '\001'
damaged "another type" "$no" 22 '\000'
damaged "another kind of certificate" "$no" 24 '\000'
damaged "another signature" "" 60 '\000'
damaged "another version" "has a time stamp" $((size - 2)) '4'
damaged "no version" "does not set a floor" $((size - 2)) 'x'
damaged "no end" "does not set a floor" $((size - 1)) '3'
damaged "no name" "does not set a floor" $((size - 11)) ' '
for cut in 0 15 39 40 60 $((size - 11)) $((size - 1)); do
	head -c "$cut" thirteen >bad
	refused "cut to $cut bytes" "bad: " commit bad
done
(cat thirteen && echo more) >bad
refused "more behind it" "bad: does not set a floor" commit bad
(cat thirteen && head -c 40000 /dev/zero) >bad
refused "too much" "bad: is larger than 32768 bytes" commit bad
trouble "one that is not there" "nowhere: No such file" commit nowhere
asked "none reaches the firmware"

# The firmware's answer
answer efi 13
refused "it refuses" "the firmware refuses it: it is not signed by whoever set it first" \
	commit thirteen
answer efi 30
refused "it is write protected" "the firmware refuses it" commit thirteen
for err in 5:Input/output 28:space 22:Invalid short:Input/output; do
	answer efi "${err%:*}"
	trouble "an error of the firmware's, ${err%:*}" "$guid: " commit thirteen
	says "it is named" "${err#*:}"
	holds "nothing is told that is not so" [ ! -s out ]
	holds "the file is immutable again" [ ! -e "$sys/mutable" ]
done
answer efi lie
trouble "it says that it has done it" \
	"the firmware has taken it, but does not say so" commit thirteen
holds "that is not told" [ ! -s out ]
answer efi again
expect 0 "a signal" commit thirteen
holds_floor "it is set" "base-os 13"

# A variable that says nothing
version 20
# bad_variable NAME CAUSE BYTES
bad_variable() {
	# shellcheck disable=SC2059
	printf "$3" >"$(variable)"
	trouble "$1" "$2" "$vxload" --versions efi -c signer.pem manifest
	trouble "$1, and a commit" "$2" commit fourteen
}
floor base-os 14 fourteen
: >"$sys/log"
bad_variable "one without authentication" "is not authenticated" \
	'\007\000\000\000base-os 1\n'
bad_variable "one that goes with the power" "has the attributes 0x26" \
	'\046\000\000\000base-os 1\n'
bad_variable "one with a count for attributes" "has the attributes 0x37" \
	'\067\000\000\000base-os 1\n'
bad_variable "one with attributes to come" "has the attributes 0x1000027" \
	'\047\000\000\001base-os 1\n'
bad_variable "an empty one" "is no variable of the firmware: has 0 bytes" ''
bad_variable "a short one" "is no variable of the firmware: has 3 bytes" \
	'\047\000\000'
for text in '' 'base-os\n' 'base-os 1' 'base-os 1\n\n' 'base-os 01\n' \
	'base-os 1 \n' ' base-os 1\n' 'another 1\n' 'base-os 1\000\n' \
	'base-os 18446744073709551616\n'; do
	bad_variable "not a floor: '$text'" "does not say a version of base-os" \
		"\\047\\000\\000\\000$text"
done
bad_variable "a long one" "is larger than" "\\047\\000\\000\\000base-os %0100d"
asked "nothing of that reaches kernel or firmware"
printf '\047\000\000\000base-os 1\n' >"$(variable)"
loads "one that is right"
expect 0 "and committed" commit fourteen
same "it is told" out "base-os: raised from 1 to 14"
finish
