// SPDX-License-Identifier: GPL-2.0-only
/* No system call is a door through which a listed file can be changed, see doors.h. */

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/acct.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/xattr.h>

#include <linux/aio_abi.h>
#include <linux/capability.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <linux/openat2.h>

#include "doors.h"
#include "uring.h"

#define PAGE	4096

/* Older headers lack these. */
#ifndef __NR_fchmodat2
#define __NR_fchmodat2	452
#endif
#define URING_FTRUNCATE	55	/* IORING_OP_FTRUNCATE */

/* -- Opening for writing. */

static int write_to(int fd)
{
	int err;

	if (fd < 0)
		return errno;
	err = errno_of(write(fd, "x", 1));
	close(fd);
	return err;
}

static int open_write_only(struct trial *t)
{
	return write_to(open(t->path, O_WRONLY | O_CLOEXEC));
}

static int open_read_write(struct trial *t)
{
	return write_to(open(t->path, O_RDWR | O_CLOEXEC));
}

static int open_append(struct trial *t)
{
	return write_to(open(t->path, O_WRONLY | O_APPEND | O_CLOEXEC));
}

static int open_create(struct trial *t)
{
	return write_to(open(t->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
}

static int open_create_truncate(struct trial *t)
{
	return write_to(creat(t->path, 0600));
}

static int open_truncate(struct trial *t)
{
	return errno_of(open(t->path, O_RDONLY | O_TRUNC | O_CLOEXEC));
}

static int open_direct(struct trial *t)
{
	static char page[PAGE] __attribute__((aligned(PAGE)));
	int fd = open(t->path, O_WRONLY | O_DIRECT | O_CLOEXEC);

	if (fd < 0)
		return errno;
	return errno_of(write(fd, page, PAGE));
}

static int open_resolve(struct trial *t)
{
	struct open_how how = {
		.flags = O_WRONLY | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
	};
	int dir = open(t->dir, O_PATH | O_CLOEXEC);

	return write_to(syscall(SYS_openat2, dir, strrchr(t->path, '/') + 1,
				&how, sizeof(how)));
}

static int open_by_number(int fd)
{
	char path[64];

	if (fd < 0)
		return errno;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return write_to(open(path, O_WRONLY | O_CLOEXEC));
}

static int reopen(struct trial *t)
{
	return open_by_number(open(t->path, O_RDONLY | O_CLOEXEC));
}

static int reopen_path(struct trial *t)
{
	return open_by_number(open(t->path, O_PATH | O_CLOEXEC));
}

static int open_symlink(struct trial *t)
{
	char link[160];

	snprintf(link, sizeof(link), "%s/symlink", t->dir);
	if (symlink("file", link))
		return errno;
	return write_to(open(link, O_WRONLY | O_CLOEXEC));
}

static void name_link(const struct trial *t, char link[160])
{
	snprintf(link, 160, "%s/link", t->dir);
}

static int make_link(struct trial *t)
{
	char name[160];

	name_link(t, name);
	return errno_of(link(t->path, name));
}

static int open_link(struct trial *t)
{
	char name[160];

	name_link(t, name);
	return write_to(open(name, O_WRONLY | O_CLOEXEC));
}

static int open_bound(struct trial *t)
{
	return bind_dir(t, CLONE_NEWNS) ?:
	       write_to(open(t->path, O_WRONLY | O_CLOEXEC));
}

static int open_in_user_ns(struct trial *t)
{
	return bind_dir(t, CLONE_NEWUSER | CLONE_NEWNS) ?:
	       write_to(open(t->path, O_WRONLY | O_CLOEXEC));
}

static int open_in_chroot(struct trial *t)
{
	if (chroot(t->dir))
		return errno;
	return write_to(open("/file", O_WRONLY | O_CLOEXEC));
}

static int open_uring(struct trial *t)
{
	struct io_uring_sqe sqe = {
		.opcode = IORING_OP_OPENAT,
		.fd = AT_FDCWD,
		.addr = (unsigned long)t->path,
		.open_flags = O_WRONLY | O_CLOEXEC,
	};
	int fd = uring_submit(&sqe);

	return fd < 0 ? -fd : write_to(fd);
}

static int ask(struct trial *t)
{
	return errno_of(access(t->path, W_OK));
}

static int account(struct trial *t)
{
	pid_t pid;

	if (acct(t->path))
		return errno;
	pid = fork();
	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
	return errno_of(acct(NULL));
}

static int set_core_pattern(const char *pattern)
{
	int fd = open("/proc/sys/kernel/core_pattern", O_WRONLY | O_CLOEXEC);
	int ret = errno_of(write(fd, pattern, strlen(pattern)));

	close(fd);
	return ret;
}

#define DUMPER	AT "/dumper"

/* The kernel does not dump programs of the initramfs, such as the tests. */
static int have_dumper(struct trial *t)
{
	if (!access(DUMPER, F_OK))
		return 0;
	return -copy_ours("probe", DUMPER) ?: -list_too(DUMPER, NULL);
}

static int dump_core(struct trial *t)
{
	int status;
	pid_t pid;

	if (set_core_pattern(t->path))
		return 255;
	pid = start(NULL, DUMPER, "dump", NULL);
	if (pid < 0 || waitpid(pid, &status, 0) != pid ||
	    set_core_pattern("core"))
		return 255;
	return WCOREDUMP(status) ? 0 : EPERM;
}

/* -- Truncating. */

static int truncate_path(struct trial *t)
{
	return errno_of(truncate(t->path, 1));
}

static int open_old(struct trial *t)
{
	t->fds[0] = open(t->path, O_RDWR | O_CLOEXEC);
	return errno_of(t->fds[0]);
}

static int truncate_old(struct trial *t)
{
	return errno_of(ftruncate(t->fds[0], 1));
}

/* -- Writing to a descriptor that is older than the manifest. */

static int write_old(struct trial *t)
{
	return errno_of(write(t->fds[0], "x", 1));
}

static int pwrite_old(struct trial *t)
{
	return errno_of(pwrite(t->fds[0], "x", 1, 7));
}

static int writev_old(struct trial *t)
{
	struct iovec iov = { .iov_base = "x", .iov_len = 1 };

	return errno_of(writev(t->fds[0], &iov, 1));
}

static int pwritev2_old(struct trial *t)
{
	struct iovec iov = { .iov_base = "x", .iov_len = 1 };

	return errno_of(pwritev2(t->fds[0], &iov, 1, 0, RWF_APPEND));
}

static int aio_old(struct trial *t)
{
	struct iocb cb = {
		.aio_lio_opcode = IOCB_CMD_PWRITE,
		.aio_fildes = t->fds[0],
		.aio_buf = (unsigned long)"x",
		.aio_nbytes = 1,
	};
	struct iocb *list[] = { &cb };
	aio_context_t context = 0;
	struct io_event event;

	if (syscall(SYS_io_setup, 1, &context) ||
	    syscall(SYS_io_submit, context, 1, list) != 1)
		return errno;
	if (syscall(SYS_io_getevents, context, 1, 1, &event, NULL) != 1)
		return errno;
	return (long)event.res < 0 ? -event.res : 0;
}

static int uring_old(struct trial *t, struct io_uring_sqe *sqe)
{
	int ret;

	sqe->fd = t->fds[0];
	ret = uring_submit(sqe);
	return ret < 0 ? -ret : 0;
}

static int uring_write_old(struct trial *t)
{
	struct io_uring_sqe sqe = {
		.opcode = IORING_OP_WRITE,
		.addr = (unsigned long)"x",
		.len = 1,
	};

	return uring_old(t, &sqe);
}

static int uring_truncate_old(struct trial *t)
{
	struct io_uring_sqe sqe = { .opcode = URING_FTRUNCATE, .off = 1 };

	return uring_old(t, &sqe);
}

static int uring_allocate_old(struct trial *t)
{
	struct io_uring_sqe sqe = {
		.opcode = IORING_OP_FALLOCATE,
		.len = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
		.addr = PAGE,
	};

	return uring_old(t, &sqe);
}

static int copy_range_old(struct trial *t)
{
	loff_t from = PAGE, to = 0;

	return errno_of(copy_file_range(t->fds[0], &from, t->fds[0], &to, PAGE,
					0));
}

static int splice_old(struct trial *t)
{
	loff_t to = 7;
	int pipes[2];

	if (pipe(pipes) || write(pipes[1], "x", 1) != 1)
		return errno;
	return errno_of(splice(pipes[0], NULL, t->fds[0], &to, 1, 0));
}

static int sendfile_old(struct trial *t)
{
	int from = memfd_create("from", MFD_CLOEXEC);

	if (from < 0 || pwrite(from, "xyz", 3, 0) != 3)
		return errno;
	return errno_of(sendfile(t->fds[0], from, NULL, 3));
}

/* A receiver gets no more over a socket than the sender had. */
static int write_received(struct trial *t)
{
	union {
		struct cmsghdr head;
		char buf[CMSG_SPACE(sizeof(int))];
	} control = {};
	struct iovec iov = { .iov_base = &control, .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *head = CMSG_FIRSTHDR(&msg);
	int ends[2], fd;

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(head), &t->fds[0], sizeof(int));
	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) ||
	    sendmsg(ends[0], &msg, 0) != 1 || recvmsg(ends[1], &msg, 0) != 1)
		return errno;
	memcpy(&fd, CMSG_DATA(head), sizeof(int));
	return write_to(fd);
}

