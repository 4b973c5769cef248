#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# vxload without a kernel that has veriexec: its options, its exit statuses, what
# it refuses before the kernel is asked, and what it then asks in which order.

# Commands are passed to functions by name, and to sh in single quotes.
# shellcheck disable=SC2016,SC2317
set -eu
. "$TESTS/lib.sh"
. "$TESTS/certs.sh"
. "$TESTS/kernel.sh"

fake_kernel vxload

openssl_cert vendor keyUsage=critical,digitalSignature
openssl_cert other keyUsage=critical,digitalSignature
dated_cert bygone 20200101000000Z 20210101000000Z

mkdir -p root/bin
echo one >root/bin/one
echo two >root/bin/two
digest=$(sha256sum root/bin/one | cut -d' ' -f1)
printf '%%name base-os\n%%version 7\nbin/one sha256=%s trusted\n' "$digest" \
	>text
signed text manifest
printf 'bin/two sha256=%s\n' "$digest" >text2
signed text2 second
here=$(pwd)

# openssl does not mind what it signs.
openssl_signs() {
	quietly openssl cms -sign -binary -nosmimecap -md sha256 -in "$1" \
		-signer vendor.pem -inkey vendor.key -outform DER \
		-out openssl.der
	append_signature "$1" openssl.der "$2"
}

# The command line
kernel inactive
for option in --help -h; do
	expect 0 "$option succeeds" "$vxload" $option
	says "$option shows the usage" "usage: vxload" out
	for command in switch-root preflight; do
		expect 0 "$command $option succeeds" "$vxload" $command $option
		says "$command $option shows the usage" "Usage: vxload $command" out
		holds "and nothing else" [ ! -s err ]
	done
done
for command in "" switch-root preflight; do
	# shellcheck disable=SC2086
	expect 0 "$command --version succeeds" "$vxload" $command --version
	holds "is one line" grep -qx 'vxload: veriexec [0-9]*, manifest format 1' out
	holds "and nothing else" [ ! -s err ]
done
trouble "nothing to do" "nothing to do" "$vxload"
trouble "an unknown option" "unrecognized option '--nonsense'" \
	"$vxload" --nonsense
trouble "an unknown letter" "invalid option -- 'q'" "$vxload" -q
trouble "an option without its argument" "requires an argument" "$vxload" -C
trouble "two things at a time" "--check and --list cannot be combined" \
	"$vxload" --check --list
trouble "a question together with a change" \
	"--state cannot be combined with setting a state" \
	"$vxload" --state --activate
trouble "--json where there is none" "--json goes with" \
	"$vxload" --json manifest
trouble "--check without a file" "--check: name a file" "$vxload" --check
trouble "-l without a file" "-l: name a file" "$vxload" -l
trouble "--state with a file" "--state takes no file: 'x'" "$vxload" --state x
trouble "--add-cert without a file" "--add-cert: name a file" \
	"$vxload" --add-cert
expect 2 "an answer that cannot be written" sh -c '"$1" --state >/dev/full' \
	sh "$vxload"
says "an answer that cannot be written is reported" "No space left"
asked "no usage error reaches the kernel"

# States
expect 0 "--state on a fresh kernel" "$vxload" --state
same "--state says inactive" out inactive
kernel loaded active enforce
expect 0 "--state" "$vxload" --state
same "--state prints what holds" out "loaded active enforce"
expect 0 "--state --json" "$vxload" --state --json
same "--state prints JSON" out \
	'{"loaded":true,"active":true,"enforce":true,"locked":false}'
for state in loaded active enforce loa a enf; do
	expect 0 "-i $state holds" "$vxload" -i "$state"
done
expect 1 "-i locked does not hold" "$vxload" -i locked
expect 1 "-i loc does not hold" "$vxload" -i loc
trouble "-i l is ambiguous" "'l' can mean loaded or locked" "$vxload" -i l
trouble "-i '' is no state" "'' is not a state" "$vxload" -i ''
trouble "-i activex is no state" "'activex' is not a state" \
	"$vxload" -i activex
