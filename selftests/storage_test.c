// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files on read-only file systems, on those that a program serves, and on those that
 * users have mounted.
 */

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include <linux/fuse.h>

#include "../kselftest_harness.h"
#include "common.h"

/* -- Read-only file systems, and overlays of them. */

FIXTURE(read_only)
{
	int log;
};

FIXTURE_VARIANT(read_only)
{
	enum fs fs;
	bool overlay;
};

FIXTURE_VARIANT_ADD(read_only, squashfs) { .fs = FS_SQUASHFS };
FIXTURE_VARIANT_ADD(read_only, erofs) { .fs = FS_EROFS };
FIXTURE_VARIANT_ADD(read_only, squashfs_below_overlay) {
	.fs = FS_SQUASHFS,
	.overlay = true,
};
FIXTURE_VARIANT_ADD(read_only, erofs_below_overlay) {
	.fs = FS_EROFS,
	.overlay = true,
};

FIXTURE_SETUP(read_only)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(variant->fs));
	if (variant->overlay)
		ASSERT_EQ(0, mount_overlay());
}

FIXTURE_TEARDOWN(read_only)
{
	close(self->log);
}

TEST_F(read_only, only_listed_files_run_and_are_mapped)
{
	ASSERT_EQ(0, list_layout());
	EXPECT_EQ(0, run(PROG, "ok"));
	EXPECT_EQ(0, run_user(PROG, "ok"));
	EXPECT_EQ(0, map_code(PROG));
	EXPECT_EQ(0, map_code(DATA));
	EXPECT_EQ(0, check_file(PROG));

	EXPECT_EQ(-EACCES, run(OTHER, "ok"));
	EXPECT_TRUE(log_denied(self->log, "exec", OTHER));
	EXPECT_EQ(-EACCES, run_user(OTHER, "ok"));
	EXPECT_TRUE(log_denied(self->log, "exec", OTHER));
	EXPECT_EQ(EACCES, map_code(OTHER));
	EXPECT_TRUE(log_denied(self->log, "mmap", OTHER));
	EXPECT_EQ(-EACCES, check_file(OTHER));
}

TEST_F(read_only, program_with_another_fingerprint_does_not_run)
{
	struct text text = {};
	char hex[65];

	ASSERT_EQ(0, fingerprint(DATA, hex));
	ASSERT_EQ(0, text_add(&text, "dir/prog sha256=%s\n", hex));
	ASSERT_EQ(0, text_add_file(&text, AT, "dir/other", ""));
	ASSERT_EQ(0, load(AT, &text));
	text_free(&text);

	EXPECT_EQ(-EACCES, run(PROG, "ok"));
	EXPECT_TRUE(log_denied(self->log, "exec", PROG));
	EXPECT_EQ(0, run(OTHER, "ok"));
}

/* A read-only system with an overlay, as on live media. */
FIXTURE(live)
{
	int log;
};

FIXTURE_VARIANT(live)
{
	enum fs fs;
};

FIXTURE_VARIANT_ADD(live, squashfs) { .fs = FS_SQUASHFS };
FIXTURE_VARIANT_ADD(live, erofs) { .fs = FS_EROFS };

FIXTURE_SETUP(live)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(variant->fs));
	ASSERT_EQ(0, mount_overlay());
	ASSERT_EQ(0, list_layout());
}

FIXTURE_TEARDOWN(live)
{
	close(self->log);
}

TEST_F(live, copy_in_the_upper_layer_does_not_run)
{
	ASSERT_EQ(0, copy_file(PROG, APART "/copy", 0755));
	EXPECT_EQ(-EACCES, run(APART "/copy", "ok"));
	EXPECT_TRUE(log_denied(self->log, "exec", APART "/copy"));
	EXPECT_EQ(EACCES, map_code(APART "/copy"));
	EXPECT_TRUE(log_denied(self->log, "mmap", APART "/copy"));
	EXPECT_EQ(0, run(PROG, "ok"));
}

