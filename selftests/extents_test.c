// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands of file systems that change other files than the one that they are
 * given to, or let another file pass for a listed one. Where something is
 * listed they are denied on every file; so they are tried on two disks, one of
 * which holds nothing that is listed. See disks.h.
 */

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <linux/btrfs.h>
#include <linux/fs.h>

#include "../kselftest_harness.h"
#include "disks.h"

#define TWIN_AT		"/tmp/veriexec-twin"
#define SIZE		(4 * 4096)

/* The end of the path under which the directory itself is reported. */
#define AT_NAME		"/veriexec"

/* Only fs/ext4/ext4.h has these. */
struct move_extent {
	uint32_t reserved;
	uint32_t donor_fd;
	uint64_t orig_start;
	uint64_t donor_start;
	uint64_t len;
	uint64_t moved_len;
};

#define EXT4_SETVERSION_OLD	_IOW('f', 4, long)
#define EXT4_MOVE_EXT		_IOWR('f', 15, struct move_extent)
#define EXT4_SWAP_BOOT		_IO('f', 17)

/* As in fs/xfs/libxfs/xfs_fs.h. The library that has it may be missing. */
struct xfs_time {
	long sec;
	int32_t nsec;
};

struct xfs_stat {
	uint64_t ino;
	uint16_t mode;
	uint16_t nlink;
	uint32_t uid;
	uint32_t gid;
	uint32_t rdev;
	int32_t blksize;
	int64_t size;
	struct xfs_time atime;
	struct xfs_time mtime;
	struct xfs_time ctime;
	int64_t blocks;
	uint32_t xflags;
	int32_t extsize;
	int32_t extents;
	uint32_t gen;
	uint16_t rest[5];
	uint8_t pad[2];
	uint32_t cowextsize;
	uint32_t dmevmask;
	uint16_t dmstate;
	uint16_t aextents;
};

struct xfs_swap {
	int64_t version;
	int64_t target;
	int64_t tmp;
	int64_t offset;
	int64_t length;
	char pad[16];
	struct xfs_stat stat;
};

struct xfs_exchange {
	int32_t fd;
	uint32_t pad;
	uint64_t offset;
	uint64_t own_offset;
	uint64_t length;
	uint64_t flags;
};

struct xfs_commit {
	struct xfs_exchange range;
	uint64_t freshness[6];
};

struct xfs_handlereq {
	uint32_t fd;
	const void *path;
	uint32_t oflags;
	const void *ihandle;
	uint32_t ihandlen;
	void *ohandle;
	uint32_t *ohandlen;
};

struct xfs_attr_op {
	uint32_t opcode;
	int32_t error;
	const char *name;
	const char *value;
	uint32_t length;
	uint32_t flags;
};

struct xfs_attrmulti {
	struct xfs_handlereq handle;
	uint32_t count;
	struct xfs_attr_op *ops;
};

#define XFS_PATH_TO_HANDLE	_IOWR('X', 105, struct xfs_handlereq)
#define XFS_SWAPEXT		_IOWR('X', 109, struct xfs_swap)
#define XFS_ATTRMULTI		_IOW('X', 123, struct xfs_attrmulti)
#define XFS_EXCHANGE		_IOW('X', 129, struct xfs_exchange)
#define XFS_START_COMMIT	_IOR('X', 130, struct xfs_commit)
#define XFS_COMMIT		_IOW('X', 131, struct xfs_commit)

/**
 * struct place - a file system and two files on it
 * @at: where it is mounted
 * @victim: path of the one that may be listed
 * @victim_fd: for reading and writing, from before the load
 * @mine: the same of the other
 */
struct place {
	const char *at;
	char victim[64];
	int victim_fd;
	char mine[64];
	int mine_fd;
};

static int make_file(const char *path, char letter)
{
	char data[SIZE];
	int fd;

	memset(data, letter, sizeof(data));
	if (write_file(path, data, sizeof(data), 0666))
		return -1;
	fd = open(path, O_RDWR | O_CLOEXEC);
	return fd < 0 || fsync(fd) ? -1 : fd;
}

static int make_place(struct place *p, const char *at)
{
	p->at = at;
	snprintf(p->victim, sizeof(p->victim), "%s/victim", at);
	snprintf(p->mine, sizeof(p->mine), "%s/mine", at);
	p->victim_fd = make_file(p->victim, 'v');
	p->mine_fd = make_file(p->mine, 'm');
	return p->victim_fd < 0 || p->mine_fd < 0 ? -EIO : 0;
}

static int leave_place(struct place *p)
{
	close(p->victim_fd);
	close(p->mine_fd);
	return umount(p->at);
}

/* Reads the disk: what is in memory may be older than a move of extents. */
static char first_of(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char byte = 0;

	if (fd < 0 || posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) ||
	    read(fd, &byte, 1) != 1)
		return '!';
	close(fd);
	return byte;
}

/* -- The commands. */

