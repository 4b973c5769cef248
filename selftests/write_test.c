// SPDX-License-Identifier: GPL-2.0-only
/* No door leads to the content of a listed file. */

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <linux/io_uring.h>

#include "../kselftest_harness.h"
#include "common.h"

FIXTURE(write)
{
	int log;
};

EACH_FS(write);

FIXTURE_SETUP(write)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(variant->fs));
}

FIXTURE_TEARDOWN(write)
{
	close(self->log);
}

static int open_and_close(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
	return fd;
}

TEST_F(write, listed_files_do_not_open_for_writing)
{
	static const int modes[] = {
		O_WRONLY,
		O_RDWR,
		O_WRONLY | O_APPEND,
		O_RDWR | O_TRUNC,
		O_RDONLY | O_TRUNC,
		O_WRONLY | O_CREAT,
		O_WRONLY | O_CREAT | O_TRUNC,
	};
	size_t i;

	ASSERT_EQ(0, list_layout());
	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		EXPECT_EQ(EPERM, errno_of(open_and_close(DATA, modes[i])))
			TH_LOG("mode %#o", modes[i]);
		EXPECT_TRUE(log_denied(self->log, "open_write",
				       "/dir/data"));
		EXPECT_EQ(EPERM, user_errno_of(open_and_close(DATA, modes[i])));
		EXPECT_TRUE(log_denied(self->log, "open_write",
				       "/dir/data"));
		EXPECT_EQ(0, errno_of(open_and_close(FREE, modes[i])));
		EXPECT_EQ(0, user_errno_of(open_and_close(FREE, modes[i])));
	}
	EXPECT_EQ(EPERM, errno_of(open_and_close(PROG, O_RDWR)));
	EXPECT_EQ(0, errno_of(open_and_close(DATA, O_RDONLY)));
	EXPECT_TRUE(is_same(DATA, DATA_TEXT));
}

TEST_F(write, listed_files_are_not_truncated)
{
	ASSERT_EQ(0, list_layout());
	EXPECT_EQ(EPERM, errno_of(truncate(DATA, 0)));
	EXPECT_EQ(EPERM, user_errno_of(truncate(DATA, 0)));
	EXPECT_TRUE(is_same(DATA, DATA_TEXT));
	EXPECT_EQ(0, errno_of(truncate(FREE, 0)));
	EXPECT_EQ(0, user_errno_of(truncate(FREE, 1)));
}

/* What is open since before the load has to stay harmless. */
TEST_F(write, old_descriptors_do_not_write)
{
	int fd, from, to, pipes[2];
	struct iovec iov = { .iov_base = "x", .iov_len = 1 };
	loff_t pos = 0;

	ASSERT_LE(0, fd = open(DATA, O_RDWR | O_CLOEXEC));
	ASSERT_LE(0, to = open(FREE, O_RDWR | O_CLOEXEC));
	/* On overlayfs, both lie in the upper layer then. */
	ASSERT_EQ(0, copy_file(FREE, APART "/from", 0644));
	ASSERT_LE(0, from = open(APART "/from", O_RDONLY | O_CLOEXEC));
	ASSERT_EQ(0, pipe(pipes));
	ASSERT_EQ(1, write(pipes[1], "x", 1));
	/* It writes as long as nothing is listed. */
	ASSERT_EQ(1, pwrite(fd, DATA_TEXT, 1, 0));
	ASSERT_EQ(0, list_layout());

	EXPECT_EQ(EPERM, errno_of(write(fd, "x", 1)));
	EXPECT_TRUE(log_denied(self->log, "write", DATA));
	EXPECT_EQ(EPERM, user_errno_of(write(fd, "x", 1)));
	EXPECT_TRUE(log_denied(self->log, "write", DATA));
	EXPECT_EQ(EPERM, errno_of(pwrite(fd, "x", 1, 0)));
	EXPECT_EQ(EPERM, errno_of(pwritev(fd, &iov, 1, 0)));
	EXPECT_EQ(EPERM, errno_of(ftruncate(fd, 0)));
	EXPECT_EQ(EPERM, errno_of(fallocate(fd, 0, 0, 4096)));
	EXPECT_EQ(EPERM, errno_of(fallocate(fd, FALLOC_FL_PUNCH_HOLE |
					    FALLOC_FL_KEEP_SIZE, 0, 4)));
	EXPECT_EQ(EPERM, errno_of(copy_file_range(from, NULL, fd, &pos, 4, 0)));
	EXPECT_EQ(EPERM, errno_of(splice(pipes[0], NULL, fd, &pos, 1, 0)));
	EXPECT_EQ(EPERM, errno_of(sendfile(fd, from, NULL, 4)));
	EXPECT_TRUE(is_same(DATA, DATA_TEXT));

	EXPECT_EQ(0, errno_of(pwrite(to, "x", 1, 0)));
	EXPECT_EQ(0, errno_of(ftruncate(to, 1)));
	EXPECT_EQ(0, errno_of(copy_file_range(from, NULL, to, &pos, 4, 0)));
	EXPECT_EQ(0, errno_of(splice(pipes[0], NULL, to, &pos, 1, 0)));
	EXPECT_EQ(0, errno_of(sendfile(to, from, NULL, 4)));

	/* As long as it is open it may have changed the file: no verdict. */
	EXPECT_EQ(-EACCES, check_file(DATA));
	close(fd);
	EXPECT_EQ(0, check_file(DATA));
}

