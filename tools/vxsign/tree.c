// SPDX-License-Identifier: GPL-2.0-only
/*
 * Walks a tree: follows no symbolic link, enters no other file system, and
 * takes the failure to read a directory for what it is.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "beneath.h"
#include "message.h"
#include "tree.h"

/**
 * struct walk - a walk on its way
 * @tree: being filled
 * @dir: name of the root, for messages
 * @device: of the root. Of directories only: on overlayfs files may be of
 *	another.
 * @at: index of the directory that it is in
 * @path: where it is, relative to the root
 */
struct walk {
	struct tree *tree;
	const char *dir;
	dev_t device;
	size_t at;
	char path[VERIEXEC_PATH_SIZE];
};

static int failed(const struct walk *w, int err)
{
	message("%s/%s: %s", w->dir, w->path, strerror(err));
	return -err;
}

static char *encode(const char *path)
{
	size_t size = veriexec_encode_path(NULL, 0, path) + 1;
	char *name = malloc(size);

	if (name)
		veriexec_encode_path(name, size, path);
	return name;
}

/* Room for one more in @list, which has @count of @size. NULL without memory. */
static void *grow(void *list, size_t count, size_t *room, size_t size)
{
	size_t more = *room * 2 + 1024;

	if (count < *room)
		return list;
	list = reallocarray(list, more, size);
	if (list)
		*room = more;
	return list;
}

static void free_file(struct tree_file *file)
{
	free(file->path);
	free(file->name);
	free(file->link);
}

/* A file, or a link of this @text. */
static int add_file(struct walk *w, const struct stat *st, const char *text)
{
	struct tree *tree = w->tree;
	struct tree_file *file = grow(tree->files, tree->count, &tree->room,
				      sizeof(*file));

	if (!file)
		return failed(w, ENOMEM);
	tree->files = file;
	file += tree->count;
	*file = (struct tree_file){
		.path = strdup(w->path),
		.name = encode(w->path),
		.link = text ? strdup(text) : NULL,
		.dir = w->at,
		.st = *st,
	};
	if (!file->path || !file->name || (text && !file->link)) {
		free_file(file);
		return failed(w, ENOMEM);
	}
	tree->count++;
	return 0;
}

static int add_link(struct walk *w, int parent, const char *name,
		    const struct stat *st)
{
	char text[VERIEXEC_PATH_SIZE];
	int ret = beneath_read_link(parent, name, text);

	return ret ? failed(w, -ret) : add_file(w, st, text);
}

static int add_dir(struct walk *w, const struct stat *st)
{
	struct tree *tree = w->tree;
	struct tree_dir *dir = grow(tree->dirs, tree->dir_count,
				    &tree->dir_room, sizeof(*dir));

	if (!dir)
		return failed(w, ENOMEM);
	tree->dirs = dir;
	dir[tree->dir_count++] = (struct tree_dir){
		.id = { st->st_dev, st->st_ino },
		.parent = w->at,
	};
	return 0;
}

/* A mount point, or a subvolume of btrfs. */
static int add_other(struct walk *w)
{
	struct tree *tree = w->tree;
	char **others = grow(tree->others, tree->other_count,
			     &tree->other_room, sizeof(*others));
	char *name = encode(w->path);

	if (others)
		tree->others = others;
	if (!others || !name) {
		free(name);
		return failed(w, ENOMEM);
	}
	others[tree->other_count++] = name;
	return 0;
}

static int walk_directory(struct walk *w, int fd, size_t len);

/* Walks the directory @fd, which lies where @w is, and closes it. */
static int walk_into(struct walk *w, int fd, const struct stat *st, size_t len)
{
	const size_t parent = w->at;
	int ret = add_dir(w, st);

	if (ret) {
		close(fd);
		return ret;
	}
	w->at = w->tree->dir_count - 1;
	ret = walk_directory(w, fd, len);
	w->at = parent;
	return ret;
}

