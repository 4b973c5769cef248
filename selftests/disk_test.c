// SPDX-License-Identifier: GPL-2.0-only
/*
 * No door leads to listed files from below: through the disk or partition that
 * they lie on, the file behind a loop device, or the device mapper. Needs two
 * disks of its own, see disks.h.
 */

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/uio.h>

#include <linux/blkpg.h>
#include <linux/dm-ioctl.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <linux/io_uring.h>
#include <linux/loop.h>
#include <mtd/mtd-user.h>

#include "../kselftest_harness.h"
#include "disks.h"
#include "uring.h"

/**
 * struct device - a device and what was open of it before the load
 * @path: of the device
 * @old: descriptor for reading and writing
 * @direct: the same, with O_DIRECT
 * @map: its first page, shared, for reading
 */
struct device {
	const char *path;
	int old;
	int direct;
	char *map;
};

/* A place on it that is in use by nobody. */
#define SPARE		(8 << 20)
#define SPARE_LEN	4096

/* What the headers of older systems lack. */
#ifndef BLOCK_URING_CMD_DISCARD
#define BLOCK_URING_CMD_DISCARD	_IO(0x12, 0)
#endif

static int open_device(struct device *d, const char *path)
{
	d->path = path;
	d->old = open(path, O_RDWR | O_CLOEXEC);
	d->direct = open(path, O_RDWR | O_DIRECT | O_CLOEXEC);
	if (d->old < 0 || d->direct < 0)
		return errno;
	d->map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, d->old, 0);
	return d->map == MAP_FAILED ? errno : 0;
}

static void close_device(struct device *d)
{
	munmap(d->map, 4096);
	close(d->direct);
	close(d->old);
}

static int open_with(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

/* -- All ways to write to a device. What succeeds writes what is there. */

static int way_open(struct device *d)
{
	return open_with(d->path, O_WRONLY);
}

static int way_open_direct(struct device *d)
{
	return open_with(d->path, O_RDWR | O_DIRECT);
}

static int way_write(struct device *d)
{
	lseek(d->old, 0, SEEK_SET);
	return errno_of(write(d->old, d->map, 512));
}

static int way_pwritev(struct device *d)
{
	const struct iovec iov = { d->map, 512 };

	return errno_of(pwritev(d->old, &iov, 1, 0));
}

static int way_direct(struct device *d)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int ret;

	memcpy(page, d->map, 4096);
	ret = errno_of(pwrite(d->direct, page, 4096, 0));
	munmap(page, 4096);
	return ret;
}

static int way_sendfile(struct device *d)
{
	int from = memfd_create("from", MFD_CLOEXEC);
	off_t pos = 0;
	int ret;

	if (write(from, d->map, 512) != 512)
		return EIO;
	lseek(d->old, 0, SEEK_SET);
	ret = errno_of(sendfile(d->old, from, &pos, 512));
	close(from);
	return ret;
}

static int submit(const struct io_uring_sqe *request)
{
	int ret = uring_submit(request);

	return ret < 0 ? -ret : 0;
}

static int way_io_uring(struct device *d)
{
	const struct io_uring_sqe request = {
		.opcode = IORING_OP_WRITE,
		.fd = d->old,
		.addr = (unsigned long)d->map,
		.len = 512,
	};

	return submit(&request);
}

/* A thread of the kernel's does this. */
static int way_uring_fallocate(struct device *d)
{
	const struct io_uring_sqe request = {
		.opcode = IORING_OP_FALLOCATE,
		.fd = d->old,
		.off = SPARE,
		.addr = SPARE_LEN,
		.len = FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE,
	};

	return submit(&request);
}

static int way_uring_discard(struct device *d)
{
	const struct io_uring_sqe request = {
		.opcode = IORING_OP_URING_CMD,
		.fd = d->old,
		.cmd_op = BLOCK_URING_CMD_DISCARD,
		.addr = SPARE,
		.addr3 = SPARE_LEN,
	};

	return submit(&request);
}

static int way_mmap(struct device *d)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, d->old,
		       0);

	if (p == MAP_FAILED)
		return errno;
	munmap(p, 4096);
	return 0;
}

static int way_mprotect(struct device *d)
{
	if (mprotect(d->map, 4096, PROT_READ | PROT_WRITE))
		return errno;
	return errno_of(mprotect(d->map, 4096, PROT_READ));
}

static int way_fallocate(struct device *d)
{
	return errno_of(fallocate(d->old, FALLOC_FL_ZERO_RANGE |
				  FALLOC_FL_KEEP_SIZE, SPARE, SPARE_LEN));
}

static int way_punch(struct device *d)
{
	return errno_of(fallocate(d->old, FALLOC_FL_PUNCH_HOLE |
				  FALLOC_FL_KEEP_SIZE, SPARE, SPARE_LEN));
}

static int command_range(struct device *d, unsigned long cmd)
{
	uint64_t range[2] = { SPARE, SPARE_LEN };

	return errno_of(ioctl(d->old, cmd, range));
}

static int way_discard(struct device *d)
{
	return command_range(d, BLKDISCARD);
}

static int way_zeroout(struct device *d)
{
	return command_range(d, BLKZEROOUT);
}

/**
 * struct way - one row
 * @name: of what is done
 * @op: that the kernel names
 * @destroys: what was there is not there afterwards
 * @opens: it does not go through what was open already
 * @try: does it
 */
