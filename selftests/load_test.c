// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which manifests are loaded, and which are refused: with which error, with which
 * message, and with nothing left behind.
 */

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>

#include "../kselftest_harness.h"
#include "common.h"

#define ZERO32	"00000000000000000000000000000000"
#define DIGEST	ZERO32 "00000000000000000000000000000000"
#define TEXT_MAX	(64 << 20)

/* What ``stats`` says of the table and of what is revoked. */
struct sizes {
	long long entries;
	long long bytes;
	long long revoked;
};

FIXTURE(load)
{
	int log;
	char before[1 << 16];
	char entries_before[1 << 17];
	struct sizes sizes_before;
};

static struct sizes measure(void)
{
	return (struct sizes){
		.entries = stat_of("entries"),
		.bytes = stat_of("entry_bytes"),
		.revoked = stat_of("revoked_fingerprints"),
	};
}

static bool same_sizes(const struct sizes *a, const struct sizes *b)
{
	return a->entries == b->entries && a->bytes == b->bytes &&
	       a->revoked == b->revoked;
}

FIXTURE_SETUP(load)
{
	ASSERT_EQ(0, enter_state("loaded"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(FS_TMPFS));
	ASSERT_LT(0, read_control("manifests", self->before,
				  sizeof(self->before)));
	ASSERT_LE(0, read_control("entries", self->entries_before,
				  sizeof(self->entries_before)));
	self->sizes_before = measure();
	ASSERT_LE(0, self->sizes_before.entries);
	ASSERT_LE(0, self->sizes_before.bytes);
	ASSERT_LE(0, self->sizes_before.revoked);
}

FIXTURE_TEARDOWN(load)
{
	close(self->log);
}

/* Is the table as it was when the test began? */
static bool is_unchanged(const FIXTURE_DATA(load) *self)
{
	static char now[sizeof(self->entries_before)];
	struct sizes sizes = measure();

	return same_sizes(&sizes, &self->sizes_before) &&
	       read_control("manifests", now, sizeof(self->before)) > 0 &&
	       !strcmp(now, self->before) &&
	       read_control("entries", now, sizeof(now)) >= 0 &&
	       !strcmp(now, self->entries_before);
}

/* Is it refused with a message and an audit record, and does nothing stay? */
static bool is_refused(const FIXTURE_DATA(load) *self, int ret, int error,
		       const char *message)
{
	char code[24], record[16];

	sprintf(code, "(-%s)", strerrorname_np(error));
	sprintf(record, "errno=-%d", error);
	if (ret != -error)
		fprintf(stderr, "# gave %d\n", ret);
	else if (!log_has(self->log, "veriexec: manifest ", "refused ", code,
			  message, NULL))
		fprintf(stderr, "# no message with \"%s\"\n", message);
	else if (!log_has(self->log, "type=1807", "lsm=veriexec op=load ",
			  "res=0", record, NULL))
		fprintf(stderr, "# no audit record with %s\n", record);
	else if (!is_unchanged(self))
		fprintf(stderr, "# something has stayed\n");
	else
		return true;
	return false;
}

static struct text bytes(const void *data, size_t len)
{
	return (struct text){ .data = (char *)data, .len = len };
}

TEST_F(load, bytes_that_are_no_signed_manifest)
{
	unsigned char noise[4096];
	struct text text = {}, signed_nothing = {}, t;
	size_t i;

	t = bytes("", 0);
	EXPECT_TRUE(is_refused(self, load_signed(AT, &t), EBADMSG,
			       "it is empty"));
	ASSERT_EQ(0, sign_as("known", &t, &signed_nothing));
	EXPECT_TRUE(is_refused(self, load_signed(AT, &signed_nothing), EBADMSG,
			       "is not a signature"));
	text_free(&signed_nothing);

	for (i = 0; i < sizeof(noise); i++)
		noise[i] = i * i * 31 + i;
	t = bytes(noise, sizeof(noise));
	EXPECT_TRUE(is_refused(self, load_signed(AT, &t), ENOKEY,
			       "no signature"));

	ASSERT_EQ(0, text_add_file(&text, AT, "dir/prog", ""));
	EXPECT_TRUE(is_refused(self, load_signed(AT, &text), ENOKEY,
			       "no signature"));
	EXPECT_EQ(0, load(AT, &text));
	text_free(&text);
}

TEST_F(load, loads_are_counted)
{
	const long long refused = stat_of("loads_refused");
	const long long loads = stat_of("loads");
	struct text text = {}, empty = bytes("", 0);

	ASSERT_LE(0, loads);
	ASSERT_LE(0, refused);
	ASSERT_EQ(0, text_add_file(&text, AT, "dir/prog", ""));
	EXPECT_EQ(-EBADMSG, load_signed(AT, &empty));
	EXPECT_EQ(refused + 1, stat_of("loads_refused"));
	EXPECT_EQ(-ENOKEY, load_signed(AT, &text));
	EXPECT_EQ(refused + 2, stat_of("loads_refused"));
	EXPECT_EQ(loads, stat_of("loads"));
	EXPECT_EQ(0, load(AT, &text));
	EXPECT_EQ(refused + 2, stat_of("loads_refused"));
	EXPECT_EQ(loads + 1, stat_of("loads"));
	text_free(&text);
}

TEST_F(load, more_bytes_than_a_manifest_may_have)
{
	struct text t = { .len = TEXT_MAX + 1 };

	t.data = mmap(NULL, t.len, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		      0);
	ASSERT_NE(MAP_FAILED, t.data);
	EXPECT_TRUE(is_refused(self, load_signed(AT, &t), EFBIG, ""));
	t.len = 1 << 20;
	EXPECT_TRUE(is_refused(self, load_signed(AT, &t), ENOKEY,
			       "no signature"));
}

TEST_F(load, manifest_that_was_cut)
{
	struct text text = {}, manifest = {}, cut;
	char before[4], *length;
	size_t i, size;

	ASSERT_EQ(0, text_add_file(&text, AT, "dir/prog", ""));
	ASSERT_EQ(0, sign_as("known", &text, &manifest));
	size = manifest.len;
	for (i = 1; i <= 8; i++) {
		cut = bytes(manifest.data, size * i / 9);
		EXPECT_TRUE(is_refused(self, load_signed(AT, &cut), ENOKEY,
				       "no signature"));
	}
	cut = bytes(manifest.data, size - 1);
	EXPECT_TRUE(is_refused(self, load_signed(AT, &cut), ENOKEY,
			       "no signature"));
	/* The front is cut off, so that the text is another one. */
	cut = bytes(manifest.data + 1, size - 1);
	EXPECT_TRUE(is_refused(self, load_signed(AT, &cut), EKEYREJECTED, ""));
	/* All of the text is cut off, and a part of the signature. */
	cut = bytes(manifest.data + text.len + 10, size - text.len - 10);
	EXPECT_TRUE(is_refused(self, load_signed(AT, &cut), EBADMSG, ""));
	/* Nothing is cut off, but the signature claims to be longer. */
	length = manifest.data + size - 32;
	memcpy(before, length, sizeof(before));
	memcpy(length, "\0\1\0\0", sizeof(before));
	EXPECT_TRUE(is_refused(self, load_signed(AT, &manifest), EBADMSG,
			       "what follows its text is not a signature"));
	memcpy(length, before, sizeof(before));
	EXPECT_EQ(0, load_signed(AT, &manifest));
	text_free(&manifest);
	text_free(&text);
}

TEST_F(load, signature_that_does_not_fit)
{
	struct text text = {}, manifest = {};

	ASSERT_EQ(0, text_add_file(&text, AT, "dir/prog", ""));
	ASSERT_EQ(0, sign_as("known", &text, &manifest));

	manifest.data[text.len - 2] ^= 1;	/* still a manifest */
	EXPECT_TRUE(is_refused(self, load_signed(AT, &manifest), EKEYREJECTED,
			       "signature"));
	manifest.data[text.len - 2] ^= 1;

	/* The last byte of the DER is one of the signature itself. */
	manifest.data[manifest.len - 28 - 12 - 1] ^= 1;
	EXPECT_TRUE(is_refused(self, load_signed(AT, &manifest), EKEYREJECTED,
			       "signature"));
	manifest.data[manifest.len - 28 - 12 - 1] ^= 1;

	manifest.data[text.len] ^= 0xff;	/* no longer DER */
	EXPECT_TRUE(is_refused(self, load_signed(AT, &manifest), EBADMSG,
			       "malformed"));
	manifest.data[text.len] ^= 0xff;
	EXPECT_EQ(0, load_signed(AT, &manifest));
	text_free(&manifest);
	text_free(&text);
}

TEST_F(load, signer_who_is_not_trusted)
{
	struct text text = {}, manifest = {};

	ASSERT_EQ(0, text_add_file(&text, AT, "dir/prog", ""));
	ASSERT_EQ(0, sign_as("stranger", &text, &manifest));
	EXPECT_TRUE(is_refused(self, load_signed(AT, &manifest), ENOKEY,
			       "nobody trusted"));
	text_free(&manifest);
	ASSERT_EQ(0, sign_as("expired", &text, &manifest));
	EXPECT_TRUE(is_refused(self, load_signed(AT, &manifest), EKEYREJECTED,
			       "certificate"));
	text_free(&manifest);
	EXPECT_EQ(0, load(AT, &text));
	text_free(&text);
}

static const struct {
	const char *text;
	const char *message;
} wrong[] = {
	{ "dir/prog sha256=12\n", "line 1: fingerprint has a wrong length" },
	{ "dir/prog sha256=x" ZERO32 "\n", "line 1: fingerprint has a wrong" },
	{ "dir/prog\n", "line 1: entry has no fingerprint: 'dir/prog'" },
	{ "dir/prog uid=0\n", "line 1: entry has no fingerprint" },
	{ "dir/prog sha256=" DIGEST " sha256=" DIGEST "\n",
	  "line 1: fingerprint is given twice" },
	{ "dir/prog md5=" ZERO32 "\n", "line 1: unknown keyword: 'md5=" },
	{ "dir/prog sha256=" DIGEST " wheel\n",
	  "line 1: unknown flag: 'wheel'" },
	{ "dir/prog sha256=" DIGEST " uid=-1\n", "line 1: number is" },
	{ "dir/prog sha256=" DIGEST " mode=999\n", "line 1: number is" },
	{ "dir/prog sha256=" DIGEST " label=a,b\n", "line 1: label is" },
	{ "/dir/prog sha256=" DIGEST "\n", "line 1: path is not relative" },
	{ "dir/../prog sha256=" DIGEST "\n", "line 1: path has an empty, ." },
	{ "./dir/prog sha256=" DIGEST "\n", "line 1: path has an empty, ." },
	{ "dir//prog sha256=" DIGEST "\n", "line 1: path has an empty, ." },
	{ "dir/%zz sha256=" DIGEST "\n", "line 1: path is not encoded" },
	{ "dir/%00 sha256=" DIGEST "\n", "line 1: path is not encoded" },
	{ "dir%2fprog sha256=" DIGEST "\n", "line 1: path is not encoded" },
	{ "dir/\377 sha256=" DIGEST "\n", "line 1: path is not encoded" },
	{ "dir/prog sha256=" DIGEST "\r\n", "line 1: control byte" },
	{ "%surprise 1\ndir/prog sha256=" DIGEST "\n",
	  "line 1: unknown directive: '%surprise'" },
	{ "%manifest 2\ndir/prog sha256=" DIGEST "\n",
	  "line 1: manifest format is not 1" },
	{ "%manifest 1\n%requires veriexec >= 6\ndir/prog sha256=" DIGEST "\n",
	  "line 2: not compatible with this system: needs veriexec 6, has 5" },
	{ "%requires dragons >= 1\ndir/prog sha256=" DIGEST "\n",
	  "line 1: %requires is not" },
	{ "%version 1\ndir/prog sha256=" DIGEST "\n",
	  "manifest has a %version but no %name" },
	{ "%name a\n%version 99999999999999999999\ndir/prog sha256=" DIGEST
	  "\n", "line 2: directive has a malformed value" },
	{ "%name a\n%name b\ndir/prog sha256=" DIGEST "\n",
	  "line 2: directive is given twice" },
	{ "dir/prog sha256=" DIGEST "\n%name late\n",
	  "line 2: directive comes after an entry" },
	{ "dir/prog sha256=" DIGEST "\ndir/prog sha256=" DIGEST " uid=0\n",
	  "line 2: path is listed before, with other content" },
	{ "dir/prog sha256=" DIGEST "\ndir/%70rog sha256=" DIGEST " uid=0\n",
	  "line 2: path is listed before, with other content" },
	{ "%revoke sha256=" DIGEST "\n%revoke sha256=12\n",
	  "line 2: fingerprint has a wrong length" },
	{ "%revoke sha256=" DIGEST "\ndir/prog sha256=" DIGEST " wheel\n",
	  "line 2: unknown flag: 'wheel'" },
	{ "%revoke sha256=12\n", "line 1: fingerprint has a wrong length" },
	{ "dir/prog sha256=" DIGEST "\n%revoke sha256=" DIGEST "\n",
	  "line 2: directive comes after an entry" },
	{ "bin link=\n", "line 1: link has no text" },
	{ "bin link=a%2fb\n", "line 1: path is not encoded" },
	{ "bin link=a link=a\n", "line 1: keyword is given twice" },
	{ "bin link=a sha256=" DIGEST "\n",
	  "line 1: entry of a link says more than its text: 'bin'" },
	{ "bin link=a uid=0\n", "line 1: entry of a link says more" },
	{ "bin link=a trusted\n", "line 1: entry of a link says more" },
	{ "bin link=a\nbin link=b\n",
	  "line 2: path is listed before, with other content" },
	{ "# nothing\n", "it lists nothing" },
	{ "%name empty\n", "it lists nothing" },
};

TEST_F(load, wrong_lines)
{
	struct text text;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		text = bytes(wrong[i].text, strlen(wrong[i].text));
		EXPECT_TRUE(is_refused(self, load(AT, &text), EBADMSG,
				       wrong[i].message))
			TH_LOG("case %zu", i);
	}
}

