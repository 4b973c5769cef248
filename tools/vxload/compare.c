// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compares a manifest with the entries that the kernel has. Both are brought into the
 * order of their paths and walked together.
 */

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "beneath.h"
#include "compare.h"
#include "device.h"
#include "fingerprint.h"
#include "message.h"
#include "reader.h"
#include "securityfs.h"

const char *const difference_words[DIFFERENCE_COUNT] = {
	"new", "changed", "missing", "gone", "left"
};

/**
 * struct item - a file that is listed
 * @path: decoded; owned
 * @content: what it is held against: fingerprint or text of a link; owned
 * @flags: and label, as ``entries`` has them; owned
 * @owner: and mode and capabilities, likewise; NULL if the kernel does not show them
 * @device: of the file, as ``entries`` has it; empty if it is not there
 * @inode: of the file
 * @line: of the manifest
 * @why: why it is not there, NULL if it is
 */
struct item {
	char *path;
	char *content;
	char *flags;
	char *owner;
	char device[DEVICE_WORD_SIZE];
	u64 inode;
	u32 line;
	const char *why;
};

/**
 * struct items - all of one side
 * @list: sorted by path in the end
 * @count: of @list
 * @room: that @list has
 */
struct items {
	struct item *list;
	size_t count;
	size_t room;
};

static void items_free(struct items *items)
{
	while (items->count) {
		items->count--;
		free(items->list[items->count].path);
		free(items->list[items->count].content);
		free(items->list[items->count].flags);
		free(items->list[items->count].owner);
	}
	free(items->list);
}

/* Room for one more, zeroed, or NULL, reported. */
static struct item *add_item(struct items *items)
{
	size_t room = items->room ? 2 * items->room : 256;
	struct item *bigger;

	if (items->count == items->room) {
		bigger = reallocarray(items->list, room, sizeof(*bigger));
		if (!bigger) {
			message("out of memory");
			return NULL;
		}
		items->list = bigger;
		items->room = room;
	}
	items->list[items->count] = (struct item){ .path = NULL };
	return &items->list[items->count++];
}

static int is_whole(const struct item *item)
{
	if (item->path && item->content && item->flags)
		return 0;
	message("out of memory");
	return -1;
}

static int set_owner(struct item *item, const char *owner)
{
	item->owner = owner ? strdup(owner) : NULL;
	if (item->owner || !owner)
		return 0;
	message("out of memory");
	return -1;
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp(((const struct item *)a)->path,
		      ((const struct item *)b)->path);
}

static void sort(struct items *items)
{
	if (items->count)
		qsort(items->list, items->count, sizeof(*items->list),
		      compare_paths);
}

/* As ``entries`` has them. NULL without memory. */
static char *word_flags(const struct veriexec_record *record)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	const char *comma = "";
	unsigned int i;

	if (!f)
		return NULL;
	for (i = 0; i < VERIEXEC_FLAG_COUNT; i++)
		if (veriexec_shows_flag(record->claim.flags, i)) {
			fprintf(f, "%s%s", comma, veriexec_flags[i].name);
			comma = ",";
		}
	if (*record->label)
		fprintf(f, "%slabel=%s", comma, record->label);
	else if (!*comma)
		fputc('-', f);
	if (!fclose(f))
		return text;
	free(text);
	return NULL;
}

/* The strongest fingerprint that the kernel can check, or the text of a link. */
static char *word_content(const struct veriexec_record *record, u32 algs)
{
	char hex[FINGERPRINT_HEX_SIZE];
	char link[ENTRY_PATH_SIZE];
	char *text = NULL;
	int alg;

	if (record->claim.has & VERIEXEC_HAS_LINK) {
		veriexec_encode_path(link, sizeof(link), record->link);
		return asprintf(&text, "link=%s", link) < 0 ? NULL : text;
	}
	algs &= record->claim.algs;
	if (!algs)
		return strdup("-");
	alg = 31 - __builtin_clz(algs);
	fingerprint_hex((enum veriexec_alg)alg, record->digest[alg], hex);
	if (asprintf(&text, "%s=%s", veriexec_algs[alg].name, hex) < 0)
		return NULL;
	return text;
}

/**
 * struct mount - the last that a file was found on: most are on one
 * @id: of the mount, 0 for none
 * @device: as ``entries`` has it
 */
struct mount {
	unsigned long long id;
	char device[DEVICE_WORD_SIZE];
};

static int identify(int fd, struct mount *mount, struct item *item)
{
	struct statx st;

	if (statx(fd, "", AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW,
		  STATX_BASIC_STATS | STATX_MNT_ID, &st)) {
		item->why = "cannot be looked at";
		return 0;
	}
	item->inode = st.stx_ino;
	if (!mount->id || mount->id != st.stx_mnt_id ||
	    !(st.stx_mask & STATX_MNT_ID)) {
		if (device_word(&st, mount->device))
			return -1;
		mount->id = st.stx_mask & STATX_MNT_ID ? st.stx_mnt_id : 0;
	}
	strcpy(item->device, mount->device);
	return 0;
}

static int add_record(struct items *items, const struct veriexec_record *record,
		      const struct comparison *c, int dir, struct mount *mount)
{
	struct item *item = add_item(items);
	char owner[VERIEXEC_OWNER_WORDS_SIZE];
	int ret = 0;
	int fd;

	if (!item)
		return -1;
	item->path = strdup(record->path);
	item->content = word_content(record, c->algs);
	item->flags = word_flags(record);
	if (is_whole(item) ||
	    set_owner(item, veriexec_word_owner(&record->claim, owner) ? owner : "-"))
		return -1;
	item->why = manifest_file_why_missing(dir, record);
	fd = item->why ? -1 : beneath_find(dir, record->path);
	if (fd < 0)
		return 0;
	ret = identify(fd, mount, item);
	close(fd);
	return ret;
}

