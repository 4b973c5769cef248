#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What the tools ask the kernel's keyrings, and what they make of the answers:
# vxload --add-cert, and who is revoked for vxsign verify and vxload -S.

# Commands are passed to functions by name, and to sh in single quotes.
# shellcheck disable=SC2016,SC2317
set -eu
. "$TESTS/lib.sh"
. "$TESTS/certs.sh"
. "$TESTS/kernel.sh"

fake_kernel keyring
EPERM=1 EIO=5 EACCES=13 EBADMSG=74 ENOPKG=65 ENOKEY=126 EKEYREJECTED=129
signing=keyUsage=critical,digitalSignature
issuing=keyUsage=critical,keyCertSign,digitalSignature
authority=basicConstraints=critical,CA:TRUE
openssl_cert Root $issuing $authority
issued_cert Root Middle $issuing $authority
issued_cert Middle Leaf $signing
quietly openssl x509 -in Leaf.pem -outform DER -out Leaf.der
quietly openssl x509 -in Middle.pem -outform DER -out Middle.der

KEYRING=$PWD/keyring
export KEYRING
# with_keyring COMMAND...
with_keyring() {
	env LD_PRELOAD="$PROGRAMS/keyring.so" \
		ASAN_OPTIONS="$ASAN_OPTIONS:verify_asan_link_order=0" "$@"
}
# answers [ERRNO]...: a fresh keyring, which says these to what is added.
answers() {
	rm -rf keyring
	mkdir keyring
	[ $# -eq 0 ] || printf '%s\n' "$@" >keyring/answers
}
add() {
	with_keyring "$vxload" --add-cert "$@"
}
# ring_asked NAME [LINE]...
ring_asked() {
	ring_name=$1
	shift
	: >wanted
	[ $# -eq 0 ] || printf '%s\n' "$@" >wanted
	touch keyring/log
	holds "$ring_name" diff wanted keyring/log
}

# Adding
answers 0
expect 0 "a certificate" add Leaf.pem
holds "nothing is said" [ ! -s out ]
ring_asked "it is offered as such" "find keyring .veriexec" "add asymmetric - 0"
holds "in DER" cmp Leaf.der keyring/added-1
answers 0
expect 0 "one in DER" add Leaf.der
holds "is offered as it is" cmp Leaf.der keyring/added-1
answers 0
expect 0 "-v" with_keyring "$vxload" -v --add-cert Leaf.pem
same "names it" out "added Leaf"
cat Leaf.pem Middle.pem >both.pem
answers $ENOKEY 0 0
expect 0 "the issuer comes later" with_keyring "$vxload" -v --add-cert both.pem
same "both are added" out "added Middle" "added Leaf"
holds "the issuer first" cmp Middle.der keyring/added-1
holds "and then who has waited" cmp Leaf.der keyring/added-2
answers $ENOKEY 0 0
expect 0 "in another file" add Leaf.pem Middle.pem
ring_asked "nobody is offered twice but who was not taken" \
	"find keyring .veriexec" "add asymmetric - $ENOKEY" \
	"add asymmetric - 0" "add asymmetric - 0"
answers $ENOKEY $ENOKEY
refused "nobody has issued them" \
	"Leaf.pem: Leaf: refused by .veriexec: nobody in the keyring has issued it" \
	add Leaf.pem Middle.pem
ring_asked "each is offered once" "find keyring .veriexec" \
	"add asymmetric - $ENOKEY" "add asymmetric - $ENOKEY"
answers $ENOKEY 0 $ENOKEY
refused "one of them" \
	"Leaf.pem: Leaf: refused by .veriexec: nobody in the keyring has issued it" \
	add Leaf.pem Middle.pem
holds "the other stays" cmp Middle.der keyring/added-1
# refusal ERRNO CAUSE
refusal() {
	answers "$1" 0
	refused "errno $1" "Leaf.pem: Leaf: refused by .veriexec: $2" \
		add Leaf.pem Middle.pem
	ring_asked "errno $1: nothing follows" "find keyring .veriexec" \
		"add asymmetric - $1"
}
refusal $EKEYREJECTED "its signature is bad, or its issuer is no authority"
refusal $EPERM "the keyring takes certificates from root alone"
refusal $EACCES "the keyring takes certificates from root alone"
refusal $EBADMSG "the kernel cannot read it"
refusal $ENOPKG "it uses an algorithm that the kernel does not have"
answers $EIO
trouble "another errno" "Leaf.pem: Leaf: cannot be added: Input/output error" \
	add Leaf.pem
answers
echo $ENOKEY >keyring/find
trouble "no keyring" "there is no keyring .veriexec that you may see" \
	add Leaf.pem
ring_asked "nothing is offered" "find keyring .veriexec"
# The list in which it is found can be a user's.
for ring in "keyring;1000;1000;3f010000;.veriexec" \
	"keyring;0;0;3f010000;veriexec" "keyring;0;0;3f010000;_ses" \
	"user;0;0;3f010000;.veriexec" "keyring;0" ""; do
	answers 0
	echo "$ring" >keyring/ring
	trouble "no keyring of the kernel's: '$ring'" \
		"there is no keyring .veriexec that you may see" add Leaf.pem
	ring_asked "nothing is offered to it" "find keyring .veriexec"
done
answers 0
echo "keyring;0;0;1f0f0000;.veriexec" >keyring/ring
expect 0 "the kernel's" add Leaf.pem
# What the kernel would refuse without saying why
issued_cert Middle Server $signing extendedKeyUsage=serverAuth
issued_cert Middle Code $signing extendedKeyUsage=codeSigning
issued_cert Middle Alternative $signing subjectAltName=critical,DNS:a.b
answers 0
refused "a certificate for servers" \
	"Server.pem: Server: refused: extended key usage of a certificate does not allow" \
	add Leaf.pem Server.pem
ring_asked "nobody is asked"
refused "one with a critical extension" \
	"Alternative: refused: a certificate has a critical extension that is not known" \
	add Alternative.pem
expect 0 "one for code" add Code.pem
answers
trouble "a file that is none" "Leaf.key: is not a certificate" \
	add Leaf.pem Leaf.key
ring_asked "nobody is asked"
for call in calloc realloc; do
	answers
	trouble "$call fails" "out of memory" with_fault $call 1 12 "$vxload" \
		--add-cert Leaf.pem
	holds "$call: it was called" [ -e hit ]
	ring_asked "$call: nobody is asked"
done

# Who is revoked
echo "bin/a sha256=$(printf '%064d' 7)" >text
cat Leaf.pem Middle.pem >chain.pem
quietly "$VXSIGN" sign --key Leaf.key --cert chain.pem -o signed text
verify() {
	with_keyring "$VXSIGN" verify --cert Root.pem signed
}
load() {
	kernel loaded
	with_keyring "$vxload" -S -c Root.pem signed
}
# digest NAME: of the signed part of its certificate, as the kernel has it.
digest() {
	openssl x509 -in "$1.pem" -outform DER |
		openssl asn1parse -inform DER -strparse 4 -noout -out tbs
	sha256sum <tbs | cut -d ' ' -f 1
}
identifier() {
	openssl x509 -in "$1.pem" -noout -ext subjectKeyIdentifier | tail -n 1 |
		tr -d ' :' | tr A-F a-f
}
for tool in verify load; do
	answers
	echo $ENOKEY >keyring/find
	expect 0 "$tool, a kernel without a blacklist" $tool
	says "$tool, it is verified" "signed by Leaf method" out
	answers
	echo $ENOKEY >keyring/search
	expect 0 "$tool, an empty blacklist" $tool
	says "$tool, it is verified" "signed by Leaf method" out
	ring_asked "$tool, everybody in the chain is asked for" \
		"find keyring .blacklist" "search blacklist tbs:$(digest Leaf)" \
		read "find keyring .blacklist" \
		"search blacklist tbs:$(digest Middle)" read \
		"find keyring .blacklist" \
		"search blacklist tbs:$(digest Root)" read
	answers
	refused "$tool, one whose digest is in it" \
		"signed: certificate of Leaf is revoked" $tool
	for name in Leaf Middle Root; do
		answers
		echo $ENOKEY >keyring/search
		echo "asymmetric;0;0;1f030000;Other: $(identifier $name |
			tr 0-9a-f 1-9a-f0)" >keyring/key-0
		: >keyring/key-1
		echo "blacklist;0;0;1f030000;x: $(identifier $name)" \
			>keyring/key-2
		echo "asymmetric;" >keyring/key-3
		expect 0 "$tool, others are revoked, like $name" $tool
		echo "asymmetric;0;0;1f030000;$name: $(identifier $name)" \
			>keyring/key-3
		refused "$tool, $name's certificate is in it" \
			"signed: certificate of $name is revoked" $tool
	done
	for what in find search read; do
		answers
		echo $ENOKEY >keyring/search
		echo $EACCES >keyring/$what
		expect 1 "$tool, nobody can tell ($what)" $tool
		says "$tool, $what: it is said" \
			"the kernel's keyring .blacklist cannot be read: Permission denied"
		says "$tool, $what: for whom" \
			"signed: nobody can tell whether the certificate of Leaf is revoked"
	done
	[ $tool = verify ] || asked "what is refused never reaches the kernel"
done
answers
expect 0 "without -S nobody is asked" with_keyring "$vxload" -c Root.pem signed
ring_asked "indeed"

# A certificate without a key identifier
printf "%s\n" $signing subjectKeyIdentifier=none authorityKeyIdentifier=none \
	>Bare.ext
quietly openssl req -new -key Leaf.key -subj /CN=Bare -out Bare.csr
quietly openssl x509 -req -in Bare.csr -signkey Leaf.key -extfile Bare.ext \
	-out Bare.pem
quietly openssl cms -sign -binary -nosmimecap -in text -outform DER -out der \
	-signer Bare.pem -inkey Leaf.key
append_signature text der bare.signed
answers
echo $ENOKEY >keyring/search
expect 0 "a certificate without a key identifier" with_keyring "$VXSIGN" \
	verify --cert Bare.pem bare.signed
ring_asked "is known by its digest alone" "find keyring .blacklist" \
	"search blacklist tbs:$(digest Bare)"
finish
