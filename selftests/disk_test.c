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
#include <linux/cdrom.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <linux/io_uring.h>
#include <linux/loop.h>
#include <mtd/mtd-user.h>
#include <scsi/sg.h>

#include "../kselftest_harness.h"
#include "disks.h"
#include "dm.h"
#include "uring.h"

/**
 * struct device - a device, and how it was opened before the load
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

/* A place on the device that nobody uses. */
#define SPARE		(8 << 20)
#define SPARE_LEN	4096

/* Older headers lack these. */
#ifndef BLOCK_URING_CMD_DISCARD
#define BLOCK_URING_CMD_DISCARD	_IO(0x12, 0)
#endif

static int open_device(struct device *d, const char *path)
{
	int fd;

	d->path = path;
	d->old = open(path, O_RDWR | O_CLOEXEC);
	d->direct = open(path, O_RDWR | O_DIRECT | O_CLOEXEC);
	if (d->old < 0 || d->direct < 0)
		return errno;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	d->map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
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

/* -- All ways to write to a device. One that succeeds writes what is there already. */

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

/* A kernel thread does this. */
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
 * @destroys: the old content is gone afterwards
 * @opens: it opens the device by itself
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
 * @mounted carries the listed files. @closed is a device through which they can be
 * reached, @twin one through which they cannot.
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

	/* Whoever has it open for writing could have written to it just now. */
	EXPECT_EQ(-EACCES, run(PROG, "ok"));
	EXPECT_TRUE(log_has(self->log, "op=exec", "disk is open for writing",
			    "res=0", NULL));
	close(self->closed.direct);
	EXPECT_EQ(-EACCES, run(PROG, "ok"));
	close(self->closed.old);
	EXPECT_EQ(0, run(PROG, "ok"));
}

/* If nothing is listed on a device, whoever may write to devices may write to it. */
TEST_F(disk, is_written_to_before_anything_is_listed)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		if (ways[i].destroys)
			continue;	/* the file system is still needed */
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

/* After a crash the kernel changes the file system as its log says. */
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

	/* Then it is no longer the log of a file system. */
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

/* How many pages on the device begin with @words? */
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

/* Makes an area to swap to, and overwrites what was there before. */
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

/* What was swapped out before is read back in order to be verified. */
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

TEST_F(partitioned, kernel_says_why_in_its_log)
{
	ASSERT_EQ(0, load_file(AT, "data", ""));
	EXPECT_EQ(EPERM, open_with(DISK, O_WRONLY));
	EXPECT_TRUE(log_has(self->log, ";veriexec: device_write of " DISK
			    " denied: device holds files in a manifest",
			    NULL));
}

/* Nobody can take the partition away. So nothing that it could change is believed. */
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

/* Anybody's code may be on the disk. */
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

/*
 * Not even programs that may write to devices in use may map one: nothing sees such a
 * write.
 */
TEST_F(partitioned, disk_is_not_mapped_to_be_written_to)
{
	int fd = open(TWIN_DISK, O_RDWR | O_CLOEXEC);
	void *p;

	ASSERT_LE(0, fd);
	EXPECT_EQ(MAP_FAILED, mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				   MAP_SHARED, fd, 0));
	EXPECT_EQ(EPERM, errno);
	EXPECT_TRUE(log_has(self->log, "op=device_write",
			    "device would be mapped to be written to", NULL));
	/* The mapping could be made writable later. */
	EXPECT_EQ(MAP_FAILED, mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0));
	EXPECT_TRUE(log_denied(self->log, "device_write", TWIN_DISK));
	p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	EXPECT_NE(MAP_FAILED, p);
	p = mmap(NULL, 4096, PROT_READ, MAP_SHARED, self->twin, 0);
	EXPECT_NE(MAP_FAILED, p);
	close(fd);
}

/* -- Devices that somebody uses, with whatever. */

#define OTHERS		"/tmp/others"

