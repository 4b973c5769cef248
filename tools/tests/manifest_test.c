// SPDX-License-Identifier: GPL-2.0-only
/*
 * The manifest grammar: a table of what it reads and what it refuses, and
 * a hundred thousand mutations of a good manifest.
 */

#include "manifest_invariants.h"
#include "tap.h"

#define SHA1	"0123456789abcdef0123456789abcdef01234567"
#define SHA256	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789ABCDEF"
#define ENTRY	"bin/a sha256=" SHA256

/**
 * struct example - a text and what becomes of it
 * @name: of the test
 * @text: of the manifest
 * @entries: how many it has; -1 if it is refused
 * @line: where
 * @error: with a cause that begins so
 */
static const struct example {
	const char *name;
	const char *text;
	long entries;
	u32 line;
	const char *error;
} examples[] = {
	{ "nothing", "", 0, 0, NULL },
	{ "an entry", ENTRY "\n", 1, 0, NULL },
	{ "no end of line", ENTRY, 1, 0, NULL },
	{ "blank lines and comments", "\n# x\n \t\n" ENTRY "\n\n", 1, 0, NULL },
	{ "all keywords", ENTRY " sha1=" SHA1
	  " uid=0 gid=4294967294 mode=7777 indirect no_ptrace no_fips trusted verify untrusted label=a.b\n",
	  1, 0, NULL },
	{ "tabs", "bin/a\tsha256=" SHA256 "\tuid=0\n", 1, 0, NULL },
	{ "an encoded path", "bin/%41%20%c3%a4 sha256=" SHA256, 1, 0, NULL },
	{ "a path that begins encoded", "%41/b sha256=" SHA256, 1, 0, NULL },
	{ "dots in names", "...a/.b/c.. sha256=" SHA256, 1, 0, NULL },
	{ "the same line twice", ENTRY "\n" ENTRY "\n", 1, 0, NULL },
	{ "all directives",
	  "%manifest 1\n%name a\n%version 0\n%requires veriexec >= 1\n"
	  "%revoke sha256=" SHA256 "\n%revoke sha1=" SHA1 "\n" ENTRY,
	  1, 0, NULL },
	{ "a link", "bin link=usr/bin\n", 1, 0, NULL },
	{ "where a link may lead", "a link=/..//%20./ \nb link=.", 2, 0, NULL },
	{ "a link without a text", "bin link= ", -1, 1, "link has no text" },
	{ "a link twice", "bin link=a link=a", -1, 1, "keyword is given twice" },
	{ "a link with half a code", "bin link=a%4", -1, 1,
	  "path is not encoded" },
	{ "a link with a slash in code", "bin link=a%2fb", -1, 1,
	  "path is not encoded" },
	{ "a link with a fingerprint", ENTRY " link=a", -1, 1,
	  "entry of a link says more" },
	{ "a link with an owner", "bin uid=0 link=a", -1, 1,
	  "entry of a link says more" },
	{ "a link with a flag", "bin link=a verify", -1, 1,
	  "entry of a link says more" },
	{ "a link with a label", "bin link=a label=a", -1, 1,
	  "entry of a link says more" },
	{ "a link that leads to two", "bin link=a\nbin link=b", -1, 2,
	  "path is listed before" },
	{ "CR", ENTRY "\r\n", -1, 1, "control byte" },
	{ "an absolute path", "\n/bin/a sha256=" SHA256, -1, 2,
	  "path is not relative" },
	{ "..", "bin/../a sha256=" SHA256, -1, 1, "path has an empty" },
	{ "encoded ..", "bin/%2e%2e/a sha256=" SHA256, -1, 1,
	  "path has an empty" },
	{ "a path that ends in a slash", "bin/ sha256=" SHA256, -1, 1,
	  "path has an empty" },
	{ "half a code", "bin/% sha256=" SHA256, -1, 1,
	  "path is not encoded" },
	{ "a code at the end", "bin/%4 sha256=" SHA256, -1, 1,
	  "path is not encoded" },
	{ "no code", "bin/%zz sha256=" SHA256, -1, 1, "path is not encoded" },
	{ "the same path in two spellings",
	  ENTRY "\nbin/%61 sha256=" SHA256 " uid=1", -1, 2,
	  "path is listed before" },
	{ "no fingerprint", "bin/a", -1, 1, "entry has no fingerprint" },
	{ "a fingerprint twice", ENTRY " sha256=" SHA256, -1, 1,
	  "fingerprint is given twice" },
	{ "a short fingerprint", "bin/a sha256=" SHA1, -1, 1,
	  "fingerprint has a wrong length" },
	{ "no digits", "bin/a sha1=g123456789abcdef0123456789abcdef01234567",
	  -1, 1, "fingerprint has a wrong length" },
	{ "no value", ENTRY " uid=", -1, 1, "number is malformed" },
	{ "a sign", ENTRY " uid=-1", -1, 1, "number is malformed" },
	{ "too great a number", ENTRY " uid=99999999999999999999999", -1, 1,
	  "number is malformed" },
	{ "too great a mode", ENTRY " mode=10000", -1, 1,
	  "number is malformed" },
	{ "an empty label", ENTRY " label=", -1, 1, "label is malformed" },
	{ "a label twice", ENTRY " label=a label=b", -1, 1,
	  "keyword is given twice" },
	{ "an unknown flag", ENTRY " suid", -1, 1, "unknown flag" },
	{ "an unknown keyword", ENTRY " size=1", -1, 1, "unknown keyword" },
	{ "an unknown directive", "%nothing\n", -1, 1, "unknown directive" },
	{ "a directive twice", "%name a\n%name a\n", -1, 2,
	  "directive is given twice" },
	{ "a directive too late", ENTRY "\n%name a\n", -1, 2,
	  "directive comes after" },
	{ "two values", "%name a b\n", -1, 1, "directive has a malformed" },
	{ "no name", "%version 1\n", -1, 1, "manifest has a %version" },
	{ "too great a version", "%name a\n%version 18446744073709551616\n",
	  -1, 2, "directive has a malformed" },
	{ "a later format", "%manifest 2\n", -1, 1, "manifest format" },
	{ "a later level", "%requires veriexec >= 1000\n", -1, 1,
	  "not compatible with this system: needs veriexec 1000, has 5" },
	{ "a revocation without an algorithm", "%revoke " SHA256 "\n", -1, 1,
	  "%revoke is not" },
	{ "a revocation by what is unknown", "%revoke md5=" SHA256 "\n", -1, 1,
	  "unknown algorithm" },
	{ "a short revocation", "%revoke sha256=" SHA1 "\n", -1, 1,
	  "fingerprint has a wrong length" },
	{ "a revocation behind an entry", ENTRY "\n%revoke sha1=" SHA1, -1, 2,
	  "directive comes after" },
	{ "images", "%image sha256=" SHA256 "\n%image sha1=" SHA1 "\n" ENTRY,
	  1, 0, NULL },
	{ "an image without an algorithm", "%image " SHA256 "\n", -1, 1,
	  "%image is not" },
	{ "an image by what is unknown", "%image md5=" SHA256 "\n", -1, 1,
	  "unknown algorithm" },
	{ "an image by a digest of fs-verity",
	  "%image verity-sha256=" SHA256 "\n", -1, 1,
	  "algorithm is none of dm-verity" },
	{ "a short image", "%image sha256=" SHA1 "\n", -1, 1,
	  "fingerprint has a wrong length" },
	{ "an image behind an entry", ENTRY "\n%image sha1=" SHA1, -1, 2,
	  "directive comes after" },
	{ "another requirement", "%requires veriexec = 1\n", -1, 1,
	  "%requires is not" },
};

