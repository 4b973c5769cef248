// SPDX-License-Identifier: GPL-2.0-only
/*
 * The two disks of the guest, see disks.h.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include <linux/fs.h>

#include "disks.h"

#define MIB_SECTORS	2048

/* Where the partitions lie, in MiB: the first takes any of the images. */
static const struct {
	uint32_t start;
	uint32_t len;
} partitions[] = {
	{ 1, 130 },
	{ 131, 16 },
};

static int fail(const char *what)
{
	int err = errno ?: EIO;

	fprintf(stderr, "# %s: %s\n", what, strerror(err));
	return -err;
}

static void put32(unsigned char *at, uint32_t value)
{
	int i;

	for (i = 0; i < 4; i++)
		at[i] = value >> (8 * i);
}

static void make_table(unsigned char sector[512])
{
	unsigned char *row = sector + 446;
	size_t i;

	for (i = 0; i < sizeof(partitions) / sizeof(*partitions); i++) {
		row[4] = 0x83;
		put32(row + 8, partitions[i].start * MIB_SECTORS);
		put32(row + 12, partitions[i].len * MIB_SECTORS);
		row += 16;
	}
	sector[510] = 0x55;
	sector[511] = 0xaa;
}

/**
 * overlap_partitions() - make a partition that shares blocks with the first
 * @disk: has partitions, of which none is in use
 *
 * Return: 0, or a negative errno.
 */
int overlap_partitions(const char *disk)
{
	unsigned char sector[512], *row = sector + 446 + 2 * 16;
	int fd = open(disk, O_RDWR | O_CLOEXEC);

	if (fd < 0 || pread(fd, sector, sizeof(sector), 0) != sizeof(sector))
		return fail(disk);
	row[4] = 0x83;
	put32(row + 8, (partitions[0].start + 1) * MIB_SECTORS);
	put32(row + 12, MIB_SECTORS);
	if (pwrite(fd, sector, sizeof(sector), 0) != sizeof(sector) ||
	    fsync(fd) || ioctl(fd, BLKRRPART))
		return fail(disk);
	close(fd);
	return 0;
}

/**
 * clear_disk() - forget what is on a disk
 * @disk: of which nothing is in use
 * @partitions: make partitions on it, else there are none
 *
 * Return: 0, or a negative errno.
 */
int clear_disk(const char *disk, bool partitions)
{
	unsigned char sector[512] = {};
	int fd = open(disk, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return fail(disk);
	if (partitions)
		make_table(sector);
	if (write(fd, sector, sizeof(sector)) != sizeof(sector) || fsync(fd) ||
	    ioctl(fd, BLKRRPART))
		return fail(disk);
	close(fd);
	return 0;
}

/**
 * fill_disk() - put an empty file system on a disk
 * @device: the disk or partition
 * @fs: which kind
 *
 * Return: 0, or a negative errno.
 */
int fill_disk(const char *device, enum fs fs)
{
	int image = copy_disk(fs);
	int fd = open(device, O_RDWR | O_CLOEXEC);
	uint64_t range[2] = {};
	off_t pos = 0, end;

	if (image < 0)
		return image;
	if (fd < 0 || ioctl(fd, BLKGETSIZE64, &range[1]) ||
	    ioctl(fd, BLKZEROOUT, range))
		return fail(device);
	/* What the image holds of zeros only was written already. */
	for (;;) {
		pos = lseek(image, pos, SEEK_DATA);
		if (pos < 0)
			break;
		end = lseek(image, pos, SEEK_HOLE);
		if (lseek(fd, pos, SEEK_SET) != pos)
			return fail(device);
		while (pos < end)
			if (sendfile(fd, image, &pos, end - pos) <= 0)
				return fail(device);
	}
	if (errno != ENXIO || fsync(fd))
		return fail(device);
	close(fd);
	close(image);
	return 0;
}

/**
 * mount_disk_at() - put an empty file system on a disk and mount it
 * @device: the disk or partition
 * @fs: which kind
 * @where: to be mounted
 *
 * Return: 0, or a negative errno.
 */
int mount_disk_at(const char *device, enum fs fs, const char *where)
{
	static const char *const types[] = {
		[FS_EXT4] = "ext4",
		[FS_XFS] = "xfs",
		[FS_BTRFS] = "btrfs",
	};
	int ret = fill_disk(device, fs);

	if (ret)
		return ret;
	if ((mkdir(where, 0777) && errno != EEXIST) ||
	    mount(device, where, types[fs], 0, NULL) || chmod(where, 0777))
		return fail(device);
	return 0;
}