trouble "-z loaded cannot be set" "comes with the first manifest" \
	"$vxload" -z loaded
trouble "-z l is ambiguous" "'l' can mean loaded or locked" "$vxload" -z l

kernel loaded
expect 0 "states in any order" "$vxload" --lock --enforce --activate
asked "states are set in their order" "state active" "state enforce" \
	"state locked"
kernel loaded
expect 0 "states by -z" "$vxload" -z e -z a
asked "states by -z are set in their order" "state active" "state enforce"
kernel loaded active
expect 0 "a state that holds already" "$vxload" --activate
asked "a state that holds already is not set again"
expect 0 "the next state" "$vxload" --activate --enforce
asked "only the next state is set" "state enforce"

kernel inactive
answer state 22
refused "active before loaded" "cannot set active: no manifest is loaded" \
	"$vxload" --activate
kernel loaded
answer state 22
refused "enforce before active" "cannot set enforce: active has to be set" \
	"$vxload" --enforce
answer state 1
refused "a state without the capability" "that takes CAP_MAC_ADMIN" \
	"$vxload" --activate
asked "after a refusal nothing follows" "state enforce" "state active"
kernel loaded active
answer state 1
refused "a state by an untrusted program" "listed as trusted" \
	"$vxload" --enforce
kernel loaded
answer state 1
refused "the first of several states" "cannot set active: that takes" \
	"$vxload" --activate --enforce --lock
asked "none of the others is tried" "state active"
kernel loaded active
answer state 5
trouble "a state and an I/O error" "cannot set enforce: Input/output error" \
	"$vxload" --enforce
answer state short
trouble "a state and a short write" "cannot set enforce: Input/output error" \
	"$vxload" --enforce
answer state again
expect 0 "a state and a signal" "$vxload" --enforce

# Loading
kernel loaded
expect 0 "a manifest loads" "$vxload" -C root -c vendor.pem manifest
same "Junos's line" out \
	"Verified manifest signed by vendor method ECDSA256+SHA256"
asked "one write, beneath the directory" \
	"manifest $(size_of manifest) bytes in $here/root"
holds "the kernel gets the file as it is" cmp "$sys/manifest" manifest

kernel loaded
expect 0 "manifests and states together" "$vxload" --lock -C root --activate \
	-c vendor.pem ./manifest "$here/second" --enforce
same "Junos's line has the base name" out \
	"Verified manifest signed by vendor method ECDSA256+SHA256" \
	"Verified second signed by vendor method ECDSA256+SHA256"
asked "load, activate, enforce, lock" \
	"manifest $(size_of manifest) bytes in $here/root" \
	"manifest $(size_of second) bytes in $here/root" \
	"state active" "state enforce" "state locked"

kernel loaded
expect 0 "the directory is / by itself" "$vxload" -c vendor.pem manifest
asked "written in /" "manifest $(size_of manifest) bytes in /"

kernel loaded
expect 0 "a manifest from standard input" sh -c \
	'"$1" -c vendor.pem - <manifest' sh "$vxload"
asked "it is written whole" "manifest $(size_of manifest) bytes in /"

kernel loaded
if [ -e /etc/veriexec/certs.pem ]; then
	good "no certificates # SKIP there are some in /etc/veriexec"
	good "no certificates, said # SKIP there are some in /etc/veriexec"
else
	expect 0 "no certificates" "$vxload" -v manifest
	says "no certificates, said" "only the kernel checks signatures" out
fi

# One manifest is the kernel's to judge, and who refuses it is asked for words.
# unchecked COMMAND...: the same without certificates by which to look at signatures
unchecked() {
	if [ -e /etc/veriexec/certs.pem ]; then
		good "$2 # SKIP there are certificates in /etc/veriexec"
	else
		"$@"
	fi
}
{
	cat text
	echo 'bin/two nonsense'
} >wrong
openssl_signs wrong wrong.manifest
kernel loaded
expect 0 "what the kernel takes" "$vxload" wrong.manifest
same "who has signed it, by the kernel" out \
	"Verified wrong.manifest signed by vendor method ECDSA256+SHA256"
