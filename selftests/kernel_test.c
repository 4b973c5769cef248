// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel takes in from a buffer, looks up by itself, or runs by itself. It
 * looks at the first mount namespace, so that all files lie in the file system of the
 * initramfs. Has to run under enforce and in active.
 */

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <linux/keyctl.h>
#include <linux/module.h>

#include "../kselftest_harness.h"
#include "common.h"

/* Built with the kernel, and put into the guest by boots/. */
#define MODULE		"/kernel/test_module.ko"
#define MODULE_NAME	"test_module"
#define FIRMWARE_MODULE	"/kernel/test_firmware.ko"

#define DIR	"/kernel-test"

FIXTURE(kernel)
{
	int log;
	bool enforced;
};

FIXTURE_SETUP(kernel)
{
	ASSERT_EQ(0, enter_state("active"));
	self->enforced = in_state("enforce");
	ASSERT_LE(0, self->log = log_open());
	ASSERT_TRUE(!mkdir(DIR, 0755) || errno == EEXIST);
}

FIXTURE_TEARDOWN(kernel)
{
	close(self->log);
}

static int load_module(const char *path)
{
	return errno_of(syscall(SYS_finit_module,
				open(path, O_RDONLY | O_CLOEXEC), "", 0));
}

static int unload_module(const char *name)
{
	return errno_of(syscall(SYS_delete_module, name, 0));
}

TEST_F(kernel, module_does_not_come_from_a_buffer)
{
	int fd = open(MODULE, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *data;
	int ret;

	ASSERT_EQ(0, fstat(fd, &st));
	data = malloc(st.st_size);
	ASSERT_EQ(st.st_size, read(fd, data, st.st_size));
	ret = errno_of(syscall(SYS_init_module, data, st.st_size, ""));
	EXPECT_TRUE(log_judged(self->log, ret, EACCES, "kernel_load", NULL));
	if (!ret)
		EXPECT_EQ(0, unload_module(MODULE_NAME));
	/* The file is verified, because it is as the kernel unpacked it. */
	EXPECT_EQ(0, load_module(MODULE));
	EXPECT_EQ(0, unload_module(MODULE_NAME));
}

/* Writes a gzip file whose blocks are stored, not compressed. */
static int write_gzip(const char *path, const struct text *content)
{
	static const char head[10] = { 0x1f, (char)0x8b, 8 };
	struct text out = {};
	size_t at, n;
	int ret;

	ret = text_append(&out, head, sizeof(head));
	for (at = 0; at < content->len && !ret; at += n) {
		unsigned char block[5];

		n = content->len - at < 0xffff ? content->len - at : 0xffff;
		block[0] = at + n == content->len;
		block[1] = n & 0xff;
		block[2] = n >> 8;
		block[3] = ~block[1];
		block[4] = ~block[2];
		ret = text_append(&out, block, sizeof(block)) ?:
		      text_append(&out, content->data + at, n);
	}
	/* The checksum and the size, which the kernel does not read. */
	ret = ret ?: text_append(&out, "\0\0\0\0\0\0\0\0", 8);
	ret = ret ?: write_file(path, out.data, out.len, 0644);
	text_free(&out);
	return ret;
}

static int load_compressed(const char *path)
{
	return errno_of(syscall(SYS_finit_module,
				open(path, O_RDONLY | O_CLOEXEC), "",
				MODULE_INIT_COMPRESSED_FILE));
}

/* The kernel reads the compressed file, so that is the file to be listed. */
TEST_F(kernel, compressed_module_is_verified_as_it_is_read)
{
	struct text module = {};
	int ret;

	ASSERT_EQ(0, read_file(MODULE, &module));
	ASSERT_EQ(0, write_gzip(DIR "/listed.ko.gz", &module));
	ASSERT_EQ(0, write_gzip(DIR "/other.ko.gz", &module));
	ASSERT_EQ(0, load_file(DIR, "listed.ko.gz", ""));

	EXPECT_EQ(0, load_compressed(DIR "/listed.ko.gz"));
	EXPECT_EQ(0, unload_module(MODULE_NAME));
	ret = load_compressed(DIR "/other.ko.gz");
	EXPECT_TRUE(log_judged(self->log, ret, EACCES, "kernel_read",
			       DIR "/other.ko.gz"));
	if (!ret)
		EXPECT_EQ(0, unload_module(MODULE_NAME));
	text_free(&module);
}

static int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return errno;
	ret = errno_of(write(fd, text, strlen(text)));
	close(fd);
	return ret;
}

#define REQUEST	"/sys/devices/virtual/misc/test_firmware/trigger_request"

TEST_F(kernel, firmware_is_verified)
{
	ASSERT_EQ(0, write_file(DIR "/listed.bin", "firmware", 8, 0644));
	ASSERT_EQ(0, write_file(DIR "/other.bin", "firmware", 8, 0644));
	ASSERT_EQ(0, load_file(DIR, "listed.bin", ""));
	ASSERT_EQ(0, write_text("/sys/module/firmware_class/parameters/path",
				DIR));
	ASSERT_EQ(0, load_module(FIRMWARE_MODULE));

	EXPECT_EQ(0, write_text(REQUEST, "listed.bin"));
	/* The kernel goes on to look in other folders. */
	EXPECT_TRUE(log_judged(self->log, write_text(REQUEST, "other.bin"), ENOENT,
			   "kernel_read", DIR "/other.bin"));
	EXPECT_EQ(0, unload_module("test_firmware"));
}

