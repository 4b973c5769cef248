#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The versions that may still be loaded, in a file: what vxload holds against them,
# and what it commits.

# Commands are passed to functions by name, and to sh in single quotes.
# shellcheck disable=SC2016,SC2317
set -eu
. "$TESTS/lib.sh"
. "$TESTS/certs.sh"
. "$TESTS/kernel.sh"

fake_kernel versions

openssl_cert vendor keyUsage=critical,digitalSignature
openssl_cert other keyUsage=critical,digitalSignature
mkdir -p root/bin
echo one >root/bin/one
digest=$(sha256sum root/bin/one | cut -d' ' -f1)
here=$(pwd)

# version NUMBER [NAME]: the file versioned is a manifest of that version, or of none.
version() {
	{
		echo "%name ${2:-base-os}"
		[ -z "$1" ] || echo "%version $1"
		echo "bin/one sha256=$digest"
	} >text
	signed text versioned
	is_loaded "${2:-base-os}" "${1:--}" vendor builtin
}
# is_loaded NAME VERSION SIGNER TRUST: what the kernel says of it afterwards.
is_loaded() {
	printf '%s\t%s\t%s\tECDSA256+SHA256\t1\t0\t%s\n' "$@" \
		>"$sys/manifests"
}
# loads NAME, commits NAME, older NAME CAUSE: the same by way of the file of versions.
loads() {
	expect 0 "$1" "$vxload" --versions versions -c vendor.pem versioned
}
commits() {
	expect 0 "$1" "$vxload" --versions versions --commit
}
older() {
	refused "$1" "$2" "$vxload" --versions versions --activate \
		-c vendor.pem versioned
}

# The command line
kernel loaded
trouble "--commit without a place" "--commit: name the place, with --versions" \
	"$vxload" --commit
trouble "--provisioned without a place" "--provisioned goes with --versions" \
	"$vxload" --provisioned versioned
trouble "--commit and a question" "--state and --commit cannot be combined" \
	"$vxload" --state --versions versions --commit
trouble "switch-root --provisioned without a place" \
	"switch-root: --provisioned goes with --versions" "$vxload" \
	switch-root --provisioned --manifest versioned root /bin/one
asked "none of that reaches the kernel"

# A load only checks.
version 7
loads "a first version"
holds "nothing is remembered" [ ! -e versions ]
commits "it is committed"
same "that is told" out "base-os: raised to 7"
same "it is remembered" versions "base-os 7"
holds "for root alone" [ "$(stat -c %a versions)" = 600 ]
loads "the same once more"
before=$(stat -c %i versions)
commits "and committed"
holds "which is nothing to speak of" [ ! -s out ]
holds "nor to write" [ "$(stat -c %i versions)" = "$before" ]
version 18446744073709551615
loads "a higher one"
same "is not remembered at once" versions "base-os 7"
version 8
loads "so that one between them has a way back"
version 18446744073709551615
: >"$sys/log"
expect 0 "load, state and commit" "$vxload" --versions versions --activate \
	--commit -c vendor.pem versioned
asked "all of it is done" "manifest $(size_of versioned) bytes in /" \
	"state active"
says "the last is told" "base-os: raised from 7 to 18446744073709551615" out
same "and remembered" versions "base-os 18446744073709551615"
kernel loaded
version 8
older "a lower one" \
	"versioned: refused: is version 8 of base-os, and 18446744073709551615 was loaded before"
version ""
older "one without a version" "versioned: refused: says no version of base-os"
asked "neither reaches the kernel"
same "nothing has changed" versions "base-os 18446744073709551615"

# What is never committed
version 8
refused "a lower one that is loaded nevertheless" \
	"manifests: is loaded, but should not be: is version 8 of base-os, and 18446744073709551615" \
	"$vxload" --versions versions --commit
same "lowers nothing" versions "base-os 18446744073709551615"
is_loaded another - vendor builtin
commits "a manifest without a version"
same "is not remembered" versions "base-os 18446744073709551615"
printf -- '-\t-\tvendor\tECDSA256+SHA256\t1\t0\tbuiltin\n' >"$sys/manifests"
commits "one without a name"
same "neither" versions "base-os 18446744073709551615"
is_loaded another 3 vendor builtin
commits "another name"
same "is remembered beside the first" versions "another 3" \
	"base-os 18446744073709551615"
is_loaded base-os 8 vendor builtin
printf 'another\t4\tvendor\tECDSA256+SHA256\t1\t0\tbuiltin\n' \
	>>"$sys/manifests"
expect 1 "one that would lower it, and one that would not" "$vxload" \
	--versions versions --commit
same "the other is raised" out "another: raised from 3 to 4"
same "and that is remembered" versions "another 4" \
	"base-os 18446744073709551615"
