// SPDX-License-Identifier: GPL-2.0-only
/*
 * Images on dm-verity whose root hashes are listed: all files on them count, and
 * none is hashed. The last test leaves the state "locked".
 */

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <linux/loop.h>

#include "../kselftest_harness.h"
#include "common.h"
#include "dm.h"

#define BLOCK		4096
#define PER_BLOCK	(BLOCK / 32)	/* digests of SHA-256 */
#define NAME		"veriexec-image"
#define NODE		"/tmp/veriexec-image"

FIXTURE(image)
{
	int log;
	int back;
	int loop;
	uint64_t blocks;	/* of data; the hashes follow */
	char disk[32];
	char hash[65];
	int mapped;		/* 1 while the device exists */
};

FIXTURE_VARIANT(image)
{
	enum fs fs;
	const char *type;
};

FIXTURE_VARIANT_ADD(image, squashfs) { .fs = FS_SQUASHFS, .type = "squashfs" };
FIXTURE_VARIANT_ADD(image, ext4) { .fs = FS_EXT4, .type = "ext4" };

/* -- The tree of hashes. */

static int hash_blocks(int from, uint64_t at, uint64_t count,
		       unsigned char *digests)
{
	unsigned char block[BLOCK];
	uint64_t i;

	for (i = 0; i < count; i++) {
		if (pread(from, block, BLOCK, (at + i) * BLOCK) != BLOCK)
			return -EIO;
		sha256(block, BLOCK, digests + 32 * i);
	}
	return 0;
}

/*
 * Puts the hashes of @blocks blocks behind them, the uppermost level first, as
 * dm-verity wants them without a salt.
 */
static int add_hashes(int fd, uint64_t blocks, char hash[65])
{
	uint64_t below = 0, count = blocks, size[8], at;
	unsigned char top[32], *digests;
	int level, levels = 0, ret = 0;

	while (count > 1) {
		count = (count + PER_BLOCK - 1) / PER_BLOCK;
		size[levels++] = count;
	}
	count = blocks;
	for (level = 0; level < levels && !ret; level++) {
		int above;

		at = blocks;
		for (above = level + 1; above < levels; above++)
			at += size[above];
		digests = calloc(size[level], BLOCK);
		ret = digests ? hash_blocks(fd, below, count, digests) :
				-ENOMEM;
		if (!ret && pwrite(fd, digests, size[level] * BLOCK,
				   at * BLOCK) != (ssize_t)size[level] * BLOCK)
			ret = -EIO;
		free(digests);
		below = at;
		count = size[level];
	}
	ret = ret ?: hash_blocks(fd, below, 1, top);
	to_hex(top, hash);
	return ret;
}

/* Fills an ext4 as make_layout() would. */
static int fill_ext4(int back)
{
	char disk[32];
	int loop = make_loop(back, 0, disk);
	int ret = loop < 0 ? loop : 0;

	if (!ret && mount(disk, AT, "ext4", 0, NULL))
		ret = -errno;
	if (!ret && (mkdir(LISTED_DIR, 0755) || copy_ours("probe", PROG) ||
		     copy_file(PROG, OTHER, 0755) ||
		     copy_file(PROG, LISTED_DIR "/set-id", 04755) ||
		     write_file(DATA, DATA_TEXT, strlen(DATA_TEXT), 0644) ||
		     umount(AT)))
		ret = -EIO;
	if (ioctl(loop, LOOP_CLR_FD))
		ret = ret ?: -errno;
	close(loop);
	return ret;
}

/*
 * An image that no other test has: a block behind the file system makes it
 * another, so that what is listed for one is not for the next.
 */
static int make_image(FIXTURE_DATA(image) *self, enum fs fs)
{
	static unsigned int number;
	unsigned char block[BLOCK] = {};
	struct stat st;
	int ret = 0;

	self->back = copy_disk(fs);
	if (self->back < 0)
		return self->back;
	if (fs == FS_EXT4)
		ret = fill_ext4(self->back);
	if (ret || fstat(self->back, &st))
		return ret ?: -errno;
	self->blocks = (st.st_size + BLOCK - 1) / BLOCK;
	snprintf((char *)block, sizeof(block), "%u of %d", number++, getpid());
	if (pwrite(self->back, block, BLOCK, self->blocks++ * BLOCK) != BLOCK)
		return -EIO;
	ret = add_hashes(self->back, self->blocks, self->hash);
	self->loop = ret ?: make_loop(self->back, LO_FLAGS_READ_ONLY,
				      self->disk);
	return self->loop < 0 ? self->loop : 0;
}

