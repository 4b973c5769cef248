// SPDX-License-Identifier: GPL-2.0-only
/* A listed file keeps all its names and the way to it. */

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>

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

	/* By default overlayfs does not rename directories of a lower layer. */
	EXPECT_EQ(renamed, errno_of(rename(APART, AT "/old")));
	ASSERT_EQ(0, mkdir(LISTED_DIR "/new", 0777));
	EXPECT_EQ(0, errno_of(rename(LISTED_DIR "/new", LISTED_DIR "/newer")));
	EXPECT_EQ(0, errno_of(rmdir(LISTED_DIR "/newer")));
	EXPECT_TRUE(is_same(DATA, DATA_TEXT));
}

/*
 * The directories that lead to a file, and beside each of them one that leads to
 * nothing.
 */
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

/* An overlay that does rename directories of its lower layer, and that layer. */
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
	/* The kernel may report either of its names. */
	EXPECT_TRUE(log_denied(self->log, "open_write", NULL));
	EXPECT_EQ(EPERM, errno_of(rename(APART "/file", APART "/link")));
	EXPECT_EQ(0, check_file(APART "/link"));

	EXPECT_EQ(EPERM, errno_of(link(DATA, APART "/more")));
	EXPECT_TRUE(log_denied(self->log, "link", NULL));
	ASSERT_EQ(0, link(FREE, APART "/free"));
	EXPECT_EQ(0, errno_of(truncate(APART "/free", 0)));
	EXPECT_EQ(0, errno_of(unlink(APART "/free")));
}

/* -- Symbolic links, which are listed by themselves or lead to a listed file. */

#define LINK		LISTED_SUB "/link"	/* listed, leads to no listed file */
#define FREE_LINK	LISTED_SUB "/free"	/* the same, but not listed */
#define AWAY		AT "/away"
#define LINK_TEXT	"../data"

FIXTURE(link)
{
	int log;
};

FIXTURE_VARIANT(link)
{
	enum fs fs;
};

FIXTURE_VARIANT_ADD(link, tmpfs) { .fs = FS_TMPFS };
FIXTURE_VARIANT_ADD(link, ext4) { .fs = FS_EXT4 };
FIXTURE_VARIANT_ADD(link, overlay) { .fs = FS_OVERLAY };
FIXTURE_VARIANT_ADD(link, xfs) { .fs = FS_XFS };
FIXTURE_VARIANT_ADD(link, btrfs) { .fs = FS_BTRFS };

FIXTURE_SETUP(link)
{
	const bool overlay = variant->fs == FS_OVERLAY;

	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	/*
	 * On overlayfs the links are in the lower layer: a change would copy them up.
	 */
	ASSERT_EQ(0, make_layout(overlay ? FS_EXT4 : variant->fs));
	ASSERT_EQ(0, symlink(LINK_TEXT, LINK));
	ASSERT_EQ(0, symlink(LINK_TEXT, FREE_LINK));
	ASSERT_EQ(0, symlink("hop", AT "/way"));
	ASSERT_EQ(0, symlink("apart", AT "/hop"));
	ASSERT_EQ(0, symlink("apart", AT "/side"));
	ASSERT_EQ(0, write_file(APART "/file", "file\n", 5, 0666));
	if (overlay)
		ASSERT_EQ(0, mount_overlay());
}

FIXTURE_TEARDOWN(link)
{
	close(self->log);
}

/* Loads a manifest of one line, or another version of it. */
static int load_line(unsigned int version, const char *line)
{
	struct text text = {};
	int ret;

	ret = text_add(&text, "%%name link-%d\n%%version %u\n%s", getpid(),
		       version, line);
	if (!ret)
		ret = load(AT, &text);
	text_free(&text);
	return ret;
}

static int change_time(const char *path, bool content)
{
	const struct timespec times[] = {
		{ .tv_sec = 1 }, { .tv_sec = 1, .tv_nsec = content ? 0 : UTIME_OMIT },
	};

	return utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW);
}

static int do_unlink(const char *path)
{
	return unlink(path);
}

static int do_rename(const char *path)
{
	return rename(path, AWAY);
}

