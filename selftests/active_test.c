// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the tables of doors do not cover in the state "active". Has to run in a boot
 * that does not go beyond it.
 */

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include <linux/fs.h>

#include "../kselftest_harness.h"
#include "common.h"

FIXTURE(active)
{
	int log;
};

EACH_FS(active);

FIXTURE_SETUP(active)
{
	ASSERT_EQ(0, enter_state("active"));
	ASSERT_FALSE(in_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(variant->fs));
	ASSERT_EQ(0, list_layout());
}

FIXTURE_TEARDOWN(active)
{
	close(self->log);
}

TEST_F(active, changed_program_runs)
{
	const long long before = stat_of("would_deny_exec");
	const long long changed = stat_of("would_deny exec mismatch");

	EXPECT_EQ(0, run(PROG, "ok"));
	EXPECT_EQ(before, stat_of("would_deny_exec"));
	ASSERT_EQ(0, append_file(PROG, "x", 1));
	EXPECT_EQ(0, run(PROG, "ok"));
	EXPECT_TRUE(log_allowed(self->log, "exec", PROG));
	/* On an overlay it has become a copy by now, which is another file. */
	EXPECT_EQ(before + 1, stat_of("would_deny_exec"));
	if (variant->fs != FS_OVERLAY)
		EXPECT_EQ(changed < 0 ? 1 : changed + 1,
			  stat_of("would_deny exec mismatch"));
	EXPECT_EQ(0, stat_of("denied_exec"));
	EXPECT_EQ(-EACCES, check_file(PROG));
}

TEST_F(active, file_that_was_opened_for_appending_is_judged_anew)
{
	long long hashed;
	int fd;

	ASSERT_EQ(0, check_file(DATA));
	hashed = stat_of("files_hashed");
	ASSERT_TRUE(is_same(DATA, DATA_TEXT));
	EXPECT_EQ(0, check_file(DATA));
	EXPECT_EQ(hashed, stat_of("files_hashed"));

	ASSERT_LE(0, fd = open(DATA, O_WRONLY | O_APPEND | O_CLOEXEC));
	EXPECT_TRUE(log_allowed(self->log, "open_write", DATA));
	EXPECT_EQ(-EACCES, check_file(DATA));
	EXPECT_EQ(0, map_code(DATA));
	EXPECT_TRUE(log_has(self->log, "op=mmap", variant->fs == FS_OVERLAY ?
			    "file is in no manifest" :
			    "file or its disk is open for writing", NULL));
	close(fd);
	/* The copy that the overlay has made is another file. */
	if (variant->fs == FS_OVERLAY) {
		EXPECT_EQ(-EACCES, check_file(DATA));
		return;
	}
	EXPECT_EQ(0, check_file(DATA));
	EXPECT_EQ(hashed + 1, stat_of("files_hashed"));

	ASSERT_EQ(0, append_file(DATA, "x", 1));
	EXPECT_EQ(-EACCES, check_file(DATA));
	EXPECT_EQ(0, map_code(DATA));
	EXPECT_TRUE(log_has(self->log, "op=mmap",
			    "fingerprint does not match", NULL));
}

TEST_F(active, attributes_that_changed_are_judged_anew)
{
	ASSERT_EQ(0, copy_file(PROG, APART "/mode", 0755));
	ASSERT_EQ(0, load_file(AT, "apart/mode", "mode=755"));
	EXPECT_EQ(0, check_file(APART "/mode"));
	EXPECT_EQ(0, chmod(APART "/mode", 0700));
	EXPECT_EQ(-EACCES, check_file(APART "/mode"));
	EXPECT_EQ(0, chmod(APART "/mode", 0755));
	EXPECT_EQ(0, check_file(APART "/mode"));
}

/* Two files with the same content. The line of the first also has @rest. */
#define STATED	APART "/stated"
#define PLAIN	APART "/plain"

static int list_stated(mode_t mode, const char *rest)
{
	struct text text = {};
	int ret;

	ret = copy_file(PROG, STATED, mode);
	if (!ret)
		ret = copy_file(PROG, PLAIN, mode);
	if (!ret)
		ret = text_add_file(&text, AT, "apart/stated", rest);
	if (!ret)
		ret = text_add_file(&text, AT, "apart/plain", "");
	if (!ret)
		ret = load(AT, &text);
	text_free(&text);
	return ret;
}