static int allocate_old(struct trial *t)
{
	return errno_of(fallocate(t->fds[0], 0, DOOR_SIZE, PAGE));
}

static int punch_old(struct trial *t)
{
	return errno_of(fallocate(t->fds[0], FALLOC_FL_PUNCH_HOLE |
				  FALLOC_FL_KEEP_SIZE, 0, PAGE));
}

static int zero_old(struct trial *t)
{
	return errno_of(fallocate(t->fds[0], FALLOC_FL_ZERO_RANGE, 0, PAGE));
}

static int collapse_old(struct trial *t)
{
	return errno_of(fallocate(t->fds[0], FALLOC_FL_COLLAPSE_RANGE, 0,
				  PAGE));
}

static int insert_old(struct trial *t)
{
	return errno_of(fallocate(t->fds[0], FALLOC_FL_INSERT_RANGE, 0, PAGE));
}

static int map_old(struct trial *t)
{
	char *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED,
		       t->fds[0], 0);

	if (p == MAP_FAILED)
		return errno;
	*p = 'x';
	return 0;
}

static int have_mapped(struct trial *t, int prot)
{
	int ret = open_old(t);

	if (ret)
		return ret;
	t->map = mmap(NULL, PAGE, prot, MAP_SHARED, t->fds[0], 0);
	if (t->map != MAP_FAILED)
		return 0;
	t->map = NULL;
	return errno;
}

