#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The answers of the commands: each exit status that the man pages name, a second
# fingerprint that is wrong, files that cannot be read, and what becomes of the
# manifests beside one that is refused.

# Commands are passed to functions by name, and to sh in single quotes.
# shellcheck disable=SC2016,SC2317
set -eu
. "$TESTS/lib.sh"
. "$TESTS/certs.sh"
. "$TESTS/kernel.sh"

fake_kernel statuses
quietly "$VXSIGN" keygen --cn vendor --key vendor.key --cert vendor.pem
mkdir -p root/bin
printf '#!/bin/sh\n' >root/bin/one
printf '#!/bin/sh\necho\n' >root/bin/two
verify() {
	"$VXSIGN" verify --cert vendor.pem "$@"
}

# Each of several fingerprints counts.
sha256=$(sha256sum <root/bin/one | cut -d ' ' -f 1)
sha512=$(sha512sum <root/bin/one | cut -d ' ' -f 1)
wrong256=$(printf '%064d' 7)
wrong512=$(printf '%0128d' 7)
# fingerprints STATUS NAME WORD...
fingerprints() {
	fingerprints_status=$1
	fingerprints_name=$2
	shift 2
	echo "bin/one $*" >text
	signed text manifest
	expect "$fingerprints_status" "$fingerprints_name" \
		verify --root root manifest
}
fingerprints 0 "two fingerprints, both right" sha256="$sha256" sha512="$sha512"
fingerprints 1 "the second is wrong" sha256="$sha256" sha512="$wrong512"
says "it is named" "changed bin/one: sha512 is $sha512, the manifest says" out
fingerprints 1 "the first is wrong" sha256="$wrong256" sha512="$sha512"
says "it is named" "changed bin/one: sha256 is $sha256, the manifest says" out
fingerprints 1 "the second, written first, is wrong" sha512="$wrong512" \
	sha256="$sha256"
says "it is named" "changed bin/one: sha512 is $sha512" out
verity=$("$VXSIGN" generate --root root --hash verity-sha256 |
	 sed -n 's/^bin.one verity-sha256=\([0-9a-f]*\).*/\1/p')
fingerprints 0 "one of fs-verity beside it" sha256="$sha256" \
	verity-sha256="$verity"
fingerprints 1 "which is wrong" sha256="$sha256" verity-sha256="$wrong256"
says "it is named" "changed bin/one: verity-sha256 is $verity" out

# What cannot be read is no answer, whatever else is found.
quietly "$VXSIGN" generate --root root -o text
signed text manifest
# as_nobody_special COMMAND...: root reads everything, unless without capabilities.
as_nobody_special() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --inh-caps=-all --bounding-set=-all "$@"
	else
		"$@"
	fi
}
cp -a root dark
expect 0 "a tree that can be read" as_nobody_special "$VXSIGN" verify \
	--cert vendor.pem --root dark --extra manifest
chmod 0 dark/bin/one
sed 's/^\(bin.one .*\) mode=[0-7]*/\1 mode=0/' text >dark.text
signed dark.text dark.manifest
expect 0 "with the right to read it all" sh -c \
	'[ "$(id -u)" -ne 0 ] ||
	 exec "$VXSIGN" verify --cert vendor.pem --root dark dark.manifest'
expect 2 "verify, a file that cannot be read" as_nobody_special "$VXSIGN" \
	verify --cert vendor.pem --root dark dark.manifest
says "it is named" "unreadable bin/one: Permission denied" out
expect 2 "the same in JSON" as_nobody_special "$VXSIGN" \
	verify --json --cert vendor.pem --root dark dark.manifest
says "it is named" '{"result": "unreadable", "path": "bin/one"' out
echo >>dark/bin/two
expect 2 "beside one that has changed" as_nobody_special "$VXSIGN" \
	verify --cert vendor.pem --root dark dark.manifest
says "which is named, too" "changed bin/two: sha256" out
expect 2 "diff, a file that cannot be read" as_nobody_special "$VXSIGN" diff \
	--root dark dark.manifest
says "it is named" "unreadable bin/one: Permission denied" out
chmod 600 dark/bin/one
printf '#!/bin/sh\n' >dark/bin/extra
chmod 0 dark/bin/extra
expect 2 "an extra one that cannot be read" as_nobody_special "$VXSIGN" verify \
	--cert vendor.pem --root dark --extra manifest