/* -- The device mapper. */

static int create(FIXTURE_DATA(image) *self)
{
	dev_t dev;
	int ret = dm_command(DM_DEV_CREATE, NAME, 0, NULL, &dev);

	if (ret)
		return ret;
	self->mapped = 1;
	unlink(NODE);
	return mknod(NODE, S_IFBLK | 0600, dev) ? -errno : 0;
}

/* Gives the device another table from now on. */
static int put(const FIXTURE_DATA(image) *self, unsigned int flags,
	       const char *type, const char *params)
{
	const struct dm_target target = {
		self->blocks * (BLOCK / 512), type, params,
	};

	return dm_command(DM_TABLE_LOAD, NAME, flags, &target, NULL) ?:
	       dm_command(DM_DEV_SUSPEND, NAME, 0, NULL, NULL);
}

static int put_verity_as(const FIXTURE_DATA(image) *self, const char *hash,
			 const char *options)
{
	char params[512];

	snprintf(params, sizeof(params),
		 "1 %s %s %d %d %llu %llu sha256 %s - %s", self->disk,
		 self->disk, BLOCK, BLOCK, (unsigned long long)self->blocks,
		 (unsigned long long)self->blocks, hash, options);
	return put(self, DM_READONLY_FLAG, "verity", params);
}

static int put_verity(const FIXTURE_DATA(image) *self)
{
	return put_verity_as(self, self->hash, "");
}

static int put_linear(const FIXTURE_DATA(image) *self)
{
	char params[64];

	snprintf(params, sizeof(params), "%s 0", self->disk);
	return put(self, DM_READONLY_FLAG, "linear", params);
}

/* A table by which every block may be written to. */
static int put_writable(const FIXTURE_DATA(image) *self)
{
	return put(self, 0, "error", "");
}

static int map_image(FIXTURE_DATA(image) *self)
{
	return create(self) ?: put_verity(self);
}

/*
 * Whoever has looked at the device may hold it for a moment, such as the kernel itself.
 */
static int unmap(FIXTURE_DATA(image) *self)
{
	int i, ret = 0;

	for (i = 0; self->mapped && i < 100; i++) {
		ret = dm_command(DM_DEV_REMOVE, NAME, 0, NULL, NULL);
		if (ret != -EBUSY)
			self->mapped = 0;
		else
			usleep(50000);
	}
	return ret;
}

static int mount_as(const char *type)
{
	return mount(NODE, AT, type, MS_RDONLY, NULL) ? -errno : 0;
}

/* Loads a manifest that lists an image and no file. */
static int list_image_as(const char *heading, const char *hash)
{
	struct text text = {};
	int ret = text_add(&text, "%s%%image sha256=%s\n", heading, hash) ?:
		  load("/", &text);

	text_free(&text);
	return ret;
}

static int list_image(const FIXTURE_DATA(image) *self)
{
	return list_image_as("", self->hash);
}

static int set_up(FIXTURE_DATA(image) *self, enum fs fs)
{
	int ret;

	self->log = log_open();
	if (self->log < 0)
		return self->log;
	ret = mount_at(FS_TMPFS);
	if (ret || umount(AT))
		return ret ?: -errno;
	/* The device may be left over from a test that was broken off. */
	self->mapped = 1;
	unmap(self);
	return make_image(self, fs);
}

static int take_down(FIXTURE_DATA(image) *self)
{
	int ret;

	while (!umount(AT))
		;
	ret = unmap(self);
	unlink(NODE);
	ioctl(self->loop, LOOP_CLR_FD);
	close(self->loop);
	close(self->back);
	close(self->log);
	return ret;
}

FIXTURE_SETUP(image)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_EQ(0, set_up(self, variant->fs));
}

FIXTURE_TEARDOWN(image)
{
	EXPECT_EQ(0, take_down(self));
}

/* Does nothing on the image run, and are the denials reported? */
static bool is_denied(const FIXTURE_DATA(image) *self)
{
	int ran = run(PROG, "ok"), mapped = map_code(DATA);

	if (ran == -EACCES && mapped == EACCES)
		return log_denied(self->log, "exec", PROG) &&
		       log_denied(self->log, "mmap", DATA) &&
		       check_file(PROG) == -EACCES;
	fprintf(stderr, "# to run gave %d, to map %d\n", ran, mapped);
	return false;
}

