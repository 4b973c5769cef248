// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table: what is found, which entry counts, and what goes away with what.
 */

#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "blob.h"
#include "table.h"

struct fixture {
	struct super_block *sb;
	struct inode inode;
	struct veriexec_record record;
};

static int table_test_init(struct kunit *test)
{
	struct fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, f);
	KUNIT_ASSERT_TRUE_MSG(test, veriexec_enabled,
			      "veriexec is not in CONFIG_LSM");
	f->sb = kunit_kzalloc(test, sizeof(*f->sb), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, f->sb);
	f->inode.i_sb = f->sb;
	f->sb->s_security = kunit_kzalloc(test, veriexec_blobs.lbs_superblock +
					  sizeof(struct veriexec_sb),
					  GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, f->sb->s_security);
	strscpy(f->record.path, "usr/bin/id", sizeof(f->record.path));
	f->record.path_len = strlen(f->record.path);
	f->record.claim.algs = BIT(VERIEXEC_ALG_SHA256);
	f->record.digest[VERIEXEC_ALG_SHA256][0] = 1;
	test->priv = f;
	return 0;
}

static struct veriexec_manifest *new_manifest(struct kunit *test)
{
	struct veriexec_manifest *m = veriexec_manifest_alloc();

	KUNIT_ASSERT_NOT_NULL(test, m);
	return m;
}

static struct veriexec_key key_of(struct kunit *test, u32 ino)
{
	struct fixture *f = test->priv;
	struct veriexec_key key = { .sb = f->sb, .type = 1, .len = 8 };

	memcpy(key.fid, &ino, sizeof(ino));
	return key;
}

static int insert(struct kunit *test, struct veriexec_manifest *m, u32 ino)
{
	struct fixture *f = test->priv;
	struct veriexec_key key = key_of(test, ino);

	return veriexec_insert(m, &key, &f->inode, VERIEXEC_ENTRY_FILE,
			       &f->record);
}

/* The manifest whose entry counts for the file, or NULL. */
static struct veriexec_manifest *found_in(struct kunit *test, u32 ino)
{
	struct veriexec_key key = key_of(test, ino);
	struct veriexec_manifest *m;
	struct veriexec_entry *entry;

	rcu_read_lock();
	entry = veriexec_find(&key);
	m = entry ? entry->manifest : NULL;
	rcu_read_unlock();
	return m;
}

static int entries_on(struct kunit *test)
{
	struct fixture *f = test->priv;

	return atomic_read(&veriexec_sb(f->sb)->entries);
}

static void counts_when_live_test(struct kunit *test)
{
	struct veriexec_manifest *m = new_manifest(test);

	KUNIT_EXPECT_EQ(test, insert(test, m, 1), 0);
	KUNIT_EXPECT_NULL(test, found_in(test, 1));
	m->live = true;
	KUNIT_EXPECT_PTR_EQ(test, found_in(test, 1), m);
	KUNIT_EXPECT_NULL(test, found_in(test, 2));
	KUNIT_EXPECT_EQ(test, m->bound, 1U);
	veriexec_manifest_free(m);
	KUNIT_EXPECT_NULL(test, found_in(test, 1));
	KUNIT_EXPECT_EQ(test, entries_on(test), 0);
}

static void identity_test(struct kunit *test)
{
	struct veriexec_manifest *m = new_manifest(test);
	struct veriexec_key key = key_of(test, 1);
	struct fixture *f = test->priv;
	struct super_block *other;
	unsigned int i;
	u8 *places;

	other = kunit_kzalloc(test, sizeof(*other), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, other);
	/* An address where no super block is. Nobody looks at what lies there. */
	places = kunit_kzalloc(test, 1024 * 64, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, places);
	other->s_security = f->sb->s_security;
	m->live = true;
	KUNIT_EXPECT_EQ(test, insert(test, m, 1), 0);
	rcu_read_lock();
	KUNIT_EXPECT_NOT_NULL(test, veriexec_find(&key));
	key.type = 2;
	KUNIT_EXPECT_NULL(test, veriexec_find(&key));
	key.type = 1;
	key.len = 4;
	KUNIT_EXPECT_NULL(test, veriexec_find(&key));
	key.len = 8;
	key.fid[7] = 1;
	KUNIT_EXPECT_NULL(test, veriexec_find(&key));
	key.fid[7] = 0;
	key.sb = other;
	KUNIT_EXPECT_NULL(test, veriexec_find(&key));
	/* Even the few that collide in the hash have to be told apart. */
	for (i = 0; i < 1024; i++) {
		key.sb = (void *)(places + 64 * i);
		KUNIT_EXPECT_NULL(test, veriexec_find(&key));
	}
	rcu_read_unlock();
	veriexec_manifest_free(m);
}

