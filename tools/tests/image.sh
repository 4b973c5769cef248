#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Images that carry the hashes of dm-verity and their manifest: what vxload preflight and
# vxload image say of them, and that of each byte that matters. What is mapped and run,
# scripts/slots --image tells.

# Commands are passed to functions by name, and to sh in single quotes.
# shellcheck disable=SC2016,SC2317
set -eu
. "$TESTS/lib.sh"
. "$TESTS/certs.sh"
. "$TESTS/kernel.sh"

fake_kernel image
EIO=5 ENOMEM=12
openssl_cert Vendor keyUsage=critical,digitalSignature
openssl_cert Stranger keyUsage=critical,digitalSignature
trusts Vendor

# sign NAME [OPTION]...: what the image lists, signed by NAME, in the file manifest
sign() {
	sign_name=$1
	shift
	quietly "$VXSIGN" generate --image "$hash=$root" --name base --version 7 \
		-o text "$@"
	quietly "$VXSIGN" sign --key "$sign_name.key" --cert "$sign_name.pem" \
		-o manifest text
}
# append: puts the manifest behind the hashes.
append() {
	cp hashed image
	printf 'veriexec-manifest %s\n' "$(size_of manifest)" >>image
	cat manifest >>image
}
# hashes [OPTION]...: of the file fs behind it, in the file hashed
hashes() {
	cp fs hashed
	blocks=$(($(size_of fs) / 4096))
	root=$(/usr/sbin/veritysetup format "$@" --hash-offset=$((blocks * 4096)) \
		hashed hashed | sed -n 's/^Root hash:[[:space:]]*//p')
	hash=sha256
	case $* in *--hash=*) hash=${1#--hash=} ;; esac
	sign Vendor
	append
}
# put OFFSET BYTES: into the image; BYTES are as for printf's %b.
put() {
	printf '%b' "$2" | dd of=image bs=1 seek="$1" conv=notrunc status=none
}
# flip OFFSET: a byte of the image
flip() {
	put "$1" "$(printf '\\0%03o' \
		$((($(od -An -tu1 -j "$1" -N 1 image) + 1) % 256)))"
}
# is_good NAME: for both commands
is_good() {
	expect 0 "$1" preflight image
	says "$1: it is told" \
		"image: is good here: 1 manifest, 0 files, an image of $blocks blocks" out
	rm -f got
	expect 0 "$1: it can be mapped" "$vxload" image -c Vendor.pem \
		--manifest got image
	holds "$1: and its manifest is there" cmp -s manifest got
}
# cannot_be_mapped NAME CAUSE
cannot_be_mapped() {
	rm -f got
	refused "$1: nor is it mapped" "image: $2" "$vxload" image -c Vendor.pem \
		--manifest got image
	holds "$1: nor is there a manifest" [ ! -e got ]
}
# no NAME CAUSE: neither takes it, both for the same cause.
no() {
	expect 1 "$1" preflight image
	says "$1: it is told why" "image: $2" out
	cannot_be_mapped "$1" "$2"
}
# changed NAME BLOCK WHERE: what only who reads all blocks can tell
changed() {
	expect 1 "$1" preflight image
	says "$1: it is told why" \
		"image: block $2 of its $3 was changed: it does not match the root hash" out
}

mkdir tree
head -c 700000 /dev/urandom >tree/data
quietly mksquashfs tree fs -noappend -noI -noD -noF -quiet -no-progress
hashes
is_good "an image"
asked "nothing is loaded"
# Of two levels: the one block at the top, then those that hold the data's digests.
holds "it has two levels" [ "$(size_of hashed)" -eq $(((blocks + 4) * 4096)) ]
expect 0 "its table" "$vxload" image -c Vendor.pem --manifest got image
same "is as veritysetup says" out "0 $((blocks * 8)) verity 1 image image 4096 4096 \
$blocks $((blocks + 1)) sha256 $root $(/usr/sbin/veritysetup dump \
	--hash-offset=$((blocks * 4096)) hashed | sed -n 's/^Salt:[[:space:]]*//p')"
printf 'rest of what was there before' >>image
is_good "whatever is behind it"
append

# Each byte counts.
cp image kept
for at in 0 1 126 127 128 129 $((blocks - 1)); do
	flip $((at * 4096 + 4000))
	changed "block $at of the data" "$at" "file system"
	cp kept image
