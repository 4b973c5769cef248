#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# vxload --would-deny: where the audit trail is found, what is summed up and told of
# it, and that the rules made of it give, through vxsign generate, what was missing.

# Commands are passed to functions by name, and to sh in single quotes.
# shellcheck disable=SC2016,SC2317
set -eu
. "$TESTS/lib.sh"
. "$TESTS/kernel.sh"

fake_kernel would_deny

# fields OP CAUSE REASON EXE REST: of a record that would be denied
fields() {
	printf 'lsm=veriexec op=%s cause=%s reason="%s" pid=77 uid=0 auid=4294967295 ses=4294967295 comm="sh" exe=%s %s res=%s\n' \
		"$1" "$2" "$3" "$4" "$5" "${6-1}"
}
# record TIME OP CAUSE REASON EXE REST [RES]: as auditd writes it
record() {
	printf 'type=INTEGRITY_DATA msg=audit(%s.000:7): ' "$1"
	shift
	fields "$@"
}
# unlisted TIME NAME [RES]
unlisted() {
	record "$1" exec not-listed "file is in no manifest" '"/usr/bin/dash"' \
		"name=$2 dev=\"vda\" ino=12" "${3-1}"
}
would() {
	"$vxload" --would-deny "$@"
}

# The trail, and what is told of it
kernel active
{
	unlisted 1790000000 '"/tmp/id"'
	echo 'type=USER_LOGIN msg=audit(1.000:1): lsm=veriexec op=x'
	unlisted 1790000900 '"/tmp/id"'
	unlisted 1790000500 '"/tmp/id"'
	unlisted 1790000000 '"/tmp/denied"' 0
	record 1790000000 device_write in-use "device is in use" '"/sbin/dd"' \
		'name="/dev/vda"'
	record 1790000000 lockdown not-trusted "program is not trusted" \
		'(null)' 'what="/dev/mem,kmem,port"'
} >log
expect 1 "something would be denied" would log
same "it is summed up" out \
	"      3 exec of /tmp/id by /usr/bin/dash: file is in no manifest, 2026-09-21T14:13:20Z to 2026-09-21T14:28:20Z" \
	"      1 device_write of /dev/vda by /sbin/dd: device is in use, 2026-09-21T14:13:20Z" \
	"      1 lockdown by sh: program is not trusted (/dev/mem,kmem,port), 2026-09-21T14:13:20Z"
holds "without a word of anything else" [ ! -s err ]
expect 1 "from standard input" sh -c '"$1" --would-deny - <log' sh "$vxload"
says "it is the same" "      3 exec of /tmp/id by" out
expect 1 "of several files" would log log
says "they are one trail" "      6 exec of /tmp/id by" out
unlisted 1790000000 '"/tmp/denied"' 0 >denied
expect 0 "what was denied is no answer" would denied
same "it is told of" out \
	"nothing would be denied: the trail has no record of it, only of what was denied"
: >empty
expect 0 "an empty trail" would empty
same "says so" out "nothing would be denied: the trail has no record of it"
expect 0 "an empty trail in JSON" would --json empty
same "says so" out \
	'{"would_deny":[],"records":0,"denied":0,"left_out":0,"malformed":0,"lost":false}'
expect 1 "JSON" would --json denied log
says "has the sums" '],"records":7,"denied":2,"left_out":0,"malformed":0,"lost":false}' out
says "has what was attempted" '{"op":"exec","cause":"not-listed","reason":"file is in no manifest","what":null,"path":"/tmp/id","program":"/usr/bin/dash","comm":null,"count":3,"first":1790000000,"last":1790000900,"rule":"tmp/id","instead":null}' out
says "has what there is no path of" '"path":null,"program":null,"comm":"sh","count":1' out
unlisted 18446744073709551615 '"/x"' >late
expect 1 "a time that no calendar has" would late
says "is a number" "manifest, @18446744073709551615" out

# Foreign text
unlisted 1790000000 2F1B5B33316D0A22FF >odd
expect 1 "a name with what a terminal would obey" would odd
says "is encoded" "exec of /%1b[31m%0a\"%ff by" out
expect 1 "and in JSON" would --json odd
says "is encoded, too" '"path":"/%1b[31m%0a\"%ff"' out
{
	unlisted 1790000000 '"/a"' | cut -c 1-100
	unlisted 1790000000 '"/b'
	unlisted 1790000000 '"/c"'
} >bad
expect 1 "lines that are no records, and one that is" would bad
says "the first is told with its cause" \
	"vxload: bad:1: is no record as the kernel writes it: it is cut off"