static const struct way {
	const char *name;
	const char *op;
	bool destroys;
	bool opens;
	int (*try)(struct device *d);
} ways[] = {
	{ "open", "device_write", false, true, way_open },
	{ "open with O_DIRECT", "device_write", false, true, way_open_direct },
	{ "write", "device_write", false, false, way_write },
	{ "pwritev", "device_write", false, false, way_pwritev },
	{ "write with O_DIRECT", "device_write", false, false, way_direct },
	{ "sendfile", "device_write", false, false, way_sendfile },
	{ "io_uring", "device_write", false, false, way_io_uring },
	{ "shared writable mapping", "device_write", false, false, way_mmap },
	{ "mprotect of a shared mapping", "device_write", false, false,
	  way_mprotect },
	{ "fallocate", "device_write", true, false, way_fallocate },
	{ "fallocate of a hole", "device_write", true, false, way_punch },
	{ "fallocate by io_uring", "device_write", true, false,
	  way_uring_fallocate },
	{ "BLKDISCARD", "ioctl", true, false, way_discard },
	{ "BLKZEROOUT", "ioctl", true, false, way_zeroout },
	{ "BLOCK_URING_CMD_DISCARD", "ioctl", true, false, way_uring_discard },
};

/* -- Disks and partitions. */

FIXTURE(disk)
{
	int log;
	struct device closed;
	struct device twin;
};

/*
 * @mounted is what the listed files lie on, @closed a device through which they
 * can be reached, @twin one through which they cannot.
 */
FIXTURE_VARIANT(disk)
{
	enum fs fs;
	const char *mounted;
	const char *closed;
	const char *twin;
};

FIXTURE_VARIANT_ADD(disk, whole) {
	.fs = FS_EXT4,
	.mounted = DISK,
	.closed = DISK,
	.twin = TWIN_DISK,
};
FIXTURE_VARIANT_ADD(disk, partition) {
	.fs = FS_EXT4,
	.mounted = DISK "1",
	.closed = DISK "1",
	.twin = DISK "2",
};
FIXTURE_VARIANT_ADD(disk, around_partition) {
	.fs = FS_EXT4,
	.mounted = DISK "1",
	.closed = DISK,
	.twin = TWIN_DISK,
};
FIXTURE_VARIANT_ADD(disk, xfs_partition) {
	.fs = FS_XFS,
	.mounted = DISK "1",
	.closed = DISK "1",
	.twin = TWIN_DISK "1",
};
FIXTURE_VARIANT_ADD(disk, btrfs_partition) {
	.fs = FS_BTRFS,
	.mounted = DISK "1",
	.closed = DISK "1",
	.twin = TWIN_DISK "1",
};

FIXTURE_SETUP(disk)
{
	const bool whole = !strcmp(variant->mounted, DISK);

	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, mount_at(FS_TMPFS));
	ASSERT_EQ(0, clear_disk(DISK, !whole));
	ASSERT_EQ(0, clear_disk(TWIN_DISK, !whole));
	ASSERT_EQ(0, mount_disk_at(variant->mounted, variant->fs, AT));
	ASSERT_EQ(0, mkdir(AT "/dir", 0777));
	ASSERT_EQ(0, copy_ours("probe", AT "/dir/prog"));
	sync();
	ASSERT_EQ(0, open_device(&self->closed, variant->closed));
	ASSERT_EQ(0, open_device(&self->twin, variant->twin));
}

FIXTURE_TEARDOWN(disk)
{
	close_device(&self->closed);
	close_device(&self->twin);
	EXPECT_EQ(0, umount(AT));
	close(self->log);
}

TEST_F(disk, is_not_written_to_below_listed_files)
{
	size_t i;

	ASSERT_EQ(0, load_file(AT, "dir/prog", ""));
	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		EXPECT_EQ(EPERM, ways[i].try(&self->closed))
			TH_LOG("%s of %s", ways[i].name, variant->closed);
		EXPECT_TRUE(log_denied(self->log, ways[i].op,
				       self->closed.path))
			TH_LOG("%s of %s", ways[i].name, variant->closed);
	}
	EXPECT_EQ(0, open_with(self->closed.path, O_RDONLY));
	EXPECT_EQ(512, pread(self->closed.old, (char[512]){}, 512, 0));
	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		EXPECT_EQ(0, ways[i].try(&self->twin))
			TH_LOG("%s of %s", ways[i].name, variant->twin);
	}
	EXPECT_FALSE(log_has_now(self->log, "type=1800", "lsm=veriexec", NULL));

	/* Some day it could be made writable. */
	munmap(self->closed.map, 4096);
	EXPECT_EQ(0, run(PROG, "ok"));
}

/* What nothing is listed on is anybody's who may write to devices. */
TEST_F(disk, is_written_to_before_anything_is_listed)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		if (ways[i].destroys)
			continue;	/* the file system is still to be used */
		EXPECT_EQ(0, ways[i].try(&self->closed))
			TH_LOG("%s of %s", ways[i].name, variant->closed);
	}
}

/* -- What a file system keeps on other devices. */

FIXTURE(logged)
{
	int log;
	struct device closed;
	struct device around;
	struct device twin;
};

FIXTURE_VARIANT(logged)
{
	enum fs fs;
};

FIXTURE_VARIANT_ADD(logged, ext4) { .fs = FS_EXT4 };
FIXTURE_VARIANT_ADD(logged, xfs) { .fs = FS_XFS };