static int do_replace(const char *path)
{
	return symlink("evil", AWAY) ?: rename(AWAY, path);
}

static int do_exchange(const char *path)
{
	return symlink("evil", AWAY) ?: exchange(path, AWAY);
}

static int do_exchange_back(const char *path)
{
	return symlink("evil", AWAY) ?: exchange(AWAY, path);
}

static int do_link(const char *path)
{
	return linkat(AT_FDCWD, path, AT_FDCWD, AWAY, 0);
}

static int do_chown(const char *path)
{
	return lchown(path, NOBODY, NOBODY);
}

static int do_set_time(const char *path)
{
	return change_time(path, true);
}

static int do_set_access_time(const char *path)
{
	return change_time(path, false);
}

static int do_setxattr(const char *path)
{
	return lsetxattr(path, "trusted.label", "x", 1, 0);
}

/**
 * struct link_change - a way to change a link
 * @op: what it is called in what the kernel says
 * @make: does it
 */
static const struct link_change {
	const char *op;
	int (*make)(const char *path);
} link_changes[] = {
	{ "unlink", do_unlink },
	{ "rename", do_rename },
	{ "rename", do_replace },
	{ "rename", do_exchange },
	{ "rename", do_exchange_back },
	{ "link", do_link },
	{ "setattr", do_chown },
	{ "setattr", do_set_time },
	{ "copy_up", do_set_access_time },
	{ "setxattr", do_setxattr },
};

static bool can_be(const struct link_change *c, enum fs fs)
{
	return fs == FS_OVERLAY || strcmp(c->op, "copy_up");
}

#define LINK_CAUSE "link is in a manifest, or leads to a file in one"

/* Does the kernel report it in one line and one record, with the right cause? */
static bool told_of_link(int log, const char *op, const char *path)
{
	char line[256], record[256];

	snprintf(line, sizeof(line), "veriexec: %s of %s denied: " LINK_CAUSE,
		 op, path + strlen(AT));
	snprintf(record, sizeof(record), "lsm=veriexec op=%s cause=link reason=\""
		 LINK_CAUSE "\"", op);
	return log_has(log, line, NULL) &&
	       log_has(log, "type=1800", record, path + strlen(AT), " res=0",
		       NULL);
}

static bool leads_to(const char *path, const char *want)
{
	char text[64] = "";

	return readlink(path, text, sizeof(text) - 1) > 0 &&
	       !strcmp(text, want);
}

TEST_F(link, listed_link_stays_as_it_is)
{
	size_t i;

	ASSERT_EQ(0, load_line(1, "dir/sub/link link=" LINK_TEXT "\n"));
	for (i = 0; i < ARRAY_SIZE(link_changes); i++) {
		const struct link_change *c = &link_changes[i];

		if (!can_be(c, variant->fs))
			continue;
		unlink(AWAY);
		ASSERT_EQ(EPERM, errno_of(c->make(LINK))) TH_LOG("case %zu", i);
		ASSERT_TRUE(told_of_link(self->log, c->op, LINK))
			TH_LOG("case %zu", i);
		EXPECT_TRUE(leads_to(LINK, LINK_TEXT));

		unlink(AWAY);
		unlink(FREE_LINK);
		ASSERT_EQ(0, symlink(LINK_TEXT, FREE_LINK));
		EXPECT_EQ(0, errno_of(c->make(FREE_LINK)))
			TH_LOG("case %zu", i);
	}
	EXPECT_FALSE(log_has_now(self->log, "veriexec: ", " denied", NULL));
}

/* The link is in the lower layer, so it makes no difference what shows it. */
TEST_F(link, unlisted_link_of_the_layer_below_is_replaced)
{
	ASSERT_EQ(0, load_line(1, "dir/sub/link link=" LINK_TEXT "\n"));
	EXPECT_EQ(0, errno_of(do_set_access_time(FREE_LINK)));
	EXPECT_EQ(0, errno_of(do_chown(FREE_LINK)));
	EXPECT_EQ(0, errno_of(do_replace(FREE_LINK)));
	EXPECT_TRUE(leads_to(FREE_LINK, "evil"));
}

