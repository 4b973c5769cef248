// SPDX-License-Identifier: GPL-2.0-only
/* All names of a listed file, and the way to it, stay. */

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "../kselftest_harness.h"
#include "common.h"

FIXTURE(name)
{
	int log;
};

EACH_FS(name);

FIXTURE_SETUP(name)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(variant->fs));
	ASSERT_EQ(0, list_layout());
}

FIXTURE_TEARDOWN(name)
{
	close(self->log);
}

FIXTURE(name_of_links)
{
	int log;
};

EACH_FS_WITH_LINKS(name_of_links);

FIXTURE_SETUP(name_of_links)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(variant->fs));
	ASSERT_EQ(0, copy_file(FREE, APART "/file", 0666));
	ASSERT_EQ(0, link(DATA, APART "/link"));
	ASSERT_EQ(0, list_layout());
}

FIXTURE_TEARDOWN(name_of_links)
{
	close(self->log);
}

static int exchange(const char *a, const char *b)
{
	return renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE);
}

TEST_F(name, directories_on_the_way_stay)
{
	const int renamed = variant->fs == FS_OVERLAY ? EXDEV : 0;

	EXPECT_EQ(EPERM, errno_of(rename(LISTED_SUB, AT "/sub")));
	EXPECT_TRUE(log_denied(self->log, "rename", LISTED_SUB));
	EXPECT_EQ(EPERM, errno_of(rename(LISTED_DIR, AT "/old")));
	EXPECT_TRUE(log_denied(self->log, "rename", LISTED_DIR));
	EXPECT_EQ(EPERM, user_errno_of(rename(LISTED_DIR, AT "/old")));
	EXPECT_TRUE(log_denied(self->log, "rename", LISTED_DIR));
	EXPECT_EQ(EPERM, errno_of(exchange(LISTED_DIR, APART)));
	EXPECT_TRUE(log_denied(self->log, "rename", LISTED_DIR));
	EXPECT_EQ(EPERM, errno_of(rmdir(LISTED_SUB)));
	EXPECT_TRUE(log_denied(self->log, "rmdir", LISTED_SUB));

	/* overlayfs renames no directory of a lower layer by itself. */
	EXPECT_EQ(renamed, errno_of(rename(APART, AT "/old")));
	ASSERT_EQ(0, mkdir(LISTED_DIR "/new", 0777));
	EXPECT_EQ(0, errno_of(rename(LISTED_DIR "/new", LISTED_DIR "/newer")));
	EXPECT_EQ(0, errno_of(rmdir(LISTED_DIR "/newer")));
	EXPECT_TRUE(is_same(DATA, DATA_TEXT));
}

TEST_F(name, directories_on_the_way_take_new_files)
{
	EXPECT_EQ(0, write_file(LISTED_DIR "/new", "new\n", 4, 0644));
	EXPECT_EQ(0, errno_of(unlink(LISTED_DIR "/new")));
	EXPECT_EQ(0, errno_of(chmod(LISTED_DIR, 0755)));
	EXPECT_EQ(0, check_file(DATA));
}

TEST_F(name_of_links, protection_follows_the_file_to_another_name)
{
	EXPECT_EQ(EPERM, errno_of(truncate(APART "/link", 0)));
	EXPECT_EQ(EPERM, errno_of(open(APART "/link", O_WRONLY)));
	/* Either of its names may be told. */
	EXPECT_TRUE(log_denied(self->log, "open_write", NULL));
	EXPECT_EQ(EPERM, errno_of(rename(APART "/file", APART "/link")));
	EXPECT_EQ(0, check_file(APART "/link"));

	EXPECT_EQ(EPERM, errno_of(link(DATA, APART "/more")));
	EXPECT_TRUE(log_denied(self->log, "link", NULL));
	ASSERT_EQ(0, link(FREE, APART "/free"));
	EXPECT_EQ(0, errno_of(truncate(APART "/free", 0)));
	EXPECT_EQ(0, errno_of(unlink(APART "/free")));
}

TEST_HARNESS_MAIN
