// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keeps the entries of all manifests in one hash table by the identity of
 * their files, and finds that identity. It must never look at content.
 *
 * Locks: table_lock guards the list of manifests and every change of the hash
 * table. Under it memory is allocated, and no lock but guarded_lock of disk.c is
 * taken. Finding an entry takes rcu_read_lock() alone.
 */

#include <linux/align.h>
#include <linux/hash.h>
#include <linux/jhash.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/rhashtable.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "blob.h"
#include "stats.h"
#include "storage.h"
#include "table.h"
#include "window.h"

/*
 * Entries lie packed in these. A manifest's first is of the least size, and each
 * further one twice as large as the one before, up to the most.
 */
#define CHUNK_LEAST	SZ_4K
#define CHUNK_MOST	SZ_64K

/**
 * struct chunk - memory for the entries of one manifest
 * @node: in &veriexec_manifest.chunks
 * @size: of all of it, in bytes
 * @used: of @data, in bytes
 * @data: the entries
 */
struct chunk {
	struct list_head node;
	size_t size;
	size_t used;
	u8 data[] __aligned(8);
};

/**
 * struct wanted - what is looked for in the table
 * @key: identity of the file
 * @manifest: that lists it by @path, too
 * @path: another name of the file; %NULL for the entry that counts for the file,
 *	which is one in each manifest, however many names that lists
 */
struct wanted {
	const struct veriexec_key *key;
	const struct veriexec_manifest *manifest;
	const char *path;
};

LIST_HEAD(veriexec_manifests);
static DEFINE_MUTEX(table_lock);
static struct rhltable table;
static u64 changes;	/* grows when a cursor may have gone stale */

static u32 hash_fid(const struct super_block *sb, u8 type, u8 len,
		    const u8 *fid, u32 seed)
{
	seed = jhash_2words(hash_ptr(sb, 32), type, seed);
	return jhash(fid, len, seed);
}

static u32 hash_wanted(const void *data, u32 len, u32 seed)
{
	const struct wanted *w = data;
	const struct veriexec_key *key = w->key;

	seed = hash_fid(key->sb, key->type, key->len, key->fid, seed);
	return w->path ? jhash(w->path, strlen(w->path), seed) : seed;
}

static u32 hash_entry(const void *data, u32 len, u32 seed)
{
	const struct veriexec_entry *entry = data;

	seed = hash_fid(entry->sb, entry->fid_type, entry->fid_len,
			entry->data, seed);
	return entry->kind == VERIEXEC_ENTRY_NAME ?
		       jhash(veriexec_entry_path(entry), entry->path_len,
			     seed) : seed;
}

static int compare(struct rhashtable_compare_arg *arg, const void *data)
{
	const struct veriexec_entry *entry = data;
	const struct wanted *w = arg->key;
	const struct veriexec_key *key = w->key;

	if (entry->sb != key->sb || entry->fid_type != key->type ||
	    entry->fid_len != key->len ||
	    memcmp(entry->data, key->fid, key->len))
		return 1;
	if (!w->path)
		return entry->kind == VERIEXEC_ENTRY_NAME;
	return entry->kind != VERIEXEC_ENTRY_NAME ||
	       entry->manifest != w->manifest ||
	       strcmp(veriexec_entry_path(entry), w->path);
}

static const struct rhashtable_params table_params = {
	.head_offset = offsetof(struct veriexec_entry, node),
	.hashfn = hash_wanted,
	.obj_hashfn = hash_entry,
	.obj_cmpfn = compare,
	.automatic_shrinking = true,
};

/**
 * veriexec_table_init() - make the empty table
 *
 * Return: 0 or %-ENOMEM.
 */
int __init veriexec_table_init(void)
{
	return rhltable_init(&table, &table_params);
}

/**
 * veriexec_table_lock() - keep the list of manifests and entries as it is
 *
 * Context: Process context, may sleep. The innermost lock: see the head of
 * this file.
 */
void veriexec_table_lock(void)
{
	mutex_lock(&table_lock);
}

/**
 * veriexec_table_unlock() - undo veriexec_table_lock()
 */
void veriexec_table_unlock(void)
{
	mutex_unlock(&table_lock);
}

/**
 * veriexec_table_changes() - count of what makes a kept cursor stale
 *
 * Context: Under veriexec_table_lock().
 *
 * Return: a number that grows whenever entries go.
 */
