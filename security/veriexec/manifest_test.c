// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the manifest grammar takes and what it refuses.
 */

#include <kunit/test.h>
#include <linux/slab.h>

#include "manifest.h"

#define H20 "0123456789abcdef0123456789ABCDEF01234567"
#define H32 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define H48 H32 "0123456789abcdef0123456789abcdef"
#define H64 H32 H32
#define CAPS24 "010000030020000000000000000000000000000000000000"
#define ENTRY "sbin/init sha256=" H32

static const u32 without_sha1 =
	BIT(VERIEXEC_ALG_COUNT) - 1 - BIT(VERIEXEC_ALG_SHA1);

struct reading {
	struct veriexec_parser parser;
	struct veriexec_record record;
};

static struct reading *reading_of(struct kunit *test, const char *text,
				  size_t len)
{
	struct reading *r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL);
	struct veriexec_parser *p;

	KUNIT_ASSERT_NOT_NULL(test, r);
	p = &r->parser;
	p->text = text;
	p->len = len;
	p->algs = without_sha1;
	p->seen_size = veriexec_seen_size(text, len);
	p->seen = kunit_kcalloc(test, p->seen_size, sizeof(*p->seen),
				GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p->seen);
	return r;
}

/* Reads all of it. Returns the number of entries, or the error. */
static int read_all(struct reading *r)
{
	int count = 0;
	int ret = veriexec_parse_header(&r->parser);

	if (ret)
		return ret;
	while ((ret = veriexec_parse_entry(&r->parser, &r->record)) > 0)
		count++;
	return ret ?: count;
}

struct good {
	const char *text;
	int entries;
};

static const struct good good[] = {
	{ "", 0 },
	{ "# a comment\n\n   \n", 0 },
	{ ENTRY, 1 },
	{ ENTRY "\n", 1 },
	{ "  " ENTRY "  \t uid=0\tgid=0  \n", 1 },
	{ "%manifest 1\n" ENTRY "\n", 1 },
	{ "%name base-os\n%version 0\n" ENTRY "\n", 1 },
	{ "%version 18446744073709551615\n%name a\n" ENTRY "\n", 1 },
	{ "%requires veriexec >= 2\n" ENTRY "\n", 1 },
	{ "%revoke sha256=" H32 "\n", 0 },
	{ "%name a\n%revoke\tsha512=" H64 " \n" ENTRY "\n", 1 },
	{ "%image sha256=" H32 "\n", 0 },
	{ "%image\tsha512=" H64 " \n%image sha384=" H48 "\n" ENTRY "\n", 1 },
	{ "# first\n%name a\n# then\n" ENTRY "\n# last", 1 },
	{ "a sha384=" H48 "\nb sha512=" H64 "\n", 2 },
	{ "a verity-sha256=" H32 "\nb verity-sha512=" H64 "\n", 2 },
	{ "a sha256=" H32 " sha512=" H64 " verity-sha256=" H32 "\n", 1 },
	{ ENTRY " uid=4294967294 gid=4294967294 mode=7777\n", 1 },
	{ ENTRY " mode=0\n", 1 },
	{ ENTRY " caps=0100000200200000000000000000000000000000\n", 1 },
	{ ENTRY " caps=000000010020000000000000\n", 1 },
	{ ENTRY " caps=" CAPS24 "\n", 1 },
	{ ENTRY " indirect no_ptrace no_fips trusted verify untrusted\n", 1 },
	{ ENTRY " label=a.b/c:d@e-f_g+h\n", 1 },
	{ ENTRY "\n" ENTRY "\n", 1 },
	{ "%66oo sha256=" H32 "\n", 1 },
	{ "a/...b/.c sha256=" H32 "\n", 1 },
	{ "bin link=usr/bin\nlib link=usr/lib\n", 2 },
	{ "a link=/etc//./../%20%25x/\n", 1 },
	{ "bin link=usr/bin\nbin link=usr/bin\n", 1 },
};

KUNIT_ARRAY_PARAM_DESC(good, good, text);

static void accepts_test(struct kunit *test)
{
	const struct good *g = test->param_value;
	struct reading *r = reading_of(test, g->text, strlen(g->text));

	KUNIT_EXPECT_EQ(test, read_all(r), g->entries);
	KUNIT_EXPECT_NULL(test, r->parser.refusal.why);
}

struct bad {
	const char *text;
	u32 line;
	const char *error;
};

