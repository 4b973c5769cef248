// SPDX-License-Identifier: GPL-2.0-only
/*
 * The two disks of the guest, see disks.h.
 */

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <linux/fs.h>

#include "disks.h"

#define MIB_SECTORS	2048

/* Where the partitions lie, in MiB. Each of the images fits into the first. */
static const struct {
	uint32_t start;
	uint32_t len;
} partitions[] = {
	{ 1, 130 },
	{ 131, 16 },
};

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
 * fill_disk_at() - put an empty file system on a disk
 * @device: the disk or partition
 * @fs: which kind
 *
 * Return: 0, or a negative errno.
 */
int fill_disk_at(const char *device, enum fs fs)
{
	int fd = open(device, O_RDWR | O_CLOEXEC);
	uint64_t range[2] = {};
	int ret;

	if (fd < 0 || ioctl(fd, BLKGETSIZE64, &range[1]) ||
	    ioctl(fd, BLKZEROOUT, range))
		return fail(device);
	ret = fill_disk(fd, fs);
	close(fd);
	return ret;
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
	int ret = fill_disk_at(device, fs);

	if (ret)
		return ret;
	if ((mkdir(where, 0777) && errno != EEXIST) ||
	    mount(device, where, types[fs], 0, NULL) || chmod(where, 0777))
		return fail(device);
	return 0;
}

#define BLOCK		4096
#define LOG_BLOCKS	2048
#define LOG_UUID	"veriexec-journal"

/* Where things are in struct ext4_super_block, which lies at SUPER. */
#define SUPER		1024
#define SUPER_BLOCKS	0x04
#define SUPER_SIZE_LOG	0x18
#define SUPER_MAGIC	0x38
#define SUPER_COMPAT	0x5c
#define SUPER_INCOMPAT	0x60
#define SUPER_UUID	0x68
#define SUPER_LOG_UUID	0xd0

static int put_le32(int fd, off_t at, uint32_t value)
{
	value = htole32(value);
	return pwrite(fd, &value, 4, SUPER + at) == 4 ? 0 : -1;
}

/* An empty journal, and a super block that says what it is. */
static int make_journal(int log)
{
	static const uint32_t words[] = {
		0xc03b3998, 4, 0, BLOCK, LOG_BLOCKS, 2, 1,
	};
	const uint32_t users = htobe32(1);
	unsigned char block[BLOCK] = {};
	uint32_t *journal = (uint32_t *)block;
	size_t i;

	if (pwrite(log, block, BLOCK, 0) != BLOCK ||
	    put_le32(log, SUPER_BLOCKS, LOG_BLOCKS) ||
	    put_le32(log, SUPER_SIZE_LOG, 2) ||
	    put_le32(log, SUPER_MAGIC, 0xef53) ||
	    put_le32(log, SUPER_INCOMPAT, 0x8) ||
	    pwrite(log, LOG_UUID, 16, SUPER + SUPER_UUID) != 16)
		return -1;
	for (i = 0; i < sizeof(words) / sizeof(*words); i++)
		journal[i] = htobe32(words[i]);
	memcpy(block + 0x30, LOG_UUID, 16);
	memcpy(block + 0x40, &users, sizeof(users));
	return pwrite(log, block, BLOCK, BLOCK) == BLOCK ? 0 : -1;
}

/* It had no journal before. */
static int move_ext4_log(int disk)
{
	if (put_le32(disk, SUPER_COMPAT, 0x4))
		return -1;
	return pwrite(disk, LOG_UUID, 16, SUPER + SUPER_LOG_UUID) == 16 ? 0 :
									  -1;
}

static uint32_t crc32c(const unsigned char *data, size_t len)
{
	uint32_t crc = ~0U;
	int bit;

	while (len--) {
		crc ^= *data++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
	}
	return ~crc;
}

/* If the super block gives no place for the log, XFS expects it on another disk. */
static int move_xfs_log(int disk)
{
	unsigned char super[512];
	uint32_t crc;

	if (pread(disk, super, sizeof(super), 0) != sizeof(super))
		return -1;
	memset(super + 48, 0, 8);
	memset(super + 224, 0, 4);
	crc = htole32(crc32c(super, sizeof(super)));
	memcpy(super + 224, &crc, sizeof(crc));
	return pwrite(disk, super, sizeof(super), 0) == sizeof(super) ? 0 : -1;
}

/**
 * mount_logged_at() - as mount_disk_at(), with the log on a disk of its own
 * @device: the disk or partition
 * @log: another, for the log
 * @fs: which kind, FS_EXT4 or FS_XFS
 * @where: to be mounted
 *
 * Return: 0, or a negative errno.
 */
int mount_logged_at(const char *device, const char *log, enum fs fs,
		    const char *where)
{
	const bool xfs = fs == FS_XFS;
	uint64_t range[2] = { 0, 16 << 20 };
	char options[64];
	int disk_fd, log_fd, ret;

	ret = fill_disk_at(device, fs);
	if (ret)
		return ret;
	disk_fd = open(device, O_RDWR | O_CLOEXEC);
	log_fd = open(log, O_RDWR | O_CLOEXEC);
	if (disk_fd < 0 || log_fd < 0 || ioctl(log_fd, BLKZEROOUT, range))
		return fail(log);
	if (xfs)
		ret = move_xfs_log(disk_fd);
	else
		ret = make_journal(log_fd) ?: move_ext4_log(disk_fd);
	if (ret || fsync(disk_fd) || fsync(log_fd))
		return fail(device);
	close(disk_fd);
	close(log_fd);
	snprintf(options, sizeof(options), "%s=%s",
		 xfs ? "logdev" : "journal_path", log);
	if ((mkdir(where, 0777) && errno != EEXIST) ||
	    mount(device, where, xfs ? "xfs" : "ext4", 0, options) ||
	    chmod(where, 0777))
		return fail(device);
	return 0;
}

/**
 * make_swap_on() - make a device an area to swap to
 * @device: of which nothing is in use
 *
 * Return: 0, or a negative errno.
 */
int make_swap_on(const char *device)
{
	uint32_t header[] = { 1, 0, 0 };
	int fd = open(device, O_RDWR | O_CLOEXEC);
	uint64_t size;

	if (fd < 0 || ioctl(fd, BLKGETSIZE64, &size))
		return fail(device);
	header[1] = size / 4096 - 1;
	if (pwrite(fd, header, sizeof(header), 1024) != sizeof(header) ||
	    pwrite(fd, "SWAPSPACE2", 10, 4086) != 10 || fsync(fd))
		return fail(device);
	close(fd);
	return 0;
}
