#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# vxload --metrics: what it writes is what Prometheus reads, whatever names are in it,
# and a file that it writes is either as it was or whole.

# Commands are passed to functions by name, and to sh in single quotes.
# shellcheck disable=SC2016,SC2317
set -eu
. "$TESTS/lib.sh"
. "$TESTS/kernel.sh"

fake_kernel metrics

# stats LINE...: what the kernel counts.
stats() {
	printf '%s\n' "$@" >"$sys/stats"
}
metrics() {
	"$vxload" --metrics "$@"
}

# The format, as far as a file of it can be wrong: each sample behind the type of its
# metric, all of a metric together, none twice, labels with what needs it escaped.
cat >format.py <<'END'
import re, sys
name = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
label = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"'
sample = re.compile(rf"({name})(\{{{label}(?:,{label})*\}})? (\d+)")
types, seen, helped, last = {}, set(), set(), None
text = open(sys.argv[1], encoding="utf-8").read()
assert text.endswith("\n"), "no end of line"
for line in text[:-1].split("\n"):
    if line.startswith("# HELP "):
        metric = line.split(" ")[2]
        assert metric not in helped and line.split(" ", 3)[3], line
        helped.add(metric)
    elif line.startswith("# TYPE "):
        _, _, metric, kind = line.split(" ")
        assert metric not in types and metric in helped, line
        assert kind in ("counter", "gauge"), line
        assert (kind == "counter") == metric.endswith("_total"), line
        types[metric] = kind
        last = metric
    else:
        found = sample.fullmatch(line)
        assert found, line
        assert found[1] == last, line
        assert line.rsplit(" ", 1)[0] not in seen, line
        seen.add(line.rsplit(" ", 1)[0])
assert set(types) == helped == {re.split("[{]", s)[0] for s in seen}
END
# format NAME [FILE]: the last output is as it has to be.
format() {
	if command -v python3 >/dev/null; then
		holds "$1" python3 format.py "${2-out}"
	else
		good "$1 # SKIP no python3"
	fi
}

kernel loaded active
stats "entries 7249" "entry_bytes 1000" "revoked_fingerprints 2" \
	"evaluations 18446744073709551615" "cache_hits 5" "table_lookups 6" \
	"files_hashed 3" "bytes_hashed 12345" "loads 2" "loads_refused 1" \
	"denied_exec 3" "denied_open_write 0" "would_deny_exec 4" \
	"denied exec not-listed 2" "denied exec mismatch 1" \
	"would_deny exec not-listed 4"
printf 'base\t7\tThe%%20Vendor\tECDSA256+SHA256\t11\t2\tbuiltin\n' \
	>"$sys/manifests"
expect 0 "metrics are written" metrics
format "as Prometheus reads them"
# HELP is for people.
grep -v '^# HELP' out >plain
same "with all that the kernel counts" plain \
	'# TYPE veriexec_state gauge' \
	'veriexec_state{state="loaded"} 1' 'veriexec_state{state="active"} 1' \
	'veriexec_state{state="enforce"} 0' 'veriexec_state{state="locked"} 0' \
	'# TYPE veriexec_manifest_info gauge' \
	'veriexec_manifest_info{name="base",version="7",signer="The Vendor",trust="builtin",method="ECDSA256+SHA256"} 1' \
	'# TYPE veriexec_manifest_entries gauge' \
	'veriexec_manifest_entries{name="base",version="7",signer="The Vendor",trust="builtin",method="ECDSA256+SHA256"} 11' \
	'# TYPE veriexec_manifest_missing gauge' \
	'veriexec_manifest_missing{name="base",version="7",signer="The Vendor",trust="builtin",method="ECDSA256+SHA256"} 2' \
	'# TYPE veriexec_entries gauge' 'veriexec_entries 7249' \
	'# TYPE veriexec_entry_bytes gauge' 'veriexec_entry_bytes 1000' \
	'# TYPE veriexec_revoked_fingerprints gauge' \
	'veriexec_revoked_fingerprints 2' \
	'# TYPE veriexec_evaluations_total counter' \
	'veriexec_evaluations_total 18446744073709551615' \
	'# TYPE veriexec_cache_hits_total counter' \
	'veriexec_cache_hits_total 5' \
	'# TYPE veriexec_table_lookups_total counter' \
	'veriexec_table_lookups_total 6' \
	'# TYPE veriexec_hashed_files_total counter' \
	'veriexec_hashed_files_total 3' \
	'# TYPE veriexec_hashed_bytes_total counter' \
	'veriexec_hashed_bytes_total 12345' \
	'# TYPE veriexec_loads_total counter' 'veriexec_loads_total 2' \
	'# TYPE veriexec_loads_refused_total counter' \
	'veriexec_loads_refused_total 1' \
	'# TYPE veriexec_denied_operations_total counter' \
	'veriexec_denied_operations_total{op="exec"} 3' \
	'veriexec_denied_operations_total{op="open_write"} 0' \
	'# TYPE veriexec_would_deny_operations_total counter' \
	'veriexec_would_deny_operations_total{op="exec"} 4' \
	'# TYPE veriexec_denials_total counter' \
	'veriexec_denials_total{op="exec",cause="not-listed"} 2' \
	'veriexec_denials_total{op="exec",cause="mismatch"} 1' \
	'# TYPE veriexec_would_deny_total counter' \
	'veriexec_would_deny_total{op="exec",cause="not-listed"} 4'
