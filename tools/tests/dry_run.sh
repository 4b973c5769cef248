#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# vxload --dry-run: what a load would change, each reason for which it would be refused
# with its twin, and that the kernel is asked for nothing.

# Commands are passed to functions by name, and to sh in single quotes.
# shellcheck disable=SC2016,SC2317
set -eu
. "$TESTS/lib.sh"
. "$TESTS/certs.sh"
. "$TESTS/kernel.sh"

fake_kernel dry_run
openssl_cert vendor keyUsage=critical,digitalSignature
openssl_cert other keyUsage=critical,digitalSignature

mkdir -p root/bin
for name in one two three 'a b'; do
	echo "$name" >"root/bin/$name"
done
digest=$(printf '%064d' 7)
wrong=$(printf '%064d' 8)
device=$(findmnt -n -o MAJ:MIN -T root/bin/one | tr -d ' ')
# text VERSION LINE...: becomes the manifest.
text() {
	text_version=$1
	shift
	{
		printf '%%name base\n%%version %s\n' "$text_version"
		printf '%s\n' "$@"
	} >text
	signed text manifest
}
# What the kernel shows of owners, unless it is an older one
owner=-
# loaded VERSION FILES: the kernel has it, with the entries on standard input: PATH
# CONTENT FLAGS [DEVICE [INODE]]
loaded() {
	printf 'base\t%s\tvendor\tECDSA256+SHA256\t%s\t0\tbuiltin\n' "$1" "$2" \
		>"$sys/manifests"
	while read -r loaded_path loaded_content loaded_flags loaded_device \
		loaded_inode; do
		printf '%s\t%s\t%s\t%s\tverified\tbase\tvendor\t%s%s\n' \
			"${loaded_device:-$device}" \
			"${loaded_inode:-$(stat -c %i "root/$(printf %b \
				"$(echo "$loaded_path" | sed 's/%20/ /')")" \
				2>/dev/null || echo 9)}" \
			"$loaded_content" "$loaded_flags" "$loaded_path" \
			"${owner:+$(printf '\t%s' "$owner")}"
	done >"$sys/entries"
}
dry() {
	"$vxload" --dry-run -C root -c vendor.pem "$@"
}
verified="Verified manifest signed by vendor method ECDSA256+SHA256"

# What would change
kernel inactive
text 1 "bin/one sha256=$digest" "bin/a%20b sha256=$digest" "bin/none sha256=$digest"
expect 0 "the first manifest" dry manifest
same "all of it is new, but what is not there" out "$verified" \
	"new bin/one" "new bin/a%20b" "missing bin/none: No such file or directory" \
	"manifest: would be loaded: 2 new, 0 changed, 1 missing, 0 gone, 0 left"
expect 0 "in JSON" dry --json manifest
says "it is the same" '{"manifests":[{"manifest":"manifest","would_load":true,"cause":null,"replaces":null,"new":2,"changed":0,"missing":1,"gone":0,"left":0,"entries":3,"findings":[' out
says "with each file" '{"result": "new", "path": "bin/a%20b", "cause": ""}' out
if command -v python3 >/dev/null; then
	holds "it is JSON" python3 -c 'import json; json.load(open("out"))'
else
	good "it is JSON # SKIP no python3"
fi
kernel loaded active enforce
loaded 1 6 <<END
bin/one sha256=$digest -
bin/two sha256=$wrong -
bin/three sha256=$digest no_ptrace,label=a
bin/a%20b sha256=$digest - $device 7
bin/old sha256=$digest -
bin/x link=a%20b -
END
ln -s 'a c' root/bin/x
text 2 "bin/one sha256=$digest" "bin/two sha256=$digest" \
	"bin/three sha256=$digest label=a" "bin/a%20b sha256=$digest" \
	"bin/x link=a%20c"
expect 0 "a newer version" dry manifest
same "each change is told with its cause" out "$verified" \
	"changed bin/two: sha256=$digest instead of sha256=$wrong" \
	"changed bin/three: flags label=a instead of no_ptrace,label=a" \
	"changed bin/a%20b: another file has its name" \
	"changed bin/x: link=a%20c instead of link=a%20b" "gone bin/old" \
	"manifest: would be loaded in the place of version 1: 0 new, 4 changed, 0 missing, 1 gone, 0 left"
# Others' entries are not this one's.
{
	printf '%s\t9\tsha256=%s\t-\tverified\tanother\tvendor\tbin/u\n' "$device" "$digest"
	printf '%s\t9\tsha256=%s\t-\tverified\tbase\tStranger\tbin/v\n' "$device" "$digest"
} >>"$sys/entries"
expect 0 "what others list" dry manifest
holds "is not gone" sh -c '! grep -q -e bin/u -e bin/v out'
text 2 "bin/one sha256=$digest sha512=$digest$digest"
printf '%s\n' sha256 >"$sys/algorithms"
loaded 1 1 <<END
bin/one sha256=$digest -
END
expect 1 "a fingerprint that this kernel cannot check" dry manifest
says "is a reason" "not compatible with this system" out
kernel loaded
loaded 1 1 <<END
bin/one sha512=$digest$digest -
END
expect 0 "where it can, the strongest" dry manifest
says "is what is compared" "0 new, 0 changed, 0 missing" out
caps=0100000200200000000000000000000000000000
text 2 "bin/one sha256=$digest uid=0 gid=5 mode=4755 caps=$caps"
for owner in "uid=0 gid=5 mode=755 caps=$caps" "uid=0 gid=5 mode=4755" - \
	"uid=0 gid=5 mode=4755 caps=$caps" ""; do
	echo "bin/one sha256=$digest -" | loaded 1 1
	expect 0 "where the owner was ${owner:-not shown}" dry manifest
	case $owner in
	"" | *=4755*caps=*) says "nothing has changed" "0 new, 0 changed, 0 missing" out ;;
	*) says "it is told what it would be" \
		"changed bin/one: uid=0 gid=5 mode=4755 caps=$caps instead of $owner" out ;;
	esac
