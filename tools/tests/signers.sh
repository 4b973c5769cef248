#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Signers of other kinds: whose key is elsewhere, whose key asks for a
# passphrase, and several of them.

# Commands are passed to functions by name, and to sh in single quotes.
# shellcheck disable=SC2016,SC2317
set -eu
. "$TESTS/lib.sh"
. "$TESTS/certs.sh"

echo "bin/a sha256=$(printf '%064d' 7)" >text
quietly "$VXSIGN" keygen --cn ec256 --key ec256.key --cert ec256.pem
quietly "$VXSIGN" keygen --bits 384 --cn ec384 --key ec384.key --cert ec384.pem
quietly "$VXSIGN" keygen --type rsa --bits 2048 --cn rsa --key rsa.key \
	--cert rsa.pem

# openssl_verifies NAME TRUSTED
openssl_verifies() {
	split_signature signed split.text split.der
	expect 0 "$1" openssl cms -verify -binary -inform DER -in split.der \
		-content split.text -CAfile "$2" -purpose any -out content
}

# A key that is elsewhere: OpenSSL stands for it.
# elsewhere NAME HASH: signature of what is in the file digest.
elsewhere() {
	quietly openssl pkeyutl -sign -inkey "$1.key" -pkeyopt "digest:$2" \
		-in digest -out signature
}
for name in ec256 ec384 rsa; do
	for hash in sha256 sha384 sha512; do
		expect 0 "$name $hash: a digest for it" "$VXSIGN" sign \
			--cert $name.pem --hash $hash --digest-out digest text
		openssl dgst -$hash -binary text >expected
		holds "$name $hash: it is that of the text" \
			cmp -s digest expected
		elsewhere $name $hash
		expect 0 "$name $hash: its signature is taken" "$VXSIGN" sign \
			--cert $name.pem --hash $hash --signature-in signature \
			-o signed text
		expect 0 "$name $hash: it is good" "$VXSIGN" verify \
			--cert $name.pem signed
		openssl_verifies "$name $hash: for OpenSSL too" $name.pem
	done
done
quietly "$VXSIGN" sign --cert ec256.pem --digest-out digest text
elsewhere ec256 sha256
# As PKCS#11 has it: the two numbers, without DER.
openssl asn1parse -inform DER -in signature |
	sed -n 's/.*INTEGER *://p' |
	perl -ne 'chomp; print pack("H*", substr("0" x 64 . $_, -64))' >pair
holds "the two numbers of a signature" [ "$(wc -c <pair)" -eq 64 ]
expect 0 "they are taken as they are" "$VXSIGN" sign --cert ec256.pem \
	--signature-in pair -o signed text
expect 0 "and are good" "$VXSIGN" verify --cert ec256.pem signed
# encode ZEROS: them in DER, the first with so many zeros more than it needs.
encode() {
	perl -e '
		sub integer {
			my ($n, $more) = @_;
			$n =~ s/^\0+//;
			$n = "\0$n" if ord($n) > 127;
			$n = "\0" x $more . $n;
			return "\2" . chr(length $n) . $n;
		}
		my $zeros = shift;
		local $/;
		my ($r, $s) = unpack "a32a32", <STDIN>;
		my $both = integer($r, $zeros) . integer($s, 0);
		print "\x30" . chr(length $both) . $both;
	' "$1" <pair >encoded
}
encode 0
expect 0 "they are taken in DER" "$VXSIGN" sign --cert ec256.pem \
	--signature-in encoded -o signed text
rm -f signed
encode 1
refused "but in no other form of the same" "the signature itself is malformed" \
	"$VXSIGN" sign --cert ec256.pem --signature-in encoded -o signed text
refused "the signature of another key" "signature of ec384 is wrong" "$VXSIGN" \
	sign --cert ec384.pem --hash sha256 --signature-in signature -o signed \
	text
echo "bin/b sha256=$(printf '%064d' 7)" >other
refused "the signature of another text" "signature of ec256 is wrong" \
	"$VXSIGN" sign --cert ec256.pem --signature-in signature -o signed other
: >empty
refused "no signature" "empty: is not a signature" "$VXSIGN" sign \
	--cert ec256.pem --signature-in empty -o signed text
holds "nothing was written" [ ! -e signed ]
expect 2 "a key here and one elsewhere" "$VXSIGN" sign --cert ec256.pem \
	--key ec256.key --signature-in signature text
expect 2 "no key at all" "$VXSIGN" sign --cert ec256.pem text

# A passphrase from the terminal
printf 'open sesame\n' >right
quietly openssl pkcs8 -topk8 -in ec256.key -passout file:right -out locked.key
# typing TEXT COMMAND: as if somebody typed it; what he sees is in seen.
typing() {
	{ sleep 1; printf '%s\n' "$1"; sleep 1; } |
		script -qec "$2" seen >out 2>err
}
sign_locked="$VXSIGN sign --key locked.key --cert ec256.pem -o signed text"
expect 0 "a passphrase that is typed" typing "open sesame" "$sign_locked"
says "it is asked for" "Passphrase of locked.key:" seen
holds "it is not shown" sh -c '! grep -q sesame seen'
expect 0 "it has signed" "$VXSIGN" verify --cert ec256.pem signed
expect 1 "a wrong one" typing "open" "$sign_locked"
says "it is told" "locked.key: the passphrase is wrong" seen
expect 1 "none" typing "" "$sign_locked"
expect 0 "the terminal is as it was" typing "open sesame" \
	"$sign_locked && stty -a"