TEST_F(load, algorithms_that_are_not_here_are_refused_by_name)
{
	static const char sha1[] = "dir/prog sha1=" ZERO32 "00000000\n";
	struct text text = bytes(sha1, strlen(sha1));
	char buf[256];

	ASSERT_LT(0, read_control("algorithms", buf, sizeof(buf)));
	if (strstr(buf, "sha1\n")) {
		EXPECT_EQ(0, load(AT, &text));
	} else {
		EXPECT_TRUE(is_refused(self, load(AT, &text), EBADMSG,
				       "line 1: algorithm is not supported here: 'sha1="));
	}
}

TEST_F(load, one_wrong_line_among_ten_thousand)
{
	struct text text = {};
	int i;

	for (i = 1; i <= 10000; i++)
		ASSERT_EQ(0, text_add(&text, "file%d sha256=" DIGEST "%s\n", i,
				      i == 5000 ? " nonsense" : ""));
	/*
	 * Files that are listed before that line, and are there, must not stay either.
	 */
	ASSERT_EQ(0, write_file(AT "/file1", "1", 1, 0644));
	EXPECT_TRUE(is_refused(self, load(AT, &text), EBADMSG,
			       "line 5000: unknown flag: 'nonsense'"));
	text_free(&text);
}

TEST_F(load, over_long_line)
{
	struct text text = {};

	ASSERT_EQ(0, text_add(&text, "dir/prog sha256=" DIGEST "%17000s\n",
			      "uid=0"));
	EXPECT_TRUE(is_refused(self, load(AT, &text), EBADMSG,
			       "line 1: line is too long"));
	text_free(&text);
}