TEST_F(link, directories_that_lead_to_a_link_stay)
{
	const int renamed = variant->fs == FS_OVERLAY ? EXDEV : 0;

	ASSERT_EQ(0, load_line(1, "dir/sub/link link=" LINK_TEXT "\n"));
	EXPECT_EQ(EPERM, errno_of(rename(LISTED_SUB, AWAY)));
	EXPECT_TRUE(log_denied(self->log, "rename", LISTED_SUB));
	EXPECT_EQ(EPERM, errno_of(rename(LISTED_DIR, AWAY)));
	EXPECT_TRUE(log_denied(self->log, "rename", LISTED_DIR));
	EXPECT_EQ(renamed, errno_of(rename(APART, AWAY)));
}

TEST_F(link, what_a_listed_link_leads_to_is_not_listed_by_it)
{
	ASSERT_EQ(0, load_line(1, "dir/sub/link link=" LINK_TEXT "\n"));
	EXPECT_EQ(-EACCES, check_file(LINK));
	EXPECT_EQ(-EACCES, check_file(DATA));
	EXPECT_EQ(0, errno_of(truncate(LINK, 0)));
	EXPECT_EQ(0, errno_of(unlink(DATA)));

	ASSERT_EQ(0, load_file(AT, "dir/free", ""));
	EXPECT_EQ(0, check_file(FREE));
}

/*
 * Each version lists a file that is there, or it would be refused as that of another
 * root.
 */
#define STAYS	"side link=apart\n"

TEST_F(link, later_versions_change_and_drop_it)
{
	ASSERT_EQ(0, load_line(1, STAYS "dir/sub/link link=" LINK_TEXT "\n"));
	EXPECT_EQ(EPERM, errno_of(do_unlink(LINK)));

	/* The link still leads elsewhere, so that it may be replaced. */
	ASSERT_EQ(0, load_line(2, STAYS "dir/sub/link link=evil\n"));
	EXPECT_TRUE(log_has(self->log, "dir/sub/link is listed but leads elsewhere",
			    NULL));
	EXPECT_TRUE(log_has(self->log, "1 files, 1 missing", NULL));
	EXPECT_EQ(0, errno_of(do_replace(LINK)));
	ASSERT_EQ(0, load_line(2, STAYS "dir/sub/link link=evil\n"));
	EXPECT_TRUE(log_has(self->log, "2 files, 0 missing", NULL));
	EXPECT_EQ(EPERM, errno_of(do_unlink(LINK)));
	EXPECT_TRUE(told_of_link(self->log, "unlink", LINK));

	ASSERT_EQ(0, load_line(3, STAYS "another link=elsewhere\n"));
	EXPECT_EQ(0, errno_of(do_unlink(LINK)));
}

TEST_F(link, links_that_a_listed_path_goes_through_stay)
{
	static const char *const links[] = { AT "/way", AT "/hop" };
	size_t i, k;

	ASSERT_EQ(0, load_file(AT, "way/file", ""));
	EXPECT_EQ(0, check_file(APART "/file"));
	for (k = 0; k < ARRAY_SIZE(links); k++)
		for (i = 0; i < ARRAY_SIZE(link_changes); i++) {
			if (!can_be(&link_changes[i], variant->fs))
				continue;
			unlink(AWAY);
			ASSERT_EQ(EPERM,
				  errno_of(link_changes[i].make(links[k])));
			ASSERT_TRUE(told_of_link(self->log, link_changes[i].op,
						 links[k]));
		}
	EXPECT_EQ(0, check_file(AT "/way/file"));
	EXPECT_EQ(0, errno_of(do_chown(AT "/side")));
	EXPECT_EQ(0, errno_of(do_unlink(AT "/side")));
}

TEST_F(link, links_to_what_is_not_there_are_free)
{
	ASSERT_EQ(0, load_line(1, "way/none link=a\nway/file link=b\n"
			       "dir/sub/link link=" LINK_TEXT "\n"));
	EXPECT_EQ(0, errno_of(do_chown(AT "/hop")));
	EXPECT_EQ(0, errno_of(do_unlink(AT "/way")));
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