/* The listed programs are on a tmpfs. Nothing on a disk is listed. */
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
	/* Nobody uses another partition of the same disk. */
	EXPECT_EQ(0, run(AT "/prog", "open", TWIN_DISK "2"));
	ASSERT_EQ(0, umount(OTHERS));
	EXPECT_EQ(0, run(AT "/prog", "open", TWIN_DISK));
}

#define SUBSYSTEM	OTHERS ".config/nvmet/subsystems/veriexec"
#define NAMESPACE	SUBSYSTEM "/namespaces/1"

/* Has @prog write to what the test has open. It does not matter who has opened it. */
static int run_writing(const char *prog, int fd, const char *text)
{
	int copy = dup(fd);
	char number[16];
	int ret;

	snprintf(number, sizeof(number), "%d", copy);
	ret = run(prog, "fd-write", number, text);
	close(copy);
	return ret;
}

/* The kernel itself opens what it serves, and asks nobody. */
TEST_F(used, kernel_serves_disks_for_programs_with_a_right_to_storage)
{
	int path, enable;

	ASSERT_TRUE(!mkdir(OTHERS ".config", 0755) || errno == EEXIST);
	ASSERT_EQ(0, mount("none", OTHERS ".config", "configfs", 0, NULL));
	ASSERT_EQ(0, mkdir(SUBSYSTEM, 0755));
	ASSERT_EQ(0, mkdir(NAMESPACE, 0755));
	ASSERT_LE(0, path = open(NAMESPACE "/device_path", O_RDWR));
	ASSERT_LE(0, enable = open(NAMESPACE "/enable", O_RDWR));

	EXPECT_EQ(EPERM, run(AT "/prog", "open", NAMESPACE "/device_path"));
	EXPECT_TRUE(log_has(self->log, "op=device_write", "device_path",
			    "program has no right to storage", NULL));
	EXPECT_EQ(EPERM, run_writing(AT "/prog", path, TWIN_DISK "1"));
	EXPECT_EQ(0, run(AT "/prog", "read", NAMESPACE "/device_path"));
	EXPECT_EQ(0, run(AT "/storage", "open", NAMESPACE "/device_path"));
	EXPECT_EQ(0, run_writing(AT "/storage", path, TWIN_DISK "1"));
	EXPECT_EQ(EPERM, run_writing(AT "/prog", enable, "1"));
	EXPECT_EQ(0, run_writing(AT "/storage", enable, "1"));
	EXPECT_EQ(0, run_writing(AT "/storage", enable, "0"));

	close(path);
	close(enable);
	EXPECT_EQ(0, rmdir(NAMESPACE));
	EXPECT_EQ(0, rmdir(SUBSYSTEM));
	EXPECT_EQ(0, umount(OTHERS ".config"));
}

/* Has @prog give the command to what the test has open. */
static int run_on(const char *prog, int fd, unsigned long cmd)
{
	int copy = dup(fd);
	char path[32], number[32];
	int ret;

	snprintf(path, sizeof(path), "%d", copy);
	snprintf(number, sizeof(number), "%lu", cmd);
	ret = run(prog, "fd-command", path, number);
	close(copy);
	return ret;
}

/* Returns what the command gives, with zeros for its argument. */
static int command(const char *prog, const char *path, const char *mode,
		   unsigned long cmd)
{
	char number[32];

	snprintf(number, sizeof(number), "%lu", cmd);
	return run(prog, "command", path, mode, number);
}