asked "is not looked at before" "manifest $(size_of wrong.manifest) bytes in /"
kernel loaded
answer manifest 74
unchecked refused "what the kernel refuses" \
	"wrong.manifest:4: unknown flag: 'nonsense'" "$vxload" wrong.manifest
refused "what it refuses for a cause that is nowhere to be seen" \
	"manifest: refused: the kernel does not understand it" \
	"$vxload" -c vendor.pem manifest
kernel loaded
unchecked refused "of several, each is looked at before" \
	"wrong.manifest:4: unknown flag: 'nonsense'" "$vxload" manifest \
	wrong.manifest
asked "none reaches the kernel"

# What is missing
kernel loaded
printf 'base-os\t6\tvendor\tECDSA256+SHA256\t1\t9\tbuiltin\nbase-os\t7\tThe%%20Vendor\tECDSA256+SHA256\t1\t1\tbuiltin\n' \
	>"$sys/manifests"
expect 0 "a file is missing" "$vxload" -c vendor.pem manifest
says "a file is missing, said" \
	"vxload: manifest: 1 of the listed files cannot be bound beneath / (-v names them)"
expect 0 "a file is missing, -v" "$vxload" -v -c vendor.pem manifest
says "what was bound" \
	"manifest: 1 bound, 1 missing, signed by The Vendor method ECDSA256+SHA256" \
	out
says "the missing file is named" \
	"manifest: missing: bin/one: No such file or directory"
kernel loaded
printf -- '-\t-\tvendor\tECDSA256+SHA256\t2\t9\tadded\n' >"$sys/manifests"
mkdir -p odd/bin outside
echo out >outside/f
ln -s one odd/bin/link
ln -s ../../outside odd/bin/out
mkfifo odd/bin/pipe
echo one >odd/bin/one
for path in bin bin/link bin/out/f bin/pipe no%20such bin/one; do
	echo "$path sha256=$digest"
done >text3
ln -s one odd/right
ln -s one odd/wrong
printf '%s\n' 'right link=one' 'wrong link=on' 'bin/pipe2 link=one' \
	'gone link=one' >>text3
mkfifo odd/bin/pipe2
signed text3 odd.manifest
expect 0 "files that do not bind" "$vxload" -v -C odd -c vendor.pem odd.manifest
says "a directory" "missing: bin: is not a regular file"
says "a link" "missing: bin/link: is not a regular file"
says "a path that leads out" "missing: bin/out/f: leads out of the directory"
says "a pipe" "missing: bin/pipe: is not a regular file"
says "an encoded path" "missing: no%20such: No such file"
says "a link that leads elsewhere" "missing: wrong: leads elsewhere"
says "what is no link" "missing: bin/pipe2: is not a symbolic link"
says "a missing link" "missing: gone: No such file"
holds "one that leads as listed is not told of" [ "$(grep -c right err)" -eq 0 ]
says "what the kernel alone knows" "the kernel log names the other 1"

# Refused before the kernel
kernel loaded
: >empty
refused "an empty file" "empty: is empty" "$vxload" empty
refused "an unsigned manifest" "text: is not signed" \
	"$vxload" -c vendor.pem text
trouble "a directory" "root: is not a regular file" "$vxload" root
mkfifo pipe
(timeout 60 cat text >pipe) &
refused "a pipe is read" "pipe: is not signed" "$vxload" -c vendor.pem pipe
wait $!
trouble "a file that is not there" "nowhere: No such file or directory" \
	"$vxload" nowhere
trouble "certificates that are not there" "nowhere.pem: No such file" \
	"$vxload" -c nowhere.pem manifest
trouble "certificates that are none" "text: is not a certificate" \
	"$vxload" -c text manifest
trouble "a directory that is not there" "nowhere: No such file or directory" \
	"$vxload" -C nowhere -c vendor.pem manifest