/* -- Programs that the kernel runs by itself. */

#define INTERPRETER	DIR "/interpreter"

/* Both leave a mark beside the path that they are given, see probe.c. */
static int make_helper(const char *path, bool script)
{
	static const char text[] = "#!" INTERPRETER " mark\n";
	int ret = 0;

	if (!script)
		return copy_ours("probe", path);
	if (access(INTERPRETER, F_OK))
		ret = copy_ours("probe", INTERPRETER) ?:
		      load_file("/", &INTERPRETER[1], "");
	return ret ?: write_file(path, text, strlen(text), 0755);
}

/* Waits a moment, because the kernel does not wait for every helper. */
static bool has_run(const char *mark)
{
	int i;

	for (i = 0; i < 60; i++) {
		if (!unlink(mark))
			return true;
		usleep(50000);
	}
	return false;
}

/* As judged(), but goes by whether the helper has run. */
static bool helper_judged(const FIXTURE_DATA(kernel) *self, const char *mark,
			  const char *helper)
{
	if (self->enforced)
		return log_denied(self->log, "exec", helper) && !has_run(mark);
	return has_run(mark) && log_allowed(self->log, "exec", helper);
}

#define CORE_PATTERN	"/proc/sys/kernel/core_pattern"

/* The program is a listed one: the kernel does not dump those of the initramfs. */
static void dump_core(void)
{
	run(DIR "/listed-core", "dump");
}

TEST_F(kernel, core_pattern_runs_listed_programs_only)
{
	ASSERT_EQ(0, make_helper(DIR "/listed-core", false));
	ASSERT_EQ(0, make_helper(DIR "/other-core", false));
	ASSERT_EQ(0, load_file(DIR, "listed-core", ""));

	ASSERT_EQ(0, write_text(CORE_PATTERN,
				"|" DIR "/listed-core mark " DIR "/core"));
	dump_core();
	EXPECT_TRUE(has_run(DIR "/core.ran"));
	ASSERT_EQ(0, write_text(CORE_PATTERN,
				"|" DIR "/other-core mark " DIR "/core"));
	dump_core();
	EXPECT_TRUE(helper_judged(self, DIR "/core.ran", DIR "/other-core"));
	ASSERT_EQ(0, write_text(CORE_PATTERN, "core"));
}

#define MODPROBE	"/proc/sys/kernel/modprobe"

TEST_F(kernel, modprobe_is_verified)
{
	ASSERT_EQ(0, make_helper(DIR "/listed-modprobe", true));
	ASSERT_EQ(0, make_helper(DIR "/other-modprobe", true));
	ASSERT_EQ(0, load_file(DIR, "listed-modprobe", ""));

	/* No module has these protocols. */
	ASSERT_EQ(0, write_text(MODPROBE, DIR "/listed-modprobe"));
	EXPECT_EQ(-1, socket(AF_X25, SOCK_SEQPACKET, 0));
	EXPECT_TRUE(has_run(DIR "/listed-modprobe.ran"));
	ASSERT_EQ(0, write_text(MODPROBE, DIR "/other-modprobe"));
	EXPECT_EQ(-1, socket(AF_APPLETALK, SOCK_DGRAM, 0));
	EXPECT_TRUE(helper_judged(self, DIR "/other-modprobe.ran",
				  DIR "/other-modprobe"));
	ASSERT_EQ(0, write_text(MODPROBE, "/sbin/modprobe"));
}

#define REQUEST_KEY	"/sbin/request-key"	/* security/keys/request_key.c */

static int request_key(const char *description)
{
	return errno_of(syscall(SYS_request_key, "user", description, "data",
				KEY_SPEC_PROCESS_KEYRING));
}

TEST_F(kernel, request_key_is_verified)
{
	ASSERT_EQ(0, make_helper(REQUEST_KEY, true));
	EXPECT_NE(0, request_key("first"));
	EXPECT_TRUE(helper_judged(self, REQUEST_KEY ".ran", REQUEST_KEY));
	ASSERT_EQ(0, load_file("/sbin", "request-key", ""));
	EXPECT_NE(0, request_key("second"));
	EXPECT_TRUE(has_run(REQUEST_KEY ".ran"));
}

/* -- The memory of processes, through which read-only pages can be changed. */

TEST_F(kernel, memory_of_processes_is_not_written_as_a_file)
{
	char path[64];
	int ready, ret, fd;
	pid_t pid;
	char c;

	ASSERT_EQ(0, copy_ours("probe", DIR "/program"));
	ASSERT_EQ(0, load_file(DIR, "program", ""));
	pid = start(&ready, DIR "/program", "pause", NULL);
	ASSERT_LT(0, pid);
	ASSERT_EQ(1, read(ready, &c, 1));
	snprintf(path, sizeof(path), "/proc/%d/mem", pid);

	ASSERT_LE(0, fd = open(path, O_RDONLY | O_CLOEXEC));
	close(fd);
	ret = errno_of(fd = open(path, O_RDWR | O_CLOEXEC));
	/* The reported path begins where proc is mounted. */
	EXPECT_TRUE(log_judged(self->log, ret, EPERM, "mem_write", NULL));
	ret = errno_of(open("/proc/self/mem", O_WRONLY | O_CLOEXEC));
	EXPECT_TRUE(log_judged(self->log, ret, EPERM, "mem_write", NULL));
	kill(pid, SIGKILL);
	stop(pid);
	close(ready);
}

TEST_HARNESS_MAIN