TEST_F(used, device_in_use_takes_commands_of_few)
{
	uint64_t size;
	int fd;

	EXPECT_EQ(EPERM, command(AT "/prog", TWIN_DISK, "r", BLKPG));
	EXPECT_TRUE(log_has(self->log, "op=ioctl",
			    "program has no right to storage", "res=0", NULL));
	EXPECT_NE(EPERM, command(AT "/storage", TWIN_DISK, "r", BLKPG));
	/* It was open before somebody used the device. */
	ASSERT_EQ(0, umount(OTHERS));
	ASSERT_LE(0, fd = open(TWIN_DISK "1", O_RDWR));
	EXPECT_EQ(0, run_on(AT "/prog", fd, BLKGETSIZE64));
	ASSERT_EQ(0, mount(TWIN_DISK "1", OTHERS, "ext4", 0, NULL));
	EXPECT_EQ(EPERM, run_on(AT "/prog", fd, BLKDISCARD));
	EXPECT_TRUE(log_denied(self->log, "ioctl", TWIN_DISK "1"));
	EXPECT_NE(EPERM, run_on(AT "/storage", fd, BLKGETSIZE64));
	close(fd);
	EXPECT_EQ(0, command(AT "/prog", TWIN_DISK "1", "r", BLKGETSIZE64));
	ASSERT_LE(0, fd = open(TWIN_DISK "1", O_RDONLY | O_CLOEXEC));
	EXPECT_EQ(0, errno_of(ioctl(fd, BLKGETSIZE64, &size)));
	close(fd);
	ASSERT_EQ(0, umount(OTHERS));
	EXPECT_NE(EPERM, command(AT "/prog", TWIN_DISK, "r", BLKPG));
}

/* A loop device writes as the kernel does, to whatever it is given. */
TEST_F(used, loop_device_to_write_to_is_made_by_few)
{
	static const unsigned long cmds[] = { LOOP_SET_FD, LOOP_CONFIGURE };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cmds); i++) {
		EXPECT_EQ(EPERM, command(AT "/prog", "/dev/loop7", "w",
					 cmds[i]));
		EXPECT_TRUE(log_denied(self->log, "ioctl", "/dev/loop7"));
		EXPECT_NE(EPERM, command(AT "/storage", "/dev/loop7", "w",
					 cmds[i]));
		EXPECT_NE(EPERM, command(AT "/prog", "/dev/loop7", "r",
					 cmds[i]));
	}
	EXPECT_FALSE(log_has_now(self->log, "type=1800", "lsm=veriexec", NULL));
}

TEST_F(used, swap_area_is_opened_to_end_it_and_not_written_to)
{
	ASSERT_EQ(0, make_swap_on(TWIN_DISK "2"));
	ASSERT_EQ(0, swapon(TWIN_DISK "2", 0));
	EXPECT_EQ(EPERM, run(AT "/prog", "put", TWIN_DISK "2", "x"));
	EXPECT_TRUE(log_denied(self->log, "device_write", TWIN_DISK "2"));
	EXPECT_EQ(EPERM, run(AT "/prog", "open", TWIN_DISK));
	EXPECT_TRUE(log_denied(self->log, "device_write", TWIN_DISK));
	EXPECT_EQ(0, swapoff(TWIN_DISK "2"));
	EXPECT_EQ(0, run(AT "/prog", "open", TWIN_DISK "2"));
}

/* -- The device mapper. */

#define MAPPED		"veriexec-test"

static int make_mapping(void)
{
	/* Two ways to the disk, which take turns every 8 sectors. */
	static const struct dm_target two_ways = {
		.sectors = (64 << 20) / 512,
		.type = "switch",
		.params = "2 8 0 " TWIN_DISK " 0 " TWIN_DISK " 131072",
	};

	return clear_disk(TWIN_DISK, false) ?:
	       dm_command(DM_DEV_CREATE, MAPPED, 0, NULL, NULL) ?:
	       dm_command(DM_TABLE_LOAD, MAPPED, 0, &two_ways, NULL) ?:
	       dm_command(DM_DEV_SUSPEND, MAPPED, 0, NULL, NULL);
}

static int drop_mapping(void)
{
	return dm_command(DM_DEV_REMOVE, MAPPED, 0, NULL, NULL);
}

/* -- Loop devices. */

#define BELOW		"/tmp/veriexec-below"

/* A file system that may lie on several disks, and does not name them. */
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
	EXPECT_EQ(0, run(AT "/prog", "open", TWIN_DISK "1"));
	EXPECT_EQ(EPERM, run(AT "/prog", "open", DISK "1"));
	EXPECT_TRUE(log_denied(self->log, "device_write", DISK "1"));
	EXPECT_EQ(EPERM, run(AT "/prog", "open", DISK));
	EXPECT_TRUE(log_denied(self->log, "device_write", DISK));

	EXPECT_EQ(0, run(AT "/trusted", "replace-disk", AT, TWIN_DISK "1"));
	EXPECT_EQ(0, run(AT "/prog", "open", DISK "1"));
	EXPECT_EQ(EPERM, run(AT "/prog", "open", TWIN_DISK "1"));
	EXPECT_TRUE(log_denied(self->log, "device_write", TWIN_DISK "1"));
	EXPECT_EQ(0, check_file(AT "/prog"));
}

