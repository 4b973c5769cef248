// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the file "check" tells whoever may read a file, and nobody else.
 */

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "../kselftest_harness.h"
#include "common.h"

#define SIGNER	"PackageDevelopmentECP256_2026"
#define FROM	"\tcheck\t" SIGNER "\n"
#define MINE	AT "/mine"

FIXTURE(check)
{
	int fd;
};

FIXTURE_VARIANT(check)
{
	enum fs fs;
};

FIXTURE_VARIANT_ADD(check, tmpfs) { .fs = FS_TMPFS };
FIXTURE_VARIANT_ADD(check, ext4) { .fs = FS_EXT4 };

FIXTURE_SETUP(check)
{
	ASSERT_EQ(0, make_layout(variant->fs));
	ASSERT_LE(0, self->fd = open(CONTROL "check", O_RDWR | O_CLOEXEC));
}

FIXTURE_TEARDOWN(check)
{
	close(self->fd);
}

static int put_number(int check, int fd)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", fd);
	return write(check, number, strlen(number)) < 0 ? -errno : 0;
}

/* Reads the answer. */
static const char *answer(int check)
{
	static char line[1025];
	ssize_t len = read(check, line, sizeof(line) - 1);

	line[len < 0 ? 0 : len] = '\0';
	return len < 0 ? strerror(errno) : line;
}

/* Opens a file with @flags and asks for it. The answer is left to be read. */
static int ask_opened(int check, const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);
	int ret = fd < 0 ? -errno : put_number(check, fd);

	close(fd);
	return ret;
}

static int ask(int check, const char *path)
{
	return ask_opened(check, path, O_RDONLY);
}

static bool answers(int check, const char *path, int ret, const char *want)
{
	const int got = ask(check, path);
	const char *line = answer(check);

	if (got == ret && !strcmp(line, want))
		return true;
	fprintf(stderr, "# %s: gave %d, \"%s\"\n", path, got, line);
	return false;
}

/* Lists a file in a manifest that has a name. */
static int list_file(const char *path, const char *rest)
{
	struct text text = {};
	int ret;

	ret = text_add(&text, "%%name check\n") ?:
	      text_add_file(&text, AT, path, rest) ?: load(AT, &text);
	text_free(&text);
	return ret;
}

/* Lists it with the fingerprint of something else. */
static int list_other(void)
{
	struct text text = {};
	int ret;

	ret = text_add(&text, "%%name check\nmine sha256=%064d\n", 0) ?:
	      load(AT, &text);
	text_free(&text);
	return ret;
}

static int list_revoked(void)
{
	struct text text = {};
	char hex[65];
	int ret;

	/* The content is unique, so that no other file is revoked with it. */
	ret = append_file(MINE, "revoked", 7) ?: fingerprint(MINE, hex) ?:
	      text_add(&text, "%%name check\n%%revoke sha256=%s\nmine sha256=%s\n",
		       hex, hex) ?: load(AT, &text);
	text_free(&text);
	return ret;
}

static int list_plain(void)
{
	return list_file("mine", "");
}

static int list_set_id(void)
{
	return chmod(MINE, 04755) ? -errno : list_plain();
}

static int list_set_id_with_mode(void)
{
	return chmod(MINE, 04755) ? -errno : list_file("mine", "mode=4755");
}

static int list_caps(void)
{
	static const unsigned char net_raw[20] = { 1, 0, 0, 2, 0, 0x20 };

	return setxattr(MINE, "security.capability", net_raw, sizeof(net_raw),
			0) ? -errno : list_plain();
}

static int list_mode(void)
{
	return list_file("mine", "mode=444");
}

static int list_indirect(void)
{
	return list_file("mine", "indirect verify");
}

/* Somebody opens it for writing before it is listed. */
static int held = -1;

static int list_open(void)
{
	held = open(MINE, O_RDWR | O_CLOEXEC);
	return held < 0 ? -errno : list_plain();
}

static int list_nothing(void)
{
	return 0;
}

static const struct {
	int (*list)(void);
	int ret;
	const char *line;
} cases[] = {
	{ list_nothing, -EACCES,
	  "denied\tnot-listed\tfile is in no manifest\t-\t-\t-\n" },
	{ list_plain, 0, "verified\t-\t-\t-" FROM },
	{ list_other, -EACCES,
	  "denied\tmismatch\tfingerprint does not match\t-" FROM },
	{ list_mode, -EACCES,
	  "denied\twrong-owner\towner, group or mode is not as listed\t-" FROM },
	{ list_open, -EACCES,
	  "denied\thas-writer\tfile or its disk is open for writing\t-" FROM },
	{ list_revoked, -EACCES,
	  "denied\trevoked\tfingerprint is revoked\t-" FROM },
	{ list_indirect, 0,
	  "verified\tonly-indirect\tprogram may only run indirectly\tindirect,verify" FROM },
	{ list_set_id, 0,
	  "verified\tset-id\tits entry does not grant its set-id bit\t-" FROM },
	{ list_set_id_with_mode, 0, "verified\t-\t-\t-" FROM },
	{ list_caps, 0,
	  "verified\tcaps\tits entry does not grant its file capabilities\t-" FROM },
};

