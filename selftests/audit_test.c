// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel reports of a denial: which file, who did it, and how often.
 */

#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <time.h>

#include <linux/audit.h>
#include <linux/netlink.h>

#include "../kselftest_harness.h"
#include "common.h"

#define RATELIMIT	"/proc/sys/kernel/printk_ratelimit"
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
	/* From now on every message comes from the test. */
	ASSERT_TRUE(log_has(self->log, "type=1807", "op=load", NULL));
}

FIXTURE_TEARDOWN(audit)
{
	close(self->log);
}

/* A process that does something, and what is to be reported of it. */
struct who {
	pid_t pid;
	uid_t uid;
	unsigned int login;	/* the user who has logged in, UNSET if nobody has */
	unsigned int session;
};

/* Makes the process part of a session of @who->login. */
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

/* The name that the kernel has for the disk, or for a file system without one. */
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

/* The program that this process and its children run. */
static const char *own_path(void)
{
	static char path[256];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);

	path[len < 0 ? 0 : len] = '\0';
	return path;
}

/* What another LSM calls this process and what it forks, as records have it. */
static const char *own_label(void)
{
	static char text[72];
	char label[64];
	int fd = open("/proc/self/attr/current", O_RDONLY | O_CLOEXEC);
	ssize_t len = read(fd, label, sizeof(label) - 1);

	close(fd);
	label[len < 0 ? 0 : len] = '\0';
	snprintf(text, sizeof(text), len > 0 ? " subj=%s" : "", label);
	return text;
}

/* Do the line and the record of a denial say who did what to which file? */
static bool is_told(int log, const char *op, const char *path,
		    const struct who *who)
{
	/* Where a change is denied, only the path within its file system is known. */
	const char *told = strcmp(op, "exec") ? path + strlen(AT) : path;
	const char *cause = strcmp(op, "exec") ?
		"cause=listed reason=\"file is in a manifest\"" :
		"cause=not-listed reason=\"file is in no manifest\"";
	char line[256], by[640], file[256], what[256], name[128];
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
	snprintf(what, sizeof(what), "lsm=veriexec op=%s %s ", op, cause);
	snprintf(by, sizeof(by),
		 " pid=%d uid=%u auid=%u ses=%u%s comm=\"audit_test\" exe=\"%s\" ",
		 who->pid, who->uid, who->login, who->session, own_label(),
		 own_path());
	snprintf(file, sizeof(file), " name=\"%s\" dev=\"%s\" ino=%lu res=0",
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

	/* Otherwise there would be nothing to mix up. */
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
		/* The kernel does not report what it allows. */
		EXPECT_EQ(0, attempt(&all[i], PROG, false));
		EXPECT_EQ(0, attempt(&all[i], OTHER, true));
		EXPECT_FALSE(log_has_now(self->log, "veriexec", NULL));
	}
	EXPECT_NE(all[2].session, all[3].session);
}

/* Ways to ask whether a file may be written to. */
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

/* -- How often it is said. */

FIXTURE(often)
{
	int log;
	int trail;	/* the audit trail, which the limit of the log does not touch */
};

static int set_ratelimit(const char *seconds)
{
	int fd = open(RATELIMIT, O_WRONLY | O_CLOEXEC);
	int ret = fd < 0 || write(fd, seconds, strlen(seconds)) < 0 ? -errno :
								     0;

	close(fd);
	return ret;
}

static int open_trail(void)
{
	struct sockaddr_nl address = {
		.nl_family = AF_NETLINK,
		.nl_groups = 1U << (AUDIT_NLGRP_READLOG - 1),
	};
	const int room = 1 << 20;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);
	const struct timeval patience = { .tv_sec = 1 };

	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
		       sizeof(patience)) ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)))
		return -errno;
	return fd;
}

FIXTURE_SETUP(often)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(FS_TMPFS));
	ASSERT_EQ(0, list_layout());
	ASSERT_TRUE(log_has(self->log, "type=1807", "op=load", NULL));
	ASSERT_LE(0, self->trail = open_trail());
}

FIXTURE_TEARDOWN(often)
{
	set_ratelimit("0");
	close(self->trail);
	close(self->log);
}

/* How many lines of the log have this word? All of them are there already. */
static int count_lines(int log, const char *word)
{
	char record[8192];
	int count = 0;
	ssize_t len;

	while ((len = read(log, record, sizeof(record) - 1)) >= 0 ||
	       errno == EPIPE) {
		if (len < 0)
			continue;
		record[len] = '\0';
		count += !!strstr(record, word);
	}
	return count;
}

/* How many records have this word? They arrive a moment later. */
static int count_records(int trail, const char *word)
{
	char record[8192];
	const struct nlmsghdr *head = (const struct nlmsghdr *)record;
	int count = 0;
	ssize_t len;

	while ((len = recv(trail, record, sizeof(record) - 1, 0)) > 0) {
		record[len] = '\0';
		if (len > NLMSG_HDRLEN && head->nlmsg_type == AUDIT_INTEGRITY_DATA)
			count += !!strstr(record + NLMSG_HDRLEN, word);
	}
	return count;
}

/* A user without rights keeps doing what is denied. */
static int flood(int times)
{
	int i, ret = 0;

	for (i = 0; i < times && !ret; i++)
		ret = open(DATA, O_WRONLY) < 0 && errno == EPERM ? 0 : -1;
	return ret;
}

TEST_F(often, log_is_limited_and_the_audit_trail_is_not)
{
	static const char line[] = "veriexec: open_write of /dir/data denied";
	static const char record[] = "lsm=veriexec op=open_write ";
	struct timespec start, end;
	struct text text = {};

	/* A file that does not have the listed fingerprint. */
	ASSERT_EQ(0, text_add(&text, "dir/other sha256=%064d\n", 0));
	ASSERT_EQ(0, load(AT, &text));
	text_free(&text);

	ASSERT_EQ(0, set_ratelimit("5"));
	clock_gettime(CLOCK_MONOTONIC, &start);
	EXPECT_EQ(0, user_errno_of(flood(30)));
	EXPECT_EQ(10, count_lines(self->log, line));
	/* One kind of line does not use up the limit of the other. */
	EXPECT_EQ(-EACCES, run(OTHER, "ok"));
	clock_gettime(CLOCK_MONOTONIC, &end);
	ASSERT_GT(5, end.tv_sec - start.tv_sec) TH_LOG("too slow to tell");
	EXPECT_TRUE(log_has_now(self->log, "veriexec: fingerprint for dev",
				NULL));
	EXPECT_FALSE(log_has_now(self->log, "veriexec: exec of", NULL));
	EXPECT_EQ(30, count_records(self->trail, record));

	ASSERT_EQ(0, set_ratelimit("0"));
	EXPECT_EQ(0, user_errno_of(flood(30)));
	EXPECT_EQ(30, count_lines(self->log, line));
	EXPECT_EQ(30, count_records(self->trail, record));
}

TEST_HARNESS_MAIN