TEST_F(load, two_names_of_one_file)
{
	struct text text = {};

	ASSERT_EQ(0, link(PROG, APART "/link"));
	ASSERT_EQ(0, text_add_file(&text, AT, "dir/prog", ""));
	ASSERT_EQ(0, text_add(&text, "apart/link sha256=" DIGEST "\n"));
	EXPECT_TRUE(is_refused(self, load(AT, &text), EBADMSG,
			       "line 2: file is listed before under another path"));
	text_free(&text);
	ASSERT_EQ(0, text_add_file(&text, AT, "dir/prog", ""));
	ASSERT_EQ(0, text_add_file(&text, AT, "apart/link", ""));
	EXPECT_EQ(0, load(AT, &text));
	EXPECT_EQ(0, check_file(PROG));
	EXPECT_EQ(0, check_file(APART "/link"));
	text_free(&text);
}

/* Loads version @version of @name, which lists @path. */
static int load_version(const char *name, int version, const char *path)
{
	struct text text = {};
	int ret;

	ret = text_add(&text, "%%name %s\n%%version %d\n", name, version);
	ret = ret ?: text_add_file(&text, AT, path, "");
	ret = ret ?: load(AT, &text);
	text_free(&text);
	return ret;
}

TEST_F(load, versions_only_grow)
{
	struct sizes before, after;
	struct text stale = {};
	long long entries;

	ASSERT_EQ(0, load_version("grows", 2, "dir/prog"));
	EXPECT_EQ(0, check_file(PROG));
	entries = stat_of("entries");

	EXPECT_EQ(-ESTALE, load_version("grows", 1, "dir/data"));
	EXPECT_TRUE(log_has(self->log, "veriexec: manifest grows refused (-ESTALE)",
			    "a higher version of it is loaded", NULL));
	EXPECT_EQ(-ESTALE, load_version("grows", 2, "dir/data"));
	EXPECT_TRUE(log_has(self->log, "veriexec: manifest grows refused (-ESTALE)",
			    "with other content", NULL));
	EXPECT_EQ(0, check_file(PROG));
	EXPECT_EQ(-EACCES, check_file(DATA));
	EXPECT_EQ(entries, stat_of("entries"));
	before = measure();
	ASSERT_EQ(0, text_add(&stale, "%%name grows\n%%version 1\n"
			      "%%revoke sha256=%064d\n", 1));
	EXPECT_EQ(-ESTALE, load(AT, &stale));
	after = measure();
	EXPECT_TRUE(same_sizes(&before, &after));
	text_free(&stale);

	/* Loading the same text again changes nothing. */
	EXPECT_EQ(0, load_version("grows", 2, "dir/prog"));
	EXPECT_EQ(entries, stat_of("entries"));

	/* A higher version takes the place of the one before. */
	EXPECT_EQ(0, load_version("grows", 3, "dir/data"));
	EXPECT_EQ(-EACCES, check_file(PROG));
	EXPECT_EQ(0, check_file(DATA));
	EXPECT_EQ(entries, stat_of("entries"));
	EXPECT_EQ(0, load_version("another", 1, "dir/prog"));
	EXPECT_EQ(0, check_file(PROG));
}