/* Whoever puts the copy there by hand replaces the name, not the program. */
TEST_F(live, copy_over_a_listed_name_does_not_run)
{
	ASSERT_EQ(0, mkdir("/tmp/veriexec-upper/up/dir", 0777));
	ASSERT_EQ(0, copy_ours("probe", "/tmp/veriexec-upper/up/dir/prog"));
	ASSERT_EQ(0, umount2(AT, MNT_DETACH));
	ASSERT_EQ(0, mount("overlay", AT, "overlay", 0,
			   "lowerdir=" AT ",upperdir=/tmp/veriexec-upper/up,"
			   "workdir=/tmp/veriexec-upper/work"));
	EXPECT_EQ(-EACCES, run(PROG, "ok"));
	EXPECT_TRUE(log_denied(self->log, "exec", PROG));
}

static int set_atime(const char *path)
{
	const struct timespec times[] = { { 1, 0 }, { 0, UTIME_OMIT } };

	return errno_of(utimensat(AT_FDCWD, path, times, 0));
}

static int write_byte(const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return errno;
	ret = errno_of(write(fd, "F", 1));
	close(fd);
	return ret;
}

TEST_F(live, only_unlisted_files_are_copied_up)
{
	static const char up[] = "/tmp/veriexec-upper/up/dir/";
	char path[64];

	EXPECT_EQ(EPERM, write_byte(DATA));
	EXPECT_TRUE(log_denied(self->log, "open_write", "/dir/data"));
	/* This does not change the file, but makes a copy of it. */
	EXPECT_EQ(EPERM, set_atime(DATA));
	EXPECT_TRUE(log_denied(self->log, "copy_up", "/dir/data"));
	snprintf(path, sizeof(path), "%sdata", up);
	EXPECT_EQ(ENOENT, errno_of(access(path, F_OK)));
	EXPECT_TRUE(is_same(DATA, DATA_TEXT));
	EXPECT_EQ(0, check_file(DATA));

	EXPECT_EQ(0, set_atime(OTHER));
	EXPECT_EQ(0, write_byte(FREE));
	snprintf(path, sizeof(path), "%sfree", up);
	EXPECT_TRUE(is_same(path, "Free\n"));
	EXPECT_TRUE(is_same(FREE, "Free\n"));
}

/* -- A file system that a program serves. */

#define SERVED		AT "/prog"

/**
 * struct served - what the server is told, and the file that it serves
 * @other: serve other content
 * @reads: how often it was asked for content
 * @len: of the content
 * @content: as it is at first
 */
struct served {
	volatile int other;
	volatile int reads;
	size_t len;
	char content[2 << 20];
};

static struct served *make_served(void)
{
	struct served *s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE,
				MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ssize_t len;
	int fd;

	if (s == MAP_FAILED || copy_ours("probe", "/tmp/served"))
		return NULL;
	fd = open("/tmp/served", O_RDONLY | O_CLOEXEC);
	len = read(fd, s->content, sizeof(s->content));
	close(fd);
	s->len = len > 0 ? len : 0;
	return s->len ? s : NULL;
}

#define DIR_ID		FUSE_ROOT_ID
#define FILE_ID		2

static void fill_attr(const struct served *s, uint64_t id,
		      struct fuse_attr *attr)
{
	*attr = (struct fuse_attr){
		.ino = id,
		.size = id == FILE_ID ? s->len : 0,
		.mode = id == FILE_ID ? S_IFREG | 0755 : S_IFDIR | 0755,
		.nlink = 1,
		.blksize = 4096,
	};
}

static int answer(int dev, uint64_t unique, int error, const void *data,
		  size_t len)
{
	static char buf[sizeof(struct fuse_out_header) + (1 << 17)];
	struct fuse_out_header out = {
		.len = sizeof(out) + len,
		.error = error,
		.unique = unique,
	};

	memcpy(buf, &out, sizeof(out));
	memcpy(buf + sizeof(out), data, len);
	return write(dev, buf, out.len) == out.len;
}

static int answer_read(int dev, uint64_t unique, struct served *s,
		       const struct fuse_read_in *in)
{
	static char buf[1 << 17];
	size_t len = 0;

	s->reads++;
	if (in->offset < s->len)
		len = s->len - in->offset;
	if (len > in->size)
		len = in->size;
	if (len > sizeof(buf))
		len = sizeof(buf);
	memcpy(buf, s->content + in->offset, len);
	/* The program does not need its last byte. */
	if (s->other && in->offset + len == s->len && len)
		buf[len - 1] ^= 1;
	return answer(dev, unique, 0, buf, len);
}