static void last_counts_test(struct kunit *test)
{
	struct veriexec_manifest *first = new_manifest(test);
	struct veriexec_manifest *last = new_manifest(test);
	struct fixture *f = test->priv;

	first->live = true;
	last->live = true;
	KUNIT_EXPECT_EQ(test, insert(test, last, 1), 0);
	f->record.digest[VERIEXEC_ALG_SHA256][0] = 2;
	KUNIT_EXPECT_EQ(test, insert(test, first, 1), 0);
	KUNIT_EXPECT_PTR_EQ(test, found_in(test, 1), last);
	last->live = false;
	KUNIT_EXPECT_PTR_EQ(test, found_in(test, 1), first);
	veriexec_manifest_free(last);
	KUNIT_EXPECT_PTR_EQ(test, found_in(test, 1), first);
	veriexec_manifest_free(first);
}

static struct veriexec_manifest *manifest_of(struct kunit *test, u8 signer)
{
	struct veriexec_manifest *m = new_manifest(test);

	m->signer.trust =
		signer ? VERIEXEC_TRUST_ADDED : VERIEXEC_TRUST_BUILTIN;
	/* These are alike up to their last byte. */
	m->signer.key_digest[sizeof(m->signer.key_digest) - 1] = signer;
	m->live = true;
	return m;
}

static void signers_test(struct kunit *test)
{
	struct veriexec_manifest *vendor = manifest_of(test, 0);
	struct veriexec_manifest *vendor_too = manifest_of(test, 0);
	struct veriexec_manifest *one = manifest_of(test, 1);
	struct veriexec_manifest *one_too = manifest_of(test, 1);
	struct veriexec_manifest *other = manifest_of(test, 2);
	struct fixture *f = test->priv;

	/* An added signer may say the same, or something of another file. */
	KUNIT_EXPECT_EQ(test, insert(test, vendor, 1), 0);
	KUNIT_EXPECT_EQ(test, insert(test, one, 1), 0);
	KUNIT_EXPECT_PTR_EQ(test, found_in(test, 1), vendor);
	f->record.digest[VERIEXEC_ALG_SHA256][0] = 2;
	KUNIT_EXPECT_EQ(test, insert(test, other, 1), -EKEYREJECTED);
	KUNIT_EXPECT_EQ(test, other->bound, 0U);
	KUNIT_EXPECT_EQ(test, insert(test, other, 2), 0);

	/* An added signer may change its own entries, and the vendor may change all. */
	f->record.claim.flags = VERIEXEC_FLAG_NO_PTRACE;
	KUNIT_EXPECT_EQ(test, insert(test, one, 2), -EKEYREJECTED);
	KUNIT_EXPECT_EQ(test, insert(test, one, 3), 0);
	f->record.claim.flags = VERIEXEC_FLAG_INDIRECT;
	KUNIT_EXPECT_EQ(test, insert(test, one_too, 3), 0);
	KUNIT_EXPECT_PTR_EQ(test, found_in(test, 3), one_too);
	KUNIT_EXPECT_EQ(test, insert(test, vendor_too, 1), 0);
	KUNIT_EXPECT_EQ(test, insert(test, vendor, 3), 0);
	KUNIT_EXPECT_PTR_EQ(test, found_in(test, 1), vendor_too);
	KUNIT_EXPECT_PTR_EQ(test, found_in(test, 3), vendor);

	veriexec_manifest_free(other);
	veriexec_manifest_free(one_too);
	veriexec_manifest_free(one);
	veriexec_manifest_free(vendor_too);
	veriexec_manifest_free(vendor);
	KUNIT_EXPECT_EQ(test, entries_on(test), 0);
}

/* Lists one image, whose root hash repeats the byte. */
static struct veriexec_manifest *imager(struct kunit *test, u8 signer, u8 byte)
{
	struct veriexec_manifest *m = manifest_of(test, signer);

	m->images = kvzalloc(struct_size(m->images, list, 1), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, m->images);
	m->images->count = 1;
	m->images->algs = BIT(VERIEXEC_ALG_SHA256);
	m->images->list[0].alg = VERIEXEC_ALG_SHA256;
	memset(m->images->list[0].digest, byte, 32);
	return m;
}

static const struct veriexec_manifest *image_found_in(unsigned int alg, u8 byte)
{
	struct veriexec_digest digest = { .alg = alg };
	const struct veriexec_manifest *m;

	memset(digest.digest, byte, veriexec_algs[alg].size);
	rcu_read_lock();
	m = veriexec_find_image(&digest);
	rcu_read_unlock();
	return m;
}

