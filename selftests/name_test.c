// SPDX-License-Identifier: GPL-2.0-only
/* All names of a listed file, and the way to it, stay. */

#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
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

/* The way to a file, and beside each directory one that leads to nothing. */
#define TREE	AT "/tree"

static const char *const on_the_way[] = {
	TREE, TREE "/one", TREE "/one/two", TREE "/one/two/three",
};

static const char *const beside[] = {
	AT "/side", TREE "/side", TREE "/one/side", TREE "/one/two/side",
};

TEST_F(name, directories_far_above_stay)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(on_the_way); i++) {
		ASSERT_EQ(0, mkdir(on_the_way[i], 0777));
		ASSERT_EQ(0, mkdir(beside[i], 0777));
	}
	ASSERT_EQ(0, mkdir(AT "/empty", 0777));
	ASSERT_EQ(0, write_file(TREE "/one/two/three/file", "file\n", 5, 0644));
	ASSERT_EQ(0, load_file(AT, "tree/one/two/three/file", ""));

	for (i = 0; i < ARRAY_SIZE(on_the_way); i++) {
		const char *dir = on_the_way[i];

		EXPECT_EQ(EPERM, errno_of(rename(dir, AT "/away")));
		EXPECT_TRUE(log_denied(self->log, "rename", dir));
		EXPECT_EQ(EPERM, errno_of(rename(AT "/empty", dir)));
		EXPECT_TRUE(log_denied(self->log, "rename", dir));
		EXPECT_EQ(EPERM, errno_of(exchange(dir, AT "/empty")));
		EXPECT_TRUE(log_denied(self->log, "rename", dir));
		EXPECT_EQ(EPERM, errno_of(exchange(AT "/empty", dir)));
		EXPECT_TRUE(log_denied(self->log, "rename", dir));
		EXPECT_EQ(EPERM, errno_of(rmdir(dir)));
		EXPECT_TRUE(log_denied(self->log, "rmdir", dir));
	}
	EXPECT_EQ(0, check_file(TREE "/one/two/three/file"));

	for (i = 0; i < ARRAY_SIZE(beside); i++) {
		EXPECT_EQ(0, errno_of(rename(beside[i], AT "/away")));
		EXPECT_EQ(0, errno_of(rename(AT "/away", beside[i])));
		EXPECT_EQ(0, errno_of(exchange(beside[i], AT "/empty")));
		EXPECT_EQ(0, errno_of(exchange(AT "/empty", beside[i])));
		EXPECT_EQ(0, errno_of(rename(AT "/empty", beside[i])));
		EXPECT_EQ(0, errno_of(rmdir(beside[i])));
		ASSERT_EQ(0, mkdir(AT "/empty", 0777));
	}
}

/* An overlay that renames directories of the layer below, and that layer. */
FIXTURE(name_on_overlay)
{
	int log;
	int below;
};

FIXTURE_SETUP(name_on_overlay)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(FS_EXT4));
	ASSERT_EQ(0, mkdir(APART "/sub", 0777));
	ASSERT_EQ(0, write_file(APART "/sub/file", "file\n", 5, 0666));
	self->below = open(AT, O_PATH | O_CLOEXEC);
	ASSERT_LE(0, self->below);
	ASSERT_EQ(0, mount_overlay_with(",redirect_dir=on"));
	ASSERT_EQ(0, list_layout());
}

FIXTURE_TEARDOWN(name_on_overlay)
{
	close(self->below);
	close(self->log);
}