#define ELSEWHERE	APART "/prog"

/* Two file systems: that of the layout, and another on one of its directories. */
FIXTURE(leaves)
{
	int log;
};

FIXTURE_SETUP(leaves)
{
	ASSERT_EQ(0, enter_state("loaded"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(FS_TMPFS));
	ASSERT_EQ(0, mount("none", APART, "tmpfs", 0, NULL));
	ASSERT_EQ(0, copy_file(PROG, ELSEWHERE, 0755));
}

FIXTURE_TEARDOWN(leaves)
{
	umount2(APART, MNT_DETACH);
	close(self->log);
}

/* The files that a version may list. The last is nowhere. */
#define HERE	1
#define THERE	2
#define NOWHERE	4
static int give_version(const char *name, int version, int lines,
			int (*give)(const char *dir, const struct text *m))
{
	struct text text = {}, manifest = {};
	int ret;

	ret = text_add(&text, "%%name %s\n%%version %d\n", name, version);
	if (!ret && lines & HERE)
		ret = text_add_file(&text, AT, "dir/prog", "");
	if (!ret && lines & THERE)
		ret = text_add_file(&text, AT, "apart/prog", "");
	if (!ret && lines & NOWHERE)
		ret = text_add(&text, "apart/none sha256=" DIGEST "\n");
	ret = ret ?: sign_as("known", &text, &manifest) ?:
	      give(AT, &manifest);
	text_free(&manifest);
	text_free(&text);
	return ret;
}

/* Is the load refused because of @files files of @version? */
static bool keeps(const FIXTURE_DATA(leaves) *self, int ret, int files,
		  int version)
{
	char why[96];

	snprintf(why, sizeof(why),
		 "%d files of version %d, on other file systems, would not run",
		 files, version);
	return ret == -EXDEV &&
	       log_has(self->log, "veriexec: manifest leaves refused (-EXDEV)", why,
		       NULL) &&
	       log_has(self->log, "lsm=veriexec op=load", "name=\"leaves\"",
		       "errno=-18", NULL);
}

TEST_F(leaves, version_of_another_root)
{
	long long entries;

	ASSERT_EQ(0, give_version("leaves", 1, HERE, load_signed));
	entries = stat_of("entries");
	EXPECT_TRUE(keeps(self, give_version("leaves", 2, THERE, load_signed),
			  1, 1));
	/* This version binds no file, because the one that it lists is not there. */
	EXPECT_TRUE(keeps(self, give_version("leaves", 2, NOWHERE, load_signed),
			  1, 1));
	EXPECT_EQ(entries, stat_of("entries"));
	EXPECT_EQ(0, check_file(PROG));
	EXPECT_EQ(-EACCES, check_file(ELSEWHERE));

	/* A manifest of another name replaces none. */
	EXPECT_EQ(0, give_version("stays", 1, THERE, load_signed));
	/*
	 * One that lists fewer files there, or more elsewhere, does not leave the file
	 * system.
	 */
	EXPECT_EQ(0, give_version("leaves", 2, HERE | THERE, load_signed));
	EXPECT_TRUE(keeps(self, give_version("leaves", 3, HERE, load_signed),
			  1, 2));
	EXPECT_TRUE(keeps(self, give_version("leaves", 3, NOWHERE, load_signed),
			  2, 2));
	EXPECT_EQ(0, give_version("leaves", 3, HERE | THERE | NOWHERE,
				  load_signed));
	EXPECT_EQ(0, check_file(PROG));
	EXPECT_EQ(0, check_file(ELSEWHERE));

	/* It is loaded if its loader asks for that. */
	EXPECT_EQ(0, give_version("leaves", 4, THERE, replace_signed));
	EXPECT_EQ(-EACCES, check_file(PROG));
	EXPECT_EQ(0, check_file(ELSEWHERE));
	EXPECT_EQ(-ESTALE, give_version("leaves", 3, HERE, replace_signed));
	EXPECT_EQ(0, give_version("leaves", 4, THERE, load_signed));
}

TEST_F(leaves, file_system_that_is_gone)
{
	ASSERT_EQ(0, give_version("gone", 1, HERE | THERE, load_signed));
	EXPECT_EQ(-EXDEV, give_version("gone", 2, HERE, load_signed));
	ASSERT_EQ(0, umount(APART));
	EXPECT_EQ(0, give_version("gone", 2, HERE, load_signed));
	EXPECT_EQ(0, check_file(PROG));
}

TEST_F(load, files_that_are_missing_are_counted_and_skipped)
{
	struct text text = {};
	char buf[1 << 16];

	ASSERT_EQ(0, mkdir(AT "/is-dir", 0755));
	ASSERT_EQ(0, mkfifo(AT "/is-fifo", 0644));
	ASSERT_EQ(0, symlink("/bin", AT "/absolute"));
	ASSERT_EQ(0, symlink("../../bin", AT "/outside"));
	ASSERT_EQ(0, symlink("nowhere", AT "/dangling"));
	ASSERT_EQ(0, symlink("dir", AT "/to-dir"));
	ASSERT_EQ(0, text_add(&text, "%%name skips\n"));
	ASSERT_EQ(0, text_add(&text, "gone sha256=" DIGEST "\n"));
	ASSERT_EQ(0, text_add(&text, "dir/prog/gone sha256=" DIGEST "\n"));
	ASSERT_EQ(0, text_add(&text, "is-dir sha256=" DIGEST "\n"));
	ASSERT_EQ(0, text_add(&text, "is-fifo sha256=" DIGEST "\n"));
	ASSERT_EQ(0, text_add(&text, "absolute/sh sha256=" DIGEST "\n"));
	ASSERT_EQ(0, text_add(&text, "outside/sh sha256=" DIGEST "\n"));
	ASSERT_EQ(0, text_add(&text, "dangling sha256=" DIGEST "\n"));
	/* A symbolic link on the way is followed, and has to stay. */
	ASSERT_EQ(0, text_add_file(&text, AT, "to-dir/prog", ""));
	EXPECT_EQ(0, load(AT, &text));

	EXPECT_TRUE(log_has(self->log, "gone is listed but is not there",
			    NULL));
	EXPECT_TRUE(log_has(self->log,
			    "is-dir is listed but is not a regular file",
			    NULL));
	EXPECT_TRUE(log_has(self->log, "absolute/sh is listed but leads out",
			    NULL));
	EXPECT_TRUE(log_has(self->log, "outside/sh is listed but leads out",
			    NULL));
	ASSERT_LT(0, read_control("manifests", buf, sizeof(buf)));
	EXPECT_NE(NULL, strstr(buf, "SHA256\t1\t7\tbuiltin\n"));
	EXPECT_EQ(0, check_file(PROG));
	EXPECT_EQ(-EACCES, check_file(FREE));
	text_free(&text);
}

/* The kernel keeps the directory of the entry before, whose name is equally long. */
TEST_F(load, each_file_is_looked_for_in_its_own_directory)
{
	struct text text = {};

	ASSERT_EQ(0, mkdir(AT "/one", 0755));
	ASSERT_EQ(0, mkdir(AT "/two", 0755));
	ASSERT_EQ(0, copy_file(PROG, AT "/one/file", 0755));
	ASSERT_EQ(0, copy_file(DATA, AT "/two/file", 0755));
	ASSERT_EQ(0, text_add_file(&text, AT, "one/file", ""));
	ASSERT_EQ(0, text_add_file(&text, AT, "two/file", ""));
	EXPECT_EQ(0, load(AT, &text));
	EXPECT_EQ(0, check_file(AT "/one/file"));
	EXPECT_EQ(0, check_file(AT "/two/file"));
	text_free(&text);
}

TEST_F(load, links_that_are_no_such_links_are_missing)
{
	char long_text[1500], buf[1 << 16];
	struct text text = {};

	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	ASSERT_EQ(0, symlink("dir", AT "/right"));
	ASSERT_EQ(0, symlink("dir", AT "/longer"));
	ASSERT_EQ(0, symlink("dir/", AT "/shorter"));
	ASSERT_EQ(0, symlink("/no/where", AT "/dangling"));
	ASSERT_EQ(0, symlink(long_text, AT "/long"));
	ASSERT_EQ(0, symlink("../..", AT "/outside"));
	ASSERT_EQ(0, symlink("dir", AT "/dir/way"));
	ASSERT_EQ(0, text_add(&text, "%%name links\n"
			      "right link=dir\nlonger link=dir/\n"
			      "shorter link=dir\ndangling link=/no/where\n"
			      "long link=%s\ngone link=dir\n"
			      "dir link=dir\ndir/prog link=dir\n"
			      "outside/tmp link=dir\noutside link=../..\n",
			      long_text));
	ASSERT_EQ(0, load(AT, &text));
	text_free(&text);

	EXPECT_TRUE(log_has(self->log, "longer is listed but leads elsewhere",
			    NULL));
	EXPECT_TRUE(log_has(self->log, "shorter is listed but leads elsewhere",
			    NULL));
	EXPECT_TRUE(log_has(self->log, "gone is listed but is not there", NULL));
	EXPECT_TRUE(log_has(self->log, "dir is listed but is not a symbolic link",
			    NULL));
	EXPECT_TRUE(log_has(self->log,
			    "dir/prog is listed but is not a symbolic link",
			    NULL));
	EXPECT_TRUE(log_has(self->log, "outside/tmp is listed but leads out",
			    NULL));
	ASSERT_LT(0, read_control("manifests", buf, sizeof(buf)));
	EXPECT_NE(NULL, strstr(buf, "SHA256\t4\t6\tbuiltin\n"));
}

/* What a manifest says of a link has to be true, so that no other can contradict it. */
TEST_F(load, two_paths_of_a_link_cannot_differ)
{
	struct text text = {};
	char buf[1 << 16];

	ASSERT_EQ(0, symlink("dir", AT "/way"));
	ASSERT_EQ(0, symlink("prog", AT "/dir/link"));
	ASSERT_EQ(0, text_add(&text, "%%name ways\ndir/link link=prog\n"
			      "way/link link=prog\nway link=dir\n"));
	ASSERT_EQ(0, load(AT, &text));
	ASSERT_LT(0, read_control("manifests", buf, sizeof(buf)));
	EXPECT_NE(NULL, strstr(buf, "SHA256\t3\t0\tbuiltin\n"));
	text_free(&text);

	ASSERT_EQ(0, text_add(&text, "%%name contradict\ndir/link link=prog\n"
			      "way/link link=other\n"));
	ASSERT_EQ(0, load(AT, &text));
	EXPECT_TRUE(log_has(self->log, "way/link is listed but leads elsewhere",
			    NULL));
	ASSERT_LT(0, read_control("manifests", buf, sizeof(buf)));
	EXPECT_NE(NULL, strstr(buf, "SHA256\t1\t1\tbuiltin\n"));
	text_free(&text);
}

TEST_F(load, same_text_again_binds_what_was_missing)
{
	struct text text = {};

	ASSERT_EQ(0, write_file(AT "/later", "later\n", 6, 0644));
	ASSERT_EQ(0, text_add_file(&text, AT, "later", ""));
	ASSERT_EQ(0, unlink(AT "/later"));
	ASSERT_EQ(0, load(AT, &text));
	ASSERT_EQ(0, write_file(AT "/later", "later\n", 6, 0644));
	EXPECT_EQ(-EACCES, check_file(AT "/later"));
	ASSERT_EQ(0, load(AT, &text));
	EXPECT_EQ(0, check_file(AT "/later"));
	/* Small manifests take little. */
	EXPECT_EQ(4096, stat_of("entry_bytes") - self->sizes_before.bytes);
	text_free(&text);
}

static int make_empty(const char *name)
{
	int fd = open(name, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);

	return fd < 0 ? -1 : close(fd);
}

/*
 * Makes empty files beneath @dir, a thousand in each directory, and lists them. With
 * @links, makes as many names of one file.
 */
static int make_many(const char *dir, int count, bool links, struct text *text)
{
	char one[64], name[64], hex[65];
	int i, ret;

	snprintf(one, sizeof(one), "%s/one", dir);
	ret = write_file(one, "", 0, 0644) ?: fingerprint(one, hex);
	for (i = 0; !ret && i < count; i++) {
		snprintf(name, sizeof(name), "%s/d%02d", dir, i / 1000);
		if (i % 1000 == 0 && mkdir(name, 0755))
			return -errno;
		snprintf(name, sizeof(name), "%s/d%02d/f%d", dir, i / 1000, i);
		if (links ? link(one, name) : make_empty(name))
			return -errno;
		ret = text_add(text, "%s sha256=%s uid=0 gid=0 mode=644\n",
			       name + strlen(dir) + 1, hex);
	}
	return ret;
}

static long long ms_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - start->tv_sec) * 1000LL +
	       (now.tv_nsec - start->tv_nsec) / 1000000;
}