static void test_examples(void)
{
	size_t i;

	for (i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		const struct example *e = &examples[i];
		struct veriexec_parser p = {
			.text = e->text, .len = strlen(e->text), .algs = ~0U,
		};
		struct veriexec_record record;
		u32 seen[16] = { 0 };
		long entries = 0;
		int ret;

		p.seen = seen;
		p.seen_size = 16;
		ret = veriexec_parse_header(&p);
		while (!ret && (ret = veriexec_parse_entry(&p, &record)) > 0) {
			entries++;
			ret = 0;
		}
		if (ret)
			entries = -1;
		if (!tap(entries == e->entries &&
			 (!e->error || (p.line == e->line && p.refusal.why &&
					!strncmp(p.refusal.why, e->error,
						 strlen(e->error)))),
			 "%s", e->name))
			printf("# %ld entries, line %u: %s\n", entries, p.line,
			       p.refusal.why ? p.refusal.why : "no error");
	}
}

static void test_algorithms(void)
{
	struct veriexec_parser p = {
		.text = "a sha1=" SHA1, .len = strlen("a sha1=" SHA1),
		.algs = 1U << VERIEXEC_ALG_SHA256,
	};
	struct veriexec_record record;
	u32 seen[16] = { 0 };

	p.seen = seen;
	p.seen_size = 16;
	tap(!veriexec_parse_header(&p) &&
	    veriexec_parse_entry(&p, &record) == -EBADMSG &&
	    !strcmp(p.refusal.why, "algorithm is not supported here"),
	    "an algorithm that the reader does not allow");
}