FIXTURE_SETUP(logged)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, mount_at(FS_TMPFS));
	ASSERT_EQ(0, clear_disk(DISK, true));
	ASSERT_EQ(0, clear_disk(TWIN_DISK, true));
	ASSERT_EQ(0, mount_logged_at(DISK "1", TWIN_DISK "1", variant->fs, AT));
	ASSERT_EQ(0, mkdir(AT "/dir", 0777));
	ASSERT_EQ(0, copy_ours("probe", AT "/dir/prog"));
	sync();
	ASSERT_EQ(0, open_device(&self->closed, TWIN_DISK "1"));
	ASSERT_EQ(0, open_device(&self->around, TWIN_DISK));
	ASSERT_EQ(0, open_device(&self->twin, TWIN_DISK "2"));
}

FIXTURE_TEARDOWN(logged)
{
	close_device(&self->closed);
	close_device(&self->around);
	close_device(&self->twin);
	umount(AT);
	close(self->log);
}

/* After a crash the kernel does to the file system what its log says. */
TEST_F(logged, file_system_keeps_others_from_its_log)
{
	size_t i;

	ASSERT_EQ(0, load_file(AT, "dir/prog", ""));
	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		EXPECT_EQ(EPERM, ways[i].try(&self->closed))
			TH_LOG("%s", ways[i].name);
		EXPECT_TRUE(log_denied(self->log, ways[i].op, TWIN_DISK "1"))
			TH_LOG("%s", ways[i].name);
		EXPECT_EQ(EPERM, ways[i].try(&self->around))
			TH_LOG("%s of the whole disk", ways[i].name);
		EXPECT_TRUE(log_denied(self->log, ways[i].op, TWIN_DISK))
			TH_LOG("%s of the whole disk", ways[i].name);
		EXPECT_EQ(0, ways[i].try(&self->twin))
			TH_LOG("%s beside it", ways[i].name);
	}
	EXPECT_EQ(0, run(PROG, "ok"));

	/* It is the log of nothing then. */
	ASSERT_EQ(0, umount(AT));
	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		EXPECT_EQ(0, ways[i].try(&self->closed))
			TH_LOG("%s", ways[i].name);
		EXPECT_EQ(0, ways[i].try(&self->around))
			TH_LOG("%s of the whole disk", ways[i].name);
	}
}

/* -- Where memory without a disk of its own goes to. */

#define SWAPPED		AT "/swapped"
#define SWAPPED_TEXT	"what is listed and stays in memory"
#define SWAPPED_FREE	AT "/free"
#define FREE_TEXT	"what nobody lists"
#define SWAPPED_SIZE	(64 * 4096)

FIXTURE(swapped)
{
	int log;
};

static int make_swapped(const char *path, const char *words)
{
	char *data = malloc(SWAPPED_SIZE);
	size_t i;
	int ret;

	for (i = 0; i < SWAPPED_SIZE; i += 64)
		snprintf(data + i, 64, "%-63s", words);
	ret = write_file(path, data, SWAPPED_SIZE, 0666);
	free(data);
	return ret;
}

static int swap_out(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *map = mmap(NULL, SWAPPED_SIZE, PROT_READ,
			 MAP_SHARED | MAP_POPULATE, fd, 0);
	int ret;

	close(fd);
	if (map == MAP_FAILED)
		return errno;
	ret = errno_of(madvise(map, SWAPPED_SIZE, MADV_PAGEOUT));
	munmap(map, SWAPPED_SIZE);
	return ret;
}

/* How many pages on the device begin so? */
static int count_swapped(const char *words)
{
	char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = open(TWIN_DISK "2", O_RDONLY | O_DIRECT | O_CLOEXEC);
	off_t at = 0;
	int count = 0;

	while (pread(fd, page, 4096, at) == 4096) {
		count += !memcmp(page, words, strlen(words));
		at += 4096;
	}
	munmap(page, 4096);
	close(fd);
	return count;
}

/* With nothing on it of what it was before. */
static int make_clean_swap(void)
{
	int fd = open(TWIN_DISK "2", O_RDWR | O_CLOEXEC);
	uint64_t range[2] = { 0, 16 << 20 };
	int ret = errno_of(ioctl(fd, BLKZEROOUT, range));

	close(fd);
	return ret ?: make_swap_on(TWIN_DISK "2") ?:
	       errno_of(swapon(TWIN_DISK "2", 0));
}

FIXTURE_SETUP(swapped)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, mount_at(FS_TMPFS));
	ASSERT_EQ(0, clear_disk(TWIN_DISK, true));
	ASSERT_EQ(0, make_swapped(SWAPPED, SWAPPED_TEXT));
	ASSERT_EQ(0, make_swapped(SWAPPED_FREE, FREE_TEXT));
	ASSERT_EQ(0, copy_ours("probe", AT "/prog"));
	ASSERT_EQ(0, make_clean_swap());
}

FIXTURE_TEARDOWN(swapped)
{
	swapoff(TWIN_DISK "2");
	close(self->log);
}

