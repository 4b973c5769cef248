#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What generate lists, how it writes it, and what it does not let pass.

# Commands are passed to functions by name, and to sh in single quotes.
# shellcheck disable=SC2016,SC2317
set -eu
. "$TESTS/lib.sh"

mkdir -p root/bin root/etc root/usr/lib/firmware/x root/lib/modules \
	root/deep/er/still root/opt/app/lib
printf '\177ELFprogram' >root/bin/program
printf '\177ELFlibrary' >root/usr/lib/lib.so.1
printf '#!/bin/sh\n' >root/bin/script
printf 'text' >root/bin/xbit
printf 'text' >root/etc/text
printf '#' >root/etc/hash
: >root/etc/empty
printf 'blob' >root/usr/lib/firmware/x/blob
for end in ko ko.gz ko.xz ko.zst; do
	printf 'module' >root/lib/modules/m.$end
done
printf 'py' >root/opt/app/lib/mod.py
printf '\177ELF' >root/deep/er/still/odd
printf '#!/bin/sh\n' >"root/bin/sp ace"
printf '#!/bin/sh\n' >"root/bin/p%h#"
printf '#!/bin/sh\n' >"root/bin/$(printf 'new\nline')"
printf '#!/bin/sh\n' >"root/bin/$(printf '\303\244')"
chmod 644 root/bin/* root/etc/* root/opt/app/lib/*
chmod 755 root/bin/program
chmod 4711 root/bin/xbit
ln root/bin/script root/bin/link
ln -s script root/bin/symlink
ln -s ../../etc root/deep/outside
mkfifo root/bin/pipe

generate() {
	"$VXSIGN" generate --root root "$@"
}
paths() {
	grep -v '^%' "$1" | cut -d ' ' -f 1
}

expect 0 "a manifest is made" generate -o made
cat >wanted <<'END'
bin/%c3%a4
bin/link
bin/new%0aline
bin/p%25h%23
bin/program
bin/script
bin/sp%20ace
bin/symlink
bin/xbit
deep/er/still/odd
lib/modules/m.ko
lib/modules/m.ko.gz
lib/modules/m.ko.xz
lib/modules/m.ko.zst
usr/lib/firmware/x/blob
usr/lib/lib.so.1
END
paths made >listed
cp err noted
holds "it lists what can run or be loaded, and nothing else" \
	diff wanted listed
holds "it is sorted bytewise" sort -c listed
holds "it begins with the format" sh -c '[ "$(head -n 1 made)" = "%manifest 1" ]'
sum=$(sha256sum <root/bin/xbit | cut -d ' ' -f 1)
says "an entry has fingerprint, owner and mode" \
	"bin/xbit sha256=$sum uid=$(id -u) gid=$(id -g) mode=4711" made

# File capabilities
caps=0100000200200000000000000000000000000000
if give_caps root/bin/xbit $caps; then
	expect 0 "a file with capabilities" generate -o again
	says "its entry states them" "mode=4711 caps=$caps" again
	holds "no other does" [ "$(grep -c caps= again)" -eq 1 ]
	give_caps root/bin/xbit
fi

# Reproducible
for jobs in 1 2 3 16; do
	expect 0 "the same with $jobs threads" generate --jobs $jobs -o again
	holds "byte for byte" cmp made again
done
cp -a root copy
expect 0 "the same of a copy" "$VXSIGN" generate --root copy/ -o again
holds "byte for byte" cmp made again
expect 0 "the same to standard output" sh -c \
	'"$VXSIGN" generate --root root >again'
holds "byte for byte" cmp made again

# Header and hashes
expect 0 "a name and a version" generate --name base-os --version 12 -o made
says "the name is there" "%name base-os" made
says "the version is there" "%version 12" made
expect 2 "a version without a name" generate --version 12 -o no
says "it is told" "manifest has a %version but no %name"
expect 2 "a name that is none" generate --name 'a b' -o no
expect 2 "a version that is none" generate --name a --version x -o no
all=sha1,sha256,sha384,sha512,verity-sha256,verity-sha512
expect 0 "all kinds of fingerprints" generate --hash $all -o made
for bits in 1 256 384 512; do
	sum=$(sha${bits}sum <root/bin/xbit | cut -d ' ' -f 1)
	holds "sha$bits is right" grep -q "^bin/xbit .*sha$bits=$sum " made
done
expect 2 "a fingerprint of no known kind" generate --hash md5 -o no
says "it is named" "'md5' is not a kind of fingerprint"

# fs-verity digests, as the kernel measures them
mkdir verity
: >verity/0
head -c 1 /dev/zero >verity/1
for size in 4096 4097 524288 524289; do
	yes | head -c $size >verity/$size
done
cat >wanted <<'END'
0 verity-sha256=3d248ca542a24fc62d1c43b916eae5016878e2533c88238480b26128a1f1af95
1 verity-sha256=b803429503d95915829b29fdbc8bbad142f3abfd11b1cadf5526582e685c0551
4096 verity-sha256=8e0aa96b764044b7531b2128e460ad816b16c874e3835d91f7e8efba7875d62c
4097 verity-sha256=d85d4c1d496972257c5f3695249e29d99c6c819713ed836d62dd1b6b7f3dec79
524288 verity-sha256=6e97e345bb6344d02528ab5a8449f6501f559018bd0b16207280aa0fe346a9db
524289 verity-sha256=e5fd19a809e22539cf364c9bb3fb9be902c8bf8b0fc1e18bfb7d4ba9673648b0
END
quietly "$VXSIGN" generate --root verity --all --hash verity-sha256 -o made
grep -v '^%' made | cut -d ' ' -f 1,2 >listed
holds "fs-verity digests over SHA-256" diff wanted listed
quietly "$VXSIGN" generate --root verity --all --hash verity-sha512 -o made
says "and over SHA-512" "524289 verity-sha512=82f72a4d9a596e8ffd9c64b227cedb95e3baf7b3a7ce4bbf8ab0136b5c2bf6c1de24a115f822b41f873a693e94a8d96cca8147750a3c9ee102fc167eca85c91b " made

# What is listed
expect 0 "--all" generate --all -o made
paths made >listed
holds "--all lists texts" grep -qx etc/text listed
holds "--all lists empty files" grep -qx etc/empty listed
holds "--all lists no pipe" sh -c '! grep -q pipe listed'
holds "--all lists links to files" grep -qx bin/symlink listed
holds "--all lists links to directories" grep -qx deep/outside listed
expect 0 "--no-links" generate --all --no-links -o made
holds "lists none" sh -c '! grep -q link= made'
holds "and asks for no level" sh -c '! grep -q %requires made'
expect 0 "--exclude" generate --exclude bin --exclude 'lib/modules/*.xz' \
	--exclude '/usr' -o made
paths made >listed
cat >wanted <<'END'
deep/er/still/odd
lib/modules/m.ko
lib/modules/m.ko.gz
lib/modules/m.ko.zst
END
holds "it passes over what matches, and all beneath" diff wanted listed

# Rules
cat >rules <<'END'
# comment

bin/s* indirect
bin/script no_ptrace verify
opt/app label=app
etc/text
usr/bin/none trusted
END
expect 0 "rules" generate --rules rules --flag 'bin/program=trusted,no_fips' \
	-o made
says "flags of two rules come together" "mode=644 indirect no_ptrace verify" \
	made
holds "a star does not reach into a directory" grep -q \
	'^bin/sp%20ace .* indirect$' made
holds "trusted says no_ptrace" grep -q '^bin/program .* no_fips trusted$' made
holds "a rule for a directory lists all beneath" grep -q \
	'^opt/app/lib/mod.py .* label=app$' made
holds "a rule without flags lists" grep -q '^etc/text ' made
expect 0 "rules again" generate --rules rules -o made
says "a rule that matches nothing is told" \
	"rules:7: warning: no file matches this rule: 'usr/bin/none'"
printf 'bin/a nonsense\n' >rules
expect 2 "a rule with an unknown flag" generate --rules rules -o no
says "it is told where" "rules:1: unknown flag: 'nonsense'"
printf '\nbin/a label=%065d\n' 0 >rules
expect 2 "a rule with a label too long" generate --rules rules -o no
says "it is told where" "rules:2: label is malformed or too long"
printf 'bin/a\000b\n' >rules
expect 2 "rules that are not text" generate --rules rules -o no
says "it is told" "rules: is not text"
expect 2 "rules that are not there" generate --rules ./none -o no
says "it is told" "./none: No such file or directory"
expect 2 "--flag without a flag" generate --flag bin/a -o no
holds "nothing was written" [ ! -e no ]

# Rules that come with vxsign
trouble "rules of a name that is no set's" \
	"none: is neither a file nor a set of rules (/" \
	generate --rules none -o no
says "it is told where they would be" "/share/veriexec/rules/none)"
sets=$(cd "$BUILT/rules" && echo *)
holds "there are those for Debian" [ "$sets" = "debian debian-admin" ]
mkdir -p deb/usr/sbin deb/usr/bin
printf '\177ELF' >deb/usr/sbin/lvm
cp deb/usr/sbin/lvm deb/usr/bin/sg_dd
cp deb/usr/sbin/lvm deb/usr/bin/id
cp deb/usr/sbin/lvm deb/usr/sbin/vxload
# given FILE: what stands behind the mode.
given() {
	sed -n "s,^$1 .* mode=[0-7]*,,p" made
}
expect 0 "the rules for Debian" "$VXSIGN" generate --root deb \
	--rules debian -o made
holds "one that matches nothing is no mistake" [ ! -s err ]
holds "lvm has storage" [ "$(given usr/sbin/lvm)" = " storage" ]
holds "vxload has control" [ "$(given usr/sbin/vxload)" = " control" ]
holds "id has nothing" [ "$(given usr/bin/id)" = "" ]
holds "sg_dd has nothing" [ "$(given usr/bin/sg_dd)" = "" ]
expect 0 "those for administrators, too" "$VXSIGN" generate --root deb \
	--rules debian-admin --rules debian --flag 'usr/sbin/lvm=verify' \
	-o made
holds "sg_dd has storage" [ "$(given usr/bin/sg_dd)" = " storage" ]
holds "flags of both and of the user's come together" \
	[ "$(given usr/sbin/lvm)" = " storage verify" ]
expect 0 "rules for another system" generate --rules debian \
	--flag bin/none=trusted --exclude lib -o made
says "are one mistake" "vxsign: debian: warning: no file matches any of these rules"
says "the user's own is another" "--flag: warning: no file matches this rule"
holds "and that is all" [ "$(wc -l <err)" -eq 2 ]
for set in $sets; do
	holds "$set has no path but a real one" sh -c \
		'! grep -v -e "^#" -e "^$" -e "^usr/" "$BUILT/rules/$0"' "$set"
	holds "$set has each once" sh -c \
		'! grep "^usr/" "$BUILT/rules/$0" | cut -f 1 | sort | uniq -d |
			grep .' "$set"
done
mkdir called
cd called
mkdir debian
expect 0 "a directory of that name is no file of rules" "$VXSIGN" generate \
	--root ../deb --rules debian -o made
holds "the set is meant" [ "$(given usr/sbin/lvm)" = " storage" ]
rmdir debian
echo 'usr/bin/id indirect' >debian
expect 0 "a file is" "$VXSIGN" generate --root ../deb --rules debian -o made
holds "and goes before the set" [ "$(given usr/bin/id)" = " indirect" ]
holds "which is not read then" [ "$(given usr/sbin/lvm)" = "" ]
trouble "a path is never a set's" "./debian/debian: Not a directory" \
	"$VXSIGN" generate --root ../deb --rules ./debian/debian -o no
rm debian
mkdir -p prefix/sbin prefix/share/veriexec/rules
cp "$VXSIGN" prefix/sbin/vxsign
echo 'usr/bin/id no_fips' >prefix/share/veriexec/rules/installed
expect 0 "a set where vxsign is installed" prefix/sbin/vxsign generate \
	--root ../deb --rules installed -o made
holds "is found" [ "$(given usr/bin/id)" = " no_fips" ]
echo 'usr/bin/id nonsense' >>prefix/share/veriexec/rules/installed
trouble "a set that is wrong" "installed:2: unknown flag: 'nonsense'" \
	prefix/sbin/vxsign generate --root ../deb --rules installed -o no
mkdir prefix/share/veriexec/rules/empty
trouble "a set that is a directory" "share/veriexec/rules/empty: is not a regular file" \
	prefix/sbin/vxsign generate --root ../deb --rules empty -o no
rm -r prefix
quietly make -C "$TESTS/.." install O="$PLAIN" DESTDIR="$PWD/prefix"
expect 0 "as it is installed" prefix/usr/bin/vxsign generate \
	--root ../deb --rules debian -o made
holds "the rules for Debian are found" \
	[ "$(given usr/sbin/lvm)" = " storage" ]
holds "all of them are there" diff -r "$BUILT/rules" \
	prefix/usr/share/veriexec/rules
cd ..

# What a file is
printf '\177ELFobject' >root/bin/tool.sort
expect 0 "--list" generate --list --flag 'etc/text=verify' -o list
cat >wanted <<'END'
script bin/%c3%a4
script bin/link
script bin/new%0aline
script bin/p%25h%23
program bin/program
script bin/script
script bin/sp%20ace
link bin/symlink
program bin/tool.sort
executable bin/xbit
program deep/er/still/odd
link deep/outside
rule etc/text
module lib/modules/m.ko
module lib/modules/m.ko.gz
module lib/modules/m.ko.xz
module lib/modules/m.ko.zst
firmware usr/lib/firmware/x/blob
library usr/lib/lib.so.1
END
holds "it tells of each file what it is" diff wanted list
rm root/bin/tool.sort
expect 0 "--list --json" generate --list --json
says "it is an object for each" '{"class": "library", "path": "usr/lib/lib.so.1"}' out
if command -v python3 >/dev/null; then
	holds "JSON is well-formed" python3 -m json.tool out
fi
expect 0 "--list --all" generate --list --all
says "the rest is called so" "other etc/hash" out
expect 2 "--json without --list" generate --json

# Revocations
sum=$(sha256sum <root/bin/xbit | cut -d ' ' -f 1)
zeros=$(printf '%064d' 0)
upper=$(printf '%064d' 0 | tr 0 A)
expect 0 "fingerprints are revoked" "$VXSIGN" generate \
	--revoke-file root/bin/xbit --revoke "sha256=$zeros" \
	--revoke "sha256=$upper" --revoke "sha256=$zeros" \
	--name revoked --version 3
cat >wanted <<END
%manifest 1
%name revoked
%version 3
%requires veriexec >= 2
END
printf '%%revoke sha256=%s\n' "$sum" "$zeros" "$(echo "$upper" | tr A a)" |
	sort >>wanted
holds "sorted, each once, and nothing is listed" diff wanted out
cp out revoking
expect 0 "show counts them" "$VXSIGN" show revoking
says "there are three" "revokes     3" out
expect 0 "show --entries prints them" "$VXSIGN" show --entries revoking
says "as they are" "%revoke sha256=$zeros" out
expect 0 "show --json --entries" "$VXSIGN" show --json --entries revoking
says "has them" "{\"sha256\": \"$zeros\"}" out
expect 0 "beside files" generate --revoke "sha256=$zeros" --hash sha512 \
	--revoke-file root/bin/xbit -o made
says "by the kinds asked for" "%revoke sha512=" made
says "the files are listed" "bin/script sha512=" made
expect 0 "--requires" generate --no-links --requires 1 -o made
says "it is there" "%requires veriexec >= 1" made
expect 0 "--requires, and what needs more" generate --requires 1 \
	--no-links --revoke "sha256=$zeros" -o made
says "the greater level counts" "%requires veriexec >= 2" made
expect 2 "a level that this veriexec has not" generate --requires 6 -o no
says "it is told" "--requires '6' is not a number from 1 to 5"
expect 2 "a revocation that is none" generate --revoke sha256=12 -o no
says "it is told" "fingerprint has a wrong length or digit: 'sha256=12'"
expect 2 "a file to revoke that is not there" generate --revoke-file none -o no
# Images
expect 0 "images are listed" "$VXSIGN" generate --image "sha256=$upper" \
	--image "sha256=$zeros" --image "sha256=$zeros"
printf '%%manifest 1\n%%requires veriexec >= 5\n' >wanted
printf '%%image sha256=%s\n' "$zeros" "$(echo "$upper" | tr A a)" >>wanted
holds "sorted, each once, and nothing else" diff wanted out
cp out imaging
expect 0 "show counts them" "$VXSIGN" show imaging
says "there are two" "images      2" out
expect 0 "show --entries prints them" "$VXSIGN" show --entries imaging
says "as they are" "%image sha256=$zeros" out
expect 0 "show --json --entries" "$VXSIGN" show --json --entries imaging
says "has them" "{\"sha256\": \"$zeros\"}" out
expect 0 "an image beside files" generate --image "sha256=$zeros" -o made
says "it is there" "%image sha256=$zeros" made
says "the files are listed" "bin/script sha256=" made
expect 2 "an image that is none" generate --image "verity-sha256=$zeros" -o no
says "it is told" "algorithm is none of dm-verity"
expect 0 "--verity" generate --verity -o made
holds "adds a digest to the others" grep -q \
	'^bin/script sha256=[0-9a-f]* verity-sha256=[0-9a-f]* uid' made

# Links, as on Debian, and such as lead to nothing that is listed
mkdir -p deb/usr/bin deb/usr/lib deb/etc/alternatives deb/usr/share/doc deb/var
printf '\177ELFmawk' >deb/usr/bin/mawk
printf '\177ELFlib' >deb/usr/lib/libfoo.so.1.2.3
chmod 755 deb/usr/bin/mawk
: >deb/usr/share/doc/text
ln -s usr/bin deb/bin
ln -s /usr/lib deb/lib64
ln -s mawk deb/etc/alternatives/awk
ln -s /etc/alternatives/awk deb/usr/bin/awk
ln -s libfoo.so.1.2.3 deb/usr/lib/libfoo.so.1
ln -s libfoo.so.1 "deb/usr/lib/lib foo.so"
ln -s ../../../../../../usr/bin/mawk deb/usr/share/above
ln -s /bin/awk deb/var/awk
ln -s / deb/var/root
ln -s share/doc deb/usr/doc
ln -s doc/text deb/usr/share/text
ln -s nowhere deb/usr/share/dangling
ln -s loop deb/usr/share/loop
ln -s mawk/ deb/usr/bin/nodir
ln -s /proc/self/exe deb/usr/bin/self
expect 0 "a tree with links" "$VXSIGN" generate --root deb -o made
cat >wanted <<'END'
bin link=usr/bin
etc/alternatives/awk link=mawk
lib64 link=/usr/lib
usr/bin/awk link=/etc/alternatives/awk
usr/lib/lib%20foo.so link=libfoo.so.1
usr/lib/libfoo.so.1 link=libfoo.so.1.2.3
usr/share/above link=../../../../../../usr/bin/mawk
var/root link=/
END
grep link= made >listed
# mawk is not beneath /etc/alternatives.
sed -i '/^etc.alternatives.awk/d; /^usr.bin.awk/d' wanted
holds "those that lead to listed files are listed" diff wanted listed
ln -snf /usr/bin/mawk deb/etc/alternatives/awk
expect 0 "with one that leads on" "$VXSIGN" generate --root deb -o made
cat >wanted <<'END'
bin link=usr/bin
etc/alternatives/awk link=/usr/bin/mawk
lib64 link=/usr/lib
usr/bin/awk link=/etc/alternatives/awk
usr/lib/lib%20foo.so link=libfoo.so.1
usr/lib/libfoo.so.1 link=libfoo.so.1.2.3
usr/share/above link=../../../../../../usr/bin/mawk
var/awk link=/bin/awk
var/root link=/
END
grep link= made >listed
holds "those that lead to it by it are listed" diff wanted listed
holds "sorted among the files" sh -c \
	'grep -v ^% made | cut -d " " -f 1 | LC_ALL=C sort -c'
says "it asks for the level that knows links" "%requires veriexec >= 4" made
expect 0 "what is excluded" "$VXSIGN" generate --root deb \
	--exclude etc --exclude 'usr/lib/*.so' -o made
holds "is not listed" [ "$(grep -c 'etc/alternatives/awk link\|foo.so link' made)" -eq 0 ]
holds "but may be led through" grep -q '^usr/bin/awk link=' made
expect 0 "without the files" "$VXSIGN" generate --root deb --exclude usr/bin \
	-o made
holds "links to them are not listed" [ "$(grep -c 'awk\|^bin' made)" -eq 0 ]
quietly "$VXSIGN" keygen --cn links --key links.key --cert links.pem
expect 0 "again" "$VXSIGN" generate --root deb -o made
quietly "$VXSIGN" sign --key links.key --cert links.pem made
expect 0 "and they are verified" "$VXSIGN" verify --cert links.pem \
	--root deb --extra made
expect 0 "show has them" "$VXSIGN" show --entries made
says "counted" "  link           9" out
says "as they are listed" "usr/bin/awk link=/etc/alternatives/awk" out
expect 0 "and in JSON" "$VXSIGN" show --entries --json made
says "counted, too" '"links": 9,' out
says "too" \
	'{"path": "usr/lib/lib%20foo.so", "flags": [], "link": "libfoo.so.1"}' \
	out
rm links.key links.pem

# What is remembered
rm -rf kept
cp -a root kept
hashes() {
	expect 0 "$1" "$VXSIGN" generate --root kept --cache cache -v -o made
	says "it hashes $2" "vxsign: hashed $2 files"
	quietly "$VXSIGN" generate --root kept -o full
	holds "$1: byte for byte as in full" cmp made full
}
hashes "the first time" "15 of 15"
hashes "what is too new to tell" "15 of 15"
sleep 4
hashes "once it is old" "15 of 15"
hashes "nothing has changed" "0 of 15"
echo >>kept/bin/script
hashes "one file with two names has changed" "2 of 15"
sleep 4
hashes "as long as it is new" "2 of 15"
hashes "then it is known again" "0 of 15"
# The same size, and the time set back: the time of the inode tells.
touch -r kept/bin/program stamp
printf '\177ELFPROGRAM' >kept/bin/program
touch -r stamp kept/bin/program
hashes "a change that is hidden" "1 of 15"
touch -r kept/bin/sp\ ace stamp
printf '#!/bin/sh\n' >kept/new
touch -r stamp kept/new
chmod 644 kept/new
mv kept/new "kept/bin/sp ace"
hashes "another file in its place" "2 of 15"
rm kept/lib/modules/m.ko
hashes "a file less" "2 of 14"
printf '#!/bin/sh\n' >kept/bin/later
hashes "a file more" "3 of 15"
sleep 4
hashes "all of them once more" "3 of 15"
chmod 600 kept/bin/later
hashes "another mode is another time" "1 of 15"
expect 0 "other kinds are hashed" "$VXSIGN" generate --root kept \
	--cache cache --hash sha512 -v -o made
says "all of them" "hashed 15 of 15"
printf 'not a cache\n' >cache
expect 2 "a cache that is none" "$VXSIGN" generate --root kept --cache cache \
	-o no
says "it is told" "cache: is not a cache of vxsign's"
printf 'vxsign cache 1\nbin/a 1 2 3\n' >cache
expect 2 "a line that is none" "$VXSIGN" generate --root kept --cache cache \
	-o no
says "it is told where" "cache:2: is not a line of a cache"
holds "nothing was written" [ ! -e no ]

# What must not pass
expect 2 "no root" "$VXSIGN" generate
says "it is told" "--root DIR is missing"
expect 2 "a root that is not there" "$VXSIGN" generate --root none -o no
says "it is named" "none: No such file or directory"
mkdir nothing
refused "a tree with nothing to list" "has nothing that can run" \
	"$VXSIGN" generate --root nothing -o no
if [ "$(id -u)" -ne 0 ]; then
	chmod 0 root/bin/script
	expect 2 "an unreadable file" generate -o no
	says "it is named" "root/bin/script: Permission denied"
	chmod 644 root/bin/script
else
	# Root reads everything, unless it has no capabilities.
	mkdir open
	install -m 000 /dev/null open/secret
	expect 2 "an unreadable file" setpriv --inh-caps=-all \
		--bounding-set=-all "$VXSIGN" generate --all --root open
	says "it is named" "open/secret: Permission denied"
fi
# A file that grows all the time is noticed, sooner or later.
mkdir busy
printf '#!/bin/sh\n' >busy/grows
head -c 30000000 /dev/zero >>busy/grows
(while [ -e busy/grows ] && [ ! -e stop ]; do echo >>busy/grows; done) &
writer=$!
expect 2 "a file that changes while it is read" "$VXSIGN" generate \
	--root busy --all --hash sha512,sha384,sha1
: >stop
wait $writer
says "it is named" "busy/grows: has changed while it was read"
# A mount beneath the root is another file system.
if [ "$(id -u)" -eq 0 ] && command -v unshare >/dev/null &&
   unshare -m true 2>/dev/null; then
	mkdir -p two/mnt
	printf '#!/bin/sh\n' >two/here
	expect 0 "a tree with a mount in it" unshare -m sh -c \
		'mount -t tmpfs none two/mnt && echo "#!" >two/mnt/there &&
		 "$VXSIGN" generate --root two -o made'
	paths made >listed
	holds "the mount is not entered" [ "$(cat listed)" = here ]
	says "which is told" "two: warning: passed over 1 directory on other file systems: -v names them"
	holds "in one line" [ "$(wc -l <err)" -eq 1 ]
	mkdir -p 'two/an other'
	# mounted COMMAND...: with two mounts there
	mounted() {
		unshare -m sh -c 'mount -t tmpfs none two/mnt &&
			mount -t tmpfs none "two/an other" &&
			echo "#!" >two/mnt/there && exec "$0" "$@"' "$@"
	}
	expect 0 "two, with -v" mounted "$VXSIGN" generate --root two -v -o made
	says "one is named" "two/an%20other: is on another file system, and was passed over"
	says "the other is named" "two/mnt: is on another file system, and was passed over"
	says "and how much was hashed" "hashed 1 of 1 files"
	holds "and that is all" [ "$(wc -l <err)" -eq 3 ]
	expect 0 "--one-file-system" mounted "$VXSIGN" generate --root two \
		--one-file-system -o again
	holds "has nothing to tell" [ ! -s err ]
	holds "and lists the same" cmp made again
	expect 0 "an exclude" mounted "$VXSIGN" generate --root two \
		--exclude mnt --exclude 'an other' -o again
	holds "tells as much" [ ! -s err ]
	expect 0 "diff" mounted "$VXSIGN" diff --root two made
	says "tells it, too" "two: warning: passed over 2 directories"
	expect 0 "diff -v" mounted "$VXSIGN" diff -v --root two made
	says "names them" "two/mnt: is on another file system"
	expect 0 "diff --one-file-system" mounted "$VXSIGN" diff --root two \
		--one-file-system made
	holds "does not" [ ! -s err ]
else
	good "a tree with a mount in it # SKIP no mounts"
fi

# A file of settings that has an x bit by mistake could not be changed any more.
mkdir -p stray/etc/init.d stray/bin
printf 'text\n' >stray/etc/a%conf
printf 'text\n' >stray/bin/text
printf '#!/bin/sh\n' >stray/etc/init.d/script
printf '\177ELF' >stray/etc/init.d/elf
chmod 755 stray/etc/a%conf stray/bin/text stray/etc/init.d/*
expect 0 "a stray x bit below etc" "$VXSIGN" generate --root stray -o made
says "is told" "stray/etc/a%25conf: warning: is listed for its x bit alone, and nobody could change it"
holds "of that file alone" [ "$(wc -l <err)" -eq 1 ]
holds "which is listed" grep -q '^etc/a%25conf ' made
expect 0 "with --list, too" "$VXSIGN" generate --root stray --list
says "it is told" "listed for its x bit alone"
for option in '--flag etc/a*=label=x' --all '--exclude etc/a%conf'; do
	# shellcheck disable=SC2086
	expect 0 "with $option" "$VXSIGN" generate --root stray $option -o made
	holds "there is nothing to tell" [ ! -s err ]
done
chmod 644 stray/etc/a%conf
expect 0 "without the bit" "$VXSIGN" generate --root stray -o made
holds "there is nothing to tell" [ ! -s err ]
holds "nor is it listed" sh -c '! grep -q a%25conf made'

# Compressed modules
says "it is noted" "root: note: 3 compressed kernel modules are listed (the first is lib/modules/m.ko.gz); they load only in a kernel with CONFIG_MODULE_DECOMPRESS" \
	noted

# Names of one file: what a rule says of one holds for all, else the kernel would
# refuse the manifest.
mkdir -p links/bin links/opt
printf '#!/bin/sh\n' >links/bin/perl
ln links/bin/perl links/bin/perl5.36
ln links/bin/perl links/opt/perl
printf '#!/bin/sh\necho\n' >links/bin/other
# flags_of NAME: in made, what stands behind the mode.
flags_of() {
	sed -n "s,^$1 .* mode=[0-7]*,,p" made
}
expect 0 "a rule for one of three names" "$VXSIGN" generate --root links \
	--flag bin/perl=indirect -o made
for name in bin/perl bin/perl5.36 opt/perl; do
	holds "$name has its flag" [ "$(flags_of $name)" = " indirect" ]
done
holds "another file has not" [ "$(flags_of bin/other)" = "" ]
expect 0 "rules for each of them" "$VXSIGN" generate --root links \
	--flag opt/perl=verify,label=last --flag bin/perl=indirect,label=first \
	--flag bin/perl5.36=no_ptrace -o made
for name in bin/perl bin/perl5.36 opt/perl; do
	holds "$name has all flags, and the label of the last rule" \
		[ "$(flags_of $name)" = " indirect no_ptrace verify label=first" ]
done
expect 0 "a name that is excluded" "$VXSIGN" generate --root links \
	--exclude opt --flag '**=no_fips' --flag bin/perl5.36=indirect -o made
holds "does not matter to the others" [ "$(flags_of bin/perl)" = \
	" indirect no_fips" ]
rm links/bin/perl
cp links/opt/perl links/bin/perl
expect 0 "a copy" "$VXSIGN" generate --root links --flag bin/perl=indirect \
	-o made
holds "is another file" [ "$(flags_of opt/perl)" = "" ]
holds "with flags of its own" [ "$(flags_of bin/perl)" = " indirect" ]
# Many names
for i in $(seq 2000); do
	ln links/bin/perl "links/bin/name$i"
done
expect 0 "a rule for one of 2001 names" "$VXSIGN" generate --root links \
	--flag bin/name1000=indirect -o made
holds "holds for all" [ "$(grep -c ' indirect$' made)" -eq 2001 ]
quietly "$VXSIGN" keygen --cn links --key links.key --cert links.pem
quietly "$VXSIGN" sign --key links.key --cert links.pem made
expect 0 "and they are verified" "$VXSIGN" verify --cert links.pem \
	--root links --extra made
finish
