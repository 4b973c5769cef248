#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What verify refuses: wrong and missing signatures, wrong times, and trees that
# are not what the manifest says; and the same accepted when it is right.

# Commands are passed to functions by name, and to sh in single quotes.
# shellcheck disable=SC2016,SC2317
set -eu
. "$TESTS/lib.sh"
. "$TESTS/certs.sh"

for name in Signer Other; do
	quietly "$VXSIGN" keygen --cn $name --key $name.key --cert $name.pem
done
mkdir -p root/bin root/lib root/etc
printf '#!/bin/sh\necho a\n' >root/bin/a
printf '#!/bin/sh\necho b\n' >"root/bin/b b%#"
printf 'data\n' >root/etc/data
chmod 755 root/bin/*
ln -s bin root/sbin
quietly "$VXSIGN" generate --root root --name test --version 7 \
	--hash sha256,verity-sha256 --flag 'etc/data=verify' -o text
quietly "$VXSIGN" sign --key Signer.key --cert Signer.pem -o signed text


check() {
	"$VXSIGN" verify --cert Signer.pem "$@"
}

# The signature
expect 0 "a good manifest" check signed
says "Junos's line" \
	"Verified manifest signed by Signer method ECDSA256+SHA256" out
refused "not signed" "text: is not signed" check text
refused "nobody trusted" "signed: signer Signer is not trusted" \
	"$VXSIGN" verify --cert Other.pem signed
: >empty
refused "an empty file" "empty: is not signed" check empty
sed 's/mode=755/mode=777/' text >changed
split_signature signed split.text split.der
append_signature changed split.der forged
refused "a changed text" "text is not the one that was signed" check forged
append_signature empty split.der forged
refused "no text" "text is not the one that was signed" check forged
cat text text >twice
append_signature twice split.der forged
refused "the text twice" "text is not the one that was signed" check forged
cat signed signed >forged
refused "a signed manifest twice" "text is not the one" check forged
head -c 100 /dev/zero >zeros
append_signature text zeros forged
refused "zeros for a signature" "malformed: it is not DER" check forged
{ cat split.der; printf '\0'; } >longer
append_signature text longer forged
refused "a byte behind the message" "something follows the message" \
	check forged
append_signature text empty forged
refused "a signature of no length" "wrong length" check forged
quietly "$VXSIGN" sign --key Other.key --cert Other.pem -o other text
split_signature other split.text other.der
cat split.der other.der >both
append_signature text both forged
refused "two messages" "something follows the message" check forged
printf 'bin/a sha256=00 \001\n' >binary
append_signature binary split.der forged
refused "binary text" "text is not the one" check forged
expect 2 "a certificate that is not there" "$VXSIGN" verify --cert none signed
says "it is named" "none: No such file or directory"
expect 2 "a manifest that is not there" check none
says "it is named" "none: No such file or directory"
printf 'x' >short.pem
expect 2 "a trusted certificate that is none" "$VXSIGN" verify \
	--cert short.pem signed

# A signed text that is no manifest: somebody else's tool signed it.
printf 'bin/a sha256=00\n' >bad
quietly openssl cms -sign -binary -nosmimecap -in bad -outform DER -out der \
	-signer Signer.pem -inkey Signer.key
append_signature bad der forged
refused "signed, but no manifest" "forged:1: fingerprint has a wrong length" \
	check forged

# Times
dated_cert expired 20200101000000Z 20210101000000Z
dated_cert future 21000101000000Z 21010101000000Z
quietly openssl cms -sign -binary -noattr -in text -outform DER -out der \
	-signer expired.pem -inkey expired.key
append_signature text der forged
refused "an expired signer" "expired has expired on 2021-01-01T00:00:00Z" \
	"$VXSIGN" verify --cert expired.pem forged
quietly openssl cms -sign -binary -noattr -in text -outform DER -out der \
	-signer future.pem -inkey future.key
append_signature text der forged
refused "a signer not yet valid" \
	"future is not valid before 2100-01-01T00:00:00Z" \
	"$VXSIGN" verify --cert future.pem forged
quietly openssl cms -sign -binary -nosmimecap -in text -outform DER -out der \
	-signer expired.pem -inkey expired.key
append_signature text der forged
refused "a signing time after the certificate's end" \
	"when the certificate was not valid" \
	"$VXSIGN" verify --cert expired.pem forged
SOURCE_DATE_EPOCH=1000000000 quietly "$VXSIGN" sign --force --key Signer.key \
	--cert Signer.pem -o forged text
refused "a signing time before the certificate's begin" \
	"signed on 2001-09-09T01:46:40Z, when the certificate was not valid" \
	check forged
SOURCE_DATE_EPOCH=1600000000 quietly "$VXSIGN" sign --key expired.key \
	--cert expired.pem -o forged text
refused "signed in time, but expired now" "has expired on" \
	"$VXSIGN" verify --cert expired.pem forged

# What is trusted has to be valid, too, if others are trusted because of it.
issuing=keyUsage=critical,digitalSignature,keyCertSign,cRLSign
for name in bygone lasting; do
	end=20210101000000Z
	[ $name = bygone ] || end=20490101000000Z
	dated_cert $name 20200101000000Z $end $issuing \
		basicConstraints=critical,CA:TRUE
	issued_cert $name by-$name keyUsage=critical,digitalSignature
	quietly "$VXSIGN" sign --key by-$name.key --cert by-$name.pem \
		-o by-$name text
done
expect 0 "a signer whose issuer is valid" "$VXSIGN" verify \
	--cert lasting.pem by-lasting
refused "one whose issuer has expired" \
	"certificate of bygone has expired on 2021-01-01T00:00:00Z" \
	"$VXSIGN" verify --cert bygone.pem by-bygone

# What a certificate is for
# usage NAME CAUSE EXTENSION...: signed by NAME, whose certificate has these.
usage() {
	usage_name=$1
	usage_cause=$2
	shift 2
	openssl_cert "$usage_name" "$@"
	quietly openssl cms -sign -binary -nosmimecap -in text -outform DER \
		-out der -signer "$usage_name.pem" -inkey "$usage_name.key"
	append_signature text der forged
	if [ -z "$usage_cause" ]; then
		expect 0 "a certificate with $*" \
			"$VXSIGN" verify --cert "$usage_name.pem" forged
	else
		refused "a certificate with ${*:-no key usage}" "$usage_cause" \
			"$VXSIGN" verify --cert "$usage_name.pem" forged
	fi
}
usage Bare "of Bare does not allow signatures (key usage digitalSignature)"
usage Cipher "of Cipher does not allow signatures" keyUsage=keyEncipherment
usage Issuer "of Issuer does not allow signatures" \
	keyUsage=keyCertSign,cRLSign basicConstraints=critical,CA:TRUE
usage Both "" keyUsage=digitalSignature,keyCertSign
usage Fine "" keyUsage=digitalSignature

# A name may be chosen by whoever asks for the certificate.
cert_extensions keyUsage=critical,digitalSignature >Odd.ext
quietly openssl ecparam -name prime256v1 -genkey -noout -out Odd.key
quietly openssl req -new -key Odd.key -subj "/CN=$(printf 'Odd\033[2J')" \
	-out Odd.csr
quietly openssl x509 -req -in Odd.csr -days 100 -signkey Odd.key \
	-extfile Odd.ext -out Odd.pem
quietly "$VXSIGN" sign --key Odd.key --cert Odd.pem -o forged text
expect 0 "a signer whose name a terminal could take for a command" \
	"$VXSIGN" verify --cert Odd.pem forged
says "is shown and not printed" \
	"Verified manifest signed by Odd?[2J method ECDSA256+SHA256" out

# Revoked certificates
openssl_cert Root $issuing basicConstraints=critical,CA:TRUE
openssl_cert Stranger $issuing basicConstraints=critical,CA:TRUE
issued_cert Root Middle $issuing basicConstraints=critical,CA:TRUE
issued_cert Middle Leaf keyUsage=critical,digitalSignature
issued_cert Middle Sister keyUsage=critical,digitalSignature
for name in Leaf Sister; do
	cat $name.pem Middle.pem >chain.pem
	quietly "$VXSIGN" sign --key $name.key --cert chain.pem -o $name text
done
expect 0 "a chain of which nothing is revoked" "$VXSIGN" verify \
	--cert Root.pem --revoked Signer.pem Leaf
for revoked in Leaf Middle Root; do
	refused "$revoked is revoked" "certificate of $revoked is revoked" \
		"$VXSIGN" verify --cert Root.pem --revoked Signer.pem \
		--revoked $revoked.pem Leaf
done
expect 0 "the sister of a revoked one" "$VXSIGN" verify --cert Root.pem \
	--revoked Leaf.pem Sister
refused "a signer who is trusted and revoked" "of Signer is revoked" \
	check --revoked Signer.pem signed
expect 2 "a file of revoked ones that is none" check --revoked text signed

cat Root.pem Middle.pem >both.pem
make_crl none Middle 30
make_crl leaf Middle 30 Leaf
make_crl middle Root 30 Middle
make_crl strange Stranger 30
expect 0 "a revocation list of nobody" "$VXSIGN" verify --cert both.pem \
	--crl none.crl Leaf
refused "a revocation list with the signer" "of Leaf is revoked" \
	"$VXSIGN" verify --cert both.pem --crl none.crl --crl leaf.crl Leaf
expect 0 "the same, another signer" "$VXSIGN" verify --cert both.pem \
	--crl leaf.crl Sister
refused "a revocation list with the issuer" "of Middle is revoked" \
	"$VXSIGN" verify --cert Root.pem --crl middle.crl Leaf
refused "a revocation list of a stranger's" \
	"revocation list of Stranger is not signed by anybody trusted who may" \
	"$VXSIGN" verify --cert both.pem --crl strange.crl Leaf
quietly openssl crl -in leaf.crl -outform DER -out leaf.der
flip_last leaf.der broken.crl
refused "a revocation list with a wrong signature" \
	"revocation list of Middle is not signed by anybody trusted who may" \
	"$VXSIGN" verify --cert both.pem --crl broken.crl Sister
expect 2 "a revocation list that is none" "$VXSIGN" verify --cert both.pem \
	--crl text Leaf
expect 0 "OpenSSL agrees on the list" openssl crl -in leaf.crl \
	-CAfile both.pem -noout
quietly openssl ca -config leaf.cnf -gencrl -crlsec 1 \
	-keyfile Middle.key -cert Middle.pem -out old.crl
sleep 2
refused "a revocation list that has expired" "of Middle has expired" \
	"$VXSIGN" verify --cert both.pem --crl old.crl Sister

# The tree
expect 0 "the tree as it was" check --root root --extra signed
# differs NAME LINE COMMAND: after COMMAND, verify prints LINE.
differs() {
	cp -a root tree
	quietly sh -c "cd tree && $3"
	expect 1 "$1 is noticed" check --root tree --extra signed
	says "$1 is told" "$2" out
	holds "$1 is all that is told" [ "$(wc -l <out)" -eq 1 ]
	rm -rf tree
}
differs "a changed file" "changed bin/a: sha256 is " "echo >>bin/a"
differs "a changed file that must be spelt" "changed bin/b%20b%25%23: sha256" \
	"echo >>'bin/b b%#'"
differs "a missing file" "missing bin/a: there is no such file" "rm bin/a"
differs "another mode" "changed bin/a: mode is 4755, the manifest says 755" \
	"chmod 4755 bin/a"
if [ "$(id -u)" -eq 0 ]; then
	differs "another owner" "changed etc/data: uid is 1, " "chown 1 etc/data"
	differs "another group" "changed etc/data: gid is 1, " "chgrp 1 etc/data"
fi
caps=0100000200200000000000000000000000000000
if give_caps root/bin/a $caps; then
	expect 1 "a file with capabilities is noticed" \
		check --root root --extra signed
	says "and told" \
		"changed bin/a: file capabilities are $caps, the manifest says none" \
		out
	give_caps root/bin/a
fi
differs "a directory in a file's place" \
	"changed bin/a: is not a regular file" "rm bin/a; mkdir bin/a"
differs "a pipe in a file's place" \
	"changed bin/a: is not a regular file" "rm bin/a; mkfifo bin/a"
differs "a symbolic link out of the root" \
	"changed bin/a: is a symbolic link" \
	"mv bin/a ../stolen; ln -s ../../stolen bin/a"
differs "a directory that leads out of the root" \
	"changed etc/data: path leads out of the root" \
	"mv etc ../stolen.etc; ln -s ../stolen.etc etc"
differs "an extra script" "extra lib/new" "printf '#!/bin/sh\n' >lib/new"
differs "an extra x bit" "extra lib/x" "install -m 755 /dev/null lib/x"
differs "an extra ELF file" "extra lib/e" "printf '\177ELF' >lib/e"
# other_digit ALG: of the first entry, the last digit of that fingerprint is
# another.
other_digit() {
	sed "s/^\(bin.a.* $1=[0-9a-f]*\)0 /\1f /; t
	     s/^\(bin.a.* $1=[0-9a-f]*\)[0-9a-f] /\10 /" text >other
	quietly "$VXSIGN" sign --key Signer.key --cert Signer.pem other
	expect 1 "another last digit of $1" check --root root other
	says "is told" "changed bin/a: $1 is " out
	holds "and that alone" [ "$(wc -l <out)" -eq 1 ]
}
other_digit sha256
other_digit verity-sha256
cp -a root tree
ln tree/bin/a tree/bin/c
echo text >tree/lib/text
expect 0 "a hard link and a text are nothing extra" \
	check --root tree --extra signed
rm tree/bin/a
expect 1 "missing and extra, as JSON" check --json --root tree signed
says "JSON tells what is missing" '{"result": "missing", "path": "bin/a"' out
says "JSON says no" '"verified": false' out
rm -rf tree
refused "JSON of a bad signature" "is not trusted" \
	"$VXSIGN" verify --json --cert Other.pem signed
says "JSON tells the cause" '"error": "signer Signer is not trusted' out
expect 2 "a root that is not there" check --root none signed
expect 2 "--extra without --root" check --extra signed

# What the kernel refuses: lines that say different things of one file.
mkdir -p one/bin one/lib
echo one >one/bin/a
ln one/bin/a one/bin/b
ln -s ../bin one/lib/bin
echo two >one/bin/c
one=$(sha256sum <one/bin/a | cut -d ' ' -f 1)
one512=$(sha512sum <one/bin/a | cut -d ' ' -f 1)
mode=$(stat -c %a one/bin/a)
uid=$(stat -c %u one/bin/a)
# two_lines STATUS NAME REST1 REST2 [PATH2]
two_lines() {
	printf 'bin/a sha256=%s%s\n%s sha256=%s%s\n' "$one" "$3" \
		"${5:-bin/b}" "$one" "$4" >other
	quietly "$VXSIGN" sign --key Signer.key --cert Signer.pem other
	expect "$1" "$2" check --root one other
	[ "$1" -eq 0 ] || says "it is told" \
		"contradictory ${5:-bin/b}: line 1 lists the same file with other content" \
		out
}
two_lines 0 "two names of one file" "" ""
two_lines 0 "two names with flags" " indirect no_ptrace" " no_ptrace indirect"
two_lines 0 "two names with different labels" " label=a" " label=b"
two_lines 1 "a flag less" " indirect" ""
two_lines 1 "a flag more" "" " indirect"
two_lines 1 "an owner less" " uid=$uid" ""
two_lines 0 "the same owner" " uid=$uid" " uid=$uid"
two_lines 1 "a mode more" "" " mode=$mode"
two_lines 1 "a fingerprint more" "" " sha512=$one512"
two_lines 1 "the same name by way of a link" " indirect" "" lib/bin/a
two_lines 0 "likewise, with the same content" " indirect" " indirect" lib/bin/a
zeros=$(printf '%064d' 0)
printf 'bin/a sha256=%s\nbin/b sha256=%s\n' "$one" "$zeros" >other
quietly "$VXSIGN" sign --key Signer.key --cert Signer.pem other
expect 1 "another fingerprint" check --root one other
says "it has changed" "changed bin/b: sha256 is" out
says "and contradicts" "contradictory bin/b: line 1 lists" out
printf 'bin/c sha256=%s\nbin/a sha256=%s\nbin/b sha256=%s trusted\n' \
	"$(sha256sum <one/bin/c | cut -d ' ' -f 1)" "$one" "$one" >other
quietly "$VXSIGN" sign --key Signer.key --cert Signer.pem other
expect 1 "the third line, as JSON" check --json --root one other
says "it is told" '{"result": "contradictory", "path": "bin/b", "cause": "line 2 ' \
	out
holds "and nothing else" [ "$(grep -c '"result"' out)" -eq 1 ]
expect 1 "diff tells it, too" "$VXSIGN" diff --root one other
says "with the same word" "contradictory bin/b: line 2 lists" out
printf 'bin/c sha256=%s indirect\nbin/a sha256=%s\n' \
	"$(sha256sum <one/bin/c | cut -d ' ' -f 1)" "$one" >other
quietly "$VXSIGN" sign --key Signer.key --cert Signer.pem other
expect 0 "two files may differ" check --root one other

# Links: what they say is what counts, and the kernel says the same.
mkdir -p two/bin
echo one >two/bin/a
ln -s bin/a "two/l ink"
printf 'bin/a sha256=%s\nl%%20ink link=bin/a\n' "$one" >other
quietly "$VXSIGN" sign --key Signer.key --cert Signer.pem other
# link_differs NAME LINE COMMAND
link_differs() {
	rm -rf tree
	cp -a two tree
	quietly sh -c "cd tree && $3"
	expect 1 "$1" check --root tree --extra other
	says "is told" "$2" out
	holds "and that alone" [ "$(wc -l <out)" -eq 1 ]
	expect 1 "diff finds it" "$VXSIGN" diff --root tree other
	says "with the same words" "$2" out
}
expect 0 "a link that leads where it is to" check --root two --extra other
link_differs "a link that leads elsewhere" \
	"changed l%20ink: leads to bin/[, the manifest says bin/a" \
	"ln -snf 'bin/[' 'l ink'"
link_differs "a link that leads there in other words" \
	"changed l%20ink: leads to ./bin/a, the manifest says bin/a" \
	"ln -snf ./bin/a 'l ink'"
link_differs "a file in a link's place" \
	"changed l%20ink: is not a symbolic link" \
	"rm 'l ink'; echo >'l ink'"
link_differs "a missing link" "missing l%20ink: there is no such file" \
	"rm 'l ink'"
expect 1 "as JSON" check --json --root tree other
says "with the same words" '{"result": "missing", "path": "l%20ink"' out
rm two/bin/a
expect 1 "a link that leads nowhere any more" check --root two other
says "is as it was" "missing bin/a" out
holds "what it leads to is not" [ "$(wc -l <out)" -eq 1 ]
printf 'bin/b link=c\nway/b link=c\n' >other
quietly "$VXSIGN" sign --key Signer.key --cert Signer.pem other
mkdir two/out
ln -s ../../bin two/way
expect 1 "a link behind one that leads out" check --root two other
says "is told" "changed way/b: path leads out of the root" out

# The kernel follows no link at the end of a path.
ln -s a one/bin/link
printf 'bin/link sha256=%s\n' "$one" >other
quietly "$VXSIGN" sign --key Signer.key --cert Signer.pem other
expect 1 "a link to a file in the root" check --root one other
says "it is told" "changed bin/link: is a symbolic link" out
printf 'lib/bin/a sha256=%s\n' "$one" >other
quietly "$VXSIGN" sign --key Signer.key --cert Signer.pem other
expect 0 "a link on the way" check --root one other
finish