static void images_test(struct kunit *test)
{
	struct veriexec_manifest *vendor = imager(test, 0, 1);
	struct veriexec_manifest *other = imager(test, 2, 1);
	struct veriexec_manifest *another = imager(test, 2, 2);

	KUNIT_EXPECT_PTR_EQ(test, image_found_in(VERIEXEC_ALG_SHA256, 1),
			    vendor);
	KUNIT_EXPECT_PTR_EQ(test, image_found_in(VERIEXEC_ALG_SHA256, 2),
			    another);
	KUNIT_EXPECT_NULL(test, image_found_in(VERIEXEC_ALG_SHA256, 3));
	KUNIT_EXPECT_NULL(test, image_found_in(VERIEXEC_ALG_SHA384, 1));
	vendor->live = false;
	KUNIT_EXPECT_PTR_EQ(test, image_found_in(VERIEXEC_ALG_SHA256, 1),
			    other);
	other->live = false;
	KUNIT_EXPECT_NULL(test, image_found_in(VERIEXEC_ALG_SHA256, 1));
	veriexec_manifest_free(another);
	veriexec_manifest_free(other);
	veriexec_manifest_free(vendor);
}

static void hard_link_test(struct kunit *test)
{
	struct veriexec_manifest *m = new_manifest(test);
	struct fixture *f = test->priv;

	m->live = true;
	KUNIT_EXPECT_EQ(test, insert(test, m, 1), 0);
	KUNIT_EXPECT_EQ(test, insert(test, m, 1), -EEXIST);
	KUNIT_EXPECT_EQ(test, m->bound, 1U);
	f->record.path[0] = 'v';
	KUNIT_EXPECT_EQ(test, insert(test, m, 1), 0);
	KUNIT_EXPECT_EQ(test, m->bound, 2U);
	KUNIT_EXPECT_EQ(test, insert(test, m, 1), -EEXIST);
	f->record.path[0] = 'u';
	KUNIT_EXPECT_EQ(test, insert(test, m, 1), -EEXIST);
	f->record.path[1] = 'v';
	f->record.claim.flags = VERIEXEC_FLAG_CONTROL;
	KUNIT_EXPECT_EQ(test, insert(test, m, 1), -EBADMSG);
	f->record.claim.flags = 0;
	f->record.claim.has = VERIEXEC_HAS_UID;
	KUNIT_EXPECT_EQ(test, insert(test, m, 1), -EBADMSG);
	f->record.claim.has = 0;
	f->record.digest[VERIEXEC_ALG_SHA256][31] = 1;
	KUNIT_EXPECT_EQ(test, insert(test, m, 1), -EBADMSG);
	KUNIT_EXPECT_EQ(test, m->bound, 2U);
	veriexec_manifest_free(m);
	KUNIT_EXPECT_EQ(test, entries_on(test), 0);
}

static u32 walk(const struct veriexec_manifest *m)
{
	struct veriexec_cursor cursor = {};
	struct veriexec_entry *entry;
	u32 walked = 0;

	veriexec_table_lock();
	while ((entry = veriexec_next_entry(&cursor)))
		walked += entry->manifest == m;
	veriexec_table_unlock();
	return walked;
}

/* Each manifest has its own names of a file, which go away with it. */
static void names_test(struct kunit *test)
{
	struct veriexec_manifest *one = new_manifest(test);
	struct veriexec_manifest *two = new_manifest(test);
	struct fixture *f = test->priv;
	u32 i;

	one->live = true;
	two->live = true;
	for (i = 0; i < 200; i++) {
		f->record.path[0] = 'a' + i / 10;
		f->record.path[1] = 'a' + i % 10;
		KUNIT_EXPECT_EQ(test, insert(test, one, 1), 0);
		KUNIT_EXPECT_EQ(test, insert(test, two, 1), 0);
		KUNIT_EXPECT_EQ(test, insert(test, two, 2), 0);
	}
	KUNIT_EXPECT_EQ(test, walk(one), 200U);
	KUNIT_EXPECT_EQ(test, walk(two), 400U);
	KUNIT_EXPECT_EQ(test, entries_on(test), 600);
	KUNIT_EXPECT_PTR_EQ(test, found_in(test, 1), two);
	veriexec_manifest_free(two);
	KUNIT_EXPECT_PTR_EQ(test, found_in(test, 1), one);
	KUNIT_EXPECT_EQ(test, insert(test, one, 1), -EEXIST);
	veriexec_remove_sb(f->sb);
	KUNIT_EXPECT_EQ(test, one->bound, 0U);
	KUNIT_EXPECT_EQ(test, insert(test, one, 1), 0);
	KUNIT_EXPECT_EQ(test, one->bound, 1U);
	veriexec_manifest_free(one);
	KUNIT_EXPECT_EQ(test, entries_on(test), 0);
}

