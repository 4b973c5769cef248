// SPDX-License-Identifier: GPL-2.0-only
/* A file that somebody may still write to does not count as verified. */

#include <fcntl.h>
#include <sys/mman.h>

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

TEST_F(write, program_with_a_writer_does_not_run)
{
	int fd, map;
	char *p;

	ASSERT_LE(0, fd = open(PROG, O_RDWR | O_CLOEXEC));
	ASSERT_EQ(0, list_layout());
	/* The kernel itself has this rule for execve(), but not for mmap(). */
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
	/* Nobody can take the mapping away, but the kernel notices what it does. */
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

TEST_HARNESS_MAIN