static int move_extents(struct place *p)
{
	struct move_extent move = {
		.donor_fd = p->victim_fd,
		.len = SIZE / 4096,
	};

	return errno_of(ioctl(p->mine_fd, EXT4_MOVE_EXT, &move));
}

static int swap_boot(struct place *p)
{
	return errno_of(ioctl(p->mine_fd, EXT4_SWAP_BOOT));
}

static int set_version(struct place *p)
{
	int version = 77;

	return errno_of(ioctl(p->mine_fd, FS_IOC_SETVERSION, &version));
}

static int set_version_old(struct place *p)
{
	int version = 78;

	return errno_of(ioctl(p->mine_fd, EXT4_SETVERSION_OLD, &version));
}

static int swap_extents(struct place *p)
{
	struct xfs_swap swap = {
		.target = p->mine_fd,
		.tmp = p->victim_fd,
		.length = SIZE,
	};
	struct stat st;

	if (fstat(p->mine_fd, &st))
		return errno;
	swap.stat.mtime.sec = st.st_mtim.tv_sec;
	swap.stat.mtime.nsec = st.st_mtim.tv_nsec;
	swap.stat.ctime.sec = st.st_ctim.tv_sec;
	swap.stat.ctime.nsec = st.st_ctim.tv_nsec;
	return errno_of(ioctl(p->mine_fd, XFS_SWAPEXT, &swap));
}

static int exchange_range(struct place *p)
{
	struct xfs_exchange range = {
		.fd = p->victim_fd,
		.length = SIZE,
	};

	return errno_of(ioctl(p->mine_fd, XFS_EXCHANGE, &range));
}

/* The same, unless the file that it is given to has changed meanwhile. */
static int commit_range(struct place *p)
{
	struct xfs_commit commit = {};

	if (ioctl(p->mine_fd, XFS_START_COMMIT, &commit))
		return 255;
	commit.range = (struct xfs_exchange){
		.fd = p->victim_fd,
		.length = SIZE,
	};
	return errno_of(ioctl(p->mine_fd, XFS_COMMIT, &commit));
}

static int set_attr_by_handle(struct place *p)
{
	int dir = open(p->at, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char handle[256];
	uint32_t len = sizeof(handle);
	struct xfs_attr_op op = {
		.opcode = 2,	/* set */
		.name = "x",
		.value = "y",
		.length = 1,
	};
	struct xfs_attrmulti multi = {
		.handle = {
			.path = p->victim,
			.ohandle = handle,
			.ohandlen = &len,
		},
		.count = 1,
		.ops = &op,
	};
	int ret;

	if (dir < 0 || ioctl(dir, XFS_PATH_TO_HANDLE, &multi.handle))
		return 255;
	multi.handle.ihandle = handle;
	multi.handle.ihandlen = len;
	ret = errno_of(ioctl(dir, XFS_ATTRMULTI, &multi)) ?: -op.error;
	close(dir);
	return ret;
}

/**
 * struct command - one row
 * @name: of the command
 * @fs: whose it is
 * @try: gives it; the victim is not what it is given to
 * @changes: the victim has another content when it has worked
 * @on_dir: it is given to the directory
 */
static const struct command {
	const char *name;
	enum fs fs;
	int (*try)(struct place *p);
	bool changes;
	bool on_dir;
} commands[] = {
	{ "EXT4_IOC_MOVE_EXT", FS_EXT4, move_extents, true, false },
	{ "FS_IOC_SETVERSION", FS_EXT4, set_version, false, false },
	{ "EXT4_IOC_SETVERSION_OLD", FS_EXT4, set_version_old, false, false },
	{ "EXT4_IOC_SWAP_BOOT", FS_EXT4, swap_boot, false, false },
	{ "XFS_IOC_SWAPEXT", FS_XFS, swap_extents, true, false },
	{ "XFS_IOC_EXCHANGE_RANGE", FS_XFS, exchange_range, true, false },
	{ "XFS_IOC_COMMIT_RANGE", FS_XFS, commit_range, true, false },
	{ "XFS_IOC_ATTRMULTI_BY_HANDLE", FS_XFS, set_attr_by_handle, false,
	  true },
};

FIXTURE(extents)
{
	int log;
	struct place place;
	struct place twin;
};

FIXTURE_VARIANT(extents)
{
	enum fs fs;
};

FIXTURE_VARIANT_ADD(extents, ext4) { .fs = FS_EXT4 };
FIXTURE_VARIANT_ADD(extents, xfs) { .fs = FS_XFS };

FIXTURE_SETUP(extents)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, mount_at(FS_TMPFS));
	ASSERT_EQ(0, clear_disk(DISK, false));
	ASSERT_EQ(0, clear_disk(TWIN_DISK, false));
	ASSERT_EQ(0, mount_disk_at(DISK, variant->fs, AT));
	ASSERT_EQ(0, make_place(&self->place, AT));
	/* XFS would not mount two file systems with the same identity. */
	ASSERT_EQ(0, fill_disk_at(TWIN_DISK, variant->fs));
	ASSERT_TRUE(!mkdir(TWIN_AT, 0777) || errno == EEXIST);
	ASSERT_EQ(0, mount(TWIN_DISK, TWIN_AT,
			   variant->fs == FS_XFS ? "xfs" : "ext4", 0,
			   variant->fs == FS_XFS ? "nouuid" : NULL));
	ASSERT_EQ(0, make_place(&self->twin, TWIN_AT));
}