static int have_mapped_for_reading(struct trial *t)
{
	return have_mapped(t, PROT_READ);
}

static int have_mapped_for_writing(struct trial *t)
{
	return have_mapped(t, PROT_READ | PROT_WRITE);
}

static int widen_old_map(struct trial *t)
{
	if (mprotect(t->map, PAGE, PROT_READ | PROT_WRITE))
		return errno;
	*(char *)t->map = 'x';
	return 0;
}

static int punch_old_map(struct trial *t)
{
	return errno_of(madvise(t->map, PAGE, MADV_REMOVE));
}

/* -- Owner, mode and times. */

static int change_mode(struct trial *t)
{
	return errno_of(chmod(t->path, 0600));
}

static int change_mode_of_descriptor(struct trial *t)
{
	return errno_of(fchmod(open(t->path, O_RDONLY | O_CLOEXEC), 0600));
}

static int change_mode_of_path(struct trial *t)
{
	return errno_of(syscall(__NR_fchmodat2,
				open(t->path, O_PATH | O_CLOEXEC), "", 0600,
				AT_EMPTY_PATH));
}

static int add_set_id(struct trial *t)
{
	return errno_of(chmod(t->path, 06755));
}

/* A user may only give a file to himself. */
static uid_t new_owner(const struct trial *t)
{
	return t->user ? NOBODY : 1;
}

static int change_owner(struct trial *t)
{
	return errno_of(chown(t->path, new_owner(t), -1));
}

static int change_owner_of_link(struct trial *t)
{
	return errno_of(lchown(t->path, new_owner(t), -1));
}

static int change_group_of_descriptor(struct trial *t)
{
	return errno_of(fchown(open(t->path, O_RDONLY | O_CLOEXEC), -1,
			       new_owner(t)));
}