/* Whatever had been swapped out before is read back to be verified. */
TEST_F(swapped, memory_file_stays_in_memory_once_it_is_verified)
{
	ASSERT_EQ(0, swap_out(SWAPPED));
	ASSERT_LT(0, count_swapped(SWAPPED_TEXT));
	ASSERT_EQ(0, load_file(AT, "swapped", ""));
	ASSERT_EQ(0, check_file(SWAPPED));

	EXPECT_EQ(0, swapoff(TWIN_DISK "2"));
	ASSERT_EQ(0, make_clean_swap());
	EXPECT_EQ(0, swap_out(SWAPPED));
	EXPECT_EQ(0, count_swapped(SWAPPED_TEXT));
	EXPECT_EQ(0, swap_out(SWAPPED_FREE));
	EXPECT_LT(0, count_swapped(FREE_TEXT));
	EXPECT_EQ(0, check_file(SWAPPED));
}

FIXTURE(partitioned)
{
	int log;
	int disk;
	int twin;
};

FIXTURE_SETUP(partitioned)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, mount_at(FS_TMPFS));
	ASSERT_EQ(0, clear_disk(DISK, true));
	ASSERT_EQ(0, clear_disk(TWIN_DISK, true));
	ASSERT_EQ(0, mount_disk_at(DISK "1", FS_EXT4, AT));
	ASSERT_EQ(0, write_file(AT "/data", "data", 4, 0666));
	ASSERT_LE(0, self->disk = open(DISK, O_RDONLY | O_CLOEXEC));
	ASSERT_LE(0, self->twin = open(TWIN_DISK, O_RDONLY | O_CLOEXEC));
}

FIXTURE_TEARDOWN(partitioned)
{
	close(self->disk);
	close(self->twin);
	EXPECT_EQ(0, umount(AT));
	close(self->log);
}

static int delete_partition(int disk, int number)
{
	struct blkpg_partition part = { .pno = number };
	struct blkpg_ioctl_arg arg = {
		.op = BLKPG_DEL_PARTITION,
		.datalen = sizeof(part),
		.data = &part,
	};

	return errno_of(ioctl(disk, BLKPG, &arg));
}

TEST_F(partitioned, partitions_stay_as_they_are)
{
	ASSERT_EQ(0, load_file(AT, "data", ""));
	EXPECT_EQ(EPERM, delete_partition(self->disk, 2));
	EXPECT_TRUE(log_denied(self->log, "ioctl", DISK));
	EXPECT_EQ(0, delete_partition(self->twin, 2));
}

static int open_free_loop(void)
{
	int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	char name[32];

	snprintf(name, sizeof(name), "/dev/loop%d",
		 ioctl(control, LOOP_CTL_GET_FREE));
	close(control);
	return open(name, O_RDWR | O_CLOEXEC);
}

/*
 * Whatever was ever given to a loop device is suspected ever after, and so is a
 * loop device that was given something while there were threads: these devices
 * are not those of other tests, nor is anything left of io_uring.
 */
TEST_F(partitioned, disk_is_not_given_to_a_loop_device)
{
	int loop, disk, twin;

	ASSERT_LE(0, disk = open(DISK "1", O_RDWR | O_CLOEXEC));
	ASSERT_LE(0, twin = open(TWIN_DISK "2", O_RDWR | O_CLOEXEC));
	ASSERT_LE(0, loop = open_free_loop());
	ASSERT_EQ(0, load_file(AT, "data", ""));

	EXPECT_EQ(EPERM, errno_of(ioctl(loop, LOOP_SET_FD, disk)));
	EXPECT_TRUE(log_denied(self->log, "device_write", DISK "1"));
	/* What was denied has no consequences. */
	EXPECT_EQ(0, errno_of(ioctl(loop, LOOP_SET_FD, twin)));
	EXPECT_EQ(0, errno_of(ioctl(loop, LOOP_CLR_FD)));
	close(loop);
	close(twin);
	close(disk);
}

TEST_F(partitioned, kernel_says_why_in_its_log)
{
	ASSERT_EQ(0, load_file(AT, "data", ""));
	EXPECT_EQ(EPERM, open_with(DISK, O_WRONLY));
	EXPECT_TRUE(log_has(self->log, ";veriexec: device_write of " DISK
			    " denied: device holds files in a manifest",
			    NULL));
}

/* Nobody can take it away; so nothing is believed that could change by it. */
TEST_F(partitioned, files_on_overlapping_partitions_are_not_bound)
{
	ASSERT_EQ(0, load_file(AT, "data", ""));
	EXPECT_EQ(0, check_file(AT "/data"));
	ASSERT_EQ(0, umount(AT));
	ASSERT_EQ(0, overlap_partitions(DISK));
	ASSERT_EQ(0, mount_disk_at(DISK "1", FS_EXT4, AT));
	ASSERT_EQ(0, write_file(AT "/data", "data", 4, 0666));
	ASSERT_EQ(0, load_file(AT, "data", ""));
	EXPECT_TRUE(log_has(self->log, "data is listed but",
			    "may change by itself", NULL));
	EXPECT_EQ(-EACCES, check_file(AT "/data"));
}

/* It holds what it was given, code of anybody's. */
TEST_F(partitioned, disk_is_not_mapped_as_code)
{
	void *p;

	EXPECT_EQ(MAP_FAILED, mmap(NULL, 4096, PROT_READ | PROT_EXEC,
				   MAP_PRIVATE, self->twin, 0));
	EXPECT_EQ(EACCES, errno);
	EXPECT_TRUE(log_denied(self->log, "mmap", TWIN_DISK));
	p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, self->twin, 0);
	ASSERT_NE(MAP_FAILED, p);
	EXPECT_EQ(EACCES, errno_of(mprotect(p, 4096, PROT_READ | PROT_EXEC)));
	EXPECT_TRUE(log_denied(self->log, "mprotect", TWIN_DISK));
	EXPECT_EQ(0, errno_of(mprotect(p, 4096, PROT_READ | PROT_WRITE)));
}

