#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Every call into the C library that can fail, failing in turn: the answer is
# exit status 2 and one message with the cause, and files are as they were.

# Commands are passed to functions by name, and to sh in single quotes.
# shellcheck disable=SC2016,SC2317
set -eu
. "$TESTS/lib.sh"
. "$TESTS/certs.sh"
. "$TESTS/kernel.sh"

fake_kernel faults
EIO=5 ENOMEM=12
mkdir -p start/root/bin start/root/lib
printf '#!/bin/sh\n' >start/root/bin/one
printf '#!/bin/sh\necho\n' >start/root/bin/two
printf '\177ELF' >start/root/lib/lib.so
zeros=$(printf '%064d' 0)
ones=$(printf '%064d' 1)
cat >start/rules <<END
bin/one label=a
bin/two no_ptrace
END
for name in Signer Other; do
	quietly "$VXSIGN" keygen --cn $name --key start/$name.key \
		--cert start/$name.pem
done
quietly "$VXSIGN" generate --root start/root --name base --version 3 \
	--revoke "sha256=$zeros" --revoke "sha256=$ones" -o start/text
quietly "$VXSIGN" sign --key start/Signer.key --cert start/Signer.pem \
	-o start/signed start/text
sed 's/%version 3/%version 4/; /bin.two/d' start/text >start/newer
quietly "$VXSIGN" sign --key start/Signer.key --cert start/Signer.pem start/newer
echo "bin/none sha256=$zeros" >start/missing
quietly "$VXSIGN" sign --key start/Signer.key --cert start/Signer.pem \
	start/missing
printf 'open sesame\n' >start/right
quietly openssl pkcs8 -topk8 -in start/Signer.key -passout file:start/right \
	-out start/locked.key
echo "other 7" >start/versions
cp start/root/bin/one start/odd
sleep 3
quietly "$VXSIGN" generate --root start/root --cache start/cache -o start/made

device=$(findmnt -n -o MAJ:MIN -T . | tr -d ' ')
fresh() {
	rm -rf place
	cp -a start place
	kernel loaded
	printf 'base\t3\tSigner\tM\t1\t0\tbuiltin\n' >"$sys/manifests"
	for fault_file in odd text; do
		printf '%s\t%s\tsha256=00\tno_ptrace\tverified\tbase\tS\tbin/x\n' \
			"$device" "$(stat -c %i place/$fault_file)"
	done >"$sys/entries"
}
# Files that may have been replaced when the failure comes; whether they are then
# whole, tests/files.sh asks.
fault_but=
fault_bad() {
	fault_wrong="$fault_wrong
call $fault_n of $fault_call: $1
$(head -n 3 err)"
}
# each CALL ERRNO CAUSE COMMAND...: each of its calls fails once, in the folder
# place. At least one must be made.
each() {
	fault_call=$1
	fault_errno=$2
	fault_cause=$3
	shift 3
	fault_wrong=
	fault_n=0
	fault_except=
	for fault_file in $fault_but; do
		fault_except="$fault_except -x $fault_file"
	done
	fresh
	while :; do
		fault_n=$((fault_n + 1))
		fault_status=0
		(cd place && with_fault_in "$fault_call" "$fault_n" \
			"$fault_errno" "$@") >out 2>err </dev/null ||
			fault_status=$?
		[ -e hit ] || break
		[ "$fault_status" -eq 2 ] || fault_bad "exit status $fault_status"
		[ "$(wc -l <err)" -eq 1 ] || fault_bad "not one message"
		grep -q "$fault_cause" err || fault_bad "not '$fault_cause'"
		# shellcheck disable=SC2086
		diff -r --no-dereference $fault_except start place >differs ||
			fault_bad "$(cat differs)"
		if [ -s differs ] || [ -n "$fault_but" ]; then
			fresh
		fi
	done
	[ "$fault_n" -gt 1 ] || fault_wrong="it is never called"
	if [ -z "$fault_wrong" ]; then
		good "$fault_name: $fault_call, $((fault_n - 1)) calls"
	else
		bad "$fault_name: $fault_call" "$fault_wrong"
	fi
}
with_fault_in() {
	rm -f ../hit
	in_call=$1
	in_nth=$2
	in_errno=$3
	shift 3
	exec env LD_PRELOAD="$PROGRAMS/fault.so" FAULT_CALL="$in_call" \
		FAULT_NTH="$in_nth" FAULT_ERRNO="$in_errno" \
		FAULT_LOG="${PWD%/place}/hit" \
		ASAN_OPTIONS="$ASAN_OPTIONS:verify_asan_link_order=0" "$@"
}
# without CALLS NAME COMMAND...: no memory, by way of these calls.
without() {
	without_calls=$1
	fault_name=$2
	shift 2
	for without_call in $without_calls; do
		each "$without_call" $ENOMEM '[Oo]ut of memory\|Cannot allocate memory' "$@"
	done
}
# broken CALLS NAME COMMAND...: an I/O error.
broken() {
	broken_calls=$1
	fault_name=$2
	shift 2
	for broken_call in $broken_calls; do
		each "$broken_call" $EIO "Input/output error" "$@"
	done
}