static void serve_one(int dev, struct served *s, const char *request)
{
	const struct fuse_in_header *in = (const void *)request;
	const char *data = request + sizeof(*in);
	const struct fuse_init_out init = {
		.major = FUSE_KERNEL_VERSION,
		.minor = FUSE_KERNEL_MINOR_VERSION,
		.max_readahead = 1 << 16,
		.max_write = 1 << 16,
		.time_gran = 1,
	};
	const struct fuse_open_out opened = { .fh = 1 };
	struct fuse_entry_out entry = {
		.nodeid = FILE_ID,
		.entry_valid = 3600,
		.attr_valid = 3600,
	};
	struct fuse_attr_out attr = { .attr_valid = 3600 };

	switch (in->opcode) {
	case FUSE_INIT:
		answer(dev, in->unique, 0, &init, sizeof(init));
		break;
	case FUSE_LOOKUP:
		if (strcmp(data, "prog")) {
			answer(dev, in->unique, -ENOENT, NULL, 0);
			break;
		}
		fill_attr(s, FILE_ID, &entry.attr);
		answer(dev, in->unique, 0, &entry, sizeof(entry));
		break;
	case FUSE_GETATTR:
		fill_attr(s, in->nodeid, &attr.attr);
		answer(dev, in->unique, 0, &attr, sizeof(attr));
		break;
	case FUSE_OPEN:
		answer(dev, in->unique, 0, &opened, sizeof(opened));
		break;
	case FUSE_READ:
		answer_read(dev, in->unique, s, (const void *)data);
		break;
	case FUSE_RELEASE:
	case FUSE_FLUSH:
		answer(dev, in->unique, 0, NULL, 0);
		break;
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
	case FUSE_INTERRUPT:
		break;
	default:
		answer(dev, in->unique, -ENOSYS, NULL, 0);
	}
}

/* Never returns. The process ends when nothing is mounted any more. */
static void serve(int dev, struct served *s)
{
	static char request[1 << 18];
	ssize_t len;

	for (;;) {
		len = read(dev, request, sizeof(request));
		if (len >= (ssize_t)sizeof(struct fuse_in_header))
			serve_one(dev, s, request);
		else if (len >= 0 || (errno != EINTR && errno != ENOENT))
			_exit(0);
	}
}

/* Returns the server's process, or a negative errno. */
static pid_t mount_served(struct served *s)
{
	int dev = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	char options[128];
	pid_t pid;

	if (dev < 0)
		return -errno;
	snprintf(options, sizeof(options),
		 "fd=%d,rootmode=40755,user_id=%d,group_id=%d,allow_other",
		 dev, getuid(), getgid());
	if (mount("served", AT, "fuse", 0, options))
		return -errno;
	pid = fork();
	if (!pid)
		serve(dev, s);
	close(dev);
	return pid;
}

FIXTURE(served)
{
	int log;
	struct served *file;
	pid_t server;
};

FIXTURE_SETUP(served)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, mount_at(FS_TMPFS));
	ASSERT_NE(NULL, self->file = make_served());
	ASSERT_LT(0, self->server = mount_served(self->file));
}

FIXTURE_TEARDOWN(served)
{
	umount2(AT, MNT_DETACH);
	kill(self->server, SIGKILL);
	waitpid(self->server, NULL, 0);
	close(self->log);
}

