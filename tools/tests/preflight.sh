#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# vxload preflight: for each way in which a root is not good, that way and its twin,
# the same root where it is. What it does with devices, boots/vxload tells.

# Commands are passed to functions by name, and to sh in single quotes.
# shellcheck disable=SC2016,SC2317
set -eu
. "$TESTS/lib.sh"
. "$TESTS/certs.sh"
. "$TESTS/kernel.sh"

fake_kernel preflight
EACCES=13 EIO=5
signing=keyUsage=critical,digitalSignature
issuing=keyUsage=critical,keyCertSign,digitalSignature
authority=basicConstraints=critical,CA:TRUE
openssl_cert Root $issuing $authority
openssl_cert Stranger $issuing $authority
issued_cert Root Leaf $signing
dated_cert Bygone 20200101000000Z 20210101000000Z

manifest=slot/etc/veriexec/manifest
# sign NAME [OPTION]...: text becomes the manifest of slot, signed by NAME.
sign() {
	sign_name=$1
	shift
	quietly "$VXSIGN" sign --key "$sign_name.key" --cert "$sign_name.pem" \
		-o $manifest "$@" text
}
# openssl_signs NAME TEXT [OPTION]...: TEXT becomes it, whatever it says.
openssl_signs() {
	openssl_name=$1
	openssl_text=$2
	shift 2
	quietly openssl cms -sign -binary -nosmimecap -in "$openssl_text" \
		-signer "$openssl_name.pem" -inkey "$openssl_name.key" \
		-outform DER -out der "$@"
	append_signature "$openssl_text" der $manifest
}
# list [OPTION]...: text lists what is in slot.
list() {
	quietly "$VXSIGN" generate --root slot --exclude etc --name base \
		--version 7 -o text "$@"
}
# good NAME [OPTION]...: slot is.
is_good() {
	good_name=$1
	shift
	expect 0 "$good_name" preflight "$@" slot
	says "$good_name: it is told" "slot: is good here: " out
}
# no NAME VERDICT [OPTION]...: slot is not, and that is the last line.
no() {
	no_name=$1
	no_verdict=$2
	shift 2
	expect 1 "$no_name" preflight "$@" slot
	tail -n 1 out >last
	says "$no_name: it is told why" "slot: $no_verdict" last
}

mkdir -p slot/bin slot/etc/veriexec
printf '#!/bin/sh\n' >slot/bin/one
printf '#!/bin/sh\necho\n' >slot/bin/two
chmod 755 slot/bin/one slot/bin/two
ln -s one slot/bin/link
list
sign Leaf

# The command line
trusts Leaf
expect 0 "--help" preflight --help
says "it shows the usage" "Usage: vxload preflight" out
trouble "nothing to look at" "preflight: name a root, or a device" preflight
trouble "an unknown option" "unrecognized option '--nonsense'" \
	preflight --nonsense slot
expect 2 "an answer that cannot be written" sh -c '"$@" >/dev/full' sh \
	env LD_PRELOAD="$PROGRAMS/keyring.so" \
	ASAN_OPTIONS="$ASAN_OPTIONS:verify_asan_link_order=0" \
	"$vxload" preflight slot
trouble "a root that is not there" "none: No such file" preflight none
mkfifo fifo
trouble "a pipe" "fifo: is neither a directory nor a block device nor an image" \
	preflight fifo
mkfifo slot/pipe
trouble "a pipe for a manifest is not waited for" \
	"pipe: is not a regular file" preflight --manifest pipe slot
rm slot/pipe
asked "nothing reaches the kernel"

# Who has signed
trusts Leaf
expect 0 "the kernel has the signer" preflight slot
same "all that is said" out \
	"Verified manifest signed by Leaf method ECDSA256+SHA256" \
	"slot: is good here: 1 manifest, 3 files"
asked "nothing is loaded"
trusts Root
no "its authority, who does not come along" \
	"etc/veriexec/manifest: signer Leaf is not trusted"
is_good "who is in a file" -c Root.pem
cat Leaf.pem Root.pem >chain.pem
quietly "$VXSIGN" sign --key Leaf.key --cert chain.pem -o $manifest text
is_good "who comes along with the signature"
trusts Stranger
no "whom the kernel does not have" \
	"etc/veriexec/manifest: signer Leaf is not trusted: no trusted certificate covers it"