static void content_test(struct kunit *test)
{
	struct veriexec_manifest *m = new_manifest(test);
	struct veriexec_key key = key_of(test, 1);
	struct fixture *f = test->priv;
	struct veriexec_entry *entry;

	m->live = true;
	f->record.claim.algs |=
		BIT(VERIEXEC_ALG_SHA512) | BIT(VERIEXEC_ALG_VERITY_SHA256);
	f->record.digest[VERIEXEC_ALG_SHA512][63] = 2;
	f->record.digest[VERIEXEC_ALG_VERITY_SHA256][0] = 3;
	strscpy(f->record.label, "blue", sizeof(f->record.label));
	KUNIT_ASSERT_EQ(test, insert(test, m, 1), 0);
	rcu_read_lock();
	entry = veriexec_find(&key);
	KUNIT_ASSERT_NOT_NULL(test, entry);
	KUNIT_EXPECT_MEMEQ(test,
			   veriexec_entry_digest(entry, VERIEXEC_ALG_SHA256),
			   f->record.digest[VERIEXEC_ALG_SHA256], 32);
	KUNIT_EXPECT_MEMEQ(test,
			   veriexec_entry_digest(entry, VERIEXEC_ALG_SHA512),
			   f->record.digest[VERIEXEC_ALG_SHA512], 64);
	KUNIT_EXPECT_MEMEQ(test, veriexec_entry_digest(entry, VERIEXEC_ALG_VERITY_SHA256),
			   f->record.digest[VERIEXEC_ALG_VERITY_SHA256], 32);
	KUNIT_EXPECT_STREQ(test, veriexec_entry_path(entry), "usr/bin/id");
	KUNIT_EXPECT_STREQ(test, veriexec_entry_label(entry), "blue");
	rcu_read_unlock();
	veriexec_manifest_free(m);
}

static int insert_directory(struct kunit *test, struct veriexec_manifest *m)
{
	struct fixture *f = test->priv;
	struct veriexec_key key = key_of(test, 1);

	return veriexec_insert(m, &key, &f->inode, VERIEXEC_ENTRY_DIRECTORY,
			       NULL);
}

static void directory_test(struct kunit *test)
{
	struct veriexec_manifest *m = new_manifest(test);

	m->live = true;
	KUNIT_EXPECT_EQ(test, insert_directory(test, m), 0);
	KUNIT_EXPECT_EQ(test, insert_directory(test, m), -EEXIST);
	KUNIT_EXPECT_PTR_EQ(test, found_in(test, 1), m);
	KUNIT_EXPECT_EQ(test, m->bound, 0U);
	KUNIT_EXPECT_EQ(test, entries_on(test), 1);
	veriexec_manifest_free(m);
}

/* A link may lead to a file before it is listed itself, or afterwards. */
static void link_test(struct kunit *test)
{
	struct veriexec_manifest *m = new_manifest(test);
	struct fixture *f = test->priv;
	struct veriexec_key key = key_of(test, 1);
	struct veriexec_entry *entry;
	unsigned int i;

	m->live = true;
	f->record.claim.algs = 0;
	f->record.claim.has = VERIEXEC_HAS_LINK;
	strscpy(f->record.link, "usr/bin", sizeof(f->record.link));
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, veriexec_insert(m, &key, &f->inode,
						      VERIEXEC_ENTRY_LINK,
						      NULL), i ? -EEXIST : 0);
		KUNIT_EXPECT_EQ(test, m->bound, i);
		KUNIT_EXPECT_EQ(test, veriexec_insert(m, &key, &f->inode,
						      VERIEXEC_ENTRY_LINK,
						      &f->record),
				i ? -EEXIST : 0);
		KUNIT_EXPECT_EQ(test, m->bound, 1U);
	}
	key = key_of(test, 2);
	KUNIT_EXPECT_EQ(test, veriexec_insert(m, &key, &f->inode,
					      VERIEXEC_ENTRY_LINK,
					      &f->record), 0);
	rcu_read_lock();
	entry = veriexec_find(&key);
	KUNIT_ASSERT_NOT_NULL(test, entry);
	KUNIT_EXPECT_STREQ(test, veriexec_entry_path(entry), "usr/bin/id");
	KUNIT_EXPECT_STREQ(test, veriexec_entry_label(entry), "");
	KUNIT_EXPECT_STREQ(test, veriexec_entry_link(entry), "usr/bin");
	rcu_read_unlock();
	veriexec_remove_sb(f->sb);
	KUNIT_EXPECT_EQ(test, m->bound, 0U);
	veriexec_manifest_free(m);
}

