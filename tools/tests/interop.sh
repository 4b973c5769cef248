#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What OpenSSL and the kernel's sign-file sign, vxsign verifies; the forms that
# the kernel does not take, it refuses.

set -eu
. "$TESTS/lib.sh"
. "$TESTS/certs.sh"

digest=$(printf '%064d' 7)
echo "bin/a sha256=$digest" >text
signing=keyUsage=critical,digitalSignature
issuing=keyUsage=critical,keyCertSign,digitalSignature

openssl_cert Signer $signing
openssl_cert Other $signing
openssl_cert Root $issuing basicConstraints=critical,CA:TRUE
issued_cert Root Middle $issuing basicConstraints=critical,CA:TRUE,pathlen:0
issued_cert Middle Leaf $signing basicConstraints=CA:FALSE
issued_cert Middle Deeper $issuing basicConstraints=critical,CA:TRUE
issued_cert Deeper Deepest $signing
issued_cert Leaf Bastard $signing
openssl_cert NoUsage keyUsage=critical,keyCertSign
for bits in 2048 3072 4096; do
	quietly "$VXSIGN" keygen --type rsa --bits $bits --cn Rsa$bits \
		--key Rsa$bits.key --cert Rsa$bits.pem
done
quietly "$VXSIGN" keygen --bits 384 --cn P384 --key P384.key --cert P384.pem
keys="Signer P384 Rsa2048 Rsa3072 Rsa4096"

# cms OPTION...: signed is text with OpenSSL's signature.
cms() {
	quietly openssl cms -sign -binary -in text -outform DER -out der "$@"
	append_signature text der signed
}

# accepted NAME TRUSTED [SIGNER]
accepted() {
	expect 0 "$1" "$VXSIGN" verify --cert "$2.pem" signed
	says "its signer is ${3:-$2}" "signed by ${3:-$2} method" out
	expect 0 "show reads it" "$VXSIGN" show signed
}

for name in $keys; do
	for md in sha256 sha384 sha512; do
		by="-signer $name.pem -inkey $name.key -md $md"
		# shellcheck disable=SC2086
		{
			cms $by -noattr
			accepted "OpenSSL, $name $md, no attributes" $name
			cms $by -nosmimecap
			accepted "OpenSSL, $name $md, attributes" $name
			cms $by -nosmimecap -nocerts
			accepted "OpenSSL, $name $md, no certificate" $name
			cms $by -noattr -nocerts -keyid
			accepted "OpenSSL, $name $md, by key, no certificate" $name
			cms $by -nosmimecap -keyid
			refused "OpenSSL, $name $md, by key" \
				"a certificate that no signer needs" \
				"$VXSIGN" verify --cert $name.pem signed
			cms $by
			refused "OpenSSL, $name $md, smimeCapabilities" \
				"smimeCapabilities is not allowed" \
				"$VXSIGN" verify --cert $name.pem signed
		}
	done
done

# What the message must not be
by="-signer Signer.pem -inkey Signer.key"
# shellcheck disable=SC2086
{
	cms $by -nosmimecap -nodetach
	refused "a message with content" "not detached" \
		"$VXSIGN" verify --cert Signer.pem signed
	cms $by -nosmimecap -md sha1
	refused "SHA-1" "digest is not SHA-256" \
		"$VXSIGN" verify --cert Signer.pem signed
	cms $by -nosmimecap -certfile Other.pem
	refused "a certificate that no signer needs" "no signer needs" \
		"$VXSIGN" verify --cert Signer.pem signed
	cms $by -nosmimecap -stream
	refused "BER" "malformed" "$VXSIGN" verify --cert Signer.pem signed
}
cms -signer Rsa2048.pem -inkey Rsa2048.key -nosmimecap -keyopt rsa_padding_mode:pss
refused "RSA-PSS" "neither RSA (PKCS#1 v1.5) nor ECDSA" \
	"$VXSIGN" verify --cert Rsa2048.pem signed