static int change_owner_of_path(struct trial *t)
{
	return errno_of(fchownat(open(t->path, O_PATH | O_CLOEXEC), "",
				 new_owner(t), new_owner(t), AT_EMPTY_PATH));
}

static int set_times(struct trial *t)
{
	const struct timespec times[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };

	return errno_of(utimensat(AT_FDCWD, t->path, times, 0));
}

static int touch(struct trial *t)
{
	return errno_of(futimens(open(t->path, O_RDONLY | O_CLOEXEC), NULL));
}

/* -- Extended attributes. */

static int set_user_xattr(struct trial *t)
{
	return errno_of(setxattr(t->path, "user.new", "1", 1, 0));
}

static int set_trusted_xattr(struct trial *t)
{
	return errno_of(lsetxattr(t->path, "trusted.new", "1", 1, 0));
}

static int set_capability(struct trial *t)
{
	const struct vfs_cap_data cap = {
		.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE,
		.data = { { .permitted = 1 << CAP_SYS_ADMIN } },
	};

	return errno_of(setxattr(t->path, "security.capability", &cap,
				 sizeof(cap), 0));
}

static int set_ima(struct trial *t)
{
	return errno_of(setxattr(t->path, "security.ima", "\x01", 1, 0));
}

static int set_xattr_of_descriptor(struct trial *t)
{
	return errno_of(fsetxattr(open(t->path, O_RDONLY | O_CLOEXEC),
				  "user.new", "1", 1, 0));
}

static int have_user_xattr(struct trial *t)
{
	return errno_of(setxattr(t->path, "user.old", "1", 1, 0));
}

static int remove_user_xattr(struct trial *t)
{
	return errno_of(removexattr(t->path, "user.old"));
}

#define ACL	"system.posix_acl_access"

/* user::rw-, user:1:rwx, group::r--, mask::rwx, other::r-- */
static int set_acl(struct trial *t)
{
	const struct {
		uint32_t version;
		struct {
			uint16_t tag;
			uint16_t perm;
			uint32_t id;
		} entries[5];
	} acl = {
		.version = 2,
		.entries = {
			{ 0x01, 6, ~0U }, { 0x02, 7, 1 }, { 0x04, 4, ~0U },
			{ 0x10, 7, ~0U }, { 0x20, 4, ~0U },
		},
	};

	return errno_of(setxattr(t->path, ACL, &acl, sizeof(acl), 0));
}

static int remove_acl(struct trial *t)
{
	return errno_of(removexattr(t->path, ACL));
}

static int uring_set_xattr(struct trial *t)
{
	struct io_uring_sqe sqe = {
		.opcode = IORING_OP_SETXATTR,
		.addr = (unsigned long)"user.new",
		.addr2 = (unsigned long)"1",
		.addr3 = (unsigned long)t->path,
		.len = 1,
	};
	int ret = uring_submit(&sqe);

	return ret < 0 ? -ret : 0;
}

/* -- Names. */

static int unlink_path(struct trial *t)
{
	return errno_of(unlink(t->path));
}

static int unlink_in_user_ns(struct trial *t)
{
	return bind_dir(t, CLONE_NEWUSER | CLONE_NEWNS) ?:
	       errno_of(unlink(t->path));
}

static int unlink_uring(struct trial *t)
{
	struct io_uring_sqe sqe = {
		.opcode = IORING_OP_UNLINKAT,
		.fd = AT_FDCWD,
		.addr = (unsigned long)t->path,
	};
	int ret = uring_submit(&sqe);

	return ret < 0 ? -ret : 0;
}

static void name_other(const struct trial *t, char other[160])
{
	snprintf(other, 160, "%s/other", t->dir);
}

static int have_other(struct trial *t)
{
	char other[160];

	name_other(t, other);
	return -write_file(other, "other\n", 6, 0666);
}

static int rename_away(struct trial *t)
{
	char other[160];

	name_other(t, other);
	return errno_of(rename(t->path, other));
}

static int rename_over(struct trial *t)
{
	char other[160];

	name_other(t, other);
	return errno_of(rename(other, t->path));
}

static int rename_with(struct trial *t, unsigned int flags)
{
	char other[160];

	name_other(t, other);
	return errno_of(renameat2(AT_FDCWD, t->path, AT_FDCWD, other, flags));
}

static int exchange(struct trial *t)
{
	return rename_with(t, RENAME_EXCHANGE);
}

