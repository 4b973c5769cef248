// SPDX-License-Identifier: GPL-2.0-only
/*
 * Binds a path to the identity of its file or link, and to the way that leads there.
 * It must never decide what may be done with them.
 */

#include <linux/dcache.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/init.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/seqlock.h>
#include <linux/string.h>

#include "bind.h"
#include "blob.h"
#include "manifest.h"
#include "storage.h"
#include "table.h"

static bool is_link(const struct veriexec_record *record)
{
	return record->claim.has & VERIEXEC_HAS_LINK;
}

/* Asked once per load, because the answer takes a look at all disks. */
static bool changes_beneath(const struct veriexec_binding *b,
			    const struct super_block *sb)
{
	struct veriexec_sb *blob = veriexec_sb(sb);

	if (blob->asked != b->load) {
		blob->changes = veriexec_changes_beneath(sb);
		blob->asked = b->load;
	}
	return blob->changes;
}

static const char *why_not(const struct veriexec_binding *b,
			   const struct inode *inode,
			   const struct veriexec_record *record)
{
	if (is_link(record) ? !S_ISLNK(inode->i_mode) : !S_ISREG(inode->i_mode))
		return is_link(record) ? "is not a symbolic link" :
					 "is not a regular file";
	if (inode->i_sb->s_user_ns != &init_user_ns)
		return "is on a file system that a user mounted";
	if (veriexec_forgets_identity(inode->i_sb))
		return "is on a file system that does not know it again";
	if (changes_beneath(b, inode->i_sb) &&
	    !(record->claim.flags & VERIEXEC_FLAG_UNTRUSTED))
		return "is on a file system that may change by itself, but is not untrusted";
	return NULL;
}

/*
 * Returns 1 if the link leads there, 0 if it does not, or what reading it gave. On
 * every file system on which files may be listed, reading a link gives its text.
 */
static int compare_link(struct dentry *dentry,
			const struct veriexec_record *record)
{
	DEFINE_DELAYED_CALL(done);
	const char *text;
	int ret;

	text = vfs_get_link(dentry, &done);
	ret = IS_ERR(text) ? PTR_ERR(text) : !strcmp(text, record->link);
	do_delayed_call(&done);
	return ret;
}

static int insert_inode(struct veriexec_manifest *m, struct inode *inode,
			const struct inode *shown,
			enum veriexec_entry_kind kind,
			const struct veriexec_record *record)
{
	struct veriexec_key key;
	int ret;

	ret = veriexec_key_of(inode, &key);
	if (ret)
		return ret;
	return veriexec_insert(m, &key, shown, kind, record);
}

static int insert_directory(struct veriexec_manifest *m, struct inode *dir)
{
	return insert_inode(m, dir, dir, VERIEXEC_ENTRY_DIRECTORY, NULL);
}

/*
 * Lists the directories that lead to a file, so that they stay: on its file system, up
 * to the first one that is listed already, or to @top.
 */
static int insert_ancestors(struct veriexec_manifest *m, struct dentry *dentry,
			    struct dentry *top)
{
	struct dentry *parent, *here = dget(dentry);
	int ret = 0;

	while (!ret && here != top && !IS_ROOT(here)) {
		parent = dget_parent(here);
		dput(here);
		here = parent;
		ret = insert_directory(m, d_inode(here));
	}
	dput(here);
	return ret == -EEXIST ? 0 : ret;
}

/*
 * The same across mount points, up to the root of the loader. The initramfs is left out,
 * because it is emptied when the system leaves it for another root.
 */
static int insert_way(struct veriexec_manifest *m, const struct path *path)
{
	struct path here = *path, root;
	int ret;

	get_fs_root(current->fs, &root);
	path_get(&here);
	do {
		ret = insert_ancestors(m, here.dentry, here.mnt->mnt_root);
		if (ret || here.mnt == root.mnt || !follow_up(&here) ||
		    here.mnt->mnt_sb->s_type == &rootfs_fs_type)
			break;
		ret = insert_directory(m, d_inode(here.dentry));
	} while (!ret || ret == -EEXIST);
	path_put(&here);
	path_put(&root);
	return ret;
}