# Chains
cat Middle.pem Root.pem >above.pem
cat Leaf.pem Middle.pem >chain.pem
cat Deeper.pem Middle.pem >deep.pem
by="-signer Leaf.pem -inkey Leaf.key -nosmimecap"
# shellcheck disable=SC2086
{
	cms $by -certfile Middle.pem
	accepted "a chain with an intermediate certificate" Root Leaf
	accepted "the same, trusting the intermediate one" Middle Leaf
	refused "the same, trusting the signer's" \
		"nobody answers for the certificate of Middle in it" \
		"$VXSIGN" verify --cert Leaf.pem signed
	refused "the same, trusting another" "signer Leaf is not trusted" \
		"$VXSIGN" verify --cert Other.pem signed
	cms $by -certfile above.pem
	accepted "a chain with its root" Root Leaf
	accepted "a chain with its root, trusting the middle" Middle Leaf
	accepted "a chain with its root, trusting the signer's" Leaf
	cms $by
	accepted "a signer whose issuer is trusted" Middle Leaf
	refused "a chain with a gap" "signer Leaf is not trusted" \
		"$VXSIGN" verify --cert Root.pem signed
	cms $by -nocerts
	refused "a chain without certificates" "signer is not trusted" \
		"$VXSIGN" verify --cert Root.pem signed
	cms $by -keyid -certfile Middle.pem
	refused "by key, and trusted only through a chain" "not trusted" \
		"$VXSIGN" verify --cert Root.pem signed
}
cms -signer Deepest.pem -inkey Deepest.key -nosmimecap -certfile deep.pem
refused "a chain longer than its CA allows" "longer than its CA allows" \
	"$VXSIGN" verify --cert Root.pem signed
cms -signer Bastard.pem -inkey Bastard.key -nosmimecap -certfile chain.pem
refused "a certificate issued by who is no CA" "is not a CA" \
	"$VXSIGN" verify --cert Root.pem signed
cms -signer NoUsage.pem -inkey NoUsage.key -nosmimecap
refused "a signer who may not sign" "does not allow signatures" \
	"$VXSIGN" verify --cert NoUsage.pem signed
expect 0 "vxsign signs with a chain" "$VXSIGN" sign --key Leaf.key \
	--cert chain.pem -o signed text
accepted "a chain of vxsign" Root Leaf
split_signature signed split.text split.der
expect 0 "OpenSSL verifies a chain of vxsign" openssl cms -verify -binary \
	-inform DER -in split.der -content split.text -CAfile Root.pem \
	-purpose any -out content

# Several signers: all must be trusted.
cms -signer Other.pem -inkey Other.key -signer Signer.pem -inkey Signer.key \
	-nosmimecap
cat Signer.pem Other.pem >Both.pem
expect 0 "two signers, both trusted" "$VXSIGN" verify --cert Both.pem signed
refused "two signers, the second trusted" "signer Other is not trusted" \
	"$VXSIGN" verify --cert Signer.pem signed
refused "two signers, the first trusted" "signer Signer is not trusted" \
	"$VXSIGN" verify --cert Other.pem signed
refused "two signers, none trusted" "is not trusted" \
	"$VXSIGN" verify --cert Root.pem signed

# The kernel's own tool
if [ -f "$KERNEL_SOURCE/scripts/sign-file.c" ]; then
	quietly cc -w -o sign-file "$KERNEL_SOURCE/scripts/sign-file.c" \
		-I"$KERNEL_SOURCE/scripts" -lcrypto
	for name in $keys; do
		for md in sha256 sha384 sha512; do
			quietly ./sign-file "$md" "$name.key" "$name.pem" text signed
			accepted "sign-file, $name $md" "$name"
		done
		quietly ./sign-file -k sha256 "$name.key" "$name.pem" text signed
		accepted "sign-file by key, $name" "$name"
		refused "sign-file, $name, another trusted" "not trusted" \
			"$VXSIGN" verify --cert Other.pem signed
	done
	quietly "$VXSIGN" sign --key Signer.key --cert Signer.pem -o ours text
	split_signature ours split.text split.der
	quietly ./sign-file -s split.der sha256 Signer.pem text theirs
	holds "sign-file and vxsign append alike" cmp -s ours theirs
else
	bad "the kernel's sign-file is there" \
		"KERNEL_SOURCE '$KERNEL_SOURCE' is no kernel tree"
fi
finish