static const struct bad bad[] = {
	{ "%manifest 2\n", 1, "manifest format is not 1" },
	{ "%manifest 1\n%manifest 1\n", 2, "directive is given twice" },
	{ "%name a\n%name b\n", 2, "directive is given twice" },
	{ "%name\n", 1, "directive has a malformed value" },
	{ "%name a b\n", 1, "directive has a malformed value" },
	{ "%name a\n%version -1\n", 2, "directive has a malformed value" },
	{ "%name a\n%version 18446744073709551616\n", 2,
	  "directive has a malformed value" },
	{ "%name a\n%version 99999999999999999999\n", 2,
	  "directive has a malformed value" },
	{ "%name a\n%version 1\n%version 1\n", 3, "directive is given twice" },
	{ "%version 1\n" ENTRY "\n", 2, "manifest has a %version but no %name" },
	{ "%requires veriexec 1\n", 1, "%requires is not" },
	{ "%requires veriexec >= 0\n", 1, "%requires is not" },
	{ "%requires linux >= 1\n", 1, "%requires is not" },
	{ "%requires veriexec >= 1 2\n", 1, "%requires is not" },
	{ "%requires veriexec >= 1\n%requires veriexec >= 1\n", 2,
	  "directive is given twice" },
	{ "%requires veriexec >= 6\n", 1,
	  "not compatible with this system: needs veriexec 6, has 5" },
	{ "%revoke\n", 1, "%revoke is not" },
	{ "%revoke " H32 "\n", 1, "%revoke is not" },
	{ "%revoke sha256=" H32 " sha512=" H64 "\n", 1, "%revoke is not" },
	{ "%revoke md5=" H20 "\n", 1, "unknown algorithm" },
	{ "%revoke sha1=" H20 "\n", 1, "algorithm is not supported here" },
	{ "%revoke sha256=" H20 "\n", 1, "wrong length or digit" },
	{ ENTRY "\n%revoke sha256=" H32 "\n", 2,
	  "directive comes after an entry" },
	{ "%image\n", 1, "%image is not" },
	{ "%image " H32 "\n", 1, "%image is not" },
	{ "%image sha256=" H32 " ext4\n", 1, "%image is not" },
	{ "%image md5=" H20 "\n", 1, "unknown algorithm" },
	{ "%image sha1=" H20 "\n", 1, "algorithm is not supported here" },
	{ "%image sha512=" H32 "\n", 1, "wrong length or digit" },
	{ "%image verity-sha256=" H32 "\n", 1, "none of dm-verity" },
	{ ENTRY "\n%image sha256=" H32 "\n", 2,
	  "directive comes after an entry" },
	{ "%unknown 1\n", 1, "unknown directive" },
	{ ENTRY "\n%name a\n", 2, "directive comes after an entry" },
	{ "a\n", 1, "entry has no fingerprint" },
	{ "a uid=0\n", 1, "entry has no fingerprint" },
	{ "a md5=00\n", 1, "unknown keyword" },
	{ "a =1\n", 1, "unknown keyword" },
	{ "a sha1=" H20 "\n", 1, "algorithm is not supported here" },
	{ "a sha256=" H20 "\n", 1, "fingerprint has a wrong length" },
	{ "a sha256=" H32 "0\n", 1, "fingerprint has a wrong length" },
	{ "a sha256=\n", 1, "fingerprint has a wrong length" },
	{ "a sha256=g123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n",
	  1, "fingerprint has a wrong length or digit" },
	{ ENTRY " sha256=" H32 "\n", 1, "fingerprint is given twice" },
	{ ENTRY " uid=0 uid=0\n", 1, "keyword is given twice" },
	{ ENTRY " label=a label=b\n", 1, "keyword is given twice" },
	{ ENTRY " uid=\n", 1, "number is malformed" },
	{ ENTRY " uid=-1\n", 1, "number is malformed" },
	{ ENTRY " uid=0x10\n", 1, "number is malformed" },
	{ ENTRY " uid=4294967295\n", 1, "number is malformed" },
	{ ENTRY " gid=99999999999999999999999\n", 1, "number is malformed" },
	{ ENTRY " mode=8\n", 1, "number is malformed" },
	{ ENTRY " caps=\n", 1, "file capabilities have a wrong length" },
	{ ENTRY " caps=01\n", 1, "file capabilities have a wrong length" },
	{ ENTRY " caps=" CAPS24 "00\n", 1,
	  "file capabilities have a wrong length" },
	{ ENTRY " caps=" CAPS24 "0\n", 1,
	  "file capabilities have a wrong length" },
	{ ENTRY " caps=00000001002000000000000g\n", 1,
	  "file capabilities have a wrong length" },
	{ ENTRY " caps=" CAPS24 " caps=" CAPS24 "\n", 1,
	  "keyword is given twice" },
	{ "bin link=\n", 1, "link has no text" },
	{ "bin link=usr/bin link=usr/bin\n", 1, "keyword is given twice" },
	{ "bin link=usr%2fbin\n", 1, "path is not encoded" },
	{ "bin link=usr#bin\n", 1, "path is not encoded" },
	{ "bin link=usr/bin sha256=" H32 "\n", 1, "entry of a link says more" },
	{ "bin link=usr/bin uid=0\n", 1, "entry of a link says more" },
	{ "bin gid=0 link=usr/bin\n", 1, "entry of a link says more" },
	{ "bin link=usr/bin mode=777\n", 1, "entry of a link says more" },
	{ "bin link=usr/bin caps=" CAPS24 "\n", 1,
	  "entry of a link says more" },
	{ "bin link=usr/bin indirect\n", 1, "entry of a link says more" },
	{ "bin link=usr/bin label=a\n", 1, "entry of a link says more" },
	{ "bin link=usr/bin\nbin link=usr/sbin\n", 2, "path is listed before" },
	{ ENTRY " mode=10000\n", 1, "number is malformed" },
	{ ENTRY " label=\n", 1, "label is malformed" },
	{ ENTRY " label=a,b\n", 1, "label is malformed" },
	{ ENTRY " Indirect\n", 1, "unknown flag" },
	{ ENTRY " extra\n", 1, "unknown flag" },
	{ "/sbin/init sha256=" H32 "\n", 1, "path is not relative" },
	{ "../a sha256=" H32 "\n", 1, "path has an empty, . or .." },
	{ "a/../b sha256=" H32 "\n", 1, "path has an empty, . or .." },
	{ "a/.. sha256=" H32 "\n", 1, "path has an empty, . or .." },
	{ "./a sha256=" H32 "\n", 1, "path has an empty, . or .." },
	{ "a//b sha256=" H32 "\n", 1, "path has an empty, . or .." },
	{ "a/ sha256=" H32 "\n", 1, "path has an empty, . or .." },
	{ "%2e%2e/a sha256=" H32 "\n", 1, "path has an empty, . or .." },
	{ "a%2fb sha256=" H32 "\n", 1, "path is not encoded" },
	{ "a%00b sha256=" H32 "\n", 1, "path is not encoded" },
	{ "a%4 sha256=" H32 "\n", 1, "path is not encoded" },
	{ "a%zz sha256=" H32 "\n", 1, "path is not encoded" },
	{ "a#b sha256=" H32 "\n", 1, "path is not encoded" },
	{ "a\xc3\xa4 sha256=" H32 "\n", 1, "path is not encoded" },
	{ "\xef\xbb\xbf" ENTRY "\n", 1, "path is not encoded" },
	{ ENTRY "\r\n", 1, "control byte" },
	{ ENTRY "\n# a\x7f\n", 2, "control byte" },
	{ ENTRY "\n" ENTRY " uid=0\n", 2, "path is listed before" },
	{ ENTRY "\n%73bin/init sha256=" H32 " trusted\n", 2,
	  "path is listed before" },
	{ ENTRY "\n\n\nwrong line\n" ENTRY "\n", 4, "unknown flag" },
};

