/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table: which file is which entry of which manifest.
 */

#ifndef _SECURITY_VERIEXEC_TABLE_H
#define _SECURITY_VERIEXEC_TABLE_H

#include <linux/exportfs.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/rhashtable-types.h>
#include <linux/types.h>

#include "digests.h"
#include "manifest.h"
#include "signature.h"

/**
 * struct veriexec_key - the identity of a file
 * @sb: its super block
 * @type: what kind of file handle @fid is
 * @len: of @fid, in bytes
 * @fid: the file handle, as exportfs_encode_fid() gives it
 *
 * It tells which fingerprint to expect and nothing else: what is in the file
 * has to be seen for every inode in memory.
 */
struct veriexec_key {
	struct super_block *sb;
	u8 type;
	u8 len;
	u8 fid[MAX_HANDLE_SZ];
};

/**
 * struct veriexec_manifest - one that was loaded
 * @node: in the list of all, which changes under the table's lock
 * @chunks: the memory that its entries lie in; guarded by the table's lock
 * @order: grows with every load: if several list a file, those count whose signers are
 *	trusted most, and of these the last
 * @live: its entries count; false until the whole of it is in the table
 * @text_digest: SHA-256 of its text: what makes it the same as another
 * @name: from its header, "" if it has none
 * @version: from its header
 * @has_version: there was one
 * @signer: who signed it; set before the first entry is inserted
 * @images: root hashes of the images that it lists, or %NULL; set likewise
 * @bound: how many of its entries are in the table
 * @missing: how many files it lists that were not there to be bound
 * @bytes: of memory that its entries take
 *
 * Made and destroyed by whoever holds the lock for loading in load.c. Its
 * entries are found under RCU: it is destroyed a grace period after the last
 * of them was taken out.
 */
struct veriexec_manifest {
	struct list_head node;
	struct list_head chunks;
	u64 order;
	bool live;
	u8 text_digest[32];
	char name[VERIEXEC_NAME_SIZE];
	u64 version;
	bool has_version;
	struct veriexec_signer signer;
	struct veriexec_digests *images;
	u32 bound;
	u32 missing;
	size_t bytes;
};

/**
 * enum veriexec_entry_kind - what an entry is of
 * @VERIEXEC_ENTRY_FILE: a file's content, and its names and attributes
 * @VERIEXEC_ENTRY_NAME: another name of a file or link of which its manifest has an
 *	entry, and says the same: to be shown
 * @VERIEXEC_ENTRY_LINK: names and attributes of a symbolic link that is listed, or
 *	that leads to a listed file
 * @VERIEXEC_ENTRY_SHOWN: names and attributes alone, of what shows a listed file
 *	whose content is elsewhere
 * @VERIEXEC_ENTRY_DIRECTORY: a directory that leads to one, or to such a link
 */
enum veriexec_entry_kind {
	VERIEXEC_ENTRY_FILE,
	VERIEXEC_ENTRY_NAME,
	VERIEXEC_ENTRY_LINK,
	VERIEXEC_ENTRY_SHOWN,
	VERIEXEC_ENTRY_DIRECTORY,
};

/**
 * struct veriexec_entry - one file, or what leads to one
 * @node: in the table while @sb is not %NULL
 * @manifest: that it is of
 * @sb: &veriexec_key.sb; %NULL once the super block is gone
 * @ino: inode number, as stat(2) gives it for the path, to be shown
 * @dev: device number of the file system that the path is on, likewise
 * @claim: what it says of the file; nothing unless it is of a file
 * @kind: enum veriexec_entry_kind
 * @fid_type: &veriexec_key.type
 * @fid_len: &veriexec_key.len
 * @status: enum veriexec_status as it was last found, to be shown
 * @path_len: of the path in @data, in bytes without its NUL; 0 unless it is a
 *	line of its manifest
 * @size: of the whole entry, in bytes
 * @data: the file handle, the fingerprints weakest first, the path, the label and
 *	the text of a link, each of the latter with a NUL
 *
 * Lies in one of its manifest's chunks and lives as long as that. Once it is
 * in the table, @sb changes under the table's lock and @status under RCU; the
 * rest stays.
 */
struct veriexec_entry {
	struct rhlist_head node;
	struct veriexec_manifest *manifest;
	struct super_block *sb;
	u64 ino;
	dev_t dev;
	struct veriexec_claim claim;
	u8 kind;
	u8 fid_type;
	u8 fid_len;
	u8 status;
	u16 path_len;
	u16 size;
	u8 data[];
};

/* Is it a line of its manifest, and not something that leads to one or shows it? */
static inline bool veriexec_entry_is_line(const struct veriexec_entry *entry)
{
	return entry->path_len;
}

/* Is it a line that lists a symbolic link, by whichever of its names? */
static inline bool veriexec_entry_is_link(const struct veriexec_entry *entry)
{
	return entry->claim.has & VERIEXEC_HAS_LINK;
}

/**
 * struct veriexec_cursor - a place in the list of all entries
 * @manifest: the one that @chunk is of
 * @chunk: the one that the next entry lies in
 * @offset: of the next entry in @chunk, in bytes
 */
struct veriexec_cursor {
	struct veriexec_manifest *manifest;
	void *chunk;
	size_t offset;
};

extern struct list_head veriexec_manifests;

int veriexec_table_init(void);
void veriexec_table_lock(void);
void veriexec_table_unlock(void);
u64 veriexec_table_changes(void);

int veriexec_key_of(struct inode *inode, struct veriexec_key *key);
struct veriexec_entry *veriexec_find(const struct veriexec_key *key);
const struct veriexec_manifest *
veriexec_find_image(const struct veriexec_digest *root_hash);
const u8 *veriexec_entry_digest(const struct veriexec_entry *entry,
				unsigned int alg);
const char *veriexec_entry_path(const struct veriexec_entry *entry);
const char *veriexec_entry_label(const struct veriexec_entry *entry);
const char *veriexec_entry_link(const struct veriexec_entry *entry);

struct veriexec_manifest *veriexec_manifest_alloc(void);
void veriexec_manifest_free(struct veriexec_manifest *m);
int veriexec_insert(struct veriexec_manifest *m, const struct veriexec_key *key,
		    const struct inode *shown, enum veriexec_entry_kind kind,
		    const struct veriexec_record *record);
u32 veriexec_count_left(const struct veriexec_manifest *older,
			const struct veriexec_manifest *m);
void veriexec_remove_sb(struct super_block *sb);

struct veriexec_entry *veriexec_next_entry(struct veriexec_cursor *c);

#endif /* _SECURITY_VERIEXEC_TABLE_H */