says "it echoes" " echo " seen
refused "nobody to ask" "no terminal to ask for its passphrase; give --passphrase-file" \
	setsid "$VXSIGN" sign --key locked.key --cert ec256.pem -o x text

# Several signatures
quietly "$VXSIGN" sign --key ec256.key --cert ec256.pem -o signed text
expect 0 "a second signature" "$VXSIGN" sign --add --key rsa.key \
	--cert rsa.pem signed
expect 0 "a third, with another hash" "$VXSIGN" sign --add --key ec384.key \
	--cert ec384.pem signed
cat ec256.pem rsa.pem ec384.pem >all.pem
expect 0 "all three are good" "$VXSIGN" verify --cert all.pem signed
says "the first is named" "signed by ec256 method" out
for name in ec256 rsa ec384; do
	refused "$name alone is trusted" "is not trusted" "$VXSIGN" verify \
		--cert $name.pem signed
done
openssl_verifies "OpenSSL verifies all three" all.pem
expect 0 "show reads it" "$VXSIGN" show signed
for name in ec256 rsa ec384; do
	says "show names $name" "$name" out
done
quietly "$VXSIGN" keygen --cn stranger --key stranger.key --cert stranger.pem
refused "none of them is trusted" "is not trusted" "$VXSIGN" verify \
	--cert stranger.pem signed
# A stranger beside them, be he first or last, with his certificate or without
# strangers_sign SIGNER OTHER [OPTION]...
strangers_sign() {
	strangers_first=$1
	strangers_second=$2
	shift 2
	quietly openssl cms -sign -binary -nosmimecap -in text -outform DER \
		-out der -signer "$strangers_first.pem" \
		-inkey "$strangers_first.key" -signer "$strangers_second.pem" \
		-inkey "$strangers_second.key" "$@"
	append_signature text der signed2
}
for order in "stranger ec256" "ec256 stranger"; do
	for form in "" -nocerts; do
		# shellcheck disable=SC2086
		strangers_sign $order $form
		refused "one is a stranger: $order $form" "is not trusted" \
			"$VXSIGN" verify --cert ec256.pem signed2
		expect 0 "both are trusted: $order $form" "$VXSIGN" verify \
			--cert ec256.pem --cert stranger.pem signed2
	done
done
# That one is bad says more than that another is not known.
openssl_cert bad keyUsage=critical,keyCertSign
strangers_sign stranger bad
refused "a stranger, and one who may not sign" \
	"certificate of bad does not allow signatures" "$VXSIGN" verify \
	--cert bad.pem signed2
cp signed twice
refused "the same signer again" "a signature is there twice" env \
	SOURCE_DATE_EPOCH="$(stat -c %Y ec256.pem)" sh -c \
	'"$VXSIGN" sign --replace --key ec256.key --cert ec256.pem twice &&
	 "$VXSIGN" sign --add --key ec256.key --cert ec256.pem twice'
split_signature signed split.text split.der
append_signature other split.der forged
refused "a signature is not added to wrong ones" "not the one that was signed" \
	"$VXSIGN" sign --add --key stranger.key --cert stranger.pem forged
expect 0 "--add to a manifest without one signs it" "$VXSIGN" sign --add \
	--key ec256.key --cert ec256.pem -o signed text
refused "a key elsewhere after one with attributes" "the key that is elsewhere has to sign first" \
	"$VXSIGN" sign --add --cert rsa.pem --digest-out digest signed

# Both elsewhere, and then one that is here
quietly "$VXSIGN" sign --cert ec256.pem --digest-out digest text
elsewhere ec256 sha256
quietly "$VXSIGN" sign --cert ec256.pem --signature-in signature -o signed text
quietly "$VXSIGN" sign --add --cert rsa.pem --digest-out digest signed
elsewhere rsa sha256
expect 0 "a second key that is elsewhere" "$VXSIGN" sign --add \
	--cert rsa.pem --signature-in signature signed
expect 0 "and one that is here" "$VXSIGN" sign --add --key ec384.key \
	--cert ec384.pem signed
openssl_verifies "OpenSSL verifies all of them" all.pem
quietly openssl cms -sign -binary -noattr -nocerts -keyid -in text \
	-outform DER -out der -signer ec256.pem -inkey ec256.key
append_signature text der signed
refused "beside a signer named by key" "names a signer by key identifier" \
	"$VXSIGN" sign --add --key rsa.key --cert rsa.pem signed
# many_sign NUMBER: OpenSSL signs with one key so often, each time otherwise.
many_sign() {
	many=
	for _ in $(seq "$1"); do
		many="$many -signer ec256.pem -inkey ec256.key"
	done
	# shellcheck disable=SC2086
	quietly openssl cms -sign -binary -noattr -nocerts -in text \
		-outform DER -out der $many
	append_signature text der signed
}
many_sign 16
expect 0 "as many signers as there may be" "$VXSIGN" verify --cert ec256.pem \
	signed
refused "and none beside them" "it has as many signers as it may have" "$VXSIGN" sign \
	--add --cert rsa.pem --digest-out digest signed
many_sign 17
refused "one more than there may be" "it has too many signers" "$VXSIGN" \
	verify --cert ec256.pem signed
expect 2 "--add and --replace" "$VXSIGN" sign --add --replace --key rsa.key \
	--cert rsa.pem signed
finish
