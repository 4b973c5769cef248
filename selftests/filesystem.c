// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file systems that the tests have at AT, see common.h.
 */

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/fs.h>
#include <linux/loop.h>

#include "common.h"

/*
 * Disks as the Makefile makes them. For those with an empty file system there is only
 * the beginning. Those without a size are read-only and hold what make_layout() makes.
 */
static const struct {
	const char *image;
	const char *type;
	off_t size;
} disks[] = {
	[FS_EXT4] = { "ext4.img", "ext4", 64 << 20 },
	[FS_XFS] = { "xfs.img", "xfs", 128 << 20 },
	[FS_BTRFS] = { "btrfs.img", "btrfs", 128 << 20 },
	[FS_SQUASHFS] = { "squashfs.img", "squashfs", 0 },
	[FS_EROFS] = { "erofs.img", "erofs", 0 },
};

/* The default of CONFIG_BLK_DEV_RAM_COUNT. */
#define RAM_DISKS	16

static bool is_read_only(enum fs fs)
{
	return fs == FS_SQUASHFS || fs == FS_EROFS;
}

/**
 * copy_disk() - make a pristine copy of a disk
 * @fs: which kind, one that has a disk
 *
 * Return: a descriptor of a file in memory, or a negative errno.
 */
int copy_disk(enum fs fs)
{
	int copy = memfd_create(disks[fs].type, MFD_CLOEXEC);
	struct text text;
	int ret;

	if (copy < 0)
		return fail(disks[fs].image);
	ret = read_file(ours(disks[fs].image), &text);
	if (ret)
		return ret;
	if (write(copy, text.data, text.len) != (ssize_t)text.len ||
	    (disks[fs].size && ftruncate(copy, disks[fs].size)))
		return fail(disks[fs].image);
	text_free(&text);
	return copy;
}

/**
 * make_loop() - make a file a disk
 * @back: descriptor of the file
 * @flags: LO_FLAGS_*; with LO_FLAGS_AUTOCLEAR the disk goes away with its last
 *	user
 * @name: where to put the name of the disk
 *
 * Return: a descriptor of the disk that cannot write to it, or it would not be
 * mounted, or a negative errno.
 */
int make_loop(int back, unsigned int flags, char name[32])
{
	struct loop_config config = {
		.fd = back,
		.info.lo_flags = flags,
	};
	int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	int number, disk, keep, ret;

	if (control < 0)
		return fail("/dev/loop-control");
	do {
		number = ioctl(control, LOOP_CTL_GET_FREE);
		snprintf(name, 32, "/dev/loop%d", number);
		disk = open(name, (flags & LO_FLAGS_READ_ONLY ? O_RDONLY :
				   O_RDWR) | O_CLOEXEC);
		if (number < 0 || disk < 0)
			return fail(name);
		ret = ioctl(disk, LOOP_CONFIGURE, &config);
		if (ret)
			close(disk);
	} while (ret && errno == EBUSY);
	close(control);
	if (ret)
		return fail(name);
	keep = open(name, O_RDONLY | O_CLOEXEC);
	close(disk);
	return keep < 0 ? fail(name) : keep;
}

/* Copies what an image holds besides zeros. */
static int copy_image(int image, int disk)
{
	off_t pos = 0, end;

	for (;;) {
		pos = lseek(image, pos, SEEK_DATA);
		if (pos < 0)
			return errno == ENXIO ? 0 : -1;
		end = lseek(image, pos, SEEK_HOLE);
		if (lseek(disk, pos, SEEK_SET) != pos)
			return -1;
		while (pos < end)
			if (sendfile(disk, image, &pos, end - pos) <= 0)
				return -1;
	}
}

/**
 * fill_disk() - put an empty file system on a disk, or one that is read-only
 * @disk: descriptor of the disk, which holds nothing but zeros
 * @fs: which kind
 *
 * Return: 0, or a negative errno.
 */
int fill_disk(int disk, enum fs fs)
{
	int image = copy_disk(fs);
	int ret;

	if (image < 0)
		return image;
	ret = copy_image(image, disk) || fsync(disk);
	close(image);
	return ret ? fail(disks[fs].image) : 0;
}

/**
 * make_disk() - put a pristine copy of a file system on a disk in memory
 * @fs: which kind
 * @name: where to put the name of the disk, which nobody used before
 *
 * What a loop device is made of could change by itself.
 *
 * Return: 0, or a negative errno.
 */
