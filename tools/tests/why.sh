#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# vxload --check and --why: what the kernel says of a file, of its interpreters and of
# what it has denied, and what there is to do.

# Commands are passed to functions by name, and to sh in single quotes.
# shellcheck disable=SC2016,SC2317
set -eu
. "$TESTS/lib.sh"
. "$TESTS/kernel.sh"

fake_kernel why
here=$(pwd)

# kernel_says NAME FIELD...: what check gives for files of that name
kernel_says() {
	says_name=$1
	shift
	printf '%s' "$1" >"$sys/why-$says_name"
	shift
	printf '\t%s' "$@" >>"$sys/why-$says_name"
	echo >>"$sys/why-$says_name"
}
unlisted="file is in no manifest"
changed="fingerprint does not match"

mkdir -p bin
for file in good plain own indirect strange changed; do
	echo data >bin/$file
done
kernel loaded active enforce
kernel_says good verified - - - base 'The%20Vendor%1b'
kernel_says plain denied not-listed "$unlisted" - - -
kernel_says own initramfs - - - - -
kernel_says indirect verified only-indirect "program may only run indirectly" \
	indirect,verify - Vendor
kernel_says changed denied mismatch "$changed" - base Vendor
kernel_says strange denied new-cause "something new" - - -

# What the kernel says
expect 0 "--check of what is verified" "$vxload" --check bin/good bin/own \
	bin/indirect
same "it says by whose word, and what else there is" out \
	"bin/good: verified; manifest base signed by The Vendor?" \
	"bin/own: verified, as the initramfs was unpacked" \
	"bin/indirect: verified, but program may only run indirectly; manifest without a name signed by Vendor"
expect 1 "--check of what is not" "$vxload" --check bin/plain bin/changed
same "it says why" out "bin/plain: not verified: $unlisted" \
	"bin/changed: not verified: $changed; manifest base signed by Vendor"
expect 0 "--check --json" "$vxload" --check --json bin/indirect
same "it has all of it" out \
	'[{"file":"bin/indirect","verified":true,"outcome":"verified","cause":"only-indirect","reason":"program may only run indirectly","flags":["indirect","verify"],"manifest":null,"signer":"Vendor"}]'
printf 'verified\t-\n' >"$sys/why-good"
expect 0 "--check, where the kernel says less than it should" \
	"$vxload" --check bin/good
same "it is told as far as it goes" out "bin/good: verified"
kernel_says good verified - - - base Vendor "and more"
expect 0 "--check, where a newer kernel says more" "$vxload" --check bin/good
same "the rest is left out" out "bin/good: verified; manifest base signed by Vendor"

# What to do
why() {
	"$vxload" --why "$@"
}
record() {
	printf 'type=INTEGRITY_DATA msg=audit(%s.000:7): lsm=veriexec op=%s cause=not-listed reason="%s" pid=77 uid=0 auid=4294967295 ses=4294967295 comm="sh" exe="/usr/bin/dash" name=%s dev="vda" ino=%s res=%s\n' \
		"$@"
}
: >"$sys/audit.log"
expect 0 "--why of what is verified" why bin/good
same "there is nothing to do" out \
	"bin/good: verified; manifest base signed by Vendor"
expect 1 "--why of what is in no manifest" why bin/plain
same "it says the rule" out "bin/plain: not verified: $unlisted" \
	"  to do: list it: the rule \"${here#/}/bin/plain\" for vxsign generate --rules does"
expect 1 "--why of what was changed" why bin/changed
says "it says what to do" "  to do: if the file is as it should be, generate" out
expect 1 "--why of what is no program of its own" why bin/indirect
says "it says what to do" "  to do: take the flag indirect off" out
expect 1 "--why, for a cause that vxload does not know" why bin/strange
says "it says so" "  to do: vxload does not know this cause" out
ln -s plain bin/link
expect 1 "--why of a link" why bin/link
says "it says where it leads" "  is a link to $here/bin/plain" out
expect 1 "--why of what is not there" why bin/none
same "that is the answer" out "bin/none: No such file or directory"
expect 2 "--why of a directory" why bin
same "it cannot be asked for" out "bin: is not a regular file"
expect 2 "--why goes on after that" why bin bin/good
says "it answers for the rest" "bin/good: verified" out

# Interpreters
kernel_says script verified - - - base Vendor
script() {
	printf '#!%s\n' "$1" >bin/script
}
script "$here/bin/indirect"
expect 0 "--why of a script whose interpreter may only run indirectly" \
	why bin/script
says "the interpreter is named" \
	"  its interpreter $here/bin/indirect: verified, but program" out