TEST_F_TIMEOUT(load, hundred_thousand_entries, 900)
{
	const int many = kernel_is_slow() ? 20000 : 100000;
	long long entries, bytes, ms, paths = 0;
	struct timespec start;
	struct text text = {}, manifest = {};
	char name[64];
	int i;

	ASSERT_EQ(0, make_many(AT, many, false, &text));
	for (i = 0; i < many; i++)
		paths += sprintf(name, AT "/d%02d/f%d", i / 1000, i) -
			 strlen(AT "/");
	ASSERT_EQ(0, sign_as("known", &text, &manifest));
	entries = stat_of("entries");
	bytes = stat_of("entry_bytes");
	clock_gettime(CLOCK_MONOTONIC, &start);
	ASSERT_EQ(0, load_signed(AT, &manifest));
	ms = ms_since(&start);
	entries = stat_of("entries") - entries;
	bytes = stat_of("entry_bytes") - bytes;
	EXPECT_EQ(many, entries);
	TH_LOG("%lld entries in %lld ms, %lld bytes each besides their paths",
	       entries, ms, (bytes - paths) / entries);
	EXPECT_GE(160, (bytes - paths) / entries);
	EXPECT_EQ(0, check_file(AT "/d00/f0"));
	/* The last file is bound, too. */
	EXPECT_EQ(0, check_file(name));
	EXPECT_EQ(-EACCES, check_file(AT "/one"));
	text_free(&manifest);
	text_free(&text);
}