kernel loaded
commits "nothing is loaded"
same "nothing is raised" versions "another 4" "base-os 18446744073709551615"
version 5
kernel loaded
answer manifest 116
expect 1 "what the kernel refuses" "$vxload" --versions other-versions \
	--commit -c vendor.pem versioned
holds "is not remembered" [ ! -e other-versions ]
kernel loaded
answer state 16
expect 2 "a state that the kernel refuses" "$vxload" --versions other-versions \
	--enforce --commit -c vendor.pem versioned
holds "the version is not remembered" [ ! -e other-versions ]
kernel loaded
version 5
expect 0 "neither is refused" "$vxload" --versions other-versions \
	--enforce --commit -c vendor.pem versioned
same "it is remembered" other-versions "base-os 5"
for two in "5 6" "6 5"; do
	: >"$sys/manifests"
	for number in $two; do
		printf 'base-os\t%s\tvendor\tECDSA256+SHA256\t1\t0\tbuiltin\n' \
			"$number" >>"$sys/manifests"
	done
	rm -f other-versions
	expect 0 "two of one name: $two" "$vxload" --versions other-versions \
		--commit
	same "the higher counts: $two" other-versions "base-os 6"
done

# A wrong file
kernel loaded
version 5
for line in "base-os" "base-os x" "base-os 1 2 3" " 1" "a b 1" "a 1 " \
	"base-os 18446744073709551616" "%name 1" "a 1 b$(printf '\t')" \
	"a 1 $(printf '%0400d' 0)"; do
	echo "$line" >bad
	trouble "a wrong line: '$line'" "bad:1: is not the name and the version" \
		"$vxload" --versions bad -c vendor.pem versioned
	trouble "to commit to: '$line'" "bad:1: is not the name and the version" \
		"$vxload" --versions bad --commit
done
printf 'a 1\na 2\n' >bad
trouble "a name twice" "bad:2: is not the name and the version" \
	"$vxload" --versions bad -c vendor.pem versioned
printf 'a 1\000\n' >bad
trouble "no text" "bad: is not a file of versions" \
	"$vxload" --versions bad -c vendor.pem versioned
ln -s versions link
ln -s nothing dangling
mkfifo pipe
for what in link dangling pipe; do
	trouble "a $what" "$what: is not a regular file" \
		"$vxload" --versions $what -c vendor.pem versioned
	trouble "a $what to commit to" "$what: is not a regular file" \
		"$vxload" --versions $what --commit
done
trouble "a directory that is not there" "nowhere/versions: No such file" \
	"$vxload" --versions nowhere/versions -c vendor.pem versioned
trouble "to commit to" "nowhere/versions: No such file" \
	"$vxload" --versions nowhere/versions --commit
asked "nothing of all this reaches the kernel"
expect 0 "a place that cannot be written to, to load" "$vxload" \
	--versions /proc/versions -c vendor.pem versioned
trouble "to commit to" "/proc/versions: " \
	"$vxload" --versions /proc/versions --commit
# It can be written to, but no other can be put in its place.
long=$(printf '%0250d' 0)
: >"$long"
trouble "a file beside which none can be made" "File name too long" \
	"$vxload" --versions "$long" --commit
holds "nothing is told that is not so" [ ! -s out ]
mkdir -p elsewhere
rm -f new-versions
expect 0 "a name from the working directory" "$vxload" -C elsewhere \
	--versions new-versions --commit -c vendor.pem versioned
same "is not one beneath -C" new-versions "base-os 5"

# A machine that knows all its names
kernel loaded
for what in "5 base-os" "5 another" "'' base-os"; do
	rm -f known
	eval "version $what"
	refused "no version is known: $what" "refused: no version of ${what##* } is known here" \
		"$vxload" --versions known --provisioned -c vendor.pem versioned
	echo "base-os 6 vendor" >known
	echo "another 6 somebody" >>known
done
printf 'bin/one sha256=%s\n' "$digest" >text
signed text versioned
refused "nor of one without a name" "refused: it has no name" \
	"$vxload" --versions known --provisioned -c vendor.pem versioned
asked "nothing reaches the kernel"
is_loaded - - vendor builtin
expect 0 "without --provisioned it is loaded" "$vxload" --versions known \
	-c vendor.pem versioned
version 5
echo "base-os 5" >known
expect 0 "one that is known" "$vxload" --versions known --provisioned \
	-c vendor.pem versioned
version 4
refused "and older" "is version 4 of base-os, and 5 was loaded before" \
	"$vxload" --versions known --provisioned -c vendor.pem versioned

