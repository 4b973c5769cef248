// SPDX-License-Identifier: GPL-2.0-only
/* A verdict is reached once, kept, and dropped when it no longer holds. */

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>

#include <linux/fsverity.h>

#include "../kselftest_harness.h"
#include "common.h"

#define LARGE	(48 << 20)

FIXTURE(verdict)
{
	int log;
};

EACH_FS(verdict);

FIXTURE_SETUP(verdict)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(variant->fs));
}

FIXTURE_TEARDOWN(verdict)
{
	close(self->log);
}

/* Tests that need a file system that evicts inodes and has fs-verity. */
FIXTURE(verdict_on_ext4)
{
	int log;
};

FIXTURE_SETUP(verdict_on_ext4)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(FS_EXT4));
}

FIXTURE_TEARDOWN(verdict_on_ext4)
{
	close(self->log);
}

/* Tests that need room for large files, and no disk to wait for. */
FIXTURE(verdict_on_tmpfs)
{
	int log;
};

FIXTURE_SETUP(verdict_on_tmpfs)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(FS_TMPFS));
}

FIXTURE_TEARDOWN(verdict_on_tmpfs)
{
	close(self->log);
}

/* Tests that need a lower layer of which more is known than its overlay shows. */
FIXTURE(verdict_on_overlay)
{
	int log;
};

FIXTURE_SETUP(verdict_on_overlay)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(FS_EXT4));
}

FIXTURE_TEARDOWN(verdict_on_overlay)
{
	close(self->log);
}

struct counters {
	long long evaluations;
	long long lookups;
	long long files;
};

static struct counters count(void)
{
	return (struct counters){
		.evaluations = stat_of("evaluations"),
		.lookups = stat_of("table_lookups"),
		.files = stat_of("files_hashed"),
	};
}

static int drop_caches(void)
{
	sync();
	return append_file("/proc/sys/vm/drop_caches", "3", 1);
}

static bool use_listed(int runs, int rounds)
{
	bool good = true;
	int fd;

	while (runs--)
		good &= !run(PROG, "ok");
	while (rounds--) {
		good &= !check_file(PROG);
		fd = open(DATA, O_RDONLY | O_CLOEXEC);
		good &= fd >= 0;
		close(fd);
		good &= errno_of(access(DATA, W_OK)) == EPERM;
	}
	return good;
}

TEST_F(verdict, verified_file_costs_no_look_up)
{
	struct counters before, after;

	ASSERT_EQ(0, list_layout());
	ASSERT_EQ(0, check_file(DATA));
	ASSERT_TRUE(use_listed(1, 1));
	before = count();
	ASSERT_TRUE(use_listed(100, 1000));
	after = count();
	EXPECT_EQ(before.files, after.files);
	EXPECT_EQ(before.lookups, after.lookups);
	EXPECT_LE(before.evaluations + 1100, after.evaluations);
}

TEST_F(verdict, unlisted_file_costs_no_look_up_either)
{
	struct counters before, after;
	int i, fd;

	ASSERT_EQ(0, list_layout());
	ASSERT_EQ(-EACCES, run(OTHER, "ok"));
	ASSERT_LE(0, fd = open(FREE, O_RDWR | O_CLOEXEC));
	ASSERT_EQ(1, write(fd, "x", 1));
	before = count();
	for (i = 0; i < 1000; i++) {
		ASSERT_EQ(-EACCES, check_file(OTHER));
		ASSERT_EQ(1, write(fd, "x", 1));
		ASSERT_EQ(0, access(FREE, W_OK));
	}
	after = count();
	EXPECT_EQ(before.files, after.files);
	EXPECT_EQ(before.lookups, after.lookups);
	close(fd);
}

TEST_F(verdict, load_does_not_make_all_be_hashed_again)
{
	struct counters before, after;

	ASSERT_EQ(0, list_layout());
	ASSERT_EQ(0, run(PROG, "ok"));
	before = count();
	ASSERT_EQ(0, load_file(AT, "dir/free", ""));
	ASSERT_EQ(0, run(PROG, "ok"));
	after = count();
	EXPECT_EQ(before.files, after.files);
}