TEST_F(served, file_is_not_bound_unless_it_is_untrusted)
{
	const long long entries = stat_of("entries");

	ASSERT_EQ(0, load_file(AT, "prog", ""));
	EXPECT_TRUE(log_has(self->log, "prog is listed but is on a file system",
			    "that may change by itself, but is not untrusted",
			    NULL));
	EXPECT_EQ(entries, stat_of("entries"));
	EXPECT_EQ(-EACCES, run(SERVED, "ok"));
	EXPECT_TRUE(log_denied(self->log, "exec", SERVED));
	EXPECT_EQ(-EACCES, run_user(SERVED, "ok"));
	EXPECT_TRUE(log_denied(self->log, "exec", SERVED));
	EXPECT_EQ(EACCES, map_code(SERVED));
	EXPECT_TRUE(log_denied(self->log, "mmap", SERVED));
	EXPECT_EQ(-EACCES, check_file(SERVED));

	/* Nothing but the missing word was wrong with it. */
	ASSERT_EQ(0, load_file(AT, "prog", "untrusted"));
	EXPECT_EQ(0, run(SERVED, "ok"));
	EXPECT_EQ(0, run_user(SERVED, "ok"));
	EXPECT_EQ(0, map_code(SERVED));
	EXPECT_EQ(0, check_file(SERVED));
}

static long long hashed(void)
{
	return stat_of("files_hashed");
}

TEST_F(served, untrusted_file_is_hashed_at_every_use)
{
	long long files;
	int reads, i;

	ASSERT_EQ(0, load_file(AT, "prog", "untrusted"));
	for (i = 0; i < 3; i++) {
		files = hashed();
		reads = self->file->reads;
		EXPECT_EQ(0, run(SERVED, "ok"));
		EXPECT_LT(files, hashed());
		EXPECT_LT(reads, self->file->reads);
		files = hashed();
		EXPECT_EQ(0, map_code(SERVED));
		EXPECT_EQ(files + 1, hashed());
	}
}

/* For comparison with the test above. */
TEST_F(served, file_in_memory_is_hashed_once)
{
	long long files;
	int i;

	ASSERT_EQ(0, umount2(AT, MNT_DETACH));
	ASSERT_EQ(0, copy_ours("probe", SERVED));
	ASSERT_EQ(0, load_file(AT, "prog", ""));
	ASSERT_EQ(0, run(SERVED, "ok"));
	files = hashed();
	for (i = 0; i < 3; i++) {
		EXPECT_EQ(0, run(SERVED, "ok"));
		EXPECT_EQ(0, map_code(SERVED));
	}
	EXPECT_EQ(files, hashed());
}

TEST_F(served, file_that_the_server_changes_does_not_run_any_more)
{
	ASSERT_EQ(0, load_file(AT, "prog", "untrusted"));
	EXPECT_EQ(0, run(SERVED, "ok"));

	self->file->other = 1;
	EXPECT_EQ(-EACCES, run(SERVED, "ok"));
	EXPECT_TRUE(log_denied(self->log, "exec", SERVED));
	EXPECT_EQ(-EACCES, run_user(SERVED, "ok"));
	EXPECT_TRUE(log_denied(self->log, "exec", SERVED));
	EXPECT_EQ(EACCES, map_code(SERVED));
	EXPECT_TRUE(log_denied(self->log, "mmap", SERVED));
	EXPECT_EQ(-EACCES, check_file(SERVED));

	self->file->other = 0;
	EXPECT_EQ(0, run(SERVED, "ok"));
	EXPECT_EQ(0, map_code(SERVED));
	EXPECT_EQ(0, check_file(SERVED));
}

/* -- What users mount in a user namespace of their own. */

enum users {
	USERS_TMPFS,
	USERS_OVERLAY,
	USERS_FUSE,
};

FIXTURE(users_mount)
{
	int log;
	int control;
	struct served *file;
	struct text manifest;
};

FIXTURE_VARIANT(users_mount)
{
	enum users kind;
};

FIXTURE_VARIANT_ADD(users_mount, tmpfs) { .kind = USERS_TMPFS };
FIXTURE_VARIANT_ADD(users_mount, overlay) { .kind = USERS_OVERLAY };
FIXTURE_VARIANT_ADD(users_mount, fuse) { .kind = USERS_FUSE };

FIXTURE_SETUP(users_mount)
{
	struct text text = {};
	char hex[65];

	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, mount_at(FS_TMPFS));
	ASSERT_NE(NULL, self->file = make_served());
	ASSERT_EQ(0, fingerprint("/tmp/served", hex));
	ASSERT_EQ(0, text_add(&text, "prog sha256=%s untrusted\n", hex));
	ASSERT_EQ(0, sign_as("known", &text, &self->manifest));
	text_free(&text);
	self->control = open(CONTROL "manifest", O_WRONLY);
	ASSERT_LE(0, self->control);
	ASSERT_EQ(0, chmod("/dev/fuse", 0666));
}

