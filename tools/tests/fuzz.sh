#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The fuzz targets of the grammar and of the audit trail: over examples, and under
# clang's libFuzzer, for a moment or, with VERIEXEC_DEEP, for minutes.

set -eu
. "$TESTS/lib.sh"

mkdir corpus
cp "$TESTS/../../selftests/junos.manifest" corpus/
printf '%%manifest 1\n%%name a\n%%version 1\nbin/%%41 sha256=%064d mode=755\n' \
	7 >corpus/directives
printf 'bin/a sha1=\000\377' >corpus/binary
: >corpus/empty
expect 0 "the fuzz target takes its examples" "$PROGRAMS/manifest_fuzz" corpus/*
quietly make -s -C "$TESTS/.." O="$PWD" fuzz
runs=20000
[ "$VERIEXEC_DEEP" != 1 ] || runs=5000000
expect 0 "libFuzzer finds nothing in $runs runs" ./manifest_fuzz \
	-runs=$runs -seed=1 -max_len=4096 corpus

mkdir trail
fields='lsm=veriexec op=exec cause=not-listed reason="file is in no manifest" pid=77 uid=0 auid=4294967295 ses=1 comm="sh" exe="/usr/bin/dash" name=2F7420 dev="vda" ino=12 res=1'
echo "type=INTEGRITY_DATA msg=audit(1790000000.123:45): $fields" >trail/auditd
echo "node=a type=1800 msg=audit(1.000:1): $fields" >trail/node
printf '5,7,1,-;audit: type=1800 audit(1.000:1): %s what="a\\x5cb"\n' "$fields" \
	>trail/kmsg
echo "Nov 30 02:53:50 a kernel: [1.2] audit: type=1800 audit(1.000:1): $fields" \
	>trail/syslog
expect 0 "the target of the trail takes its examples" "$PROGRAMS/audit_fuzz" \
	trail/*
expect 0 "libFuzzer finds nothing in $runs runs of it" ./audit_fuzz \
	-runs=$runs -seed=1 -max_len=4096 trail
finish