trouble "a directory that is none" "text: Not a directory" \
	"$vxload" -C text -c vendor.pem manifest
truncate -s 67108865 huge
refused "more than 64 MiB" "huge: is larger than 67108864 bytes" \
	"$vxload" huge
rm huge
sed 's/trusted/no_fips/' manifest >changed
refused "a changed text" "changed: " "$vxload" -c vendor.pem changed
refused "a stranger's signature" "other.manifest: " sh -c \
	'"$2" sign --key other.key --cert other.pem -o other.manifest text &&
	 exec "$1" -c vendor.pem other.manifest' sh "$vxload" "$VXSIGN"
head -c $(($(size_of manifest) - 1)) manifest >cut.manifest
refused "a manifest cut off" "cut.manifest: is not signed" \
	"$vxload" -c vendor.pem cut.manifest
{
	head -c $(($(size_of manifest) - 30)) manifest
	printf '\377\377~Module signature appended~\n'
} >lying
refused "a wrong length in the trailer" "lying: signature is malformed" \
	"$vxload" -c vendor.pem lying

# Bad texts well signed
awk -v d="$digest" 'BEGIN {
	for (i = 1; i <= 10000; i++)
		print "f" i " sha256=" d (i == 5000 ? " nonsense" : "")
}' >text4
openssl_signs text4 long.manifest
refused "a wrong line in 10,000" "long.manifest:5000: unknown flag: 'nonsense'" \
	"$vxload" -c vendor.pem long.manifest
head -c 3000 /dev/urandom >noise
openssl_signs noise noise.manifest
refused "noise" "noise.manifest:" "$vxload" -c vendor.pem noise.manifest
echo '%name nothing' >nothing
openssl_signs nothing nothing.manifest
refused "a manifest of nothing" "nothing.manifest: lists no file" \
	"$vxload" -c vendor.pem nothing.manifest
refused "a second manifest that is bad" "nothing.manifest: lists no file" \
	"$vxload" -c vendor.pem --activate manifest nothing.manifest
refused "a first manifest that is bad" "nothing.manifest: lists no file" \
	"$vxload" -c vendor.pem --activate nothing.manifest manifest
asked "nothing of all this reaches the kernel"

# Without a signing time only the clock can tell.
quietly openssl cms -sign -binary -noattr -md sha256 -in text \
	-signer bygone.pem -inkey bygone.key -outform DER -out openssl.der
append_signature text openssl.der bygone.manifest
refused "-S and a certificate of the past" "bygone.manifest: certificate of bygone" \
	"$vxload" -S -c bygone.pem bygone.manifest
expect 0 "a certificate of the past where no clock is asked" \
	"$vxload" -c bygone.pem bygone.manifest
openssl_signs text openssl.manifest
expect 0 "what OpenSSL signs" "$vxload" -S -c vendor.pem openssl.manifest
same "what OpenSSL signs, said" out \
	"Verified openssl.manifest signed by vendor method ECDSA256+SHA256"

# Not one listed file is there: no state follows.
kernel loaded
# nothing_bound COMMAND...: the manifest is taken, and none of its files is there.
printf 'base-os\t7\tvendor\tECDSA256+SHA256\t0\t1\tbuiltin\n' \
	>"$sys/manifests"
for states in "" --activate "--activate --enforce --lock"; do
	: >"$sys/log"
	# shellcheck disable=SC2086
	refused "nothing is there, ${states:-no state}" \
		"manifest: not one of the 1 listed files can be bound beneath root (-v names them)" \
		"$vxload" -C root $states -c vendor.pem manifest
	asked "no state is set" "manifest $(size_of manifest) bytes in $here/root"
done
expect 1 "nothing is there, -v" "$vxload" -v -c vendor.pem manifest
says "it is named" "manifest: missing: bin/one: No such file or directory"
: >"$sys/log"
expect 1 "another manifest behind it" "$vxload" -C root -c vendor.pem manifest \
	second