/*
 * This comes before the state "active", in which nobody gets such a mapping. Nobody has
 * read the device, but somebody may write to what will be read.
 */
TEST(what_was_mapped_before_does_not_count)
{
	FIXTURE_DATA(image) data = {}, *self = &data;
	void *page;
	int fd;

	ASSERT_FALSE(in_state("active"));
	ASSERT_EQ(0, set_up(self, FS_SQUASHFS));
	ASSERT_EQ(0, create(self));
	ASSERT_EQ(0, put_writable(self));
	ASSERT_LE(0, fd = open(NODE, O_RDWR | O_CLOEXEC));
	page = mmap(NULL, BLOCK, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, page);
	ASSERT_EQ(0, put_verity(self));
	ASSERT_EQ(0, munmap(page, BLOCK));
	close(fd);
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_EQ(0, list_image(self));
	ASSERT_EQ(0, mount_as("squashfs"));
	EXPECT_TRUE(is_denied(self));
	EXPECT_EQ(0, take_down(self));
}

TEST_F(image, all_runs_if_it_is_listed_and_nothing_is_hashed)
{
	char line[128], buf[4096];
	long long hashed, lookups;

	ASSERT_EQ(0, map_image(self));
	ASSERT_EQ(0, mount_as(variant->type));
	EXPECT_TRUE(is_denied(self));

	hashed = stat_of("files_hashed");
	ASSERT_EQ(0, list_image(self));
	EXPECT_EQ(0, run(PROG, "ok"));
	EXPECT_EQ(0, run_user(PROG, "ok"));
	EXPECT_EQ(0, run(OTHER, "ok"));
	EXPECT_EQ(0, map_code(DATA));
	EXPECT_EQ(0, check_file(DATA));
	EXPECT_EQ(hashed, stat_of("files_hashed"));
	/* The verdict is known by then. */
	lookups = stat_of("table_lookups");
	EXPECT_EQ(0, run(PROG, "ok"));
	EXPECT_EQ(lookups, stat_of("table_lookups"));

	ASSERT_EQ(0, umount(AT));
	ASSERT_EQ(0, mount_as(variant->type));
	EXPECT_EQ(0, run(PROG, "ok"));
	/* It does not matter which device shows the image. */
	ASSERT_EQ(0, umount(AT));
	ASSERT_EQ(0, unmap(self));
	ASSERT_EQ(0, map_image(self));
	ASSERT_EQ(0, mount_as(variant->type));
	EXPECT_EQ(0, run(PROG, "ok"));
	EXPECT_EQ(hashed, stat_of("files_hashed"));

	snprintf(line, sizeof(line), "sha256=%s\t-\t", self->hash);
	ASSERT_LT(0, read_control("images", buf, sizeof(buf)));
	EXPECT_NE(NULL, strstr(buf, line));

	/* A file below an overlay counts as before, but a copy is another file. */
	ASSERT_EQ(0, mount_overlay());
	EXPECT_EQ(0, run(PROG, "ok"));
	ASSERT_EQ(0, copy_file(PROG, AT "/copy", 0755));
	EXPECT_EQ(-EACCES, run(AT "/copy", "ok"));
}

TEST_F(image, kernel_takes_from_it_what_it_takes_from_verified_files)
{
	int fd;

	ASSERT_EQ(0, map_image(self));
	ASSERT_EQ(0, mount_as(variant->type));
	ASSERT_LE(0, fd = open(DATA, O_RDONLY | O_CLOEXEC));
	EXPECT_EQ(EACCES, errno_of(syscall(__NR_finit_module, fd, "", 0)));
	EXPECT_TRUE(log_denied(self->log, "kernel_read", DATA));
	ASSERT_EQ(0, list_image(self));
	/* The kernel reads it, and then sees that it is no module. */
	EXPECT_EQ(ENOEXEC, errno_of(syscall(__NR_finit_module, fd, "", 0)));
	close(fd);
}

TEST_F(image, another_root_hash_does_not_count)
{
	char other[65];

	strcpy(other, self->hash);
	other[63] = other[63] == '0' ? '1' : '0';
	ASSERT_EQ(0, list_image_as("", other));
	ASSERT_EQ(0, map_image(self));
	ASSERT_EQ(0, mount_as(variant->type));
	EXPECT_TRUE(is_denied(self));
}

