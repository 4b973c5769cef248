#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# vxload switch-root as process 1 of a namespace whose root is in memory, with the
# kernel of plain files: what moves, what goes, what runs, and what it says when
# it does not come to that.

# Commands are passed to functions by name, and to sh in single quotes.
# shellcheck disable=SC2016,SC2317
set -eu
. "$TESTS/lib.sh"
. "$TESTS/certs.sh"
. "$TESTS/kernel.sh"

if [ "$(id -u)" -ne 0 ] || ! unshare -mpf true 2>/dev/null; then
	good "switch-root # SKIP no namespaces"
	finish
fi
fake_kernel switch_root
openssl_cert vendor keyUsage=critical,digitalSignature

# The program that is run says what it sees.
cat >init.c <<'END'
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void print_place(const char *name)
{
	struct stat here, root;

	if (!stat(name, &here) && !stat("/", &root) && here.st_dev != root.st_dev)
		printf("mount %s\n", name);
}

int main(int argc, char **argv)
{
	char cwd[64];
	int i;

	printf("init %d %s\n", getpid(), getcwd(cwd, sizeof(cwd)));
	for (i = 0; i < argc; i++)
		printf("argument %s\n", argv[i]);
	print_place("/dev");
	print_place("/proc");
	print_place("/run");
	print_place("/sys");
	printf("marker %d\n", access("/marker", F_OK));
	printf("initramfs %d\n", access("/early", F_OK));
	return 7;
}
END
quietly cc -static -o init.static init.c

# base is the initramfs, and base/root what is to become the root. All of the
# tests' own folder is in both, since what is under test is in it.
cat >outer.sh <<'END'
set -e
base=$PWD/base
mkdir -p "$base"
if [ -z "$on_disk" ]; then
	mount -t tmpfs none "$base"
else
	mkdir -p disk
	mount --bind disk "$base"
fi
mkdir -p early/a/b "$base/early/a/b" "$base/usr" "$base/mounted" \
	"$base$O" "$base/root" "$base/proc" "$base/dev" "$base/run" "$base/sys"
: >"$base/early/a/b/file"
: >"$base/early/file"
: >"$base/early/mounted"
ln -s nowhere "$base/early/link"
cp -P /bin /lib /lib64 "$base/" 2>/dev/null || :
status=0
unshare -mpf sh inner.sh "$@" || status=$?
find "$base" -xdev -type f -o -xdev -type l | sed "s,^$base/,," | sort >left
exit $status
END
cat >inner.sh <<'END'
set -e
base=$PWD/base
# Not to be emptied by a fault
mount --bind /usr "$base/usr"
mount -o remount,bind,ro "$base/usr"
mount --bind "$O" "$base$O"
mount --bind "$here/precious" "$base/mounted"
mount --bind "$here/precious/file" "$base/early/mounted"
mount -t proc proc "$base/proc"
for name in dev run sys; do
	mount -t tmpfs none "$base/$name"
	: >"$base/$name/kept"
done
mount -t tmpfs none "$base/root"
cd "$base/root"
mkdir -p dev proc sys run sbin "$base/root$O"
mount --bind "$O" "$base/root$O"
: >marker
cp "$here/init.static" sbin/init
eval "$prepare"
cd "$base"
mkdir old
pivot_root . old
umount -l old
rmdir old
cd /
exec env $preload "$vxload" switch-root "$@"
END
mkdir precious
echo precious >precious/file
here=$PWD
export here O vxload
printf 'sbin/init sha256=%s\n' "$(sha256sum <init.static | cut -d ' ' -f 1)" \
	>text
quietly "$VXSIGN" sign --key vendor.key --cert vendor.pem -o manifest text
size=$(stat -c %s manifest)

# What a test wants otherwise: commands for when the new root is there, variables
# for vxload, an initramfs that is none, and answers of the kernel.
prepare=
preload=
on_disk=
answers=
export prepare preload on_disk
# boot ARGUMENT...: switch-root with these.
boot() {
	kernel inactive
	eval "$answers"
	rm -rf left hit disk
	unshare -m sh outer.sh "$@"
}
args="--manifest $here/manifest -c $here/vendor.pem"
# boot_with INIT [ARGUMENT]...: the usual one.
boot_with() {
	# shellcheck disable=SC2086
	boot $args /root "$@"
}