# What an added signer has loaded does not keep the vendor out. Who it was
# the kernel tells, whatever the signature says.
kernel loaded
version 9
is_loaded base-os 9 'The%20Customer' added
expect 0 "a version of an added signer" "$vxload" --versions added \
	--commit -c vendor.pem versioned
says "whose it is is told" "base-os of The%20Customer: raised to 9" out
same "is remembered as that of whom the kernel names" added \
	"base-os 9 The%20Customer"
printf 'base-os 9 vendor\n' >added
version 8
refused "an older one of his" "is version 8 of base-os, and 9 was loaded before" \
	"$vxload" --versions added -c vendor.pem versioned
printf 'base-os 9 somebody\n' >added
is_loaded base-os 8 vendor added
expect 0 "an older one than another's" "$vxload" --versions added \
	--commit -c vendor.pem versioned
same "is remembered beside that" added "base-os 9 somebody" "base-os 8 vendor"

# The same signature without the certificate, or by the key's identifier
# stripped_signs OPTION...
stripped_signs() {
	quietly openssl cms -sign -binary -md sha256 -in text -signer vendor.pem \
		-inkey vendor.key -outform DER -out openssl.der "$@"
	append_signature text openssl.der stripped
}
for form in "-noattr -nocerts" "-noattr -nocerts -keyid"; do
	# shellcheck disable=SC2086
	stripped_signs $form
	printf 'base-os 9 vendor\n' >added
	refused "an older one that names nobody: $form" \
		"stripped: refused without its signer's certificate: is version 8" \
		"$vxload" --versions added -c vendor.pem stripped
	printf 'base-os 7 vendor\n' >added
	is_loaded base-os 8 vendor added
	expect 0 "one that is not older: $form" "$vxload" --versions added \
		--commit -c vendor.pem stripped
	same "it is remembered: $form" added "base-os 8 vendor"
done
# Nobody can give the signer another name by what he passes for his certificate.
{
	echo "%name base-os"
	echo "%version 3"
	echo "bin/one sha256=$digest"
} >other-text
quietly "$VXSIGN" sign --key other.key --cert other.pem -o versioned other-text
printf 'base-os 9 customer\n' >added
is_loaded base-os 3 other builtin
expect 0 "an older one of the vendor's" "$vxload" --versions added \
	--commit -c other.pem versioned
same "is remembered beside it" added "base-os 3" "base-os 9 customer"
version 2
refused "the vendor's counts for all" \
	"is version 2 of base-os, and 3 was loaded before" \
	"$vxload" --versions added -c vendor.pem versioned

# What the signature did not tell, the kernel does.
printf 'base-os 9 customer\n' >added
version 8
is_loaded base-os 8 customer added
kernel_said=$(cat "$sys/manifests")
kernel loaded
echo "$kernel_said" >"$sys/manifests"
refused "one that the kernel says is of another, and older" \
	"versioned: is loaded, but should not be: is version 8 of base-os, and 9" \
	"$vxload" --versions added --activate -c vendor.pem versioned
asked "no state follows" "manifest $(size_of versioned) bytes in /"
same "the higher one stays" added "base-os 9 customer"
rm "$sys/manifests"
mkdir "$sys/manifests"
expect 2 "one of which the kernel tells nothing" "$vxload" --versions added \
	--activate --commit -c vendor.pem versioned
says "it is told" "versioned: is loaded, but nothing more can be told of it"
trouble "nor is anything to be committed" "manifests: " "$vxload" \
	--versions added --commit
same "the higher one stays, still" added "base-os 9 customer"
rm -r "$sys/manifests"
kernel loaded
is_loaded another 1 vendor builtin
: >"$sys/hidden"
expect 2 "a manifest that the kernel does not show" "$vxload" --activate \
	--versions new-versions -c vendor.pem versioned
says "it is told" \
	"versioned: is not among the manifests that the kernel shows" err
asked "no state follows" "manifest $(size_of versioned) bytes in /"
kernel loaded

# Another signer's manifest of the same name and version, loaded later
printf 'base-os 9 customer\n' >added
version 8
printf 'base-os\t8\t%s\tECDSA256+SHA256\t1\t0\t%s\n' vendor builtin \
	customer added >"$sys/manifests"
expect 0 "one of a name that another uses, too" "$vxload" --versions added \
	-c vendor.pem versioned
rm added
expect 0 "both are committed" "$vxload" --versions added --commit
same "each as its signer's" added "base-os 8" "base-os 8 customer"
rm added
printf 'base-os\t8\t\tECDSA256+SHA256\t1\t0\tadded\n' >"$sys/manifests"
expect 0 "one of a signer whose name is empty" "$vxload" --versions added --commit
same "is not the vendor's" added "base-os 8 -"
kernel loaded

