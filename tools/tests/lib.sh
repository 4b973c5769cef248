# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What the shell tests share. The runner gives them
#
#	VXSIGN VXLOAD	the tools, built with the sanitizers
#	PLAIN		the directory of the same tools, built as they are installed
#	TESTS		the directory of these tests
#	PROGRAMS	the directory of the test programs written in C
#	KERNEL_SOURCE	a kernel tree, may be empty
#
# and an empty working directory. A test prints TAP and ends with 'finish'.

count=0
failures=0

# result STATUS NAME: a test point, good if STATUS is 0.
result() {
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
		return 0
	fi
	echo "not ok $count - $2"
	failures=$((failures + 1))
	return 1
}

# note TEXT...: tell more about the point before.
note() {
	printf '%s\n' "$*" | sed 's/^/# /'
}

# quietly COMMAND...: preparation that must work.
quietly() {
	if ! "$@" >prepare.log 2>&1; then
		sed 's/^/# /' prepare.log
		result 1 "prepare: $*" || exit 1
	fi
}

# expect STATUS NAME COMMAND...: the command ends with that exit status. Its
# output is in the files out and err afterwards.
expect() {
	want=$1
	name=$2
	shift 2
	got=0
	"$@" >out 2>err || got=$?
	if [ "$got" -eq "$want" ]; then
		result 0 "$name"
		return 0
	fi
	result 1 "$name" || note "exit status $got instead of $want: $*"
	head -n 20 out err | sed 's/^/# /'
	return 0
}

# says NAME TEXT [FILE]: the last command said TEXT, on standard error unless
# FILE is out, and there in one line.
says() {
	if grep -qF -e "$2" "${3:-err}"; then
		result 0 "$1"
	else
		result 1 "$1" || note "no '$2' in ${3:-err}"
		head -n 5 "${3:-err}" | sed 's/^/# /'
	fi
	return 0
}

# refused NAME CAUSE COMMAND...: exit status 1, and exactly one line on
# standard error, with CAUSE in it.
refused() {
	name=$1
	cause=$2
	shift 2
	got=0
	"$@" >out 2>err || got=$?
	if [ "$got" -eq 1 ] && [ "$(wc -l <err)" -eq 1 ] &&
	   grep -qF -e "$cause" err; then
		result 0 "$name"
		return 0
	fi
	result 1 "$name" ||
		note "exit status $got; not the one line '$cause': $*"
	head -n 20 out err | sed 's/^/# /'
	return 0
}

finish() {
	echo "1..$count"
	[ "$failures" -eq 0 ]
	exit
}
