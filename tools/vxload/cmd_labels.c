// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxload -l: the flags and the label that a manifest gives a file.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "commands.h"
#include "device.h"
#include "exit.h"
#include "message.h"
#include "securityfs.h"

/**
 * struct wanted - a file asked for
 * @path: as the user gave it
 * @device: of its file system, as ``entries`` has it
 * @inode: likewise
 * @flags: of its entry that was loaded last, NULL if it is not listed
 * @first: the file that has the @flags: itself, or another name of it
 */
struct wanted {
	const char *path;
	char device[DEVICE_WORD_SIZE];
	char inode[24];
	char *flags;
	struct wanted *first;
};

static int identify(const char *path, struct wanted *w)
{
	struct statx st;

	*w = (struct wanted){ .path = path };
	if (statx(AT_FDCWD, path, 0, STATX_INO | STATX_MNT_ID, &st)) {
		message("%s: %s", path, strerror(errno));
		return -1;
	}
	snprintf(w->inode, sizeof(w->inode), "%llu",
		 (unsigned long long)st.stx_ino);
	return device_word(&st, w->device);
}

static int compare(const struct wanted *w, const char *inode,
		   const char *device)
{
	int order = strcmp(w->inode, inode);

	return order ? order : strcmp(w->device, device);
}

static int compare_wanted(const void *a, const void *b)
{
	struct wanted *const *left = a, *const *right = b;

	return compare(*left, (*right)->inode, (*right)->device);
}

static int compare_entry(const void *key, const void *element)
{
	const struct sfs_entry *e = key;
	struct wanted *const *w = element;

	return -compare(*w, e->inode, e->device);
}

/* Sorts the files by what they are. Returns how many different ones there are. */
static size_t sort_files(struct wanted *w, size_t count, struct wanted **sorted)
{
	size_t kept = 0;
	size_t i;

	for (i = 0; i < count; i++)
		sorted[i] = &w[i];
	qsort(sorted, count, sizeof(*sorted), compare_wanted);
	for (i = 0; i < count; i++) {
		if (!kept || compare_wanted(&sorted[kept - 1], &sorted[i]))
			sorted[kept++] = sorted[i];
		sorted[i]->first = sorted[kept - 1];
	}
	return kept;
}

/* One pass over the table, however many files there are. */
static int find_sorted(struct wanted **sorted, size_t count)
{
	struct sfs_lines lines;
	struct sfs_entry e;
	struct wanted **w;
	int ret;

	if (sfs_lines_open(&lines, "entries"))
		return -1;
	while ((ret = sfs_next_entry(&lines, &e)) > 0) {
		w = bsearch(&e, sorted, count, sizeof(*sorted), compare_entry);
		if (!w)
			continue;
		free((*w)->flags);
		(*w)->flags = strdup(e.flags);
		if (!(*w)->flags) {
			message("out of memory");
			ret = -1;
			break;
		}
	}
	sfs_lines_close(&lines);
	return ret;
}

static int find_entries(struct wanted *w, size_t count)
{
	struct wanted **sorted = calloc(count, sizeof(*sorted));
	int ret;

	if (!sorted) {
		message("out of memory");
		return -1;
	}
	ret = find_sorted(sorted, sort_files(w, count, sorted));
	free(sorted);
	return ret;
}

static int print_flags(const struct wanted *w, bool alone)
{
	if (!w->first->flags) {
		message("%s: is not listed", w->path);
		return EXIT_NO;
	}
	if (!alone)
		printf("%s: ", w->path);
	puts(w->first->flags);
	return EXIT_YES;
}

/**
 * cmd_labels() - print the flags and the label of files
 * @files: their names, ended by NULL; that of a single one is not repeated
 *
 * Return: EXIT_YES if all are listed, EXIT_TROUBLE if one is not there, else
 * EXIT_NO.
 */
int cmd_labels(char **files)
{
	int status = EXIT_TROUBLE;
	struct wanted *w;
	size_t count = 0;
	size_t i;

	while (files[count])
		count++;
	w = calloc(count, sizeof(*w));
	if (!w) {
		message("out of memory");
		return EXIT_TROUBLE;
	}
	for (i = 0; i < count; i++)
		if (identify(files[i], &w[i]))
			goto out;
	if (find_entries(w, count))
		goto out;
	status = EXIT_YES;
	for (i = 0; i < count; i++)
		if (print_flags(&w[i], count == 1))
			status = EXIT_NO;
out:
	for (i = 0; i < count; i++)
		free(w[i].flags);
	free(w);
	return status;
}
