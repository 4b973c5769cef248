#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# How a file is replaced: in one step or not at all, with what it had besides its
# content, and so that it is there after a power cut.

# Commands are passed to functions by name, and to sh in single quotes.
# shellcheck disable=SC2016,SC2317
set -eu
. "$TESTS/lib.sh"
. "$TESTS/certs.sh"

EIO=5
EPERM=1
echo "bin/a sha256=$(printf '%064d' 7)" >text
quietly "$VXSIGN" keygen --cn Signer --key Signer.key --cert Signer.pem

sign() {
	"$VXSIGN" sign --key Signer.key --cert Signer.pem "$@"
}
good_signature() {
	"$VXSIGN" verify --cert Signer.pem "$1" >/dev/null
}
# A folder of its own for each case, so that what is left behind shows.
fresh() {
	rm -rf place
	mkdir place
	cp text place/manifest
}
# only NAME [FILE]...: these and no others are in the folder.
only() {
	only_name=$1
	shift
	: >wanted
	[ $# -eq 0 ] || printf '%s\n' "$@" >wanted
	ls -A place >found
	holds "$only_name" diff wanted found
}
has() {
	[ "$(stat -c "$1" "$2")" = "$3" ]
}

# Mode and owner
fresh
expect 0 "a new file" sign -o place/new text
holds "has the mode of new files, whatever the umask" has %a place/new 644
(umask 077 && quietly sign -o place/newer text)
holds "even a strict one" has %a place/newer 644
fresh
for mode in 640 600 664 4750; do
	chmod $mode place/manifest
	expect 0 "signed in place, mode $mode" sign --replace place/manifest
	holds "it is signed" good_signature place/manifest
	holds "it has its mode" has %a place/manifest $mode
done
only "nothing else is there" manifest
chmod 604 place/manifest
expect 0 "over a file that is there" sign -o place/manifest text
holds "it has the mode of that file" has %a place/manifest 604
if [ "$(id -u)" -eq 0 ]; then
	chown 1:2 place/manifest
	chmod 2754 place/manifest
	expect 0 "of another owner" sign --replace place/manifest
	holds "it is signed anew" good_signature place/manifest
	holds "it has its owner" has %u:%g place/manifest 1:2
	holds "and all of its mode" has %a place/manifest 2754
	cp -p place/manifest before
	trouble "whose owner cannot be kept" \
		"place/manifest: its owner cannot be kept: Operation not permitted" \
		with_fault fchown 1 $EPERM "$VXSIGN" sign --replace \
		--key Signer.key --cert Signer.pem place/manifest
	holds "it is as it was" cmp before place/manifest
	only "nothing else is there" manifest
else
	good "another owner # SKIP not root"
fi

# Symbolic links
fresh
mkdir place/far
mv place/manifest place/far/manifest
chmod 600 place/far/manifest
ln -s far/manifest place/link
ln -s link place/second
expect 0 "through a symbolic link" sign place/second
holds "the link is one still" [ -L place/second ]
holds "and leads where it led" [ "$(readlink place/second)" = link ]
holds "the one behind it is one still" [ "$(readlink place/link)" = far/manifest ]
holds "the file that they mean is signed" good_signature place/far/manifest
holds "and has its mode" has %a place/far/manifest 600
only "nothing else is there" far link second
holds "nor where the file is" [ "$(ls -A place/far)" = manifest ]
ln -s nowhere place/dead
trouble "through a link to nothing" "place/dead: No such file or directory" \
	sign -o place/dead text
holds "it leads there still" [ "$(readlink place/dead)" = nowhere ]
holds "and nothing was made there" [ ! -e place/nowhere ]
ln -s loop place/loop
trouble "through a link to itself" \
	"place/loop: Too many levels of symbolic links" sign -o place/loop text
holds "it is one still" [ "$(readlink place/loop)" = loop ]

# A private key goes where it is said to go, not to where somebody has a link.
fresh
echo "somebody's" >place/far
ln -s far place/key
refused "a key for a link" "place/key: is there already" "$VXSIGN" keygen \
	--cn x --key place/key --cert place/cert
expect 0 "a key for a link, --force" "$VXSIGN" keygen --cn x --key place/key \
	--cert place/cert --force
holds "the link is replaced" [ ! -L place/key ]
holds "by a file for its owner alone" has %a place/key 600
holds "what it led to is as it was" grep -qx "somebody's" place/far

# What is no file is written to.
mkfifo place/pipe
timeout 60 cat place/pipe >piped &
reader=$!
expect 0 "into a pipe" sign -o place/pipe text
wait $reader || :
holds "it is a pipe still" [ -p place/pipe ]
holds "and all came through" good_signature piped
# Not the system's own: a fault here would replace it.
if mknod place/full c 1 7 2>/dev/null && { : >place/full; } 2>/dev/null; then
	trouble "a full device" "place/full: No space left on device" \
		sign -o place/full text
	holds "it is a device still" [ -c place/full ]
else
	good "a full device # SKIP none can be made here"
	good "it is a device still # SKIP none can be made here"
fi
trouble "a full standard output" "standard output: No space left on device" \
	sh -c '"$VXSIGN" sign --key Signer.key --cert Signer.pem - <text >/dev/full'
trouble "a directory" "place: Is a directory" sign -o place text
trouble "a directory that is not there" \
	"nowhere/x: No such file or directory" sign -o nowhere/x text
trouble "below a file" "text/x: Not a directory" sign -o text/x text

# Hard links: a name gets a new file, others keep theirs.
fresh
ln place/manifest place/other
expect 0 "a file with two names" sign place/manifest
holds "the other is as it was" cmp text place/other

# In one step: whoever has the old file open reads it to its end.
fresh
exec 3<place/manifest
expect 0 "a file that is open" sign place/manifest
cat <&3 >seen
exec 3<&-
holds "what is open is what it was" cmp text seen

# Whatever fails, the old file stays and no other does.
# fails CALL NTH [HOW [CAUSE]]: signing in place with that fault.
fails() {
	fresh
	chmod 640 place/manifest
	cp -p place/manifest before
	trouble "$1 fails, call $2" \
		"${4:-place/manifest: Input/output error}" \
		with_fault "$1" "$2" "${3:-$EIO}" "$VXSIGN" sign \
		--key Signer.key --cert Signer.pem place/manifest
	holds "it was called" [ -e hit ]
	holds "the file is as it was" cmp before place/manifest
	holds "its mode, too" has %a place/manifest 640
	only "nothing else is there" manifest
}
fails stat 1
fails realpath 1
fails mkostemp 1
fails fchown 1 $EIO "place/manifest: its owner cannot be kept: Input/output"
fails fchmod 1
fails write 1
fails fsync 1
fails rename 1
# The first two closed files are the manifest, the certificate and the key.
fails close 4
fails write 1 28 "place/manifest: No space left on device"

fresh
trouble "a new file, where nobody can tell what is there" \
	"place/new: Input/output error" with_fault stat 1 $EIO "$VXSIGN" sign \
	--key Signer.key --cert Signer.pem -o place/new text
only "nothing is written" manifest

# What came late: the file is replaced, but may not survive a power cut.
fresh
trouble "the directory cannot be synced" "place/: Input/output error" \
	with_fault fsync 2 $EIO "$VXSIGN" sign --key Signer.key \
	--cert Signer.pem place/manifest
holds "it was called" [ -e hit ]
holds "it is the new file" good_signature place/manifest
only "nothing else is there" manifest
fresh
EINVAL=22
expect 0 "a directory that has no way to be synced" with_fault fsync 2 $EINVAL \
	"$VXSIGN" sign --key Signer.key --cert Signer.pem place/manifest
holds "it was called" [ -e hit ]
trouble "a directory that cannot be opened" "place/: Input/output error" \
	with_fault open 4 $EIO "$VXSIGN" sign --key Signer.key \
	--cert Signer.pem -o place/manifest text
expect 0 "one that may not be read" with_fault open 4 13 "$VXSIGN" sign \
	--key Signer.key --cert Signer.pem -o place/manifest text
holds "it was called" [ -e hit ]

# What is written in pieces, or interrupted, is written whole.
fresh
expect 0 "a write that does half" with_fault write 1 short "$VXSIGN" sign \
	--key Signer.key --cert Signer.pem place/manifest
holds "it was called" [ -e hit ]
holds "the other half follows" good_signature place/manifest
EINTR=4
for call in write read; do
	fresh
	expect 0 "a $call that a signal ends" with_fault $call 1 $EINTR \
		"$VXSIGN" sign --key Signer.key --cert Signer.pem place/manifest
	holds "it was called" [ -e hit ]
	holds "is made again" good_signature place/manifest
done

# keygen makes two files, each in one step, and both or none.
fresh
rm place/manifest
for call in "link 1" "link 2" "write 1" "write 2" "fsync 1" "fsync 2" "fsync 3" "fsync 4"; do
	# shellcheck disable=SC2086
	set -- $call
	trouble "keygen, $call fails" "Input/output error" with_fault \
		"$1" "$2" $EIO "$VXSIGN" keygen --cn x --key place/key \
		--cert place/cert
	only "$call: nothing is there"
done
FAULT_RUN="echo else >place/cert"
export FAULT_RUN
refused "keygen, the certificate is there all of a sudden" \
	"place/cert: File exists" with_fault link 1 0 "$VXSIGN" keygen --cn x \
	--key place/key --cert place/cert
unset FAULT_RUN
holds "it is as it was" grep -qx else place/cert
only "no other is there" cert

# A name too long for the file beside it
long=$(printf '%0250d' 0)
trouble "a name with no room beside it" "place/$long: File name too long" \
	sign -o "place/$long" text
deep=place/$(printf '%04090d' 0)
trouble "a path too long" "File name too long" sign -o "$deep" text
# What is read may come from a pipe: a FIFO, /dev/fd, a process substitution.
quietly sign -o signed text
mkfifo fifo
# piped FILE STATUS NAME COMMAND...: with FILE in the FIFO, of which nobody writes
# before it is read.
piped() {
	piped_file=$1
	shift
	(sleep 0.2; timeout 20 cat "$piped_file" >fifo) &
	expect "$@"
	wait $!
}
piped signed 0 "a manifest in a FIFO" good_signature fifo
piped Signer.pem 0 "certificates in a FIFO" "$VXSIGN" verify --cert fifo signed
piped Signer.key 0 "a key in a FIFO" "$VXSIGN" sign --key fifo \
	--cert Signer.pem -o again text
holds "has signed" good_signature again
mkdir -p tree/bin
printf '#!/bin/sh\n' >tree/bin/a
echo 'bin/a no_ptrace' >rules
piped rules 0 "rules in a FIFO" "$VXSIGN" generate --root tree --rules fifo -o made
says "hold" "no_ptrace" made
expect 0 "a manifest of /dev/fd" sh -c \
	'cat signed | "$VXSIGN" verify --cert Signer.pem /dev/fd/3 3<&0 </dev/null'
expect 0 "a regular file of /dev/fd" sh -c \
	'"$VXSIGN" verify --cert Signer.pem /dev/fd/3 3<signed'
if command -v bash >/dev/null; then
	expect 0 "process substitutions" bash -c '"$VXSIGN" verify \
		--cert <(cat Signer.pem) <(sleep 0.2; cat signed)'
fi
: >empty
piped empty 1 "an empty FIFO is an empty file" good_signature fifo
says "and not signed" "fifo: is not signed"
(timeout 20 cat /dev/zero >fifo 2>/dev/null) &
trouble "one without an end is bounded" "fifo: is larger than 4194304 bytes" \
	"$VXSIGN" generate --root tree --rules fifo -o no
wait $! || :
trouble "a device is not read" "/dev/zero: is not a regular file, nor a pipe" \
	"$VXSIGN" verify --cert Signer.pem /dev/zero
trouble "nor a descriptor that is none" "/dev/fd/9: No such file" \
	"$VXSIGN" verify --cert Signer.pem /dev/fd/9
trouble "nor a directory" "tree: is not a regular file, nor a pipe" \
	"$VXSIGN" verify --cert tree signed

# A key is not destroyed before what takes its place is there.
keygen() {
	"$VXSIGN" keygen --cn Next --key place/k --cert place/c "$@"
}
pair() {
	rm -rf place
	mkdir place
	cp Signer.key place/k
	cp Signer.pem place/c
}
fits() {
	"$VXSIGN" sign --key "$1" --cert "$2" -o again text
}
pair
expect 0 "keygen --force" keygen --force
only "leaves the pair" c k
holds "which is new" sh -c '! cmp -s place/k Signer.key'
holds "and fits" fits place/k place/c
holds "the key's mode is strict" has %a place/k 600
for call in "renameat2 1 the certificate" "renameat2 2 the key"; do
	# shellcheck disable=SC2086
	set -- $call
	pair
	trouble "$3 $4 cannot have its name" "Input/output error" \
		with_fault "$1" "$2" $EIO "$VXSIGN" keygen --cn Next \
		--key place/k --cert place/c --force
	only "nothing is left" c k
	holds "the old key is there" cmp place/k Signer.key
	holds "and its certificate" cmp place/c Signer.pem
done
rm -rf place
mkdir place
trouble "where there was none" "Input/output error" with_fault link 2 $EIO \
	"$VXSIGN" keygen --cn Next --key place/k --cert place/c
only "there is none"
pair
EINVAL=22
expect 0 "a file system that exchanges no names" with_fault renameat2 1 $EINVAL \
	"$VXSIGN" keygen --cn Next --key place/k --cert place/c --force
only "has the pair" c k
holds "which fits" fits place/k place/c
# The power is cut between the two.
pair
(
	FAULT_RUN='kill -9 $PPID'
	export FAULT_RUN
	with_fault renameat2 2 "" "$VXSIGN" keygen --cn Next --key place/k \
		--cert place/c --force >/dev/null 2>&1
) || true
holds "killed between the two" [ -e hit ]
holds "the old key is there" cmp place/k Signer.key
holds "and the new one, which fits" sh -c \
	'"$VXSIGN" sign --key place/.k.?????? --cert place/c -o again text'
holds "and the old certificate" sh -c 'cmp place/.c.?????? Signer.pem'
expect 0 "keygen --force again" keygen --force
holds "mends it" fits place/k place/c
rm -rf place
mkdir place
trouble "one file for both" "--key and --cert are the same file" "$VXSIGN" keygen \
	--cn x --key place/x --cert place/x --force
trouble "nor for a request" "--key and --csr are the same file" "$VXSIGN" keygen \
	--cn x --key place/x --csr place/x
only "makes none"
finish
