// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file ``check``: whoever writes the number of a descriptor to it gets an answer,
 * and may then read why. It must never tell more of a file than a reader of the file
 * knows.
 */

#include <linux/file.h>
#include <linux/mutex.h>
#include <linux/seq_buf.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "query.h"
#include "securityfs.h"

/**
 * struct conversation - what is said over one open file
 * @lock: guards the rest
 * @len: of @line, in bytes
 * @read: how much of it was read already
 * @line: the last answer; its longest fields are encoded names
 *
 * Lives as long as the open file. Only a file that is open for reading has one.
 */
struct conversation {
	struct mutex lock;	/* guards the rest */
	size_t len;
	size_t read;
	char line[1024];
};

static int check_open(struct inode *inode, struct file *file)
{
	struct conversation *c;

	if (!(file->f_mode & FMODE_READ))
		return 0;
	c = kzalloc(sizeof(*c), GFP_KERNEL_ACCOUNT);
	if (!c)
		return -ENOMEM;
	mutex_init(&c->lock);
	file->private_data = c;
	/* An answer is read from its beginning, wherever the last one ended. */
	return stream_open(inode, file);
}

static int check_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}

/* As in a manifest, so that nothing in it ends a field or a line. */
static void put_encoded(struct seq_buf *s, const char *name)
{
	char *buf;
	size_t room = seq_buf_get_buf(s, &buf);
	size_t len = veriexec_encode_path(buf, room, name);

	seq_buf_commit(s, len < room ? (int)len : -1);
}

static void word(struct conversation *c, const struct veriexec_answer *answer)
{
	const struct veriexec_cause_info *cause =
		&veriexec_causes[answer->cause];
	const struct veriexec_source *from = &answer->source;
	bool none = answer->cause == VERIEXEC_CAUSE_NONE;
	char flags[VERIEXEC_FLAG_WORDS_SIZE];
	struct seq_buf s;

	seq_buf_init(&s, c->line, sizeof(c->line));
	seq_buf_printf(&s, "%s\t%s\t%s\t",
		       veriexec_outcome_names[answer->outcome],
		       none ? "-" : cause->token, none ? "-" : cause->reason);
	if (answer->listed) {
		veriexec_word_flags(from->flags, flags);
		seq_buf_printf(&s, "%s\t%s\t", veriexec_or_dash(flags),
			       veriexec_or_dash(from->manifest));
		put_encoded(&s, from->signer);
	} else {
		seq_buf_puts(&s, "-\t-\t-");
	}
	seq_buf_putc(&s, '\n');
	c->len = seq_buf_used(&s);
	c->read = 0;
}

/* Of several who ask at the same time, the last one's answer stays. */
static void leave_answer(struct conversation *c,
			 const struct veriexec_answer *answer)
{
	mutex_lock(&c->lock);
	if (answer)
		word(c, answer);
	else
		c->len = 0;
	mutex_unlock(&c->lock);
}

static int ask(struct file *asked, struct conversation *c)
{
	struct veriexec_answer answer;
	int ret;

	if (!S_ISREG(file_inode(asked)->i_mode))
		return -EACCES;
	if (!c || !(asked->f_mode & FMODE_READ))
		return veriexec_query(asked, NULL);
	ret = veriexec_query(asked, &answer);
	if (ret != -EINTR)
		leave_answer(c, &answer);
	return ret;
}

static ssize_t check_write(struct file *file, const char __user *from,
			   size_t size, loff_t *pos)
{
	struct conversation *c = file->private_data;
	struct file *asked;
	unsigned int fd;
	int ret;

	/*
	 * So that nobody takes the answer to the last question for the answer to this
	 * one.
	 */
	if (c)
		leave_answer(c, NULL);
	ret = kstrtouint_from_user(from, size, 10, &fd);
	if (ret)
		return ret;
	asked = fget(fd);
	if (!asked)
		return -EBADF;
	ret = ask(asked, c);
	fput(asked);
	return ret ?: size;
}

static ssize_t check_read(struct file *file, char __user *to, size_t size,
			  loff_t *pos)
{
	struct conversation *c = file->private_data;
	ssize_t ret;

	if (mutex_lock_interruptible(&c->lock))
		return -ERESTARTSYS;
	ret = min(size, c->len > c->read ? c->len - c->read : 0);
	if (copy_to_user(to, c->line + c->read, ret))
		ret = -EFAULT;
	else
		c->read += ret;
	mutex_unlock(&c->lock);
	return ret;
}

const struct file_operations veriexec_check_fops = {
	.open = check_open,
	.read = check_read,
	.write = check_write,
	.release = check_release,
};
