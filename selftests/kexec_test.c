// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kernels that the kernel takes in, and libraries that it maps for 32-bit programs:
 * what only a kernel for the real processor does. Has to run under enforce and in
 * active.
 */

#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <linux/kexec.h>

#include "../kselftest_harness.h"
#include "call32.h"
#include "common.h"

/* Built with the kernel, and put into the guest by boots/. */
#define IMAGE		"/kernel/bzImage"

#define DIR	"/kexec-test"

FIXTURE(kexec)
{
	int log;
};

FIXTURE_SETUP(kexec)
{
	ASSERT_EQ(0, enter_state("active"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_TRUE(!mkdir(DIR, 0755) || errno == EEXIST);
}

FIXTURE_TEARDOWN(kexec)
{
	close(self->log);
}

static int load_image(const char *path)
{
	return errno_of(syscall(SYS_kexec_file_load,
				open(path, O_RDONLY | O_CLOEXEC), -1, 1UL, "",
				KEXEC_FILE_NO_INITRAMFS));
}

TEST_F(kexec, image_for_kexec_is_verified)
{
	ASSERT_EQ(0, copy_file(IMAGE, DIR "/listed-image", 0644));
	ASSERT_EQ(0, copy_file(IMAGE, DIR "/other-image", 0644));
	ASSERT_EQ(0, load_file(DIR, "listed-image", ""));

	EXPECT_EQ(0, load_image(DIR "/listed-image"));
	EXPECT_TRUE(log_judged(self->log, load_image(DIR "/other-image"), EACCES,
			   "kernel_read", DIR "/other-image"));
	EXPECT_EQ(0, errno_of(syscall(SYS_kexec_file_load, -1, -1, 0UL, NULL,
				      KEXEC_FILE_UNLOAD)));
	EXPECT_EQ(0, errno_of(unlink(DIR "/other-image")));
}

/* No manifest has the command line that it starts with. */
TEST_F(kexec, image_for_kexec_is_loaded_by_trusted_programs_only)
{
	ASSERT_EQ(0, copy_file(IMAGE, DIR "/image", 0644));
	ASSERT_EQ(0, copy_ours("probe", DIR "/kexec"));
	ASSERT_EQ(0, copy_ours("probe", DIR "/trusted-kexec"));
	ASSERT_EQ(0, load_file(DIR, "image", ""));
	ASSERT_EQ(0, load_file(DIR, "kexec", ""));
	ASSERT_EQ(0, load_file(DIR, "trusted-kexec", "trusted"));

	EXPECT_EQ(0, run(DIR "/trusted-kexec", "kexec", DIR "/image"));
	EXPECT_TRUE(log_judged(self->log, run(DIR "/kexec", "kexec", DIR "/image"),
			   EACCES, "kernel_read", DIR "/image"));
}

/* Even loading nothing goes through the same hook. */
TEST_F(kexec, image_for_kexec_does_not_come_from_a_buffer)
{
	EXPECT_TRUE(log_judged(self->log, errno_of(syscall(SYS_kexec_load, 0, 0, NULL,
						  KEXEC_ARCH_DEFAULT)),
			   EACCES, "kernel_load", NULL));
	EXPECT_TRUE(log_judged(self->log, errno_of(syscall(SYS_kexec_load, 0, 0, NULL,
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

/* Only 32-bit programs have this call. */
static int use_library(const char *path)
{
	char *name = low_memory(PATH_MAX);

	if (name == MAP_FAILED)
		return errno;
	strcpy(name, path);
	return -call32(NR32_USELIB, (unsigned long)name, 0, 0);
}

/* It also maps the library for writing, which nobody may do with a listed file. */
TEST_F(kexec, uselib_loads_no_library)
{
	ASSERT_EQ(0, make_library(DIR "/other.so"));
	ASSERT_EQ(0, make_library(DIR "/listed.so"));
	ASSERT_EQ(0, load_file(DIR, "listed.so", ""));

	EXPECT_TRUE(log_judged(self->log, use_library(DIR "/other.so"), EACCES, "mmap",
			   DIR "/other.so"));
	EXPECT_EQ(0, errno_of(munmap((void *)LIBRARY_AT, 4096)));
	EXPECT_TRUE(log_judged(self->log, use_library(DIR "/listed.so"), EACCES, "mmap",
			   DIR "/listed.so"));
}

TEST_HARNESS_MAIN