done
for level in "2 first 8" "2 first 4088" "3 second 8" "3 second 4088"; do
	# shellcheck disable=SC2086 # a list of words
	set -- $level
	at=$((blocks + $1))
	flip $((at * 4096 + $3))
	changed "the $2 block of the digests, byte $3" "$at" hashes
	cp kept image
done
flip $(((blocks + 1) * 4096 + 5))
no "the block at the top" "manifest does not list the root hash of the image"
mv kept image

# The heading of the hashes
heading=$((blocks * 4096))
# heading NAME AT BYTES CAUSE
heading() {
	put $((heading + $2)) "$3"
	no "$1" "$4"
	append
}
heading "another version" 8 '\002' "its hashes have a format that is not known"
heading "the format of Chrome OS" 12 '\000' \
	"its hashes have a format that is not known"
heading "an algorithm that nobody has" 32 'sha257' \
	"its hashes are of a kind that no manifest lists"
heading "one that is no hash of blocks" 32 'verity-sha256' \
	"its hashes are of a kind that no manifest lists"
heading "another" 32 'sha512' "its hashes are cut off"
heading "small blocks of data" 64 '\000\004\000\000' \
	"its hashes are not of blocks of 4096 bytes"
heading "large blocks of hashes" 68 '\000\000\001\000' \
	"its hashes are not of blocks of 4096 bytes"
for number in $((blocks - 1)) $((blocks + 1)); do
	heading "$number blocks" 72 "$(printf '\\0%03o\\0%03o' $((number % 256)) \
		$((number / 256)))" \
		"its hashes are not of all of the file system, or of more"
done
heading "more blocks than there can be" 79 '\0377' \
	"its hashes are not of all of the file system, or of more"
heading "a salt that is too long" 80 '\001\001' "the salt of its hashes is too long"
heading "a shorter salt" 80 '\037' "manifest does not list the root hash of the image"
heading "another salt" 88 'salt' "manifest does not list the root hash of the image"
truncate -s $((heading + 3 * 4096)) image
no "hashes that are cut off" "its hashes are cut off"
append
put $heading V
cannot_be_mapped "no heading" "holds no image with hashes of dm-verity"
truncate -s $heading image
cannot_be_mapped "nothing behind the file system" \
	"holds no image with hashes of dm-verity"
truncate -s $((heading - 1)) image
cannot_be_mapped "a file system that is cut off" \
	"holds no image with hashes of dm-verity"
: >image
cannot_be_mapped "an empty file" "holds no image with hashes of dm-verity"
append
put 0 '\000'
cannot_be_mapped "another file system" "holds no image with hashes of dm-verity"
append
is_good "the image"

# The line before the manifest
line=$(size_of hashed)
put "$line" V
no "no such line" "has no manifest behind its hashes"
cp hashed image
no "nothing behind the hashes" "has no manifest behind its hashes"
for length in '' 0 07 -1 +7 ' 7' 7a 67108865 123456789 99999999999999999999; do
	cp hashed image
	{ printf 'veriexec-manifest %s\n' "$length" && cat manifest; } >>image
	no "length '$length'" "has no manifest behind its hashes"
done
cp hashed image
printf 'veriexec-manifest %s' "$(size_of manifest)" >>image
no "a line without an end" "has no manifest behind its hashes"
append
truncate -s -1 image
no "a manifest that is cut off" "the manifest behind its hashes is cut off"
cp hashed image
{ printf 'veriexec-manifest %s\n' $(($(size_of manifest) - 1)) && cat manifest; } >>image
no "one that is longer than it says" "manifest: is not signed"

# Its manifest
append
flip $((line + 40))
no "a manifest that was changed" "manifest: text is not the one that was signed"
cp text manifest
append
no "one that is not signed" "manifest: is not signed"
sign Stranger
append
expect 1 "another's" preflight image
says "it is told" "image: manifest: signer Stranger is not trusted" out
cannot_be_mapped "another's" "manifest: signer Stranger is not trusted"
kept=$root
root=$(printf '%064d' 1)
sign Vendor
root=$kept
append
no "that of another image" "manifest does not list the root hash of the image"
quietly "$VXSIGN" generate --image "sha256=$(printf '%064d' 1)" \
	--image "sha256=$root" --image "sha256=$(printf '%064d' 2)" --name base \
	--version 7 -o text
