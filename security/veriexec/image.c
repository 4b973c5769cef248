// SPDX-License-Identifier: GPL-2.0-only
/*
 * Owns what is known of images on dm-verity: which devices carry one, and by which
 * root hash. It must never know which root hashes a manifest lists.
 */

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/blkdev.h>
#include <linux/fs.h>
#include <linux/kconfig.h>
#include <linux/magic.h>
#include <linux/pagemap.h>
#include <linux/security.h>
#include <linux/string.h>

#include "blob.h"
#include "storage.h"

/**
 * veriexec_knows_images() - can the root hashes of images be relied upon?
 *
 * If dm-verity passes over blocks that do not match, it must not name a root hash. When
 * its table is replaced, it must take the root hash back. scripts/integrate makes it so.
 *
 * Return: true if they can.
 */
bool veriexec_knows_images(void)
{
	return IS_ENABLED(CONFIG_DM_VERITY) && VERIEXEC_TRUE_DM_VERITY;
}

static bool take_root_hash(struct veriexec_digest *to,
			   const struct dm_verity_digest *from)
{
	unsigned int i;

	for (i = 0; i < VERIEXEC_ALG_COUNT; i++)
		if (!veriexec_algs[i].verity &&
		    !strcmp(veriexec_algs[i].hash, from->alg) &&
		    veriexec_algs[i].size == from->digest_len) {
			to->alg = i;
			memcpy(to->digest, from->digest, from->digest_len);
			return true;
		}
	return false;
}

/* Has somebody read from it, or may somebody write past dm-verity to what is read? */
static bool was_used(struct block_device *bdev)
{
	return READ_ONCE(bdev->bd_holder) || bdev->bd_mapping->nrpages ||
	       mapping_writably_mapped(bdev->bd_mapping);
}

static bool is_new_image(struct block_device *bdev,
			 const struct dm_verity_digest *root_hash)
{
	struct veriexec_bdev *blob = veriexec_bdev(bdev);
	struct veriexec_digest now = {};

	if (!take_root_hash(&now, root_hash) || was_used(bdev))
		return false;
	if (test_bit(VERIEXEC_BDEV_HASHED, &blob->bits))
		return !memcmp(&now, &blob->root_hash, sizeof(now));
	blob->root_hash = now;
	set_bit(VERIEXEC_BDEV_HASHED, &blob->bits);
	return true;
}

/**
 * veriexec_note_root_hash() - dm-verity says what verifies reads of a device from now on
 * @bdev: the device
 * @root_hash: what verifies the next reads, or %NULL if nothing does
 *
 * A user of the device may read something else, and keep it, while it has no root hash.
 * So once the device was used then, or has had another root hash, it never counts as an
 * image again.
 *
 * Context: Process context. Nothing is read from the device meanwhile, and nobody
 * else calls this for it.
 *
 * Return: true if it was an image until now.
 */
bool veriexec_note_root_hash(struct block_device *bdev,
			     const struct dm_verity_digest *root_hash)
{
	unsigned long *bits = &veriexec_bdev(bdev)->bits;
	bool was = test_and_clear_bit(VERIEXEC_BDEV_IMAGE, bits);

	if (!root_hash)
		return was;
	if (!is_new_image(bdev, root_hash))
		set_bit(VERIEXEC_BDEV_VOID, bits);
	if (!test_bit(VERIEXEC_BDEV_VOID, bits)) {
		/* Pairs with veriexec_root_hash_of(): the root hash is there. */
		smp_mb__before_atomic();
		set_bit(VERIEXEC_BDEV_IMAGE, bits);
	}
	return was;
}

/* These file systems have everything on their one device. */
static bool is_on_one_device(const struct super_block *sb)
{
	return sb->s_magic == EXT4_SUPER_MAGIC ||
	       sb->s_magic == SQUASHFS_MAGIC;
}

/**
 * veriexec_root_hash_of() - which image is this file system?
 * @sb: its super block
 *
 * Context: Any.
 *
 * Return: the root hash that verifies all of it, or %NULL if none does.
 */
const struct veriexec_digest *
veriexec_root_hash_of(const struct super_block *sb)
{
	const struct veriexec_bdev *blob;

	if (!sb->s_bdev)
		return NULL;
	blob = veriexec_bdev(sb->s_bdev);
	if (likely(!test_bit_acquire(VERIEXEC_BDEV_IMAGE, &blob->bits)))
		return NULL;
	return sb_rdonly(sb) && is_on_one_device(sb) &&
	       sb->s_user_ns == &init_user_ns ? &blob->root_hash : NULL;
}
