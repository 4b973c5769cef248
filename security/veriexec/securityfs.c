// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files under /sys/kernel/security/veriexec: who may write them, and the
 * form of what is read from them. It must never know how entries are kept.
 */

#define pr_fmt(fmt) "veriexec: " fmt

#include <linux/capability.h>
#include <linux/err.h>
#include <linux/fs_struct.h>
#include <linux/init.h>
#include <linux/kdev_t.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/security.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "audit.h"
#include "blob.h"
#include "fingerprint.h"
#include "load.h"
#include "manifest.h"
#include "revoke.h"
#include "securityfs.h"
#include "state.h"
#include "stats.h"
#include "table.h"
#include "verdict.h"

/*
 * May whoever opened @file steer? An administrator of the whole system may and, once
 * files are judged, only through a program that a manifest or the initramfs trusts. It
 * is not the writer who counts: a program with more rights may have been given the
 * descriptor.
 */
static bool may_control(struct file *file)
{
	if (!file_ns_capable(file, &init_user_ns, CAP_MAC_ADMIN))
		return false;
	return !veriexec_in(VERIEXEC_STATE_ACTIVE) ||
	       veriexec_has_right(file->f_cred, VERIEXEC_FLAG_CONTROL);
}

static ssize_t state_read(struct file *file, char __user *to, size_t size,
			  loff_t *pos)
{
	char buf[VERIEXEC_STATES_SIZE + 1];

	veriexec_word_states(READ_ONCE(veriexec_states), buf);
	strcat(buf, "\n");
	return simple_read_from_buffer(to, size, pos, buf, strlen(buf));
}

static ssize_t state_write(struct file *file, const char __user *from,
			   size_t size, loff_t *pos)
{
	unsigned int state;
	char buf[16];
	int ret;

	if (!size || size >= sizeof(buf))
		return -EINVAL;
	if (copy_from_user(buf, from, size))
		return -EFAULT;
	buf[size] = '\0';
	state = veriexec_state_by_name(strim(buf));
	/* "loaded" follows from a load, and nobody can ask for it. */
	if (!state || state == VERIEXEC_STATE_LOADED)
		return -EINVAL;

	ret = mutex_lock_killable(&veriexec_load_lock);
	if (ret)
		return ret;
	ret = may_control(file) ? veriexec_enter_state(state) : -EPERM;
	mutex_unlock(&veriexec_load_lock);
	return ret ?: size;
}

static const struct file_operations state_fops = {
	.read = state_read,
	.write = state_write,
	.llseek = default_llseek,
};

/* Before anything is known of a manifest. */
static int refuse(int error, const char *why)
{
	struct veriexec_refusal refusal = { .why = why };

	veriexec_count(VERIEXEC_REFUSED);
	veriexec_audit_refused("", error, &refusal);
	return error;
}

static int load_locked(struct file *file, const void *data, size_t size,
		       bool leave)
{
	struct path base;
	int ret;

	if (!may_control(file))
		return refuse(-EPERM, "its loader is not a trusted program");
	get_fs_pwd(current->fs, &base);
	ret = veriexec_load(data, size, &base, leave);
	path_put(&base);
	return ret;
}

static ssize_t take_manifest(struct file *file, const char __user *from,
			     size_t size, bool leave)
{
	void *data;
	int ret;

	/* Before a user can have the kernel copy anything. */
	if (!file_ns_capable(file, &init_user_ns, CAP_MAC_ADMIN))
		return -EPERM;
	if (!size)
		return refuse(-EBADMSG, "it is empty");
	if (size > VERIEXEC_TEXT_MAX)
		return refuse(-EFBIG, "it is larger than 64 MiB");
	data = vmemdup_user(from, size);
	if (IS_ERR(data))
		return PTR_ERR(data);
	ret = mutex_lock_killable(&veriexec_load_lock);
	if (!ret) {
		ret = load_locked(file, data, size, leave);
		mutex_unlock(&veriexec_load_lock);
	}
	kvfree(data);
	return ret ?: size;
}

static ssize_t manifest_write(struct file *file, const char __user *from,
			      size_t size, loff_t *pos)
{
	return take_manifest(file, from, size, false);
}

static const struct file_operations manifest_fops = {
	.write = manifest_write,
};

static ssize_t replace_write(struct file *file, const char __user *from,
			     size_t size, loff_t *pos)
{
	return take_manifest(file, from, size, true);
}

static const struct file_operations replace_fops = {
	.write = replace_write,
};

static void *manifests_start(struct seq_file *seq, loff_t *pos)
{
	veriexec_table_lock();
	return seq_list_start(&veriexec_manifests, *pos);
}

