// SPDX-License-Identifier: GPL-2.0-only
/*
 * Disks that take commands past the kernel's block layer: SCSI and NVMe. Needs two of
 * each, with 64 MiB.
 */

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <scsi/sg.h>

#include "../kselftest_harness.h"
#include "disks.h"

#define TRUSTED		AT "/trusted"
#define SPARE		(131064 * 512L)		/* see probe.c */

FIXTURE(bus)
{
	int log;
};

/**
 * struct way - a device of the disk, and how the probe writes to it
 * @path: of the device; NULL for that of SCSI generic
 * @verb: of the probe's
 * @op: that the kernel names
 * @twin: the same of a disk with nothing on it, NULL if any disk could be meant
 */
struct way {
	const char *path;
	const char *verb;
	const char *op;
	const char *twin;
};

FIXTURE_VARIANT(bus)
{
	const char *disk;
	const char *twin;
	struct way ways[4];
};

FIXTURE_VARIANT_ADD(bus, scsi) {
	.disk = "/dev/sda",
	.twin = "/dev/sdb",
	.ways = {
		{ "/dev/sda", "scsi-write", "raw_io", "/dev/sdb" },
		{ NULL, "scsi-write", "raw_io", NULL },
	},
};
FIXTURE_VARIANT_ADD(bus, nvme) {
	.disk = "/dev/nvme0n1",
	.twin = "/dev/nvme1n1",
	.ways = {
		{ "/dev/nvme0n1", "nvme-write", "ioctl", "/dev/nvme1n1" },
		{ "/dev/nvme0", "nvme-write", "ioctl", NULL },
		{ "/dev/ng0n1", "nvme-write", "ioctl", NULL },
		{ "/dev/ng0n1", "nvme-uring", "ioctl", NULL },
	},
};

/* The device by which SCSI generic reaches /dev/sda. */
static const char *generic(void)
{
	static char path[64];
	DIR *dir = opendir("/sys/block/sda/device/scsi_generic");
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (*entry->d_name != '.')
			snprintf(path, sizeof(path), "/dev/%.32s",
				 entry->d_name);
	if (dir)
		closedir(dir);
	return path;
}

static int put_spare(const char *disk, char byte)
{
	int fd = open(disk, O_WRONLY | O_CLOEXEC);
	int ret = pwrite(fd, &byte, 1, SPARE) != 1 || fsync(fd);

	close(fd);
	return ret;
}

/* Reads the byte from the disk itself. */
static char spare_of(const char *disk)
{
	char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = open(disk, O_RDONLY | O_DIRECT | O_CLOEXEC);
	char byte = '!';

	if (pread(fd, page, 4096, SPARE) == 4096)
		byte = *page;
	close(fd);
	munmap(page, 4096);
	return byte;
}

FIXTURE_SETUP(bus)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, mount_at(FS_TMPFS));
	ASSERT_EQ(0, mount_disk_at(variant->disk, FS_EXT4, AT));
	ASSERT_EQ(0, mkdir(AT "/dir", 0777));
	ASSERT_EQ(0, copy_ours("probe", PROG));
	ASSERT_EQ(0, copy_ours("probe", TRUSTED));
	sync();
	ASSERT_EQ(0, put_spare(variant->disk, '0'));
	ASSERT_EQ(0, put_spare(variant->twin, '0'));
}

FIXTURE_TEARDOWN(bus)
{
	EXPECT_EQ(0, umount(AT));
	close(self->log);
}

static int list_programs(void)
{
	struct text text = {};
	int ret;

	ret = text_add_file(&text, AT, "dir/prog", "");
	if (!ret)
		ret = text_add_file(&text, AT, "trusted", "trusted");
	if (!ret)
		ret = load(AT, &text);
	text_free(&text);
	return ret;
}

/* Writing to it also gives a command: here TEST UNIT READY, which is all zeros. */
static int write_generic(int fd)
{
	const struct {
		struct sg_header head;
		unsigned char command[6];
	} request = {
		.head.reply_len = sizeof(request.head),
	};

	return errno_of(write(fd, &request, sizeof(request)));
}

TEST_F(bus, only_trusted_programs_command_a_disk_with_listed_files)
{
	const bool scsi = !strcmp(variant->disk, "/dev/sda");
	const struct way *way;
	const char *path;
	char number[16];
	int old = -1;

	if (scsi) {
		old = open(generic(), O_RDWR);
		ASSERT_LE(0, old);
		EXPECT_EQ(0, write_generic(old));
	}
	ASSERT_EQ(0, list_programs());
	if (scsi) {
		snprintf(number, sizeof(number), "%d", old);
		EXPECT_EQ(EPERM, run(PROG, "fd-write", number, "x"));
		EXPECT_TRUE(log_denied(self->log, "device_write", generic()));
		EXPECT_EQ(EPERM, run(PROG, "open", generic()));
		EXPECT_TRUE(log_denied(self->log, "device_write", generic()));
		/*
		 * The first answer was not read yet, but the device took the command.
		 */
		EXPECT_NE(EPERM, write_generic(old));
		close(old);
		/* A command that the kernel considers harmless. */
		snprintf(number, sizeof(number), "%d", SG_GET_VERSION_NUM);
		EXPECT_EQ(0, run(PROG, "command", "/dev/sda", "r", number));
	}
	for (way = variant->ways; way->verb; way++) {
		path = way->path ?: generic();
		EXPECT_EQ(EPERM, run(PROG, way->verb, path))
			TH_LOG("%s of %s", way->verb, path);
		EXPECT_TRUE(log_denied(self->log, way->op, scsi ? NULL : path))
			TH_LOG("%s of %s", way->verb, path);
		EXPECT_EQ('0', spare_of(variant->disk))
			TH_LOG("%s of %s", way->verb, path);
	}
	for (way = variant->ways; way->verb; way++) {
		if (!way->twin)
			continue;
		EXPECT_EQ(0, run(PROG, way->verb, way->twin))
			TH_LOG("%s of %s", way->verb, way->twin);
		EXPECT_EQ('x', spare_of(variant->twin));
	}
	EXPECT_EQ(0, check_file(PROG));
}

TEST_F(bus, trusted_programs_command_it)
{
	const struct way *way;
	const char *path;

	for (way = variant->ways; way->verb; way++) {
		path = way->path ?: generic();
		ASSERT_EQ(0, put_spare(variant->disk, '0'));
		ASSERT_EQ(0, list_programs());
		EXPECT_EQ(0, run(TRUSTED, way->verb, path))
			TH_LOG("%s of %s", way->verb, path);
		EXPECT_EQ('x', spare_of(variant->disk))
			TH_LOG("%s of %s", way->verb, path);
		/* Afterwards the disk can be written to again. */
		ASSERT_EQ(0, umount(AT));
		ASSERT_EQ(0, mount(variant->disk, AT, "ext4", 0, NULL));
	}
}

TEST_HARNESS_MAIN