# It works.
expect 7 "init runs" boot_with /sbin/init first "sec ond" --third
cat >wanted <<END
Verified manifest signed by vendor method ECDSA256+SHA256
init 1 /
argument /sbin/init
argument first
argument sec ond
argument --third
mount /dev
mount /proc
mount /run
mount /sys
marker 0
initramfs -1
END
holds "as process 1, in the new root, with the mounts" diff wanted out
holds "nothing is said" [ ! -s err ]
sed '$d' "$sys/log" >log
cat >wanted <<END
manifest $size bytes in /root
state active
state enforce
state locked
END
holds "the kernel is asked in this order" diff wanted log
holds "and at last for init" sh -c 'tail -n 1 "$1" | grep -q "^check "' sh \
	"$sys/log"
echo early/mounted >wanted
holds "nothing of the initramfs is left but the place of a mount" \
	diff wanted left
holds "what was mounted there is whole" grep -qx precious precious/file

expect 7 "--no-lock" boot --no-lock --manifest "$here/manifest" \
	-c "$here/vendor.pem" /root /sbin/init
holds "does not lock" sh -c '! grep -q locked "$1"' sh "$sys/log"
expect 7 "-v" boot -v --manifest "$here/manifest" -c "$here/vendor.pem" \
	/root /sbin/init
says "says the states" "inactive" out
expect 7 "two manifests, -S and --versions" boot --manifest "$here/manifest" \
	--manifest "$here/manifest" -S --versions "$here/versions" \
	-c "$here/vendor.pem" /root /sbin/init
holds "loads both" [ "$(grep -c '^manifest' "$sys/log")" -eq 2 ]
holds "remembers nothing" [ ! -e versions ]
printf '%%name base\n%%version 3\n' | cat - text >text3
quietly "$VXSIGN" sign --key vendor.key --cert vendor.pem -o versioned text3
echo "base 4" >versions
mkdir -p "$efi"
for place in "$here/versions" efi; do
	for known in 4 3; do
		echo "base $known" >versions
		printf '\047\000\000\000base %s\n' $known \
			>"$efi/VeriexecFloor-base-c2490eb0-91c8-4757-a216-805fa5b82a58"
		status=7
		[ $known = 3 ] || status=1
		expect $status "version 3, and ${place##*/} has $known" boot \
			--manifest "$here/versioned" --versions "$place" \
			--provisioned -c "$here/vendor.pem" /root /sbin/init
	done
	same "a file of versions is left alone" versions "base 3"
done
expect 1 "one that efi cannot know" boot \
	--manifest "$here/manifest" --versions efi --provisioned \
	-c "$here/vendor.pem" /root /sbin/init
says "it is told" "refused: it has no name"
rm versions

# What stays behind
prepare='rmdir run; ln -s sbin run'
expect 7 "a new root without a place for a mount" boot -v \
	--manifest "$here/manifest" -c "$here/vendor.pem" /root /sbin/init
says "it is told" \
	"/run stays behind: the new root has no directory of that name" out
holds "it is not moved" sh -c '! grep -q "mount /run" out'
says "others are" "mount /sys" out
prepare='umount "$base/sys"'
expect 7 "what is no mount is not moved" boot_with /sbin/init
holds "it is not there" sh -c '! grep -q "mount /sys" out'
says "others are" "mount /dev" out
prepare='umount "$base/sys"; rmdir "$base/sys"; ln -s dev "$base/sys"'
expect 7 "nor a link" boot_with /sbin/init
holds "it is not there" sh -c '! grep -q "mount /sys" out'
prepare=
on_disk=1
expect 7 "an old root that is on a disk" boot -v --manifest "$here/manifest" \
	-c "$here/vendor.pem" /root /sbin/init
says "it is told" "the old root stays as it is: it is not an initramfs" out
holds "it stays as it is" grep -qx early/a/b/file left
on_disk=

# A link is followed as the new root has it.
prepare='ln -s /sbin/init start; ln -s ../../../../../../sbin/init far'
expect 7 "init is a link to an absolute path" boot_with /start
says "it runs" "argument /start" out
expect 7 "or to one above the root" boot_with /far
prepare=

# It does not come to that: the old root stays, and nothing has moved.
# stops STATUS NAME CAUSE ARGUMENT...
stops() {
	stops_status=$1
	stops_name=$2
	stops_cause=$3
	shift 3
	complains "$stops_status" "$stops_name" "$stops_cause" "$@"
	holds "$stops_name: init has not run" sh -c '! grep -q "^init" out'
	holds "$stops_name: the initramfs is there" grep -qx early/file left
}
# shellcheck disable=SC2086
{
	stops 2 "no such root" "/nowhere: No such file or directory" \
		boot $args /nowhere /sbin/init
	stops 2 "the root that is" "/: is the root already" boot $args / /sbin/init
	stops 2 "a root that is no mount" "/early: is not a mount point" \
		boot $args /early /sbin/init
	stops 2 "a root that is a file" "/early/file: Not a directory" \
		boot $args /early/file /sbin/init
}
stops 2 "no init" "/root: /sbin/none: No such file or directory" \
	boot_with /sbin/none