KUNIT_ARRAY_PARAM_DESC(bad, bad, text);

static void refuses_test(struct kunit *test)
{
	const struct bad *b = test->param_value;
	struct reading *r = reading_of(test, b->text, strlen(b->text));

	KUNIT_EXPECT_EQ(test, read_all(r), -EBADMSG);
	KUNIT_ASSERT_NOT_NULL(test, r->parser.refusal.why);
	KUNIT_EXPECT_NOT_NULL(test, strstr(r->parser.refusal.why, b->error));
	if (!strstr(b->error, "no %name"))
		KUNIT_EXPECT_EQ(test, r->parser.line, b->line);
}

static void fills_test(struct kunit *test)
{
	static const char text[] =
		"%name base-os\n%version 2026112301\n%requires veriexec >= 1\n"
		"usr/a%20b%25 sha256=" H32 " uid=1 gid=2 mode=4755 trusted label=x\n";
	struct reading *r = reading_of(test, text, strlen(text));
	const struct veriexec_header *h = &r->parser.header;

	KUNIT_ASSERT_EQ(test, veriexec_parse_header(&r->parser), 0);
	KUNIT_EXPECT_STREQ(test, h->name, "base-os");
	KUNIT_EXPECT_TRUE(test, h->has_version);
	KUNIT_EXPECT_EQ(test, h->version, 2026112301ULL);
	KUNIT_EXPECT_EQ(test, h->requires, 1U);

	KUNIT_ASSERT_EQ(test, veriexec_parse_entry(&r->parser, &r->record), 1);
	KUNIT_EXPECT_STREQ(test, r->record.path, "usr/a b%");
	KUNIT_EXPECT_EQ(test, r->record.path_len, strlen("usr/a b%"));
	KUNIT_EXPECT_EQ(test, r->record.claim.uid, 1U);
	KUNIT_EXPECT_EQ(test, r->record.claim.gid, 2U);
	KUNIT_EXPECT_EQ(test, r->record.claim.mode, 04755);
	KUNIT_EXPECT_EQ(test, r->record.claim.flags,
			VERIEXEC_FLAG_RIGHTS | VERIEXEC_FLAG_NO_PTRACE);
	KUNIT_EXPECT_EQ(test, r->record.claim.algs, BIT(VERIEXEC_ALG_SHA256));
	KUNIT_EXPECT_EQ(test, r->record.digest[VERIEXEC_ALG_SHA256][1], 0x23);
	KUNIT_EXPECT_STREQ(test, r->record.label, "x");
	KUNIT_EXPECT_EQ(test, veriexec_parse_entry(&r->parser, &r->record), 0);
}