static int read_new(struct items *items, const struct comparison *c,
		    const struct manifest_file *m, int dir)
{
	struct mount mount = { .id = 0 };
	struct veriexec_record record;
	struct reader r = { 0 };
	int ret;

	ret = reader_open(&r, m->name, m->parts.text, m->parts.text_len);
	while (!ret && (ret = reader_next(&r, &record)) > 0) {
		ret = add_record(items, &record, c, dir, &mount);
		if (!ret)
			items->list[items->count - 1].line = r.parser.line;
	}
	reader_close(&r);
	sort(items);
	return ret ? -1 : 0;
}

static int add_entry(struct items *items, struct sfs_entry *e)
{
	struct item *item = add_item(items);

	if (!item)
		return -1;
	sfs_decode(e->path);
	item->path = strdup(e->path);
	item->content = strdup(e->fingerprint);
	item->flags = strdup(e->flags);
	item->inode = strtoull(e->inode, NULL, 10);
	snprintf(item->device, sizeof(item->device), "%s", e->device);
	return is_whole(item) || set_owner(item, e->owner) ? -1 : 0;
}

static int read_old(struct items *items, const struct comparison *c)
{
	struct sfs_lines lines;
	struct sfs_entry e;
	int ret;

	if (!c->name)
		return 0;
	if (sfs_lines_open(&lines, "entries"))
		return -1;
	while ((ret = sfs_next_entry(&lines, &e)) > 0)
		if (!strcmp(e.manifest, c->name) &&
		    !strcmp(e.signer, c->signer) && add_entry(items, &e)) {
			ret = -1;
			break;
		}
	sfs_lines_close(&lines);
	sort(items);
	return ret;
}

static void found(struct comparison *c, enum difference what, u32 line,
		  const char *path, const char *cause)
{
	c->counts[what]++;
	findings_add(&c->findings, line, difference_words[what], path, cause);
}

/**
 * struct sides - what is compared
 * @new: of the manifest
 * @old: of the kernel
 * @device: that was asked about last: most files are on one
 * @left: nothing of @new is on it
 */
struct sides {
	struct items new;
	struct items old;
	char device[DEVICE_WORD_SIZE];
	bool left;
};

/* The kernel minds what is left of the old one where the new one has nothing. */
static bool is_left(struct sides *s, const char *device)
{
	size_t i;

	if (!strcmp(s->device, device))
		return s->left;
	strcpy(s->device, device);
	s->left = true;
	for (i = 0; i < s->new.count && s->left; i++)
		s->left = strcmp(s->new.list[i].device, device);
	return s->left;
}

static void compare_both(struct comparison *c, const struct item *new,
			 const struct item *old)
{
	char *cause = NULL;
	int len = 0;

	if (strcmp(new->content, old->content))
		len = asprintf(&cause, "%s instead of %s", new->content,
			       old->content);
	else if (strcmp(new->flags, old->flags))
		len = asprintf(&cause, "flags %s instead of %s", new->flags,
			       old->flags);
	else if (old->owner && strcmp(new->owner, old->owner))
		len = asprintf(&cause, "%s instead of %s", new->owner,
			       old->owner);
	else if (new->inode != old->inode || strcmp(new->device, old->device))
		len = asprintf(&cause, "another file has its name");
	if (len > 0)
		found(c, DIFFERENCE_CHANGED, new->line, new->path, cause);
	if (len < 0)
		c->findings.lost = true;
	else
		free(cause);
}

/* Of one path: @new or @old may be NULL, not both. */
static void compare_one(struct comparison *c, struct sides *s,
			const struct item *new, const struct item *old)
{
	if (old && is_left(s, old->device))
		found(c, DIFFERENCE_LEFT, 0, old->path,
		      "nothing is listed on its file system any more");
	else if (old && !new)
		found(c, DIFFERENCE_GONE, 0, old->path, "");
	if (new && new->why)
		found(c, DIFFERENCE_MISSING, new->line, new->path, new->why);
	else if (new && !old)
		found(c, DIFFERENCE_NEW, new->line, new->path, "");
	else if (new && !is_left(s, old->device))
		compare_both(c, new, old);
}

static void walk(struct comparison *c, struct sides *s)
{
	const struct item *new, *old;
	size_t n = 0, o = 0;
	int order;

	while (n < s->new.count || o < s->old.count) {
		new = n < s->new.count ? &s->new.list[n] : NULL;
		old = o < s->old.count ? &s->old.list[o] : NULL;
		order = !new ? 1 : !old ? -1 : compare_paths(new, old);
		compare_one(c, s, order <= 0 ? new : NULL,
			    order >= 0 ? old : NULL);
		n += order <= 0;
		o += order >= 0;
	}
}

/**
 * compare_with_kernel() - find out what a load would change
 * @c: says which manifest would be replaced; filled; its findings are to be freed in
 *	any case
 * @m: the new one, judged
 * @dir: what its paths lie beneath
 *
 * Return: 0, or -1, reported.
 */
int compare_with_kernel(struct comparison *c, const struct manifest_file *m,
			int dir)
{
	struct sides s = { .left = false };
	int ret;

	ret = read_new(&s.new, c, m, dir) || read_old(&s.old, c) ? -1 : 0;
	if (!ret)
		walk(c, &s);
	c->entries = s.new.count;
	items_free(&s.new);
	items_free(&s.old);
	findings_sort(&c->findings);
	if (!ret && c->findings.lost) {
		message("out of memory");
		ret = -1;
	}
	return ret;
}
