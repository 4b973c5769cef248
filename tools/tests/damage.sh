#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Every form of signature, damaged in thousands of ways: each is refused, and
# none makes the verifier read where it must not.

set -eu
. "$TESTS/lib.sh"
. "$TESTS/certs.sh"

echo "bin/a sha256=$(printf '%064d' 7)" >text
signing=keyUsage=critical,digitalSignature
issuing=keyUsage=critical,keyCertSign,digitalSignature
openssl_cert Root $issuing basicConstraints=critical,CA:TRUE
issued_cert Root Middle $issuing basicConstraints=critical,CA:TRUE
issued_cert Middle Leaf $signing
quietly "$VXSIGN" keygen --cn Signer --key Signer.key --cert Signer.pem
quietly "$VXSIGN" keygen --type rsa --bits 2048 --cn Rsa --key Rsa.key \
	--cert Rsa.pem

# sweep NAME TRUSTED
sweep() {
	expect 0 "$1" "$PROGRAMS/signature_sweep" "$2.pem" signed
	tail -n 1 out | sed 's/^/# /'
}

# cms OPTION...: signed is text with OpenSSL's signature.
cms() {
	quietly openssl cms -sign -binary -in text -outform DER -out der "$@"
	append_signature text der signed
}

quietly "$VXSIGN" sign --key Signer.key --cert Signer.pem -o signed text
sweep "ECDSA, by vxsign" Signer
quietly "$VXSIGN" sign --key Rsa.key --cert Rsa.pem -o signed text
sweep "RSA, by vxsign" Rsa
cms -signer Signer.pem -inkey Signer.key -noattr -nocerts -keyid
sweep "by key, without attributes and certificate" Signer
cms -signer Rsa.pem -inkey Rsa.key -nosmimecap -nocerts
sweep "without certificate" Rsa
cms -signer Leaf.pem -inkey Leaf.key -nosmimecap -certfile Middle.pem
sweep "with a chain" Root
finish