static void test_encode(void)
{
	char buf[8];

	tap(veriexec_encode_path(buf, sizeof(buf), "a b") == 5 &&
	    !strcmp(buf, "a%20b"), "a path is encoded");
	tap(veriexec_encode_path(buf, sizeof(buf), "a b c") == 9 &&
	    strlen(buf) < sizeof(buf), "a path that does not fit is cut");
	tap(veriexec_encode_path(NULL, 0, "a b") == 5, "its length is told");
	tap(!veriexec_encode_path(buf, sizeof(buf), "") && !*buf,
	    "an empty path is empty");
}

/* Chance that is the same everywhere (xorshift64*). */
static u64 chance_state = 88172645463325252ULL;

static u32 chance(u32 below)
{
	chance_state ^= chance_state >> 12;
	chance_state ^= chance_state << 25;
	chance_state ^= chance_state >> 27;
	return (u32)((chance_state * 2685821657736338717ULL) >> 33) % below;
}

static size_t mutate(u8 *text, size_t len, size_t size)
{
	static const char bits[] = "%/. =#\n\t\0ax19";
	u32 times = 1 + chance(4);

	while (times--) {
		size_t at = chance((u32)len);
		size_t n = 1 + chance(16);

		switch (chance(5)) {
		case 0:
			text[at] = (u8)chance(256);
			break;
		case 1:
			text[at] = (u8)bits[chance(sizeof(bits) - 1)];
			break;
		case 2:		/* take some away */
			if (n > len - at)
				n = len - at;
			memmove(text + at, text + at + n, len - at - n);
			len -= n;
			break;
		case 3:		/* repeat some */
			if (n > len - at)
				n = len - at;
			if (len + n > size)
				break;
			memmove(text + at + n, text + at, len - at);
			len += n;
			break;
		default:	/* cut it off */
			if (!chance(8))
				len = at;
		}
		if (!len)
			return 0;
	}
	return len;
}

static void test_mutations(void)
{
	static const char good[] =
		"%manifest 1\n%name base-os\n%version 2026112301\n"
		"%requires veriexec >= 1\n# comment\n"
		"bin/a sha256=" SHA256 " uid=0 gid=0 mode=755 indirect\n"
		"usr/bin/b%20c sha1=" SHA1 " no_fips trusted\n"
		"lib/x.so sha1=" SHA1 " sha256=" SHA256 " label=x\n"
		"%41bc sha1=" SHA1 " untrusted verify\n"
		"bin/c link=../lib/%41/x.so\n"
		"bin/a sha256=" SHA256 " uid=0 gid=0 mode=755 indirect\n";
	u8 text[2 * sizeof(good)];
	unsigned int i, refused = 0;

	tap(require_invariants((const u8 *)good, strlen(good)) == 5,
	    "the manifest to mutate is good");
	for (i = 0; i < 100000; i++) {
		memcpy(text, good, sizeof(good));
		refused += require_invariants(text,
					      mutate(text, strlen(good),
						     sizeof(text))) < 0;
	}
	tap(refused > 50000 && refused < 100000,
	    "100000 mutations keep the rules");
	printf("# %u refused\n", refused);
}

int main(void)
{
	test_examples();
	test_algorithms();
	test_encode();
	test_mutations();
	return tap_end();
}