static int mode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? -1 : (int)(st.st_mode & 07777);
}

/* The file system itself sets what follows from an access control list. */
static int set_mode_by_acl(const char *path, mode_t mode)
{
	const struct {
		uint32_t version;
		struct {
			uint16_t tag;
			uint16_t perm;
			uint32_t id;
		} entries[3];
	} acl = {
		.version = 2,
		.entries = {
			{ 0x01, mode >> 6 & 7, ~0U },
			{ 0x04, mode >> 3 & 7, ~0U },
			{ 0x20, mode & 7, ~0U },
		},
	};

	return setxattr(path, "system.posix_acl_access", &acl, sizeof(acl), 0);
}

TEST_F(active, mode_that_an_access_control_list_has_changed_counts)
{
	ASSERT_EQ(0, list_stated(0755, "mode=755"));
	ASSERT_EQ(0, check_file(STATED));
	ASSERT_EQ(0, check_file(PLAIN));
	ASSERT_EQ(0, set_mode_by_acl(STATED, 0711));
	EXPECT_TRUE(log_allowed(self->log, "setxattr", NULL));
	ASSERT_EQ(0, set_mode_by_acl(PLAIN, 0711));
	EXPECT_TRUE(log_allowed(self->log, "setxattr", NULL));
	ASSERT_EQ(0711, mode_of(STATED));
	ASSERT_EQ(0711, mode_of(PLAIN));

	EXPECT_EQ(-EACCES, check_file(STATED));
	EXPECT_EQ(0, map_code(STATED));
	EXPECT_TRUE(log_has(self->log, "op=mmap",
			    "owner, group or mode is not as listed", NULL));
	EXPECT_EQ(0, check_file(PLAIN));
	ASSERT_EQ(0, set_mode_by_acl(STATED, 0755));
	EXPECT_EQ(0, check_file(STATED));
}

FIXTURE(active_on_xfs)
{
	int log;
};

FIXTURE_SETUP(active_on_xfs)
{
	ASSERT_EQ(0, enter_state("active"));
	ASSERT_FALSE(in_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(FS_XFS));
}

FIXTURE_TEARDOWN(active_on_xfs)
{
	close(self->log);
}

/* Without CAP_FSETID, XFS also clears set-id bits, which nobody asked for. */
static int set_attributes(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct fsxattr attr;

	if (fd < 0 || ioctl(fd, FS_IOC_FSGETXATTR, &attr))
		return -1;
	return ioctl(fd, FS_IOC_FSSETXATTR, &attr);
}

TEST_F(active_on_xfs, set_id_bits_that_an_ioctl_has_cleared_count)
{
	static const char *const paths[] = { STATED, PLAIN };
	size_t i;

	ASSERT_EQ(0, list_stated(0755, "mode=6755"));
	for (i = 0; i < ARRAY_SIZE(paths); i++) {
		ASSERT_EQ(0, chown(paths[i], NOBODY, NOBODY));
		ASSERT_EQ(0, chmod(paths[i], 06755));
		ASSERT_EQ(0, check_file(paths[i]));
		ASSERT_EQ(0, user_errno_of(set_attributes(paths[i])));
		EXPECT_TRUE(log_allowed(self->log, "ioctl", paths[i]));
		ASSERT_EQ(0755, mode_of(paths[i]));
	}
	EXPECT_EQ(-EACCES, check_file(STATED));
	EXPECT_EQ(0, map_code(STATED));
	EXPECT_TRUE(log_has(self->log, "op=mmap",
			    "owner, group or mode is not as listed", NULL));
	EXPECT_EQ(0, check_file(PLAIN));
	ASSERT_EQ(0, chmod(STATED, 06755));
	EXPECT_EQ(0, check_file(STATED));
}

FIXTURE(active_on_overlay)
{
	int log;
	int below;
};

FIXTURE_SETUP(active_on_overlay)
{
	ASSERT_EQ(0, enter_state("active"));
	ASSERT_FALSE(in_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(FS_EXT4));
	self->below = open(AT, O_PATH | O_CLOEXEC);
	ASSERT_LE(0, self->below);
	ASSERT_EQ(0, mount_overlay());
}

FIXTURE_TEARDOWN(active_on_overlay)
{
	close(self->below);
	close(self->log);
}

