// SPDX-License-Identifier: GPL-2.0-only
/*
 * The control files, from a system without a manifest to one that is locked. The tests
 * build on each other, in this order, because states are one way.
 */

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include <linux/capability.h>

#include "../kselftest_harness.h"
#include "common.h"

/* From the certificate that is built into the tested kernels. */
#define SIGNER	"PackageDevelopmentECP256_2026"

FIXTURE(control)
{
	int log;
};

FIXTURE_SETUP(control)
{
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(FS_TMPFS));
}

FIXTURE_TEARDOWN(control)
{
	close(self->log);
}

static bool reads(const char *name, const char *content)
{
	char buf[4096];

	return read_control(name, buf, sizeof(buf)) >= 0 &&
	       !strcmp(buf, content);
}

/* Gives up a capability. Returns 0 or -1. */
static int drop(int capability)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];

	if (syscall(__NR_capget, &head, data))
		return -1;
	data[CAP_TO_INDEX(capability)].effective &= ~CAP_TO_MASK(capability);
	data[CAP_TO_INDEX(capability)].permitted &= ~CAP_TO_MASK(capability);
	return syscall(__NR_capset, &head, data);
}

static int drop_mac_admin(void)
{
	return drop(CAP_MAC_ADMIN);
}

/* This gives all capabilities, but none over the system. */
static int leave_user_namespace(void)
{
	return unshare(CLONE_NEWUSER);
}

static int write_fd(int fd, const char *word)
{
	return write(fd, word, strlen(word));
}

TEST_F(control, files_have_the_modes_that_are_documented)
{
	static const struct {
		const char *path;
		mode_t mode;
	} files[] = {
		{ CONTROL "state", 0644 },
		{ CONTROL "manifest", 0200 },
		{ CONTROL "replace", 0200 },
		{ CONTROL "manifests", 0444 },
		{ CONTROL "entries", 0400 },
		{ CONTROL "images", 0444 },
		{ CONTROL "revoked", 0444 },
		{ CONTROL "check", 0666 },
		{ CONTROL "algorithms", 0444 },
		{ CONTROL "level", 0444 },
		{ CONTROL "stats", 0444 },
	};
	struct stat st;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		ASSERT_EQ(0, stat(files[i].path, &st)) TH_LOG("%s",
							      files[i].path);
		EXPECT_EQ(files[i].mode, st.st_mode & 07777)
			TH_LOG("%s", files[i].path);
		EXPECT_EQ(0U, st.st_uid);
	}
}

TEST_F(control, nothing_holds_before_the_first_manifest)
{
	static const char *const words[] = {
		"active", "enforce", "locked", "loaded", "inactive", "nonsense",
		" ", "active enforce", "activeactiveactiveactive",
	};
	size_t i;

	ASSERT_TRUE(reads("state", "inactive\n"));
	EXPECT_TRUE(reads("manifests", ""));
	EXPECT_TRUE(reads("entries", ""));
	for (i = 0; i < ARRAY_SIZE(words); i++)
		EXPECT_EQ(-EINVAL, write_control("state", words[i]))
			TH_LOG("word %zu", i);
	EXPECT_TRUE(reads("state", "inactive\n"));
	EXPECT_EQ(0, run(OTHER, "ok"));
	EXPECT_EQ(-EACCES, check_file(OTHER));
	EXPECT_EQ(0, errno_of(open("/proc/self/mem", O_WRONLY | O_CLOEXEC)));
	EXPECT_FALSE(log_has_now(self->log, "op=mem_write", NULL));
}