quietly "$VXSIGN" sign --key Vendor.key --cert Vendor.pem -o manifest text
append
is_good "that of several"
echo 'base 8' >versions
expect 1 "an older one" preflight --versions versions image
says "it is told" "image: manifest: is older than what was loaded before" out
echo 'base 7' >versions
expect 0 "one that is not" preflight --versions versions image
echo 4 >"$sys/level"
expect 1 "one for a newer kernel" preflight image
says "it is told" \
	"image: manifest is not compatible with this system: needs veriexec 5, has 4" out
echo 5 >"$sys/level"
is_good "one for this"

# Other images
echo sha1 >>"$sys/algorithms"
for kind in sha1 sha384 sha512; do
	hashes --hash=$kind
	is_good "hashes of $kind"
	flip $((blocks * 4096 - 1))
	changed "hashes of $kind, a block that was changed" $((blocks - 1)) \
		"file system"
done
hashes --salt=-
is_good "no salt"
expect 0 "its table" "$vxload" image -c Vendor.pem --manifest got image
says "says so" " $root -" out
for size in 1024 4096; do
	rm -f fs
	truncate -s 1M fs
	quietly mke2fs -q -t ext4 -b "$size" -O ^has_journal -d tree fs
	hashes
	is_good "ext4 with blocks of $size bytes"
done
# A device whose size is no multiple of a block
rm fs
truncate -s $((257 * 4096)) fs
quietly mke2fs -q -t ext4 -b 1024 -O ^has_journal,64bit -d tree fs 1025
hashes
is_good "ext4 that ends within a block"
rm -r tree/*
quietly mksquashfs tree fs -noappend -quiet -no-progress
hashes
is_good "a single block"
flip 4095
no "a single block, which was changed" \
	"manifest does not list the root hash of the image"
append

# JSON
json() {
	python3 -c 'import json, sys
r = json.load(open("out"))["roots"]
assert eval("(" + sys.argv[1] + ")"), r' "$1"
}
expect 0 "--json" preflight --json image
holds "tells of its manifest" json 'r[0]["good"] and r[0]["manifests"] == [{
	"manifest": "manifest", "good": True, "name": "base", "version": 7,
	"signer": "Vendor", "method": "ECDSA256+SHA256", "entries": 0,
	"findings": []}]'
cp hashed image
expect 1 "--json, without a manifest" preflight --json image
holds "says so" json 'not r[0]["good"] and r[0]["manifests"] == [] and
	r[0]["cause"] == "has no manifest behind its hashes"'
append

# Trouble
expect 0 "--help" "$vxload" image --help
says "it shows the usage" "usage: vxload image" out
trouble "nothing to look at" "image: name one device" "$vxload" image --manifest got
trouble "two" "image: name one device" "$vxload" image --manifest got image image
trouble "no place for the manifest" "image: --manifest is missing" "$vxload" image image
trouble "an unknown option" "unrecognized option '--nonsense'" "$vxload" image --nonsense
trouble "a device that is not there" "none: No such file" "$vxload" image \
	--manifest got none
cp image 'an image'
trouble "a name that ends a word of the table" "a table has no room for such a name" \
	"$vxload" image --manifest got 'an image'
trouble "a place that is not there" "none/got" "$vxload" image -c Vendor.pem \
	--manifest none/got image
holds "there is no table" [ ! -s out ]
trouble "certificates that are not there" "none.pem: " "$vxload" image -c none.pem \
	--manifest got image
expect 0 "without certificates nobody can tell" "$vxload" image --manifest got image
for nth in 1 2 3 4 5; do
	trouble "read $nth fails" "image: Input/output error" \
		with_fault pread $nth $EIO "$vxload" image -c Vendor.pem \
		--manifest got image
done
trouble "a block cannot be read" "image: block 0 cannot be read: Input/output error" \
	with_fault pread 6 $EIO "$vxload" preflight -c Vendor.pem image
for call in calloc malloc; do
	expect 2 "$call fails" with_fault $call 1 $ENOMEM "$vxload" image \
		-c Vendor.pem --manifest got image
	holds "$call: it was called" [ -e hit ]
done
finish
