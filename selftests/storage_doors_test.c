// SPDX-License-Identifier: GPL-2.0-only
/*
 * No door that is particular to a file system, or to what lies on top of files, leads
 * to a change of a listed file, see doors.h. storage_test.c has what is denied on all
 * files of a file system.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/quota.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>

#include <linux/btrfs.h>
#include <linux/fs.h>
#include <linux/fsverity.h>

#include "doors.h"

#define ON_EXT4		DOOR_ON(FS_EXT4)
#define ON_XFS		DOOR_ON(FS_XFS)
#define ON_BTRFS	DOOR_ON(FS_BTRFS)
#define ON_DISKS	(ON_EXT4 | ON_XFS | ON_BTRFS)

/* As in fs/xfs/libxfs/xfs_fs.h. The library that has it may be missing. */
struct xfs_handlereq {
	uint32_t fd;
	void *path;
	uint32_t oflags;
	void *ihandle;
	uint32_t ihandlen;
	void *ohandle;
	uint32_t *ohandlen;
};

#define XFS_PATH_TO_HANDLE	_IOWR('X', 105, struct xfs_handlereq)
#define XFS_OPEN_BY_HANDLE	_IOWR('X', 107, struct xfs_handlereq)

/* include/linux/falloc.h */
struct space {
	int16_t type;
	int16_t whence;
	int64_t start;
	int64_t len;
	int32_t sysid;
	uint32_t pid;
	int32_t pad[4];
};

#define UNRESVSP	_IOW('X', 43, struct space)

static int open_old(struct trial *t)
{
	t->fds[0] = open(t->path, O_RDWR | O_CLOEXEC);
	return t->fds[0] < 0 ? errno : 0;
}

static int write_and_close(int fd)
{
	int ret;

	if (fd < 0)
		return errno;
	ret = errno_of(pwrite(fd, "x", 1, 0));
	close(fd);
	return ret;
}

/* -- Extents of another file. */

static int open_source(struct trial *t, const char *path)
{
	t->fds[1] = open(path, O_RDONLY | O_CLOEXEC);
	return t->fds[1] < 0 ? errno : open_old(t);
}

static int make_source(struct trial *t)
{
	static char other[DOOR_SIZE];
	char path[160];

	memset(other, 'o', sizeof(other));
	snprintf(path, sizeof(path), "%s/source", t->dir);
	return -write_file(path, other, sizeof(other), 0666) ?:
	       open_source(t, path);
}

static int make_same_source(struct trial *t)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/source", t->dir);
	return -copy_file(t->path, path, 0666) ?: open_source(t, path);
}

static int clone_file(struct trial *t)
{
	return errno_of(ioctl(t->fds[0], FICLONE, t->fds[1]));
}

static int clone_range(struct trial *t)
{
	struct file_clone_range range = {
		.src_fd = t->fds[1],
		.src_length = 4096,
		.dest_offset = 4096,
	};

	return errno_of(ioctl(t->fds[0], FICLONERANGE, &range));
}

static int dedupe_range(struct trial *t)
{
	union {
		struct file_dedupe_range range;
		char room[sizeof(struct file_dedupe_range) +
			  sizeof(struct file_dedupe_range_info)];
	} u = {};
	struct file_dedupe_range_info *info = u.range.info;

	u.range.src_length = DOOR_SIZE;
	u.range.dest_count = 1;
	info->dest_fd = t->fds[0];
	if (ioctl(t->fds[1], FIDEDUPERANGE, &u.range))
		return errno;
	if (info->status < 0)
		return -info->status;
	return info->bytes_deduped == DOOR_SIZE ? 0 : EIO;
}

/* -- Flags and layout, for which it is enough to have it open for reading. */

