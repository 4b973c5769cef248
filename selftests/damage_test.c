// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signatures that are damaged in every conceivable way: the kernel refuses each, and is
 * none the worse for it.
 */

#include <stdio.h>

#include "../kselftest_harness.h"
#include "damage.h"
#include "pki.h"

FIXTURE(damage)
{
	struct pki dev;
	struct text text;
};

/* How the signature that is damaged is made. */
FIXTURE_VARIANT(damage)
{
	const char *key;
	bool chain;
	bool no_certificates;
	bool no_attributes;
};

FIXTURE_VARIANT_ADD(damage, plain)
{
	.key = "P-256",
};

FIXTURE_VARIANT_ADD(damage, rsa)
{
	.key = "rsa2048",
};

FIXTURE_VARIANT_ADD(damage, short_form)
{
	.key = "P-384",
	.no_certificates = true,
	.no_attributes = true,
};

FIXTURE_VARIANT_ADD(damage, chain)
{
	.key = "P-256",
	.chain = true,
};

FIXTURE_SETUP(damage)
{
	ASSERT_EQ(0, enter_state("loaded"));
	ASSERT_EQ(0, make_layout(FS_TMPFS));
	ASSERT_EQ(0, pki_read(&self->dev, "/etc/veriexec/dev.key",
			      "/etc/veriexec/dev.crt"));
	self->text = (struct text){};
	ASSERT_EQ(0, text_add_file(&self->text, AT, "dir/prog", ""));
}

FIXTURE_TEARDOWN(damage)
{
	text_free(&self->text);
	pki_free(&self->dev);
}

/* The errors with which a signature may be refused. */
static bool is_refusal(int ret)
{
	return ret == -EBADMSG || ret == -EKEYREJECTED || ret == -ENOKEY;
}

static void try_one(void *arg, const void *data, size_t len, const char *what,
		    size_t at)
{
	const struct text manifest = { .data = (char *)data, .len = len };
	unsigned long *wrong = arg;
	int ret = load_signed(AT, &manifest);

	if (is_refusal(ret))
		return;
	fprintf(stderr, "# gave %d: %s at %zu\n", ret, what, at);
	++*wrong;
}

TEST_F_TIMEOUT(damage, every_variant_is_refused, 900)
{
	const struct pki_certificate middle_is = {
		.name = "Middle", .key = "P-256", .flags = PKI_CA,
	};
	const struct pki_certificate signer_is = {
		.name = "Signer", .key = variant->key,
	};
	struct pki middle = {}, signer = {};
	const struct pki_signature how = {
		.signers = { &signer },
		.others = { variant->chain ? &middle : NULL },
		.no_certificates = variant->no_certificates,
		.no_attributes = variant->no_attributes,
	};
	struct text manifest = {};
	unsigned long wrong = 0;
	struct damage d = {
		.step = kernel_is_slow() ? 5 : 1,
		.try_one = try_one,
		.arg = &wrong,
	};
	unsigned long given;

	ASSERT_EQ(0, pki_make(&middle, &middle_is, &self->dev));
	ASSERT_EQ(0, pki_make(&signer, &signer_is,
			      variant->chain ? &middle : &self->dev));
	if (!variant->chain)
		ASSERT_EQ(0, pki_add(&signer, pki_keyring(".veriexec")));
	ASSERT_EQ(0, pki_sign(&how, &self->text, &manifest));
	d.data = (unsigned char *)manifest.data;
	d.len = manifest.len;
	given = damage_all(&d);
	EXPECT_EQ(0UL, wrong) TH_LOG("of %lu variants", given);
	TH_LOG("%lu variants", given);
	EXPECT_LT(200UL, given);
	/* The undamaged signature is good, before and after. */
	EXPECT_EQ(0, load_signed(AT, &manifest));
	EXPECT_EQ(0, check_file(PROG));
	text_free(&manifest);
	pki_free(&signer);
	pki_free(&middle);
}

TEST_HARNESS_MAIN
