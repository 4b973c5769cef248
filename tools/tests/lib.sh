# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What the shell tests share. The runner gives them
#
#	VXSIGN VXLOAD	the tools, built with the sanitizers, or to count what runs
#	BUILT		the directory where they were built
#	BUILD_OPTION	what tools/Makefile was told to build them so
#	PLAIN		the directory of the same tools, built as they are installed
#	TESTS		the directory of these tests
#	PROGRAMS	the directory of the test programs written in C
#	KERNEL_SOURCE	a kernel tree, may be empty
#	VERIEXEC_DEEP	1 to let libFuzzer run for minutes
#
# and an empty working directory. A test prints TAP and ends with 'finish'. Names
# that begin with lib_ are these functions' own.

count=0
failures=0

# good NAME, bad NAME [WHY]: one test point.
good() {
	count=$((count + 1))
	echo "ok $count - $1"
}

bad() {
	count=$((count + 1))
	failures=$((failures + 1))
	echo "not ok $count - $1"
	if [ $# -gt 1 ]; then
		printf '%s\n' "$2" | sed 's/^/# /'
	fi
}

# show_streams: what the last command said, for whoever reads a failure.
show_streams() {
	head -n 20 out err | sed 's/^/# /'
}

# quietly COMMAND...: preparation that must work.
quietly() {
	if ! "$@" >prepare.log 2>&1; then
		bad "prepare: $*" "$(cat prepare.log)"
		exit 1
	fi
}

# holds NAME COMMAND...: the command succeeds. Leaves out and err alone.
holds() {
	lib_name=$1
	shift
	if "$@" >held 2>&1; then
		good "$lib_name"
	else
		bad "$lib_name" "failed: $*
$(head -n 20 held)"
	fi
}

# expect STATUS NAME COMMAND...: the command ends with that exit status. Its
# output is in the files out and err afterwards.
expect() {
	lib_want=$1
	lib_name=$2
	shift 2
	lib_got=0
	"$@" >out 2>err || lib_got=$?
	if [ "$lib_got" -eq "$lib_want" ]; then
		good "$lib_name"
	else
		bad "$lib_name" "exit status $lib_got instead of $lib_want: $*"
		show_streams
	fi
}

# size_of FILE: in bytes
size_of() {
	stat -c %s "$1"
}

# says NAME TEXT [FILE]: the last command said TEXT in one line of FILE: err,
# if it is not given.
says() {
	if grep -qF -e "$2" "${3:-err}"; then
		good "$1"
	else
		bad "$1" "no '$2' in ${3:-err}:
$(head -n 5 "${3:-err}")"
	fi
}

# complains STATUS NAME CAUSE COMMAND...: that exit status, and exactly one line
# on standard error, with CAUSE in it.
complains() {
	lib_want=$1
	lib_name=$2
	lib_cause=$3
	shift 3
	lib_got=0
	"$@" >out 2>err || lib_got=$?
	if [ "$lib_got" -eq "$lib_want" ] && [ "$(wc -l <err)" -eq 1 ] &&
	   grep -qF -e "$lib_cause" err; then
		good "$lib_name"
	else
		bad "$lib_name" \
			"exit status $lib_got; not the one line '$lib_cause': $*"
		show_streams
	fi
}

# refused and trouble NAME CAUSE COMMAND...: the answer was no; there was none.
refused() {
	complains 1 "$@"
}

trouble() {
	complains 2 "$@"
}

# give_caps FILE [HEX]: these file capabilities, or none any more. Fails where that
# cannot be done.
give_caps() {
	python3 - "$@" 2>/dev/null <<'END'
import os
import sys
NAME = "security.capability"
if len(sys.argv) > 2:
    os.setxattr(sys.argv[1], NAME, bytes.fromhex(sys.argv[2]))
else:
    os.removexattr(sys.argv[1], NAME)
END
}

# with_fault CALL NTH HOW COMMAND...: the NTH call of CALL that the tool COMMAND
# makes fails with the errno HOW, or as tests/fault.c says; the file hit tells that
# it was made. FAULT_PATH and FAULT_RUN are the caller's.
with_fault() {
	rm -f hit
	lib_call=$1
	lib_nth=$2
	lib_how=$3
	shift 3
	env LD_PRELOAD="$PROGRAMS/fault.so" FAULT_CALL="$lib_call" \
		FAULT_NTH="$lib_nth" FAULT_ERRNO="$lib_how" \
		FAULT_LOG="$PWD/hit" \
		ASAN_OPTIONS="$ASAN_OPTIONS:verify_asan_link_order=0" "$@"
}

finish() {
	echo "1..$count"
	[ "$failures" -eq 0 ]
	exit
}