says "it is named" "unreadable bin/extra: Permission denied" out
chmod 0 dark/bin
expect 2 "a directory that cannot be read" as_nobody_special "$VXSIGN" verify \
	--cert vendor.pem --root dark --extra manifest
says "it is named" "dark/bin: Permission denied"
chmod 755 dark/bin
EIO=5
expect 2 "a file that breaks off" with_fault pread 1 $EIO "$VXSIGN" verify --jobs 1 \
	--cert vendor.pem --root root manifest
says "it is named" "unreadable bin/one: Input/output error" out
trouble "generate, a file that breaks off" "root/bin/one: Input/output error" \
	with_fault pread 2 $EIO "$VXSIGN" generate --jobs 1 --root root -o no
holds "nothing is written" [ ! -e no ]

# Several manifests for vxload: one is refused.
sha_line="bin/one sha256=$sha256"
for name in first second third; do
	printf '%%name %s\n%%version 3\n%s\n' $name "$sha_line" >text
	signed text $name
done
sed 's/sha256=./sha256=x/' second >broken
size() {
	stat -c %s "$1"
}
load_three() {
	"$vxload" --activate --versions versions --commit -c vendor.pem first "$1" \
		third
}
kernel loaded
printf '%s\t3\tvendor\tECDSA256+SHA256\t1\t0\tbuiltin\n' first second third \
	>"$sys/manifests"
refused "the second of three is refused before the kernel is asked" "broken: " \
	load_three broken
asked "none is loaded"
holds "none is remembered" [ ! -e versions ]
EKEYREJECTED=129
refused "the second of three is refused by the kernel" \
	"second: refused: the kernel finds its signature" with_fault write 2 \
	$EKEYREJECTED "$vxload" --activate --versions versions --commit \
	-c vendor.pem first second third
holds "it was asked" [ -e hit ]
asked "the first is loaded, the third is not, and no state is set" \
	"manifest $(size first) bytes in /" "manifest $(size second) bytes in /"
holds "none is remembered, still" [ ! -e versions ]
kernel loaded
printf '%s\t3\tvendor\tECDSA256+SHA256\t1\t0\tbuiltin\n' first second third \
	>"$sys/manifests"
expect 0 "none is refused" load_three second
asked "all are loaded, and then the state is set" \
	"manifest $(size first) bytes in /" "manifest $(size second) bytes in /" \
	"manifest $(size third) bytes in /" "state active"
same "all are remembered" versions "first 3" "second 3" "third 3"

# vxsign looks at one manifest at a time.
complains 2 "verify, two manifests" "verify: name one manifest; try" \
	verify first second
holds "neither is answered for" [ ! -s out ]
complains 2 "sign, two manifests" "sign: name one manifest; try" "$VXSIGN" sign \
	--key vendor.key --cert vendor.pem first second
complains 2 "show, two manifests" "show: name one manifest; try" \
	"$VXSIGN" show first second

# vxsign: 0 yes, 1 no, 2 trouble, of each command
expect 0 "keygen: made" "$VXSIGN" keygen --cn x --key x.key --cert x.pem
refused "keygen: is there already" "x.key: is there already" "$VXSIGN" keygen \
	--cn x --key x.key --cert y.pem
trouble "keygen: no such directory" "none/x.key: No such file" "$VXSIGN" \
	keygen --cn x --key none/x.key --cert y.pem
expect 0 "generate: made" "$VXSIGN" generate --root root -o made
mkdir nothing
refused "generate: nothing to list" "nothing: has nothing that can run" \
	"$VXSIGN" generate --root nothing -o no
trouble "generate: no such directory" "none: No such file" "$VXSIGN" generate \
	--root none -o no
expect 0 "sign: signed" "$VXSIGN" sign --key x.key --cert x.pem -o x made
refused "sign: is signed already" "x: is signed already" "$VXSIGN" sign \
	--key x.key --cert x.pem x
trouble "sign: no such file" "none: No such file" "$VXSIGN" sign --key x.key \
	--cert x.pem none
