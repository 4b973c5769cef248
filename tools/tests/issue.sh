#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Certificates that others issue: requests that OpenSSL takes, and issuers that
# keygen signs for.

# Commands are passed to functions by name.
# shellcheck disable=SC2317
set -eu
. "$TESTS/lib.sh"
. "$TESTS/certs.sh"

echo "bin/a sha256=$(printf '%064d' 7)" >text
printf 'open sesame\n' >right
issuing=keyUsage=critical,digitalSignature,keyCertSign
openssl_cert Root $issuing basicConstraints=critical,CA:TRUE

# signs NAME TRUSTED [MORE]: NAME.key and NAME.pem make a good signature.
signs() {
	cat "$1.pem" ${3+"$3"} >signer.pem
	quietly "$VXSIGN" sign --key "$1.key" --cert signer.pem -o signed text
	expect 0 "what $1 signs is good" "$VXSIGN" verify --cert "$2" signed
	says "the signer is $1" "signed by $1 method" out
}

# Requests
for type in ecdsa rsa; do
	expect 0 "a request, $type" "$VXSIGN" keygen --type $type \
		--cn Asks-$type --key Asks-$type.key --csr Asks-$type.csr
	expect 0 "OpenSSL verifies it, $type" openssl req -verify -noout -text \
		-in Asks-$type.csr
	says "it has the name, $type" "CN = Asks-$type" out
	says "it wants to sign, $type" "Digital Signature" out
	quietly openssl x509 -req -in Asks-$type.csr -days 100 -CA Root.pem \
		-CAkey Root.key -CAcreateserial -copy_extensions copyall \
		-ext keyUsage -out Asks-$type.pem
	signs Asks-$type Root.pem
done
expect 2 "certificate and request" "$VXSIGN" keygen --cn x --key x.key \
	--cert x.pem --csr x.csr
expect 2 "neither certificate nor request" "$VXSIGN" keygen --cn x --key x.key
refused "a request replaces no file" "is there already" "$VXSIGN" keygen \
	--cn x --key x.key --csr Asks-rsa.csr
holds "no key was written" [ ! -e x.key ]

# Issuers: of OpenSSL's, of our own, and of any kind of key and name.
quietly "$VXSIGN" keygen --ca --cn Ours --key Ours.key --cert Ours.pem
quietly "$VXSIGN" keygen --ca --type rsa --cn Rsa --key Rsa.key --cert Rsa.pem
cert_extensions $issuing basicConstraints=critical,CA:TRUE >Long.ext
quietly openssl ecparam -name secp384r1 -genkey -noout -out Long.key
quietly openssl req -new -key Long.key -utf8 \
	-subj "/C=DE/O=Example AG/OU=Releases/CN=Long" -out Long.csr
quietly openssl x509 -req -in Long.csr -signkey Long.key -extfile Long.ext \
	-out Long.pem
for issuer in Root Ours Rsa Long; do
	expect 0 "$issuer issues" "$VXSIGN" keygen --cn "By-$issuer" \
		--key "By-$issuer.key" --cert "By-$issuer.pem" \
		--issuer-cert $issuer.pem --issuer-key $issuer.key
	expect 0 "OpenSSL verifies what $issuer issued" openssl verify \
		-x509_strict -CAfile $issuer.pem "By-$issuer.pem"
	signs "By-$issuer" $issuer.pem
done
expect 0 "an authority below one" "$VXSIGN" keygen --ca --cn Middle \
	--key Middle.key --cert Middle.pem --issuer-cert Ours.pem \
	--issuer-key Ours.key
expect 0 "who is issued by that" "$VXSIGN" keygen --cn Leaf --key Leaf.key \
	--cert Leaf.pem --issuer-cert Middle.pem --issuer-key Middle.key
signs Leaf Ours.pem Middle.pem
expect 0 "OpenSSL verifies the chain" openssl verify -CAfile Ours.pem \
	-untrusted Middle.pem Leaf.pem

refused "an issuer who is no authority" "is not the certificate of a CA" "$VXSIGN" keygen \
	--cn x --key x.key --cert x.pem --issuer-cert Leaf.pem \
	--issuer-key Leaf.key
openssl_cert NoCa $issuing basicConstraints=critical,CA:FALSE
openssl_cert NoIssuer keyUsage=critical,digitalSignature \
	basicConstraints=critical,CA:TRUE
for issuer in NoCa NoIssuer; do
	refused "an issuer whose certificate says half of it, $issuer" \
		"$issuer.pem: is not the certificate of a CA with key usage keyCertSign" \
		"$VXSIGN" keygen --cn x --key x.key --cert x.pem \
		--issuer-cert $issuer.pem --issuer-key $issuer.key
done
refused "the key of another issuer" "does not belong to the key" "$VXSIGN" \
	keygen --cn x --key x.key --cert x.pem --issuer-cert Root.pem \
	--issuer-key Ours.key
expect 2 "an issuer without a key" "$VXSIGN" keygen --cn x --key x.key \
	--cert x.pem --issuer-cert Root.pem
holds "nothing was written" [ ! -e x.key ]
quietly openssl pkcs8 -topk8 -in Root.key -passout file:right -out locked.key
expect 0 "an issuer's key that is encrypted" "$VXSIGN" keygen --cn Locked \
	--key Locked.key --cert Locked.pem --issuer-cert Root.pem \
	--issuer-key locked.key --passphrase-file right
signs Locked Root.pem
finish
