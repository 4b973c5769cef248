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

# keygen makes two files, each in one step.
fresh
rm place/manifest
for call in link write fsync; do
	trouble "keygen, $call fails" "place/key: Input/output error" with_fault \
		$call 1 $EIO "$VXSIGN" keygen --cn x --key place/key \
		--cert place/cert
	only "$call: nothing is there"
done
FAULT_RUN="echo else >place/cert"
export FAULT_RUN
refused "keygen, the certificate is there all of a sudden" \
	"place/cert: File exists" with_fault link 2 0 "$VXSIGN" keygen --cn x \
	--key place/key --cert place/cert
unset FAULT_RUN
holds "it is as it was" grep -qx else place/cert
only "no other is there" cert key

# A name too long for the file beside it
long=$(printf '%0250d' 0)
trouble "a name with no room beside it" "place/$long: File name too long" \
	sign -o "place/$long" text
deep=place/$(printf '%04090d' 0)
trouble "a path too long" "File name too long" sign -o "$deep" text
finish