asked "is not loaded" "manifest $(size_of manifest) bytes in $here/root"
printf 'base-os\t7\tvendor\tECDSA256+SHA256\t1\t6\tbuiltin\n' \
	>"$sys/manifests"
: >"$sys/log"
expect 0 "one of seven is there" "$vxload" -C root --activate -c vendor.pem \
	manifest
asked "the state is set" "manifest $(size_of manifest) bytes in $here/root" \
	"state active"
printf -- '-\t-\tvendor\tECDSA256+SHA256\t0\t0\tbuiltin\n' \
	>"$sys/manifests"
printf '%%revoke sha256=%s\n' "$digest" >text6
signed text6 versioned
: >"$sys/log"
expect 0 "one that lists nothing" "$vxload" --lock -c vendor.pem versioned
asked "the state is set" "manifest $(size_of versioned) bytes in /" \
	"state locked"

# Revocations alone are a manifest, too.
kernel loaded
printf '%%revoke sha256=%s\n' "$digest" >text6
signed text6 versioned
expect 0 "a manifest that only revokes" "$vxload" -c vendor.pem versioned
kernel loaded
printf '%%image sha256=%s\n' "$digest" >text6
signed text6 versioned
expect 0 "a manifest that only lists an image" "$vxload" -c vendor.pem versioned
printf '%%requires veriexec >= 6\nbin/one sha256=%s\n' "$digest" >text6
openssl_signs text6 versioned
refused "a manifest for a later kernel" \
	"versioned:1: not compatible with this system: needs veriexec 6, has 5" \
	"$vxload" -c vendor.pem versioned

# The kernel's verdict
kernel inactive
# verdict ERRNO NAME CAUSE
verdict() {
	answer manifest "$1"
	refused "$2" "vxload: manifest: refused: $3" "$vxload" --activate \
		-c vendor.pem manifest
}
verdict 129 EKEYREJECTED "the kernel finds its signature"
verdict 126 ENOKEY "it is signed by nobody whom the kernel trusts"
verdict 74 EBADMSG "the kernel does not understand it; the kernel log names"
verdict 116 ESTALE "a newer version of it is loaded"
verdict 27 EFBIG "the kernel finds it too large"
verdict 1 "EPERM" "loading takes CAP_MAC_ADMIN"
echo loaded active >"$sys/state"
verdict 1 "EPERM while active" "once active, loading takes"
echo loaded locked >"$sys/state"
verdict 1 "EPERM while locked" "the state is locked"
answer manifest 12
trouble ENOMEM "manifest: cannot be loaded: Cannot allocate memory" \
	"$vxload" -c vendor.pem manifest
answer manifest short
trouble "a short write" "manifest: cannot be loaded: Input/output error" \
	"$vxload" -c vendor.pem manifest
holds "no state follows a refusal" sh -c '! grep -q ^state "$1"' sh "$sys/log"
kernel loaded
answer manifest again
expect 0 "a signal" "$vxload" -c vendor.pem manifest
asked "after a signal it is written again, whole" \
	"manifest $(size_of manifest) bytes in /" \
	"manifest $(size_of manifest) bytes in /"

# The manifest of another root
# elsewhere: the kernel has one of its name, with a file on another file system.
elsewhere() {
	kernel loaded active
	printf 'base-os\t6\tvendor\tM\t3\t0\tbuiltin\n' >"$sys/manifests"
	elsewhere_here=$(findmnt -n -o MAJ:MIN -T root | tr -d ' ')
	for elsewhere_line in "0:7 bin/x base-os" "$elsewhere_here bin/y base-os" \
		"0:7 bin/z base-os" "0:7 bin/other another"; do
		# shellcheck disable=SC2086
		set -- $elsewhere_line
		printf '%s\t9\tsha256=00\t-\tverified\t%s\tvendor\t%s\n' \
			"$1" "$3" "$2"
	done >"$sys/entries"
	answer manifest 18
}
elsewhere
refused "one that would take the place of this root's" \
	"manifest: refused: it would take the place of version 6 of base-os, and 2 files on other file systems would stop running" \
	"$vxload" --enforce -C root -c vendor.pem manifest