expect 0 "verify: verified" "$VXSIGN" verify --cert x.pem x
refused "verify: is not signed" "made: is not signed" verify made
trouble "verify: no such file" "none: No such file" verify none
expect 0 "show: shown" "$VXSIGN" show x
refused "show: no manifest" "x.key:1: " "$VXSIGN" show x.key
trouble "show: no such file" "none: No such file" "$VXSIGN" show none
{
	head -c 60 x
	printf '\000\000\002\000\000\000\000\000\000\000\000\024'
	printf '~Module signature appended~\n'
} >x.broken
refused "show: a signature that is none" "x.broken: signature is malformed: " "$VXSIGN" \
	show x.broken
expect 0 "diff: the same" "$VXSIGN" diff x made
expect 1 "diff: differs" "$VXSIGN" diff x first
trouble "diff: no such file" "none: No such file" "$VXSIGN" diff x none
for command in keygen generate sign verify show diff; do
	expect 2 "$command: wrong usage" "$VXSIGN" $command --nonsense
	says "$command: it says where help is" "try 'vxsign $command --help'"
done
for command in keygen generate; do
	expect 2 "$command: a word too many" "$VXSIGN" $command word
	says "$command: it is named" "$command: takes no file: 'word'"
done
trouble "generate: a number that is none" \
	"--jobs '0' is not a number from 1 to 256" \
	"$VXSIGN" generate --root root --jobs 0
trouble "verify: likewise" "--jobs '257' is not a number from 1 to 256" \
	verify --jobs 257 x
trouble "diff: likewise" "--jobs 'x' is not a number from 1 to 256" \
	"$VXSIGN" diff --jobs x --root root made
trouble "keygen: likewise" "--days '0' is not a number from 1 to 36500" \
	"$VXSIGN" keygen --days 0 --cn x --key y --cert z
trouble "keygen: an odd size" "--bits 2050 is not from 2048 to 4096" \
	"$VXSIGN" keygen --type rsa --bits 2050 --cn x --key y --cert z
trouble "keygen: a size that is no number" "--bits '2k' is not a number" \
	"$VXSIGN" keygen --type rsa --bits 2k --cn x --key y --cert z
trouble "keygen: a type that is none" "--type 'dsa' is neither" \
	"$VXSIGN" keygen --type dsa --cn x --key y --cert z
trouble "keygen: no name" "keygen: --cn NAME is missing" \
	"$VXSIGN" keygen --key y --cert z
trouble "keygen: no key" "keygen: --key FILE is missing" \
	"$VXSIGN" keygen --cn x --cert z
trouble "sign: no certificate" "sign: --cert FILE is missing" \
	"$VXSIGN" sign --key x.key made
trouble "sign: a hash that is none" "--hash 'md5' is not sha256" \
	"$VXSIGN" sign --hash md5 --key x.key --cert x.pem made
trouble "verify: no certificate" "verify: --cert TRUSTED is missing" \
	"$VXSIGN" verify made
expect 0 "keygen: for a day" "$VXSIGN" keygen --days 1 --cn day --key day.key \
	--cert day.pem
holds "it ends in a day" openssl x509 -in day.pem -noout -checkend 80000
holds "and not later" sh -c \
	'! openssl x509 -in day.pem -noout -checkend 90000'
for when in -1 1x 253402300800 99999999999999999999; do
	trouble "SOURCE_DATE_EPOCH=$when" \
		"SOURCE_DATE_EPOCH '$when' is not a time in seconds" \
		env SOURCE_DATE_EPOCH=$when "$VXSIGN" sign --key x.key \
		--cert x.pem -o no made
done
holds "nothing is written" [ ! -e no ]
# As large as may be, but for a few bytes
{
	cat made
	yes "#$(printf '%0998d' 0)" | head -n 67108
} | head -c 67108800 >large
refused "sign: too large when signed" "is larger than" "$VXSIGN" sign \
	--key x.key --cert x.pem -o no large
holds "nothing is written" [ ! -e no ]
rm large
for command in "show x" "show --json x" "diff x first" "verify --cert x.pem x" \
	"verify --json --cert x.pem x" "verify --json --cert x.pem made"; do
	# The cause is one line, whatever the answer would have been.
	expect 2 "$command on a full disk" sh -c \
		'exec "$VXSIGN" $1 >/dev/full' sh "$command"
	says "$command: it is told" "standard output: No space left on device"
done
finish
