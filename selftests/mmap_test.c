// SPDX-License-Identifier: GPL-2.0-only
/* What may be mapped or made executable under enforcement. */

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/mount.h>

#include "../kselftest_harness.h"
#include "common.h"

#define LEN	4096

FIXTURE(mmap)
{
	int log;
	int listed;
	int other;
};

EACH_FS(mmap);

FIXTURE_SETUP(mmap)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(variant->fs));
	ASSERT_EQ(0, list_layout());
	ASSERT_LE(0, self->listed = open(PROG, O_RDONLY | O_CLOEXEC));
	ASSERT_LE(0, self->other = open(OTHER, O_RDWR | O_CLOEXEC));
}

FIXTURE_TEARDOWN(mmap)
{
	close(self->other);
	close(self->listed);
	close(self->log);
}

/* Maps the file and unmaps it. Returns 0 or errno. */
static int map(int fd, int prot, int flags)
{
	void *p = mmap(NULL, LEN, prot, flags, fd, 0);

	if (p == MAP_FAILED)
		return errno;
	munmap(p, LEN);
	return 0;
}

/* Maps with one protection, then changes it to another. */
static int remap(int fd, int prot, int flags, bool write, int new_prot)
{
	char *p = mmap(NULL, LEN, prot, flags, fd, 0);
	int ret;

	if (p == MAP_FAILED)
		return 255;
	if (write)
		p[0] = 1;
	ret = errno_of(mprotect(p, LEN, new_prot));
	munmap(p, LEN);
	return ret;
}

TEST_F(mmap, data_is_mapped_from_anywhere)
{
	EXPECT_EQ(0, map(self->other, PROT_READ, MAP_PRIVATE));
	EXPECT_EQ(0, map(self->other, PROT_READ | PROT_WRITE, MAP_SHARED));
	EXPECT_EQ(0, map(self->listed, PROT_READ | PROT_WRITE, MAP_PRIVATE));
}

TEST_F(mmap, writable_and_executable_never_go_together)
{
	const int all = PROT_READ | PROT_WRITE | PROT_EXEC;

	EXPECT_EQ(EACCES, map(self->listed, all, MAP_PRIVATE));
	EXPECT_TRUE(log_denied(self->log, "mmap", PROG));
	EXPECT_EQ(EACCES, remap(self->listed, PROT_READ | PROT_EXEC,
				MAP_PRIVATE, false, all));
	EXPECT_TRUE(log_denied(self->log, "mprotect", PROG));
	EXPECT_EQ(0, map(self->listed, PROT_READ | PROT_EXEC, MAP_PRIVATE));
}

TEST_F(mmap, memory_of_a_memfd_is_not_executable)
{
	int fd = memfd_create("code", MFD_CLOEXEC);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, ftruncate(fd, LEN));
	EXPECT_EQ(0, map(fd, PROT_READ, MAP_SHARED));
	EXPECT_EQ(EACCES, map(fd, PROT_READ | PROT_EXEC, MAP_SHARED));
	EXPECT_TRUE(log_has(self->log, "type=1800", "op=mmap",
			    "name=2F6D656D66643A", "res=0", NULL));
	close(fd);
}

/* Whether it was used before makes no difference: it is verified when mapped. */
TEST_F(mmap, protection_of_a_file_that_was_not_used_before_is_widened)
{
	EXPECT_EQ(0, remap(self->listed, PROT_READ, MAP_PRIVATE, false,
			   PROT_READ | PROT_EXEC));
	EXPECT_EQ(EACCES, remap(self->other, PROT_READ, MAP_PRIVATE, false,
				PROT_READ | PROT_EXEC));
	EXPECT_TRUE(log_denied(self->log, "mprotect", OTHER));
}

TEST_F(mmap, pages_that_were_written_do_not_become_executable)
{
	ASSERT_EQ(0, check_file(PROG));
	EXPECT_EQ(EACCES, remap(self->listed, PROT_READ | PROT_WRITE,
				MAP_PRIVATE, true, PROT_READ | PROT_EXEC));
	EXPECT_TRUE(log_denied(self->log, "mprotect", PROG));
	EXPECT_EQ(0, remap(self->listed, PROT_READ, MAP_PRIVATE, false,
			   PROT_READ | PROT_EXEC));
}

TEST_HARNESS_MAIN