says "they are counted" "2 lines are no records as the kernel writes them"
holds "they are not believed" sh -c '[ "$(wc -l <out)" -eq 1 ] && grep -q /c out'
head -n 1 bad >bad1
expect 2 "nothing but a line that is no record is no answer" would bad1
head -c 131072 /dev/zero | tr '\0' x >long
unlisted 1790000000 '"/within"' >>long
expect 0 "a record within a line that is too long is none" would long
{
	head -c 65536 /dev/zero | tr '\0' x
	unlisted 1790000000 '"/within"'
	unlisted 1790000000 '"/after"'
	unlisted 1790000000 '"/bad' | cut -c 1-100
} >long
expect 1 "what comes behind it" would long
says "is read" "exec of /after by" out
holds "and it alone" [ "$(wc -l <out)" -eq 1 ]
says "the lines are counted" "long:3: is no record"
head -c 100000 /dev/urandom >noise
expect 0 "noise" would noise

# The system's own trail
# kmsg NUMBER TEXT [PRIORITY]
kmsg() {
	printf '%s,%s,1,-;%s\n' "${3-5}" "$1" "$2"
}
kmsg_record() {
	kmsg "$1" "audit: type=1800 audit(1790000000.000:7): $(fields exec \
		not-listed "file is in no manifest" '"/bin/sh"' "name=$2")" "${3-5}"
}
kernel active
{
	kmsg 0 "Linux version 6"
	echo ' SUBSYSTEM=x'
	kmsg_record 1 '"/tmp/a\x5cb"'
	kmsg_record 2 '"/tmp/forged"' 13
} >"$sys/kmsg"
expect 1 "without auditd the kernel's log is read" would
says "it is understood" 'exec of /tmp/a\b by /bin/sh' out
holds "what a program has written there is not believed" \
	[ "$(wc -l <out)" -eq 1 ]
unlisted 1790000000 '"/newest"' >"$sys/audit.log"
unlisted 1790000000 '"/older"' >"$sys/audit.log.1"
unlisted 1790000000 '"/oldest"' >"$sys/audit.log.2"
unlisted 1790000000 '"/unknown"' >"$sys/audit.log.4"
expect 1 "with auditd its logs are read" would
holds "those that were rotated, too, and no other" sh -c '
	[ "$(wc -l <out)" -eq 3 ] && grep -q /newest out && grep -q /older out &&
	grep -q /oldest out'
ln -f "$sys/audit.log" "$sys/audit.log.1"
expect 1 "one that was rotated meanwhile" would
says "is read once" "      1 exec of /newest by" out
rm "$sys"/audit.log*
mkdir "$sys/audit.log"
expect 2 "a log that cannot be read is no answer" would
says "it is told" "$sys/audit.log: Is a directory"
rmdir "$sys/audit.log"
kmsg 3 "Linux version 6" >"$sys/kmsg"
expect 2 "a log of which the beginning is gone is no answer" would
says "it is told" "the trail is not whole: the kernel has lost records of it"
{
	kmsg 0 "Linux version 6"
	kmsg 1 "audit: audit_lost=1 audit_rate_limit=0 audit_backlog_limit=64"
} >"$sys/kmsg"
expect 2 "nor is one of which the kernel says so" would
says "it is told" "the trail is not whole"
kmsg_record 2 '"/tmp/a"' >>"$sys/kmsg"
expect 1 "but what is there would be denied" would
rm "$sys/kmsg"
trouble "no trail at all" "$sys/kmsg: No such file or directory" would

# The command line
trouble "a log that is not there" "nowhere: No such file or directory" \
	would nowhere
mkfifo pipe
trouble "a pipe does not block" "pipe: is not a regular file" would pipe
trouble "a directory" "dir: is not a regular file" sh -c \
	'mkdir -p dir && exec "$1" --would-deny dir' sh "$vxload"
trouble "--as-rules by itself" "--as-rules goes with --would-deny" \
	"$vxload" --as-rules --list
trouble "--as-rules and --json" "--as-rules and --json cannot be combined" \
	would --as-rules --json log
trouble "with a state" "--would-deny cannot be combined with setting a state" \
	would --enforce
trouble "with another mode" "--would-deny and --list cannot be combined" \
	would --list
trouble "without memory" "out of memory" with_fault malloc 1 12 "$vxload" \
	--would-deny log
trouble "without memory for what is found" "out of memory" with_fault realloc \
	1 12 "$vxload" --would-deny log
trouble "a log that cannot be read on" "log: Input/output error" with_fault \
	read 1 5 "$vxload" --would-deny log
asked "nothing is asked of the kernel"

