// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel takes in from a buffer, looks up by itself, or runs by itself.
 * It looks at the first mount namespace, so that all lies in the initramfs's own
 * file system here. To be run under enforce and in active.
 */

#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <linux/kexec.h>
#include <linux/keyctl.h>

#include "../kselftest_harness.h"
#include "call32.h"
#include "common.h"

/* Built with the kernel, and put into the guest by boots/. */
#define MODULE		"/kernel/test_module.ko"
#define MODULE_NAME	"test_module"
#define FIRMWARE_MODULE	"/kernel/test_firmware.ko"
#define IMAGE		"/kernel/bzImage"

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

/* Under enforce it was denied with @error, in active it was only reported. */
static bool judged(const FIXTURE_DATA(kernel) *self, int got, int error,
		   const char *op, const char *path)
{
	if (got != (self->enforced ? error : 0)) {
		fprintf(stderr, "# it gave %d\n", got);
		return false;
	}
	return self->enforced ? log_denied(self->log, op, path) :
				log_allowed(self->log, op, path);
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
	EXPECT_TRUE(judged(self, ret, EACCES, "kernel_load", NULL));
	if (!ret)
		EXPECT_EQ(0, unload_module(MODULE_NAME));
	/* As the kernel has unpacked it, the file is verified. */
	EXPECT_EQ(0, load_module(MODULE));
	EXPECT_EQ(0, unload_module(MODULE_NAME));
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
	/* It goes on to look in other folders. */
	EXPECT_TRUE(judged(self, write_text(REQUEST, "other.bin"), ENOENT,
			   "kernel_read", DIR "/other.bin"));
	EXPECT_EQ(0, unload_module("test_firmware"));
}

static int load_image(const char *path)
{
	return errno_of(syscall(SYS_kexec_file_load,
				open(path, O_RDONLY | O_CLOEXEC), -1, 1UL, "",
				KEXEC_FILE_NO_INITRAMFS));
}

TEST_F(kernel, image_for_kexec_is_verified)
{
	ASSERT_EQ(0, copy_file(IMAGE, DIR "/listed-image", 0644));
	ASSERT_EQ(0, copy_file(IMAGE, DIR "/other-image", 0644));
	ASSERT_EQ(0, load_file(DIR, "listed-image", ""));

	EXPECT_EQ(0, load_image(DIR "/listed-image"));
	EXPECT_TRUE(judged(self, load_image(DIR "/other-image"), EACCES,
			   "kernel_read", DIR "/other-image"));
	EXPECT_EQ(0, errno_of(syscall(SYS_kexec_file_load, -1, -1, 0UL, NULL,
				      KEXEC_FILE_UNLOAD)));
	EXPECT_EQ(0, errno_of(unlink(DIR "/other-image")));
}

/* What it starts with is in no manifest. */
TEST_F(kernel, image_for_kexec_is_loaded_by_trusted_programs_only)
{
	ASSERT_EQ(0, copy_file(IMAGE, DIR "/image", 0644));
	ASSERT_EQ(0, copy_ours("probe", DIR "/kexec"));
	ASSERT_EQ(0, copy_ours("probe", DIR "/trusted-kexec"));
	ASSERT_EQ(0, load_file(DIR, "image", ""));
	ASSERT_EQ(0, load_file(DIR, "kexec", ""));
	ASSERT_EQ(0, load_file(DIR, "trusted-kexec", "trusted"));

	EXPECT_EQ(0, run(DIR "/trusted-kexec", "kexec", DIR "/image"));
	EXPECT_TRUE(judged(self, run(DIR "/kexec", "kexec", DIR "/image"),
			   EACCES, "kernel_read", DIR "/image"));
}

