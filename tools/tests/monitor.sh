#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# vxload --monitor, with messages that the tests make in the kernel's place.

# Commands are passed to functions by name, and to sh in single quotes.
# shellcheck disable=SC2016,SC2317
set -eu
. "$TESTS/lib.sh"
. "$TESTS/kernel.sh"

fake_kernel monitor

# message SENDER TYPE NAME RES [OP]: what the kernel has to tell next.
message() {
	printf '%s %s audit(1790000000.123:7): lsm=veriexec op=%s cause=not-listed reason="file is in no manifest" pid=77 uid=5 auid=4294967295 ses=3 comm="sh" exe="/bin/sh" name=%s dev="vda" ino=12 res=%s\n' \
		"$1" "$2" "${5-exec}" "$3" "$4" >>"$sys/messages"
}
monitor() {
	timeout 20 "$vxload" --monitor "$@"
}

kernel active
expect 0 "it ends when it is told to" monitor
holds "without a word" sh -c '[ ! -s out ] && [ ! -s err ]'
message 0 1800 '"/tmp/denied"' 0
message 0 1800 '"/tmp/let-through"' 1
message 0 1800 2F1B5B6D0A 0
expect 0 "denials are told" monitor
same "each in its line" out \
	'2026-09-21T14:13:20Z denied: exec of /tmp/denied by /bin/sh (pid 77, uid 5): file is in no manifest' \
	'2026-09-21T14:13:20Z would be denied: exec of /tmp/let-through by /bin/sh (pid 77, uid 5): file is in no manifest' \
	'2026-09-21T14:13:20Z denied: exec of /%1b[m%0a by /bin/sh (pid 77, uid 5): file is in no manifest'
holds "and nothing else" [ ! -s err ]
expect 0 "JSON" monitor --json
says "has each denial as a line" '{"time":1790000000.123,"serial":7,"denied":true,"op":"exec","cause":"not-listed","reason":"file is in no manifest","what":null,"path":"/tmp/denied","device":"vda","inode":12,"program":"/bin/sh","comm":"sh","pid":77,"uid":5,"auid":4294967295,"ses":3}' out
says "says what was let through" '"denied":false,"op":"exec"' out
holds "three of them" [ "$(wc -l <out)" -eq 3 ]

kernel active
message 7 1800 '"/tmp/stranger"' 0
message 0 1300 '"/tmp/call"' 0
echo empty >>"$sys/messages"
echo '0 1800 audit(1.000:1): pid=1 op=appraise_data' >>"$sys/messages"
message 0 1800 '"/tmp/mine"' 0
expect 0 "what others say is passed over" monitor
holds "what the kernel says is told" sh -c \
	'[ "$(wc -l <out)" -eq 1 ] && grep -q /tmp/mine out && [ ! -s err ]'
kernel active
message 0 1800 '"/tmp/bad' 0
message 0 1800 '"/tmp/good"' 0
expect 0 "what is no record" monitor
says "is told" "a record is not as the kernel writes it: it is cut off"
holds "and is not believed" sh -c \
	'[ "$(wc -l <out)" -eq 1 ] && grep -q /tmp/good out'
kernel active
echo lost >"$sys/messages"
message 0 1800 '"/tmp/good"' 0
expect 0 "messages that are lost" monitor
says "are told of" \
	"the kernel had more to tell than was read: messages are lost"
says "and it goes on" /tmp/good out
expect 0 "the same in JSON" monitor --json
says "is a line" '{"lost":true}' out
says "and it goes on" /tmp/good out
echo broken >"$sys/messages"
trouble "what cannot be read" "the kernel's audit: Input/output error" monitor

kernel active
message 0 1800 '"/tmp/good"' 0
answer bind 1
trouble "without the capability" \
	"the kernel's audit cannot be listened to: that takes CAP_AUDIT_READ" \
	monitor
answer bind 12
trouble "without memory of the kernel's" \
	"the kernel's audit cannot be listened to: Cannot allocate memory" monitor
rm "$sys/answer-bind"
answer socket 93
trouble "a kernel without audit" \
	"the kernel's audit cannot be listened to: this kernel has none" monitor
rm "$sys/answer-socket"
expect 0 "with all of it" monitor
expect 2 "a reader that is gone, or has no room" sh -c \
	'"$1" --monitor >/dev/full' sh "$vxload"
says "is told" "standard output: No space left on device"
trouble "a file" "--monitor takes no file: 'x'" monitor x
trouble "with another mode" "--monitor and --list cannot be combined" \
	monitor --list
trouble "without memory" "out of memory" with_fault malloc 1 12 "$vxload" \
	--monitor

# The kernel itself, where there is one that lets us
if [ "$(id -u)" -eq 0 ] && setpriv --inh-caps=-all --bounding-set=-all true; then
	trouble "the kernel's refusal" "that takes CAP_AUDIT_READ" setpriv \
		--inh-caps=-all --bounding-set=-all "$PLAIN/vxload" --monitor
else
	trouble "the kernel's refusal" "that takes CAP_AUDIT_READ" \
		"$PLAIN/vxload" --monitor
fi
finish