FIXTURE_TEARDOWN(users_mount)
{
	text_free(&self->manifest);
	close(self->control);
	close(self->log);
}

static int put_line(const char *path, const char *line)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret = fd < 0 || write(fd, line, strlen(line)) < 0;

	close(fd);
	return ret;
}

static int enter_namespace(void)
{
	if (become_user() || prctl(PR_SET_DUMPABLE, 1) ||
	    unshare(CLONE_NEWUSER | CLONE_NEWNS))
		return -1;
	return put_line("/proc/self/setgroups", "deny") ||
	       put_line("/proc/self/uid_map", "0 65534 1") ||
	       put_line("/proc/self/gid_map", "0 65534 1");
}

static int mount_kind(enum users kind, const struct served *s, pid_t *server)
{
	*server = 0;
	if (kind == USERS_FUSE) {
		*server = mount_served((struct served *)s);
		return *server > 0 ? 0 : -1;
	}
	if (mount("tmpfs", AT, "tmpfs", 0, "mode=777"))
		return -1;
	if (kind == USERS_OVERLAY &&
	    (mkdir(AT "/low", 0777) || mkdir(AT "/up", 0777) ||
	     mkdir(AT "/work", 0777) ||
	     write_file(AT "/low/prog", s->content, s->len, 0755) ||
	     mount("overlay", AT, "overlay", 0,
		   "userxattr,lowerdir=" AT "/low,upperdir=" AT "/up,"
		   "workdir=" AT "/work")))
		return -1;
	return kind == USERS_TMPFS ?
	       write_file(AT "/prog", s->content, s->len, 0755) : 0;
}

/*
 * Loads and runs as a user whom an administrator lets load a manifest. Returns what
 * exec gave, or 1000 and more for what went wrong before.
 */
static int load_and_run(int control, const struct text *manifest,
			const struct served *s, enum users kind, bool apart)
{
	pid_t server;
	int ret;

	if (apart && enter_namespace())
		return 1000;
	if (mount_kind(kind, s, &server))
		return 1001;
	if (chdir(AT) || write(control, manifest->data, manifest->len) !=
			 (ssize_t)manifest->len)
		ret = 1002;
	else
		ret = run(AT "/prog", "ok");
	if (chdir("/") || umount2(AT, MNT_DETACH))
		ret = 1003;
	if (server) {
		kill(server, SIGKILL);
		waitpid(server, NULL, 0);
	}
	return ret;
}

/* The same in a process of its own. Returns minus an error, or 1000 and more. */
static int try_apart(int control, const struct text *manifest,
		     const struct served *s, enum users kind, bool apart)
{
	int pipes[2], ret = 2000;
	pid_t pid;

	if (pipe2(pipes, O_CLOEXEC))
		return 2001;
	pid = fork();
	if (!pid) {
		ret = load_and_run(control, manifest, s, kind, apart);
		_exit(write(pipes[1], &ret, sizeof(ret)) != sizeof(ret));
	}
	close(pipes[1]);
	if (read(pipes[0], &ret, sizeof(ret)) != sizeof(ret))
		ret = 2002;
	close(pipes[0]);
	waitpid(pid, NULL, 0);
	return ret;
}

TEST_F(users_mount, binds_nothing_and_runs_nothing)
{
	const long long entries = stat_of("entries");

	EXPECT_EQ(-EACCES, try_apart(self->control, &self->manifest, self->file,
				     variant->kind, true));
	EXPECT_TRUE(log_has(self->log, "prog is listed but is on a file system",
			    "that a user mounted", NULL));
	EXPECT_TRUE(log_denied(self->log, "exec", AT "/prog"));
	EXPECT_EQ(entries, stat_of("entries"));
}

TEST_F(users_mount, the_same_of_an_administrator_binds_and_runs)
{
	EXPECT_EQ(0, try_apart(self->control, &self->manifest, self->file,
			       variant->kind, false));
}

TEST_HARNESS_MAIN
