// SPDX-License-Identifier: GPL-2.0-only
/*
 * Translates the hooks of security.h into questions for evaluate.c and command.c. No hook
 * decides anything, and none but the first group may read a file.
 */

#define pr_fmt(fmt) "veriexec: " fmt

#include <linux/binfmts.h>
#include <linux/bitops.h>
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/io_uring/cmd.h>
#include <linux/kernel_read_file.h>
#include <linux/key-type.h>
#include <linux/lsm_hooks.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/perf_event.h>
#include <linux/ptrace.h>
#include <linux/security.h>
#include <uapi/linux/lsm.h>

#include "bind.h"
#include "blob.h"
#include "command.h"
#include "deny.h"
#include "evaluate.h"
#include "kmem.h"
#include "program.h"
#include "state.h"
#include "storage.h"
#include "table.h"
#include "verdict.h"

bool veriexec_enabled __ro_after_init;

struct lsm_blob_sizes veriexec_blobs __ro_after_init = {
	.lbs_bdev = sizeof(struct veriexec_bdev),
	.lbs_cred = sizeof(struct veriexec_cred),
	.lbs_file = sizeof(struct veriexec_file),
	.lbs_inode = sizeof(struct veriexec_inode),
	.lbs_superblock = sizeof(struct veriexec_sb),
	.lbs_task = sizeof(struct veriexec_task),
};

/*
 * What a block device holds is read and mapped as a file is. Files that have no
 * name of their own count as memory without a file.
 */
static bool is_file(const struct file *file)
{
	const struct inode *inode = file ? file_inode(file) : NULL;

	return inode && (S_ISREG(inode->i_mode) || S_ISBLK(inode->i_mode)) &&
	       !IS_PRIVATE(inode) &&
	       !test_bit(VERIEXEC_INODE_MEMORY, &veriexec_inode(inode)->bits);
}

/* Set by the kernel's own opening of programs; users cannot set it. */
static bool opened_by_exec(const struct file *file)
{
	return file->f_flags & __FMODE_EXEC;
}

/* -- Exec: what a program may do is decided anew with every exec. */

static int veriexec_cred_prepare(struct cred *new, const struct cred *old,
				 gfp_t gfp)
{
	*veriexec_cred(new) = *veriexec_cred(old);
	return veriexec_check_core_dump();
}

static void veriexec_cred_transfer(struct cred *new, const struct cred *old)
{
	*veriexec_cred(new) = *veriexec_cred(old);
}

static int veriexec_task_alloc(struct task_struct *task,
			       unsigned long clone_flags)
{
	veriexec_task(task)->joined = veriexec_task(current)->joined;
	return 0;
}

/* -- Reading and writing what is open, by calls and by mappings. */

static noinline int check_input(struct file *file)
{
	struct veriexec_use use = { .op = VERIEXEC_OP_READ };

	if (!(file->f_mode & FMODE_READ) || !is_file(file))
		return 0;
	return veriexec_check_use(file, &use);
}

/* Programs that require verified input get no other, wherever it came from. */
static inline int check_read(struct file *file)
{
	return unlikely(veriexec_restrictions(current, current_cred()) &
			VERIEXEC_FLAG_VERIFY) ? check_input(file) : 0;
}

/* By /proc/PID/mem even pages can be written that their process cannot write to. */
static bool is_process_memory(const struct file *file)
{
	return file_inode(file)->i_sb->s_magic == PROC_SUPER_MAGIC &&
	       !strcmp(file->f_path.dentry->d_name.name, "mem");
}

/* A write to it goes to a driver, not to a file system. */
static bool is_device(const struct inode *inode)
{
	return !S_ISREG(inode->i_mode) || veriexec_is_configfs(inode->i_sb);
}

/* Out of line: to open a file, which is frequent, then takes less stack. */
static noinline int check_write_memory(struct file *file)
{
	return veriexec_deny_file(VERIEXEC_OP_MEM_WRITE, VERIEXEC_CAUSE_MEMORY,
				  file);
}

