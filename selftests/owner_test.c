// SPDX-License-Identifier: GPL-2.0-only
/* Owner, group and mode count if they are listed, and set-id bits count only then. */

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "../kselftest_harness.h"
#include "common.h"

#define FILE_AT	AT "/file"

FIXTURE(owner)
{
	int log;
};

EACH_FS(owner);

FIXTURE_SETUP(owner)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(variant->fs));
	/* PROG reads only what is verified. */
	ASSERT_EQ(0, load_file(AT, "dir/prog", "verify"));
	ASSERT_EQ(0, copy_ours("probe", FILE_AT));
}

FIXTURE_TEARDOWN(owner)
{
	close(self->log);
}

static int map_and_protect(int prot)
{
	int fd = open(FILE_AT, O_RDONLY | O_CLOEXEC);
	void *p = mmap(NULL, 4096, PROT_READ | prot, MAP_PRIVATE, fd, 0);
	int ret;

	close(fd);
	if (p == MAP_FAILED)
		return errno;
	ret = errno_of(mprotect(p, 4096, PROT_READ | PROT_EXEC));
	munmap(p, 4096);
	return ret;
}

TEST_F(owner, owner_and_mode_count_where_they_are_listed)
{
	const struct {
		const char *rest;
		bool good;
	} cases[] = {
		{ "uid=0 gid=0 mode=755", true },
		{ "uid=1", false },
		{ "gid=1", false },
		{ "mode=555", false },
		{ "uid=0 mode=4755", false },
		{ "gid=0", true },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const int error = cases[i].good ? 0 : EACCES;

		/* Of several manifests the last one counts. */
		ASSERT_EQ(0, load_file(AT, "file", cases[i].rest));
		EXPECT_EQ(-error, run(FILE_AT, "ok"))
			TH_LOG("with %s", cases[i].rest);
		if (error)
			EXPECT_TRUE(log_denied(self->log, "exec", FILE_AT));
		EXPECT_EQ(error, map_and_protect(PROT_EXEC));
		if (error)
			EXPECT_TRUE(log_denied(self->log, "mmap", FILE_AT));
		EXPECT_EQ(error, map_and_protect(0));
		if (error)
			EXPECT_TRUE(log_denied(self->log, "mprotect",
					       "/file"));
		EXPECT_EQ(error, run(PROG, "read", FILE_AT));
		if (error)
			EXPECT_TRUE(log_denied(self->log, "read", FILE_AT));
		EXPECT_EQ(-error, check_file(FILE_AT));
	}
}

/* A user runs it, and its bits are for the user root and the group root. */
TEST_F(owner, set_id_bits_count_if_they_are_listed)
{
	const struct {
		const char *rest;
		bool runs;
	} cases[] = {
		{ "", false },
		{ "uid=0 gid=0", false },
		{ "mode=755", false },
		{ "mode=4755", false },
		{ "mode=6755", true },
	};
	size_t i;

	ASSERT_EQ(0, chmod(FILE_AT, 06755));
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const int ret = cases[i].runs ? 0 : -EACCES;

		ASSERT_EQ(0, load_file(AT, "file", cases[i].rest));
		EXPECT_EQ(ret, run_user(FILE_AT, "root"))
			TH_LOG("with %s", cases[i].rest);
		if (ret)
			EXPECT_TRUE(log_denied(self->log, "exec", FILE_AT));
		EXPECT_EQ(ret, run_user(FILE_AT, "root-group"));
		if (ret)
			EXPECT_TRUE(log_denied(self->log, "exec", FILE_AT));
	}
}

/* CAP_NET_RAW, and the same with CAP_NET_ADMIN, as the kernel keeps them. */
#define NET_RAW		"0100000200200000000000000000000000000000"
#define NET_BOTH	"0100000200300000000000000000000000000000"

TEST_F(owner, file_capabilities_count_if_they_are_listed)
{
	static const unsigned char net_raw[20] = { 1, 0, 0, 2, 0, 0x20 };
	const struct {
		const char *rest;
		bool runs;
	} cases[] = {
		{ "", false },
		{ "uid=0 gid=0 mode=755", false },
		{ "caps=" NET_BOTH, false },
		{ "caps=" NET_RAW "00000000", false },
		{ "caps=" NET_RAW, true },
	};
	size_t i;

	ASSERT_EQ(0, load_file(AT, "dir/prog", ""));
	EXPECT_EQ(EPERM, run_user(PROG, "net-raw"));
	ASSERT_EQ(0, setxattr(FILE_AT, "security.capability", net_raw,
			      sizeof(net_raw), 0));
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const int ret = cases[i].runs ? 0 : -EACCES;

		ASSERT_EQ(0, load_file(AT, "file", cases[i].rest));
		EXPECT_EQ(ret, run_user(FILE_AT, "net-raw"))
			TH_LOG("with %s", cases[i].rest);
		if (ret)
			EXPECT_TRUE(log_denied(self->log, "exec", FILE_AT));
	}
}

/* If the bits do not count anyway, nothing has to be granted. */
TEST_F(owner, set_id_bits_that_do_not_count_need_not_be_listed)
{
	int status;
	pid_t pid;

	ASSERT_EQ(0, chmod(FILE_AT, 06755));
	ASSERT_EQ(0, load_file(AT, "file", ""));
	ASSERT_EQ(0, mount(AT, AT, NULL, MS_BIND, NULL));
	ASSERT_EQ(0, mount(NULL, AT, NULL, MS_BIND | MS_REMOUNT | MS_NOSUID,
			   NULL));
	EXPECT_EQ(0, run_user(FILE_AT, "ok"));
	EXPECT_EQ(EPERM, run_user(FILE_AT, "root"));
	ASSERT_EQ(0, umount(AT));
	EXPECT_EQ(-EACCES, run_user(FILE_AT, "ok"));

	pid = fork();
	if (!pid) {
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
			_exit(100);
		status = run_user(FILE_AT, "root");
		_exit(status < 0 ? 101 : status);
	}
	EXPECT_EQ(EPERM, stop(pid));
}

TEST_HARNESS_MAIN
