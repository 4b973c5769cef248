// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is revoked, and what is not. A revocation stays until the kernel ends, so these
 * fingerprints are those of no file.
 */

#include <kunit/test.h>
#include <linux/err.h>
#include <linux/slab.h>

#include "revoke.h"

#define ONE	"1111111111111111111111111111111111111111111111111111111111111111"
#define TWO	"2222222222222222222222222222222222222222222222222222222222222222"
#define OTHER	"3333333333333333333333333333333333333333333333333333333333333333"

static struct veriexec_digests *collect(struct kunit *test,
					const char *text)
{
	struct veriexec_parser p = {
		.text = text, .len = strlen(text), .algs = ~0U,
	};
	struct veriexec_digests *r;
	u32 seen[16] = {};

	p.seen = seen;
	p.seen_size = ARRAY_SIZE(seen);
	KUNIT_ASSERT_EQ(test, veriexec_parse_header(&p), 0);
	r = veriexec_collect_revocations(&p);
	KUNIT_ASSERT_FALSE(test, IS_ERR(r));
	return r;
}

static bool is_revoked(unsigned int alg, u8 byte)
{
	u8 digest[VERIEXEC_DIGEST_SIZE];

	memset(digest, byte, sizeof(digest));
	return veriexec_is_revoked(alg, digest);
}

static void revokes_test(struct kunit *test)
{
	const u32 before = veriexec_revoked_count();
	struct veriexec_digests *r;
	u32 i;

	KUNIT_EXPECT_NULL(test, collect(test, "%name nothing\n"));
	r = collect(test, "%revoke sha256=" TWO "\n%revoke sha512=" ONE ONE "\n"
			  "%revoke sha256=" ONE "\n");
	KUNIT_ASSERT_NOT_NULL(test, r);
	/*
	 * A fingerprint that was only collected does not count, and never will if it is
	 * dropped.
	 */
	KUNIT_EXPECT_FALSE(test, is_revoked(VERIEXEC_ALG_SHA256, 0x11));
	kvfree(r);
	KUNIT_EXPECT_FALSE(test, is_revoked(VERIEXEC_ALG_SHA256, 0x11));

	veriexec_revoke(collect(test, "%revoke sha256=" TWO "\n"
				      "%revoke sha512=" ONE ONE "\n"
				      "%revoke sha256=" ONE "\n"));
	KUNIT_EXPECT_EQ(test, veriexec_revoked_count(), before + 3);
	KUNIT_EXPECT_TRUE(test, is_revoked(VERIEXEC_ALG_SHA256, 0x11));
	KUNIT_EXPECT_TRUE(test, is_revoked(VERIEXEC_ALG_SHA256, 0x22));
	KUNIT_EXPECT_TRUE(test, is_revoked(VERIEXEC_ALG_SHA512, 0x11));
	KUNIT_EXPECT_FALSE(test, is_revoked(VERIEXEC_ALG_SHA256, 0x33));
	KUNIT_EXPECT_FALSE(test, is_revoked(VERIEXEC_ALG_SHA512, 0x22));
	KUNIT_EXPECT_FALSE(test, is_revoked(VERIEXEC_ALG_VERITY_SHA256, 0x11));
	KUNIT_EXPECT_TRUE(test,
			  veriexec_revoked_algs() & BIT(VERIEXEC_ALG_SHA512));

	/* A fingerprint that is revoked already is not kept twice. */
	KUNIT_EXPECT_NULL(test, collect(test, "%revoke sha256=" ONE "\n"));
	r = collect(test, "%revoke sha256=" ONE "\n%revoke sha256=" OTHER "\n");
	KUNIT_ASSERT_NOT_NULL(test, r);
	veriexec_revoke(r);
	KUNIT_EXPECT_EQ(test, veriexec_revoked_count(), before + 4);
	KUNIT_EXPECT_TRUE(test, is_revoked(VERIEXEC_ALG_SHA256, 0x33));
	/* Each fingerprint has its number, counted on from one manifest to the next. */
	for (i = 0; i < before + 4; i++)
		KUNIT_EXPECT_NOT_NULL(test, veriexec_revoked(i));
	KUNIT_EXPECT_NULL(test, veriexec_revoked(i));
	KUNIT_EXPECT_EQ(test, veriexec_revoked(before + 3)->digest[0], 0x33);
	KUNIT_EXPECT_NE(test, veriexec_revoked(before + 2)->digest[0], 0x33);
	veriexec_revoke(NULL);
	KUNIT_EXPECT_EQ(test, veriexec_revoked_count(), before + 4);
}

static struct kunit_case revoke_cases[] = {
	KUNIT_CASE(revokes_test),
	{}
};

static struct kunit_suite revoke_suite = {
	.name = "veriexec_revoke",
	.test_cases = revoke_cases,
};

kunit_test_suite(revoke_suite);
