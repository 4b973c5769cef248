# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# For the scripts in boots/: runs several test programs and makes one TAP report
# of theirs. What is skipped, or does not run though it was planned, has failed.
# Programs that are named to the script as arguments are run alone.

tests=${SELFTESTS:-/selftests}
only=$*

# A guest is there for this, see permission.c.
export VERIEXEC_MAY_ENFORCE=yes

# See kernel_is_slow().
if grep -qw veriexec_quick /proc/cmdline; then
	export VERIEXEC_QUICK=yes
fi
reports=$(mktemp -d /tmp/report.XXXXXX)

# run_tests PROGRAM...
run_tests()
{
	for program; do
		case " ${only:-$program} " in
		*" $program "*) ;;
		*) continue ;;
		esac
		"$tests/$program" >"$reports/$program" 2>&1 </dev/null
		printf '# exit status %d\n' $? >>"$reports/$program"
		printf '%s\n' "$program" >>"$reports/order"
	done
}

# expect NAME COMMAND...: the command is a test by itself.
expect()
{
	[ -z "$only" ] || return 0
	name=$1
	shift
	if "$@" >"$reports/output" 2>&1 </dev/null; then
		printf 'ok 1 %s\n' "$name"
	else
		printf '# exit status %d\n' $?
		sed 's/^/# /' "$reports/output"
		printf 'not ok 1 %s\n' "$name"
	fi >>"$reports/script"
	grep -qx script "$reports/order" 2>/dev/null ||
		echo script >>"$reports/order"
}

# For the command of a test, its output is in $out then, and printed.
out=$reports/said

# says STATUS PATTERN COMMAND...: it exits so, and a line of its output is so.
says()
{
	want=$1
	pattern=$2
	shift 2
	"$@" >"$out" 2>&1
	got=$?
	cat "$out"
	[ "$got" -eq "$want" ] && grep -q -e "$pattern" "$out"
}

# silent STATUS COMMAND...: it exits so, without a word.
silent()
{
	want=$1
	shift
	"$@" >"$out" 2>&1
	got=$?
	cat "$out"
	[ "$got" -eq "$want" ] && [ ! -s "$out" ]
}

# finish: prints the report; for the exit status of the script.
finish()
{
	[ -f "$reports/order" ] || : >"$reports/order"
	while read -r program; do
		printf '# program %s\n' "$program"
		cat "$reports/$program"
	done <"$reports/order" >"$reports/all"
	printf '# program\n' >>"$reports/all"
	awk '
	function report(good, name) {
		count++
		line[++lines] = (good ? "ok " : "not ok ") count " " name
		failed += !good
	}
	function end_program() {
		if (program == "script")
			return
		if (program && (!planned || planned != seen))
			report(0, program ": " seen + 0 " of " planned + 0 \
			       " tests have run")
		else if (program && status && !bad)
			report(0, program ": exit status " status)
	}
	/^# program/ {
		end_program()
		program = $3
		planned = seen = bad = status = 0
		next
	}
	/^# exit status / && program != "script" { status = $4; next }
	/^TAP version/ { next }
	/^1\.\.[0-9]+/ { planned = substr($0, 4) + 0; next }
	/^(not )?ok / {
		good = /^ok / && !/# (SKIP|XFAIL)/
		sub(/^(not )?ok [0-9]+ /, "")
		seen++
		bad += !good
		report(good, (program == "script" ? "" : program ": ") $0)
		next
	}
	{ line[++lines] = /^#/ ? $0 : "# " $0 }
	END {
		print "TAP version 13"
		print "1.." count
		for (i = 1; i <= lines; i++)
			print line[i]
		exit failed || !count
	}' "$reports/all"
}