/* For descriptors that were open for writing before something was listed. */
static int check_write(struct file *file)
{
	struct inode *inode = file_inode(file);

	if (is_device(inode))
		return veriexec_check_write_device(file,
						 VERIEXEC_OP_DEVICE_WRITE);
	if (is_process_memory(file))
		return check_write_memory(file);
	return veriexec_check_change(inode, VERIEXEC_OP_WRITE, &file->f_path);
}

/* Through such a mapping the file is written to without any hook. */
static int check_map_to_write(struct file *file)
{
	return S_ISBLK(file_inode(file)->i_mode) ?
		       veriexec_check_map_device(file) : check_write(file);
}

static noinline int check_all(struct file *file, int mask)
{
	int ret = veriexec_check_kmem(file);

	if (!ret && mask & (MAY_WRITE | MAY_APPEND))
		ret = check_write(file);
	if (!ret && mask & MAY_READ)
		ret = check_read(file);
	return ret;
}

/* The most frequent of all hooks: for reading it takes no stack. */
static int veriexec_file_permission(struct file *file, int mask)
{
	if (mask != MAY_READ || veriexec_is_kmem(file))
		return check_all(file, mask);
	return check_read(file);
}

/* -- Mapping code. */

/* Its content is in another inode, at the bottom of the overlays. */
static bool is_shown_only(const struct file *file)
{
	return veriexec_content_of(file) != file_inode(file);
}

/*
 * The data of an old 32 bit program, from before pages were protected. It becomes
 * executable because everything readable does, not because anybody wants to run it.
 * The kernel itself maps it so, privately; from then on it is mere memory.
 */
static bool is_old_data(const struct file *file, unsigned long reqprot,
			unsigned long flags)
{
	return opened_by_exec(file) && !(reqprot & PROT_EXEC) &&
	       !(flags & MAP_SHARED);
}

static int veriexec_mmap_file(struct file *file, unsigned long reqprot,
			      unsigned long prot, unsigned long flags)
{
	struct veriexec_use use = { .op = VERIEXEC_OP_MMAP };
	int ret;

	if (!file)
		return 0;
	/* Huge pages that the kernel itself has made a file for. */
	if (flags & MAP_ANONYMOUS)
		set_bit(VERIEXEC_INODE_MEMORY,
			&veriexec_inode(file_inode(file))->bits);
	ret = veriexec_check_kmem(file);
	if (!ret && flags & MAP_SHARED && file->f_mode & FMODE_WRITE)
		ret = check_map_to_write(file);
	if (!ret)
		ret = check_read(file);
	if (ret || !is_file(file))
		return ret;
	if (!(prot & PROT_EXEC)) {
		if (!path_noexec(&file->f_path))
			veriexec_foresee_remap(file);
		return 0;
	}
	use.interpreter = opened_by_exec(file);
	ret = veriexec_check_use(file, &use);
	if (!ret)
		ret = veriexec_check_join(file, use.flags);
	if (ret || !(prot & PROT_WRITE) || is_old_data(file, reqprot, flags))
		return ret;
	return veriexec_deny_file(VERIEXEC_OP_MMAP,
				  VERIEXEC_CAUSE_PRIVATE_PAGES, file);
}

/*
 * Overlayfs maps the file that was below when @user_file was opened. This need not be
 * the file that was judged above. Called with the mmap lock held.
 */
static int veriexec_mmap_backing_file(struct vm_area_struct *vma,
				      struct file *backing_file,
				      struct file *user_file)
{
	const struct path *path = file_user_path(user_file);
	bool same = d_real_inode(path->dentry) == file_inode(backing_file);
	int ret;

	if (!veriexec_in(VERIEXEC_STATE_ACTIVE) || !is_shown_only(user_file))
		return 0;
	veriexec_file(backing_file)->verdict =
		same ? veriexec_file(user_file)->verdict : 0;
	if (vma->vm_flags & VM_SHARED && vma->vm_flags & VM_MAYWRITE) {
		ret = check_write(backing_file);
		if (ret)
			return ret;
	}
	if (!(vma->vm_flags & VM_EXEC) || is_shown_only(backing_file))
		return 0;
	/* The headers of a program were read from what is there now. */
	if (opened_by_exec(user_file) && !same)
		return veriexec_deny_inode(VERIEXEC_OP_MMAP,
					   VERIEXEC_CAUSE_HAS_WRITER,
					   d_inode(path->dentry), path);
	return veriexec_check_mapped(backing_file, VERIEXEC_OP_MMAP, path,
				     opened_by_exec(user_file));
}

