#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What the configuration makes of the versions: what veriexec-commit.service runs, and
# the options that the initramfs has for vxload.

# Commands are passed to functions by name, and to sh in single quotes.
# shellcheck disable=SC2016,SC2317
set -eu
. "$TESTS/lib.sh"

source=$(dirname "$TESTS")
here=$(pwd)
mkdir bin etc script
# A copy that looks for all of it here
for file in systemd/commit-versions initramfs/functions; do
	sed "s,PATH=,PATH=$here/bin:,; s,/etc/veriexec,$here/etc,g" \
		"$source/$file" >"script/${file##*/}"
done
cat >bin/vxload <<'END'
#!/bin/sh
printf '%s\n' "$@" >called
exit "$(cat answer 2>/dev/null || echo 0)"
END
chmod +x bin/vxload

# configured [LINE]...: the configuration has these lines.
configured() {
	rm -f called
	printf '%s\n' "$@" >etc/veriexec.conf
}
commit() {
	sh script/commit-versions
}
# called NAME [ARGUMENT]...: vxload was called so.
called() {
	called_name=$1
	shift
	printf '%s\n' "$@" >wanted
	holds "$called_name" cmp wanted called
}

expect 0 "no configuration" commit
holds "commits nothing" [ ! -e called ]
configured '#versions=/var/lib/veriexec/versions' 'onfail=halt'
expect 0 "none for versions" commit
holds "commits nothing" [ ! -e called ]
configured versions= provisioned=no
expect 0 "no place" commit
holds "commits nothing" [ ! -e called ]
configured versions=/var/lib/versions
expect 0 "a file" commit
called "is committed to" --versions /var/lib/versions --commit
echo 1 >answer
expect 1 "vxload refuses" commit
rm answer
configured 'versions=/a b' provisioned=yes
expect 0 "a name with a blank" commit
called "is one word" --versions '/a b' --provisioned --commit

configured versions=efi
expect 0 "the firmware, and nothing signed" commit
holds "commits nothing" [ ! -e called ]
mkdir etc/floors.d
: >etc/floors.d/one
: >etc/floors.d/two
: >etc/floors.d/two.dpkg-old
expect 0 "what the vendor has signed" commit
called "is committed" --versions efi --commit "$here/etc/floors.d/one" \
	"$here/etc/floors.d/two"
: >etc/floors.pem
configured versions=efi provisioned=no
expect 0 "certificates of its signers" commit
called "are named" --versions efi -c "$here/etc/floors.pem" --commit \
	"$here/etc/floors.d/one" "$here/etc/floors.d/two"

for lines in 'versions=relative' 'versions=EFI' 'versions=./efi'; do
	configured "$lines"
	refused "wrong: $lines" "veriexec.conf: $lines is neither efi nor a path" commit
	holds "vxload is not called: $lines" [ ! -e called ]
done
configured versions=/v provisioned=maybe
refused "wrong: provisioned=maybe" "provisioned= is neither yes nor no" commit
configured provisioned=yes
refused "provisioned without a place" "provisioned=yes without versions=" commit
holds "vxload is not called" [ ! -e called ]

# In the initramfs the file lies in the root.
options() {
	sh -c '. script/functions && vx_versions "$1"' sh "$1"
}
configured versions=/var/v
expect 0 "the initramfs" options /sysroot
printf '%s\n' --versions /sysroot/var/v >wanted
holds "looks for the file in the root" cmp wanted out
configured versions=efi provisioned=yes
expect 0 "the initramfs and the firmware" options /sysroot
printf '%s\n' --versions efi --provisioned >wanted
holds "asks that" cmp wanted out
configured
expect 0 "the initramfs and no place" options /sysroot
holds "asks nothing" [ ! -s out ]
finish