cp out whole

# Names
printf 'a"b\\c\t7\tQ%%22u%%5co%%0a\tM\t1\t0\tadded\n' >"$sys/manifests"
printf -- '-\t-\tS\tM\t3\t1\tadded\n-\t-\tS\tM\t4\t2\tadded\n' >>"$sys/manifests"
printf -- '-\t-\tS\tN\t9\t9\tadded\n' >>"$sys/manifests"
expect 0 "odd names, and manifests that look alike" metrics
format "as Prometheus reads them"
says "names are escaped" 'name="a\"b\\c",version="7",signer="Q\"u\\o?"' out
says "manifests that look alike are summed up" \
	'entries{name="-",version="-",signer="S",trust="added",method="M"} 7' out
says "others are not" \
	'missing{name="-",version="-",signer="S",trust="added",method="N"} 9' out

# Other kernels
kernel inactive
stats "entries 0" "denied_exec 0" "later_counter 5" "later word word 5"
expect 0 "a kernel with other counters, and nothing loaded" metrics
format "as Prometheus reads them"
holds "what it does not count is not there" sh -c \
	'! grep -q -e loads -e later -e manifest -e denials out'
says "no state holds" 'veriexec_state{state="loaded"} 0' out

# A file
mkdir textfiles
expect 0 "into a file" metrics textfiles/veriexec.prom
holds "it is there as a whole, and nothing else" sh -c '
	cmp out /dev/null && [ "$(ls -A textfiles)" = veriexec.prom ]'
format "as Prometheus reads it" textfiles/veriexec.prom
holds "for all to read" [ "$(stat -c %a textfiles/veriexec.prom)" = 644 ]
inode=$(stat -c %i textfiles/veriexec.prom)
exec 3<textfiles/veriexec.prom
stats "entries 5"
expect 0 "again" metrics textfiles/veriexec.prom
says "has what counts now" "veriexec_entries 5" textfiles/veriexec.prom
holds "who has opened it before reads what was there" sh -c \
	'grep -q "veriexec_entries 0" <&3'
holds "by another file" [ "$inode" != "$(stat -c %i textfiles/veriexec.prom)" ]
cp textfiles/veriexec.prom before
# stays NAME CAUSE [COMMAND]...: there is trouble, and the file is as it was.
stays() {
	stays_name=$1
	stays_cause=$2
	shift 2
	trouble "$stays_name" "$stays_cause" "$@" "$vxload" --metrics \
		textfiles/veriexec.prom
	holds "$stays_name: the file is as it was" sh -c '
		cmp before textfiles/veriexec.prom &&
		[ "$(ls -A textfiles)" = veriexec.prom ]'
}
stats "entries 5" "entries x"
stays "a counter that is no number" "stats: has a line that is not NAME... NUMBER"
stats "entries 18446744073709551616"
stays "a counter over 64 bits" "stats: has a line that is not NAME... NUMBER"
stats "entries -1"
stays "a counter below 0" "stats: has a line that is not NAME... NUMBER"
stats "a b c d 5"
stays "a line of too many words" "stats: has a line that is not NAME... NUMBER"
stats "entries"
stays "a line without a number" "stats: has a line that is not NAME... NUMBER"
stats "entries 6"
printf 'a\tb\tc\n' >"$sys/manifests"
stays "a manifest with too few fields" "manifests: has a line of 3 fields"
printf 'a\t1\tS\tM\tx\t0\tadded\n' >"$sys/manifests"
stays "a manifest with no number" "manifests: has a line without numbers"
: >"$sys/manifests"
stays "a full disk" "veriexec.prom: No space left" with_fault write 1 28
stays "no memory" "out of memory" with_fault open_memstream 1 12
rm "$sys/stats"
stays "no counters" "stats: is not there"
stats "entries 6"
expect 0 "with all of it" metrics textfiles/veriexec.prom
says "the file is written" "veriexec_entries 6" textfiles/veriexec.prom
trouble "a folder that is not there" "nowhere/a: No such file" metrics nowhere/a
trouble "two files" "--metrics takes no other file: 'b'" metrics a b
holds "neither is made" sh -c '! [ -e a ] && ! [ -e b ]'
trouble "--json" "--json goes with what prints it" metrics --json
trouble "with a state" "--metrics cannot be combined with setting a state" \
	metrics --lock
expect 2 "an answer that cannot be written" sh -c '"$1" --metrics >/dev/full' \
	sh "$vxload"
asked "nothing is asked of the kernel"

# What the kernel says that it counts
source=$TESTS/../../security/veriexec
{
	sed -n '/^const char.*counter_names\[/,/^}/s/.*"\([a-z_]*\)".*/\1/p' \
		"$source/stats.c"
	sed -n '/stats_show(struct/,/^}/s/.*"\([a-z_]*\) %.*/\1/p' \
		"$source/securityfs_stats.c"
} | sort >counted
sed -n 's/^	{ "\([a-z_]*[a-z]\)", "veriexec_.*{ NULL.*/\1/p' \
	"$TESTS/../vxload/cmd_metrics.c" | sort >shown
holds "each counter of the kernel's has a metric" diff counted shown
holds "of which there are some" [ "$(wc -l <shown)" -ge 10 ]
finish
