// SPDX-License-Identifier: GPL-2.0-only
/*
 * What becomes of a verdict while the file or the table changes. It takes two
 * processors, or CONFIG_SECURITY_VERIEXEC_RACES. Has to run in a boot that has not gone
 * beyond "active": under enforce nobody writes to a listed file.
 */

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../kselftest_harness.h"
#include "common.h"

#define ROUNDS	50
#define LOADS	20
#define VERSIONS	40

FIXTURE(races)
{
	pthread_t threads[3];
	size_t count;
};

EACH_FS(races);

static int put_first(const char *path, char c)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return -errno;
	ret = pwrite(fd, &c, 1, 0) == 1 ? 0 : -errno;
	close(fd);
	return ret;
}

FIXTURE_SETUP(races)
{
	ASSERT_EQ(0, enter_state("active"));
	ASSERT_FALSE(in_state("enforce"));
	ASSERT_EQ(0, make_layout(variant->fs));
	/* On overlayfs, the first write copies it up. */
	ASSERT_EQ(0, put_first(DATA, DATA_TEXT[0]));
}

static atomic_bool done;

FIXTURE_TEARDOWN(races)
{
	size_t i;

	done = true;
	for (i = 0; i < self->count; i++)
		EXPECT_EQ(0, pthread_join(self->threads[i], NULL));
}

/* The verdict does not matter here, only that somebody asks for it. */
static void *keep_asking(void *path)
{
	while (!done)
		check_file(path);
	return NULL;
}

static atomic_long denied;

/* A file that is written to is compared with its entry anew at every question. */
static void *count_denials(void *path)
{
	while (!done) {
		put_first(path, DATA_TEXT[0]);
		denied += !!check_file(path);
	}
	return NULL;
}

#define START(work, path)						\
	ASSERT_EQ(0, pthread_create(&self->threads[self->count++], NULL, \
				    work, path))

/* Long enough to hit each moment of a judgement in turn. */
static void pause_a_while(void)
{
	usleep(rand() % 2000);
}

TEST_F_TIMEOUT(races, what_is_written_while_it_is_verified, 600)
{
	int i;

	ASSERT_EQ(0, list_layout());
	START(keep_asking, DATA);
	for (i = 0; i < ROUNDS; i++) {
		pause_a_while();
		ASSERT_EQ(0, put_first(DATA, 'X'));
		ASSERT_EQ(-EACCES, check_file(DATA)) TH_LOG("round %d", i);
		ASSERT_EQ(0, put_first(DATA, DATA_TEXT[0]));
		ASSERT_EQ(0, check_file(DATA)) TH_LOG("round %d", i);
		/* Once more, now that nobody waits for the verdict. */
		ASSERT_EQ(0, put_first(DATA, DATA_TEXT[0]));
	}
}

TEST_F_TIMEOUT(races, what_is_written_while_its_verdict_is_renewed, 600)
{
	struct text text = {}, manifest = {};
	int i, fd;

	ASSERT_EQ(0, list_layout());
	ASSERT_EQ(0, text_add_file(&text, AT, "dir/free", ""));
	ASSERT_EQ(0, sign_as("known", &text, &manifest));
	START(keep_asking, DATA);
	for (i = 0; i < ROUNDS; i++) {
		ASSERT_EQ(0, check_file(DATA)) TH_LOG("round %d", i);
		ASSERT_EQ(0, load_signed(AT, &manifest));
		pause_a_while();
		ASSERT_LE(0, fd = open(DATA, O_WRONLY | O_CLOEXEC));
		/* The write takes the verdict away as well. */
		pause_a_while();
		ASSERT_EQ(1, pwrite(fd, "X", 1, 0));
		close(fd);
		ASSERT_EQ(-EACCES, check_file(DATA)) TH_LOG("round %d", i);
		ASSERT_EQ(0, put_first(DATA, DATA_TEXT[0]));
	}
	text_free(&manifest);
	text_free(&text);
}

/*
 * One version lists one file, the next another, and both a third. To sign is to fork,
 * and the child would have the third open for writing.
 */
TEST_F_TIMEOUT(races, what_is_asked_for_while_it_is_listed_or_dropped, 600)
{
	static char *const paths[] = { FREE, OTHER };
	static const char *const names[] = { "dir/free", "dir/other" };
	struct text text, manifests[VERSIONS] = {};
	int i;

	for (i = 0; i < VERSIONS; i++) {
		text = (struct text){};
		ASSERT_EQ(0, text_add(&text, "%%name races-%d\n%%version %d\n",
				      getpid(), i + 1));
		ASSERT_EQ(0, text_add_file(&text, AT, names[i % 2], ""));
		ASSERT_EQ(0, text_add_file(&text, AT, "dir/data", ""));
		ASSERT_EQ(0, sign_as("known", &text, &manifests[i]));
		text_free(&text);
	}
	START(keep_asking, paths[0]);
	START(keep_asking, paths[1]);
	for (i = 0; i < VERSIONS; i++) {
		ASSERT_EQ(0, load_signed(AT, &manifests[i]));
		ASSERT_EQ(0, check_file(paths[i % 2])) TH_LOG("load %d", i);
		ASSERT_EQ(-EACCES, check_file(paths[!(i % 2)]))
			TH_LOG("load %d", i);
		if (!i)
			START(count_denials, DATA);
		text_free(&manifests[i]);
	}
	EXPECT_EQ(0, denied);
}

static void name_revoked(char path[64], int number)
{
	sprintf(path, APART "/revoked%d", number);
}

static atomic_int current;

static void *keep_asking_for_current(void *unused)
{
	char path[64];

	while (!done) {
		name_revoked(path, current);
		check_file(path);
	}
	return NULL;
}

TEST_F_TIMEOUT(races, what_is_asked_for_while_it_is_revoked, 600)
{
	struct text lists = {}, revokes = {};
	char path[64], content[64], hex[65];
	int i;

	/* A revocation is for good, so each file has a content that no other has. */
	for (i = 0; i < LOADS; i++) {
		name_revoked(path, i);
		sprintf(content, "to be revoked: %d %d\n", getpid(), i);
		ASSERT_EQ(0, write_file(path, content, strlen(content), 0644));
		ASSERT_EQ(0, text_add_file(&lists, AT, path + strlen(AT "/"),
					   ""));
	}
	ASSERT_EQ(0, load(AT, &lists));
	START(keep_asking_for_current, NULL);
	for (i = 0; i < LOADS; i++) {
		current = i;
		name_revoked(path, i);
		ASSERT_EQ(0, fingerprint(path, hex));
		ASSERT_EQ(0, text_add(&revokes, "%%revoke sha256=%s\n", hex));
		ASSERT_EQ(0, check_file(path)) TH_LOG("file %d", i);
		ASSERT_EQ(0, load(AT, &revokes));
		ASSERT_EQ(-EACCES, check_file(path)) TH_LOG("file %d", i);
		text_free(&revokes);
	}
	text_free(&lists);
}

TEST_HARNESS_MAIN