TEST_F(name_on_overlay, ways_to_what_is_below_stay)
{
	/* Now there is a directory of this name above, too. */
	ASSERT_EQ(0, write_file(LISTED_SUB "/new", "new\n", 4, 0644));
	ASSERT_EQ(0, write_file(APART "/sub/new", "new\n", 4, 0644));

	EXPECT_EQ(EPERM, errno_of(rename(LISTED_SUB, AT "/old")));
	EXPECT_TRUE(log_denied(self->log, "rename", LISTED_SUB));
	EXPECT_EQ(EPERM, errno_of(rename(LISTED_DIR, AT "/old")));
	EXPECT_TRUE(log_denied(self->log, "rename", LISTED_DIR));
	EXPECT_EQ(EPERM, errno_of(exchange(LISTED_DIR, APART)));
	EXPECT_TRUE(log_denied(self->log, "rename", LISTED_DIR));
	EXPECT_EQ(EPERM, errno_of(unlink(DATA)));
	EXPECT_TRUE(log_denied(self->log, "unlink", DATA));
	EXPECT_EQ(EPERM, errno_of(rename(DATA, AT "/data")));
	EXPECT_TRUE(log_denied(self->log, "rename", DATA));
	EXPECT_EQ(0, check_file(DATA));
	EXPECT_EQ(0, check_file(DEEP));

	EXPECT_EQ(0, errno_of(rename(APART "/sub", AT "/old")));
	EXPECT_TRUE(is_same(AT "/old/file", "file\n"));
	EXPECT_EQ(0, errno_of(exchange(AT "/old", APART)));
	EXPECT_EQ(0, errno_of(unlink(FREE)));
	EXPECT_EQ(0, errno_of(rename(OTHER, AT "/other")));
}

TEST_F(name_on_overlay, names_in_the_layer_below_stay)
{
	const int at = self->below;

	EXPECT_EQ(EPERM, errno_of(renameat(at, "dir/sub", at, "old")));
	EXPECT_TRUE(log_denied(self->log, "rename", "/dir/sub"));
	EXPECT_EQ(EPERM, errno_of(renameat(at, "dir", at, "old")));
	EXPECT_TRUE(log_denied(self->log, "rename", "/dir"));
	EXPECT_EQ(EPERM, errno_of(renameat2(at, "dir", at, "apart",
					    RENAME_EXCHANGE)));
	EXPECT_TRUE(log_denied(self->log, "rename", "/dir"));
	EXPECT_EQ(EPERM, errno_of(renameat(at, "dir/data", at, "data")));
	EXPECT_TRUE(log_denied(self->log, "rename", "/dir/data"));
	EXPECT_EQ(EPERM, errno_of(unlinkat(at, "dir/sub/deep", 0)));
	EXPECT_TRUE(log_denied(self->log, "unlink", "/dir/sub/deep"));
	EXPECT_EQ(EPERM, errno_of(openat(at, "dir/data", O_WRONLY)));
	EXPECT_TRUE(log_denied(self->log, "open_write", NULL));

	EXPECT_EQ(0, errno_of(renameat(at, "apart/sub", at, "old")));
	EXPECT_EQ(0, errno_of(renameat2(at, "old", at, "apart",
					RENAME_EXCHANGE)));
	EXPECT_EQ(0, errno_of(renameat(at, "dir/other", at, "other")));
	EXPECT_EQ(0, errno_of(unlinkat(at, "dir/free", 0)));
	EXPECT_EQ(0, check_file(DATA));
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

/* Whoever renames a directory above a mount point moves what is mounted there. */
TEST(directories_above_a_mount_point_stay)
{
	int log;

	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, log = log_open());
	ASSERT_EQ(0, make_layout(FS_TMPFS));
	ASSERT_EQ(0, mkdir(AT "/above", 0755));
	ASSERT_EQ(0, mkdir(AT "/above/point", 0755));
	ASSERT_EQ(0, mkdir(AT "/beside", 0755));
	ASSERT_EQ(0, mount("tmpfs", AT "/above/point", "tmpfs", 0, ""));
	ASSERT_EQ(0, copy_file(PROG, AT "/above/point/prog", 0755));
	ASSERT_EQ(0, load_file(AT, "above/point/prog", ""));
	EXPECT_EQ(EPERM, errno_of(rename(AT "/above", AT "/aside")));
	EXPECT_TRUE(log_denied(log, "rename", AT "/above"));
	EXPECT_EQ(0, rename(AT "/beside", AT "/aside"));
	EXPECT_EQ(0, run(AT "/above/point/prog", "ok"));
	EXPECT_EQ(0, umount2(AT "/above/point", MNT_DETACH));
	close(log);
}

TEST_HARNESS_MAIN