static int veriexec_file_mprotect(struct vm_area_struct *vma,
				  unsigned long reqprot, unsigned long prot)
{
	struct file *file = vma->vm_file;
	const struct path *path;
	int ret;

	if (!veriexec_in(VERIEXEC_STATE_ACTIVE) || !file)
		return 0;
	/* It may have been mapped for reading before it was listed. */
	if (prot & PROT_WRITE && vma->vm_flags & VM_SHARED &&
	    !(vma->vm_flags & VM_WRITE)) {
		ret = check_map_to_write(file);
		if (ret)
			return ret;
	}
	/* Ask also if it is executable already: it may become writable now. */
	if (!(prot & PROT_EXEC) || !is_file(file))
		return 0;
	path = file_user_path(file);
	ret = veriexec_check_mapped(file, VERIEXEC_OP_MPROTECT, path,
				    opened_by_exec(file));
	if (ret || !(prot & PROT_WRITE || vma->anon_vma))
		return ret;
	return veriexec_deny_inode(VERIEXEC_OP_MPROTECT,
				   VERIEXEC_CAUSE_PRIVATE_PAGES,
				   d_inode(path->dentry), path);
}

/* -- Opening. */

/* It is about to be written to. */
static void forget_content(struct inode *inode)
{
	clear_bit(VERIEXEC_INODE_INITRAMFS, &veriexec_inode(inode)->bits);
	veriexec_forget(inode);
}

static int veriexec_file_open(struct file *file)
{
	struct inode *inode = file_inode(file);
	int ret;

	veriexec_begin_open();
	if (!(file->f_mode & FMODE_WRITE))
		return opened_by_exec(file) && S_ISREG(inode->i_mode) ?
		       veriexec_check_open_program(file) : 0;
	if (is_device(inode))
		return veriexec_check_open_device(file);
	if (is_process_memory(file))
		return check_write_memory(file);
	ret = veriexec_check_change(inode, VERIEXEC_OP_OPEN_WRITE,
				    &file->f_path);
	if (ret)
		return ret;
	forget_content(inode);
	veriexec_note_writer(file);
	return 0;
}

/* No user of the file is left, not even io_uring. */
static void veriexec_file_free_security(struct file *file)
{
	if (unlikely(veriexec_file(file)->writes_to))
		veriexec_leave_device(file);
}

static int veriexec_file_post_open(struct file *file, int mask)
{
	veriexec_note_opened(file);
	return check_read(file);
}

static int veriexec_inode_permission(struct inode *inode, int mask)
{
	if (!(mask & (MAY_WRITE | MAY_APPEND)) || !S_ISREG(inode->i_mode) ||
	    !veriexec_in(VERIEXEC_STATE_ENFORCE))
		return 0;
	if (mask & MAY_NOT_BLOCK)
		return -ECHILD;
	/* access(2) only asks: answer it, but report nothing. */
	if (mask & MAY_ACCESS)
		return veriexec_ask_change(inode, VERIEXEC_OP_OPEN_WRITE);
	return veriexec_check_change(inode, VERIEXEC_OP_OPEN_WRITE, NULL);
}

/* -- Attributes. */

/* Only these can have an entry that keeps their attributes as they are. */
static bool has_kept_attributes(const struct inode *inode)
{
	return S_ISREG(inode->i_mode) || S_ISLNK(inode->i_mode);
}

static int veriexec_inode_setattr(struct mnt_idmap *idmap,
				  struct dentry *dentry, struct iattr *attr)
{
	const unsigned int protected = ATTR_MODE | ATTR_UID | ATTR_GID |
				       ATTR_SIZE | ATTR_MTIME | ATTR_KILL_SUID |
				       ATTR_KILL_SGID | ATTR_KILL_PRIV;
	struct inode *inode = d_inode(dentry);
	bool content = attr->ia_valid & ATTR_SIZE;
	int ret;