static bool mapping_keeps_from_being_verified(void)
{
	int fd = open(DISK, O_RDWR | O_CLOEXEC);
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	bool kept;

	close(fd);
	kept = p != MAP_FAILED && !load_file(AT, "data", "") &&
	       check_file(AT "/data") == -EACCES;
	return kept && !munmap(p, 4096) && !check_file(AT "/data");
}

TEST_F(partitioned, old_writable_mapping_of_the_disk_keeps_files_from_being_verified)
{
	EXPECT_TRUE(mapping_keeps_from_being_verified());
	/* A file system that may lie on several names none of them. */
	ASSERT_EQ(0, umount(AT));
	ASSERT_EQ(0, mount_disk_at(DISK "1", FS_BTRFS, AT));
	ASSERT_EQ(0, write_file(AT "/data", "data", 4, 0666));
	EXPECT_TRUE(mapping_keeps_from_being_verified());
}

/* -- Devices that somebody uses, with whatever. */

#define OTHERS		"/tmp/others"

/* Of the programs listed files are on a tmpfs; on disks there are none. */
FIXTURE(used)
{
	int log;
};

FIXTURE_SETUP(used)
{
	struct text text = {};

	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, mount_at(FS_TMPFS));
	ASSERT_EQ(0, clear_disk(TWIN_DISK, true));
	ASSERT_EQ(0, copy_ours("probe", AT "/prog"));
	ASSERT_EQ(0, copy_ours("probe", AT "/storage"));
	ASSERT_EQ(0, text_add_file(&text, AT, "prog", ""));
	ASSERT_EQ(0, text_add_file(&text, AT, "storage", "storage"));
	ASSERT_EQ(0, load(AT, &text));
	text_free(&text);
	ASSERT_TRUE(!mkdir(OTHERS, 0755) || errno == EEXIST);
	ASSERT_EQ(0, mount_disk_at(TWIN_DISK "1", FS_EXT4, OTHERS));
}

FIXTURE_TEARDOWN(used)
{
	umount(OTHERS);
	EXPECT_EQ(0, umount(AT));
	close(self->log);
}

TEST_F(used, device_in_use_is_for_programs_with_a_right_to_storage)
{
	EXPECT_EQ(EPERM, run(AT "/prog", "open", TWIN_DISK));
	EXPECT_TRUE(log_has(self->log, "op=device_write", "device is in use",
			    "res=0", NULL));
	EXPECT_EQ(0, run(AT "/storage", "open", TWIN_DISK));
	/* Another partition of the same disk is nobody's. */
	EXPECT_EQ(0, run(AT "/prog", "open", TWIN_DISK "2"));
	ASSERT_EQ(0, umount(OTHERS));
	EXPECT_EQ(0, run(AT "/prog", "open", TWIN_DISK));
}

TEST_F(used, swap_area_is_opened_to_end_it_and_not_written_to)
{
	ASSERT_EQ(0, make_swap_on(TWIN_DISK "2"));
	ASSERT_EQ(0, swapon(TWIN_DISK "2", 0));
	EXPECT_EQ(EPERM, run(AT "/prog", "put", TWIN_DISK "2", "x"));
	EXPECT_TRUE(log_denied(self->log, "device_write", TWIN_DISK "2"));
	EXPECT_EQ(0, swapoff(TWIN_DISK "2"));
	EXPECT_EQ(0, run(AT "/prog", "open", TWIN_DISK "2"));
}

/* -- Loop devices. */

#define BELOW		"/tmp/veriexec-below"

/* A file system that may lie on several disks, and names none of them. */
FIXTURE(spread)
{
	int log;
};

FIXTURE_SETUP(spread)
{
	struct text text = {};

	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, mount_at(FS_TMPFS));
	ASSERT_EQ(0, clear_disk(DISK, true));
	ASSERT_EQ(0, clear_disk(TWIN_DISK, true));
	ASSERT_EQ(0, mount_disk_at(DISK "1", FS_BTRFS, AT));
	ASSERT_EQ(0, copy_ours("probe", AT "/prog"));
	ASSERT_EQ(0, copy_ours("probe", AT "/trusted"));
	ASSERT_EQ(0, text_add_file(&text, AT, "prog", ""));
	ASSERT_EQ(0, text_add_file(&text, AT, "trusted", "trusted"));
	ASSERT_EQ(0, load(AT, &text));
	text_free(&text);
}

FIXTURE_TEARDOWN(spread)
{
	EXPECT_EQ(0, umount(AT));
	close(self->log);
}

TEST_F(spread, only_trusted_programs_add_and_remove_disks)
{
	static const char *const verbs[] = { "add-disk", "remove-disk" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verbs); i++) {
		EXPECT_EQ(EPERM, run(AT "/prog", verbs[i], AT, TWIN_DISK "1"));
		EXPECT_TRUE(log_denied(self->log, "ioctl", AT));
		EXPECT_EQ(0, run(AT "/trusted", verbs[i], AT, TWIN_DISK "1"));
	}
}