no "whoever the file says" "etc/veriexec/manifest: signer Leaf is not trusted" \
	-c Root.pem
trusts
no "nobody" "etc/veriexec/manifest: signer Leaf is not trusted" -c Root.pem
trusts Stranger
echo "keyring;0;0;1f0b0000;.builtin_trusted_keys" >keyring/key-1
echo "asymmetric;0;0;1f030000;Leaf: $(identifier Leaf)" >keyring/key-1-0
is_good "in a keyring that is linked"
echo "user;0;0;1f0b0000;.builtin_trusted_keys" >keyring/key-1
no "not in something else" "etc/veriexec/manifest: signer Leaf is not trusted"
trusts
echo "blacklist;0;0;1f030000;Leaf: $(identifier Leaf)" >keyring/key-0
no "nor is that a certificate" "etc/veriexec/manifest: signer Leaf is not trusted"
trusts Leaf
echo $EIO >keyring/read
expect 1 "a keyring that cannot be read" preflight slot
says "it is told" "keyring .veriexec cannot be read: Input/output error"
says "and what comes of it" \
	"nobody can tell whether the certificate of Leaf is trusted" out
for err in $ENOKEY $EACCES; do
	trusts
	echo "$err" >keyring/find
	trouble "no keyring, $err" "nobody can tell whom the kernel trusts" \
		preflight slot
	is_good "a file instead, $err" -c Root.pem
	no "another's, $err" "etc/veriexec/manifest: signer Leaf is not trusted" \
		-c Stranger.pem
done
trusts Leaf
echo "keyring;1000;1000;3f010000;.veriexec" >keyring/ring
trouble "a user's keyring" "nobody can tell whom the kernel trusts" \
	preflight -c Root.pem slot
# A certificate of his own with the identifier of another's key
printf '%s\n' $signing "subjectKeyIdentifier=$(identifier Leaf)" >Liar.ext
quietly openssl req -new -key Stranger.key -subj /CN=Leaf -out Liar.csr
quietly openssl x509 -req -in Liar.csr -signkey Stranger.key -extfile Liar.ext \
	-out Liar.pem
cp Stranger.key Liar.key
trusts Leaf
sign Liar
no "who takes another's identifier" "etc/veriexec/manifest: signer Leaf is not trusted"
sign Leaf
is_good "the other"
rm keyring/find.blacklist
no "one who is revoked" "etc/veriexec/manifest: certificate of Leaf is revoked"
echo $ENOKEY >keyring/search
echo "asymmetric;0;0;1f030000;Leaf: $(identifier Leaf) " >keyring/key-1
echo $ENOKEY >keyring/find.blacklist
is_good "who is not"
trusts Bygone
openssl_signs Bygone text -noattr
is_good "whose certificate has expired"
no "-S minds" "etc/veriexec/manifest: certificate of Bygone has expired" -S
trusts Leaf
sign Leaf
is_good "-S, whose has not" -S

# What he may say
cp text kept.text
for what in "revoke%revoke sha256=$(printf '%064d' 1)" "give a file rights"; do
	case $what in
	revoke*) { sed -n '/^%/p' kept.text; echo "${what#revoke}"
		sed '/^%/d' kept.text; } >text ;;
	*) sed 's/^bin.one .*/& trusted/' kept.text >text ;;
	esac
	what=${what%%%*}
	sign Leaf
	trusts
	echo "keyring;0;0;1f0b0000;.veriexec_builtin" >keyring/key-0
	echo "asymmetric;0;0;1f030000;Root: $(identifier Root)" >keyring/key-0-0
	echo "asymmetric;0;0;1f030000;Leaf: $(identifier Leaf)" >keyring/key-1
	echo 0 >keyring/at.veriexec_builtin
	expect 1 "an added signer may not $what" preflight slot
	says "an added signer may not $what: it is told" \
		": an added signer may not $what" out
	echo "asymmetric;0;0;1f030000;Leaf: $(identifier Leaf)" >keyring/key-0-1
	is_good "the vendor may $what"
	rm keyring/key-1
	is_good "he is in the keyring by way of the other, and may $what"
done
cp kept.text text
sign Leaf
mv keyring/key-0-1 keyring/key-1
is_good "an added signer adds files"
echo $ENOKEY >keyring/find.veriexec_builtin
trouble "the vendor's keyring is not there" "nobody can tell whom the kernel trusts" \
	preflight slot