/* The overlay notices the change when it looks at the upper file next. */
TEST_F(active_on_overlay, owner_that_was_changed_above_counts)
{
	static const char *const names[] = { "stated", "plain" };
	static const char *const paths[] = { STATED, PLAIN };
	char above[64];
	struct stat st;
	size_t i;

	ASSERT_EQ(0, list_stated(0755, "uid=0 gid=0"));
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		ASSERT_EQ(0, check_file(paths[i]));
		sprintf(above, UPPER "/apart/%s", names[i]);
		ASSERT_EQ(0, chown(above, 1, 1));
		ASSERT_EQ(0, setxattr(paths[i], "user.seen", "1", 1, 0));
		ASSERT_EQ(0, stat(paths[i], &st));
		ASSERT_EQ(1U, st.st_uid);
		ASSERT_EQ(1U, st.st_gid);
	}
	EXPECT_EQ(-EACCES, check_file(STATED));
	EXPECT_EQ(0, map_code(STATED));
	EXPECT_TRUE(log_has(self->log, "op=mmap",
			    "owner, group or mode is not as listed", NULL));
	EXPECT_EQ(0, check_file(PLAIN));
	ASSERT_EQ(0, chown(STATED, 0, 0));
	EXPECT_EQ(0, check_file(STATED));
}

TEST_F(active_on_overlay, content_that_was_changed_below_is_not_verified)
{
	int fd;

	ASSERT_EQ(0, list_layout());
	ASSERT_EQ(0, check_file(DATA));
	ASSERT_EQ(0, check_file(DEEP));
	fd = openat(self->below, "dir/data", O_WRONLY | O_APPEND | O_CLOEXEC);
	ASSERT_LE(0, fd);
	ASSERT_EQ(1, write(fd, "x", 1));
	close(fd);
	EXPECT_EQ(-EACCES, check_file(DATA));
	EXPECT_EQ(0, check_file(DEEP));
}

TEST_F(active, program_that_is_not_to_be_traced_is)
{
	int ready;
	pid_t pid;
	char c;

	ASSERT_EQ(0, copy_file(PROG, APART "/no_ptrace", 0755));
	ASSERT_EQ(0, load_file(AT, "apart/no_ptrace", "no_ptrace"));
	EXPECT_EQ(0, run(APART "/no_ptrace", "traceme"));
	EXPECT_TRUE(log_allowed(self->log, "ptrace", NULL));
	pid = start(&ready, APART "/no_ptrace", "pause", NULL);
	ASSERT_LT(0, pid);
	ASSERT_EQ(1, read(ready, &c, 1));
	EXPECT_EQ(0, ptrace(PTRACE_SEIZE, pid, NULL, NULL));
	EXPECT_TRUE(log_allowed(self->log, "ptrace", NULL));
	kill(pid, SIGKILL);
	EXPECT_EQ(1000 + SIGKILL, stop(pid));
	close(ready);
}

/* It runs, but gets no right that it would keep once the kernel enforces. */
TEST_F(active, unlisted_script_brings_no_rights)
{
	static const char script[] = "#!" APART "/trusted\n";

	ASSERT_EQ(0, copy_file(PROG, APART "/trusted", 0755));
	ASSERT_EQ(0, load_file(AT, "apart/trusted", "trusted"));
	ASSERT_EQ(0, write_file(APART "/script", script, strlen(script), 0755));
	EXPECT_EQ(0, run(APART "/trusted", "state", "active"));
	EXPECT_EQ(EPERM, run(APART "/script", "state", "active"));
	EXPECT_TRUE(log_allowed(self->log, "exec", APART "/script"));
	ASSERT_EQ(0, load_file(AT, "apart/script", ""));
	EXPECT_EQ(0, run(APART "/script", "state", "active"));
}

TEST_F(active, restricted_program_is_dumped)
{
	pid_t pid;
	int status;

	ASSERT_EQ(0, copy_file(PROG, APART "/no_ptrace", 0755));
	ASSERT_EQ(0, load_file(AT, "apart/no_ptrace", "no_ptrace"));
	pid = start(NULL, APART "/no_ptrace", "dump", NULL);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_TRUE(WCOREDUMP(status));
	EXPECT_TRUE(log_allowed(self->log, "core_dump", NULL));
}

TEST_HARNESS_MAIN