TEST_F(spread, only_trusted_programs_move_it_to_another_disk)
{
	EXPECT_EQ(EPERM, run(AT "/prog", "replace-disk", AT, TWIN_DISK "1"));
	EXPECT_TRUE(log_denied(self->log, "ioctl", AT));
	EXPECT_EQ(0, open_with(TWIN_DISK "1", O_WRONLY));
	EXPECT_EQ(EPERM, open_with(DISK "1", O_WRONLY));
	EXPECT_TRUE(log_denied(self->log, "device_write", DISK "1"));

	EXPECT_EQ(0, run(AT "/trusted", "replace-disk", AT, TWIN_DISK "1"));
	EXPECT_EQ(0, open_with(DISK "1", O_WRONLY));
	EXPECT_EQ(EPERM, open_with(TWIN_DISK "1", O_WRONLY));
	EXPECT_TRUE(log_denied(self->log, "device_write", TWIN_DISK "1"));
	EXPECT_EQ(0, check_file(AT "/prog"));
}

TEST_F(spread, disk_is_written_to_by_its_only_user)
{
	int fd = open(TWIN_DISK "1", O_RDWR | O_EXCL | O_CLOEXEC);

	ASSERT_LE(0, fd);
	EXPECT_EQ(0, errno_of(pwrite(fd, "x", 1, 0)));
	close(fd);
	ASSERT_LE(0, fd = open(TWIN_DISK, O_RDWR | O_EXCL | O_CLOEXEC));
	EXPECT_EQ(0, errno_of(pwrite(fd, "x", 1, 4096)));
	close(fd);
	/* Any disk that a file system uses could be one of its own. */
	ASSERT_TRUE(!mkdir("/tmp/other", 0755) || errno == EEXIST);
	ASSERT_EQ(0, mount_disk_at(TWIN_DISK "1", FS_EXT4, "/tmp/other"));
	EXPECT_EQ(EPERM, errno_of(open(TWIN_DISK "1", O_RDWR | O_CLOEXEC)));
	EXPECT_TRUE(log_denied(self->log, "device_write", TWIN_DISK "1"));
	EXPECT_EQ(0, umount("/tmp/other"));
}

FIXTURE(loop)
{
	int log;
	int back;		/* the file behind the device */
	int other;		/* one like it, behind nothing */
	int disk;
	char name[32];
};

FIXTURE_SETUP(loop)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, mount_at(FS_TMPFS));
	ASSERT_TRUE(!mkdir(BELOW, 0777) || errno == EEXIST);
	ASSERT_EQ(0, mount("tmpfs", BELOW, "tmpfs", 0, "mode=777"));
	ASSERT_EQ(0, copy_ours("ext4.img", BELOW "/disk"));
	ASSERT_EQ(0, truncate(BELOW "/disk", 64 << 20));
	ASSERT_EQ(0, copy_ours("ext4.img", BELOW "/other"));
	self->back = open(BELOW "/disk", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->back);
	self->other = open(BELOW "/other", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->other);
	self->disk = make_loop(self->back, LO_FLAGS_AUTOCLEAR, self->name);
	ASSERT_LE(0, self->disk);
	ASSERT_EQ(0, mount(self->name, AT, "ext4", 0, NULL));
	ASSERT_EQ(0, write_file(AT "/data", "data", 4, 0666));
	sync();
}

FIXTURE_TEARDOWN(loop)
{
	umount(AT);
	close(self->disk);
	close(self->other);
	close(self->back);
	close(self->log);
}

static int write_end(int fd)
{
	return errno_of(pwrite(fd, "", 1, (4 << 20) - 1));
}

TEST_F(loop, file_behind_it_is_not_written_to)
{
	EXPECT_EQ(0, write_end(self->back));
	ASSERT_EQ(0, load_file(AT, "data", ""));

	EXPECT_EQ(EPERM, write_end(self->back));
	EXPECT_TRUE(log_denied(self->log, "write", BELOW "/disk"));
	EXPECT_EQ(EPERM, errno_of(ftruncate(self->back, 1)));
	EXPECT_TRUE(log_denied(self->log, "truncate", "/disk"));
	EXPECT_EQ(EPERM, errno_of(fallocate(self->back, FALLOC_FL_PUNCH_HOLE |
					    FALLOC_FL_KEEP_SIZE, 0, 4096)));
	EXPECT_TRUE(log_denied(self->log, "write", BELOW "/disk"));
	EXPECT_EQ(EPERM, open_with(BELOW "/disk", O_WRONLY));
	EXPECT_TRUE(log_denied(self->log, "open_write", "/disk"));
	EXPECT_EQ(EPERM, errno_of(truncate(BELOW "/disk", 1)));
	EXPECT_TRUE(log_denied(self->log, "open_write", "/disk"));

	EXPECT_EQ(0, write_end(self->other));
	EXPECT_EQ(0, errno_of(fallocate(self->other, FALLOC_FL_PUNCH_HOLE |
					FALLOC_FL_KEEP_SIZE, 0, 4096)));
	EXPECT_EQ(0, open_with(BELOW "/other", O_WRONLY));
	EXPECT_EQ(0, errno_of(truncate(BELOW "/other", 1 << 20)));
	EXPECT_EQ(0, check_file(AT "/data"));

	/* Nothing is listed on it any more. */
	ASSERT_EQ(0, umount(AT));
	EXPECT_EQ(0, write_end(self->back));
}

