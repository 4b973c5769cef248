// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is told of a denial: which file, and who it was.
 */

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include "../kselftest_harness.h"
#include "common.h"

#define UNSET		0xffffffffU

FIXTURE(audit)
{
	int log;
};

FIXTURE_VARIANT(audit)
{
	enum fs fs;
};

FIXTURE_VARIANT_ADD(audit, tmpfs) { .fs = FS_TMPFS };
FIXTURE_VARIANT_ADD(audit, ext4) { .fs = FS_EXT4 };

FIXTURE_SETUP(audit)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(variant->fs));
	ASSERT_EQ(0, list_layout());
	/* What comes from now on comes of the test. */
	ASSERT_TRUE(log_has(self->log, "type=1807", "op=load", NULL));
}

FIXTURE_TEARDOWN(audit)
{
	close(self->log);
}

/* Who does something, and what is to be told of him. */
struct who {
	pid_t pid;
	uid_t uid;
	unsigned int login;	/* who has logged in, UNSET if nobody has */
	unsigned int session;
};

/* Lets the process be one of a session of @who->login. */
static int log_in(struct who *who)
{
	int fd = open("/proc/self/loginuid", O_WRONLY | O_CLOEXEC);
	char word[16];
	FILE *f;
	int ret;

	sprintf(word, "%u", who->login);
	ret = fd < 0 || write(fd, word, strlen(word)) < 0;
	close(fd);
	f = fopen("/proc/self/sessionid", "re");
	ret |= !f || fscanf(f, "%u", &who->session) != 1;
	if (f)
		fclose(f);
	return ret;
}

/* Runs a file, or opens it for writing. Returns the errno, 0 if that works. */
static int attempt(struct who *who, const char *path, bool writing)
{
	int pipes[2], status;

	if (pipe2(pipes, O_CLOEXEC))
		return errno;
	who->pid = fork();
	if (!who->pid) {
		who->session = UNSET;
		if ((who->login != UNSET && log_in(who)) ||
		    write(pipes[1], &who->session, sizeof(who->session)) < 0 ||
		    (who->uid && become_user()))
			_exit(255);
		if (writing)
			_exit(errno_of(open(path, O_WRONLY)));
		execl(path, path, "ok", NULL);
		_exit(errno);
	}
	close(pipes[1]);
	status = read(pipes[0], &who->session, sizeof(who->session));
	close(pipes[0]);
	if (status != sizeof(who->session) ||
	    waitpid(who->pid, &status, 0) != who->pid || !WIFEXITED(status))
		return 255;
	return WEXITSTATUS(status);
}

/* The name by which the kernel calls the disk, or the file system without. */
static int name_device(const struct stat *st, char name[128])
{
	char path[64], target[128], *slash;
	ssize_t len;

	if (!major(st->st_dev)) {
		strcpy(name, "tmpfs");
		return 0;
	}
	sprintf(path, "/sys/dev/block/%u:%u", major(st->st_dev),
		minor(st->st_dev));
	len = readlink(path, target, sizeof(target) - 1);
	if (len < 0)
		return -errno;
	target[len] = '\0';
	slash = strrchr(target, '/');
	strcpy(name, slash ? slash + 1 : target);
	return 0;
}