TEST_F(image, it_falls_with_its_manifest)
{
	char hash[65], first[64], second[64], third[64];

	sprintf(first, "%%name falls-%s\n%%version 1\n", variant->type);
	sprintf(second, "%%name falls-%s\n%%version 2\n", variant->type);
	sprintf(third, "%%name falls-%s\n%%version 3\n", variant->type);
	strcpy(hash, self->hash);
	hash[0] = hash[0] == '0' ? '1' : '0';
	ASSERT_EQ(0, map_image(self));
	ASSERT_EQ(0, mount_as(variant->type));
	ASSERT_EQ(0, list_image_as(first, self->hash));
	EXPECT_EQ(0, run(PROG, "ok"));
	ASSERT_EQ(0, list_image_as(second, hash));
	EXPECT_TRUE(is_denied(self));
	ASSERT_EQ(0, list_image_as(third, self->hash));
	EXPECT_EQ(0, run(PROG, "ok"));
}

TEST_F(image, it_is_revoked_by_its_root_hash)
{
	struct text text = {};

	ASSERT_EQ(0, map_image(self));
	ASSERT_EQ(0, mount_as(variant->type));
	ASSERT_EQ(0, list_image(self));
	EXPECT_EQ(0, run(PROG, "ok"));
	ASSERT_EQ(0, text_add(&text, "%%revoke sha256=%s\n", self->hash));
	ASSERT_EQ(0, load("/", &text));
	EXPECT_TRUE(is_denied(self));
	text_free(&text);
}

TEST_F(image, who_asks_is_told_the_manifest_of_the_image)
{
	static const char own[] = "verified\tonly-indirect\t";
	char heading[64], want[128], line[1024];

	sprintf(heading, "%%name of-%s\n", variant->type);
	sprintf(want, "verified\t-\t-\t-\tof-%s\tPackageDevelopmentECP256_2026\n",
		variant->type);
	ASSERT_EQ(0, map_image(self));
	ASSERT_EQ(0, mount_as(variant->type));
	ASSERT_EQ(0, list_image_as(heading, self->hash));
	EXPECT_EQ(0, ask_file(PROG, line, sizeof(line)));
	EXPECT_STREQ(want, line);
	/* A file with an entry of its own is told with that entry. */
	ASSERT_EQ(0, load_file(AT, "dir/prog", "indirect"));
	EXPECT_EQ(0, ask_file(PROG, line, sizeof(line)));
	EXPECT_EQ(0, strncmp(line, own, strlen(own))) TH_LOG("%s", line);
	EXPECT_NE(NULL, strstr(line, "\tindirect\t-\t"));
	EXPECT_EQ(0, ask_file(OTHER, line, sizeof(line)));
	EXPECT_STREQ(want, line);
}

TEST_F(image, an_entry_of_its_own_counts_instead)
{
	long long hashed;
	struct text text = {};
	char hex[65];

	ASSERT_EQ(0, map_image(self));
	ASSERT_EQ(0, mount_as(variant->type));
	ASSERT_EQ(0, list_image(self));
	ASSERT_EQ(0, fingerprint(DATA, hex));
	ASSERT_EQ(0, text_add(&text, "dir/prog sha256=%s\n", hex));
	ASSERT_EQ(0, load(AT, &text));
	text_free(&text);
	EXPECT_EQ(-EACCES, run(PROG, "ok"));
	EXPECT_TRUE(log_denied(self->log, "exec", PROG));
	EXPECT_EQ(0, run(OTHER, "ok"));
	hashed = stat_of("files_hashed");
	ASSERT_EQ(0, load_file(AT, "dir/prog", "trusted"));
	EXPECT_EQ(0, run(PROG, "open", "/dev/mem"));
	EXPECT_EQ(hashed + 1, stat_of("files_hashed"));
	EXPECT_EQ(EPERM, run(OTHER, "open", "/dev/mem"));
}

TEST_F(image, block_that_does_not_match_is_not_read)
{
	unsigned char block[BLOCK];
	struct stat st;
	uint64_t i;
	int fd;

	ASSERT_EQ(0, map_image(self));
	ASSERT_EQ(0, mount_as(variant->type));
	ASSERT_EQ(0, list_image(self));
	ASSERT_LE(0, fd = open(PROG, O_RDONLY | O_CLOEXEC));
	ASSERT_EQ(0, fstat(fd, &st));
	/* Every block but those that the file system needs to be found. */
	for (i = 16; i < self->blocks; i++) {
		ASSERT_EQ(BLOCK, pread(self->back, block, BLOCK, i * BLOCK));
		block[BLOCK / 2] ^= 1;
		ASSERT_EQ(BLOCK, pwrite(self->back, block, BLOCK, i * BLOCK));
	}
	EXPECT_EQ(EIO, errno_of(pread(fd, block, BLOCK, st.st_size / 2)));
	EXPECT_NE(0, run(PROG, "ok"));
	close(fd);
}