/* The device's own file system still writes. */
TEST_F(loop, files_on_it_are_written_to)
{
	ASSERT_EQ(0, load_file(AT, "data", ""));
	EXPECT_EQ(0, write_file(AT "/free", "free", 4, 0666));
	sync();
	EXPECT_TRUE(is_same(AT "/free", "free"));
	EXPECT_FALSE(log_has_now(self->log, "type=1800", "lsm=veriexec", NULL));
}

TEST_F(loop, device_is_not_changed)
{
	struct loop_info64 info;
	char name[32];
	int twin;

	twin = make_loop(self->other, LO_FLAGS_AUTOCLEAR, name);
	ASSERT_LE(0, twin);
	ASSERT_EQ(0, ioctl(twin, LOOP_GET_STATUS64, &info));
	ASSERT_EQ(0, load_file(AT, "data", ""));

	EXPECT_EQ(EPERM, open_with(self->name, O_WRONLY));
	EXPECT_TRUE(log_denied(self->log, "device_write", self->name));
	EXPECT_EQ(EPERM, errno_of(ioctl(self->disk, LOOP_SET_STATUS64, &info)));
	EXPECT_TRUE(log_denied(self->log, "ioctl", self->name));
	EXPECT_EQ(EPERM, errno_of(ioctl(self->disk, LOOP_SET_CAPACITY)));
	EXPECT_TRUE(log_denied(self->log, "ioctl", self->name));
	EXPECT_EQ(EPERM, errno_of(ioctl(self->disk, LOOP_CHANGE_FD,
					self->other)));
	EXPECT_TRUE(log_denied(self->log, "ioctl", self->name));

	EXPECT_EQ(0, open_with(name, O_WRONLY));
	EXPECT_EQ(0, errno_of(ioctl(twin, LOOP_SET_STATUS64, &info)));
	EXPECT_EQ(0, errno_of(ioctl(twin, LOOP_SET_CAPACITY)));
	close(twin);
}

TEST_F(loop, other_device_of_the_same_file_is_not_written_to)
{
	char same[32], apart[32];
	int second, third;

	ASSERT_LE(0, second = make_loop(self->back, LO_FLAGS_AUTOCLEAR, same));
	ASSERT_LE(0, third = make_loop(self->other, LO_FLAGS_AUTOCLEAR, apart));
	EXPECT_EQ(0, open_with(same, O_WRONLY));
	ASSERT_EQ(0, load_file(AT, "data", ""));

	EXPECT_EQ(EPERM, open_with(same, O_WRONLY));
	EXPECT_TRUE(log_denied(self->log, "device_write", same));
	EXPECT_EQ(0, open_with(apart, O_WRONLY));
	EXPECT_EQ(0, check_file(AT "/data"));
	close(third);
	close(second);
}

/* -- Flash, which has a device for its file system and one for itself. */

#define FLASH		"/dev/mtd0"
#define FLASH_DISK	"/dev/mtdblock0"

FIXTURE(flash)
{
	int log;
	int old;
	struct mtd_info_user info;
};

static int fill_flash(void)
{
	struct text image;
	int fd = open(FLASH_DISK, O_WRONLY | O_CLOEXEC);
	int ret = read_file(ours("squashfs.img"), &image);

	if (ret)
		return ret;
	ret = write(fd, image.data, image.len) != (ssize_t)image.len ||
	      fsync(fd);
	text_free(&image);
	close(fd);
	return ret;
}

FIXTURE_SETUP(flash)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, mount_at(FS_TMPFS));
	ASSERT_EQ(0, fill_flash());
	ASSERT_EQ(0, mount(FLASH_DISK, AT, "squashfs", MS_RDONLY, NULL));
	ASSERT_LE(0, self->old = open(FLASH, O_RDWR | O_CLOEXEC));
	ASSERT_EQ(0, ioctl(self->old, MEMGETINFO, &self->info));
}

FIXTURE_TEARDOWN(flash)
{
	umount(AT);
	close(self->old);
	close(self->log);
}

/* Its last block, where nothing is. */
static int erase(const FIXTURE_DATA(flash) *self)
{
	struct erase_info_user range = {
		.start = self->info.size - self->info.erasesize,
		.length = self->info.erasesize,
	};

	return errno_of(ioctl(self->old, MEMERASE, &range));
}

static int write_flash(const FIXTURE_DATA(flash) *self)
{
	return errno_of(pwrite(self->old, "", 1, self->info.size - 1));
}

TEST_F(flash, is_not_written_to_below_listed_files)
{
	struct mtd_info_user info;
	int fd;

	EXPECT_EQ(0, write_flash(self));
	EXPECT_EQ(0, erase(self));
	EXPECT_EQ(0, open_with(FLASH, O_RDWR));
	ASSERT_EQ(0, load_file(AT, "dir/data", ""));

	EXPECT_EQ(EPERM, open_with(FLASH_DISK, O_WRONLY));
	EXPECT_TRUE(log_denied(self->log, "device_write", FLASH_DISK));
	EXPECT_EQ(EPERM, open_with(FLASH, O_RDWR));
	EXPECT_TRUE(log_denied(self->log, "device_write", FLASH));
	EXPECT_EQ(EPERM, write_flash(self));
	EXPECT_TRUE(log_denied(self->log, "device_write", FLASH));
	EXPECT_EQ(EPERM, erase(self));
	EXPECT_TRUE(log_denied(self->log, "ioctl", FLASH));
	ASSERT_LE(0, fd = open(FLASH, O_RDONLY | O_CLOEXEC));
	EXPECT_EQ(0, errno_of(ioctl(fd, MEMGETINFO, &info)));
	close(fd);
	EXPECT_EQ(0, check_file(DATA));

	ASSERT_EQ(0, umount(AT));
	EXPECT_EQ(0, erase(self));
	EXPECT_EQ(0, write_flash(self));
	EXPECT_EQ(0, open_with(FLASH, O_RDWR));
}