/* It does not matter how far the entries were read meanwhile. */
static void revokes_test(struct kunit *test)
{
	static const char text[] =
		"%revoke sha256=" H32 "\n%name a\n# %revoke sha256=" H32 "\n"
		"%revoke sha512=" H64 "\n" ENTRY "\n";
	struct reading *r = reading_of(test, text, strlen(text));
	struct veriexec_digest rev;

	KUNIT_ASSERT_EQ(test, veriexec_parse_header(&r->parser), 0);
	KUNIT_EXPECT_EQ(test, r->parser.header.revocations, 2U);
	KUNIT_ASSERT_EQ(test, veriexec_next_revocation(&r->parser, &rev), 1);
	KUNIT_EXPECT_EQ(test, rev.alg, VERIEXEC_ALG_SHA256);
	KUNIT_EXPECT_EQ(test, rev.digest[1], 0x23);

	KUNIT_ASSERT_EQ(test, veriexec_parse_entry(&r->parser, &r->record), 1);
	KUNIT_ASSERT_EQ(test, veriexec_next_revocation(&r->parser, &rev), 1);
	KUNIT_EXPECT_EQ(test, rev.alg, VERIEXEC_ALG_SHA512);
	KUNIT_EXPECT_EQ(test, veriexec_next_revocation(&r->parser, &rev), 0);
	KUNIT_EXPECT_EQ(test, veriexec_parse_entry(&r->parser, &r->record), 0);
}

static void fills_link_test(struct kunit *test)
{
	static const char text[] = "a%20b link=../c%20d/\n" ENTRY "\n";
	struct reading *r = reading_of(test, text, strlen(text));

	KUNIT_ASSERT_EQ(test, veriexec_parse_header(&r->parser), 0);
	KUNIT_ASSERT_EQ(test, veriexec_parse_entry(&r->parser, &r->record), 1);
	KUNIT_EXPECT_STREQ(test, r->record.path, "a b");
	KUNIT_EXPECT_STREQ(test, r->record.link, "../c d/");
	KUNIT_EXPECT_EQ(test, r->record.claim.has, VERIEXEC_HAS_LINK);
	KUNIT_EXPECT_EQ(test, r->record.claim.algs, 0);
	KUNIT_ASSERT_EQ(test, veriexec_parse_entry(&r->parser, &r->record), 1);
	KUNIT_EXPECT_STREQ(test, r->record.link, "");
	KUNIT_EXPECT_EQ(test, r->record.claim.has, 0);
}