	if (!(attr->ia_valid & protected) || !has_kept_attributes(inode))
		return 0;
	ret = veriexec_check_change(inode, content ? VERIEXEC_OP_TRUNCATE :
						   VERIEXEC_OP_SETATTR, NULL);
	if (ret)
		return ret;
	if (content)
		forget_content(inode);
	else
		veriexec_forget(inode);
	return 0;
}

/* Forget verdicts that were reached between the hook above and the change. */
static void veriexec_inode_post_setattr(struct mnt_idmap *idmap,
					struct dentry *dentry, int ia_valid)
{
	struct inode *inode = d_inode(dentry);

	if (!d_is_reg(dentry))
		return;
	veriexec_forget(inode);
	if (ia_valid & (ATTR_MODE | ATTR_UID | ATTR_GID))
		clear_bit(VERIEXEC_INODE_KEPT, &veriexec_inode(inode)->bits);
}

static int check_xattr(struct dentry *dentry)
{
	if (!has_kept_attributes(d_inode(dentry)))
		return 0;
	return veriexec_check_change(d_inode(dentry), VERIEXEC_OP_SETXATTR,
				     NULL);
}

static int veriexec_inode_setxattr(struct mnt_idmap *idmap,
				   struct dentry *dentry, const char *name,
				   const void *value, size_t size, int flags)
{
	return check_xattr(dentry);
}

static int veriexec_inode_removexattr(struct mnt_idmap *idmap,
				      struct dentry *dentry, const char *name)
{
	return check_xattr(dentry);
}

static int veriexec_inode_set_acl(struct mnt_idmap *idmap,
				  struct dentry *dentry, const char *acl_name,
				  struct posix_acl *kacl)
{
	return check_xattr(dentry);
}

static int veriexec_inode_remove_acl(struct mnt_idmap *idmap,
				     struct dentry *dentry,
				     const char *acl_name)
{
	return check_xattr(dentry);
}

/* -- Names and copies. */

static int veriexec_inode_link(struct dentry *old_dentry, struct inode *dir,
			       struct dentry *new_dentry)
{
	return veriexec_check_change(d_inode(old_dentry), VERIEXEC_OP_LINK,
				     NULL);
}

static int veriexec_inode_unlink(struct inode *dir, struct dentry *dentry)
{
	return veriexec_check_change(d_inode(dentry), VERIEXEC_OP_UNLINK, NULL);
}

static int veriexec_inode_rmdir(struct inode *dir, struct dentry *dentry)
{
	return veriexec_check_change(d_inode(dentry), VERIEXEC_OP_RMDIR, NULL);
}

static int veriexec_inode_rename(struct inode *old_dir,
				 struct dentry *old_dentry,
				 struct inode *new_dir,
				 struct dentry *new_dentry)
{
	int ret;

	ret = veriexec_check_change(d_inode(old_dentry), VERIEXEC_OP_RENAME,
				    NULL);
	if (!ret && d_is_positive(new_dentry))
		ret = veriexec_check_change(d_inode(new_dentry),
					    VERIEXEC_OP_RENAME, NULL);
	return ret;
}

/* On overlayfs the copy would be read, or followed, from then on. */
static int veriexec_inode_copy_up(struct dentry *src, struct cred **new)
{
	if (d_is_dir(src))
		return 0;
	return veriexec_check_change(d_inode(src), VERIEXEC_OP_COPY_UP, NULL);
}

/* -- Ways round the hooks above. */

#ifdef CONFIG_IO_URING
static int veriexec_uring_cmd(struct io_uring_cmd *ioucmd)
{
	return veriexec_check_uring_command(ioucmd->file, ioucmd->cmd_op);
}
#endif

/* The caller may hold locks that forbid sleeping. */
static int veriexec_capable(const struct cred *cred, struct user_namespace *ns,
			    int cap, unsigned int opts)
{
	return cap == CAP_SYS_RAWIO ?
	       veriexec_check_raw_io(cred, opts & CAP_OPT_NOAUDIT) : 0;
}

/* From then on the kernel itself writes to the file. */
static int veriexec_quota_on(struct dentry *dentry)
{
	return veriexec_check_change(d_inode(dentry), VERIEXEC_OP_QUOTA_ON,
				     NULL);
}

/* -- What the kernel itself takes in: modules, firmware, kexec images. */