/* -- The device mapper. */

#define MAPPED		"veriexec-test"

FIXTURE(mapped)
{
	int log;
	int control;
};

static int map_command(int control, unsigned long cmd, unsigned int targets,
		       uint64_t sectors)
{
	struct {
		struct dm_ioctl head;
		struct dm_target_spec target;
		char params[64];
	} arg = {
		.head = {
			.version = { DM_VERSION_MAJOR, 0, 0 },
			.data_size = sizeof(arg),
			.data_start = sizeof(arg.head),
			.target_count = targets,
			.name = MAPPED,
		},
		.target = {
			.length = sectors,
			.target_type = "switch",
		},
		/* Two ways to the disk, in turn for each 8 sectors. */
		.params = "2 8 0 " TWIN_DISK " 0 " TWIN_DISK " 131072",
	};

	return errno_of(ioctl(control, cmd, &arg));
}

FIXTURE_SETUP(mapped)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, mount_at(FS_TMPFS));
	ASSERT_EQ(0, clear_disk(DISK, false));
	ASSERT_EQ(0, clear_disk(TWIN_DISK, false));
	self->control = open("/dev/mapper/control", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->control);
	ASSERT_EQ(0, map_command(self->control, DM_DEV_CREATE, 0, 0));
	ASSERT_EQ(0, map_command(self->control, DM_TABLE_LOAD, 1,
				 (64 << 20) / 512));
	ASSERT_EQ(0, map_command(self->control, DM_DEV_SUSPEND, 0, 0));
	ASSERT_EQ(0, mount_disk_at("/dev/dm-0", FS_EXT4, AT));
	ASSERT_EQ(0, copy_ours("probe", AT "/other"));
	ASSERT_EQ(0, copy_ours("probe", AT "/trusted"));
}

FIXTURE_TEARDOWN(mapped)
{
	EXPECT_EQ(0, umount(AT));
	EXPECT_EQ(0, map_command(self->control, DM_DEV_REMOVE, 0, 0));
	close(self->control);
	close(self->log);
}

TEST_F(mapped, only_trusted_programs_change_mappings)
{
	struct text text = {};

	ASSERT_EQ(0, text_add_file(&text, AT, "other", ""));
	ASSERT_EQ(0, text_add_file(&text, AT, "trusted", "trusted"));
	ASSERT_EQ(0, load(AT, &text));
	text_free(&text);

	EXPECT_EQ(EPERM, run(AT "/other", "map", MAPPED));
	EXPECT_TRUE(log_denied(self->log, "ioctl", "/dev/mapper/control"));
	EXPECT_EQ(0, run(AT "/trusted", "map", MAPPED));
	EXPECT_EQ(0, check_file(AT "/other"));
}

/* Reads a byte from 8 sectors before the end of the device. */
static char last_of(const char *path, off_t end)
{
	char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = open(path, O_RDONLY | O_DIRECT | O_CLOEXEC);
	char byte = '!';

	if (pread(fd, page, 4096, end - 4096) == 4096)
		byte = *page;
	close(fd);
	munmap(page, 4096);
	return byte;
}

TEST_F(mapped, only_trusted_programs_send_it_messages)
{
	static const char other_way[] = "set_region_mappings 3fff:0";
	struct text text = {};
	int fd;

	/* The last region, by the first way and the second. */
	ASSERT_LE(0, fd = open(TWIN_DISK, O_WRONLY | O_CLOEXEC));
	ASSERT_EQ(1, pwrite(fd, "1", 1, (64 << 20) - 4096));
	ASSERT_EQ(1, pwrite(fd, "2", 1, (128 << 20) - 4096));
	ASSERT_EQ(0, fsync(fd));
	close(fd);
	ASSERT_EQ(0, text_add_file(&text, AT, "other", ""));
	ASSERT_EQ(0, text_add_file(&text, AT, "trusted", "trusted"));
	ASSERT_EQ(0, load(AT, &text));
	text_free(&text);

	EXPECT_EQ(EPERM, run(AT "/other", "message", MAPPED, other_way));
	EXPECT_TRUE(log_denied(self->log, "ioctl", "/dev/mapper/control"));
	EXPECT_EQ('2', last_of("/dev/dm-0", 64 << 20));
	EXPECT_EQ(0, run(AT "/trusted", "message", MAPPED, other_way));
	EXPECT_EQ('1', last_of("/dev/dm-0", 64 << 20));
	EXPECT_EQ(0, check_file(AT "/other"));
}

TEST_F(mapped, disk_below_it_is_not_written_to)
{
	ASSERT_EQ(0, load_file(AT, "other", ""));
	EXPECT_EQ(EPERM, open_with(TWIN_DISK, O_WRONLY));
	EXPECT_TRUE(log_denied(self->log, "device_write", TWIN_DISK));
	EXPECT_EQ(EPERM, open_with("/dev/dm-0", O_WRONLY));
	EXPECT_TRUE(log_denied(self->log, "device_write", "/dev/dm-0"));
	EXPECT_EQ(0, open_with(DISK, O_WRONLY));
}

TEST_HARNESS_MAIN
