// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fingerprints: a better driver of a hash is used from the next load on, and one that
 * is no longer the best is let go.
 */

#include <crypto/internal/hash.h>
#include <crypto/sha2.h>
#include <kunit/test.h>
#include <linux/module.h>

#include "fingerprint.h"

static struct crypto_shash *inner;	/* does the work of @late */
static unsigned int begun;		/* digests by @late */

static int late_init(struct shash_desc *desc)
{
	struct shash_desc *d = shash_desc_ctx(desc);

	begun++;
	d->tfm = inner;
	return crypto_shash_init(d);
}

static int late_update(struct shash_desc *desc, const u8 *data,
		       unsigned int len)
{
	return crypto_shash_update(shash_desc_ctx(desc), data, len);
}

static int late_final(struct shash_desc *desc, u8 *out)
{
	return crypto_shash_final(shash_desc_ctx(desc), out);
}

/*
 * It comes late, like a driver that uses the processor's own instructions and is in a
 * module.
 */
static struct shash_alg late = {
	.digestsize = SHA256_DIGEST_SIZE,
	.init = late_init,
	.update = late_update,
	.final = late_final,
	.base = {
		.cra_name = "sha256",
		.cra_driver_name = "sha256-veriexec-test",
		.cra_priority = 10000,
		.cra_blocksize = SHA256_BLOCK_SIZE,
		.cra_module = THIS_MODULE,
	},
};

/* How often has @late made the digest of a text? The digest must be the right one. */
static unsigned int late_ones(struct kunit *test)
{
	u8 digest[VERIEXEC_DIGEST_SIZE], expected[SHA256_DIGEST_SIZE];

	begun = 0;
	sha256("text", 4, expected);
	KUNIT_EXPECT_EQ(test, 0,
			veriexec_fingerprint_data("text", 4,
						  VERIEXEC_ALG_SHA256, digest));
	KUNIT_EXPECT_MEMEQ(test, digest, expected, sizeof(expected));
	return begun;
}

static void driver_test(struct kunit *test)
{
	u32 algs = veriexec_algs_here();

	inner = crypto_alloc_shash("sha256", 0, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(inner));
	late.descsize = sizeof(struct shash_desc) + crypto_shash_descsize(inner);
	veriexec_renew_drivers();
	KUNIT_EXPECT_EQ(test, late_ones(test), 0U);
	KUNIT_ASSERT_EQ(test, crypto_register_shash(&late), 0);
	KUNIT_EXPECT_EQ(test, late_ones(test), 0U);
	veriexec_renew_drivers();
	KUNIT_EXPECT_EQ(test, late_ones(test), 1U);
	KUNIT_EXPECT_EQ(test, refcount_read(&late.base.cra_refcnt), 2U);
	/* The driver is found again, and not kept twice. */
	veriexec_renew_drivers();
	KUNIT_EXPECT_EQ(test, refcount_read(&late.base.cra_refcnt), 2U);
	KUNIT_EXPECT_EQ(test, veriexec_algs_here(), algs);

	/* A module cannot be unloaded while it is in use, but its rank can change. */
	late.base.cra_priority = 0;
	veriexec_renew_drivers();
	KUNIT_EXPECT_EQ(test, late_ones(test), 0U);
	KUNIT_ASSERT_EQ(test, refcount_read(&late.base.cra_refcnt), 1U);
	crypto_unregister_shash(&late);
	crypto_free_shash(inner);
}

static struct kunit_case fingerprint_cases[] = {
	KUNIT_CASE(driver_test),
	{}
};

static struct kunit_suite fingerprint_suite = {
	.name = "veriexec_fingerprint",
	.test_cases = fingerprint_cases,
};

kunit_test_suite(fingerprint_suite);