TEST_F(image, dm_verity_has_to_look_at_all_that_is_read)
{
	static const char *const lax[] = {
		"1 ignore_corruption", "1 check_at_most_once",
	};
	size_t i;

	ASSERT_EQ(0, list_image(self));
	for (i = 0; i < sizeof(lax) / sizeof(*lax); i++) {
		ASSERT_EQ(0, create(self));
		ASSERT_EQ(0, put_verity_as(self, self->hash, lax[i]));
		ASSERT_EQ(0, mount_as(variant->type));
		EXPECT_TRUE(is_denied(self)) TH_LOG("%s", lax[i]);
		ASSERT_EQ(0, umount(AT));
		ASSERT_EQ(0, unmap(self));
	}
	ASSERT_EQ(0, create(self));
	ASSERT_EQ(0, put_verity_as(self, self->hash, "1 ignore_zero_blocks"));
	ASSERT_EQ(0, mount_as(variant->type));
	EXPECT_EQ(0, run(PROG, "ok"));
}

TEST_F(image, what_was_read_before_does_not_count)
{
	char block[BLOCK];
	int fd;

	ASSERT_EQ(0, list_image(self));
	/* While somebody has the device open, a page of it stays in memory. */
	ASSERT_EQ(0, create(self));
	ASSERT_EQ(0, put_linear(self));
	ASSERT_LE(0, fd = open(NODE, O_RDONLY | O_CLOEXEC));
	ASSERT_EQ(BLOCK, read(fd, block, BLOCK));
	ASSERT_EQ(0, put_verity(self));
	close(fd);
	ASSERT_EQ(0, mount_as(variant->type));
	EXPECT_TRUE(is_denied(self));
	ASSERT_EQ(0, umount(AT));
	ASSERT_EQ(0, unmap(self));

	/* A file system has pages of its own, and nobody knows what is left of them. */
	ASSERT_EQ(0, create(self));
	ASSERT_EQ(0, put_linear(self));
	ASSERT_EQ(0, mount_as(variant->type));
	ASSERT_EQ(0, put_verity(self));
	EXPECT_NE(0, run(PROG, "ok"));
	ASSERT_EQ(0, umount(AT));
	ASSERT_EQ(0, mount_as(variant->type));
	EXPECT_TRUE(is_denied(self));
	ASSERT_EQ(0, umount(AT));
	ASSERT_EQ(0, unmap(self));

	/* Once it is unmounted, nothing is left of it in memory. */
	ASSERT_EQ(0, create(self));
	ASSERT_EQ(0, put_linear(self));
	ASSERT_EQ(0, mount_as(variant->type));
	ASSERT_EQ(0, umount(AT));
	ASSERT_EQ(0, put_verity(self));
	ASSERT_EQ(0, mount_as(variant->type));
	EXPECT_EQ(0, run(PROG, "ok"));
}

TEST_F(image, another_root_hash_later_voids_it_for_good)
{
	char good[65];

	strcpy(good, self->hash);
	ASSERT_EQ(0, list_image(self));
	ASSERT_EQ(0, map_image(self));
	ASSERT_EQ(0, mount_as(variant->type));
	EXPECT_EQ(0, run(PROG, "ok"));
	ASSERT_EQ(0, umount(AT));
	/* The same table once more is not another one. */
	ASSERT_EQ(0, put_verity(self));
	ASSERT_EQ(0, mount_as(variant->type));
	EXPECT_EQ(0, run(PROG, "ok"));
	ASSERT_EQ(0, umount(AT));

	self->hash[5] = self->hash[5] == '0' ? '1' : '0';
	ASSERT_EQ(0, put_verity(self));
	strcpy(self->hash, good);
	ASSERT_EQ(0, put_verity(self));
	ASSERT_EQ(0, mount_as(variant->type));
	EXPECT_TRUE(is_denied(self));
}

/*
 * The table changes from dm-verity to errors, and from there to anything, without
 * notice. With an entry on the image, its files do not all answer by their super block.
 */
