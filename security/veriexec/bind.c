// SPDX-License-Identifier: GPL-2.0-only
/*
 * Binds a path to the identity of its file, and to the way that leads there. It
 * must never decide what may be done with them.
 */

#include <linux/dcache.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/init.h>
#include <linux/mount.h>
#include <linux/namei.h>

#include "bind.h"
#include "manifest.h"
#include "storage.h"
#include "table.h"

static const char *why_not(const struct inode *inode,
			   const struct veriexec_record *record)
{
	if (!S_ISREG(inode->i_mode))
		return "is not a regular file";
	if (inode->i_sb->s_user_ns != &init_user_ns)
		return "is on a file system that a user mounted";
	if (veriexec_forgets_identity(inode->i_sb))
		return "is on a file system that does not know it again";
	if (veriexec_changes_beneath(inode->i_sb) &&
	    !(record->claim.flags & VERIEXEC_FLAG_UNTRUSTED))
		return "is on a file system that may change by itself, but is not untrusted";
	return NULL;
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
 * The way to a file is to stay: on the file system that it is on, up to the first
 * directory that is known, or to @top.
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
 * The same across mount points, up to the root of who loads. But the initramfs is
 * emptied by whoever leaves it for another root.
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
 * veriexec_bind() - add the entry of a file that was looked up
 * @m: the manifest, see veriexec_insert()
 * @path: of the file
 * @record: what the manifest says of it
 * @why: on 1 what is the matter, for the operator
 *
 * On overlayfs it is the inode at the bottom that has the content. What shows it
 * there keeps its names and attributes, and the way to either stays.
 *
 * Context: as for veriexec_insert()
 *
 * Return: 0 if it is in the table now, 1 if this file cannot be, %-EBADMSG or
 * %-EKEYREJECTED as of veriexec_insert(), %-EOVERFLOW, %-ENOMEM.
 */
int veriexec_bind(struct veriexec_manifest *m, const struct path *path,
		  const struct veriexec_record *record, const char **why)
{
	struct dentry *below = d_real(path->dentry, D_REAL_DATA);
	struct inode *inode = d_inode(path->dentry);
	struct inode *content = d_inode(below);
	int ret;

	*why = why_not(inode, record);
	if (!*why && content != inode)
		*why = why_not(content, record);
	if (*why)
		return 1;

	ret = insert_inode(m, content, inode, VERIEXEC_ENTRY_FILE, record);
	if (ret && ret != -EEXIST)
		return ret;
	ret = insert_ancestors(m, below, NULL);
	if (ret)
		return ret;
	if (content != inode) {
		ret = insert_inode(m, inode, inode, VERIEXEC_ENTRY_SHOWN,
				   NULL);
		if (ret && ret != -EEXIST)
			return ret;
	}
	return insert_way(m, path);
}