/* Called before the file is read. With @contents, the hook below gets all of it. */
static int veriexec_kernel_read_file(struct file *file,
				     enum kernel_read_file_id id, bool contents)
{
	struct veriexec_use use = { .op = VERIEXEC_OP_KERNEL_READ };
	int ret;

	if (!is_file(file))
		return veriexec_deny(VERIEXEC_OP_KERNEL_READ,
				     VERIEXEC_CAUSE_NO_FILE, GFP_KERNEL);
	/* No manifest has its command line, on which everything depends. */
	if (id == READING_KEXEC_IMAGE &&
	    !veriexec_has_right(current_cred(), VERIEXEC_FLAG_KMEM)) {
		ret = veriexec_deny_file(VERIEXEC_OP_KERNEL_READ,
					 VERIEXEC_CAUSE_NOT_TRUSTED, file);
		if (ret)
			return ret;
	}
	if (contents)
		return 0;
	ret = veriexec_check_use(file, &use);
	if (ret || !(use.flags & VERIEXEC_FLAG_UNTRUSTED))
		return ret;
	/* Parts that are read one by one may change in between. */
	return veriexec_deny_file(VERIEXEC_OP_KERNEL_READ,
				  VERIEXEC_CAUSE_UNCHECKABLE, file);
}

static int veriexec_kernel_post_read_file(struct file *file, char *buf,
					  loff_t size,
					  enum kernel_read_file_id id)
{
	return is_file(file) ? veriexec_check_buffer(file, buf, size) : 0;
}

static int veriexec_kernel_load_data(enum kernel_load_data_id id, bool contents)
{
	return veriexec_deny(VERIEXEC_OP_KERNEL_LOAD, VERIEXEC_CAUSE_NO_FILE,
			     GFP_KERNEL);
}

/* -- Tracing. The first two are called under locks that forbid sleeping. */

static int veriexec_ptrace_access_check(struct task_struct *child,
					unsigned int mode)
{
	/* Programs that list processes, as the journal does, do not trace them. */
	return veriexec_check_trace(child, !(mode & PTRACE_MODE_ATTACH));
}

static int veriexec_ptrace_traceme(struct task_struct *parent)
{
	return veriexec_check_trace(current, false);
}

/* -- What file systems are on. */

/* Files that the root hash verified are not verified by it any more. */
static int veriexec_bdev_setintegrity(struct block_device *bdev,
				      enum lsm_integrity_type type,
				      const void *value, size_t size)
{
	if (type == LSM_INT_DMVERITY_ROOTHASH &&
	    veriexec_note_root_hash(bdev, value))
		veriexec_new_generation();
	return 0;
}

/* -- The initramfs. */

/* Every file that the kernel has unpacked came with the kernel. */
static void veriexec_initramfs_populated(void)
{
	const unsigned long unpacked = BIT(VERIEXEC_INODE_INITRAMFS) |
				       BIT(VERIEXEC_INODE_KEPT);
	struct super_block *sb = current->fs->root.mnt->mnt_sb;
	struct inode *inode;

	spin_lock(&sb->s_inode_list_lock);
	list_for_each_entry(inode, &sb->s_inodes, i_sb_list)
		if (S_ISREG(inode->i_mode))
			set_mask_bits(&veriexec_inode(inode)->bits, 0,
				      unpacked);
	spin_unlock(&sb->s_inode_list_lock);
}

/* -- Keys. */

/* The blacklist may now have the fingerprint of a file that was verified. */
static void veriexec_key_post_create_or_update(struct key *keyring,
					       struct key *key,
					       const void *payload,
					       size_t payload_len,
					       unsigned long flags, bool create)
{
	/* Only the kernel makes keyrings with such a name. */
	if (!strcmp(key->type->name, "blacklist") &&
	    !strcmp(keyring->description, ".blacklist"))
		veriexec_doubt_all();
}

