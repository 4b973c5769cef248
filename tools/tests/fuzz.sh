#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The fuzz target of the grammar: over examples, and under clang's libFuzzer, for
# a moment or, with VERIEXEC_DEEP, for minutes.

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
finish