/**
 * struct followed - the links that the look-up of a directory follows
 * @by: whose look-up it is, %NULL while nobody's is watched
 * @links: those that it has followed so far, or those of the last one
 * @count: of @links
 *
 * Guarded by the lock for loading, except @by: any other task can see without the lock
 * that it is not the one.
 */
static struct followed {
	struct task_struct *by;
	struct dentry *links[MAXSYMLINKS];
	unsigned int count;
} followed;

/**
 * veriexec_note_followed() - a link is about to be followed
 * @link: the link
 * @inode: of the link, on which nothing depends
 * @rcu: without a reference to anything
 *
 * Context: Process context; must not sleep if @rcu.
 *
 * Return: 0, %-ECHILD if it has to be followed with references, %-ELOOP.
 */
int veriexec_note_followed(struct dentry *link, struct inode *inode, bool rcu)
{
	if (likely(READ_ONCE(followed.by) != current))
		return 0;
	if (rcu)
		return -ECHILD;
	if (followed.count == ARRAY_SIZE(followed.links))
		return -ELOOP;
	/* The look-up holds its mount only while it follows the link. */
	atomic_inc(&link->d_sb->s_active);
	followed.links[followed.count++] = dget(link);
	return 0;
}

static void drop_followed(void)
{
	struct super_block *sb;
	struct dentry *link;

	while (followed.count) {
		link = followed.links[--followed.count];
		sb = link->d_sb;
		dput(link);
		deactivate_super(sb);
	}
}

/* Does this error of a look-up mean that there is no such file beneath the base? */
static const char *why_missing(int error)
{
	switch (error) {
	case -ENOENT:
	case -ENOTDIR:
	case -ENAMETOOLONG:
		return "is not there";
	case -EXDEV:
	case -ELOOP:
		return "leads out of the directory that it is listed beneath";
	default:
		return NULL;
	}
}

/* What makes the whole of a manifest wrong, see veriexec_insert(). */
static const char *why_refused(int error)
{
	switch (error) {
	case -EBADMSG:
		return "file is listed before under another path, with other content";
	case -EKEYREJECTED:
		return "an added signer may not change what another signer's manifest says";
	default:
		return NULL;
	}
}

/*
 * Lists the way that a path takes: the links that it follows, and the directories that
 * it goes through.
 */
static int insert_ways(struct veriexec_manifest *m, const struct path *path)
{
	struct inode *link;
	unsigned int i;
	int ret = 0;

	for (i = 0; i < followed.count && !ret; i++) {
		link = d_inode(followed.links[i]);
		ret = insert_inode(m, link, link, VERIEXEC_ENTRY_LINK, NULL);
		if (!ret || ret == -EEXIST)
			ret = insert_ancestors(m, followed.links[i], NULL);
	}
	return ret ?: insert_way(m, path);
}

/* Do the same directories lead to it and to @folder, without a mount or an overlay? */
static bool lies_in(const struct veriexec_folder *folder,
		    const struct path *path, const struct dentry *below)
{
	return below == path->dentry && path->mnt == folder->path.mnt &&
	       READ_ONCE(below->d_parent) == folder->path.dentry;
}

/* Adds the entry of what was found. */
static int bind_found(struct veriexec_binding *b,
		      const struct path *path,
		      const struct veriexec_record *record, const char **why)
{
	struct veriexec_manifest *m = b->m;
	struct dentry *below = d_real(path->dentry, D_REAL_DATA);
	struct inode *inode = d_inode(path->dentry);
	struct inode *content = d_inode(below);
	bool shared;
	int ret;

	*why = why_not(b, inode, record);
	if (!*why && content != inode)
		*why = why_not(b, content, record);
	if (*why)
		return 1;
	if (is_link(record)) {
		ret = compare_link(path->dentry, record);
		if (ret < 0)
			return ret;
		if (!ret) {
			*why = "leads elsewhere";
			return 1;
		}
	}

	ret = insert_inode(m, content, inode, is_link(record) ?
			   VERIEXEC_ENTRY_LINK : VERIEXEC_ENTRY_FILE, record);
	if (ret && ret != -EEXIST) {
		*why = why_refused(ret);
		return ret;
	}
	shared = lies_in(&b->folder, path, below);
	if (shared && b->folder.listed)
		return 0;
	ret = insert_ancestors(m, below, NULL);
	if (ret)
		return ret;
	if (content != inode) {
		ret = insert_inode(m, inode, inode, VERIEXEC_ENTRY_SHOWN,
				   NULL);
		if (ret && ret != -EEXIST)
			return ret;
	}
	ret = insert_ways(m, path);
	b->folder.listed |= shared && !ret;
	return ret;
}