stops 2 "init is a directory" "/root: /sbin: is not a program" boot_with /sbin
stops 2 "init has no x bit" "/root: /marker: is not a program" \
	boot_with /marker
prepare='mkfifo -m 755 pipe'
stops 2 "init is a pipe" "/root: /pipe: is not a program" boot_with /pipe
prepare=
holds "nothing of all this reaches the kernel" [ ! -s "$sys/log" ]

sed 's/sha256=./sha256=x/' manifest >broken
stops 1 "a manifest that is refused" "broken: " boot \
	--manifest "$here/broken" -c "$here/vendor.pem" /root /sbin/init
holds "the kernel is not asked" [ ! -s "$sys/log" ]
answers='answer manifest 126'
stops 1 "a manifest that the kernel refuses" \
	"manifest: refused: it is signed by nobody whom the kernel trusts" \
	boot_with /sbin/init
holds "no state is set" sh -c '! grep -q ^state "$1"' sh "$sys/log"
answers='answer state 1'
stops 1 "a state that the kernel refuses" \
	"cannot set active: that takes CAP_MAC_ADMIN" boot_with /sbin/init
holds "init is not asked for" sh -c '! grep -q ^check "$1"' sh "$sys/log"
answers='answer check 13'
stops 1 "init is not verified" "/root: /sbin/init: is not verified" \
	boot_with /sbin/init
answers='answer check 9'
stops 2 "nobody can tell whether it is" \
	"/root: /sbin/init: cannot be checked: Bad file descriptor" \
	boot_with /sbin/init
answers='rm "$sys/check"'
stops 2 "nobody can be asked" "check: is not there: this kernel has no veriexec" \
	boot_with /sbin/init
answers='rm -r "$sys"'
stops 2 "no veriexec" "manifest: is not there: this kernel has no veriexec" \
	boot_with /sbin/init
answers=

# Too late to stay: whatever fails now, init does not run.
prepare='cp marker sbin/text; chmod 755 sbin/text; echo text >sbin/text'
complains 2 "init is no program of this machine" \
	"/sbin/text: cannot be run: Exec format error" boot_with /sbin/text
prepare=
# fault CALL NTH ERRNO: for the next boots.
fault() {
	preload="LD_PRELOAD=$PROGRAMS/fault.so FAULT_CALL=$1 FAULT_NTH=$2"
	preload="$preload FAULT_ERRNO=$3 FAULT_LOG=$here/hit"
	# Without /proc, which has moved, no leak can be looked for.
	preload="$preload ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0"
	preload="$preload:verify_asan_link_order=0"
}
EIO=5
# broken CALL NTH CAUSE: the boot ends there.
broken() {
	fault "$1" "$2" $EIO
	complains 2 "$1 fails, call $2" "$3" boot_with /sbin/init
	holds "$1: it was called" [ -e hit ]
	holds "$1: init has not run" sh -c '! grep -q "^init" out'
}
broken fstat 1 "/root: Input/output error"
broken fstat 2 "/root: /sbin/init: Input/output error"
broken calloc 1 "out of memory"
broken calloc 2 "out of memory"
broken move_mount 1 "/dev: cannot be moved to the new root: Input/output error"
broken move_mount 4 "/run: cannot be moved to the new root: Input/output error"
broken mount 1 "/root: cannot become the root: Input/output error"
broken chroot 1 "/root: cannot become the root: Input/output error"
broken execv 1 "/sbin/init: cannot be run: Input/output error"
fault statx 1 $EIO
complains 2 "statx fails" "/root: is not a mount point" boot_with /sbin/init

# What cannot be removed stays, and init runs.
# stays CALL NTH CAUSE
stays() {
	fault "$1" "$2" $EIO
	complains 7 "$1 fails, call $2" "$3" boot_with /sbin/init
	holds "$1: it was called" [ -e hit ]
	holds "$1: init has run" grep -q "^init 1 /" out
}
one_left="1 files of the initramfs could not be removed"
stays fstatfs 2 "the old root stays as it is: Input/output error"
holds "it stays as it is" grep -qx early/file left
stays unlinkat 1 "$one_left"
stays fstatat 1 "$one_left"
stays openat 1 "$one_left"
stays fcntl 1 "$one_left"
holds "it stays" grep -qx early/file left
stays fdopendir 1 "$one_left"
holds "it stays" grep -qx early/file left
preload=
finish