u64 veriexec_table_changes(void)
{
	lockdep_assert_held(&table_lock);
	return changes;
}

/**
 * veriexec_key_of() - find the identity of a file
 * @inode: of the file
 * @key: where to put it
 *
 * Where a file system cannot make a file handle, inode number and generation
 * have to do.
 *
 * Context: Process context, may sleep.
 *
 * Return: 0, or %-EOVERFLOW if the identity is longer than the kernel allows.
 */
int veriexec_key_of(struct inode *inode, struct veriexec_key *key)
{
	int words = MAX_HANDLE_SZ / sizeof(u32);
	int type;

	memset(key, 0, sizeof(*key));
	key->sb = inode->i_sb;
	type = exportfs_encode_fid(inode, (struct fid *)key->fid, &words);
	if (type >= 0 && type != FILEID_INVALID && words > 0) {
		if (words * sizeof(u32) > MAX_HANDLE_SZ)
			return -EOVERFLOW;
		key->type = type;
		key->len = words * sizeof(u32);
	} else {
		u64 ino = inode->i_ino;

		memset(key->fid, 0, sizeof(key->fid));
		memcpy(key->fid, &ino, sizeof(ino));
		memcpy(key->fid + sizeof(ino), &inode->i_generation,
		       sizeof(inode->i_generation));
		key->type = FILEID_INVALID;
		key->len = sizeof(ino) + sizeof(inode->i_generation);
	}
	return 0;
}

/*
 * Which of two manifests that list the same file counts? The one that was loaded last,
 * but never an added signer's before a built-in one's.
 */
static bool counts_before(const struct veriexec_manifest *a,
			  const struct veriexec_manifest *b)
{
	if (a->signer.trust != b->signer.trust)
		return a->signer.trust < b->signer.trust;
	return a->order > b->order;
}

/**
 * veriexec_find() - find the entry that counts for a file
 * @key: the file's identity
 *
 * Where several live manifests list it, see counts_before(). If one replaces
 * another meanwhile, neither may be found; veriexec_generation has grown then.
 *
 * Context: Under rcu_read_lock(), as is all use of what is returned.
 *
 * Return: the entry, or %NULL if no live manifest lists the file.
 */
struct veriexec_entry *veriexec_find(const struct veriexec_key *key)
{
	struct veriexec_entry *entry, *best = NULL;
	struct wanted w = { .key = key };
	struct rhlist_head *list, *pos;

	veriexec_count(VERIEXEC_LOOKUPS);
	list = rhltable_lookup(&table, &w, table_params);
	rhl_for_each_entry_rcu(entry, pos, list, node) {
		/* Pairs with the load that made it live, see load.c. */
		if (!smp_load_acquire(&entry->manifest->live)) {
			veriexec_window_atomic();
			continue;
		}
		if (!best || counts_before(entry->manifest, best->manifest))
			best = entry;
	}
	return best;
}

/**
 * veriexec_find_image() - find the manifest that counts for an image
 * @root_hash: of the image
 *
 * As veriexec_find(), for all files on it that have no entry.
 *
 * Context: Under rcu_read_lock(), as is all use of what is returned.
 *
 * Return: the manifest, or %NULL if no live one lists the image.
 */
const struct veriexec_manifest *
veriexec_find_image(const struct veriexec_digest *root_hash)
{
	const struct veriexec_manifest *m, *best = NULL;

	list_for_each_entry_rcu(m, &veriexec_manifests, node) {
		/* Pairs with the load that made it live, see load.c. */
		if (smp_load_acquire(&m->live) &&
		    veriexec_has_digest(m->images, root_hash) &&
		    (!best || counts_before(m, best)))
			best = m;
		veriexec_window_atomic();
	}
	return best;
}

static size_t digests_size(u8 algs)
{
	size_t size = 0;
	unsigned int i;

	for (i = 0; i < VERIEXEC_ALG_COUNT; i++)
		if (algs & BIT(i))
			size += veriexec_algs[i].size;
	return size;
}

/**
 * veriexec_entry_digest() - one of an entry's fingerprints
 * @entry: has one by @alg
 * @alg: enum veriexec_alg
 *
 * Return: the digest, as long as veriexec_algs[@alg] says.
 */
const u8 *veriexec_entry_digest(const struct veriexec_entry *entry,
				unsigned int alg)
{
	return entry->data + entry->fid_len +
	       digests_size(entry->claim.algs & (BIT(alg) - 1));
}

