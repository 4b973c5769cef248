// SPDX-License-Identifier: GPL-2.0-only
/*
 * What one task does while another loads. It takes two processors, or
 * CONFIG_SECURITY_VERIEXEC_RACES.
 */

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "../kselftest_harness.h"
#include "common.h"

FIXTURE(replace)
{
	int log;
};

EACH_FS(replace);

FIXTURE_SETUP(replace)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(variant->fs));
}

FIXTURE_TEARDOWN(replace)
{
	close(self->log);
}

static atomic_bool done;
static atomic_long uses;
static atomic_long failures;

/* Has the listed program verified again and again, and asks about it in other ways. */
static void *use_listed(void *unused)
{
	int i;

	while (!done) {
		/* Asks often, so that a moment without either version is noticed. */
		for (i = 0; i < 10; i++)
			if (check_file(PROG))
				failures++;
		if (run(PROG, "ok"))
			failures++;
		uses++;
	}
	return NULL;
}

static void *use_unlisted(void *unused)
{
	while (!done) {
		if (check_file(OTHER) != -EACCES ||
		    run(OTHER, "ok") != -EACCES)
			failures++;
		uses++;
	}
	return NULL;
}

TEST_F_TIMEOUT(replace, programs_of_both_versions_never_fail, 600)
{
	void *(*const work[])(void *) = { use_listed, use_unlisted };
	struct text text = {}, manifest = {};
	pthread_t threads[ARRAY_SIZE(work)];
	long before;
	size_t i;
	int version;

	for (version = 1; version <= 30; version++) {
		ASSERT_EQ(0, text_add(&text, "%%name replace-%d\n%%version %d\n",
				      getpid(), version));
		ASSERT_EQ(0, text_add_file(&text, AT, "dir/prog", ""));
		ASSERT_EQ(0, sign_as("known", &text, &manifest));
		ASSERT_EQ(0, load_signed(AT, &manifest));
		text_free(&manifest);
		text_free(&text);
		for (i = 0; version == 1 && i < ARRAY_SIZE(work); i++)
			ASSERT_EQ(0, pthread_create(&threads[i], NULL, work[i],
						    NULL));
		before = uses;
		while (uses < before + 3)
			usleep(1000);
	}
	done = true;
	for (i = 0; i < ARRAY_SIZE(work); i++)
		ASSERT_EQ(0, pthread_join(threads[i], NULL));
	EXPECT_EQ(0, failures);
	EXPECT_LE(87, uses);
}

/* Writers and verifiers must not overlook each other. */
static void *open_and_close(void *unused)
{
	while (!done) {
		int fd = open(FREE, O_WRONLY | O_CLOEXEC);

		if (fd >= 0) {
			if (pwrite(fd, "F", 1, 0) != 1 && errno != EPERM)
				failures++;
			close(fd);
		} else if (errno != EPERM) {
			failures++;
		}
		uses++;
	}
	return NULL;
}

TEST_F_TIMEOUT(replace, what_is_verified_was_not_written_meanwhile, 600)
{
	struct text text = {};
	pthread_t writer;
	int i;

	ASSERT_EQ(0, text_add_file(&text, AT, "dir/free", ""));
	ASSERT_EQ(0, pthread_create(&writer, NULL, open_and_close, NULL));
	while (uses < 10)
		usleep(1000);
	ASSERT_EQ(0, load(AT, &text));
	for (i = 0; i < 1000; i++)
		if (!check_file(FREE) && !is_same(FREE, "free\n"))
			failures++;
	done = true;
	ASSERT_EQ(0, pthread_join(writer, NULL));
	EXPECT_EQ(0, failures);
	EXPECT_EQ(EPERM, errno_of(open(FREE, O_WRONLY)));
	text_free(&text);
}

TEST_HARNESS_MAIN