TEST_F(check, each_cause_is_told_with_the_manifest)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		ASSERT_EQ(0, umount(AT));
		ASSERT_EQ(0, make_layout(variant->fs));
		ASSERT_EQ(0, copy_file(PROG, MINE, 0755));
		ASSERT_EQ(0, cases[i].list()) TH_LOG("case %zu", i);
		EXPECT_TRUE(answers(self->fd, MINE, cases[i].ret,
				    cases[i].line)) TH_LOG("case %zu", i);
		close(held);
		held = -1;
	}
}

/* It does not help to list such a file. */
TEST_F(check, file_on_storage_that_changes_by_itself_is_told)
{
	EXPECT_TRUE(answers(self->fd, "/proc/version", -EACCES,
			    "denied\tchanges-beneath\tfile is in no manifest, and lies on storage that can change by itself\t-\t-\t-\n"));
	EXPECT_TRUE(answers(self->fd, OTHER, -EACCES,
			    "denied\tnot-listed\tfile is in no manifest\t-\t-\t-\n"));
}

TEST_F(check, file_of_the_initramfs_is_told)
{
	EXPECT_TRUE(answers(self->fd, "/proc/self/exe", 0,
			    "initramfs\t-\t-\t-\t-\t-\n"));
}

/* Whoever has a descriptor that cannot be read from is not a reader. */
TEST_F(check, who_may_not_read_the_file_is_told_nothing)
{
	int fd;

	EXPECT_EQ(-EACCES, ask_opened(self->fd, OTHER, O_WRONLY));
	EXPECT_STREQ("", answer(self->fd));
	EXPECT_EQ(-EACCES, ask_opened(self->fd, OTHER, O_RDWR));
	EXPECT_EQ(0, strncmp(answer(self->fd), "denied\tnot-listed\t", 18));

	EXPECT_EQ(-EBADF, ask_opened(self->fd, OTHER, O_PATH));
	EXPECT_STREQ("", answer(self->fd));
	EXPECT_EQ(-EACCES, ask(self->fd, AT));
	EXPECT_STREQ("", answer(self->fd));

	/* Whoever only asks, and cannot read an answer, gets a verdict as before. */
	ASSERT_EQ(0, list_layout());
	ASSERT_LE(0, fd = open(CONTROL "check", O_WRONLY | O_CLOEXEC));
	EXPECT_EQ(0, ask(fd, PROG));
	EXPECT_EQ(-EACCES, ask(fd, OTHER));
	EXPECT_STREQ(strerror(EBADF), answer(fd));
	close(fd);
	EXPECT_EQ(0, user_errno_of(answers(self->fd, PROG, 0,
					   "verified\t-\t-\t-\t-\t" SIGNER "\n")
				   ? 0 : -1));
}

TEST_F(check, answer_is_that_to_the_last_question)
{
	char few[4] = "";

	ASSERT_EQ(0, list_layout());
	EXPECT_STREQ("", answer(self->fd));
	EXPECT_EQ(0, ask(self->fd, PROG));
	ASSERT_EQ(3, read(self->fd, few, 3));
	EXPECT_STREQ("ver", few);
	EXPECT_EQ(0, strncmp(answer(self->fd), "ified\t", 6));
	EXPECT_STREQ("", answer(self->fd));

	/* Half of one answer is not followed by half of the next. */
	EXPECT_EQ(0, ask(self->fd, PROG));
	ASSERT_EQ(3, read(self->fd, few, 3));
	EXPECT_EQ(-EACCES, ask(self->fd, OTHER));
	EXPECT_EQ(0, strncmp(answer(self->fd), "denied\t", 7));

	EXPECT_EQ(0, ask(self->fd, PROG));
	EXPECT_EQ(-1, write(self->fd, "x", 1));
	EXPECT_STREQ("", answer(self->fd));
}

static void *ask_often(void *check)
{
	long i, ret = 0;

	for (i = 0; i < 2000; i++)
		ret |= ask((long)check, PROG) ||
		       ask((long)check, OTHER) != -EACCES;
	return (void *)ret;
}

/* A thread reads one line or the other, never a part of each. */
TEST_F(check, threads_that_share_it_get_whole_lines)
{
	static const char good[] = "verified\t-\t-\t-\t-\t" SIGNER "\n";
	static const char bad[] =
		"denied\tnot-listed\tfile is in no manifest\t-\t-\t-\n";
	pthread_t threads[2];
	void *ret;
	size_t i;

	ASSERT_EQ(0, list_layout());
	for (i = 0; i < ARRAY_SIZE(threads); i++)
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, ask_often,
					    (void *)(long)self->fd));
	for (i = 0; i < 20000; i++) {
		const char *line = answer(self->fd);

		ASSERT_TRUE(!*line || !strcmp(line, good) ||
			    !strcmp(line, bad)) TH_LOG("%s", line);
	}
	for (i = 0; i < ARRAY_SIZE(threads); i++) {
		pthread_join(threads[i], &ret);
		EXPECT_EQ(NULL, ret);
	}
}

TEST_HARNESS_MAIN