memory="malloc realloc"
set -- generate --jobs 1 --root root --rules rules --flag bin/two=verify \
	--exclude 'lib/*' --exclude lib/x --name base --version 3 \
	--revoke "sha256=$zeros" --revoke-file odd --verity -o made
without "$memory calloc strdup open_memstream fclose fdopendir" generate \
	"$VXSIGN" "$@"
broken "openat openat2 fstat fstatat readdir pread read write rename" generate \
	"$VXSIGN" "$@"
# The manifest is there before its cache, and both before what their directory
# is.
fault_but="made cache"
without "$memory strdup open_memstream fclose" "generate --cache" "$VXSIGN" \
	"$@" --cache cache
broken "open read write rename fsync" "generate --cache" "$VXSIGN" \
	"$@" --cache cache
fault_but=
without "$memory open_memstream" "generate --list" \
	"$VXSIGN" generate --jobs 1 --root root --list --json -o made
set -- "$VXSIGN" sign --key Signer.key --cert Signer.pem -o signed text
without "$memory calloc" sign "$@"
broken "read fstat write rename" sign "$@"
fault_but=signed
broken "open fsync" sign "$@"
fault_but=
without "$memory" "sign --add" \
	"$VXSIGN" sign --add --key Other.key --cert Other.pem signed
without "$memory calloc" "sign, an encrypted key" "$VXSIGN" sign \
	--key locked.key --passphrase-file right --cert Signer.pem -o signed text
without malloc "sign --digest-out" \
	"$VXSIGN" sign --cert Signer.pem --digest-out made text
without "$memory calloc strdup" verify "$VXSIGN" verify --jobs 1 \
	--cert Signer.pem --root . --extra missing
broken "open read fstatat openat" verify "$VXSIGN" verify --jobs 1 \
	--cert Signer.pem --root root --extra signed
without "malloc calloc" show "$VXSIGN" show --entries signed
without "$memory calloc strdup" diff "$VXSIGN" diff text newer
set -- "$VXSIGN" keygen --cn x --key new.key --cert new.pem
broken "mkostemp write fsync link" "keygen of new files" "$@"
set -- "$VXSIGN" keygen --cn x --key Signer.key --cert Signer.pem --force
broken "mkostemp write fsync renameat2" "keygen --force" "$@"
without malloc keygen "$VXSIGN" keygen --cn x --key Signer.key \
	--cert Signer.pem --force --issuer-cert Signer.pem \
	--issuer-key Signer.key

# vxload, before the kernel is asked
set -- "$vxload" -C root -c Signer.pem --versions versions signed
without "malloc calloc" load "$@"
broken "read fstat lstat fchdir" load "$@"
cp start/versions versions
kernel loaded
trouble "load: no working directory" "versions: Input/output error" with_fault \
	getcwd 1 $EIO "$vxload" --versions versions -c start/Signer.pem start/signed
trouble "load: no memory for versions" "out of memory" with_fault realloc 1 \
	$ENOMEM "$vxload" -C start/root --versions versions \
	-c start/Signer.pem start/signed
holds "it was called" [ -e hit ]
asked "the kernel is not asked"

# vxload, committing
set -- "$vxload" --versions versions --commit
without "malloc realloc strdup" commit "$@"
broken "flock openat2 fdopen read fstat lstat getcwd write rename" commit "$@"
fresh
expect 0 "commit: nothing is broken" sh -c 'cd place && "$@"' sh "$@"
same "it is remembered" place/versions "base 3" "other 7"

kernel loaded
expect 2 "load: nobody can tell what is bound" with_fault openat2 2 $EIO \
	"$vxload" -C start/root --activate -c start/Signer.pem start/signed
holds "it was called" [ -e hit ]
says "it is told why" "manifests: Input/output error"
says "and what that means" \
	"start/signed: is loaded, but nothing more can be told of it"
asked "no state follows" "manifest $(stat -c %s start/signed) bytes in $PWD/start/root"

# vxload, asking
broken "open openat2 fstatfs fdopen" list "$vxload" --list
broken "open openat2 fstatfs fdopen" state "$vxload" --state
broken "open openat2 fstatfs fstat" check "$vxload" --check odd
without "calloc strdup" labels "$vxload" -l odd text
broken "open openat2 fstatfs fdopen statx" labels "$vxload" -l odd text
finish