static void drop_folder(struct veriexec_folder *folder)
{
	if (folder->found && !folder->error)
		path_put(&folder->path);
	folder->found = false;
	folder->listed = false;
	drop_followed();
}

static int look_up_folder(struct veriexec_folder *folder,
			  const struct path *base)
{
	int ret;

	if (!folder->len) {
		folder->path = *base;
		path_get(&folder->path);
		return 0;
	}
	WRITE_ONCE(followed.by, current);
	ret = vfs_path_lookup(base->dentry, base->mnt, folder->name,
			      LOOKUP_BENEATH | LOOKUP_FOLLOW | LOOKUP_DIRECTORY,
			      &folder->path);
	WRITE_ONCE(followed.by, NULL);
	return ret;
}

/*
 * The entries of one directory come one after another. So it is looked up once, and
 * again only if some directory was renamed meanwhile. Returns what the look-up gave.
 */
static int find_folder(struct veriexec_binding *b, const char *name, size_t len)
{
	struct veriexec_folder *folder = &b->folder;

	if (folder->found && folder->len == len &&
	    !memcmp(folder->name, name, len) &&
	    !read_seqretry(&rename_lock, folder->renames))
		return folder->error;

	drop_folder(folder);
	memcpy(folder->name, name, len);
	folder->name[len] = '\0';
	folder->len = len;
	folder->renames = read_seqbegin(&rename_lock);
	folder->error = look_up_folder(folder, b->base);
	folder->found = true;
	return folder->error;
}

/* The last name is not "..", and a link there is not followed. */
static int look_up(struct veriexec_binding *b, const char *path,
		   struct path *found)
{
	const char *slash = strrchr(path, '/');
	const struct path *folder = &b->folder.path;
	int ret;

	ret = find_folder(b, path, slash ? slash - path : 0);
	if (ret)
		return ret;
	return vfs_path_lookup(folder->dentry, folder->mnt,
			       slash ? slash + 1 : path, 0, found);
}

/**
 * veriexec_bind_end() - give back what veriexec_bind() keeps for the next entry
 * @b: of the load that ends
 *
 * Context: as for veriexec_insert()
 */
void veriexec_bind_end(struct veriexec_binding *b)
{
	drop_folder(&b->folder);
}

/**
 * veriexec_bind() - add the entry of a file or a link
 * @b: what is the same for all, and what this one leaves for the next
 * @record: what the manifest says of it
 * @why: unless it is bound, what is the matter, for the operator; or %NULL
 *
 * On overlayfs it is the inode at the bottom that has the content. What shows it
 * there keeps its names and attributes, and the way to either stays: directories, and
 * links that the path goes through. A listed link is the one that is seen.
 *
 * Context: as for veriexec_insert()
 *
 * Return: 0 if it is in the table now, 1 if this file cannot be, %-EBADMSG or
 * %-EKEYREJECTED as of veriexec_insert(), %-EOVERFLOW, %-ENOMEM, or what looking
 * it up or reading a link gave.
 */
int veriexec_bind(struct veriexec_binding *b,
		  const struct veriexec_record *record, const char **why)
{
	struct path path;
	int ret;

	*why = NULL;
	ret = look_up(b, record->path, &path);
	if (!ret) {
		ret = bind_found(b, &path, record, why);
		path_put(&path);
	} else {
		*why = why_missing(ret);
		if (*why)
			ret = 1;
	}
	return ret;
}