/* Revocations and images do not affect each other. */
static void images_test(struct kunit *test)
{
	static const char text[] =
		"%image sha256=" H32 "\n%revoke sha256=" H32 "\n"
		"%image sha512=" H64 "\n" ENTRY "\n";
	struct reading *r = reading_of(test, text, strlen(text));
	struct veriexec_digest digest;

	KUNIT_ASSERT_EQ(test, veriexec_parse_header(&r->parser), 0);
	KUNIT_EXPECT_EQ(test, r->parser.header.images, 2U);
	KUNIT_EXPECT_EQ(test, r->parser.header.revocations, 1U);
	KUNIT_ASSERT_EQ(test, veriexec_next_image(&r->parser, &digest), 1);
	KUNIT_EXPECT_EQ(test, digest.alg, VERIEXEC_ALG_SHA256);
	KUNIT_EXPECT_EQ(test, digest.digest[1], 0x23);
	KUNIT_ASSERT_EQ(test, veriexec_next_revocation(&r->parser, &digest), 1);
	KUNIT_EXPECT_EQ(test, veriexec_next_revocation(&r->parser, &digest), 0);
	KUNIT_ASSERT_EQ(test, veriexec_next_image(&r->parser, &digest), 1);
	KUNIT_EXPECT_EQ(test, digest.alg, VERIEXEC_ALG_SHA512);
	KUNIT_EXPECT_EQ(test, veriexec_next_image(&r->parser, &digest), 0);
	KUNIT_EXPECT_EQ(test, read_all(r), 1);
}

/* Nothing of one entry may be left in the next. */
static void starts_anew_test(struct kunit *test)
{
	static const char text[] =
		"a sha256=" H32 " uid=1 gid=2 mode=4755 trusted label=x\n"
		"b sha512=" H64 "\n";
	struct reading *r = reading_of(test, text, strlen(text));

	KUNIT_ASSERT_EQ(test, read_all(r), 2);
	KUNIT_EXPECT_EQ(test, r->record.claim.has, 0);
	KUNIT_EXPECT_EQ(test, r->record.claim.flags, 0);
	KUNIT_EXPECT_EQ(test, r->record.claim.algs, BIT(VERIEXEC_ALG_SHA512));
	KUNIT_EXPECT_STREQ(test, r->record.label, "");
}

static void allows_sha1_test(struct kunit *test)
{
	static const char text[] = "etc/rc sha1=" H20 " uid=0 gid=0 mode=644\n";
	struct reading *r = reading_of(test, text, strlen(text));

	r->parser.algs |= BIT(VERIEXEC_ALG_SHA1);
	KUNIT_EXPECT_EQ(test, read_all(r), 1);
}

static void nul_byte_test(struct kunit *test)
{
	static const char text[] = ENTRY "\n\0\n";
	struct reading *r = reading_of(test, text, sizeof(text) - 1);

	KUNIT_EXPECT_EQ(test, read_all(r), -EBADMSG);
	KUNIT_EXPECT_EQ(test, r->parser.line, 2U);
}

/* A line at the limit is read, and one byte above it is refused. */
static void long_line_test(struct kunit *test)
{
	const size_t len = strlen(ENTRY);
	size_t extra;

	for (extra = 0; extra < 2; extra++) {
		size_t size = VERIEXEC_LINE_MAX + extra;
		char *text = kunit_kzalloc(test, size, GFP_KERNEL);
		struct reading *r;

		KUNIT_ASSERT_NOT_NULL(test, text);
		memcpy(text, ENTRY, len);
		memset(text + len, ' ', size - len);
		r = reading_of(test, text, size);
		KUNIT_EXPECT_EQ(test, read_all(r), extra ? -EBADMSG : 1);
	}
}

/* The same for @before, a path as long as can be, and @behind. */
static void try_long_path(struct kunit *test, const char *before,
			  const char *behind)
{
	size_t extra;

	for (extra = 0; extra < 2; extra++) {
		size_t len = VERIEXEC_PATH_SIZE - 1 + extra;
		char *path = kunit_kzalloc(test, len + 1, GFP_KERNEL);
		char *text;
		struct reading *r;

		KUNIT_ASSERT_NOT_NULL(test, path);
		memset(path, 'p', len);
		text = kunit_kmalloc(test, len + 128, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, text);
		scnprintf(text, len + 128, "%s%s%s", before, path, behind);
		r = reading_of(test, text, strlen(text));
		KUNIT_EXPECT_EQ(test, read_all(r), extra ? -EBADMSG : 1);
	}
}

static void long_path_test(struct kunit *test)
{
	try_long_path(test, "", " sha256=" H32);
	try_long_path(test, "a link=", "");
}