TEST_F_TIMEOUT(load, ten_thousand_names_of_one_file, 900)
{
	struct text text = {}, manifest = {};
	long long entries, bytes, ms;
	struct timespec start;

	ASSERT_EQ(0, make_many(AT, 10000, true, &text));
	ASSERT_EQ(0, sign_as("known", &text, &manifest));
	clock_gettime(CLOCK_MONOTONIC, &start);
	ASSERT_EQ(0, load_signed(AT, &manifest));
	ms = ms_since(&start);
	entries = stat_of("entries");
	bytes = stat_of("entry_bytes");
	EXPECT_EQ(10000, entries - self->sizes_before.entries);
	EXPECT_EQ(0, check_file(AT "/one"));
	EXPECT_EQ(0, check_file(AT "/d09/f9999"));
	/* The second load finds nothing new. */
	clock_gettime(CLOCK_MONOTONIC, &start);
	ASSERT_EQ(0, load_signed(AT, &manifest));
	TH_LOG("loaded in %lld ms, again in %lld ms", ms, ms_since(&start));
	EXPECT_EQ(entries, stat_of("entries"));
	EXPECT_EQ(bytes, stat_of("entry_bytes"));
	text_free(&manifest);
	text_free(&text);
}

/* Loads @manifest in a process of its own. */
static pid_t start_loading(const struct text *manifest)
{
	pid_t pid = fork();

	if (!pid)
		_exit(-load_signed(AT, manifest));
	return pid;
}