script "  $here/bin/plain  -x"
expect 1 "--why of one whose interpreter is in no manifest" why bin/script
says "that is the matter" "  its interpreter $here/bin/plain: not verified: $unlisted" out
says "and what there is to do" "  to do: list it: the rule \"${here#/}/bin/plain\"" out
echo data >bin/quiet
answer check 13
script "$here/bin/quiet"
expect 1 "--why of one whose interpreter an older kernel denies" why bin/script
says "that is the matter" "  its interpreter $here/bin/quiet: not verified" out
rm "$sys/answer-check"
script "$here/bin/none"
expect 1 "--why of one whose interpreter is not there" why bin/script
says "that is the matter" "  its interpreter $here/bin/none: No such file" out
script "$here/bin/$(printf 'a\033b')"
expect 1 "--why of one whose interpreter has an odd name" why bin/script
says "the name is encoded" "  its interpreter $here/bin/a%1bb: No such" out
script ""
expect 0 "--why of one that names no interpreter" why bin/script
script "$here/bin/script"
expect 0 "--why of one that is its own interpreter comes to an end" why bin/script
cp /bin/true bin/elf
interpreter=$(LC_ALL=C readelf -l bin/elf | sed -n 's/.*interpreter: \(.*\)]$/\1/p')
kernel_says elf verified - - - base Vendor
kernel_says "$(basename "$(realpath "$interpreter")")" denied not-listed "$unlisted" - - -
expect 1 "--why of a program in ELF" why bin/elf
says "its interpreter is found" "  its interpreter $interpreter: not verified" out
for size in 4 20 64 100 800; do
	head -c $size /bin/true >bin/elf
	expect 0 "--why of $size bytes of a program" why bin/elf
done
# Offsets and numbers that lead nowhere
for at in 32 40 48 54 56 64 72 96; do
	cp /bin/true bin/elf
	printf '\377\377\377\377\377\377\377\377' |
		dd of=bin/elf bs=1 seek=$at conv=notrunc 2>/dev/null
	holds "--why of a program that is wrong at $at" sh -c \
		'"$1" --why bin/elf >out 2>err; [ $? -lt 2 ] && ! grep -q Sanitizer err' \
		sh "$vxload"
done
# A name that is longer than any, and one that does not end
for length in '\0210\0023' '\0010\0000'; do
	cp /bin/true bin/elf
	printf '%b\0\0\0\0\0\0' "$length" |
		dd of=bin/elf bs=1 seek=152 conv=notrunc 2>/dev/null
	expect 0 "--why of a program whose interpreter has a name of odd length" \
		why bin/elf
done

# The audit trail
inode=$(stat -c %i bin/plain)
{
	record 1790000000 exec "$unlisted" "\"$here/bin/plain\"" 1 1
	record 1790000100 open_write "$unlisted" '"/bin/plain"' "$inode" 0
	record 1790000200 exec "$unlisted" '"/bin/plain"' 1 0
	record 1790000300 exec "$unlisted" "\"$here/bin/other\"" 1 0
	record 1790000400 exec "$unlisted" '"plain"' 5 0
	record 1790000500 exec "$unlisted" '"bin/none"' 1 0
} >"$sys/audit.log"
expect 1 "--why of what was denied" why bin/plain
says "the last record about it is told" \
	"  denied 2 times, last 2026-09-21T14:15:00Z: open_write by /usr/bin/dash (pid 77): $unlisted" out
expect 1 "--why of what is not there any more" why bin/none
says "its record is told" "  denied 2026-09-21T14:21:40Z: exec by" out
expect 0 "--why of what was never denied" why bin/good
holds "nothing is told" sh -c '! grep -q denied out'
expect 1 "--why --json" why --json bin/plain
same "it has all of it" out \
	'[{"file":"bin/plain","trouble":null,"verified":false,"outcome":"denied","cause":"not-listed","reason":"'"$unlisted"'","flags":[],"manifest":null,"signer":null,"link":null,"interpreters":[],"to_do":"list it: the rule \"'"${here#/}"'/bin/plain\" for vxsign generate --rules does","records":2,"last":{"time":1790000100,"pid":77,"denied":true,"op":"open_write","cause":"not-listed","program":"/usr/bin/dash"}}]'
rm "$sys/audit.log"
expect 0 "--why without an audit trail" why bin/good
says "it says that there is none" "kmsg: No such file" err
same "and answers" out "bin/good: verified; manifest base signed by Vendor"
expect 2 "--why without a file" why
says "it says so" "--why: name a file" err

finish
