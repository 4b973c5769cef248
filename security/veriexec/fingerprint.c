// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes digests, of content or as fs-verity has measured it. It must never
 * compare or remember one.
 *
 * A module that was loaded since boot may bring a faster driver of a hash, so
 * that every load of a manifest looks for the best again. It never asks for a
 * module: to load one is itself an exec to be judged.
 *
 * Locks: veriexec_load_lock guards the change of a transform. Whoever hashes takes
 * a reference under RCU, and the last one who had it frees it.
 */

#define pr_fmt(fmt) "veriexec: " fmt

#include <crypto/hash.h>
#include <crypto/hash_info.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fsverity.h>
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "fingerprint.h"
#include "stats.h"

#define READ_SIZE	SZ_128K

static struct crypto_shash __rcu *tfms[VERIEXEC_ALG_COUNT];

/* The transform to hash with, to be freed; NULL where the hash is not there. */
static struct crypto_shash *get_tfm(unsigned int alg)
{
	struct crypto_shash *tfm;

	rcu_read_lock();
	tfm = rcu_dereference(tfms[alg]);
	/* For a hash without a key this is another reference to the same transform. */
	if (tfm)
		tfm = crypto_clone_shash(tfm);
	rcu_read_unlock();
	return IS_ERR(tfm) ? NULL : tfm;
}

/**
 * veriexec_algs_here() - which algorithms this kernel can check
 *
 * Return: a bit for each enum veriexec_alg.
 */
u32 veriexec_algs_here(void)
{
	u32 algs = 0;
	unsigned int i;

	for (i = 0; i < VERIEXEC_ALG_COUNT; i++) {
		if (veriexec_algs[i].verity ? IS_ENABLED(CONFIG_FS_VERITY) :
					      !!rcu_access_pointer(tfms[i]))
			algs |= BIT(i);
	}
	return algs;
}

/*
 * Gives a file of its own to read from where the caller's does not serve:
 * write-only, or one that reads past the page cache.
 */
static struct file *open_to_read(struct file *file)
{
	if ((file->f_mode & (FMODE_READ | FMODE_CAN_READ)) ==
	    (FMODE_READ | FMODE_CAN_READ) && !(file->f_flags & O_DIRECT))
		return get_file(file);
	return dentry_open(&file->f_path,
			   O_RDONLY | O_LARGEFILE | __FMODE_NONOTIFY,
			   current_cred());
}

static int update_from_file(struct shash_desc *desc, struct file *file,
			    void *buf)
{
	loff_t size = i_size_read(file_inode(file));
	loff_t pos = 0;
	ssize_t got;
	int ret;

	for (;;) {
		if (fatal_signal_pending(current))
			return -EINTR;
		/* Past the hooks: this is the kernel's own reading. */
		got = __kernel_read(file, buf, READ_SIZE, &pos);
		if (got < 0)
			return got;
		if (!got)
			break;
		ret = crypto_shash_update(desc, buf, got);
		if (ret)
			return ret;
		veriexec_add(VERIEXEC_BYTES, got);
		cond_resched();
	}
	return pos == size ? 0 : -ESTALE;
}