TEST_F(verdict, changed_content_is_named_as_junos_does)
{
	char listed[65], found[65], words[256];
	struct text text = {};
	struct stat st, root;

	ASSERT_EQ(0, fingerprint(PROG, listed));
	ASSERT_EQ(0, text_add_file(&text, AT, "dir/prog", ""));
	ASSERT_EQ(0, append_file(PROG, "x", 1));
	ASSERT_EQ(0, fingerprint(PROG, found));
	ASSERT_EQ(0, load(AT, &text));
	EXPECT_EQ(-EACCES, run(PROG, "ok"));
	ASSERT_EQ(0, stat(PROG, &st));
	/* On overlayfs, only a directory is on the device of the mount. */
	ASSERT_EQ(0, stat(AT, &root));
	sprintf(words, "veriexec: fingerprint for dev %u, file %lu %s != %s",
		(minor(root.st_dev) & 0xff) | major(root.st_dev) << 8 |
		(minor(root.st_dev) & ~0xff) << 12,
		st.st_ino, found, listed);
	EXPECT_TRUE(log_has(self->log, words, NULL)) TH_LOG("no %s", words);
	EXPECT_EQ(0, run("/bin/busybox", "true"));
	text_free(&text);
}

TEST_F(verdict_on_ext4, evicted_inode_is_hashed_anew)
{
	struct counters before, after;

	ASSERT_EQ(0, list_layout());
	ASSERT_EQ(0, check_file(DATA));
	before = count();
	ASSERT_EQ(0, drop_caches());
	ASSERT_EQ(0, check_file(DATA));
	after = count();
	EXPECT_EQ(before.files + 1, after.files);
}

/*
 * A mapping shows the pages in memory, so these are hashed and not those on the disk.
 */
TEST_F(verdict_on_ext4, pages_in_memory_are_hashed_however_it_was_opened)
{
	unsigned char resident = 0;
	char number[16];
	void *p;
	int fd;

	ASSERT_LE(0, fd = open(PROG, O_RDONLY | O_DIRECT | O_CLOEXEC));
	p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	ASSERT_NE(MAP_FAILED, p);
	ASSERT_EQ(0, list_layout());
	ASSERT_EQ(0, drop_caches());
	ASSERT_EQ(0, mincore(p, 4096, &resident));
	ASSERT_EQ(0, resident & 1);
	snprintf(number, sizeof(number), "%d", fd);
	EXPECT_EQ(0, write_control("check", number));
	ASSERT_EQ(0, mincore(p, 4096, &resident));
	EXPECT_EQ(1, resident & 1);
	close(fd);
}

TEST_F(verdict_on_overlay, file_with_a_writer_below_is_not_verified)
{
	int fd;

	ASSERT_LE(0, fd = open(DATA, O_RDWR | O_CLOEXEC));
	ASSERT_EQ(0, mount_overlay());
	ASSERT_EQ(0, list_layout());
	EXPECT_EQ(-EACCES, check_file(DATA));
	EXPECT_EQ(EACCES, map_code(DATA));
	EXPECT_TRUE(log_has(self->log, "op=mmap",
			    "file or its disk is open for writing", "res=0",
			    NULL));
	EXPECT_EQ(0, check_file(DEEP));
	EXPECT_EQ(EPERM, errno_of(pwrite(fd, "x", 1, 0)));
	EXPECT_TRUE(log_denied(self->log, "write", "/dir/data"));
	close(fd);
	EXPECT_EQ(0, check_file(DATA));
	EXPECT_TRUE(is_same(DATA, DATA_TEXT));
}

static void *check_prog(void *unused)
{
	return (void *)(long)check_file(PROG);
}

TEST_F(verdict_on_tmpfs, two_who_ask_at_once_hash_once)
{
	struct counters before, after;
	pthread_t threads[4];
	void *ret;
	size_t i;

	ASSERT_EQ(0, make_large(PROG, LARGE));
	ASSERT_EQ(0, list_layout());
	before = count();
	for (i = 0; i < ARRAY_SIZE(threads); i++)
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, check_prog,
					    NULL));
	for (i = 0; i < ARRAY_SIZE(threads); i++) {
		ASSERT_EQ(0, pthread_join(threads[i], &ret));
		EXPECT_EQ(NULL, ret);
	}
	after = count();
	EXPECT_EQ(before.files + 1, after.files);
}

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

