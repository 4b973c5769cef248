// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds what lies behind a file system on a device or in a file. The manifest cannot
 * lie in the file system, whose root hash it has; behind it, one write of a slot writes
 * both. From block to block of 4096 bytes there are
 *
 *	the file system, which says itself how long it is
 *	a block with veritysetup's heading, and its hashes
 *	a line "veriexec-manifest LENGTH", and so many bytes: the signed manifest
 *
 * Whatever is behind that has no meaning. Nobody vouches for these numbers: the kernel
 * reads by them, and compares what it has read with the root hash.
 */

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image.h"
#include "message.h"
#include "reader.h"

#define HEADING		"veriexec-manifest "
#define HEADING_MAX	40

#define SQUASHFS_MAGIC_AT	0
#define SQUASHFS_MAGIC		0x73717368U
#define SQUASHFS_BYTES_AT	40
#define EXT4_AT			1024
#define EXT4_BLOCKS_AT		(EXT4_AT + 4)
#define EXT4_BLOCK_SIZE_AT	(EXT4_AT + 24)
#define EXT4_MAGIC_AT		(EXT4_AT + 56)
#define EXT4_MAGIC		0xef53U
#define EXT4_FEATURES_AT	(EXT4_AT + 96)
#define EXT4_FEATURE_64BIT	0x80U
#define EXT4_BLOCKS_HIGH_AT	(EXT4_AT + 336)

static u32 get32(const u8 *p)
{
	u32 word;

	memcpy(&word, p, sizeof(word));
	return le32toh(word);
}

static u64 get64(const u8 *p)
{
	return get32(p) | (u64)get32(p + 4) << 32;
}

/* How many bytes a file system takes that may be an image, 0 if it is none. */
static u64 file_system_size(const u8 *block)
{
	u64 blocks = get32(block + EXT4_BLOCKS_AT);
	u32 shift = get32(block + EXT4_BLOCK_SIZE_AT);

	if (get32(block + SQUASHFS_MAGIC_AT) == SQUASHFS_MAGIC)
		return get64(block + SQUASHFS_BYTES_AT);
	if ((get32(block + EXT4_MAGIC_AT) & 0xffff) != EXT4_MAGIC || shift > 6)
		return 0;
	if (get32(block + EXT4_FEATURES_AT) & EXT4_FEATURE_64BIT)
		blocks |= (u64)get32(block + EXT4_BLOCKS_HIGH_AT) << 32;
	return blocks >> (54 - shift) ? 0 : blocks << (10 + shift);
}

/* Returns how many bytes were read, less than @len only at the end, or -1. */
static ssize_t read_some(int fd, const char *path, u8 *buf, size_t len,
			 u64 offset)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = pread(fd, buf + done, len - done,
				  (off_t)(offset + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			message("%s: %s", path, strerror(errno));
			return -1;
		}
		if (!n)
			break;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

/* Returns the length that the line tells, with its own in @heading, or 0. */
static size_t parse_heading(const char *line, size_t *heading)
{
	const char *number = line + strlen(HEADING);
	size_t digits, len;

	if (strncmp(line, HEADING, strlen(HEADING)))
		return 0;
	digits = strspn(number, "0123456789");
	if (!digits || digits > 8 || *number == '0' || number[digits] != '\n')
		return 0;
	len = strtoul(number, NULL, 10);
	*heading = (size_t)(number - line) + digits + 1;
	return len <= VERIEXEC_TEXT_MAX ? len : 0;
}

/* Returns 0, perhaps with a cause, or -1, reported. */
static int read_manifest(int fd, const char *path, struct image *image)
{
	u64 at = image->tree.end * HASH_TREE_BLOCK;
	char line[HEADING_MAX + 1] = "";
	size_t heading, len;
	ssize_t n;

	if (read_some(fd, path, (u8 *)line, HEADING_MAX, at) < 0)
		return -1;
	len = parse_heading(line, &heading);
	if (!len) {
		image->cause = "has no manifest behind its hashes";
		return 0;
	}
	image->manifest.data = calloc(1, len + 1);
	if (!image->manifest.data) {
		message("out of memory");
		return -1;
	}
	n = read_some(fd, path, image->manifest.data, len, at + heading);
	if (n < 0)
		return -1;
	image->manifest.len = (size_t)n;
	if (image->manifest.len < len)
		image->cause = "the manifest behind its hashes is cut off";
	return 0;
}

/**
 * image_read() - find an image with its hashes and its manifest
 * @fd: of a device or a file
 * @path: its name, for messages
 * @image: filled; to be freed by image_free() in any case
 *
 * Return: 1 if there is one, good or with a &image.cause, 0 if there is a file system
 * without hashes, none, or a directory, -1 if that cannot be told, reported.
 */
int image_read(int fd, const char *path, struct image *image)
{
	u8 block[HASH_TREE_BLOCK];
	struct stat st;
	u64 bytes = 0;
	off_t size;
	ssize_t n;
	int ret;

	memset(image, 0, sizeof(*image));
	if (!fstat(fd, &st) && S_ISDIR(st.st_mode))
		return 0;
	n = read_some(fd, path, block, sizeof(block), 0);
	if (n < 0)
		return -1;
	size = lseek(fd, 0, SEEK_END);
	if (n == sizeof(block))
		bytes = file_system_size(block);
	if (!bytes || size < 0 || bytes > (u64)size)
		return 0;
	ret = hash_tree_read(fd, (bytes - 1) / HASH_TREE_BLOCK + 1,
			     (u64)size / HASH_TREE_BLOCK, &image->tree,
			     &image->cause);
	if (!ret || ret == -EBADMSG)
		return !!ret;
	if (ret < 0) {
		message("%s: %s", path, strerror(-ret));
		return -1;
	}
	return read_manifest(fd, path, image) ? -1 : 1;
}

/**
 * image_is_listed() - does a manifest list an image?
 * @image: good
 * @m: judged
 *
 * Return: 1 if it does, 0 if it does not, -1 if that cannot be told, reported.
 */
int image_is_listed(const struct image *image, const struct manifest_file *m)
{
	const struct hash_tree *t = &image->tree;
	struct veriexec_digest listed;
	struct reader r = { 0 };
	int found = 0;

	if (reader_open(&r, m->name, m->parts.text, m->parts.text_len))
		found = -1;
	while (!found && veriexec_next_image(&r.parser, &listed) > 0)
		found = listed.alg == t->alg &&
			!memcmp(listed.digest, t->root,
				veriexec_algs[t->alg].size);
	reader_close(&r);
	return found;
}

/**
 * image_free() - end what image_read() began
 * @image: read, successfully or not
 */
void image_free(struct image *image)
{
	buffer_free(&image->manifest);
}