done
owner=-

# Each reason to refuse, and its twin
# no NAME CAUSE OPTION...: it would be refused, for that cause.
no() {
	no_name=$1
	no_cause=$2
	shift 2
	expect 1 "$no_name" dry "$@" manifest
	says "$no_name: the cause" "would be refused: manifest: $no_cause" out
}
# base VERSION: the kernel has it, with two files.
base() {
	loaded "$1" 2 <<END
bin/one sha256=$digest -
bin/two sha256=$digest -
END
}
both="bin/one sha256=$digest
bin/two sha256=$digest"
kernel loaded
base 5
text 4 "$both"
no "an older version" "version 5 of base is loaded, which is newer than 4"
text 6 "$both"
expect 0 "a newer one" dry manifest
says "takes its place" "in the place of version 5: 0 new, 0 changed" out
text 5 "$both"
expect 0 "the same once more" dry manifest
text 5 "$both" "bin/three sha256=$digest"
no "the same version with more in it" "version 5 of base is loaded with other content"
text 5 "bin/one sha256=$digest" "bin/two sha256=$wrong"
no "the same version with other content" "version 5 of base is loaded with other content"
text 5 "bin/one sha256=$digest"
no "the same version with less in it" "version 5 of base is loaded with other content"
kernel loaded active enforce locked
base 5
text 6 "$both"
no "another one once locked" "the state is locked"
text 5 "$both"
expect 0 "the same one once locked" dry manifest
kernel loaded
loaded 5 2 <<END
bin/one sha256=$digest - 0:7 9
bin/two sha256=$digest -
END
text 6 "bin/two sha256=$digest"
no "one that leaves a file system" "it would take the place of version 5 of base, and 1 files on other file systems would stop running; --replace loads it"
says "each file is told" \
	"left bin/one: nothing is listed on its file system any more" out
expect 0 "the same with --replace" dry --replace manifest
text 6 "$both"
no "nor does the file of the same name count" "it would take the place"
says "which is left" "left bin/one" out
kernel loaded
text 6 "bin/none sha256=$digest"
no "one of which nothing is there" "not one of the 1 listed files can be bound beneath root"
text 6 "bin/none sha256=$digest" "bin/one sha256=$digest"
expect 0 "one of which something is there" dry manifest
base 5
printf '%%requires veriexec >= 5\nbin/one sha256=%s\n' "$digest" >text
signed text manifest
echo 4 >"$sys/level"
expect 1 "one for a later kernel" dry manifest
says "says so" "would be refused: manifest is not compatible with this system: needs veriexec 5, has 4" out
echo 5 >"$sys/level"
expect 0 "one for this kernel" dry manifest
text 6 "$both"
echo 'base 7' >versions
no "a version below that of before" "is older than what was loaded before" \
	--versions versions
echo 'base 6' >versions
expect 0 "one that is not" dry --versions versions manifest
: >versions
expect 1 "one of which nothing is known, where it has to be" dry \
	--versions versions --provisioned manifest
expect 0 "where it has not" dry --versions versions manifest
quietly "$VXSIGN" sign --key other.key --cert other.pem -o manifest text
expect 1 "a stranger's" dry manifest
says "says so" "would be refused: manifest: signer other is not trusted" out
cp text manifest
no "one without a signature" "is not signed"
: >manifest
no "an empty one" "is empty"

# Several, and trouble
text 6 "$both"
cp manifest good
text 4 "$both"
expect 1 "a good one and one that would be refused" dry good manifest
says "the one" "good: would be loaded" out
says "the other" "would be refused: manifest: version 5" out
expect 2 "one that is not there, among others" dry nowhere good
says "is told" "nowhere: No such file or directory"
says "and the others are, too" "good: would be loaded" out
expect 2 "the same in JSON" dry --json nowhere good
says "is no answer" '"would_load":false,"cause":"no answer was reached"' out
trouble "a directory that is not there" "nowhere: No such file or directory" \
	"$vxload" --dry-run -C nowhere -c vendor.pem good
trouble "no manifest" "--dry-run: name a file" dry
trouble "together with a state" "--dry-run cannot be combined with setting a state" \
	dry --enforce good
trouble "together with --commit" "--dry-run and --commit cannot be combined" \
	dry --versions versions --commit good
trouble "together with another" "--dry-run and --list cannot be combined" \
	dry --list good
echo short >"$sys/manifests"
trouble "what the kernel shows is not understood" "manifests: has a line of 1" \
	dry good
base 5
echo short >"$sys/entries"
trouble "nor are its entries" "entries: has a line of 1" dry good
base 5
trouble "no memory" "out of memory" with_fault reallocarray 1 12 "$vxload" \
	--dry-run -C root -c vendor.pem good
rm "$sys/entries"
trouble "no entries" "entries: is not there" dry good
asked "the kernel was asked for nothing in all of this"
holds "and no file has changed" [ ! -s versions ]
finish