TEST_F(write, program_with_a_writer_does_not_run)
{
	int fd, map;
	char *p;

	ASSERT_LE(0, fd = open(PROG, O_RDWR | O_CLOEXEC));
	ASSERT_EQ(0, list_layout());
	/* The kernel's own rule is the same for execve(), not for mmap(). */
	EXPECT_EQ(-ETXTBSY, run(PROG, "ok"));
	ASSERT_LE(0, map = open(PROG, O_RDONLY | O_CLOEXEC));
	EXPECT_EQ(MAP_FAILED, mmap(NULL, 4096, PROT_READ | PROT_EXEC,
				   MAP_PRIVATE, map, 0));
	EXPECT_EQ(EACCES, errno);
	EXPECT_TRUE(log_denied(self->log, "mmap", PROG));
	close(fd);
	EXPECT_EQ(0, run(PROG, "ok"));
	p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, map, 0);
	EXPECT_NE(MAP_FAILED, p);
	close(map);
}

TEST_F(write, old_shared_mapping_keeps_the_file_from_being_verified)
{
	char *p;
	int fd;

	ASSERT_LE(0, fd = open(DATA, O_RDWR | O_CLOEXEC));
	p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, p);
	close(fd);
	ASSERT_EQ(0, list_layout());

	EXPECT_EQ(-EACCES, check_file(DATA));
	EXPECT_EQ(0, check_file(PROG));
	/* Nobody can take the mapping away, but what it does is seen. */
	p[0] = 'X';
	EXPECT_EQ(-EACCES, check_file(DATA));
	munmap(p, 4096);
	EXPECT_EQ(-EACCES, check_file(DATA));
}

TEST_F(write, file_that_was_written_before_the_load_is_judged_after_it)
{
	struct text text = {};

	ASSERT_EQ(0, text_add_file(&text, AT, "dir/prog", ""));
	ASSERT_EQ(0, append_file(PROG, "x", 1));
	ASSERT_EQ(0, load(AT, &text));
	EXPECT_EQ(-EACCES, run(PROG, "ok"));
	EXPECT_TRUE(log_denied(self->log, "exec", PROG));
	text_free(&text);
}

/* One write through io_uring. Returns what it gave. */
static int uring_write(int fd)
{
	struct io_uring_params params = {};
	struct io_uring_sqe *sqe;
	char *sq, *cq;
	int ring, ret;

	ring = syscall(__NR_io_uring_setup, 1, &params);
	if (ring < 0)
		return -errno;
	sq = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring,
		  IORING_OFF_SQ_RING);
	cq = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring,
		  IORING_OFF_CQ_RING);
	sqe = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring,
		   IORING_OFF_SQES);
	if (sq == MAP_FAILED || cq == MAP_FAILED || sqe == MAP_FAILED)
		return -ENOMEM;
	sqe->opcode = IORING_OP_WRITE;
	sqe->fd = fd;
	sqe->addr = (unsigned long)"x";
	sqe->len = 1;
	*(unsigned int *)(sq + params.sq_off.array) = 0;
	__atomic_store_n((unsigned int *)(sq + params.sq_off.tail), 1,
			 __ATOMIC_RELEASE);
	ret = syscall(__NR_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS,
		      NULL, 0);
	if (ret != 1)
		return ret < 0 ? -errno : -EIO;
	ret = ((struct io_uring_cqe *)(cq + params.cq_off.cqes))->res;
	close(ring);
	return ret;
}

TEST_F(write, io_uring_writes_no_more_than_write)
{
	int fd, to;

	ASSERT_LE(0, fd = open(DATA, O_RDWR | O_CLOEXEC));
	ASSERT_LE(0, to = open(FREE, O_RDWR | O_CLOEXEC));
	ASSERT_EQ(0, list_layout());
	EXPECT_EQ(-EPERM, uring_write(fd));
	EXPECT_TRUE(log_denied(self->log, "write", DATA));
	EXPECT_EQ(1, uring_write(to));
	EXPECT_TRUE(is_same(DATA, DATA_TEXT));
}

TEST_F(write, other_names_of_the_file_do_not_help)
{
	char fd_path[64];
	int fd;

	ASSERT_EQ(0, list_layout());
	ASSERT_EQ(0, symlink("../dir/data", APART "/symlink"));
	EXPECT_EQ(EPERM, errno_of(open_and_close(APART "/symlink", O_WRONLY)));
	ASSERT_LE(0, fd = open(DATA, O_RDONLY | O_CLOEXEC));
	sprintf(fd_path, "/proc/self/fd/%d", fd);
	EXPECT_EQ(EPERM, errno_of(open_and_close(fd_path, O_WRONLY)));
	close(fd);
	ASSERT_LE(0, fd = open(DATA, O_PATH | O_CLOEXEC));
	sprintf(fd_path, "/proc/self/fd/%d", fd);
	EXPECT_EQ(EPERM, errno_of(open_and_close(fd_path, O_RDWR)));
	close(fd);
	ASSERT_EQ(0, mount(LISTED_DIR, APART, NULL, MS_BIND, NULL));
	EXPECT_EQ(EPERM, errno_of(open_and_close(APART "/data", O_WRONLY)));
	EXPECT_EQ(0, errno_of(open_and_close(APART "/free", O_WRONLY)));
	EXPECT_TRUE(is_same(DATA, DATA_TEXT));
}

TEST_HARNESS_MAIN
