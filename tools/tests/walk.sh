#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Which files of a tree are meant: by globs, by labels, by their modes; and what
# happens to those that are exchanged while the tree is walked.

# Commands are passed to functions by name, and to sh in single quotes.
# shellcheck disable=SC2016,SC2317
set -eu
. "$TESTS/lib.sh"

mkdir -p tree/a/b tree/bin tree/binary tree/sbin tree/usr/bin \
	tree/usr/local/bin tree/usr/tool.d
for file in a/b/z a/z abz bin/.hidden 'bin/st*r' bin/star bin/tool binary/tool \
	sbin/tool usr/bin/tool usr/local/bin/tool usr/tool.d/tool; do
	printf 'text' >"tree/$file"
done

# means NAME GLOB PATH...: a rule with that glob lists these and no others, and
# --exclude passes over these and no others.
means() {
	means_name=$1
	means_glob=$2
	shift 2
	: >wanted
	[ $# -eq 0 ] || printf '%s\n' "$@" | sort >wanted
	expect 0 "$means_name" "$VXSIGN" generate --root tree \
		--flag "$means_glob=label=x" --all -o made
	sed -n 's/ .* label=x$//p' made >found
	holds "$means_name: these" diff wanted found
	expect 0 "$means_name, left out" "$VXSIGN" generate --root tree \
		--exclude "$means_glob" --all -o rest
	grep -v '^%' made | cut -d ' ' -f 1 | comm -23 - wanted >wanted.rest
	grep -v '^%' rest | cut -d ' ' -f 1 >found
	holds "$means_name, left out: these" diff wanted.rest found
}
means "a star within a name" 'a*z' abz
means "a star for a directory" 'usr/*/tool' usr/bin/tool usr/tool.d/tool
means "two stars" 'usr/*/*/tool' usr/local/bin/tool
means "a question mark is no slash" 'a?z' abz
means "a list is no slash" 'a[/b]z' abz
means "a directory means all beneath it" usr/local usr/local/bin/tool
means "but not what begins like it" bin bin/.hidden 'bin/st*r' bin/star bin/tool
means "a glob that matches a directory" 'us?' usr/bin/tool \
	usr/local/bin/tool usr/tool.d/tool
means "a glob begins at the root" tool.d/tool
means "any depth" '**/tool' bin/tool binary/tool sbin/tool usr/bin/tool \
	usr/local/bin/tool usr/tool.d/tool
means "any depth in the middle" 'usr/**/tool' usr/bin/tool usr/local/bin/tool \
	usr/tool.d/tool
means "which may be none" 'bin/**/tool' bin/tool
means "any depth twice" '**/local/**/t*l' usr/local/bin/tool
means "tried again where it fails" '**/b/z' a/b/z
means "any depth, and all beneath" '**/local' usr/local/bin/tool
means "all beneath, but not itself" 'usr/local/**' usr/local/bin/tool
means "any depth, but no part of a name" '**/ool'
means "any depth of another directory" 'sbin/**/bin'
for glob in sbin sbin/ ./sbin /sbin /sbin/ //sbin// ./sbin/. /./sbin; do
	means "a directory as $glob" "$glob" sbin/tool
done
means "a path with more slashes" './usr//local/./bin/' usr/local/bin/tool
for glob in "" / . ./ //.//; do
	trouble "'$glob' is no exclude" \
		"generate: --exclude '$glob' is empty, or the whole tree" \
		"$VXSIGN" generate --root tree --exclude "$glob" -o no
	holds "nothing is written" [ ! -e no ]
done
trouble "nor is / a rule" "--flag: glob is empty, or the whole tree: '/'" \
	"$VXSIGN" generate --root tree --flag /=label=x -o no

# An exclude that does nothing is likely a mistake.
expect 0 "an exclude that matches nothing" "$VXSIGN" generate --root tree --all \
	--exclude bin --exclude /usr/bni/ --exclude '**/tol' -o made
says "is told as it was given" \
	"--exclude: warning: nothing matches it: '/usr/bni/'"
says "and another" "--exclude: warning: nothing matches it: '**/tol'"
holds "and that is all" [ "$(wc -l <err)" -eq 2 ]
expect 0 "one beneath another" "$VXSIGN" generate --root tree --all \
	--exclude usr --exclude usr/bin -o made
holds "is no mistake" [ ! -s err ]
means "a dot is a letter" 'bin/*d*n' bin/.hidden
means "a star that is one" 'bin/st\*r' 'bin/st*r'
means "slashes before it do not matter" //bin/tool bin/tool

# Of several labels the last one counts, and no label takes none away.
cat >rules <<'END'
bin label=first
bin/tool label=second
bin/tool label=third
bin/tool no_fips
bin/star label=fourth
bin label=last
sbin/tool label=only
sbin/tool verify
END
quietly "$VXSIGN" generate --root tree --rules rules -o made
label() {
	grep -q "^$1 .*label=$2\$" made
}
holds "the last rule's label" label bin/tool last
holds "though it is the less exact" label bin/star last
holds "a rule without one leaves it" label sbin/tool only
sed '/last/d' rules >shorter
quietly "$VXSIGN" generate --root tree --rules shorter -o made
holds "the last of those that match" label bin/tool third
quietly "$VXSIGN" generate --root tree --rules shorter \
	--flag 'bin/tool=label=command' -o made
holds "a rule of the command line comes after those before it" \
	label bin/tool command
quietly "$VXSIGN" generate --root tree --flag 'bin/tool=label=command' \
	--rules shorter -o made
holds "and before those after it" label bin/tool third

# Any x bit makes a file one that can run.
mkdir modes
for mode in 000 001 010 100 111 644 400 4644 2644; do
	echo text >modes/$mode
	chmod $mode modes/$mode
done
quietly "$VXSIGN" generate --root modes --list --all -o list
for mode in 001 010 100 111; do
	says "mode $mode can run" "executable $mode" list
done
for mode in 000 644 400 4644 2644; do
	says "mode $mode cannot" "other $mode" list
done
quietly "$VXSIGN" generate --root modes -o made
grep -v '^%' made | cut -d ' ' -f 1 >found
printf '%s\n' 001 010 100 111 >wanted
holds "those that can are listed" diff wanted found
says "with their modes" "mode=1" made

# What is exchanged during the walk. The call before which it happens is held
# up until it has.
mkdir elsewhere
printf '#!/bin/sh\necho stolen\n' >elsewhere/file
# swapped NAME CALL PATH COMMAND CAUSE: at CALL of PATH, COMMAND.
swapped() {
	rm -rf place away no
	mkdir -p place/sub
	printf '#!/bin/sh\n' >place/top
	printf '#!/bin/sh\n' >place/sub/file
	export FAULT_PATH="$3" FAULT_RUN="$4"
	trouble "$1" "$5" with_fault "$2" 1 0 "$VXSIGN" generate --jobs 1 \
		--root place -o no
	unset FAULT_PATH FAULT_RUN
	holds "$1: it was" [ -e hit ]
	holds "$1: nothing is written" [ ! -e no ]
}
swapped "a directory becomes a link before it is entered" openat sub \
	"mv place/sub away; ln -s ../elsewhere place/sub" \
	"place/sub: Not a directory"
swapped "a directory becomes a link before its file is opened" openat2 sub/file \
	"mv place/sub away; ln -s ../elsewhere place/sub" \
	"place/sub/file: Too many levels of symbolic links"
swapped "a directory becomes a link to one beside it" openat2 sub/file \
	"mv place/sub place/moved; ln -s moved place/sub" \
	"place/sub/file: Too many levels of symbolic links"
swapped "a file becomes a link" openat2 sub/file \
	"rm place/sub/file; ln -s ../../elsewhere/file place/sub/file" \
	"place/sub/file: Too many levels of symbolic links"
swapped "a file becomes a link to one beside it" openat2 sub/file \
	"rm place/sub/file; ln -s ../top place/sub/file" \
	"place/sub/file: Too many levels of symbolic links"
swapped "a file becomes another" openat2 sub/file \
	"cp elsewhere/file place/sub/new; mv place/sub/new place/sub/file" \
	"place/sub/file: has changed while it was read"
swapped "a file becomes a pipe" openat2 sub/file \
	"rm place/sub/file; mkfifo -m 755 place/sub/file" \
	"place/sub/file: Illegal seek"
swapped "a file goes" openat2 sub/file "rm place/sub/file" \
	"place/sub/file: No such file or directory"
swapped "a file goes before it is looked at" fstatat file "rm place/sub/file" \
	"place/sub/file: No such file or directory"
swapped "a directory goes before it is entered" openat sub \
	"mv place/sub away" "place/sub: No such file or directory"
swapped "a directory becomes a file" openat sub \
	"mv place/sub away; cp elsewhere/file place/sub" \
	"place/sub: Not a directory"
# The twin: the same happens after the walk.
swap_late() {
	export FAULT_RUN="mv place/sub away; ln -s ../elsewhere place/sub"
	with_fault mkostemp 1 0 "$VXSIGN" generate --jobs 1 --root place -o late
}
rm -rf place away
mkdir -p place/sub
printf '#!/bin/sh\n' >place/sub/file
quietly "$VXSIGN" generate --root place -o made
expect 0 "a directory becomes a link when all is read" swap_late
holds "it was" [ -e hit ]
holds "what was read is what is written" cmp made late

# verify follows links, but never out of the root, whenever they come.
quietly "$VXSIGN" keygen --cn Signer --key Signer.key --cert Signer.pem
quietly "$VXSIGN" sign --key Signer.key --cert Signer.pem -o signed made
verify_swapped() {
	rm -rf place away
	mkdir -p place/sub
	printf '#!/bin/sh\n' >place/sub/file
	export FAULT_PATH=sub/file FAULT_RUN="$1"
	with_fault openat2 1 0 "$VXSIGN" verify --cert Signer.pem --jobs 1 \
		--root place signed
}
expect 1 "verify, a directory becomes a link out of the root" verify_swapped \
	"mv place/sub away; ln -s ../away place/sub"
says "it is told" "changed sub/file: path leads out of the root" out
expect 0 "verify, it becomes a link within the root" verify_swapped \
	"mv place/sub place/moved; ln -s moved place/sub"
finish