asked "nothing else is tried" "manifest $(size_of manifest) bytes in $here/root"
elsewhere
expect 1 "-v" "$vxload" -v -C root -c vendor.pem manifest
says "names them" "manifest: stops running: bin/x"
says "all of them" "manifest: stops running: bin/z"
holds "and no other" [ "$(grep -c 'stops running' err)" -eq 2 ]
elsewhere
expect 0 "--replace" "$vxload" --replace --enforce -C root -c vendor.pem manifest
same "says first what stops" err \
	"vxload: manifest: takes the place of version 6 of base-os: 2 files on other file systems stop running"
asked "and then loads it" "manifest $(size_of manifest) bytes in $here/root" \
	"replace $(size_of manifest) bytes in $here/root" "state enforce"
elsewhere
answer replace 116
expect 1 "--replace, refused" "$vxload" --replace -C root -c vendor.pem manifest
says "for another cause" "manifest: refused: a newer version of it is loaded"
elsewhere
rm "$sys/answer-manifest"
expect 0 "--replace where nothing stops" "$vxload" --replace -C root \
	-c vendor.pem manifest
asked "is a load" "manifest $(size_of manifest) bytes in $here/root"

# Asking about files
kernel loaded active
expect 0 "--check" "$vxload" --check root/bin/one root/bin/two
same "--check says verified" out "root/bin/one: verified" \
	"root/bin/two: verified"
holds "descriptors are written in decimal" \
	grep -qx 'check [0-9][0-9]*' "$sys/log"
answer check 13
expect 1 "-x" "$vxload" -x root/bin/one
same "-x says not verified" out "root/bin/one: not verified"
expect 1 "--check --json" "$vxload" --check --json root/bin/one root/bin/two
same "--check prints JSON" out \
	'[{"file":"root/bin/one","verified":false,"outcome":null,"cause":null,"reason":null,"flags":[],"manifest":null,"signer":null},{"file":"root/bin/two","verified":false,"outcome":null,"cause":null,"reason":null,"flags":[],"manifest":null,"signer":null}]'
answer check 9
trouble "a check that fails" "root/bin/one: cannot be checked: Bad file" \
	"$vxload" --check root/bin/one
kernel loaded active
trouble "--check of a directory" "root: is not a regular file" \
	"$vxload" --check root
trouble "--check of a pipe does not block" "pipe: is not a regular file" \
	"$vxload" --check pipe
trouble "--check of what is not there" "nowhere: No such file" \
	"$vxload" --check nowhere
expect 2 "--check goes on after trouble" "$vxload" --check nowhere root/bin/one
same "--check answers for the rest" out "root/bin/one: verified"
answer check 13
expect 2 "--check of what is not there and of what is not verified" \
	"$vxload" --check nowhere root/bin/one

# Listing
kernel loaded active
expect 0 "--list of nothing" "$vxload" --list --json
same "--list of nothing is JSON" out \
	'{"manifests":[],"entries":[],"images":[],"revoked":[]}'