static void *manifests_next(struct seq_file *seq, void *v, loff_t *pos)
{
	return seq_list_next(v, &veriexec_manifests, pos);
}

static void table_stop(struct seq_file *seq, void *v)
{
	veriexec_table_unlock();
}

/* As in a manifest, so that nothing in it ends a field or a line. */
static void show_encoded(struct seq_file *seq, const char *s)
{
	char *buf;
	size_t room = seq_get_buf(seq, &buf);
	size_t len = veriexec_encode_path(buf, room, s);

	seq_commit(seq, len < room ? (int)len : -1);
}

static void show_digest(struct seq_file *seq, unsigned int alg,
			const u8 *digest)
{
	seq_printf(seq, "%s=%*phN", veriexec_algs[alg].name,
		   veriexec_algs[alg].size, digest);
}

static int manifests_show(struct seq_file *seq, void *v)
{
	const struct veriexec_manifest *m =
		list_entry(v, struct veriexec_manifest, node);

	if (!READ_ONCE(m->live))
		return 0;
	seq_printf(seq, "%s\t", veriexec_or_dash(m->name));
	if (m->has_version)
		seq_printf(seq, "%llu\t", m->version);
	else
		seq_puts(seq, "-\t");
	show_encoded(seq, m->signer.name);
	seq_printf(seq, "\t%s\t%u\t%u\t%s\n", m->signer.method, m->bound,
		   m->missing, veriexec_trust_names[m->signer.trust]);
	return 0;
}

static const struct seq_operations manifests_sops = {
	.start = manifests_start,
	.next = manifests_next,
	.stop = table_stop,
	.show = manifests_show,
};
DEFINE_SEQ_ATTRIBUTE(manifests);

static int images_show(struct seq_file *seq, void *v)
{
	const struct veriexec_manifest *m =
		list_entry(v, struct veriexec_manifest, node);
	const struct veriexec_digest *d;
	u32 i;

	for (i = 0; READ_ONCE(m->live) && m->images && i < m->images->count;
	     i++) {
		d = &m->images->list[i];
		show_digest(seq, d->alg, d->digest);
		seq_printf(seq, "\t%s\t", veriexec_or_dash(m->name));
		show_encoded(seq, m->signer.name);
		seq_putc(seq, '\n');
	}
	return 0;
}

static const struct seq_operations images_sops = {
	.start = manifests_start,
	.next = manifests_next,
	.stop = table_stop,
	.show = images_show,
};
DEFINE_SEQ_ATTRIBUTE(images);

static void *revoked_start(struct seq_file *seq, loff_t *pos)
{
	return (void *)veriexec_revoked(*pos);
}

static void *revoked_next(struct seq_file *seq, void *v, loff_t *pos)
{
	return (void *)veriexec_revoked(++*pos);
}

static void revoked_stop(struct seq_file *seq, void *v)
{
}

static int revoked_show(struct seq_file *seq, void *v)
{
	const struct veriexec_digest *d = v;

	show_digest(seq, d->alg, d->digest);
	seq_putc(seq, '\n');
	return 0;
}

static const struct seq_operations revoked_sops = {
	.start = revoked_start,
	.next = revoked_next,
	.stop = revoked_stop,
	.show = revoked_show,
};
DEFINE_SEQ_ATTRIBUTE(revoked);

/**
 * struct entries_place - where a reader of ``entries`` is
 * @cursor: behind the entry last given
 * @last: that entry
 * @pos: its number
 * @changes: veriexec_table_changes() of then
 */
struct entries_place {
	struct veriexec_cursor cursor;
	struct veriexec_entry *last;
	loff_t pos;
	u64 changes;
};

static struct veriexec_entry *next_line(struct entries_place *place)
{
	struct veriexec_entry *entry;

	do {
		entry = veriexec_next_entry(&place->cursor);
	} while (entry && (!veriexec_entry_is_line(entry) ||
			   !entry->manifest->live));
	place->last = entry;
	place->pos++;
	return entry;
}

static void *entries_start(struct seq_file *seq, loff_t *pos)
{
	struct entries_place *place = seq->private;

	veriexec_table_lock();
	if (place->last && place->pos == *pos &&
	    place->changes == veriexec_table_changes())
		return place->last;

	/* The place is no longer valid: count from the beginning. */
	memset(place, 0, sizeof(*place));
	place->pos = -1;
	place->changes = veriexec_table_changes();
	while (next_line(place) && place->pos < *pos)
		cond_resched();
	return place->last;
}

