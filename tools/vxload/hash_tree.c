// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads the hashes of dm-verity and holds every block against them, as the kernel does
 * when a block is read. Trusts none of it: whoever asks compares the root hash.
 */

#include <endian.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "fingerprint.h"
#include "hash_tree.h"

/* As veritysetup(8) writes it; all numbers are little endian. */
struct superblock {
	u8 magic[8];
	u32 version;
	u32 hash_type;
	u8 uuid[16];
	char algorithm[32];
	u32 data_block_size;
	u32 hash_block_size;
	u64 data_blocks;
	u16 salt_size;
	u8 pad[6];
	u8 salt[HASH_TREE_SALT_MAX];
};

static const u8 magic[8] = "verity";

/* Returns 0, or a negative errno: -ENODATA if so much is not there. */
static int read_at(int fd, void *buf, size_t len, u64 offset)
{
	u8 *p = buf;

	while (len) {
		ssize_t n = pread(fd, p, len, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -ENODATA;
		p += n;
		len -= (size_t)n;
		offset += (u64)n;
	}
	return 0;
}

static int digest(const struct hash_tree *t, const u8 *block, u8 *out)
{
	mbedtls_md_context_t md;
	int ret;

	mbedtls_md_init(&md);
	ret = mbedtls_md_setup(&md, t->md, 0) || mbedtls_md_starts(&md) ||
	      mbedtls_md_update(&md, t->salt, t->salt_size) ||
	      mbedtls_md_update(&md, block, HASH_TREE_BLOCK) ||
	      mbedtls_md_finish(&md, out);
	mbedtls_md_free(&md);
	return ret ? -ENOMEM : 0;
}

/* How many blocks a level has for what is below it. */
static u64 blocks_above(const struct hash_tree *t, u64 below)
{
	return below / t->fan_out + !!(below % t->fan_out);
}

static int refuse(const char **cause, const char *text)
{
	*cause = text;
	return -EBADMSG;
}

static int take_hash(struct hash_tree *t, const struct superblock *sb)
{
	size_t len = strnlen(sb->algorithm, sizeof(sb->algorithm));
	int alg = fingerprint_find(sb->algorithm, len);
	mbedtls_md_type_t type;
	u32 stride = 1;

	if (alg < 0 || veriexec_algs[alg].verity)
		return -1;
	switch (alg) {
	case VERIEXEC_ALG_SHA1:
		type = MBEDTLS_MD_SHA1;
		break;
	case VERIEXEC_ALG_SHA256:
		type = MBEDTLS_MD_SHA256;
		break;
	case VERIEXEC_ALG_SHA384:
		type = MBEDTLS_MD_SHA384;
		break;
	default:
		type = MBEDTLS_MD_SHA512;
	}
	t->alg = alg;
	t->md = mbedtls_md_info_from_type(type);
	/* A digest has room up to the next power of two. */
	while (stride < veriexec_algs[alg].size)
		stride *= 2;
	t->fan_out = HASH_TREE_BLOCK / stride;
	return t->md ? 0 : -1;
}

/* The level at the top is the first on the disk. */
static void place_levels(struct hash_tree *t)
{
	u64 count[HASH_TREE_LEVELS_MAX];
	u64 below = t->blocks;
	unsigned int i;

	for (t->depth = 0; below > 1 && t->depth < HASH_TREE_LEVELS_MAX;
	     t->depth++) {
		below = blocks_above(t, below);
		count[t->depth] = below;
	}
	t->end = t->first;
	for (i = t->depth; i--;) {
		t->level[i] = t->end;
		t->end += count[i];
	}
}

/**
 * hash_tree_read() - find the hashes of what lies before them
 * @fd: of the device
 * @at: block where veritysetup's heading should be; what is before it is the data
 * @size: of the device, in blocks
 * @t: filled
 * @cause: why it cannot be used, set with %-EBADMSG
 *
 * Return: 1 if there are hashes, 0 if not, %-EBADMSG if they cannot be used, or
 * another negative errno; none is reported.
 */
int hash_tree_read(int fd, u64 at, u64 size, struct hash_tree *t,
		   const char **cause)
{
	u8 block[HASH_TREE_BLOCK];
	struct superblock sb;
	int ret;

	memset(t, 0, sizeof(*t));
	if (at >= size)
		return 0;
	ret = read_at(fd, &sb, sizeof(sb), at * HASH_TREE_BLOCK);
	if (ret)
		return ret == -ENODATA ? 0 : ret;
	if (memcmp(sb.magic, magic, sizeof(magic)))
		return 0;
	if (le32toh(sb.version) != 1 || le32toh(sb.hash_type) != 1)
		return refuse(cause, "its hashes have a format that is not known");
	if (le32toh(sb.data_block_size) != HASH_TREE_BLOCK ||
	    le32toh(sb.hash_block_size) != HASH_TREE_BLOCK)
		return refuse(cause, "its hashes are not of blocks of 4096 bytes");
	t->salt_size = le16toh(sb.salt_size);
	if (t->salt_size > sizeof(sb.salt))
		return refuse(cause, "the salt of its hashes is too long");
	memcpy(t->salt, sb.salt, t->salt_size);
	if (take_hash(t, &sb))
		return refuse(cause, "its hashes are of a kind that no manifest lists");
	t->blocks = le64toh(sb.data_blocks);
	if (t->blocks != at)
		return refuse(cause, "its hashes are not of all of the file system, or of more");
	t->first = at + 1;
	place_levels(t);
	if (t->end > size)
		return refuse(cause, "its hashes are cut off");
	ret = read_at(fd, block, sizeof(block),
		      (t->depth ? t->first : 0) * HASH_TREE_BLOCK);
	return ret ?: digest(t, block, t->root) ?: 1;
}

/*
 * Holds @count blocks from @first on against the digests of level @above. Returns 0,
 * -EBADMSG with the block in @bad, or another negative errno.
 */
static int check_blocks(int fd, const struct hash_tree *t, u64 first, u64 count,
			unsigned int above, u64 *bad)
{
	const size_t stride = HASH_TREE_BLOCK / t->fan_out;
	u8 digests[HASH_TREE_BLOCK], block[HASH_TREE_BLOCK];
	u8 found[VERIEXEC_DIGEST_SIZE];
	const u8 *wanted = t->root;
	int ret = 0;
	u64 i;

	for (i = 0; i < count && !ret; i++) {
		*bad = first + i;
		if (above < t->depth) {
			wanted = digests + i % t->fan_out * stride;
			if (wanted == digests)
				ret = read_at(fd, digests, sizeof(digests),
					      (t->level[above] +
					       i / t->fan_out) * HASH_TREE_BLOCK);
		}
		if (!ret)
			ret = read_at(fd, block, sizeof(block),
				      *bad * HASH_TREE_BLOCK);
		if (!ret)
			ret = digest(t, block, found);
		if (!ret && memcmp(found, wanted, veriexec_algs[t->alg].size))
			ret = -EBADMSG;
	}
	return ret;
}

/**
 * hash_tree_check() - hold every block, of the data and of the tree, against the root
 * @fd: of the device
 * @t: from hash_tree_read()
 * @bad: block that does not match, or cannot be read
 *
 * Return: 0 if all match, %-EBADMSG if one does not, or another negative errno; none
 * is reported.
 */
int hash_tree_check(int fd, const struct hash_tree *t, u64 *bad)
{
	unsigned int i;
	int ret = 0;
	u64 end;

	/* From the top down, so that digests are good before they are used. */
	for (i = t->depth; i-- && !ret;) {
		end = i ? t->level[i - 1] : t->end;
		ret = check_blocks(fd, t, t->level[i], end - t->level[i], i + 1,
				   bad);
	}
	return ret ?: check_blocks(fd, t, 0, t->blocks, 0, bad);
}