TEST_F(verdict_on_tmpfs, hashing_ends_when_it_is_killed)
{
	long long all, killed;
	pid_t pid;

	ASSERT_EQ(0, make_large(PROG, LARGE));
	ASSERT_EQ(0, copy_file(PROG, APART "/same", 0755));
	ASSERT_EQ(0, list_layout());
	ASSERT_EQ(0, load_file(AT, "apart/same", ""));
	all = now_ms();
	ASSERT_EQ(0, check_file(APART "/same"));
	all = now_ms() - all;

	pid = fork();
	if (!pid)
		_exit(-check_file(PROG));
	usleep(all * 1000 / 10);
	killed = now_ms();
	kill(pid, SIGKILL);
	EXPECT_EQ(1000 + SIGKILL, stop(pid));
	killed = now_ms() - killed;
	EXPECT_GT(all / 2, killed)
		TH_LOG("%lld ms to hash, %lld ms to die", all, killed);
	/* A judgement that was broken off leaves no verdict. */
	EXPECT_EQ(0, check_file(PROG));
}

TEST_F(verdict_on_tmpfs, program_killed_while_it_is_verified_is_no_denial)
{
	char *const args[] = { PROG, NULL };
	long long denials;
	int i;

	ASSERT_EQ(0, make_large(PROG, LARGE));
	ASSERT_EQ(0, list_layout());
	denials = stat_of("denied_exec");
	for (i = 0; i < 5; i++) {
		pid_t pid = fork();

		if (!pid) {
			execv(PROG, args);
			_exit(1);
		}
		usleep(10000 * (i + 1));
		kill(pid, SIGKILL);
		EXPECT_EQ(1000 + SIGKILL, stop(pid));
	}
	EXPECT_EQ(denials, stat_of("denied_exec"));
	EXPECT_EQ(0, check_file(PROG));
}

static int enable_verity(const char *path)
{
	struct fsverity_enable_arg arg = {
		.version = 1,
		.hash_algorithm = FS_VERITY_HASH_ALG_SHA256,
		.block_size = 4096,
	};
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return -errno;
	ret = ioctl(fd, FS_IOC_ENABLE_VERITY, &arg) ? -errno : 0;
	close(fd);
	return ret;
}

static int measure_verity(const char *path, char hex[65])
{
	union {
		struct fsverity_digest head;
		unsigned char bytes[sizeof(struct fsverity_digest) + 32];
	} d = { .head.digest_size = 32 };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int i, ret;

	if (fd < 0)
		return -errno;
	ret = ioctl(fd, FS_IOC_MEASURE_VERITY, &d) ? -errno : 0;
	close(fd);
	for (i = 0; i < 32; i++)
		sprintf(hex + 2 * i, "%02x", d.head.digest[i]);
	return ret;
}

TEST_F(verdict_on_ext4, verity_digest_counts_without_hashing)
{
	struct counters before, after;
	char hex[65], verity[96];
	struct text text = {};

	ASSERT_EQ(0, enable_verity(PROG));
	ASSERT_EQ(0, enable_verity(OTHER));
	ASSERT_EQ(0, measure_verity(PROG, hex));
	ASSERT_EQ(0, copy_file(PROG, APART "/plain", 0755));
	ASSERT_EQ(0, copy_file(PROG, APART "/both", 0755));
	ASSERT_EQ(0, text_add(&text, "dir/prog verity-sha256=%s\n", hex));
	ASSERT_EQ(0, text_add(&text, "apart/plain verity-sha256=%s\n", hex));
	sprintf(verity, "verity-sha256=%s", hex);
	ASSERT_EQ(0, text_add_file(&text, AT, "apart/both", verity));
	hex[0] = hex[0] == '0' ? '1' : '0';
	ASSERT_EQ(0, text_add(&text, "dir/other verity-sha256=%s\n", hex));
	ASSERT_EQ(0, load(AT, &text));

	before = count();
	EXPECT_EQ(0, run(PROG, "ok"));
	EXPECT_EQ(-EACCES, run(OTHER, "ok"));
	EXPECT_TRUE(log_denied(self->log, "exec", OTHER));
	EXPECT_EQ(-EACCES, run(APART "/plain", "ok"));
	EXPECT_TRUE(log_has(self->log, "op=exec",
			    "no fingerprint of its entry can be checked",
			    NULL));
	after = count();
	EXPECT_EQ(before.files, after.files);
	/* The fingerprint that can be checked is enough. */
	EXPECT_EQ(0, run(APART "/both", "ok"));
	text_free(&text);
}

TEST_HARNESS_MAIN