FIXTURE_TEARDOWN(extents)
{
	EXPECT_EQ(0, leave_place(&self->place));
	EXPECT_EQ(0, leave_place(&self->twin));
	close(self->log);
}

TEST_F(extents, of_listed_files_are_not_reached_from_others)
{
	const struct command *c;
	char before, after;
	size_t i;

	ASSERT_EQ(0, load_file(AT, "victim", ""));
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		c = &commands[i];
		if (c->fs != variant->fs)
			continue;
		EXPECT_EQ(EPERM, c->try(&self->place))
			TH_LOG("%s", c->name);
		EXPECT_TRUE(log_denied(self->log, "ioctl",
				       c->on_dir ? AT_NAME : AT "/mine"))
			TH_LOG("%s", c->name);
		EXPECT_EQ('v', first_of(AT "/victim"))
			TH_LOG("%s", c->name);
		before = first_of(TWIN_AT "/victim");
		EXPECT_EQ(0, c->try(&self->twin))
			TH_LOG("%s", c->name);
		after = first_of(TWIN_AT "/victim");
		EXPECT_EQ(c->changes, before != after)
			TH_LOG("%s: from %d to %d", c->name, before, after);
		EXPECT_NE('!', after)
			TH_LOG("%s", c->name);
	}
	close(self->place.victim_fd);
	EXPECT_EQ(0, check_file(AT "/victim"));
}

/* -- Subvolumes of btrfs go away with all that they hold. */

FIXTURE(subvolume)
{
	int log;
	int dir;
};

static int command_subvolume(int dir, unsigned long cmd, const char *name)
{
	struct btrfs_ioctl_vol_args args = {};

	snprintf(args.name, sizeof(args.name), "%s", name);
	return errno_of(ioctl(dir, cmd, &args));
}

static int destroy_v2(int dir, const char *name)
{
	struct btrfs_ioctl_vol_args_v2 args = {};

	snprintf(args.name, sizeof(args.name), "%s", name);
	return errno_of(ioctl(dir, BTRFS_IOC_SNAP_DESTROY_V2, &args));
}

FIXTURE_SETUP(subvolume)
{
	static const char *const names[] = { "listed", "first", "second" };
	char path[64];
	size_t i;

	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, mount_at(FS_BTRFS));
	ASSERT_LE(0, self->dir = open(AT, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		ASSERT_EQ(0, command_subvolume(self->dir,
					       BTRFS_IOC_SUBVOL_CREATE,
					       names[i]));
		snprintf(path, sizeof(path), AT "/%s/file", names[i]);
		ASSERT_EQ(0, write_file(path, "file", 4, 0666));
	}
}

FIXTURE_TEARDOWN(subvolume)
{
	close(self->dir);
	EXPECT_EQ(0, umount(AT));
	close(self->log);
}

TEST_F(subvolume, with_listed_files_is_not_destroyed)
{
	EXPECT_EQ(0, command_subvolume(self->dir, BTRFS_IOC_SNAP_DESTROY,
				       "first"));
	EXPECT_EQ(0, destroy_v2(self->dir, "second"));
	ASSERT_EQ(0, load_file(AT, "listed/file", ""));

	EXPECT_EQ(EPERM, command_subvolume(self->dir, BTRFS_IOC_SNAP_DESTROY,
					   "listed"));
	EXPECT_TRUE(log_denied(self->log, "ioctl", AT_NAME));
	EXPECT_EQ(EPERM, destroy_v2(self->dir, "listed"));
	EXPECT_TRUE(log_denied(self->log, "ioctl", AT_NAME));
	EXPECT_EQ(EPERM, errno_of(rmdir(AT "/listed")));
	EXPECT_TRUE(log_denied(self->log, "rmdir", "/listed"));
	EXPECT_EQ(0, check_file(AT "/listed/file"));
}

/* A snapshot has other files with the same inode numbers. */
TEST_F(subvolume, snapshot_may_be_made_but_is_not_listed)
{
	struct btrfs_ioctl_vol_args args = { .name = "snapshot" };

	args.fd = open(AT "/listed", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ASSERT_LE(0, args.fd);
	ASSERT_EQ(0, load_file(AT, "listed/file", ""));
	EXPECT_EQ(0, errno_of(ioctl(self->dir, BTRFS_IOC_SNAP_CREATE, &args)));
	close(args.fd);
	EXPECT_EQ(0, check_file(AT "/listed/file"));
	EXPECT_EQ(-EACCES, check_file(AT "/snapshot/file"));
	EXPECT_EQ(EPERM, errno_of(truncate(AT "/listed/file", 1)));
	EXPECT_EQ(0, errno_of(truncate(AT "/snapshot/file", 1)));
}

TEST_HARNESS_MAIN