static int hash_content(struct file *file, struct crypto_shash *tfm, u8 *digest)
{
	SHASH_DESC_ON_STACK(desc, tfm);
	struct file *in;
	void *buf;
	int ret;

	buf = kvmalloc(READ_SIZE, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	in = open_to_read(file);
	if (IS_ERR(in)) {
		ret = PTR_ERR(in);
		goto out_free;
	}
	desc->tfm = tfm;
	ret = crypto_shash_init(desc);
	if (!ret)
		ret = update_from_file(desc, in, buf);
	if (!ret)
		ret = crypto_shash_final(desc, digest);
	shash_desc_zero(desc);
	veriexec_count(VERIEXEC_FILES);
	fput(in);
out_free:
	kvfree(buf);
	return ret;
}

static int verity_digest(struct file *file, unsigned int alg, u8 *digest)
{
	struct inode *inode = d_real_inode(file->f_path.dentry);
	u8 measured[FS_VERITY_MAX_DIGEST_SIZE];
	enum hash_algo hash;
	int size;

	size = fsverity_get_digest(inode, measured, NULL, &hash);
	if (size != veriexec_algs[alg].size ||
	    strcmp(hash_algo_name[hash], veriexec_algs[alg].hash))
		return -ENODATA;
	memcpy(digest, measured, size);
	return 0;
}

/**
 * veriexec_fingerprint_file() - make the digest of a file
 * @file: open, and not about to change (the caller sees to it)
 * @alg: enum veriexec_alg
 * @digest: where to, VERIEXEC_DIGEST_SIZE bytes
 *
 * Context: Process context, no locks held; may sleep for as long as reading
 * the file takes, a fatal signal ends it.
 *
 * Return: 0, %-ENODATA if @alg cannot be checked on this file, %-EINTR,
 * %-ENOMEM, %-ESTALE if the file changed size meanwhile, or what reading it
 * gave.
 */
int veriexec_fingerprint_file(struct file *file, unsigned int alg, u8 *digest)
{
	struct crypto_shash *tfm;
	int ret;

	if (veriexec_algs[alg].verity)
		return verity_digest(file, alg, digest);
	tfm = get_tfm(alg);
	if (!tfm)
		return -ENODATA;
	ret = hash_content(file, tfm, digest);
	crypto_free_shash(tfm);
	return ret;
}

/**
 * veriexec_fingerprint_data() - make the digest of bytes in memory
 * @data: the bytes
 * @len: of @data, in bytes
 * @alg: enum veriexec_alg, not a verity one
 * @digest: where to, VERIEXEC_DIGEST_SIZE bytes
 *
 * Context: Process context, may sleep.
 *
 * Return: 0, %-ENODATA if @alg is not there, or what the crypto library gave.
 */
int veriexec_fingerprint_data(const void *data, size_t len, unsigned int alg,
			      u8 *digest)
{
	struct crypto_shash *tfm = get_tfm(alg);
	int ret;

	if (!tfm)
		return -ENODATA;
	ret = crypto_shash_tfm_digest(tfm, data, len, digest);
	crypto_free_shash(tfm);
	return ret;
}

/* The best driver that there is by now, or NULL if it is in use already. */
static struct crypto_shash *find_better(struct crypto_shash *old,
					unsigned int alg)
{
	struct crypto_shash *tfm;

	tfm = crypto_alloc_shash(veriexec_algs[alg].hash, 0, CRYPTO_NOLOAD);
	if (IS_ERR(tfm))
		return NULL;
	if (crypto_shash_alg(tfm) == crypto_shash_alg(old)) {
		crypto_free_shash(tfm);
		return NULL;
	}
	return tfm;
}

/**
 * veriexec_renew_drivers() - hash with the best drivers that there are by now
 *
 * Context: Process context, sleeps for a grace period if there are others. The
 * caller holds the lock for loading.
 */
void veriexec_renew_drivers(void)
{
	struct crypto_shash *old, *tfm;
	unsigned int i;

	for (i = 0; i < VERIEXEC_ALG_COUNT; i++) {
		old = rcu_dereference_protected(tfms[i], true);
		tfm = old ? find_better(old, i) : NULL;
		if (!tfm)
			continue;
		rcu_assign_pointer(tfms[i], tfm);
		pr_info("%s is %s\n", veriexec_algs[i].name,
			crypto_shash_driver_name(tfm));
		/* After that nobody takes a reference to the old one any more. */
		synchronize_rcu();
		crypto_free_shash(old);
	}
}

static int __init veriexec_fingerprint_init(void)
{
	struct crypto_shash *tfm;
	unsigned int i;

	for (i = 0; i < VERIEXEC_ALG_COUNT; i++) {
		if (veriexec_algs[i].verity ||
		    (i == VERIEXEC_ALG_SHA1 &&
		     !IS_ENABLED(CONFIG_SECURITY_VERIEXEC_SHA1)))
			continue;
		tfm = crypto_alloc_shash(veriexec_algs[i].hash, 0, 0);
		if (IS_ERR(tfm))
			pr_err("%s is not available (%ld)\n",
			       veriexec_algs[i].name, PTR_ERR(tfm));
		else
			RCU_INIT_POINTER(tfms[i], tfm);
	}
	return 0;
}
late_initcall(veriexec_fingerprint_init);