/**
 * veriexec_entry_path() - the path by which an entry's manifest lists it
 * @entry: the entry
 *
 * Return: the decoded path, empty for what no line lists.
 */
const char *veriexec_entry_path(const struct veriexec_entry *entry)
{
	return (const char *)entry->data + entry->fid_len +
	       digests_size(entry->claim.algs);
}

/**
 * veriexec_entry_label() - the label of an entry
 * @entry: the entry
 *
 * Return: the label, empty if it has none.
 */
const char *veriexec_entry_label(const struct veriexec_entry *entry)
{
	return veriexec_entry_path(entry) + entry->path_len + 1;
}

/**
 * veriexec_entry_link() - the text of a listed link
 * @entry: the entry
 *
 * Return: the text, empty for a file.
 */
const char *veriexec_entry_link(const struct veriexec_entry *entry)
{
	const char *label = veriexec_entry_label(entry);

	return label + strlen(label) + 1;
}

/**
 * veriexec_manifest_alloc() - make a manifest without entries
 *
 * Context: Process context, may sleep.
 *
 * Return: the manifest, in the list but not live, or %NULL without memory.
 */
struct veriexec_manifest *veriexec_manifest_alloc(void)
{
	static u64 order;	/* under table_lock */
	struct veriexec_manifest *m = kzalloc(sizeof(*m), GFP_KERNEL);

	if (!m)
		return NULL;
	INIT_LIST_HEAD(&m->chunks);
	mutex_lock(&table_lock);
	m->order = ++order;
	list_add_tail_rcu(&m->node, &veriexec_manifests);
	mutex_unlock(&table_lock);
	return m;
}

/*
 * Steps to the entry behind @offset in @chunk. Returns NULL behind the last.
 */
static struct veriexec_entry *entry_at(struct chunk *chunk, size_t *offset)
{
	struct veriexec_entry *entry = (void *)(chunk->data + *offset);

	if (*offset >= chunk->used)
		return NULL;
	*offset += entry->size;
	return entry;
}

static void remove(struct veriexec_entry *entry)
{
	lockdep_assert_held(&table_lock);
	rhltable_remove(&table, &entry->node, table_params);
	if (atomic_dec_and_test(&veriexec_sb(entry->sb)->entries))
		veriexec_unguard_sb(entry->sb);
	if (veriexec_entry_is_line(entry))
		entry->manifest->bound--;
}

/**
 * veriexec_manifest_free() - take a manifest and all its entries away
 * @m: not live any more, or never was
 *
 * Context: Process context, sleeps for a grace period. The caller holds the
 * lock for loading.
 */
void veriexec_manifest_free(struct veriexec_manifest *m)
{
	struct veriexec_entry *entry;
	struct chunk *chunk, *next;
	size_t offset;

	mutex_lock(&table_lock);
	list_for_each_entry(chunk, &m->chunks, node) {
		offset = 0;
		while ((entry = entry_at(chunk, &offset)))
			if (entry->sb)
				remove(entry);
	}
	list_del_rcu(&m->node);
	changes++;
	mutex_unlock(&table_lock);

	synchronize_rcu();
	list_for_each_entry_safe(chunk, next, &m->chunks, node)
		kvfree(chunk);
	kvfree(m->images);
	kfree(m);
}

/**
 * veriexec_count_left() - how much of one manifest lies where another has nothing
 * @older: the one
 * @m: the other
 *
 * Entries that only lead to a file do not count, because the way to another file system
 * lies on this one.
 *
 * Context: Process context, may sleep. The caller holds the lock for loading.
 *
 * Return: how many lines of @older are bound on super blocks on which none of @m is.
 */
u32 veriexec_count_left(const struct veriexec_manifest *older,
			const struct veriexec_manifest *m)
{
	struct veriexec_entry *entry;
	struct chunk *chunk;
	size_t offset;
	u32 left = 0;

	mutex_lock(&table_lock);
	list_for_each_entry(chunk, &m->chunks, node)
		for (offset = 0; (entry = entry_at(chunk, &offset));)
			if (entry->sb && veriexec_entry_is_line(entry))
				veriexec_sb(entry->sb)->order = m->order;
	list_for_each_entry(chunk, &older->chunks, node)
		for (offset = 0; (entry = entry_at(chunk, &offset));)
			if (entry->sb && veriexec_entry_is_line(entry))
				left += veriexec_sb(entry->sb)->order !=
					m->order;
	mutex_unlock(&table_lock);
	return left;
}

