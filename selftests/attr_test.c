// SPDX-License-Identifier: GPL-2.0-only
/* What an entry says of a listed file besides its content stays, too. */

#include <endian.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <time.h>

#include "../kselftest_harness.h"
#include "common.h"

FIXTURE(attr)
{
	int log;
};

EACH_FS(attr);

FIXTURE_SETUP(attr)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(variant->fs));
	ASSERT_EQ(0, setxattr(DATA, "trusted.old", "1", 1, 0));
	ASSERT_EQ(0, setxattr(FREE, "trusted.old", "1", 1, 0));
	ASSERT_EQ(0, list_layout());
}

FIXTURE_TEARDOWN(attr)
{
	close(self->log);
}

TEST_F(attr, mode_stays)
{
	int fd;

	EXPECT_EQ(EPERM, errno_of(chmod(DATA, 0600)));
	EXPECT_TRUE(log_denied(self->log, "setattr", DATA));
	ASSERT_LE(0, fd = open(DATA, O_RDONLY | O_CLOEXEC));
	EXPECT_EQ(EPERM, errno_of(fchmod(fd, 0600)));
	EXPECT_TRUE(log_denied(self->log, "setattr", DATA));
	EXPECT_EQ(EPERM, errno_of(chmod(PROG, 04755)));
	EXPECT_TRUE(log_denied(self->log, "setattr", PROG));
	EXPECT_EQ(0, errno_of(chmod(FREE, 0600)));
	close(fd);
}

TEST_F(attr, owner_stays)
{
	EXPECT_EQ(EPERM, errno_of(chown(DATA, NOBODY, -1)));
	EXPECT_TRUE(log_denied(self->log, "setattr", DATA));
	EXPECT_EQ(EPERM, errno_of(lchown(DATA, -1, NOBODY)));
	EXPECT_TRUE(log_denied(self->log, "setattr", DATA));
	EXPECT_EQ(0, errno_of(chown(FREE, NOBODY, NOBODY)));
	/* The owner of a file may do no more than root. */
	EXPECT_EQ(0, user_errno_of(chmod(FREE, 0600)));
}

TEST_F(attr, owner_of_a_listed_file_may_not_change_it)
{
	ASSERT_EQ(0, copy_file(FREE, APART "/mine", 0666));
	ASSERT_EQ(0, chown(APART "/mine", NOBODY, NOBODY));
	EXPECT_EQ(0, user_errno_of(chmod(APART "/mine", 0644)));
	ASSERT_EQ(0, load_file(AT, "apart/mine", "uid=65534 mode=644"));
	EXPECT_EQ(0, check_file(APART "/mine"));
	EXPECT_EQ(EPERM, user_errno_of(chmod(APART "/mine", 0666)));
	EXPECT_TRUE(log_denied(self->log, "setattr", APART "/mine"));
	EXPECT_EQ(EPERM, user_errno_of(truncate(APART "/mine", 0)));
	EXPECT_EQ(EPERM, user_errno_of(unlink(APART "/mine")));
	EXPECT_TRUE(log_denied(self->log, "unlink", APART "/mine"));
}

TEST_F(attr, time_of_change_stays)
{
	const struct timespec times[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };

	EXPECT_EQ(EPERM, errno_of(utimensat(AT_FDCWD, DATA, times, 0)));
	EXPECT_TRUE(log_denied(self->log, "setattr", DATA));
	EXPECT_EQ(EPERM, errno_of(utimensat(AT_FDCWD, DATA, NULL, 0)));
	EXPECT_EQ(0, errno_of(utimensat(AT_FDCWD, FREE, times, 0)));
}

TEST_F(attr, extended_attributes_stay)
{
	EXPECT_EQ(EPERM, errno_of(setxattr(DATA, "trusted.new", "1", 1, 0)));
	EXPECT_TRUE(log_denied(self->log, "setxattr", DATA));
	EXPECT_EQ(EPERM, errno_of(setxattr(DATA, "security.new", "1", 1, 0)));
	EXPECT_TRUE(log_denied(self->log, "setxattr", DATA));
	EXPECT_EQ(EPERM, errno_of(removexattr(DATA, "trusted.old")));
	EXPECT_TRUE(log_denied(self->log, "setxattr", DATA));
	EXPECT_EQ(0, errno_of(setxattr(FREE, "trusted.new", "1", 1, 0)));
	EXPECT_EQ(0, errno_of(removexattr(FREE, "trusted.old")));
	EXPECT_EQ(1, getxattr(DATA, "trusted.old", NULL, 0));
}

TEST_F(attr, access_control_list_stays)
{
	/* user::rw-, group::r--, other::r--, as posix_acl_xattr.h has it. */
	const struct {
		uint32_t version;
		struct {
			uint16_t tag;
			uint16_t perm;
			uint32_t id;
		} entries[3];
	} acl = {
		.version = htole32(2),
		.entries = {
			{ htole16(0x01), htole16(6), htole32(~0U) },
			{ htole16(0x04), htole16(4), htole32(~0U) },
			{ htole16(0x20), htole16(4), htole32(~0U) },
		},
	};
	static const char name[] = "system.posix_acl_access";

	EXPECT_EQ(EPERM, errno_of(setxattr(DATA, name, &acl, sizeof(acl), 0)));
	EXPECT_TRUE(log_denied(self->log, "setxattr", DATA));
	EXPECT_EQ(EPERM, errno_of(removexattr(DATA, name)));
	EXPECT_TRUE(log_denied(self->log, "setxattr", DATA));
	EXPECT_EQ(0, errno_of(setxattr(FREE, name, &acl, sizeof(acl), 0)));
}

TEST_F(attr, who_asks_for_access_is_answered_and_not_reported)
{
	EXPECT_EQ(EPERM, errno_of(access(DATA, W_OK)));
	EXPECT_EQ(EPERM, user_errno_of(access(DATA, W_OK)));
	EXPECT_EQ(EPERM, errno_of(faccessat(AT_FDCWD, DATA, W_OK, AT_EACCESS)));
	EXPECT_EQ(0, errno_of(access(DATA, R_OK)));
	EXPECT_EQ(0, errno_of(access(FREE, W_OK)));
	EXPECT_EQ(0, user_errno_of(access(FREE, W_OK)));
	EXPECT_FALSE(log_has_now(self->log, "lsm=veriexec", "res=0", NULL));
}

TEST_HARNESS_MAIN
