// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes digests, of content or as fs-verity has measured it. It must never
 * compare or remember one.
 *
 * The hash transforms are allocated once at boot: allocating one later could
 * ask for a module, whose loading is itself an exec to be judged.
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
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "fingerprint.h"
#include "stats.h"

#define READ_SIZE	SZ_128K

static struct crypto_shash *tfms[VERIEXEC_ALG_COUNT] __ro_after_init;

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
					      !!tfms[i])
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
		veriexec_add(bytes, got);
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
	veriexec_count(files);
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
	if (veriexec_algs[alg].verity)
		return verity_digest(file, alg, digest);
	if (!tfms[alg])
		return -ENODATA;
	return hash_content(file, tfms[alg], digest);
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
	if (!tfms[alg])
		return -ENODATA;
	return crypto_shash_tfm_digest(tfms[alg], data, len, digest);
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
			tfms[i] = tfm;
	}
	return 0;
}
late_initcall(veriexec_fingerprint_init);