/* Another chunk for @m, behind @last, with room for an entry of @size. */
static struct chunk *add_chunk(struct veriexec_manifest *m,
			       const struct chunk *last, size_t size)
{
	struct chunk *chunk;
	size_t all;

	all = last ? min(2 * last->size, CHUNK_MOST) : CHUNK_LEAST;
	all = max(all, roundup_pow_of_two(sizeof(*chunk) + size));
	chunk = kvmalloc(all, GFP_KERNEL);
	if (!chunk)
		return NULL;
	chunk->size = all;
	chunk->used = 0;
	list_add_tail(&chunk->node, &m->chunks);
	m->bytes += all;
	return chunk;
}

/* Room for an entry in the last chunk of @m, or in a new one. */
static struct veriexec_entry *reserve(struct veriexec_manifest *m, size_t size)
{
	struct veriexec_entry *entry;
	struct chunk *chunk = NULL;

	if (!list_empty(&m->chunks))
		chunk = list_last_entry(&m->chunks, struct chunk, node);
	if (!chunk || chunk->size - sizeof(*chunk) - chunk->used < size)
		chunk = add_chunk(m, chunk, size);
	if (!chunk)
		return NULL;
	entry = (void *)(chunk->data + chunk->used);
	memset(entry, 0, size);
	return entry;
}

static u8 *add_string(u8 *p, const char *s)
{
	size_t size = strlen(s) + 1;

	memcpy(p, s, size);
	return p + size;
}

static void fill(struct veriexec_entry *entry, const struct veriexec_record *r)
{
	u8 *p = entry->data + entry->fid_len;
	unsigned int i;

	if (!r)
		return;
	entry->claim = r->claim;
	entry->path_len = r->path_len;
	for (i = 0; i < VERIEXEC_ALG_COUNT; i++)
		if (r->claim.algs & BIT(i)) {
			memcpy(p, r->digest[i], veriexec_algs[i].size);
			p += veriexec_algs[i].size;
		}
	p = add_string(p, r->path);
	p = add_string(p, r->label);
	add_string(p, r->link);
}

/*
 * Two paths may name one file, but must not say different things of it. For a link they
 * cannot, because each was compared with the text that the link has.
 */
static bool same_content(const struct veriexec_entry *entry,
			 const struct veriexec_record *r)
{
	unsigned int i;

	if (!veriexec_same_claim(&entry->claim, &r->claim))
		return false;
	for (i = 0; i < VERIEXEC_ALG_COUNT; i++)
		if (r->claim.algs & BIT(i) &&
		    memcmp(veriexec_entry_digest(entry, i), r->digest[i],
			   veriexec_algs[i].size))
			return false;
	return true;
}

/* Would @m change what another signer's manifest says of a file? */
static bool intrudes(const struct veriexec_manifest *m,
		     const struct veriexec_entry *entry,
		     const struct veriexec_record *record)
{
	return m->signer.trust == VERIEXEC_TRUST_ADDED && record &&
	       entry->kind == VERIEXEC_ENTRY_FILE &&
	       !veriexec_same_signer(&m->signer, &entry->manifest->signer) &&
	       !same_content(entry, record);
}

/*
 * -EEXIST if @m has this very entry, -EBADMSG if it contradicts it,
 * -EKEYREJECTED if it contradicts another's, else 0. Where @m has the file by
 * another name, @w gets the path.
 */
static int check_others(const struct veriexec_manifest *m, struct wanted *w,
			const struct veriexec_record *record)
{
	struct veriexec_entry *entry;
	struct rhlist_head *list, *pos;
	int ret = 0;

	rcu_read_lock();
	list = rhltable_lookup(&table, w, table_params);
	rhl_for_each_entry_rcu(entry, pos, list, node) {
		if (entry->manifest != m)
			ret = intrudes(m, entry, record) ? -EKEYREJECTED : 0;
		else if (record && veriexec_entry_is_line(entry) &&
			 !same_content(entry, record))
			ret = -EBADMSG;
		else if (!record ||
			 !strcmp(veriexec_entry_path(entry), record->path))
			ret = -EEXIST;
		else if (veriexec_entry_is_line(entry))
			w->path = record->path;
		if (ret)
			break;
	}
	if (!ret && w->path && rhltable_lookup(&table, w, table_params))
		ret = -EEXIST;
	rcu_read_unlock();
	return ret;
}