# Rules, through vxsign
mkdir -p root/bin 'root/usr/bin'
for name in plain 'st*r' 'br[a]' 'ba\ck' 'que?' '#hash' dd kexec insmod; do
	echo data >"root/bin/$name"
done
cp -a root/bin/* root
rules() {
	expect 1 "rules" would --as-rules "$1"
	mv out rules
	expect 0 "vxsign takes them" "$VXSIGN" generate --root root \
		--rules rules -o manifest
	holds "and each of them matches" [ ! -s err ]
}
{
	unlisted 1 '"/bin/plain"'
	unlisted 1 '"/bin/plain"'
	unlisted 1 '"/bin/st*r"'
	unlisted 1 '"/bin/br[a]"'
	unlisted 1 '"/bin/ba\ck"'
	unlisted 1 '"/bin/que?"'
	unlisted 1 '"/#hash"'
	record 1 mmap not-listed x '"/bin/sh"' 'name="/dd"'
	record 1 device_write in-use x '"/bin/dd"' 'name="/dev/vda"'
	record 1 ioctl no-storage x '"/bin/dd"' 'name="/dev/vda"'
	record 1 raw_io not-trusted x '"/bin/dd"' 'name="/dev/vda"'
	record 1 lockdown not-trusted x '"/bin/kexec"' 'what="kexec"'
	record 1 kernel_read not-listed x '"/bin/sh"' 'name="/bin/insmod"'
} >log
rules log
same "each stands there once" rules \
	"# What would be denied, as rules for vxsign generate --rules. Look at each: one" \
	"# without a flag lets a file run, and a flag lets all who run a program use it." \
	'\#hash' 'bin/ba\\ck' 'bin/br\[a]' 'bin/dd storage' 'bin/insmod' \
	'bin/kexec kmem' 'bin/plain' 'bin/que\?' 'bin/st\*r' 'dd'
quietly "$VXSIGN" show --entries manifest
grep -v '^%[a-z]\|^#' manifest | sed 's/ .*sha256=[0-9a-f]*/ /; s/ uid=.*mode=[0-7]*//' \
	>listed
same "they list what was missing, with its rights" listed \
	"%23hash " "bin/ba\\ck " "bin/br[a] " "bin/dd  storage" "bin/insmod " \
	"bin/kexec  kmem" "bin/plain " "bin/que? " "bin/st*r " "dd "
# no_rule NAME WHY RECORD...: there is none, and it says why.
no_rule() {
	no_rule_name=$1
	no_rule_why=$2
	shift 2
	"$@" >log
	expect 1 "$no_rule_name" would --as-rules log
	says "is no rule, and it says why" "; $no_rule_why" out
	holds "$no_rule_name: no other line" sh -c '! grep -q -v "^#" out'
}
no_rule "a name with a space" "a rule cannot spell its name" \
	unlisted 1 2F612062
no_rule "a name with a newline" "a rule cannot spell its name" \
	unlisted 1 2F610A62
no_rule "a name beyond ASCII" "a rule cannot spell its name" unlisted 1 2FC3A4
no_rule "a file that was deleted" "the file was deleted" \
	unlisted 1 2F78202864656C6574656429
no_rule "no path" "it is no path of a file" unlisted 1 '"pipe:[7]"'
no_rule "the root" "it is no path of a file" unlisted 1 '"/"'
no_rule "no file" "the record names no file" \
	record 1 exec not-listed x '"/bin/sh"' 'dev="vda"'
no_rule "a program that is not known" "the record names no file" \
	record 1 lockdown not-trusted x '(null)' 'what="x"'
no_rule "a cause of a later kernel" "vxload does not know this cause" \
	record 1 exec new-cause x '"/bin/sh"' 'name="/x"'
no_rule "a changed file" "if the file is as it should be, generate" \
	record 1 exec mismatch x '"/bin/sh"' 'name="/x"'
no_rule "a program that may not be traced" "take the flag no_ptrace off" \
	record 1 ptrace may-not-trace x '"/bin/sh"' 'name="/x"'

# Every cause that the kernel has, and no other
source=$TESTS/../..
sed -n '/veriexec_causes\[/,/^};/s/.*CAUSE([A-Z_]*, "\([a-z-]*\)".*/\1/p' \
	"$source/security/veriexec/audit.c" | grep -vx none | sort >causes
sed -n 's/^	{ [^,]*, "\([a-z-]*\)".*/\1/p' "$source/tools/vxload/remedy.c" |
	sort -u >remedies
holds "there is something to be done for each cause of the kernel's" \
	diff causes remedies
holds "of which there are some" [ "$(wc -l <causes)" -gt 20 ]
finish