static void *entries_next(struct seq_file *seq, void *v, loff_t *pos)
{
	++*pos;
	return next_line(seq->private);
}

static void show_flags(struct seq_file *seq, const struct veriexec_entry *entry)
{
	const char *label = veriexec_entry_label(entry);
	char words[VERIEXEC_FLAG_WORDS_SIZE];
	bool any = veriexec_word_flags(entry->claim.flags, words);

	if (*label)
		seq_printf(seq, "%s%slabel=%s", words, any ? "," : "", label);
	else
		seq_puts(seq, veriexec_or_dash(words));
}

/* What its content is held against: the strongest fingerprint, or a link's text. */
static void show_content(struct seq_file *seq,
			 const struct veriexec_entry *entry)
{
	unsigned int alg = fls(entry->claim.algs) - 1;

	if (veriexec_entry_is_link(entry)) {
		seq_puts(seq, "link=");
		show_encoded(seq, veriexec_entry_link(entry));
	} else {
		show_digest(seq, alg, veriexec_entry_digest(entry, alg));
	}
}

static int entries_show(struct seq_file *seq, void *v)
{
	const struct veriexec_entry *entry = v;
	enum veriexec_status status = READ_ONCE(entry->status);
	char owner[VERIEXEC_OWNER_WORDS_SIZE];
	dev_t dev = entry->dev;

	/* A link is in the table only if it is as listed. */
	if (veriexec_entry_is_link(entry))
		status = VERIEXEC_STATUS_LINK;
	seq_printf(seq, "%u:%u\t%llu\t", MAJOR(dev), MINOR(dev), entry->ino);
	show_content(seq, entry);
	seq_putc(seq, '\t');
	show_flags(seq, entry);
	seq_printf(seq, "\t%s\t%s\t", veriexec_status_names[status],
		   veriexec_or_dash(entry->manifest->name));
	show_encoded(seq, entry->manifest->signer.name);
	seq_putc(seq, '\t');
	show_encoded(seq, veriexec_entry_path(entry));
	veriexec_word_owner(&entry->claim, owner);
	seq_printf(seq, "\t%s\n", veriexec_or_dash(owner));
	return 0;
}

static const struct seq_operations entries_sops = {
	.start = entries_start,
	.next = entries_next,
	.stop = table_stop,
	.show = entries_show,
};

static int entries_open(struct inode *inode, struct file *file)
{
	/* The mode says so too, but root without capabilities owns the file. */
	if (!file_ns_capable(file, &init_user_ns, CAP_MAC_ADMIN))
		return -EPERM;
	return seq_open_private(file, &entries_sops,
				sizeof(struct entries_place));
}

static const struct file_operations entries_fops = {
	.open = entries_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = seq_release_private,
};

static int algorithms_show(struct seq_file *seq, void *v)
{
	unsigned int i;

	for (i = 0; i < VERIEXEC_ALG_COUNT; i++)
		if (veriexec_algs_here() & BIT(i))
			seq_printf(seq, "%s\n", veriexec_algs[i].name);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(algorithms);

static int level_show(struct seq_file *seq, void *v)
{
	seq_printf(seq, "%u\n", VERIEXEC_LEVEL);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(level);

DEFINE_SHOW_ATTRIBUTE(veriexec_stats);

/* One row of the table of files. */
struct control_file {
	const char *name;
	umode_t mode;
	const struct file_operations *fops;
};

static const struct control_file files[] __initconst = {
	{ "state", 0644, &state_fops },
	{ "manifest", 0200, &manifest_fops },
	{ "replace", 0200, &replace_fops },
	{ "manifests", 0444, &manifests_fops },
	{ "entries", 0400, &entries_fops },
	{ "images", 0444, &images_fops },
	{ "revoked", 0444, &revoked_fops },
	{ "check", 0666, &veriexec_check_fops },
	{ "algorithms", 0444, &algorithms_fops },
	{ "level", 0444, &level_fops },
	{ "stats", 0444, &veriexec_stats_fops },
};

static int __init veriexec_securityfs_init(void)
{
	struct dentry *dir, *file;
	unsigned int i;

	if (!veriexec_enabled)
		return 0;
	dir = securityfs_create_dir("veriexec", NULL);
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		file = securityfs_create_file(files[i].name,
					      S_IFREG | files[i].mode, dir,
					      NULL, files[i].fops);
		if (IS_ERR(file)) {
			securityfs_recursive_remove(dir);
			return PTR_ERR(file);
		}
	}
	return 0;
}
fs_initcall(veriexec_securityfs_init);