static int enter(struct walk *w, int parent, const char *name, size_t len)
{
	struct stat st;
	int fd;

	fd = openat(parent, name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return failed(w, errno);
	if (fstat(fd, &st)) {
		int err = errno;

		close(fd);
		return failed(w, err);
	}
	if (st.st_dev != w->device) {
		close(fd);
		return add_other(w);
	}
	return walk_into(w, fd, &st, len);
}

static int visit(struct walk *w, int parent, const char *name, size_t len)
{
	struct stat st;

	if (globs_match(&w->tree->excludes, w->path))
		return 0;
	if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW))
		return failed(w, errno);
	if (S_ISDIR(st.st_mode))
		return enter(w, parent, name, len);
	if (S_ISLNK(st.st_mode))
		return add_link(w, parent, name, &st);
	return S_ISREG(st.st_mode) ? add_file(w, &st, NULL) : 0;
}

/* Walks the directory @fd, which it closes; its path has @len bytes. */
static int walk_directory(struct walk *w, int fd, size_t len)
{
	DIR *dir = fdopendir(fd);
	struct dirent *entry;
	int ret = 0;

	if (!dir) {
		ret = failed(w, errno);
		close(fd);
		return ret;
	}
	while (!ret) {
		size_t slash = len ? len + 1 : 0;
		size_t n;

		errno = 0;
		entry = readdir(dir);
		if (!entry) {
			if (errno)
				ret = failed(w, errno);
			break;
		}
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		n = strlen(entry->d_name);
		if (slash + n >= sizeof(w->path)) {
			ret = failed(w, ENAMETOOLONG);
			break;
		}
		if (len)
			w->path[len] = '/';
		memcpy(w->path + slash, entry->d_name, n + 1);
		ret = visit(w, fd, entry->d_name, slash + n);
		w->path[len] = '\0';
	}
	closedir(dir);
	return ret;
}

static int compare_names(const void *a, const void *b)
{
	const struct tree_file *left = a, *right = b;

	return strcmp(left->name, right->name);
}

static int compare_words(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/**
 * tree_walk() - find the regular files and the links beneath a directory
 * @tree: zeroed but for what to exclude; tree_free() it in any case
 * @dir: its name, for messages
 * @root: the directory
 *
 * Return: 0, or a negative errno, reported.
 */
int tree_walk(struct tree *tree, const char *dir, int root)
{
	struct walk w = { .tree = tree, .dir = dir };
	struct stat st;
	int fd, ret;

	if (fstat(root, &st))
		return failed(&w, errno);
	w.device = st.st_dev;
	fd = openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return failed(&w, errno);
	ret = walk_into(&w, fd, &st, 0);
	if (!ret && tree->count)
		qsort(tree->files, tree->count, sizeof(*tree->files),
		      compare_names);
	if (!ret && tree->other_count)
		qsort(tree->others, tree->other_count, sizeof(*tree->others),
		      compare_words);
	return ret;
}

/**
 * tree_tell_others() - say what the walk has not entered
 * @tree: walked
 * @dir: its name
 * @names: say each of them, and not only how many
 */
void tree_tell_others(const struct tree *tree, const char *dir, bool names)
{
	size_t i;

	if (!tree->other_count)
		return;
	for (i = 0; names && i < tree->other_count; i++)
		message("%s/%s: is on another file system, and was passed over",
			dir, tree->others[i]);
	if (!names)
		message("%s: warning: passed over %zu director%s on other file systems: -v names them, --one-file-system says that this is meant",
			dir, tree->other_count,
			tree->other_count == 1 ? "y" : "ies");
}

static bool same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/**
 * tree_unchanged() - is it still the same file, with the same content?
 * @before: it was read
 * @after: it was read
 */
bool tree_unchanged(const struct stat *before, const struct stat *after)
{
	return before->st_ino == after->st_ino &&
	       before->st_size == after->st_size &&
	       before->st_mode == after->st_mode &&
	       before->st_uid == after->st_uid &&
	       before->st_gid == after->st_gid &&
	       same_time(&before->st_mtim, &after->st_mtim) &&
	       same_time(&before->st_ctim, &after->st_ctim);
}

/**
 * tree_free() - forget the files
 * @tree: empty afterwards
 */
void tree_free(struct tree *tree)
{
	while (tree->count)
		free_file(&tree->files[--tree->count]);
	while (tree->other_count)
		free(tree->others[--tree->other_count]);
	globs_free(&tree->excludes);
	free(tree->files);
	free(tree->dirs);
	free(tree->others);
	tree->files = NULL;
	tree->room = 0;
	tree->dirs = NULL;
	tree->dir_count = 0;
	tree->dir_room = 0;
	tree->others = NULL;
	tree->other_room = 0;
}