TEST_F(control, only_an_administrator_loads)
{
	struct text text = {}, manifest = {};
	int fd;

	ASSERT_EQ(0, text_add_file(&text, AT, "dir/prog", ""));
	ASSERT_EQ(0, sign_as("known", &text, &manifest));

	/* It is the opener who counts, not the writer. */
	ASSERT_LE(0, fd = open(CONTROL "manifest", O_WRONLY | O_CLOEXEC));
	ASSERT_EQ(0, chdir(AT));
	EXPECT_EQ(EPERM, ({
		int err = 255;
		int status;
		pid_t pid = fork();

		if (!pid) {
			if (!drop(CAP_MAC_ADMIN))
				err = -load_signed(AT, &manifest);
			_exit(err);
		}
		waitpid(pid, &status, 0);
		WEXITSTATUS(status);
	}));
	EXPECT_TRUE(reads("state", "inactive\n"));
	EXPECT_EQ(EACCES, user_errno_of(open(CONTROL "manifest", O_WRONLY)));
	EXPECT_EQ(EACCES, user_errno_of(open(CONTROL "state", O_WRONLY)));
	EXPECT_EQ(EACCES, user_errno_of(open(CONTROL "entries", O_RDONLY)));
	EXPECT_EQ(0, user_errno_of(open(CONTROL "stats", O_RDONLY)));
	EXPECT_EQ(0, user_errno_of(open(CONTROL "state", O_RDONLY)));

	EXPECT_EQ(0, user_errno_of(write(fd, manifest.data, manifest.len)));
	EXPECT_TRUE(reads("state", "loaded\n"));
	EXPECT_TRUE(log_has(self->log, "type=1807", "op=load", "res=1", NULL));
	close(fd);
	text_free(&text);
	text_free(&manifest);
}

TEST_F(control, states_need_those_before_them)
{
	ASSERT_TRUE(reads("state", "loaded\n"));
	EXPECT_EQ(-EINVAL, write_control("state", "enforce"));
	EXPECT_EQ(-EINVAL, write_control("state", "loaded"));
	EXPECT_TRUE(reads("state", "loaded\n"));
	EXPECT_EQ(0, write_control("state", "active\n"));
	EXPECT_TRUE(reads("state", "loaded active\n"));
	EXPECT_TRUE(log_has(self->log, "type=1802", "op=state",
			    " cause=added ", " states=\"loaded active\" res=1",
			    NULL));
	/* To enter a state again is no error, and nothing is reported. */
	EXPECT_EQ(0, write_control("state", "active"));
	EXPECT_FALSE(log_has_now(self->log, "op=state", NULL));
}

/* What a process does with the control files. Each returns 0 or an errno. */
static int do_load(void)
{
	struct text manifest = {};
	int ret = read_file(AT "/manifest", &manifest);

	ret = ret ?: load_signed(AT, &manifest);
	text_free(&manifest);
	return -ret;
}

static int do_add_state(void)
{
	return -write_control("state", "active");
}

static int do_read_entries(void)
{
	char buf[65536];
	int ret = read_control("entries", buf, sizeof(buf));

	return ret < 0 ? -ret : !strstr(buf, "dir/prog\t");
}

static int do_read_others(void)
{
	static const char *const names[] = {
		"state", "manifests", "algorithms", "stats",
	};
	char buf[8192];
	size_t i;
	int ret = 0;

	for (i = 0; i < ARRAY_SIZE(names) && ret >= 0; i++)
		ret = read_control(names[i], buf, sizeof(buf)) ?: -ENODATA;
	return ret < 0 ? -ret : 0;
}

static int do_check(void)
{
	return -check_file(PROG);
}

static int do_check_other(void)
{
	return -check_file(OTHER);
}

static const struct {
	int (*act)(void);
	int with;	/* what it returns to a process that has the capability */
	int without;
} acts[] = {
	{ do_load, 0, EPERM },
	{ do_add_state, 0, EPERM },
	{ do_read_entries, 0, EPERM },
	{ do_read_others, 0, 0 },
	{ do_check, 0, 0 },
	{ do_check_other, EACCES, EACCES },
};