# Names as the kernel makes them
# kernel_name SUBJECT WORD [MASK]: in strings of the kinds that the mask allows
kernel_name() {
	cat >named.cnf <<-END
		[req]
		string_mask = ${3:-utf8only}
		distinguished_name = dn
		[dn]
	END
	quietly openssl req -new -config named.cnf -utf8 -key vendor.key \
		-subj "$1" -out named.csr
	quietly openssl x509 -req -in named.csr -days 100 -signkey vendor.key \
		-extfile vendor.ext -out named.pem
	quietly "$VXSIGN" sign --key vendor.key --cert named.pem -o named text
	printf 'base-os 9 %s\n' "$2" >added
	refused "$1 is $2" "named: refused: is version 8 of base-os, and 9" \
		"$vxload" --versions added -c named.pem named
}
kernel_name "/CN=A Customer" "A%20Customer"
kernel_name "/O=Company/CN=Customer" "Company:%20Customer"
kernel_name "/O=Company/CN=Company Customer" "Company%20Customer"
kernel_name "/O=Company Limited/CN=Company Customer" "Company%20Customer"
kernel_name "/O=Company" "Company"
kernel_name "/emailAddress=a@b" "a@b"
kernel_name "/C=DE" "-"
kernel_name "/CN=One/CN=Two" "Two"
kernel_name "/O=One/O=Two/CN=A" "Two:%20A"
kernel_name "/CN=A/O=B" "B:%20A"
kernel_name "/CN=A/emailAddress=a@b" "A"
kernel_name "/O=Company/emailAddress=a@b" "Company"
kernel_name "/OU=Unit" "-"
kernel_name "/O=Short/CN=Shorter" "Shorter"
kernel_name "/O=Compani Limited/CN=Company Customer" \
	"Compani%20Limited:%20Company%20Customer"
kernel_name "/CN=Müller" "M%c3%bcller"
kernel_name "/O=Ä/CN=Müller" "%c3%84:%20M%c3%bcller"
bmp=MASK:0x0800	# B_ASN1_BMPSTRING
latin=MASK:0x0004	# B_ASN1_T61STRING
kernel_name "/CN=Wide" "-" $bmp
kernel_name "/O=Wide/CN=Customer" "-" $bmp
kernel_name "/CN=Müller" "M%fcller" $latin
long=$(printf '%064d' 0)
kernel_name "/O=$long/CN=$(printf '%s' "$long" | tr 0 1)" \
	"$long:%20$(printf '%061d' 0 | tr 0 1)"
kernel_name "/O=Several+CN=At once" "Several:%20At%20once"

# And as they are shown
quietly "$VXSIGN" sign --key vendor.key --cert named.pem -o named text
expect 0 "a signer's name is shown so" "$VXSIGN" verify --cert named.pem named
says "by verify" "signed by Several: At once method" out
expect 0 "and" "$VXSIGN" show named
says "by show" "Several: At once method" out

# Two commit at a time: who comes second waits, and reads what the first has written.
kernel loaded
version 5
echo "base-os 4" >locked
cat >change.sh <<'END'
: >is-locked
sleep 1
echo "base-os 9" >locked.new
mv locked.new locked
END
rm -f is-locked
flock locked sh change.sh &
while [ ! -e is-locked ]; do
	sleep 0.1
done
refused "one that was higher when the lock was free" \
	"is version 5 of base-os, and 9 was loaded before" \
	"$vxload" --versions locked --commit
wait
same "lowers nothing" locked "base-os 9"
echo "base-os 4" >locked
expect 0 "the same that nobody has overtaken" "$vxload" --versions locked \
	--commit
same "is remembered" locked "base-os 5"
# Who only loads waits for nobody.
: >is-locked
flock locked sh -c 'while [ -e is-locked ]; do sleep 0.1; done' &
expect 0 "a load beside it" timeout 20 "$vxload" --versions locked \
	-c vendor.pem versioned
rm is-locked
wait
# Another starts in the midst of it, and both are remembered.
rm -f locked
cat >second.sh <<'END'
printf 'another\t3\tvendor\tECDSA256+SHA256\t1\t0\tbuiltin\n' >"$sys/manifests"
("$vxload" --versions locked --commit >second.out 2>&1
 echo $? >second.end) &
sleep 1
END
FAULT_RUN="cd $here && sh second.sh"
export vxload FAULT_RUN
expect 0 "one, and another meanwhile" with_fault write 1 0 "$vxload" \
	--versions locked --commit
unset FAULT_RUN
holds "it was meanwhile" [ -e hit ]
for _ in $(seq 100); do
	[ -e second.end ] && break
	sleep 0.1
done
same "the other has committed, too" second.end 0
same "both are remembered" locked "another 3" "base-os 5"
finish