/**
 * veriexec_insert() - add an entry to a manifest
 * @m: not live yet, or the same entry may be there already
 * @key: identity of the file
 * @shown: the inode that its path leads to, whose numbers are to be shown
 * @kind: what it is an entry of
 * @record: what the manifest says of a file or a link, else %NULL
 *
 * Context: Process context, may sleep. The caller holds the lock for loading
 * and keeps the super block from going away.
 *
 * Return: 0, %-EEXIST if @m has the very same entry already, %-EBADMSG if it
 * says something else of the same file, %-EKEYREJECTED if another signer's
 * manifest does and that is not for the signer of @m to change, %-ENOMEM.
 */
int veriexec_insert(struct veriexec_manifest *m, const struct veriexec_key *key,
		    const struct inode *shown, enum veriexec_entry_kind kind,
		    const struct veriexec_record *record)
{
	size_t size = offsetof(struct veriexec_entry, data) + key->len;
	struct wanted w = { .key = key, .manifest = m };
	struct veriexec_entry *entry;
	int ret;

	if (record)
		size += digests_size(record->claim.algs) + record->path_len +
			1 + strlen(record->label) + 1 +
			strlen(record->link) + 1;
	size = ALIGN(size, 8);

	mutex_lock(&table_lock);
	ret = check_others(m, &w, record);
	if (ret)
		goto out;

	ret = -ENOMEM;
	entry = reserve(m, size);
	if (!entry)
		goto out;
	entry->manifest = m;
	entry->sb = key->sb;
	entry->ino = shown->i_ino;
	entry->dev = shown->i_sb->s_dev;
	entry->size = size;
	entry->kind = w.path ? VERIEXEC_ENTRY_NAME : kind;
	entry->fid_type = key->type;
	entry->fid_len = key->len;
	memcpy(entry->data, key->fid, key->len);
	fill(entry, record);

	ret = rhltable_insert_key(&table, &w, &entry->node, table_params);
	if (ret)
		goto out;
	list_last_entry(&m->chunks, struct chunk, node)->used += size;
	if (atomic_inc_return(&veriexec_sb(key->sb)->entries) == 1)
		veriexec_guard_sb(key->sb);
	if (record)
		m->bound++;
out:
	mutex_unlock(&table_lock);
	return ret;
}

/**
 * veriexec_next_entry() - walk all entries of all manifests
 * @c: where to go on; zero to begin with
 *
 * Context: Under veriexec_table_lock(). A cursor that is kept while the lock
 * is not held must be dropped if veriexec_table_changes() has grown.
 *
 * Return: an entry whose file system is there, or %NULL behind the last.
 */
struct veriexec_entry *veriexec_next_entry(struct veriexec_cursor *c)
{
	struct veriexec_entry *entry;
	struct chunk *chunk = c->chunk;

	lockdep_assert_held(&table_lock);
	for (;;) {
		while (chunk && (entry = entry_at(chunk, &c->offset)))
			if (entry->sb)
				return entry;
		if (chunk && !list_is_last(&chunk->node, &c->manifest->chunks)) {
			chunk = list_next_entry(chunk, node);
		} else {
			c->manifest = c->manifest ?
				      list_next_entry(c->manifest, node) :
				      list_first_entry(&veriexec_manifests,
						       struct veriexec_manifest,
						       node);
			if (list_entry_is_head(c->manifest, &veriexec_manifests,
					       node))
				return NULL;
			chunk = list_first_entry_or_null(&c->manifest->chunks,
							 struct chunk, node);
		}
		c->chunk = chunk;
		c->offset = 0;
	}
}

/**
 * veriexec_remove_sb() - take out all entries on a super block that goes away
 * @sb: the super block
 *
 * Context: Process context, may sleep.
 */
void veriexec_remove_sb(struct super_block *sb)
{
	struct veriexec_cursor cursor = {};
	struct veriexec_entry *entry;

	if (!atomic_read(&veriexec_sb(sb)->entries))
		return;
	mutex_lock(&table_lock);
	while ((entry = veriexec_next_entry(&cursor)))
		if (entry->sb == sb) {
			remove(entry);
			WRITE_ONCE(entry->sb, NULL);
		}
	changes++;
	mutex_unlock(&table_lock);
}
