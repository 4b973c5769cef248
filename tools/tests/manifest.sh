#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The grammar through the tools: each wrong line refused with its number and its
# cause, Junos's own example, and manifests of many entries.

# Commands are passed to functions by name, and to sh in single quotes.
# shellcheck disable=SC2016,SC2317
set -eu
. "$TESTS/lib.sh"

digest=$(printf '%064d' 7)
good_line="bin/good sha256=$digest uid=0 gid=0 mode=555"

show() {
	"$VXSIGN" show "$@"
}

# line NAME CAUSE TEXT: TEXT as the second line is refused; without it not.
line() {
	printf '%s\n%s\n%s\n' "$good_line" "$3" "lib/last sha256=$digest" >m
	refused "$1" "vxsign: m:2: $2" show m
}

printf '%s\n' "$good_line" >m
expect 0 "a good line" show m
line "an absolute path" "path is not relative: '/bin/a'" \
	"/bin/a sha256=$digest"
for path in ../a a/../b ./a a/./b a//b a/ . ..; do
	line "path $path" "path has an empty, . or .. component: '$path'" \
		"$path sha256=$digest"
done
line "a path that is not encoded" "path is not encoded as it must be" \
	"bin/ä sha256=$digest"
line "an encoded slash" "path is not encoded as it must be" \
	"bin%2fa sha256=$digest"
line "an encoded NUL" "path is not encoded as it must be" \
	"bin/%00 sha256=$digest"
line "a path that is too long" "path is too long" \
	"$(printf '%04096d' 0) sha256=$digest"
line "no fingerprint" "entry has no fingerprint: 'bin/a'" "bin/a uid=0"
line "a short fingerprint" "fingerprint has a wrong length or digit" \
	"bin/a sha256=${digest%0}x"
line "a long fingerprint" "fingerprint has a wrong length or digit" \
	"bin/a sha256=${digest}0"
line "an unknown hash" "unknown keyword: 'md5=00'" "bin/a md5=00"
line "an unknown flag" "unknown flag: 'setuid'" \
	"bin/a sha256=$digest setuid"
line "a flag that a terminal could take for a command" "unknown flag: '%9b2J'" \
	"bin/a sha256=$digest $(printf '\2332J')"
line "a mode that is not octal" "number is malformed or out of range" \
	"bin/a sha256=$digest mode=958"
line "a uid that is none" "number is malformed or out of range" \
	"bin/a sha256=$digest uid=4294967295"
line "a keyword given twice" "keyword is given twice: 'uid=0'" \
	"bin/a sha256=$digest uid=0 uid=0"
line "a directive behind an entry" "directive comes after an entry" \
	"%name late"
line "a path listed twice" "path is listed before, with other content" \
	"bin/good sha256=$digest uid=1"
line "a control byte" "control byte in the line" \
	"$(printf 'bin/a\001 sha256=')"
line "a line that is too long" "line is too long" \
	"bin/a sha256=$digest $(head -c 16400 /dev/zero | tr '\0' ' ')no_fips"
printf '%%nonsense 1\n' >m
refused "an unknown directive" "m:1: unknown directive: '%nonsense'" show m
printf '%%manifest 2\n' >m
refused "another format" "m:1: manifest format is not 1: '2'" show m
printf '%%requires veriexec >= 999\n%s\n' "$good_line" >m
refused "what a later version needs" \
	"m:1: not compatible with this system" show m
printf '%%version 1\n%s\n' "$good_line" >m
refused "a version without a name" "manifest has a %version but no %name" \
	show m
printf '%%manifest 1\n%%name a.b\n%%version 18446744073709551615\n%%requires veriexec >= 1\n%s\n' \
	"$good_line" >m
expect 0 "all directives" show m
says "the greatest version" "18446744073709551615" out
# Ten times a number that is small enough, this would be another small one.
printf '%%name a.b\n%%version 30000000000000000000\n%s\n' "$good_line" >m
refused "a version that would wrap" \
	"m:2: directive has a malformed value: '%version 3000" show m
printf '%s sha256=%s\n' "$(printf '%04095d' 0)" "$digest" >m
expect 0 "the longest path" show m
printf '%s\n%s\n' "$good_line" "$good_line" >m
expect 0 "the same line twice" show m
says "is one entry" "entries     1" out
printf '%s' "$good_line" >m
expect 0 "a last line without its end" show m
printf 'bin/a sha256=\000' >m
refused "a NUL" "m:1: control byte in the line" show m

# One wrong line among many
awk -v d="$digest" 'BEGIN { for (i = 1; i <= 10000; i++)
	printf "bin/f%d sha256=%s mode=%s\n", i, d, i == 5000 ? "9" : "755" }' >m
refused "a wrong line in the middle of 10,000" \
	"m:5000: number is malformed or out of range: 'mode=9'" show m
quietly "$VXSIGN" keygen --cn Signer --key Signer.key --cert Signer.pem
refused "it is not signed" "m:5000: number is malformed" "$VXSIGN" sign \
	--key Signer.key --cert Signer.pem m

# Many entries
awk -v d="$digest" 'BEGIN { for (i = 1; i <= 100000; i++)
	printf "usr/share/some/directory/file%d sha256=%s uid=0 gid=0 mode=755\n",
	i, d }' >m
expect 0 "100,000 entries are signed" "$PLAIN/vxsign" sign \
	--key Signer.key --cert Signer.pem m
expect 0 "and verified" "$PLAIN/vxsign" verify --cert Signer.pem m
expect 0 "and shown" "$PLAIN/vxsign" show m
says "all of them" "entries     100000" out
mkdir empty
expect 1 "and looked for" "$PLAIN/vxsign" verify --cert Signer.pem \
	--root empty m
holds "all of them" [ "$(wc -l <out)" -eq 100000 ]
says "the count is told" "100000 files are not as the manifest says" err
truncate -s 67108865 m
expect 1 "a file of more than 64 MiB" "$PLAIN/vxsign" show m
says "it is told" "m: is larger than 67108864 bytes"

# The manifest that Junos's documentation shows
junos=$TESTS/../../selftests/junos.manifest
expect 0 "Junos's manifest" show "$junos"
says "its entries" "entries     7" out
says "its algorithm" "sha1           7" out
expect 0 "its entries as they are" show --entries "$junos"
grep / out >entries
holds "word for word" diff entries "$junos"
expect 0 "Junos's manifest as JSON" show --json --entries \
	"$junos"
says "JSON has the flags" '"mode": "555", "flags": ["indirect", "no_fips"]' out
if command -v python3 >/dev/null; then
	holds "JSON is well-formed" python3 -m json.tool out
else
	good "JSON is well-formed # SKIP no python3"
fi
finish