/* To load nothing is asked for in the same way. */
TEST_F(kernel, image_for_kexec_does_not_come_from_a_buffer)
{
	EXPECT_TRUE(judged(self, errno_of(syscall(SYS_kexec_load, 0, 0, NULL,
						  KEXEC_ARCH_DEFAULT)),
			   EACCES, "kernel_load", NULL));
	EXPECT_TRUE(judged(self, errno_of(syscall(SYS_kexec_load, 0, 0, NULL,
						  KEXEC_ON_CRASH)),
			   EACCES, "kernel_load", NULL));
}

#define LIBRARY_AT	0x20000000

/* A library as uselib(2) knows them: one segment at an address of its own. */
static int make_library(const char *path)
{
	struct {
		Elf64_Ehdr head;
		Elf64_Phdr segment;
		char rest[4096 - sizeof(Elf64_Ehdr) - sizeof(Elf64_Phdr)];
	} library = {
		.head = {
			.e_ident = ELFMAG,
			.e_type = ET_EXEC,
			.e_machine = EM_X86_64,
			.e_version = EV_CURRENT,
			.e_phoff = sizeof(Elf64_Ehdr),
			.e_ehsize = sizeof(Elf64_Ehdr),
			.e_phentsize = sizeof(Elf64_Phdr),
			.e_phnum = 1,
		},
		.segment = {
			.p_type = PT_LOAD,
			.p_flags = PF_R | PF_X,
			.p_vaddr = LIBRARY_AT,
			.p_filesz = sizeof(library),
			.p_memsz = sizeof(library),
			.p_align = 4096,
		},
	};

	return write_file(path, &library, sizeof(library), 0755);
}

/* Only programs of 32 bits have it. */
static int use_library(const char *path)
{
	char *name = low_memory(PATH_MAX);

	if (name == MAP_FAILED)
		return errno;
	strcpy(name, path);
	return -call32(NR32_USELIB, (unsigned long)name, 0, 0);
}

/* It maps for writing too, which listed files are never mapped for. */
TEST_F(kernel, uselib_loads_no_library)
{
	ASSERT_EQ(0, make_library(DIR "/other.so"));
	ASSERT_EQ(0, make_library(DIR "/listed.so"));
	ASSERT_EQ(0, load_file(DIR, "listed.so", ""));

	EXPECT_TRUE(judged(self, use_library(DIR "/other.so"), EACCES, "mmap",
			   DIR "/other.so"));
	EXPECT_EQ(0, errno_of(munmap((void *)LIBRARY_AT, 4096)));
	EXPECT_TRUE(judged(self, use_library(DIR "/listed.so"), EACCES, "mmap",
			   DIR "/listed.so"));
}

/* -- Programs that the kernel runs by itself. */

#define INTERPRETER	DIR "/interpreter"

/* Both leave a mark beside what they are told, see probe.c. */
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

/* Waits a moment, for some do not wait for what they run. */
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

/* As judged(), by whether the helper has run. */
static bool helper_judged(const FIXTURE_DATA(kernel) *self, const char *mark,
			  const char *helper)
{
	if (self->enforced)
		return log_denied(self->log, "exec", helper) && !has_run(mark);
	return has_run(mark) && log_allowed(self->log, "exec", helper);
}

#define CORE_PATTERN	"/proc/sys/kernel/core_pattern"

static void dump_core(void)
{
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
	pid_t pid = fork();

	if (!pid) {
		setrlimit(RLIMIT_CORE, &all);
		signal(SIGABRT, SIG_DFL);
		abort();
	}
	waitpid(pid, NULL, 0);
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

	/* Nobody has these protocols. */
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

/* -- Memory of processes, by which pages change that they cannot write to. */

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
	/* The path begins where proc is mounted. */
	EXPECT_TRUE(judged(self, ret, EPERM, "mem_write", NULL));
	ret = errno_of(open("/proc/self/mem", O_WRONLY | O_CLOEXEC));
	EXPECT_TRUE(judged(self, ret, EPERM, "mem_write", NULL));
	kill(pid, SIGKILL);
	stop(pid);
	close(ready);
}

TEST_HARNESS_MAIN