printf 'base-os\t7\tThe%%20Vendor\tECDSA256+SHA256\t1\t2\tbuiltin\n' >"$sys/manifests"
printf -- '-\t-\tOdd%%1b\tRSA2048+SHA256\t1\t0\tadded\n' >>"$sys/manifests"
inode=$(stat -c %i root/bin/one)
# The number that a mount has, and that stat(2) need not know.
device=$(findmnt -n -o MAJ:MIN -T root/bin/one | tr -d ' ')
{
	printf '%s\t%s\tsha256=%s\tno_ptrace,trusted,label=a/b\tverified\tbase-os\tThe%%20Vendor\tbin/one%%20%%22\tuid=0 mode=755\n' \
		"$device" "$inode" "$digest"
	printf '0:1\t%s\tsha256=%s\t-\trevoked\t-\tOdd%%1b\tbin/x\n' "$inode" "$digest"
	printf '0:1\t12\tlink=/a%%20b\t-\tverified\t-\tOdd%%1b\tbin/l\t-\n'
} >"$sys/entries"
{
	printf 'sha256=%s\tbase-os\tThe%%20Vendor\n' "$digest"
	printf 'sha512=%s%s\t-\tOdd%%1b\n' "$digest" "$digest"
} >"$sys/images"
printf '%s\n' "sha256=$digest" "sha512=$digest$digest" >"$sys/revoked"
expect 0 "--list" "$vxload" --list
same "--list prints manifests, entries, images and what is revoked" out \
	"manifest base-os version 7 signed by The Vendor (builtin) method ECDSA256+SHA256: 1 bound, 2 missing" \
	"manifest without a name signed by Odd? (added) method RSA2048+SHA256: 1 bound, 0 missing" \
	"verified  bin/one%20%22 sha256=$digest no_ptrace,trusted,label=a/b uid=0 mode=755 device $device inode $inode manifest base-os signed by The Vendor" \
	"revoked   bin/x sha256=$digest - device 0:1 inode $inode signed by Odd?" \
	"verified  bin/l link=/a%20b - device 0:1 inode 12 signed by Odd?" \
	"image sha256=$digest manifest base-os signed by The Vendor" \
	"image sha512=$digest$digest signed by Odd?" \
	"revoked sha256=$digest" "revoked sha512=$digest$digest"
expect 0 "--list --json" "$vxload" --list --json
same "--list prints JSON" out \
	'{"manifests":[{"name":"base-os","version":7,"signer":"The Vendor","method":"ECDSA256+SHA256","trust":"builtin","bound":1,"missing":2},{"name":null,"version":null,"signer":"Odd?","method":"RSA2048+SHA256","trust":"added","bound":1,"missing":0}],"entries":[{"path":"bin/one%20%22","manifest":"base-os","signer":"The Vendor","status":"verified","flags":["no_ptrace","trusted","label=a/b"],"owner":"uid=0 mode=755","fingerprint":"sha256='"$digest"'","device":"'"$device"'","inode":'"$inode"'},{"path":"bin/x","manifest":null,"signer":"Odd?","status":"revoked","flags":[],"owner":null,"fingerprint":"sha256='"$digest"'","device":"0:1","inode":'"$inode"'},{"path":"bin/l","manifest":null,"signer":"Odd?","status":"verified","flags":[],"owner":null,"link":"/a%20b","device":"0:1","inode":12}],"images":[{"root_hash":"sha256='"$digest"'","manifest":"base-os","signer":"The Vendor"},{"root_hash":"sha512='"$digest$digest"'","manifest":null,"signer":"Odd?"}],"revoked":["sha256='"$digest"'","sha512='"$digest$digest"'"]}'
expect 0 "-l of many names of one file, and of others" "$vxload" -l \
	root/bin/one ./root/bin/one root/bin/../bin/one
same "-l answers for each" out "root/bin/one: no_ptrace,trusted,label=a/b" \
	"./root/bin/one: no_ptrace,trusted,label=a/b" \
	"root/bin/../bin/one: no_ptrace,trusted,label=a/b"
expect 0 "-l" "$vxload" -l root/bin/one
same "-l prints the bare flags" out "no_ptrace,trusted,label=a/b"
expect 1 "-l of two" "$vxload" -l root/bin/one root/bin/two
same "-l of two prints the names" out "root/bin/one: no_ptrace,trusted,label=a/b"
says "-l says what is not listed" "root/bin/two: is not listed"
trouble "-l of what is not there" "nowhere: No such file" "$vxload" -l nowhere
echo "base-os" >"$sys/manifests"
trouble "a line that is too short" "manifests: has a line of 1 fields" \
	"$vxload" --list

