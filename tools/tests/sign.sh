#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Keys, and what they sign: every kind of key with every hash, as vxsign and
# OpenSSL see it; and what sign refuses.

# Commands are passed to functions by name, and to sh in single quotes.
# shellcheck disable=SC2016,SC2317
set -eu
. "$TESTS/lib.sh"
. "$TESTS/certs.sh"

digest=$(printf '%064d' 7)
echo "bin/a sha256=$digest uid=0 gid=0 mode=755" >text

# round_trip KEY HASH METHOD
round_trip() {
	expect 0 "$1 signs with $2" "$VXSIGN" sign --key "$1.key" \
		--cert "$1.pem" --hash "$2" -o signed text
	expect 0 "vxsign verifies $1 with $2" "$VXSIGN" verify \
		--cert "$1.pem" signed
	says "$1 with $2 is called $3" \
		"Verified manifest signed by $1 method $3" out
	split_signature signed split.text split.der
	expect 0 "OpenSSL verifies $1 with $2" openssl cms -verify -binary \
		-inform DER -in split.der -content split.text -CAfile "$1.pem" \
		-purpose any -out content
	holds "the text of $1 with $2 is as it was" cmp -s text content
}

# all_hashes KEY ALGORITHM
all_hashes() {
	for bits in 256 384 512; do
		round_trip "$1" "sha$bits" "$2+SHA$bits"
	done
}

for bits in 256 384; do
	expect 0 "keygen makes ECDSA $bits" "$VXSIGN" keygen --type ecdsa \
		--bits "$bits" --cn "ec$bits" --key "ec$bits.key" \
		--cert "ec$bits.pem"
	all_hashes "ec$bits" "ECDSA$bits"
done
for bits in 2048 3072 4096; do
	expect 0 "keygen makes RSA $bits" "$VXSIGN" keygen --type rsa \
		--bits "$bits" --cn "rsa$bits" --key "rsa$bits.key" \
		--cert "rsa$bits.pem"
	all_hashes "rsa$bits" "RSA$bits"
done

# Keys
holds "the key is readable by its owner alone" \
	[ "$(stat -c %a ec256.key)" = 600 ]
openssl x509 -in ec256.pem -noout -ext \
	keyUsage,subjectKeyIdentifier,authorityKeyIdentifier,basicConstraints \
	>extensions 2>&1
says "the certificate may sign" "Digital Signature" extensions
says "the certificate is no CA" "CA:FALSE" extensions
says "the certificate has a key identifier" "Subject Key Identifier" extensions
cp ec256.key before
refused "keygen replaces no key" "is there already" "$VXSIGN" keygen --cn x \
	--key ec256.key --cert new.pem
holds "no certificate was written" [ ! -e new.pem ]
holds "the key is as it was" cmp -s before ec256.key
expect 0 "keygen --force replaces a key" "$VXSIGN" keygen --cn forced \
	--key before --cert forced.pem --force
expect 2 "keygen makes no RSA 1024" "$VXSIGN" keygen --type rsa --bits 1024 \
	--cn x --key x.key --cert x.pem
expect 2 "keygen makes no ECDSA 521" "$VXSIGN" keygen --bits 521 \
	--cn x --key x.key --cert x.pem
expect 2 "keygen takes no name with a comma" "$VXSIGN" keygen --cn x,O=y \
	--key x.key --cert x.pem
expect 0 "keygen makes a CA" "$VXSIGN" keygen --ca --cn ca --key ca.key \
	--cert ca.pem
openssl x509 -in ca.pem -noout -ext keyUsage,basicConstraints >extensions
says "the CA may issue certificates" "Certificate Sign" extensions

# The same input gives the same bytes.
for key in ec256 rsa2048; do
	for i in 1 2; do
		SOURCE_DATE_EPOCH=$(($(date +%s) / 1000 * 1000 + 1000)) \
			quietly "$VXSIGN" sign --key $key.key --cert $key.pem \
			-o "same$i" text
	done
	holds "$key signs reproducibly" cmp -s same1 same2
done

# Signing again
quietly "$VXSIGN" sign --key ec256.key --cert ec256.pem -o signed text
refused "a signed manifest is not signed again" "is signed already" \
	"$VXSIGN" sign --key ec256.key --cert ec256.pem signed
expect 0 "--replace replaces the signature" "$VXSIGN" sign --replace \
	--key ec384.key --cert ec384.pem signed
expect 0 "the new signature holds" "$VXSIGN" verify --cert ec384.pem signed
refused "the old one is gone" "not trusted" \
	"$VXSIGN" verify --cert ec256.pem signed

# Standard input and output
expect 0 "sign reads and writes the standard streams" sh -c \
	'"$VXSIGN" sign --key ec256.key --cert ec256.pem - <text >streamed'
