#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# How vxload preflight gets at what is on a device or an image: by a loop device that
# nothing can be written to, and a mount of which nobody else can make anything. Here
# the kernel's part is played (loop.c); that it is so there, boots/vxload tells.

# Commands are passed to functions by name, and to sh in single quotes.
# shellcheck disable=SC2016,SC2317
set -eu
. "$TESTS/lib.sh"
. "$TESTS/certs.sh"
. "$TESTS/kernel.sh"

fake_kernel slot
EACCES=13 EBUSY=16 EINVAL=22 EIO=5 EROFS=30
openssl_cert Vendor keyUsage=critical,digitalSignature
trusts Vendor
LOOPS=$PWD/loops
export LOOPS

# preflight ARGUMENT...: with loop devices
preflight() {
	rm -f "$LOOPS/log"
	env LD_PRELOAD="$PROGRAMS/keyring.so:$PROGRAMS/loop.so" \
		ASAN_OPTIONS="$ASAN_OPTIONS:verify_asan_link_order=0" \
		"$vxload" preflight "$@"
}
# loops FS: fresh ones, and a file system that mounts as FS
loops() {
	rm -rf "$LOOPS"
	mkdir "$LOOPS"
	cp -r slot "$LOOPS/mounted"
	touch "$LOOPS/control" "$LOOPS/loop0" "$LOOPS/loop1"
	[ -z "$1" ] || echo 0 >"$LOOPS/fs-$1"
}
is_good() {
	expect 0 "$1" preflight image
	says "$1: it is told" "image: is good here: 1 manifest, 1 files" out
}
no_answer() {
	trouble "$1" "image: $2" preflight image
	holds "$1: it is not said to be good" says_no_good
}
says_no_good() { grep -qx 'image: no answer was reached' out; }

mkdir -p slot/bin slot/etc/veriexec
printf '#!/bin/sh\n' >slot/bin/one
chmod 755 slot/bin/one
quietly "$VXSIGN" generate --root slot --exclude etc --name base --version 7 -o text
quietly "$VXSIGN" sign --key Vendor.key --cert Vendor.pem \
	-o slot/etc/veriexec/manifest text
truncate -s 1M image

loops ext4
is_good "an image of ext4"
same "that is all that is asked for" "$LOOPS/log" \
	"open loop0 ro nofollow" "configure ro autoclear" "ext4 source" "ext4 ro" \
	"mount ext4 ro nodev nosuid noexec"
loops xfs
is_good "an image of xfs"
same "its UUID may be another's, too" "$LOOPS/log" \
	"open loop0 ro nofollow" "configure ro autoclear" "ext4 source" "ext4 ro" \
	"squashfs source" "squashfs ro" "erofs source" "erofs ro" "xfs source" \
	"xfs ro" "xfs nouuid" "mount xfs ro nodev nosuid noexec"
loops btrfs
echo $EINVAL >"$LOOPS/fs-ext4"
is_good "one that another file system does not know"

loops ''
no_answer "no file system" "holds no file system that this kernel and preflight know"
echo $EROFS >"$LOOPS/fs-ext4"
no_answer "one with a journal" \
	"was not unmounted: what its journal says would have to be written first"
echo $EIO >"$LOOPS/fs-ext4"
no_answer "one that is broken" "cannot be mounted: Input/output error"

loops ext4
echo $EBUSY >"$LOOPS/configure"
is_good "one was quicker to take the loop device"
says "the next is taken" "open loop1 ro nofollow" "$LOOPS/log"
yes $EBUSY | head -n 200 >"$LOOPS/configure"
no_answer "one always is" "no loop device can be had: Device or resource busy"
echo $EACCES >"$LOOPS/configure"
no_answer "none may be set up" "no loop device can be had: Permission denied"
holds "it is not tried again" [ "$(grep -c configure "$LOOPS/log")" -eq 1 ]
loops ext4
rm "$LOOPS/control"
no_answer "there are none" "no loop device can be had: No such file or directory"
loops ext4
ln -sf loop1 "$LOOPS/loop0"
no_answer "a link in the place of one" "no loop device can be had: Too many levels"
# A file, another disk, and a virtual console, whose number is that of loop devices
for kind in 0 8 -7; do
	loops ext4
	echo $kind >"$LOOPS/kind"
	expect 2 "something else in its place, $kind" preflight image
	says "something else in its place, $kind: it is told" \
		"image: no loop device can be had" err
	holds "something else in its place, $kind: it is not set up" \
		[ "$(cat "$LOOPS/log")" = "open loop0 ro nofollow" ]
done
loops ext4
rm -r "$LOOPS/mounted"
expect 2 "a mount that fails" preflight image
finish