# Somebody has mounted something else where the kernel's files should be.
kernel loaded
for option in --state "-i loaded" --activate "--check text" --list \
	"-l text" "-c vendor.pem manifest"; do
	: >"$sys/covered"
	# shellcheck disable=SC2086
	trouble "not on securityfs: $option" \
		"is not the kernel's: something else than securityfs is mounted there" \
		"$vxload" $option
	rm "$sys/covered"
done
asked "nothing is written there"
expect 0 "on securityfs: --state" "$vxload" --state
same "it is believed" out loaded
# What is installed, and what a user can mount
cat >covered.sh <<'END'
set -e
mount -t tmpfs none /sys/kernel/security
mkdir /sys/kernel/security/veriexec
cd /sys/kernel/security/veriexec
echo loaded active enforce locked >state
: >manifest
chmod 666 state manifest
cd "$OLDPWD"
exec "$@"
END
if [ -d /sys/kernel/security ] && unshare -rm true 2>/dev/null; then
	# shellcheck disable=SC2153 # as lib.sh has it, beside the build of this test
	for program in "$PLAIN/vxload" "$PLAIN/vxload.static" "$VXLOAD"; do
		name=${program#"$O/"}
		trouble "$name asks no tmpfs" \
			"veriexec/state: is not the kernel's" \
			unshare -rm sh covered.sh "$program" --state
		trouble "$name gives it no manifest" \
			"veriexec/manifest: is not the kernel's" \
			unshare -rm sh covered.sh "$program" -c vendor.pem \
			manifest
		holds "$name gives it no descriptor" sh -c \
			'! unshare -rm sh covered.sh "$1" --check text' sh \
			"$program"
	done
	# A file by itself can be covered, too.
	echo loaded enforce >covering
	trouble "a file with another mounted over it" \
		"state: is not the kernel's: something else" unshare -rm sh -c \
		'mount --bind covering "$sys/state" && exec "$1" --state' sh \
		"$vxload"
	expect 0 "the same without" unshare -rm "$vxload" --state
	same "it is believed" out loaded
	# The table of mounts tells which file is meant. The sanitizers need /proc.
	mkdir -p proc/self
	for n in $(seq 1 5000); do
		echo "$n 1 9:9 / / rw - x x x"
	done >proc/self/mountinfo
	trouble "-l and a table of mounts that is not the kernel's" \
		"/proc/self/mountinfo: is not the kernel's" unshare -rm sh -c \
		'mount --bind proc /proc && exec "$1" -l text' sh \
		"$PLAIN/vxload"
	trouble "-l and the kernel's" "veriexec/entries: " \
		unshare -rm "$PLAIN/vxload" -l text
else
	bad "namespaces of one's own are here" "unshare -rm fails"
fi

# No kernel, no keyring, no initramfs
rm -rf "$sys"
for option in --state "-i active" --activate "--check text" --list \
	"-l text" "-c vendor.pem manifest"; do
	# shellcheck disable=SC2086
	trouble "no veriexec: $option" "this kernel has no veriexec" \
		"$vxload" $option
done
if grep -qF ' .veriexec: ' /proc/keys 2>/dev/null; then
	good "no keyring # SKIP there is one"
else
	trouble "no keyring" "there is no keyring .veriexec" \
		"$vxload" --add-cert vendor.pem
fi
trouble "switch-root without a manifest" "--manifest is missing" \
	"$vxload" switch-root root /bin/one
trouble "switch-root without init" "NEWROOT or INIT is missing" \
	"$vxload" switch-root --manifest manifest root
trouble "switch-root and an unknown option" "unrecognized option '--nonsense'" \
	"$vxload" switch-root --nonsense
trouble "switch-root outside of an initramfs" "is for process 1 only" \
	"$vxload" switch-root --manifest manifest root /bin/one --nonsense
expect 0 "switch-root --help" "$vxload" switch-root --help
says "switch-root --help shows the usage" "Usage: vxload switch-root" out

# As it is installed
expect 0 "the static program runs" "$PLAIN/vxload.static" --version
holds "the static program needs no library" sh -c \
	'! readelf -d "$1" | grep -q NEEDED' sh "$PLAIN/vxload.static"

finish