static int write_as_its_only_user(const char *disk)
{
	int fd = open(disk, O_RDWR | O_EXCL | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return errno;
	ret = errno_of(pwrite(fd, "x", 1, 4096));
	close(fd);
	return ret;
}

TEST_F(spread, disk_is_written_to_by_its_only_user)
{
	EXPECT_EQ(0, run(AT "/prog", "open-alone", TWIN_DISK "1"));
	EXPECT_EQ(0, run(AT "/prog", "open-alone", TWIN_DISK));
	EXPECT_EQ(0, write_as_its_only_user(TWIN_DISK));
}

FIXTURE(loop)
{
	int log;
	int back;		/* the file behind the device */
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
	self->back = open(BELOW "/disk", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->back);
	self->disk = make_loop(self->back, LO_FLAGS_AUTOCLEAR, self->name);
	ASSERT_LE(0, self->disk);
}

FIXTURE_TEARDOWN(loop)
{
	umount(AT);
	close(self->disk);
	close(self->back);
	close(self->log);
}

/* A program could be behind a loop device, too. */
TEST_F(loop, files_on_it_bind_only_as_untrusted)
{
	ASSERT_EQ(0, mount(self->name, AT, "ext4", 0, NULL));
	ASSERT_EQ(0, write_file(AT "/data", "data", 4, 0666));
	sync();
	ASSERT_EQ(0, load_file(AT, "data", ""));
	EXPECT_TRUE(log_has(self->log, "data is listed but",
			    "may change by itself", NULL));
	EXPECT_EQ(-EACCES, check_file(AT "/data"));
	ASSERT_EQ(0, load_file(AT, "data", "untrusted"));
	EXPECT_EQ(0, check_file(AT "/data"));

	/* Listed files lie on the device, but not on the file behind it. */
	EXPECT_EQ(EPERM, open_with(self->name, O_WRONLY));
	EXPECT_TRUE(log_denied(self->log, "device_write", self->name));
	EXPECT_EQ(0, errno_of(pwrite(self->back, "", 1, (4 << 20) - 1)));
}

/* Only a stacked device knows which disks lie below it. */
TEST_F(loop, files_on_stacks_do_not_bind_while_it_is_part_of_any)
{
	int fd;

	ASSERT_EQ(0, clear_disk(DISK, true));
	ASSERT_EQ(0, mount_disk_at(DISK "1", FS_BTRFS, AT));
	ASSERT_EQ(0, write_file(AT "/data", "data", 4, 0666));
	ASSERT_EQ(0, load_file(AT, "data", ""));
	EXPECT_EQ(0, check_file(AT "/data"));
	ASSERT_EQ(0, umount(AT));

	ASSERT_EQ(0, make_mapping());
	ASSERT_EQ(0, mount_disk_at("/dev/dm-0", FS_EXT4, AT));
	ASSERT_EQ(0, write_file(AT "/data", "data", 4, 0666));
	ASSERT_EQ(0, write_file(AT "/more", "more", 4, 0666));
	ASSERT_LE(0, fd = open(self->name, O_RDONLY | O_EXCL | O_CLOEXEC));
	ASSERT_EQ(0, load_file(AT, "data", ""));
	EXPECT_TRUE(log_has(self->log, "data is listed but",
			    "may change by itself", NULL));
	EXPECT_EQ(-EACCES, check_file(AT "/data"));
	close(fd);
	/* A device that carries a file system is no part of a stack. */
	ASSERT_EQ(0, mount(self->name, BELOW, "ext4", 0, NULL));
	ASSERT_EQ(0, load_file(AT, "more", ""));
	EXPECT_EQ(0, check_file(AT "/more"));
	EXPECT_EQ(0, umount(BELOW));
	EXPECT_EQ(0, umount(AT));
	EXPECT_EQ(0, drop_mapping());
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

/* Erases the last block, where nothing is. */
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

TEST_F(flash, is_written_to_by_programs_with_a_right_to_storage)
{
	EXPECT_EQ(0, write_flash(self));
	EXPECT_EQ(0, erase(self));
	ASSERT_EQ(0, load_file(AT, "dir/prog", ""));

	EXPECT_EQ(EPERM, open_with(FLASH_DISK, O_WRONLY));
	EXPECT_TRUE(log_denied(self->log, "device_write", FLASH_DISK));
	EXPECT_EQ(EPERM, run(PROG, "open", FLASH));
	EXPECT_TRUE(log_denied(self->log, "device_write", FLASH));
	EXPECT_EQ(EPERM, run_on(PROG, self->old, MEMERASE));
	EXPECT_TRUE(log_denied(self->log, "ioctl", FLASH));
	EXPECT_EQ(0, command(PROG, FLASH, "r", MEMGETINFO));
	EXPECT_EQ(0, check_file(PROG));

	EXPECT_EQ(0, erase(self));
	EXPECT_EQ(0, write_flash(self));
	EXPECT_EQ(0, open_with(FLASH, O_RDWR));
}

/* -- What lies on it. */

FIXTURE(mapped)
{
	int log;
};

FIXTURE_SETUP(mapped)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, mount_at(FS_TMPFS));
	ASSERT_EQ(0, clear_disk(DISK, false));
	ASSERT_EQ(0, make_mapping());
	ASSERT_EQ(0, mount_disk_at("/dev/dm-0", FS_EXT4, AT));
	ASSERT_EQ(0, copy_ours("probe", AT "/other"));
	ASSERT_EQ(0, copy_ours("probe", AT "/trusted"));
}