static int command(struct trial *t, unsigned long cmd, void *arg)
{
	int fd = open(t->path, O_RDONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return errno;
	ret = errno_of(ioctl(fd, cmd, arg));
	close(fd);
	return ret;
}

static int set_flags(struct trial *t)
{
	int flags;

	return command(t, FS_IOC_GETFLAGS, &flags) ?:
	       (flags ^= FS_NODUMP_FL, command(t, FS_IOC_SETFLAGS, &flags));
}

static int set_fsxattr(struct trial *t)
{
	struct fsxattr attr;

	return command(t, FS_IOC_FSGETXATTR, &attr) ?:
	       (attr.fsx_xflags ^= FS_XFLAG_NODUMP,
		command(t, FS_IOC_FSSETXATTR, &attr));
}

static int enable_verity(struct trial *t)
{
	struct fsverity_enable_arg arg = {
		.version = 1,
		.hash_algorithm = FS_VERITY_HASH_ALG_SHA256,
		.block_size = 4096,
	};

	return command(t, FS_IOC_ENABLE_VERITY, &arg);
}

static int defragment(struct trial *t)
{
	return command(t, BTRFS_IOC_DEFRAG, NULL);
}

static int punch_as_xfs_did(struct trial *t)
{
	struct space space = { .start = 4096, .len = 4096 };

	return errno_of(ioctl(t->fds[0], UNRESVSP, &space));
}

/* As many letters x as the file has, packed by zlib. */
static int write_encoded(struct trial *t)
{
	static const unsigned char packed[] = {
		0x78, 0xda, 0xed, 0xc1, 0x31, 0x01, 0x00, 0x00, 0x00, 0xc2,
		0xa0, 0xda, 0x8b, 0x6f, 0x0c, 0x1f, 0xa0, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x80, 0xb7, 0x01, 0x84, 0x29, 0x01, 0xc3,
	};
	const struct iovec iov = { (void *)packed, sizeof(packed) };
	const struct btrfs_ioctl_encoded_io_args args = {
		.iov = &iov,
		.iovcnt = 1,
		.len = DOOR_SIZE,
		.unencoded_len = DOOR_SIZE,
		.compression = BTRFS_ENCODED_IO_COMPRESSION_ZLIB,
	};

	return errno_of(ioctl(t->fds[0], BTRFS_IOC_ENCODED_WRITE, &args));
}

/* -- Opened without its name. */

static int write_by_handle(struct trial *t)
{
	union {
		struct file_handle handle;
		char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	} u = { .handle.handle_bytes = MAX_HANDLE_SZ };
	int mount, dir = open(AT, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0 ||
	    name_to_handle_at(AT_FDCWD, t->path, &u.handle, &mount, 0))
		return errno;
	return write_and_close(open_by_handle_at(dir, &u.handle,
						 O_WRONLY | O_CLOEXEC));
}

static int write_by_xfs_handle(struct trial *t)
{
	char handle[256];
	uint32_t len = sizeof(handle);
	struct xfs_handlereq request = {
		.path = t->path,
		.oflags = O_RDWR | O_CLOEXEC,
		.ohandle = handle,
		.ohandlen = &len,
	};
	int dir = open(AT, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0 || ioctl(dir, XFS_PATH_TO_HANDLE, &request))
		return errno;
	request.ihandle = handle;
	request.ihandlen = len;
	return write_and_close(ioctl(dir, XFS_OPEN_BY_HANDLE, &request));
}

/* -- Given to the kernel to write to. */

static int make_swap(struct trial *t)
{
	const uint32_t header[] = { 1, DOOR_SIZE / 4096 - 1, 0 };
	int ret = open_old(t);

	if (ret)
		return ret;
	if (pwrite(t->fds[0], header, sizeof(header), 1024) < 0 ||
	    pwrite(t->fds[0], "SWAPSPACE2", 10, 4086) < 0 ||
	    fsync(t->fds[0]))
		return errno;
	close(t->fds[0]);
	t->fds[0] = -1;
	return 0;
}

static int swap_to_it(struct trial *t)
{
	if (swapon(t->path, 0))
		return errno;
	return errno_of(swapoff(t->path));
}

/* Makes an empty file of user quotas in the second format, see quota_tree.h. */
static int make_quotas(struct trial *t)
{
	static const char empty[2048];
	const uint32_t header[] = { 0xd9c01f11, 1, 0, 0, 0, 2, 0, 0 };
	char node[160];
	struct stat st;
	int ret = open_old(t);

	if (ret)
		return ret;
	snprintf(node, sizeof(node), "%s/disk", t->dir);
	if (ftruncate(t->fds[0], sizeof(empty)) || pwrite(t->fds[0], empty, sizeof(empty), 0) < 0 ||
	    pwrite(t->fds[0], header, sizeof(header), 0) < 0 ||
	    fsync(t->fds[0]) || fstat(t->fds[0], &st) ||
	    mknod(node, S_IFBLK | 0600, st.st_dev) ||
	    mount(NULL, AT, NULL, MS_REMOUNT, "usrquota"))
		return errno;
	close(t->fds[0]);
	t->fds[0] = -1;
	return 0;
}

static int count_quotas(struct trial *t)
{
	char node[160];

	snprintf(node, sizeof(node), "%s/disk", t->dir);
	if (quotactl(QCMD(Q_QUOTAON, USRQUOTA), node, QFMT_VFS_V1, t->path))
		return errno;
	return errno_of(quotactl(QCMD(Q_QUOTAOFF, USRQUOTA), node, 0, NULL));
}

#define CHANGE(...)	{ .kind = DOOR_CHANGE, .error = EPERM, __VA_ARGS__ }

static const struct door doors[] = {
	CHANGE(.name = "FICLONE to an old descriptor", .op = "write",
	       .flags = ON_XFS | ON_BTRFS,
	       .prepare = make_source, .attempt = clone_file),
	CHANGE(.name = "FICLONERANGE to an old descriptor", .op = "write",
	       .flags = ON_XFS | ON_BTRFS,
	       .prepare = make_source, .attempt = clone_range),
	CHANGE(.name = "FIDEDUPERANGE to an old descriptor", .op = "write",
	       .flags = ON_XFS | ON_BTRFS | DOOR_NO_TRACE,
	       .prepare = make_same_source, .attempt = dedupe_range),
	CHANGE(.name = "FS_IOC_SETFLAGS", .op = "ioctl",
	       .flags = ON_DISKS, .attempt = set_flags),
	CHANGE(.name = "FS_IOC_FSSETXATTR", .op = "ioctl",
	       .flags = ON_DISKS, .attempt = set_fsxattr),
	CHANGE(.name = "FS_IOC_ENABLE_VERITY", .op = "ioctl",
	       .flags = ON_EXT4 | ON_BTRFS, .attempt = enable_verity),
	CHANGE(.name = "FS_IOC_UNRESVSP of an old descriptor", .op = "ioctl",
	       .flags = ON_DISKS,
	       .prepare = open_old, .attempt = punch_as_xfs_did),
	CHANGE(.name = "BTRFS_IOC_DEFRAG", .op = "ioctl",
	       .flags = ON_BTRFS | DOOR_NO_TRACE, .attempt = defragment),
	CHANGE(.name = "BTRFS_IOC_ENCODED_WRITE", .op = "ioctl",
	       .flags = ON_BTRFS | DOOR_ROOT,
	       .prepare = open_old, .attempt = write_encoded),
	CHANGE(.name = "open_by_handle_at", .op = "open_write",
	       .flags = DOOR_NO_OVERLAY | DOOR_ROOT,
	       .attempt = write_by_handle),
	CHANGE(.name = "XFS_IOC_OPEN_BY_HANDLE", .op = "open_write",
	       .flags = ON_XFS | DOOR_ROOT, .attempt = write_by_xfs_handle),
	CHANGE(.name = "swapon", .op = "open_write",
	       .flags = ON_EXT4 | ON_XFS | DOOR_ROOT | DOOR_NO_TRACE,
	       .prepare = make_swap, .attempt = swap_to_it),
	CHANGE(.name = "Q_QUOTAON", .op = "quota_on",
	       .flags = ON_EXT4 | DOOR_ROOT,
	       .prepare = make_quotas, .attempt = count_quotas),
};

int main(void)
{
	return try_doors(doors, sizeof(doors) / sizeof(*doors));
}