expect 0 "verify reads standard input" sh -c \
	'"$VXSIGN" verify --cert ec256.pem - <streamed'

# Keys and certificates that do not do
refused "a certificate of another key" "does not belong to the key" \
	"$VXSIGN" sign --key ec256.key --cert ec384.pem -o x text
openssl_cert noUsage keyUsage=critical,keyCertSign
refused "a certificate that may not sign" "does not allow signatures" \
	"$VXSIGN" sign --key noUsage.key --cert noUsage.pem -o x text
dated_cert expired 20200101000000Z 20210101000000Z
refused "an expired certificate" "has expired on 2021-01-01T00:00:00Z" \
	"$VXSIGN" sign --key expired.key --cert expired.pem -o x text
dated_cert future 21000101000000Z 21010101000000Z
refused "a certificate not yet valid" \
	"is not valid before 2100-01-01T00:00:00Z" \
	"$VXSIGN" sign --key future.key --cert future.pem -o x text
holds "nothing was written" [ ! -e x ]
quietly openssl ecparam -name secp521r1 -genkey -noout -out ec521.key
quietly openssl req -new -x509 -key ec521.key -subj /CN=ec521 -out ec521.pem
refused "a key on P-521" "neither RSA with 2048 to 4096 bits nor ECDSA" \
	"$VXSIGN" sign --key ec521.key --cert ec521.pem -o x text
quietly openssl req -new -x509 -newkey rsa:1024 -nodes -keyout rsa1024.key \
	-subj /CN=rsa1024 -addext keyUsage=critical,digitalSignature \
	-out rsa1024.pem
refused "a key of RSA 1024" "neither RSA with 2048 to 4096 bits nor ECDSA" \
	"$VXSIGN" sign --key rsa1024.key --cert rsa1024.pem -o x text
expect 2 "a key that is not there" "$VXSIGN" sign --key none --cert \
	ec256.pem -o x text
says "it is named" "none: No such file or directory"
refused "a key that is none" "text: is not a private key" \
	"$VXSIGN" sign --key text --cert ec256.pem -o x text
refused "a certificate that is none" "text: is not a certificate" \
	"$VXSIGN" sign --key ec256.key --cert text -o x text

# Encrypted keys, in the old form and in PKCS#8
printf 'open sesame\n' >right
printf 'open\n' >wrong
quietly openssl ec -in ec256.key -aes256 -passout file:right -out old.key
quietly openssl pkcs8 -topk8 -in ec256.key -passout file:right -out pkcs8.key
for form in old pkcs8; do
	expect 0 "a passphrase opens a key in the $form form" "$VXSIGN" sign \
		--key $form.key --passphrase-file right --cert ec256.pem \
		-o signed text
	refused "a wrong passphrase does not ($form)" \
		"the passphrase in wrong is wrong" "$VXSIGN" sign \
		--key $form.key --passphrase-file wrong --cert ec256.pem \
		-o x text
	refused "none does not ($form)" "--passphrase-file" setsid \
		"$VXSIGN" sign --key $form.key --cert ec256.pem -o x text
done

# What is no manifest is not signed.
: >empty
refused "an empty file" "empty: is empty" \
	"$VXSIGN" sign --key ec256.key --cert ec256.pem empty
printf 'bin/a sha256=12\n' >bad
refused "a file that is no manifest" "bad:1: fingerprint has a wrong length" \
	"$VXSIGN" sign --key ec256.key --cert ec256.pem bad
expect 2 "a directory" "$VXSIGN" sign --key ec256.key --cert ec256.pem .
says "it is named" ".: is not a regular file"

# Usage
expect 0 "--help" "$VXSIGN" --help
expect 0 "-h" "$VXSIGN" -h
says "it names the commands" "  generate " out
for command in "" keygen sign verify show diff; do
	# shellcheck disable=SC2086
	expect 0 "$command --version" "$VXSIGN" $command --version
	holds "is one line" grep -qx 'vxsign: veriexec [0-9]*, manifest format 1' out
	holds "and nothing else" [ ! -s err ]
done
for command in generate floor; do
	expect 2 "$command --version is of the manifest" "$VXSIGN" $command --version
	says "and wants a value" "requires an argument"
done
for command in keygen generate sign floor verify show diff; do
	for option in --help -h; do
		expect 0 "$command $option" "$VXSIGN" $command $option
		says "it tells the usage" "Usage: vxsign $command" out
		holds "and nothing else" [ ! -s err ]
	done
	expect 2 "$command with an unknown option" "$VXSIGN" $command --nonsense
done
expect 2 "no command" "$VXSIGN"
expect 2 "an unknown command" "$VXSIGN" nonsense
if [ -c /dev/full ]; then
	expect 2 "a full disk is noticed" sh -c '"$VXSIGN" --help >/dev/full'
fi
finish