FIXTURE_TEARDOWN(mapped)
{
	EXPECT_EQ(0, umount(AT));
	EXPECT_EQ(0, drop_mapping());
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
	/* The kernel does not know that device, but it lets anybody ask. */
	EXPECT_EQ(EINVAL, command(AT "/other", "/dev/mapper/control", "w",
				  DM_TABLE_STATUS));
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

	/* The last region, as it is by the first way and by the second. */
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

/* For a part of a disk the kernel asks for raw I/O, whatever the command is. */
TEST_F(mapped, nothing_is_told_of_who_asks_what_it_is)
{
	ASSERT_EQ(0, load_file(AT, "other", ""));
	EXPECT_EQ(ENOTTY, command(AT "/other", "/dev/dm-0", "r",
				  CDROM_GET_CAPABILITY));
	EXPECT_FALSE(log_has_now(self->log, "op=raw_io", NULL));
	EXPECT_EQ(ENOTTY, command(AT "/other", "/dev/dm-0", "r", SG_IO));
	EXPECT_TRUE(log_denied(self->log, "raw_io", NULL));
	/* A denial of something else that takes raw I/O is reported all the same. */
	EXPECT_EQ(EPERM, run(AT "/other", "raw-after", "/dev/dm-0"));
	EXPECT_TRUE(log_denied(self->log, "raw_io", NULL));
	ASSERT_EQ(0, load_file(AT, "trusted", "trusted"));
	EXPECT_EQ(0, run(AT "/trusted", "raw-after", "/dev/dm-0"));
}

TEST_F(mapped, disk_below_it_is_not_written_to)
{
	ASSERT_EQ(0, load_file(AT, "other", ""));
	EXPECT_EQ(EPERM, run(AT "/other", "open", TWIN_DISK));
	EXPECT_TRUE(log_denied(self->log, "device_write", TWIN_DISK));
	EXPECT_EQ(EPERM, open_with("/dev/dm-0", O_WRONLY));
	EXPECT_TRUE(log_denied(self->log, "device_write", "/dev/dm-0"));
	EXPECT_EQ(0, run(AT "/other", "open", DISK));
}

TEST_HARNESS_MAIN