/* Waits, if need be, until a process sleeps in the kernel and may be killed. */
static bool is_blocked(pid_t pid)
{
	char path[64], buf[512], *state;
	ssize_t len;
	int i, fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	for (i = 0; i < 1000; i++) {
		fd = open(path, O_RDONLY | O_CLOEXEC);
		len = fd < 0 ? -1 : read(fd, buf, sizeof(buf) - 1);
		close(fd);
		if (len <= 0)
			return false;
		buf[len] = '\0';
		state = strrchr(buf, ')');
		if (state && state[2] == 'D')
			return true;
		usleep(1000);
	}
	return false;
}

/* A loader may be killed, and so may those who wait for it. */
TEST_F_TIMEOUT(load, killed_load_leaves_nothing, 900)
{
	const int many = 40000;
	const long long before = self->sizes_before.entries;
	struct text text = {}, manifest = {};
	long long bound;
	pid_t pid, other;

	ASSERT_EQ(0, text_add(&text, "%%name killed\n"));
	ASSERT_EQ(0, make_many(AT, many, false, &text));
	ASSERT_EQ(0, sign_as("known", &text, &manifest));
	pid = start_loading(&manifest);
	ASSERT_LT(0, pid);
	/* Waits until the load is between its first entry and its last. */
	while ((bound = stat_of("entries") - before) < 100 &&
	       !waitpid(pid, NULL, WNOHANG))
		usleep(1000);
	other = start_loading(&manifest);
	ASSERT_LT(0, other);
	EXPECT_TRUE(is_blocked(other));
	EXPECT_EQ(0, kill(other, SIGKILL));
	EXPECT_EQ(1000 + SIGKILL, stop(other));
	/* The first load is not done, and goes on. */
	EXPECT_EQ(0, waitpid(pid, NULL, WNOHANG));
	bound = stat_of("entries") - before;
	EXPECT_LT(100, bound);
	EXPECT_GT(many, bound) TH_LOG("too late to kill it");
	EXPECT_EQ(0, kill(pid, SIGKILL));
	EXPECT_EQ(1000 + SIGKILL, stop(pid));

	EXPECT_TRUE(is_refused(self, -EINTR, EINTR,
			       "it cannot be loaded"));
	EXPECT_EQ(-EACCES, check_file(AT "/d00/f0"));
	/* Nobody holds the lock, and no half of the manifest is there. */
	EXPECT_EQ(0, load_signed(AT, &manifest));
	EXPECT_EQ(before + many, stat_of("entries"));
	EXPECT_EQ(0, check_file(AT "/d00/f0"));
	text_free(&manifest);
	text_free(&text);
}

/* -- Reading the table piece by piece. */

/* What a reader has read of ``entries`` so far: whole lines, and a part of the next. */
struct reading {
	int fd;
	int pieces;
	struct text text;
};

/* Reads on, some bytes at a time, up to @lines lines. Returns how many it has read. */
static int read_lines(struct reading *r, int lines)
{
	char piece[17];
	ssize_t len = 1;
	int count = 0;

	while (count < lines && len > 0) {
		len = read(r->fd, piece, 1 + r->pieces++ % sizeof(piece));
		if (len > 0 && text_append(&r->text, piece, len))
			return -ENOMEM;
		if (len > 0)
			count += !!memchr(piece, '\n', len);
	}
	return len < 0 ? -errno : count;
}