static int exchange_back(struct trial *t)
{
	char other[160];

	name_other(t, other);
	return errno_of(renameat2(AT_FDCWD, other, AT_FDCWD, t->path,
				  RENAME_EXCHANGE));
}

static int rename_to_nothing(struct trial *t)
{
	return rename_with(t, RENAME_NOREPLACE);
}

static int leave_whiteout(struct trial *t)
{
	return rename_with(t, RENAME_WHITEOUT);
}

static int rename_uring(struct trial *t)
{
	char other[160];
	struct io_uring_sqe sqe = {
		.opcode = IORING_OP_RENAMEAT,
		.fd = AT_FDCWD,
		.addr = (unsigned long)t->path,
		.len = AT_FDCWD,
		.addr2 = (unsigned long)other,
	};
	int ret;

	name_other(t, other);
	ret = uring_submit(&sqe);
	return ret < 0 ? -ret : 0;
}

static int rename_dir(struct trial *t)
{
	char other[160];

	snprintf(other, sizeof(other), "%s-old", t->dir);
	return errno_of(rename(t->dir, other));
}

static int exchange_dir(struct trial *t)
{
	char other[160];

	snprintf(other, sizeof(other), "%s-new", t->dir);
	if (mkdir(other, 0777))
		return errno;
	return errno_of(renameat2(AT_FDCWD, t->dir, AT_FDCWD, other,
				  RENAME_EXCHANGE));
}

#define CHANGE(name_, op_, attempt_, ...) {				\
	.name = name_, .kind = DOOR_CHANGE, .error = EPERM, .op = op_,	\
	.attempt = attempt_, ##__VA_ARGS__ }