int make_disk(enum fs fs, char name[32])
{
	uint64_t range[2] = {};
	int number, disk, ret;

	for (number = 0; number < RAM_DISKS; number++) {
		snprintf(name, 32, "/dev/ram%d", number);
		disk = open(name, O_RDWR | O_EXCL | O_CLOEXEC);
		if (disk < 0 && errno == EBUSY)
			continue;
		if (disk < 0)
			break;
		ret = ioctl(disk, BLKGETSIZE64, &range[1]) ||
		      ioctl(disk, BLKDISCARD, range) ? fail(name) :
							fill_disk(disk, fs);
		close(disk);
		return ret;
	}
	return fail(name);
}

static int mount_disk(enum fs fs, const char *where)
{
	const bool read_only = is_read_only(fs);
	char name[32];
	int ret = make_disk(fs, name);

	if (ret)
		return ret;
	if (mount(name, where, disks[fs].type, read_only ? MS_RDONLY : 0, NULL))
		return fail(name);
	return read_only || !chmod(where, 0777) ? 0 : fail(where);
}

/**
 * mount_at() - mount an empty file system at AT, or one that is read-only
 * @fs: which kind; of FS_OVERLAY only the layer beneath
 *
 * The mount is this process's and its children's alone and goes away with them.
 *
 * Return: 0, or a negative errno.
 */
int mount_at(enum fs fs)
{
	umask(0);
	if (unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return fail("mount namespace");
	if ((mkdir("/tmp", 01777) && errno != EEXIST) ||
	    (mkdir(AT, 0777) && errno != EEXIST))
		return fail(AT);
	if (fs != FS_TMPFS)
		return mount_disk(fs == FS_OVERLAY ? FS_EXT4 : fs, AT);
	return mount("tmpfs", AT, "tmpfs", 0, "mode=777") ? fail(AT) : 0;
}

/**
 * mount_overlay_with() - as mount_overlay(), with a further option
 * @option: of the mount, with a comma before it
 *
 * Return: 0, or a negative errno.
 */
int mount_overlay_with(const char *option)
{
	char options[256];

	snprintf(options, sizeof(options),
		 "lowerdir=" AT ",upperdir=" UPPER ",workdir=" UPPER_FS "/work%s",
		 option);
	if (mkdir(UPPER_FS, 0777) && errno != EEXIST)
		return fail(UPPER_FS);
	if (mount("tmpfs", UPPER_FS, "tmpfs", 0, "mode=777") ||
	    mkdir(UPPER, 0777) || mkdir(UPPER_FS "/work", 0777) ||
	    mount("overlay", AT, "overlay", 0, options))
		return fail("overlay");
	return 0;
}

/**
 * mount_overlay() - let AT be an overlay of what it was and an empty tmpfs
 *
 * Return: 0, or a negative errno.
 */
int mount_overlay(void)
{
	return mount_overlay_with("");
}

/**
 * make_layout() - mount a file system at AT and put PROG and so on there
 * @fs: which kind
 *
 * Return: 0, or a negative errno.
 */
int make_layout(enum fs fs)
{
	int ret = mount_at(fs);

	if (ret || is_read_only(fs))
		return ret;
	if (mkdir(LISTED_DIR, 0777) || mkdir(LISTED_SUB, 0777) ||
	    mkdir(APART, 0777))
		return fail(AT);
	if (copy_ours("probe", PROG) || chmod(PROG, 0777) ||
	    copy_file(PROG, OTHER, 0777) ||
	    write_file(DATA, DATA_TEXT, strlen(DATA_TEXT), 0666) ||
	    write_file(DEEP, "deep\n", 5, 0666) ||
	    write_file(FREE, "free\n", 5, 0666))
		return -EIO;
	return fs == FS_OVERLAY ? mount_overlay() : 0;
}

/**
 * list_layout() - load a manifest for what make_layout() has made
 *
 * Return: 0, or a negative errno.
 */
int list_layout(void)
{
	struct text text = {};
	int ret;

	ret = text_add_file(&text, AT, "dir/prog", "");
	if (!ret)
		ret = text_add_file(&text, AT, "dir/data", "");
	if (!ret)
		ret = text_add_file(&text, AT, "dir/sub/deep", "");
	if (!ret)
		ret = load(AT, &text);
	text_free(&text);
	return ret;
}