TEST_F(image, another_table_ends_it)
{
	ASSERT_EQ(0, list_image(self));
	ASSERT_EQ(0, map_image(self));
	ASSERT_EQ(0, mount_as(variant->type));
	ASSERT_EQ(0, load_file(AT, "dir/other", ""));
	EXPECT_EQ(0, run(PROG, "ok"));
	ASSERT_EQ(0, put(self, DM_READONLY_FLAG, "error", ""));
	ASSERT_EQ(0, put_linear(self));
	EXPECT_TRUE(is_denied(self));
	ASSERT_EQ(0, put(self, DM_READONLY_FLAG, "error", ""));
	ASSERT_EQ(0, put_verity(self));
	EXPECT_TRUE(is_denied(self));
}

TEST_F(image, only_who_has_a_right_to_storage_maps_anew)
{
	ASSERT_EQ(0, map_image(self));
	ASSERT_EQ(0, mount_as(variant->type));
	ASSERT_EQ(0, list_image(self));
	EXPECT_EQ(EPERM, run(PROG, "map", NAME));
	EXPECT_TRUE(log_denied(self->log, "ioctl", NULL));
	ASSERT_EQ(0, load_file(AT, "dir/other", "storage"));
	EXPECT_EQ(0, run(OTHER, "map", NAME));
}

/* Set-id bits are part of an image, but not those that an overlay shows. */
TEST_F(image, set_id_counts_as_it_is_on_the_image)
{
	if (variant->fs != FS_EXT4)
		return;
	ASSERT_EQ(0, map_image(self));
	ASSERT_EQ(0, mount_as(variant->type));
	ASSERT_EQ(0, list_image(self));
	EXPECT_EQ(0, run_user(LISTED_DIR "/set-id", "root"));
	EXPECT_NE(0, run_user(PROG, "root"));
	ASSERT_EQ(0, mount_overlay_with(",metacopy=on"));
	ASSERT_EQ(0, chmod(PROG, 04755));
	EXPECT_EQ(-EACCES, run_user(PROG, "root"));
	EXPECT_TRUE(log_denied(self->log, "exec", PROG));
	ASSERT_EQ(0, chmod(PROG, 0755));
	EXPECT_EQ(0, run_user(PROG, "ok"));
}

/* A part of what erofs shows may be on another device. */
TEST_F(image, file_system_has_to_lie_on_it_alone)
{
	ioctl(self->loop, LOOP_CLR_FD);
	close(self->loop);
	close(self->back);
	ASSERT_EQ(0, make_image(self, FS_EROFS));
	ASSERT_EQ(0, list_image(self));
	ASSERT_EQ(0, map_image(self));
	ASSERT_EQ(0, mount_as("erofs"));
	EXPECT_TRUE(is_denied(self));
}

TEST_F(image, manifest_may_list_nothing_else)
{
	struct text text = {};

	ASSERT_EQ(0, text_add(&text, "%%image verity-sha256=%s\n", self->hash));
	EXPECT_EQ(-EBADMSG, load("/", &text));
	EXPECT_TRUE(log_has(self->log, "line 1: algorithm is none of dm-verity",
			    NULL));
	text_free(&text);
	ASSERT_EQ(0, text_add(&text, "%%name nothing\n"));
	EXPECT_EQ(-EBADMSG, load("/", &text));
	EXPECT_TRUE(log_has(self->log, "it lists nothing", NULL));
	text_free(&text);
	EXPECT_EQ(0, list_image(self));
}

/* This has to be the last test. */
FIXTURE(locked_image)
{
	FIXTURE_DATA(image) i;
};

FIXTURE_SETUP(locked_image)
{
	ASSERT_EQ(0, set_up(&self->i, FS_SQUASHFS));
}

FIXTURE_TEARDOWN(locked_image)
{
	umount(AT);
}

TEST_F(locked_image, counts_once_locked_and_after_it_was_mounted_again)
{
	ASSERT_EQ(0, list_image(&self->i));
	ASSERT_EQ(0, map_image(&self->i));
	ASSERT_EQ(0, mount_as("squashfs"));
	EXPECT_EQ(0, run(PROG, "ok"));
	ASSERT_EQ(0, write_control("state", "locked"));
	EXPECT_EQ(0, run(PROG, "ok"));
	ASSERT_EQ(0, umount(AT));
	ASSERT_EQ(0, mount_as("squashfs"));
	EXPECT_EQ(0, run(PROG, "ok"));
	EXPECT_EQ(-EPERM, list_image_as("%name late\n", self->i.hash));
}

TEST_HARNESS_MAIN
