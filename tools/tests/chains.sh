#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Chains of certificates up to their limits and beyond the trusted one, and the
# lists that revoke parts of them.

# Commands are passed to functions by name, and to sh in single quotes.
# shellcheck disable=SC2016,SC2317
set -eu
. "$TESTS/lib.sh"
. "$TESTS/certs.sh"

echo "bin/a sha256=$(printf '%064d' 7)" >text
signing=keyUsage=critical,digitalSignature
issuing=keyUsage=critical,keyCertSign,cRLSign,digitalSignature
authority=basicConstraints=critical,CA:TRUE
openssl_cert Root $issuing $authority
issued_cert Root Middle $issuing $authority
issued_cert Middle Leaf $signing

# signs NAME CERTIFICATE...: signed is text, signed by NAME, with these.
signs() {
	signs_name=$1
	shift
	: >with.pem
	[ $# -eq 0 ] || cat "$@" >with.pem
	quietly openssl cms -sign -binary -nosmimecap -in text -outform DER \
		-out der -signer "$signs_name.pem" -inkey "$signs_key.key" \
		${1+-certfile with.pem}
	append_signature text der signed
}
# trusting CERTIFICATE... [-- OPTION...]
trusting() {
	trusting_args=
	for trusting_cert; do
		trusting_args="$trusting_args --cert $trusting_cert.pem"
	done
	# shellcheck disable=SC2086
	"$VXSIGN" verify $trusting_args signed
}
same_subject() {
	quietly openssl req -new -key "$1.key" -subj "/CN=Root" -out "$1.csr"
	quietly openssl x509 -req -in "$1.csr" -days 100 -signkey "$1.key" \
		-extfile "$1.ext" -out "$1.pem"
}

# Links above the trusted certificate. Whoever trusts Middle needs no Root, but
# what stands in the signature must be right.
signs_key=Leaf

# Who is only led to may not say all that they may say who are trusted themselves, as
# in a kernel that has their certificates.
keep=$(cat text)
entry="bin/a sha256=$(printf '%064d' 7)"
for right in trusted control kmem storage; do
	printf '%%manifest 1\n%s no_ptrace\n%s %s\n' "$entry" \
		"bin/b${entry#bin/a}" $right >text
	signs Leaf Middle.pem
	refused "$right, from one who is issued" \
		"signed:3: an added signer may not give a file rights" \
		trusting Root
	expect 0 "$right, from one who is trusted himself" trusting Root Leaf
done
printf '%%manifest 1\n%%requires veriexec >= 2\n%%revoke sha256=%064d\n' 7 >text
signs Leaf Middle.pem
refused "a revocation, from one who is issued" \
	"signed: an added signer may not revoke" trusting Root
expect 0 "from one who is trusted himself" trusting Root Leaf
printf '%%manifest 1\n' >text
signs Leaf Middle.pem
refused "what lists nothing" "signed: lists nothing" trusting Root
printf '%%manifest 1\n%%requires veriexec >= 99\n%s\n' "$entry" >text
signs Leaf Middle.pem
refused "what needs a later veriexec" "signed:2: " trusting Root
printf '%s indirect no_fips no_ptrace verify untrusted label=x\n' "$entry" >text
signs Leaf Middle.pem
expect 0 "flags that are no rights" trusting Root
printf '%s\n' "$keep" >text

signs Leaf Middle.pem Root.pem
expect 0 "a good link above the trusted one" trusting Middle
identifier=$(openssl x509 -in Root.pem -noout -ext subjectKeyIdentifier |
	     tail -n 1 | tr -d ' ')
quietly openssl ecparam -name prime256v1 -genkey -noout -out Fake.key
printf '%s\n' "subjectKeyIdentifier=$identifier" $issuing $authority >Fake.ext
same_subject Fake
signs Leaf Middle.pem Fake.pem
refused "one above it who did not sign it" \
	"certificate of Middle was not signed by its issuer" trusting Middle
refused "and who is trusted" \
	"certificate of Middle was not signed by its issuer" \
	trusting Middle Fake
cp Root.key Layman.key
printf '%s\n' subjectKeyIdentifier=hash $signing $authority >Layman.ext
same_subject Layman
signs Leaf Middle.pem Layman.pem
expect 0 "one above it who may not issue" trusting Middle
refused "one that it leads to who may not issue" \
	"issuer of the certificate of Middle is not a CA with key usage keyCertSign" \
	trusting Layman
printf '%s\n' subjectKeyIdentifier=hash $issuing >Layman.ext
same_subject Layman
signs Leaf Middle.pem Layman.pem
expect 0 "one above it who is no CA" trusting Middle
refused "one that it leads to who is no CA" \
	"issuer of the certificate of Middle is not a CA" trusting Layman

signs Leaf Middle.pem
refused "one above it whom nobody knows" \
	"nobody answers for the certificate of Middle in it" trusting Leaf
expect 0 "one above it whom somebody answers for" trusting Leaf Root

# How long a chain may be: eight certificates in the signature.
openssl_cert Link0 $issuing $authority
for i in 1 2 3 4 5 6 7 8; do
	issued_cert Link$((i - 1)) Link$i $issuing $authority
done
signs_key=Link8
signs Link8 Link7.pem Link6.pem Link5.pem Link4.pem Link3.pem Link2.pem Link1.pem
expect 0 "a chain of eight" trusting Link0
says "by its last link" "signed by Link8 method" out
issued_cert Link8 Link9 $issuing $authority
signs_key=Link9
signs Link9 Link8.pem Link7.pem Link6.pem Link5.pem Link4.pem Link3.pem \
	Link2.pem Link1.pem
refused "a chain of nine" "chain of certificates is too long" trusting Link0
refused "even if most of it is above the trusted one" \
	"chain of certificates is too long" trusting Link8

# A path length counts the authorities below.
issued_cert Root Short $issuing "$authority,pathlen:1"
issued_cert Short Below $issuing $authority
issued_cert Below Last $signing
signs_key=Last
signs Last Below.pem Short.pem
expect 0 "a chain as long as its CA allows" trusting Root
issued_cert Below Deeper $issuing $authority
issued_cert Deeper TooDeep $signing
signs_key=TooDeep
signs TooDeep Deeper.pem Below.pem Short.pem
refused "one longer" "longer than its CA allows" trusting Root

# The trusted one's counts as well.
# What a certificate is for, and what nobody here understands
# other_use NAME EXTENSION...: NAME signs, and so does somebody whom it vouches for.
other_use() {
	use_name=$1
	shift
	issued_cert Root "$use_name" $issuing $authority "$@"
	issued_cert "$use_name" "$use_name-leaf" $signing
}
code="does not allow code signing"
other_use Server extendedKeyUsage=serverAuth
other_use Code extendedKeyUsage=serverAuth,codeSigning
other_use Any extendedKeyUsage=anyExtendedKeyUsage
other_use Critical extendedKeyUsage=critical,codeSigning
other_use Named "nameConstraints=critical,permitted;DNS:a.b"
other_use Names "nameConstraints=permitted;DNS:a.b"
other_use Alternative "subjectAltName=critical,DNS:a.b"
for name in Code Any Critical Names; do
	signs_key=$name
	signs $name
	expect 0 "$name signs" trusting Root
	expect 0 "$name signs, and is trusted" trusting $name
	signs_key=$name-leaf
	signs $name-leaf $name.pem
	expect 0 "$name issues" trusting Root
	signs $name-leaf
	expect 0 "$name issues, and is trusted" trusting $name
done
# for_another NAME CAUSE
for_another() {
	signs_key=$1
	signs "$1"
	refused "$1 signs" "$2" trusting Root
	signs_key=$1-leaf
	signs "$1-leaf" "$1.pem"
	refused "$1 issues" "$2" trusting Root
	signs "$1-leaf"
	expect_trusted="$1 issues, and is trusted"
	lib_got=0
	trusting "$1" >out 2>err || lib_got=$?
	# mbedTLS does not read all of them at all.
	holds "$expect_trusted" [ "$lib_got" -ne 0 ]
}
for_another Server "$code"
refused "vxsign does not sign so" "Server.pem: extended key usage of a certificate $code" \
	"$VXSIGN" sign --key Server.key --cert Server.pem -o signed text
refused "nor asks others to" "Server.pem: extended key usage of a certificate $code" \
	"$VXSIGN" sign --cert Server.pem --digest-out digest text
expect 0 "but with one for code" "$VXSIGN" sign --key Code.key \
	--cert Code.pem -o signed text
signs Server-leaf
refused "Server issues, and is trusted: why" "certificate of Server: " \
	trusting Server
for_another Named "critical extension that is not known here"
for_another Alternative "critical extension that is not known here"

# A certificate that differs from the trusted one in a single byte
quietly openssl x509 -in Leaf.pem -outform DER -out leaf.der
flip_last leaf.der changed.der
quietly openssl x509 -inform DER -in changed.der -out Changed.pem
signs_key=Leaf
signs Leaf
expect 0 "the trusted certificate itself" trusting Leaf
signs Changed
refused "the same but for one byte" \
	"certificate of Leaf in it differs from the trusted one" trusting Leaf
refused "even if its issuer is trusted" \
	"certificate of Leaf in it differs from the trusted one" \
	trusting Leaf Middle
refused "its issuer has not signed that byte" \
	"certificate of Leaf was not signed by its issuer" trusting Middle
quietly openssl x509 -in Middle.pem -outform DER -out middle.der
flip_last middle.der changed.der
quietly openssl x509 -inform DER -in changed.der -out ChangedMiddle.pem
signs Leaf ChangedMiddle.pem
refused "an issuer with another byte" \
	"certificate of Middle in it differs from the trusted one" trusting Middle

# Revocation lists
signs Leaf Middle.pem
cp signed leaf.signed
# listed CRL... : what verify says, with Root and Middle trusted, and all of $more.
more=
listed() {
	listed_args=
	for listed_crl; do
		listed_args="$listed_args --crl $listed_crl.crl"
	done
	# shellcheck disable=SC2086
	"$VXSIGN" verify --cert Root.pem --cert Middle.pem $more \
		$listed_args leaf.signed
}
make_crl none Middle 30
make_crl leaf Middle 30 Leaf
make_crl root Root 30
expect 0 "a list of nobody" listed none
refused "a list of the signer" "certificate of Leaf is revoked" listed leaf
refused "a second list" "certificate of Leaf is revoked" listed none leaf
refused "a third" "certificate of Leaf is revoked" listed root none leaf
refused "the first of two" "certificate of Leaf is revoked" listed leaf root
cat none.crl leaf.crl >two.crl
refused "a second list in the same file" "certificate of Leaf is revoked" \
	listed two
issued_cert Middle Gone1 $signing
issued_cert Middle Gone2 $signing
make_crl many Middle 30 Gone1 Gone2 Leaf
# OpenSSL sorts them by their numbers.
for name in Leaf Gone1 Gone2; do
	signs_key=$name
	signs $name
	expect 0 "a list without $name" "$VXSIGN" verify --cert Middle.pem \
		--crl none.crl signed
	refused "$name in a list of three" "certificate of $name is revoked" \
		"$VXSIGN" verify --cert Middle.pem --crl many.crl signed
done
make_crl others Middle 30 Gone1 Gone2
expect 0 "a list of others" listed others

# Who may make one: the key usage says so.
for rights in "keyUsage=critical,keyCertSign,digitalSignature" ""; do
	openssl_cert NoLists ${rights:+"$rights"} $authority
	make_crl nolists NoLists 30
	more="--cert NoLists.pem"
	refused "a list by one with ${rights:-no key usage}" \
		"revocation list of NoLists is not signed by anybody trusted who may" \
		listed nolists
done
openssl_cert Lists keyUsage=critical,cRLSign $authority
make_crl lists Lists 30
more="--cert Lists.pem"
expect 0 "a list by one with keyUsage=cRLSign" listed lists
make_crl forged Lists 30 Leaf
more=
refused "a second list that is not trusted" \
	"revocation list of Lists is not signed by anybody trusted" \
	listed none forged

# The same serial number of another issuer is another certificate.
serial=$(openssl x509 -in Leaf.pem -noout -serial | cut -d = -f 2)
openssl_cert Foreign $issuing $authority
cert_extensions $signing >Twin.ext
quietly openssl ecparam -name prime256v1 -genkey -noout -out Twin.key
quietly openssl req -new -key Twin.key -subj /CN=Twin -out Twin.csr
quietly openssl x509 -req -in Twin.csr -days 100 -CA Foreign.pem \
	-CAkey Foreign.key -set_serial "0x$serial" -extfile Twin.ext \
	-out Twin.pem
holds "two certificates with one serial number" [ "$serial" = \
	"$(openssl x509 -in Twin.pem -noout -serial | cut -d = -f 2)" ]
make_crl twin Foreign 30 Twin
more="--cert Foreign.pem"
expect 0 "a list revokes no foreign certificate" listed twin
signs_key=Twin
signs Twin
refused "but its own" "certificate of Twin is revoked" "$VXSIGN" verify \
	--cert Foreign.pem --crl twin.crl signed
more="--revoked Twin.pem"
expect 0 "nor does a revoked certificate" listed
more="--revoked Leaf.pem"
refused "but itself" "certificate of Leaf is revoked" listed
# The same issuer, another number
more="--revoked Gone1.pem"
expect 0 "nor does another of the same issuer" listed
finish