#define PIECES	300

/* How often each file of three manifests was read. */
struct seen {
	int times[3][PIECES];
	int files[3];
};

static bool parse_line(const char *line, struct seen *seen)
{
	char hex[65], flags[64], status[32], name[64], signer[128], path[256];
	char owner[64];
	unsigned int number;
	int end = -1;

	if (sscanf(line,
		   "%*u:%*u\t%*u\tsha256=%64[0-9a-f]\t%63s\t%31s\t%63s\t%127s\t%255s\t%63[^\t]%n",
		   hex, flags, status, name, signer, path, owner, &end) != 7 ||
	    line[end] || strlen(hex) != 64)
		return false;
	if (sscanf(name, "piece-%*1[abc]%n", &end) < 0 || strlen(name) != 7)
		return true;	/* of another test */
	if (sscanf(path, "%*1[abc]%u", &number) != 1 || path[0] != name[6] ||
	    number >= PIECES)
		return false;
	seen->files[path[0] - 'a']++;
	seen->times[path[0] - 'a'][number]++;
	return true;
}

/* Are these whole lines, each of another file? */
static bool parse_lines(const struct text *text, struct seen *seen)
{
	char *line, *rest = text->data;
	int i;

	memset(seen, 0, sizeof(*seen));
	if (!text->len || text->data[text->len - 1] != '\n')
		return false;
	text->data[text->len - 1] = '\0';
	while ((line = strsep(&rest, "\n")))
		if (!parse_line(line, seen)) {
			fprintf(stderr, "# no whole line: %s\n", line);
			return false;
		}
	for (i = 0; i < 3 * PIECES; i++)
		if (seen->times[i / PIECES][i % PIECES] > 1) {
			fprintf(stderr, "# twice: %c%d\n", 'a' + i / PIECES,
				i % PIECES);
			return false;
		}
	return true;
}

/*
 * Makes and lists files whose names begin with @letter, which also names the manifest.
 */
static int load_pieces(const char *dir, char letter)
{
	struct text text = {};
	char name[64];
	int i, ret;

	ret = text_add(&text, "%%name piece-%c\n", letter);
	for (i = 0; !ret && i < PIECES; i++) {
		snprintf(name, sizeof(name), "%s/%c%d", dir, letter, i);
		ret = write_file(name, name, strlen(name), 0644) ?:
		      text_add_file(&text, dir, name + strlen(dir) + 1, "");
	}
	ret = ret ?: load(dir, &text);
	text_free(&text);
	return ret;
}

#define FIRST	AT "/first"
#define SECOND	AT "/second"

FIXTURE(pieces)
{
	struct reading r;
	int others;
};

/* How many lines were read before a load and an umount come in between. */
FIXTURE_VARIANT(pieces)
{
	int lines;
};

FIXTURE_VARIANT_ADD(pieces, before_what_goes) { .lines = PIECES / 2 };
FIXTURE_VARIANT_ADD(pieces, amidst_what_goes) { .lines = PIECES * 3 / 2 };

FIXTURE_SETUP(pieces)
{
	ASSERT_EQ(0, enter_state("loaded"));
	ASSERT_EQ(0, mount_at(FS_TMPFS));
	ASSERT_EQ(0, mkdir(FIRST, 0755));
	ASSERT_EQ(0, mkdir(SECOND, 0755));
	ASSERT_EQ(0, mount("tmpfs", SECOND, "tmpfs", 0, NULL));
	self->others = stat_of("entries");
	ASSERT_LE(0, self->others);
	ASSERT_EQ(0, load_pieces(FIRST, 'a'));
	ASSERT_EQ(0, load_pieces(SECOND, 'b'));
	self->r.fd = open(CONTROL "entries", O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, self->r.fd);
}

FIXTURE_TEARDOWN(pieces)
{
	text_free(&self->r.text);
	close(self->r.fd);
}

TEST_F(pieces, of_the_table_that_changes_meanwhile)
{
	struct reading again = { .fd = -1 };
	struct seen seen;
	int read;

	read = self->others + variant->lines;
	ASSERT_EQ(read, read_lines(&self->r, read));
	ASSERT_EQ(0, load_pieces(FIRST, 'c'));
	ASSERT_EQ(10, read_lines(&self->r, 10));
	ASSERT_EQ(0, umount(SECOND));
	EXPECT_LE(0, read_lines(&self->r, 10 * PIECES));
	ASSERT_TRUE(parse_lines(&self->r.text, &seen));
	/* The manifest that was there all the time, before the others, is complete. */
	EXPECT_EQ(PIECES, seen.files[0]);
	if (variant->lines < PIECES) {
		EXPECT_EQ(0, seen.files[1]);
		EXPECT_EQ(PIECES, seen.files[2]);
	} else {
		/* A line that was begun is read to its end. */
		EXPECT_LE(read + 10 - self->others - PIECES, seen.files[1]);
		EXPECT_GE(read + 11 - self->others - PIECES, seen.files[1]);
	}

	again.fd = open(CONTROL "entries", O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, again.fd);
	EXPECT_EQ(self->others + 2 * PIECES, read_lines(&again, 10 * PIECES));
	EXPECT_TRUE(parse_lines(&again.text, &seen));
	EXPECT_EQ(PIECES, seen.files[0]);
	EXPECT_EQ(0, seen.files[1]);
	EXPECT_EQ(PIECES, seen.files[2]);
	text_free(&again.text);
	close(again.fd);
}

TEST_HARNESS_MAIN