/* Reading every prefix of a manifest comes to an end, whatever that is. */
static void truncated_test(struct kunit *test)
{
	static const char text[] = "%name a\n%version 1\n" ENTRY " uid=0 trusted\n"
				   "b%20c sha512=" H64 " label=x\n";
	size_t len;

	for (len = 0; len < strlen(text); len++) {
		char *part = kunit_kmalloc(test, len ?: 1, GFP_KERNEL);
		struct reading *r;
		int ret;

		KUNIT_ASSERT_NOT_NULL(test, part);
		memcpy(part, text, len);
		r = reading_of(test, part, len);
		ret = read_all(r);
		KUNIT_EXPECT_TRUE(test, ret == -EBADMSG ||
				  (ret >= 0 && ret <= 2));
		KUNIT_EXPECT_EQ(test, ret < 0, !!r->parser.refusal.why);
	}
}

static void encodes_test(struct kunit *test)
{
	char buf[16];

	KUNIT_EXPECT_EQ(test, veriexec_encode_path(buf, sizeof(buf), "a b#c%"),
			12);
	KUNIT_EXPECT_STREQ(test, buf, "a%20b%23c%25");
	KUNIT_EXPECT_EQ(test, veriexec_encode_path(buf, 4, "a bc"), 6);
	KUNIT_EXPECT_STREQ(test, buf, "a");
	KUNIT_EXPECT_EQ(test, veriexec_encode_path(buf, sizeof(buf), ""), 0);
	KUNIT_EXPECT_STREQ(test, buf, "");
}

static void flag_words_test(struct kunit *test)
{
	const u16 others = VERIEXEC_FLAG_RIGHTS & ~VERIEXEC_FLAG_KMEM;
	const u16 one_right = U16_MAX & ~others;
	char words[VERIEXEC_FLAG_WORDS_SIZE];

	KUNIT_EXPECT_FALSE(test, veriexec_word_flags(0, words));
	KUNIT_EXPECT_STREQ(test, words, "");
	KUNIT_EXPECT_TRUE(test, veriexec_word_flags(VERIEXEC_FLAG_VERIFY, words));
	KUNIT_EXPECT_STREQ(test, words, "verify");
	/* All flags, once with one right and once with all rights in one word. */
	KUNIT_EXPECT_TRUE(test, veriexec_word_flags(one_right, words));
	KUNIT_EXPECT_STREQ(test, words,
			   "indirect,no_ptrace,no_fips,kmem,verify,untrusted");
	KUNIT_EXPECT_TRUE(test, veriexec_word_flags(U16_MAX, words));
	KUNIT_EXPECT_STREQ(test, words,
			   "indirect,no_ptrace,no_fips,trusted,verify,untrusted");
}

static void owner_words_test(struct kunit *test)
{
	struct veriexec_claim claim = { .uid = U32_MAX - 1 };
	char words[VERIEXEC_OWNER_WORDS_SIZE];

	KUNIT_EXPECT_FALSE(test, veriexec_word_owner(&claim, words));
	KUNIT_EXPECT_STREQ(test, words, "");
	claim.has = VERIEXEC_HAS_MODE;
	KUNIT_EXPECT_TRUE(test, veriexec_word_owner(&claim, words));
	KUNIT_EXPECT_STREQ(test, words, "mode=0");
	/* As long as they get */
	claim = (struct veriexec_claim){ .uid = U32_MAX - 1,
					 .gid = U32_MAX - 1,
					 .mode = 07777,
					 .has = U8_MAX,
					 .caps_len = VERIEXEC_CAPS_SIZE,
					 .caps = { 1, 0, 0, 3, 0, 0x20 } };
	KUNIT_EXPECT_TRUE(test, veriexec_word_owner(&claim, words));
	KUNIT_EXPECT_STREQ(test, words,
			   "uid=4294967294 gid=4294967294 mode=7777 caps=" CAPS24);
}

static struct kunit_case manifest_cases[] = {
	KUNIT_CASE_PARAM(accepts_test, good_gen_params),
	KUNIT_CASE_PARAM(refuses_test, bad_gen_params),
	KUNIT_CASE(fills_test),
	KUNIT_CASE(fills_link_test),
	KUNIT_CASE(revokes_test),
	KUNIT_CASE(images_test),
	KUNIT_CASE(starts_anew_test),
	KUNIT_CASE(allows_sha1_test),
	KUNIT_CASE(nul_byte_test),
	KUNIT_CASE(long_line_test),
	KUNIT_CASE(long_path_test),
	KUNIT_CASE(truncated_test),
	KUNIT_CASE(encodes_test),
	KUNIT_CASE(flag_words_test),
	KUNIT_CASE(owner_words_test),
	{}
};

static struct kunit_suite manifest_suite = {
	.name = "veriexec_manifest",
	.test_cases = manifest_cases,
};

kunit_test_suite(manifest_suite);