/* Hooks that need no translation lead straight to where it is decided. */
static struct security_hook_list veriexec_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(bprm_creds_for_exec, veriexec_begin_program),
	LSM_HOOK_INIT(bprm_check_security, veriexec_check_level),
	LSM_HOOK_INIT(bprm_creds_from_file, veriexec_check_program),
	LSM_HOOK_INIT(bprm_committed_creds, veriexec_become_program),
	LSM_HOOK_INIT(cred_prepare, veriexec_cred_prepare),
	LSM_HOOK_INIT(cred_transfer, veriexec_cred_transfer),
	LSM_HOOK_INIT(task_alloc, veriexec_task_alloc),
	LSM_HOOK_INIT(mmap_file, veriexec_mmap_file),
	LSM_HOOK_INIT(mmap_backing_file, veriexec_mmap_backing_file),
	LSM_HOOK_INIT(file_mprotect, veriexec_file_mprotect),
	LSM_HOOK_INIT(file_open, veriexec_file_open),
	LSM_HOOK_INIT(file_post_open, veriexec_file_post_open),
	LSM_HOOK_INIT(file_free_security, veriexec_file_free_security),
	LSM_HOOK_INIT(file_permission, veriexec_file_permission),
	LSM_HOOK_INIT(inode_follow_link, veriexec_note_followed),
	LSM_HOOK_INIT(inode_permission, veriexec_inode_permission),
	LSM_HOOK_INIT(inode_setattr, veriexec_inode_setattr),
	LSM_HOOK_INIT(inode_post_setattr, veriexec_inode_post_setattr),
	LSM_HOOK_INIT(inode_setxattr, veriexec_inode_setxattr),
	LSM_HOOK_INIT(inode_removexattr, veriexec_inode_removexattr),
	LSM_HOOK_INIT(inode_set_acl, veriexec_inode_set_acl),
	LSM_HOOK_INIT(inode_remove_acl, veriexec_inode_remove_acl),
	LSM_HOOK_INIT(inode_link, veriexec_inode_link),
	LSM_HOOK_INIT(inode_unlink, veriexec_inode_unlink),
	LSM_HOOK_INIT(inode_rmdir, veriexec_inode_rmdir),
	LSM_HOOK_INIT(inode_rename, veriexec_inode_rename),
	LSM_HOOK_INIT(inode_copy_up, veriexec_inode_copy_up),
	LSM_HOOK_INIT(file_ioctl, veriexec_check_ioctl),
	LSM_HOOK_INIT(file_ioctl_compat, veriexec_check_ioctl),
#ifdef CONFIG_IO_URING
	LSM_HOOK_INIT(uring_cmd, veriexec_uring_cmd),
#endif
	LSM_HOOK_INIT(capable, veriexec_capable),
	LSM_HOOK_INIT(quota_on, veriexec_quota_on),
	LSM_HOOK_INIT(locked_down, veriexec_check_locked_down),
	LSM_HOOK_INIT(kernel_read_file, veriexec_kernel_read_file),
	LSM_HOOK_INIT(kernel_post_read_file, veriexec_kernel_post_read_file),
	LSM_HOOK_INIT(kernel_load_data, veriexec_kernel_load_data),
	LSM_HOOK_INIT(ptrace_access_check, veriexec_ptrace_access_check),
	LSM_HOOK_INIT(ptrace_traceme, veriexec_ptrace_traceme),
#ifdef CONFIG_PERF_EVENTS
	LSM_HOOK_INIT(perf_event_alloc, veriexec_check_watch),
#endif
	LSM_HOOK_INIT(bdev_setintegrity, veriexec_bdev_setintegrity),
	LSM_HOOK_INIT(sb_delete, veriexec_remove_sb),
	LSM_HOOK_INIT(initramfs_populated, veriexec_initramfs_populated),
	LSM_HOOK_INIT(key_post_create_or_update,
		      veriexec_key_post_create_or_update),
};

static const struct lsm_id veriexec_lsmid = {
	.name = "veriexec",
	.id = LSM_ID_VERIEXEC,
};

static int __init veriexec_init(void)
{
	int ret;

	ret = veriexec_table_init();
	if (ret)
		return ret;
	security_add_hooks(veriexec_hooks, ARRAY_SIZE(veriexec_hooks),
			   &veriexec_lsmid);
	veriexec_enabled = true;
	return 0;
}

DEFINE_LSM(veriexec) = {
	.name = "veriexec",
	.init = veriexec_init,
	.blobs = &veriexec_blobs,
};