trusts Leaf

# What is signed
cp text $manifest
no "a manifest without a signature" "etc/veriexec/manifest: is not signed"
sign Leaf
sed -i 's/%version 7/%version 8/' $manifest
no "another text" "etc/veriexec/manifest: text is not the one that was signed"
: >$manifest
no "nothing" "etc/veriexec/manifest: is empty"
echo nonsense >text
openssl_signs Leaf text
no "no manifest" "etc/veriexec/manifest:1: "
list
sign Leaf
is_good "the manifest"

# What this kernel can
sed -i 's/^%requires .*/%requires veriexec >= 5/' text
sign Leaf
is_good "a level that it has"
echo 4 >"$sys/level"
no "one that it has not" \
	"etc/veriexec/manifest is not compatible with this system: needs veriexec 5, has 4"
echo 5 >"$sys/level"
sed 's/%requires veriexec >= 5/%requires veriexec >= 6/' text >text6
openssl_signs Leaf text6
line=$(grep -n '^%requires' text6 | cut -d : -f 1)
no "one that nobody has" \
	"etc/veriexec/manifest:$line: not compatible with this system: needs veriexec 6, has 5"
list --hash sha1
sign Leaf
line=$(grep -n -m 1 sha1= text | cut -d : -f 1)
no "an algorithm that it has not" \
	"etc/veriexec/manifest is not compatible with this system: line $line: algorithm is not supported here: 'sha1="
echo sha1 >>"$sys/algorithms"
is_good "one that it has"
for asked_of in level algorithms; do
	trusts Leaf
	: >"$sys/$asked_of"
	trouble "an empty $asked_of" "$sys/$asked_of: " preflight slot
	rm "$sys/$asked_of"
	trouble "no $asked_of" "$sys/$asked_of: is not there: this kernel has no veriexec" \
		preflight slot
done
trusts Leaf
list
sign Leaf

# What is there
change() {
	change_name=$1
	change_finding=$2
	shift 2
	cp -a slot kept
	is_good "before: $change_name"
	"$@"
	no "$change_name" \
		"etc/veriexec/manifest: 1 of its 3 files are not as it says"
	says "$change_name: it is named" "slot: $change_finding" out
	rm -rf slot
	mv kept slot
}
change "a file is missing" "missing bin/one: there is no such file" \
	rm slot/bin/one
change "a file is another" "changed bin/one: sha256 is " \
	sh -c 'echo >>slot/bin/one'
change "a mode is another" "changed bin/two: mode is 700, the manifest says 755" \
	chmod 700 slot/bin/two
change "a link leads elsewhere" "changed bin/link: leads to two, the manifest says one" \
	ln -sfn two slot/bin/link
change "a link is missing" "missing bin/link: " rm slot/bin/link
change "a file is a directory" "changed bin/one: is not a regular file" \
	sh -c 'rm slot/bin/one && mkdir slot/bin/one'
caps=0100000200200000000000000000000000000000
if [ "$(id -u)" -eq 0 ]; then
	change "an owner is another" "changed bin/one: uid is 1, the manifest says 0" \
		chown 1 slot/bin/one
	change "a group is another" "changed bin/one: gid is 1, the manifest says 0" \
		chgrp 1 slot/bin/one
fi
if give_caps slot/bin/two $caps; then
	list
	sign Leaf
	change "file capabilities are others" "changed bin/two: file capabilities are " \
		give_caps slot/bin/two
	give_caps slot/bin/two
fi
list
sign Leaf
mv slot/bin/one out-of-it
ln -s ../../out-of-it slot/bin/one
expect 1 "a file that is out of the root" preflight slot
says "is not looked at" "slot: changed bin/one: is a symbolic link" out
rm slot/bin/one
mv out-of-it slot/bin/one

# Versions
echo 'base 7' >versions
is_good "no older than before" --versions versions
holds "the file is as it was" [ "$(cat versions)" = 'base 7' ]
echo 'base 8' >versions
no "older" "etc/veriexec/manifest: is older than what was loaded before" \
	--versions versions
says "it is told than what" "is version 7 of base, and 8 was loaded before"
holds "the file is as it was still" [ "$(cat versions)" = 'base 8' ]
echo 'nonsense' >versions
trouble "no versions" "versions:1: is not the name and the version" preflight \
	--versions versions slot