static void unmount_test(struct kunit *test)
{
	struct veriexec_manifest *m = new_manifest(test);
	struct fixture *f = test->priv;

	m->live = true;
	KUNIT_EXPECT_EQ(test, insert(test, m, 1), 0);
	KUNIT_EXPECT_EQ(test, insert(test, m, 2), 0);
	veriexec_remove_sb(f->sb);
	KUNIT_EXPECT_EQ(test, entries_on(test), 0);
	KUNIT_EXPECT_EQ(test, m->bound, 0U);
	KUNIT_EXPECT_NULL(test, found_in(test, 1));
	KUNIT_EXPECT_EQ(test, insert(test, m, 1), 0);
	KUNIT_EXPECT_PTR_EQ(test, found_in(test, 1), m);
	veriexec_manifest_free(m);
}

/* Many entries, over several chunks: all found, all walked, within bounds. */
static void many_test(struct kunit *test)
{
	const u32 count = 20000;
	struct veriexec_manifest *m = new_manifest(test);
	u32 ino, lost = 0;

	m->live = true;
	for (ino = 1; ino <= count; ino++)
		KUNIT_ASSERT_EQ(test, insert(test, m, ino), 0);
	for (ino = 1; ino <= count; ino++)
		lost += found_in(test, ino) != m;
	KUNIT_EXPECT_EQ(test, lost, 0U);
	KUNIT_EXPECT_EQ(test, walk(m), count);
	KUNIT_EXPECT_LE(test, m->bytes / count,
			160 + strlen("usr/bin/id") + 1);
	veriexec_manifest_free(m);
	KUNIT_EXPECT_EQ(test, entries_on(test), 0);
}

/* A small manifest takes little, and the largest entry has room in any. */
static void memory_test(struct kunit *test)
{
	struct veriexec_manifest *m = new_manifest(test);
	struct fixture *f = test->priv;
	struct veriexec_key key = key_of(test, 11);
	struct veriexec_entry *entry;
	u32 ino;

	m->live = true;
	for (ino = 1; ino <= 10; ino++)
		KUNIT_EXPECT_EQ(test, insert(test, m, ino), 0);
	KUNIT_EXPECT_EQ(test, m->bytes, 4096U);
	veriexec_manifest_free(m);

	m = new_manifest(test);
	m->live = true;
	memset(f->record.path, 'p', sizeof(f->record.path) - 1);
	f->record.path_len = sizeof(f->record.path) - 1;
	memset(f->record.label, 'l', sizeof(f->record.label) - 1);
	f->record.claim.algs = BIT(VERIEXEC_ALG_COUNT) - 1;
	KUNIT_EXPECT_EQ(test, insert(test, m, 11), 0);
	KUNIT_EXPECT_EQ(test, m->bytes, 8192U);
	for (ino = 12; ino <= 20; ino++)
		KUNIT_EXPECT_EQ(test, insert(test, m, ino), 0);
	KUNIT_EXPECT_EQ(test, m->bytes, 8192U + 16384 + 32768);
	rcu_read_lock();
	entry = veriexec_find(&key);
	KUNIT_ASSERT_NOT_NULL(test, entry);
	KUNIT_EXPECT_STREQ(test, veriexec_entry_path(entry), f->record.path);
	KUNIT_EXPECT_STREQ(test, veriexec_entry_label(entry), f->record.label);
	rcu_read_unlock();
	veriexec_manifest_free(m);
}

static struct kunit_case table_cases[] = {
	KUNIT_CASE(counts_when_live_test),
	KUNIT_CASE(identity_test),
	KUNIT_CASE(last_counts_test),
	KUNIT_CASE(signers_test),
	KUNIT_CASE(images_test),
	KUNIT_CASE(hard_link_test),
	KUNIT_CASE(names_test),
	KUNIT_CASE(content_test),
	KUNIT_CASE(directory_test),
	KUNIT_CASE(link_test),
	KUNIT_CASE(unmount_test),
	KUNIT_CASE(memory_test),
	KUNIT_CASE_SLOW(many_test),
	{}
};

static struct kunit_suite table_suite = {
	.name = "veriexec_table",
	.init = table_test_init,
	.test_cases = table_cases,
};

kunit_test_suite(table_suite);