/* Line and record of a denial say who did what to which file. */
static bool is_told(int log, const char *op, const char *path,
		    const struct who *who)
{
	/* Where a change is denied, only the path within its file system is known. */
	const char *told = strcmp(op, "exec") ? path + strlen(AT) : path;
	char line[256], by[128], file[256], what[256], name[128];
	struct stat st;

	if (stat(path, &st) || name_device(&st, name))
		return false;
	snprintf(what, sizeof(what), "veriexec: %s of %s denied: ", op, told);
	snprintf(line, sizeof(line), "(dev %u, file %lu, pid %d, comm audit_test)",
		 (minor(st.st_dev) & 0xff) | major(st.st_dev) << 8 |
		 (minor(st.st_dev) & ~0xffU) << 12, st.st_ino, who->pid);
	if (!log_has(log, what, line, NULL)) {
		fprintf(stderr, "# no line with %s%s\n", what, line);
		return false;
	}
	snprintf(what, sizeof(what), "lsm=veriexec op=%s ", op);
	snprintf(by, sizeof(by),
		 " pid=%d uid=%u auid=%u ses=%u comm=\"audit_test\" ",
		 who->pid, who->uid, who->login, who->session);
	snprintf(file, sizeof(file), " path=\"%s\" dev=\"%s\" ino=%lu res=0",
		 told, name, st.st_ino);
	if (log_has(log, "type=1800", what, by, file, NULL))
		return true;
	fprintf(stderr, "# no record with %s%s%s\n", what, by, file);
	return false;
}

TEST_F(audit, line_and_record_name_file_and_user)
{
	struct who all[] = {
		{ .uid = 0, .login = UNSET },
		{ .uid = NOBODY, .login = UNSET },
		{ .uid = 0, .login = 1000 },
		{ .uid = NOBODY, .login = 1001 },
	};
	struct stat prog, other;
	size_t i;

	/* Or there would be nothing to mix up. */
	ASSERT_EQ(0, stat(PROG, &prog));
	ASSERT_EQ(0, stat(OTHER, &other));
	ASSERT_NE(prog.st_ino, other.st_ino);
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		EXPECT_EQ(EACCES, attempt(&all[i], OTHER, false));
		EXPECT_TRUE(is_told(self->log, "exec", OTHER, &all[i]))
			TH_LOG("case %zu", i);
		EXPECT_EQ(EPERM, attempt(&all[i], PROG, true));
		EXPECT_TRUE(is_told(self->log, "open_write", PROG, &all[i]))
			TH_LOG("case %zu", i);
		EXPECT_EQ(all[i].login == UNSET, all[i].session == UNSET);
		/* Nothing is told of what is allowed. */
		EXPECT_EQ(0, attempt(&all[i], PROG, false));
		EXPECT_EQ(0, attempt(&all[i], OTHER, true));
		EXPECT_FALSE(log_has_now(self->log, "veriexec", NULL));
	}
	EXPECT_NE(all[2].session, all[3].session);
}

/* The ways to ask whether a file may be written. */
static int ask_access(const char *path)
{
	return access(path, W_OK);
}

static int ask_faccessat2(const char *path)
{
	return syscall(__NR_faccessat2, AT_FDCWD, path, W_OK, 0);
}

static int ask_effective(const char *path)
{
	return syscall(__NR_faccessat2, AT_FDCWD, path, R_OK | W_OK,
		       AT_EACCESS);
}

TEST_F(audit, who_only_asks_is_answered_and_not_told_of)
{
	static int (*const ask[])(const char *path) = {
		ask_access, ask_faccessat2, ask_effective,
	};
	const long long before = stat_of("denied_open_write");
	struct who who = { .uid = NOBODY, .login = UNSET };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ask); i++) {
		EXPECT_EQ(EPERM, errno_of(ask[i](DATA))) TH_LOG("way %zu", i);
		EXPECT_EQ(EPERM, user_errno_of(ask[i](DATA)));
		EXPECT_EQ(0, errno_of(ask[i](FREE)));
		EXPECT_EQ(0, user_errno_of(ask[i](FREE)));
	}
	EXPECT_EQ(0, access(DATA, R_OK));
	EXPECT_FALSE(log_has_now(self->log, "veriexec", NULL));
	EXPECT_EQ(before, stat_of("denied_open_write"));

	EXPECT_EQ(EPERM, attempt(&who, DATA, true));
	EXPECT_TRUE(is_told(self->log, "open_write", DATA, &who));
	EXPECT_FALSE(log_has_now(self->log, "veriexec", NULL));
	EXPECT_EQ(before + 1, stat_of("denied_open_write"));
}

TEST_HARNESS_MAIN