/* Does it in another process, which has given up its capabilities. */
static int do_without(int (*give_up)(void), int (*act)(void))
{
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(give_up() ? 255 : act());
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

TEST_F(control, root_without_the_capability_only_reads)
{
	static int (*const give_up[])(void) = {
		drop_mac_admin, leave_user_namespace,
	};
	struct text text = {}, manifest = {};
	char before[8192];
	size_t i, j;

	ASSERT_TRUE(reads("state", "loaded active\n"));
	ASSERT_EQ(0, list_layout());
	ASSERT_EQ(0, text_add(&text, "%%name capability\n"));
	ASSERT_EQ(0, text_add_file(&text, AT, "dir/free", ""));
	ASSERT_EQ(0, sign_as("known", &text, &manifest));
	ASSERT_EQ(0, write_file(AT "/manifest", manifest.data, manifest.len,
				0644));
	ASSERT_LT(0, read_control("manifests", before, sizeof(before)));
	ASSERT_TRUE(log_has(self->log, "type=1807", "op=load", NULL));

	for (i = 0; i < ARRAY_SIZE(give_up); i++) {
		for (j = 0; j < ARRAY_SIZE(acts); j++) {
			EXPECT_EQ(acts[j].without,
				  do_without(give_up[i], acts[j].act))
				TH_LOG("act %zu, way %zu", j, i);
		}
	}
	/* Nothing is reported: no manifest was read, and no state was asked for. */
	EXPECT_FALSE(log_has_now(self->log, "veriexec", NULL));
	EXPECT_TRUE(reads("state", "loaded active\n"));
	EXPECT_TRUE(reads("manifests", before));
	EXPECT_EQ(-EACCES, check_file(FREE));

	for (j = 0; j < ARRAY_SIZE(acts); j++) {
		EXPECT_EQ(acts[j].with, acts[j].act()) TH_LOG("act %zu", j);
	}
	EXPECT_TRUE(log_has(self->log, "type=1807", "name=\"capability\"",
			    "res=1", NULL));
	EXPECT_EQ(0, check_file(FREE));
	text_free(&manifest);
	text_free(&text);
}

/*
 * A write through such a mapping reaches no hook, and nobody can take the mapping away.
 */
TEST_F(control, mapped_devices_keep_enforce_away)
{
	const int both = PROT_READ | PROT_WRITE;
	int fd, other;
	void *p;

	ASSERT_TRUE(reads("state", "loaded active\n"));
	ASSERT_LE(0, fd = open("/dev/ram15", O_RDWR | O_CLOEXEC));
	ASSERT_LE(0, other = open("/dev/ram1", O_RDWR | O_CLOEXEC));
	p = mmap(NULL, 4096, both, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, p);
	EXPECT_TRUE(log_has(self->log, "device_write of /dev/ram15",
			    "would be denied: device would be mapped", NULL));
	close(fd);
	EXPECT_EQ(-EBUSY, write_control("state", "enforce"));
	EXPECT_TRUE(log_has(self->log, "type=1802", "op=state", " cause=mapped ",
			    "dev=\"ram15\"", "res=0", NULL));
	EXPECT_TRUE(reads("state", "loaded active\n"));
	EXPECT_EQ(0, munmap(p, 4096));

	/* The devices that were looked at before it are as they were. */
	p = mmap(NULL, 4096, both, MAP_SHARED, other, 0);
	EXPECT_NE(MAP_FAILED, p);
	EXPECT_EQ(-EBUSY, write_control("state", "enforce"));
	munmap(p, 4096);
	close(other);
}

/* In the state "active", where a device can be opened for writing. */
TEST_F(control, files_on_a_device_with_writers_are_not_verified)
{
	int fd;

	ASSERT_TRUE(reads("state", "loaded active\n"));
	ASSERT_EQ(0, mount_at(FS_EXT4));
	ASSERT_EQ(0, write_file(AT "/data", "data", 4, 0666));
	ASSERT_EQ(0, load_file(AT, "data", ""));
	EXPECT_EQ(0, check_file(AT "/data"));
	ASSERT_LE(0, fd = open("/dev/ram0", O_WRONLY | O_CLOEXEC));
	EXPECT_TRUE(log_has(self->log, "device_write of /dev/ram0",
			    "would be denied: device holds files", NULL));
	EXPECT_EQ(-EACCES, check_file(AT "/data"));
	close(fd);
	EXPECT_EQ(0, check_file(AT "/data"));
	ASSERT_EQ(0, umount(AT));
}

TEST_F(control, opener_of_the_state_counts_and_not_the_writer)
{
	int strong, weak, status;
	pid_t pid;

	ASSERT_TRUE(reads("state", "loaded active\n"));
	ASSERT_LE(0, strong = open(CONTROL "state", O_WRONLY));
	pid = fork();
	if (!pid) {
		/* Opened without the capability, whatever the mode says. */
		if (drop(CAP_MAC_ADMIN))
			_exit(1);
		weak = open(CONTROL "state", O_WRONLY);
		if (weak != strong + 1)
			_exit(2);
		_exit(write_fd(weak, "enforce") < 0 && errno == EPERM ? 0 : 3);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, WEXITSTATUS(status));
	EXPECT_TRUE(reads("state", "loaded active\n"));

	EXPECT_EQ(0, user_errno_of(write_fd(strong, "enforce")));
	EXPECT_TRUE(reads("state", "loaded active enforce\n"));
	close(strong);
}

TEST_F(control, check_gives_the_verdict_on_a_descriptor)
{
	char word[16];
	int fd;

	ASSERT_EQ(0, list_layout());
	EXPECT_EQ(0, check_file(PROG));
	EXPECT_EQ(0, check_file(DATA));
	EXPECT_EQ(-EACCES, check_file(OTHER));
	EXPECT_EQ(-EACCES, check_file("/dev/null"));
	EXPECT_EQ(-EACCES, check_file(LISTED_DIR));
	EXPECT_EQ(0, user_errno_of(-!!(errno = -check_file(PROG))));
	EXPECT_EQ(EACCES, user_errno_of(-!!(errno = -check_file(OTHER))));
	/* A question is not reported. */
	EXPECT_FALSE(log_has_now(self->log, "lsm=veriexec", "res=0", NULL));

	EXPECT_EQ(-EBADF, write_control("check", "1000"));
	EXPECT_EQ(-EINVAL, write_control("check", "-1"));
	EXPECT_EQ(-EINVAL, write_control("check", "x"));
	EXPECT_EQ(-EINVAL, write_control("check", "3 4"));
	ASSERT_LE(0, fd = open(PROG, O_PATH | O_CLOEXEC));
	sprintf(word, "%d", fd);
	EXPECT_EQ(-EBADF, write_control("check", word));
	close(fd);
}

TEST_F(control, manifests_have_a_line_each)
{
	struct text text = {};
	char buf[8192], *line;

	ASSERT_EQ(0, text_add(&text, "%%name shown\n%%version 18446744073709551615\n"));
	ASSERT_EQ(0, text_add_file(&text, AT, "dir/prog", ""));
	ASSERT_EQ(0, text_add(&text, "no/such/file sha256=%064d\n", 0));
	ASSERT_EQ(0, load(AT, &text));

	ASSERT_LT(0, read_control("manifests", buf, sizeof(buf)));
	ASSERT_NE(NULL, line = strstr(buf, "shown\t"));
	EXPECT_EQ(0, strncmp(line, "shown\t18446744073709551615\t", 27));
	EXPECT_NE(NULL, strstr(line, "\tECDSA256+SHA256\t1\t1\tbuiltin\n"));
	EXPECT_TRUE(!strncmp(buf, "-\t-\t", 4));
	text_free(&text);
}

TEST_F(control, entries_show_what_is_known_of_a_file)
{
	char want[512], hex[65], buf[65536], *line;
	struct text text = {};
	struct stat st;

	ASSERT_EQ(0, copy_file(FREE, AT "/a b", 0644));
	ASSERT_EQ(0, fingerprint(AT "/a b", hex));
	ASSERT_EQ(0, text_add(&text, "%%name entries\n"
			      "a%%20b sha256=%s uid=0 mode=644 no_ptrace indirect label=web/1\n",
			      hex));
	ASSERT_EQ(0, load(AT, &text));
	text_free(&text);
	ASSERT_EQ(0, stat(AT "/a b", &st));
	snprintf(want, sizeof(want),
		 "%u:%u\t%lu\tsha256=%s\tindirect,no_ptrace,label=web/1\tunchecked\tentries\t" SIGNER "\ta%%20b\tuid=0 mode=644\n",
		 major(st.st_dev), minor(st.st_dev), st.st_ino, hex);
	ASSERT_LT(0, read_control("entries", buf, sizeof(buf)));
	line = strstr(buf, want);
	EXPECT_NE(NULL, line) TH_LOG("no %s in %s", want, buf);

	ASSERT_EQ(0, check_file(AT "/a b"));
	ASSERT_LT(0, read_control("entries", buf, sizeof(buf)));
	EXPECT_NE(NULL, strstr(buf, "\tverified\tentries\t" SIGNER "\ta%20b\t"));
}

TEST_F(control, entries_show_listed_links)
{
	char want[512], buf[65536];
	struct text text = {};
	struct stat st;

	ASSERT_EQ(0, symlink("/some/w here", AT "/a link"));
	ASSERT_EQ(0, symlink("dir", AT "/way"));
	ASSERT_EQ(0, text_add(&text, "%%name links\n"
			      "a%%20link link=/some/w%%20here\n"));
	ASSERT_EQ(0, text_add_file(&text, AT, "way/free", ""));
	/* One link by two names. The second leads through the first. */
	ASSERT_EQ(0, symlink("twice", AT "/dir/link"));
	ASSERT_EQ(0, text_add(&text, "dir/link link=twice\n"
			      "way/link link=twice\n"));
	ASSERT_EQ(0, load(AT, &text));
	text_free(&text);
	ASSERT_EQ(0, lstat(AT "/a link", &st));
	snprintf(want, sizeof(want),
		 "%u:%u\t%lu\tlink=/some/w%%20here\t-\tverified\tlinks\t" SIGNER "\ta%%20link\t-\n",
		 major(st.st_dev), minor(st.st_dev), st.st_ino);
	ASSERT_LT(0, read_control("entries", buf, sizeof(buf)));
	EXPECT_NE(NULL, strstr(buf, want)) TH_LOG("no %s in %s", want, buf);
	EXPECT_NE(NULL, strstr(buf, "\tway/free\t-\n"));
	EXPECT_NE(NULL, strstr(buf, "\tlink=twice\t-\tverified\tlinks\t" SIGNER
			       "\tdir/link\t-\n"));
	EXPECT_NE(NULL, strstr(buf, "\tlink=twice\t-\tverified\tlinks\t" SIGNER
			       "\tway/link\t-\n"));
	/* What leads to a file is no entry of the manifest. */
	EXPECT_EQ(NULL, strstr(buf, "\tway\t"));
	ASSERT_LT(0, read_control("manifests", buf, sizeof(buf)));
	EXPECT_NE(NULL, strstr(buf, "\t4\t0\tbuiltin\n"));
}

TEST_F(control, algorithms_and_counters_are_named)
{
	static const char *const counters[] = {
		"entries", "entry_bytes", "revoked_fingerprints",
		"evaluations", "cache_hits",
		"table_lookups", "files_hashed", "bytes_hashed",
		"denied_exec", "denied_mmap", "denied_mprotect", "denied_read",
		"denied_open_write", "denied_write", "denied_truncate",
		"denied_setattr", "denied_setxattr", "denied_unlink",
		"denied_rename", "denied_rmdir", "denied_ptrace",
	};
	long long before, listed, would;
	char buf[1024];
	size_t i;

	ASSERT_LT(0, read_control("algorithms", buf, sizeof(buf)));
	EXPECT_NE(NULL, strstr(buf, "sha256\nsha384\nsha512\n"));
	EXPECT_TRUE(reads("level", "5\n"));
	for (i = 0; i < ARRAY_SIZE(counters); i++)
		EXPECT_LE(0, stat_of(counters[i])) TH_LOG("counter %zu", i);

	before = stat_of("denied_exec");
	listed = stat_of("denied exec not-listed");
	ASSERT_LE(0, would = stat_of("would_deny_exec"));
	EXPECT_EQ(-EACCES, run(OTHER, "ok"));
	EXPECT_EQ(before + 1, stat_of("denied_exec"));
	/* What has not happened has no line. */
	EXPECT_EQ(listed < 0 ? 1 : listed + 1,
		  stat_of("denied exec not-listed"));
	EXPECT_EQ(-1, stat_of("denied exec memory"));
	EXPECT_EQ(would, stat_of("would_deny_exec"));
	ASSERT_EQ(0, list_layout());
	EXPECT_EQ(0, run(PROG, "ok"));
	EXPECT_EQ(before + 1, stat_of("denied_exec"));
}

TEST_F(control, entries_die_with_their_file_system)
{
	const long long before = stat_of("entries");

	ASSERT_EQ(0, list_layout());
	EXPECT_EQ(before + 3, stat_of("entries"));
	ASSERT_EQ(0, umount(AT));
	EXPECT_EQ(before, stat_of("entries"));
}

#define AGAIN	AT "/again"

/* A disk that is mounted at AGAIN. Manifests list the program on it. */
static int mount_again(const char *disk)
{
	return mount(disk, AGAIN, "squashfs", MS_RDONLY, NULL);
}

/* Signs a version of "again", which lists the program there. */
static int sign_version(int version, const char *who, struct text *manifest)
{
	struct text text = {};
	int ret;

	ret = text_add(&text, "%%name again\n%%version %d\n", version) ?:
	      text_add_file(&text, AT, "again/dir/prog", "") ?:
	      sign_as(who, &text, manifest);
	text_free(&text);
	return ret;
}

/* Has the program with the right to do so load @manifest. */
static int load_trusted(const struct text *manifest)
{
	int ret = write_file(AT "/manifest", manifest->data, manifest->len,
			     0644);

	return ret ?: run(AT "/trusted", "load", AT, AT "/manifest");
}

/* Is it refused with a message and an audit record, and does the program not run? */
static bool stays_locked(const FIXTURE_DATA(control) *self,
			 const struct text *manifest)
{
	return load_trusted(manifest) == EPERM &&
	       log_has(self->log, "veriexec: manifest", "refused (-EPERM)",
		       "the state is locked", NULL) &&
	       log_has(self->log, "lsm=veriexec op=load cause=not-permitted ",
		       "res=0", "errno=-1", NULL) &&
	       run(AGAIN "/dir/prog", "ok") == -EACCES;
}

/* This has to be the last test, because nothing new is loaded any more. */
TEST_F(control, locked_takes_what_is_loaded_already_and_no_more)
{
	struct text text = {}, loaded = {}, other = {};
	char disk[32];
	int version;

	ASSERT_EQ(0, list_layout());
	ASSERT_EQ(0, copy_file(PROG, AT "/trusted", 0755));
	ASSERT_EQ(0, load_file(AT, "trusted", "trusted"));
	ASSERT_EQ(0, mkdir(AGAIN, 0755));
	ASSERT_EQ(0, make_disk(FS_SQUASHFS, disk));
	ASSERT_EQ(0, mount_again(disk));
	ASSERT_EQ(0, sign_version(5, "known", &loaded));
	ASSERT_EQ(0, load_signed(AT, &loaded));

	ASSERT_EQ(0, write_control("state", "locked"));
	EXPECT_TRUE(reads("state", "loaded active enforce locked\n"));
	ASSERT_EQ(0, text_add_file(&text, AT, "dir/other", ""));
	EXPECT_EQ(0, run(PROG, "ok"));
	EXPECT_EQ(-EACCES, run(OTHER, "ok"));
	/* Programs of the initramfs have no rights any more. */
	EXPECT_EQ(-EPERM, write_control("state", "locked"));
	EXPECT_EQ(0, run(AT "/trusted", "state", "locked"));
	EXPECT_TRUE(reads("state", "loaded active enforce locked\n"));

	/* Entries go away with their file system, and come back with the same text. */
	EXPECT_EQ(0, run(AGAIN "/dir/prog", "ok"));
	ASSERT_EQ(0, umount(AGAIN));
	ASSERT_EQ(0, mount_again(disk));
	EXPECT_EQ(-EACCES, run(AGAIN "/dir/prog", "ok"));
	EXPECT_EQ(-EPERM, load_signed(AT, &loaded));
	EXPECT_TRUE(log_has(self->log, "refused (-EPERM)",
			    "its loader is not a trusted program", NULL));
	EXPECT_EQ(-EACCES, run(AGAIN "/dir/prog", "ok"));

	ASSERT_EQ(0, sign_as("known", &text, &other));
	EXPECT_TRUE(stays_locked(self, &other));
	EXPECT_EQ(-EACCES, run(OTHER, "ok"));
	text_free(&other);
	for (version = 4; version <= 6; version += 2) {
		ASSERT_EQ(0, sign_version(version, "known", &other));
		EXPECT_TRUE(stays_locked(self, &other))
			TH_LOG("version %d", version);
		text_free(&other);
	}
	ASSERT_EQ(0, sign_version(5, "stranger", &other));
	EXPECT_TRUE(stays_locked(self, &other));
	text_free(&other);
	/* The last byte of the signature itself: see load_test.c. */
	loaded.data[loaded.len - 28 - 12 - 1] ^= 1;
	EXPECT_TRUE(stays_locked(self, &loaded));
	loaded.data[loaded.len - 28 - 12 - 1] ^= 1;

	EXPECT_EQ(0, load_trusted(&loaded));
	EXPECT_TRUE(log_has(self->log, "lsm=veriexec op=load", "name=\"again\"",
			    "res=1", NULL));
	EXPECT_EQ(0, run(AGAIN "/dir/prog", "ok"));
	EXPECT_EQ(-EACCES, run(AGAIN "/dir/other", "ok"));
	text_free(&loaded);
	text_free(&text);
}

TEST_HARNESS_MAIN