/* These use a descriptor from before the load. */
#define OLD(name_, op_, attempt_, ...)					\
	CHANGE(name_, op_, attempt_, .prepare = open_old, ##__VA_ARGS__)

/* For these the kernel first asks whether the file may be written to. */
#define USER_XATTR(name_, attempt_, ...)				\
	CHANGE(name_, "open_write", attempt_, .op_active = "setxattr",	\
	       ##__VA_ARGS__)

#define ROOT		.flags = DOOR_ROOT
#define ON_DISKS	.flags = DOOR_ON(FS_EXT4) | DOOR_ON(FS_XFS)

static const struct door doors[] = {
	CHANGE("open with O_WRONLY", "open_write", open_write_only),
	CHANGE("open with O_RDWR", "open_write", open_read_write),
	CHANGE("open with O_APPEND", "open_write", open_append),
	CHANGE("open with O_CREAT", "open_write", open_create),
	CHANGE("creat", "open_write", open_create_truncate),
	CHANGE("open with O_RDONLY and O_TRUNC", "open_write", open_truncate,
	       .op_active = "truncate"),
	CHANGE("open with O_DIRECT", "open_write", open_direct),
	CHANGE("openat2", "open_write", open_resolve),
	CHANGE("open of /proc/self/fd", "open_write", reopen),
	CHANGE("open of /proc/self/fd of an O_PATH descriptor", "open_write",
	       reopen_path),
	CHANGE("open of a symbolic link", "open_write", open_symlink),
	CHANGE("open of a hard link", "open_write", open_link,
	       .prepare = make_link,
	       .flags = DOOR_NO_OVERLAY | DOOR_NO_PATH),
	CHANGE("open under a bind mount", "open_write", open_bound, ROOT),
	CHANGE("open under a bind mount in a user namespace", "open_write",
	       open_in_user_ns),
	CHANGE("open under chroot", "open_write", open_in_chroot,
	       .flags = DOOR_ROOT | DOOR_NO_PATH),
	CHANGE("open by io_uring", "open_write", open_uring),
	CHANGE("access for writing", "open_write", ask, .flags = DOOR_QUIET),
	CHANGE("process accounting", "open_write", account, ROOT),
	CHANGE("core dump", "unlink", dump_core, ROOT,
	       .prepare = have_dumper),

	CHANGE("truncate", "open_write", truncate_path,
	       .op_active = "truncate"),
	OLD("ftruncate of an old descriptor", "truncate", truncate_old),
	OLD("ftruncate of an old descriptor by io_uring", "truncate",
	    uring_truncate_old),

	OLD("write to an old descriptor", "write", write_old),
	OLD("pwrite to an old descriptor", "write", pwrite_old),
	OLD("writev to an old descriptor", "write", writev_old),
	OLD("pwritev2 to an old descriptor", "write", pwritev2_old),
	OLD("io_submit to an old descriptor", "write", aio_old),
	OLD("io_uring write to an old descriptor", "write", uring_write_old),
	OLD("copy_file_range to an old descriptor", "write", copy_range_old),
	OLD("splice to an old descriptor", "write", splice_old),
	OLD("sendfile to an old descriptor", "write", sendfile_old),
	OLD("write to an old descriptor that was received", "write",
	    write_received),
	OLD("fallocate of an old descriptor", "write", allocate_old),
	OLD("fallocate of an old descriptor by io_uring", "write",
	    uring_allocate_old),
	OLD("punching a hole", "write", punch_old),
	OLD("zeroing a range", "write", zero_old, ON_DISKS),
	OLD("collapsing a range", "write", collapse_old, ON_DISKS),
	OLD("inserting a range", "write", insert_old, ON_DISKS),
	OLD("shared mapping of an old descriptor", "write", map_old),
	CHANGE("mprotect of an old shared mapping", "write", widen_old_map,
	       .prepare = have_mapped_for_reading),
	CHANGE("madvise(MADV_REMOVE) of an old shared mapping", "write",
	       punch_old_map, .prepare = have_mapped_for_writing),

	CHANGE("chmod", "setattr", change_mode),
	CHANGE("fchmod", "setattr", change_mode_of_descriptor),
	CHANGE("fchmodat2 of an O_PATH descriptor", "setattr",
	       change_mode_of_path),
	CHANGE("chmod to set-id", "setattr", add_set_id),
	CHANGE("chown", "setattr", change_owner),
	CHANGE("lchown", "setattr", change_owner_of_link),
	CHANGE("fchown", "setattr", change_group_of_descriptor),
	CHANGE("fchownat of an O_PATH descriptor", "setattr",
	       change_owner_of_path),
	CHANGE("utimensat", "setattr", set_times),
	CHANGE("futimens", "setattr", touch),

	USER_XATTR("setxattr of user.*", set_user_xattr),
	CHANGE("lsetxattr of trusted.*", "setxattr", set_trusted_xattr, ROOT),
	CHANGE("setxattr of security.capability", "setxattr", set_capability,
	       ROOT),
	CHANGE("setxattr of security.ima", "setxattr", set_ima, ROOT),
	USER_XATTR("fsetxattr", set_xattr_of_descriptor),
	USER_XATTR("removexattr", remove_user_xattr,
		   .prepare = have_user_xattr),
	CHANGE("setting an access control list", "setxattr", set_acl),
	CHANGE("removing an access control list", "setxattr", remove_acl,
	       .prepare = set_acl),
	USER_XATTR("setxattr by io_uring", uring_set_xattr),

	CHANGE("unlink", "unlink", unlink_path),
	CHANGE("unlink in a user namespace", "unlink", unlink_in_user_ns),
	CHANGE("unlink by io_uring", "unlink", unlink_uring),
	CHANGE("link", "link", make_link),
	CHANGE("rename", "rename", rename_away),
	CHANGE("rename by io_uring", "rename", rename_uring),
	CHANGE("rename onto it", "rename", rename_over, .prepare = have_other),
	CHANGE("rename with RENAME_EXCHANGE", "rename", exchange,
	       .prepare = have_other),
	CHANGE("rename with RENAME_EXCHANGE of another", "rename",
	       exchange_back, .prepare = have_other),
	CHANGE("rename with RENAME_NOREPLACE", "rename", rename_to_nothing),
	CHANGE("rename with RENAME_WHITEOUT", "rename", leave_whiteout,
	       .flags = DOOR_ROOT | DOOR_NO_OVERLAY),
	CHANGE("rename of the directory above", "rename", rename_dir,
	       .flags = DOOR_DIR | DOOR_NO_OVERLAY),
	CHANGE("rename with RENAME_EXCHANGE of the directory above", "rename",
	       exchange_dir, .flags = DOOR_DIR | DOOR_NO_OVERLAY),
};

int main(void)
{
	return try_doors(doors, sizeof(doors) / sizeof(*doors));
}
