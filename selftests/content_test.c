// SPDX-License-Identifier: GPL-2.0-only
/*
 * The content that was verified is the content that is read, and it can no longer
 * change.
 */

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "../kselftest_harness.h"
#include "common.h"

FIXTURE(content)
{
	int log;
};

EACH_FS(content);

FIXTURE_SETUP(content)
{
	ASSERT_EQ(0, enter_state("active"));
	ASSERT_FALSE(in_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(variant->fs));
}

FIXTURE_TEARDOWN(content)
{
	close(self->log);
}

/* Does a page stay with its holder, who can then write to a verified file? */
static bool keeps_pages(enum fs fs)
{
	return fs == FS_TMPFS || fs == FS_OVERLAY;
}

/* A page of @path, mapped so that it can be written to. */
static char *map_page(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	close(fd);
	return p == MAP_FAILED ? NULL : p;
}

TEST_F(content, page_that_somebody_holds_is_not_verified)
{
	struct iovec page = { .iov_len = 4096 };
	int hold[2];

	ASSERT_EQ(0, pipe2(hold, O_CLOEXEC));
	page.iov_base = map_page(DATA);
	ASSERT_NE(NULL, page.iov_base);
	ASSERT_EQ(4096, vmsplice(hold[1], &page, 1, 0));
	ASSERT_EQ(0, munmap(page.iov_base, 4096));
	ASSERT_EQ(0, list_layout());
	if (keeps_pages(variant->fs)) {
		EXPECT_EQ(-EACCES, check_file(DATA));
		EXPECT_EQ(0, map_code(DATA));
		EXPECT_TRUE(log_has(self->log, "op=mmap",
				    "somebody holds a page of the file",
				    NULL));
	} else {
		EXPECT_EQ(0, check_file(DATA));
	}
	close(hold[0]);
	close(hold[1]);
	EXPECT_EQ(0, check_file(DATA));
	EXPECT_TRUE(is_same(DATA, DATA_TEXT));
}

TEST_F(content, what_is_behind_the_end_counts_as_what_is_before)
{
	char *page;

	ASSERT_EQ(0, list_layout());
	EXPECT_EQ(0, check_file(DATA));
	/* Writing to a disk makes it zero again, and an overlay makes a copy. */
	if (variant->fs != FS_TMPFS)
		return;
	page = map_page(DATA);
	ASSERT_NE(NULL, page);
	page[4095] = 1;
	ASSERT_EQ(0, munmap(page, 4096));
	EXPECT_EQ(-EACCES, check_file(DATA));
	EXPECT_EQ(0, map_code(DATA));
	EXPECT_TRUE(log_has(self->log, "op=mmap",
			    "more than zeros behind the end", NULL));
	page = map_page(DATA);
	ASSERT_NE(NULL, page);
	page[4095] = 0;
	ASSERT_EQ(0, munmap(page, 4096));
	EXPECT_EQ(0, check_file(DATA));
}

FIXTURE(content_on_overlay)
{
	int log;
	int before;
};

FIXTURE_SETUP(content_on_overlay)
{
	ASSERT_EQ(0, enter_state("active"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(FS_OVERLAY));
	ASSERT_LE(0, self->before = open(OTHER, O_RDONLY | O_CLOEXEC));
}

FIXTURE_TEARDOWN(content_on_overlay)
{
	close(self->before);
	close(self->log);
}

static int map_code_of(int fd)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);

	if (p == MAP_FAILED)
		return errno;
	munmap(p, 4096);
	return 0;
}

/* A descriptor from before the copy maps the lower file. */
TEST_F(content_on_overlay, mapping_of_what_is_below_a_listed_copy_is_told_of)
{
	struct text text = {};

	ASSERT_EQ(0, chmod(OTHER, 0755));
	ASSERT_EQ(0, text_add_file(&text, AT, "dir/other", ""));
	ASSERT_EQ(0, load(AT, &text));
	EXPECT_EQ(0, check_file(OTHER));
	EXPECT_EQ(0, map_code_of(self->before));
	EXPECT_TRUE(log_has(self->log, "op=mmap", "file is in no manifest",
			    NULL));
	text_free(&text);
}

TEST_F(content_on_overlay, copy_of_a_listed_file_is_another_file)
{
	struct text text = {};

	ASSERT_EQ(0, text_add_file(&text, AT, "dir/other", ""));
	ASSERT_EQ(0, load(AT, &text));
	EXPECT_EQ(0, check_file(OTHER));
	EXPECT_EQ(0, map_code_of(self->before));
	EXPECT_FALSE(log_has(self->log, "op=mmap", "res=1", NULL));
	ASSERT_EQ(0, chmod(OTHER, 0755));
	EXPECT_EQ(-EACCES, check_file(OTHER));
	EXPECT_EQ(0, map_code_of(self->before));
	EXPECT_FALSE(log_has(self->log, "op=mmap", "res=1", NULL));
	EXPECT_EQ(0, map_code(OTHER));
	EXPECT_TRUE(log_has(self->log, "op=mmap", "file is in no manifest",
			    NULL));
	text_free(&text);
}

/* It is one file, whichever overlay shows it. */
TEST_F(content_on_overlay, file_is_listed_through_an_overlay_that_comes_later)
{
	ASSERT_EQ(0, list_layout());
	ASSERT_EQ(0, mount("overlay", AT, "overlay", 0,
			   "lowerdir=" AT "/dir:" AT "/apart"));
	EXPECT_EQ(0, check_file(AT "/prog"));
	EXPECT_EQ(0, run(AT "/prog", "ok"));
	EXPECT_FALSE(log_has(self->log, "op=mmap", "res=1", NULL));
	EXPECT_EQ(-EACCES, check_file(AT "/other"));
	EXPECT_EQ(0, umount2(AT, 0));
}

TEST_HARNESS_MAIN
