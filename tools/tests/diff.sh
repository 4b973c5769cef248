#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What diff tells of two manifests, and of a manifest and a tree.

# Commands are passed to functions by name, and to sh in single quotes.
# shellcheck disable=SC2016,SC2317
set -eu
. "$TESTS/lib.sh"

one=$(printf '%064d' 1)
two=$(printf '%064d' 2)
six=$(printf '%0128d' 6)
cat >old <<END
%name base
%version 1
%revoke sha256=$one
bin/a%20b sha256=$one uid=0 gid=0 mode=755
bin/changed sha256=$one uid=0 gid=0 mode=755
bin/flags sha256=$one indirect label=x
bin/gone sha256=$one
bin/owner sha256=$one uid=0 mode=755
bin/same sha256=$one uid=0 gid=0 mode=755 trusted
END

diff_of() {
	"$VXSIGN" diff "$@"
}
# tells NAME: diff of old and new exits 1 and prints what is in wanted.
tells() {
	expect 1 "$1" diff_of old new
	holds "$1, and that alone" diff wanted out
}

expect 0 "a manifest and itself" diff_of old old
holds "nothing is said" [ ! -s out ]
sort -r old | grep -v '^%' >entries
{ grep '^%' old; echo "# comment"; cat entries; } >new
expect 0 "the same in another order" diff_of old new

grep -v gone old >new
echo "removed bin/gone" >wanted
tells "an entry less"
{ cat old; echo "bin/new sha256=$one"; } >new
echo "added bin/new" >wanted
tells "an entry more"
sed "s/^\(bin.changed sha256\)=$one/\1=$two/" old >new
echo "changed bin/changed: other sha256" >wanted
tells "another fingerprint"
sed "s/^\(bin.changed\) sha256=$one/\1 sha512=$six/" old >new
echo "changed bin/changed: without sha256, with sha512" >wanted
tells "a fingerprint of another kind"
sed 's/^\(bin.owner.*\) uid=0 mode=755/\1 uid=7 gid=8 mode=4755/' old >new
echo "changed bin/owner: uid 0 -> 7, gid none -> 8, mode 755 -> 4755" >wanted
tells "another owner"
caps=0100000200200000000000000000000000000000
sed "s/^\(bin.owner.*\)/\1 caps=$caps/" old >new
echo "changed bin/owner: caps none -> $caps" >wanted
tells "file capabilities"
sed 's/indirect label=x/no_fips trusted label=y/' old >new
echo "changed bin/flags: without indirect, with no_ptrace, with no_fips, with trusted, label x -> y" >wanted
tells "other flags"
{ cat old; echo 'bin/l link=a%20b'; } >linked
expect 0 "a link and itself" diff_of linked linked
expect 1 "another link" sh -c \
	'sed "s/link=a%20b/link=c/" linked | "$VXSIGN" diff linked -'
says "is told" "changed bin/l: link a%20b -> c" out
expect 1 "a link in a file's place" sh -c \
	'sed "s/^bin.gone.*/bin\/gone link=a/" linked | "$VXSIGN" diff linked -'
says "is told too" "changed bin/gone: without sha256, link none -> a" out
expect 1 "a link less" diff_of linked old
says "is removed" "removed bin/l" out
sed 's/a%20b sha256=[0-9]*/a%20b sha256='"$two/" old >new
echo "changed bin/a%20b: other sha256" >wanted
tells "a path that is spelt"
sed "s/base/other/; s/version 1/version 2/; s/^%revoke.*/%requires veriexec >= 2\\n%revoke sha256=$two/" \
	old >new
cat >wanted <<END
header name: base -> other
header version: 1 -> 2
header requires: none -> 2
header revoke: added sha256=$two
header revoke: removed sha256=$one
END
tells "another header"
{ grep '^%' old; printf '%%image sha256=%s\n' "$one"; grep -v '^%' old; } >new
echo "header image: added sha256=$one" >wanted
tells "an image"
grep -v '^%' old >new
cat >wanted <<END
header name: base -> none
header version: 1 -> none
header revoke: removed sha256=$one
END
tells "no header"

# Signed or not, and from a pipe
for name in Signer Other; do
	quietly "$VXSIGN" keygen --cn $name --key $name.key --cert $name.pem
	quietly "$VXSIGN" sign --key $name.key --cert $name.pem -o by$name old
done
expect 0 "signed by one and by another" diff_of bySigner byOther
expect 0 "signed and not signed" diff_of bySigner old
expect 0 "from standard input" sh -c '"$VXSIGN" diff - old <bySigner'
expect 1 "the other from standard input" sh -c \
	'grep -v gone old | "$VXSIGN" diff old -'
expect 2 "both from standard input" diff_of - -

# JSON
grep -v gone old >new
expect 1 "JSON" diff_of --json old new
says "it says that they differ" '"differs": true' out
says "it has the entry" '{"result": "removed", "path": "bin/gone", "cause": ""}' \
	out
expect 0 "JSON of nothing" diff_of --json old old
says "it says that they do not" '"differs": false' out
if command -v python3 >/dev/null; then
	expect 0 "JSON is well-formed" sh -c \
		'"$VXSIGN" diff --json old old | python3 -m json.tool'
fi

# A tree
mkdir -p root/bin
for name in a b; do
	printf '#!/bin/sh\necho %s\n' $name >root/bin/$name
	chmod 755 root/bin/$name
done
quietly "$VXSIGN" generate --root root -o made
expect 0 "a tree as it was" diff_of --root root made
quietly "$VXSIGN" sign --key Signer.key --cert Signer.pem made
expect 0 "and signed" diff_of --root root made
rm root/bin/a
echo >>root/bin/b
printf '#!/bin/sh\n' >root/bin/c
expect 1 "a tree that is another" diff_of --root root made
says "what is missing" "missing bin/a" out
says "what has changed" "changed bin/b: sha256" out
says "what is extra" "extra bin/c" out
holds "and that alone" [ "$(wc -l <out)" -eq 3 ]
expect 1 "the same as JSON" diff_of --json --root root made
says "what is extra in JSON" '{"result": "extra", "path": "bin/c"' out

# What cannot be compared is no difference.
printf 'bin/a sha256=00\n' >bad
expect 2 "a file that is no manifest" diff_of old bad
says "it is told where" "bad:1: fingerprint has a wrong length"
expect 2 "a manifest that is not there" diff_of old none
expect 2 "a root that is not there" diff_of --root none made
trouble "one manifest alone" "diff: name two manifests, or --root and one; try" \
	diff_of old
trouble "two for a root" "diff: name one manifest beside --root; try" \
	diff_of --root root old made

# Many entries
awk -v d="$one" 'BEGIN { for (i = 0; i < 50000; i++)
	printf "d/f%d sha256=%s uid=0 gid=0 mode=755\n", i, d }' >many
sed "s/^\(d.f777 sha256\)=$one/\1=$two/" many >changed
expect 1 "50,000 entries" "$PLAIN/vxsign" diff many changed
says "the one that differs" "changed d/f777: other sha256" out
finish