# Where manifests are
mkdir slot/etc/veriexec/manifests.d
for name in 20-two 10-one; do
	printf '%%name %s\n%%version 1\nbin/one sha256=%s\n' $name \
		"$(sha256sum <slot/bin/one | cut -d ' ' -f 1)" >part
	quietly "$VXSIGN" sign --key Leaf.key --cert Leaf.pem \
		-o slot/etc/veriexec/manifests.d/$name part
done
echo other >slot/etc/veriexec/manifests.d/.hidden
expect 0 "several manifests" preflight slot
says "all count" "slot: is good here: 3 manifests, 5 files" out
cp slot/etc/veriexec/manifests.d/20-two kept
cp part slot/etc/veriexec/manifests.d/20-two
no "one of them is not signed" "etc/veriexec/manifests.d/20-two: is not signed"
cp part slot/etc/veriexec/manifests.d/10-one
no "the first is told of" "etc/veriexec/manifests.d/10-one: is not signed"
is_good "the one that is named" --manifest /etc/veriexec/manifest
expect 0 "another that is named" preflight --manifest etc/veriexec/manifest \
	--manifest etc/veriexec/../veriexec/manifest slot
says "both count" "slot: is good here: 2 manifests, 6 files" out
no "one that is not there" "etc/none: No such file or directory" \
	--manifest etc/none
rm -r slot/etc/veriexec/manifests.d/*
is_good "an empty folder"
mv $manifest kept
no "no manifest at all" \
	"has no manifest: neither etc/veriexec/manifest nor one in etc/veriexec/manifests.d"
cp kept slot/etc/veriexec/manifests.d/only
is_good "the only one is in the folder"
rm slot/etc/veriexec/manifests.d/only
ln -s ../../kept $manifest
cp kept slot
no "a manifest that is a link" "etc/veriexec/manifest: is a symbolic link"
rm $manifest slot/kept
mv slot/etc/veriexec slot/etc/there
mv kept slot/etc/there/manifest
ln -s there slot/etc/veriexec
is_good "one in a folder that is a link"
mv slot/etc/there there
ln -sfn ../../there slot/etc/veriexec
no "one in a folder that is out of the root" \
	"etc/veriexec/manifest: leads out of the root"
rm slot/etc/veriexec
mv there slot/etc/veriexec
mkdir empty
expect 1 "a good one and another" preflight slot empty
says "the good one is" "slot: is good here: " out
says "the other is not" "empty: has no manifest" out
expect 2 "one of which nothing is known" preflight empty none slot
says "the rest is looked at" "slot: is good here: " out
says "it is told of, too" "none: no answer was reached" out
cp -a slot copy
expect 0 "two good ones" preflight slot copy

# JSON
expect 0 "--json, a good one" preflight --json slot
json() {
	python3 -c 'import json, sys
r = json.load(open("out"))["roots"]
assert eval("(" + sys.argv[1] + ")"), r' "$1"
}
holds "says so" json 'r[0]["root"] == "slot" and r[0]["good"] and not r[0]["cause"]'
holds "tells of its manifest" json 'r[0]["manifests"] == [{
	"manifest": "etc/veriexec/manifest", "good": True, "name": "base",
	"version": 7, "signer": "Leaf", "method": "ECDSA256+SHA256",
	"entries": 3, "findings": []}]'
rm copy/bin/one
expect 1 "--json, another" preflight --json slot copy empty
holds "says so, too" json 'len(r) == 3 and r[0]["good"] and not r[1]["good"] and
	not r[2]["good"] and r[2]["manifests"] == []'
holds "tells what is not there" json 'r[1]["manifests"][0]["findings"] == [{
	"result": "missing", "path": "bin/one", "cause": "there is no such file"}]'
cp text copy/etc/veriexec/manifest
expect 2 "--json, without an answer" preflight --json copy none
holds "names no signer" json 'r[0]["manifests"][0]["signer"] is None and
	r[0]["cause"] == "etc/veriexec/manifest: is not signed" and not r[1]["good"]'

trouble "a file that cannot be read" "slot: 1 files cannot be read" \
	with_fault pread 1 $EIO "$vxload" preflight -c Root.pem slot
says "it is named" "slot: unreadable bin/" out
for call in calloc malloc; do
	expect 2 "$call fails" with_fault $call 1 12 "$vxload" preflight -c Root.pem slot
	holds "$call: it was called" [ -e hit ]
done
finish
