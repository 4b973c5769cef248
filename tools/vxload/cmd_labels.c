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
#include <sys/sysmacros.h>

#include "commands.h"
#include "exit.h"
#include "message.h"
#include "securityfs.h"

/**
 * struct wanted - a file asked for
 * @path: as the user gave it
 * @device: of its file system, as ``entries`` has it
 * @inode: likewise
 * @flags: of its entry that was loaded last, NULL if it is not listed
 */
struct wanted {
	const char *path;
	char device[32];
	char inode[24];
	char *flags;
};

/*
 * The device number that stat(2) gives is not that of the file system on btrfs
 * or overlayfs: the table of mounts has the right one.
 */
static void device_of_mount(unsigned long long id, char *device, size_t size)
{
	unsigned int major, minor;
	unsigned long long mount;
	char *line = NULL;
	size_t room = 0;
	FILE *f;

	f = fopen("/proc/self/mountinfo", "re");
	if (!f)
		return;
	while (getline(&line, &room, f) >= 0)
		if (sscanf(line, "%llu %*u %u:%u", &mount, &major,
			   &minor) == 3 && mount == id) {
			snprintf(device, size, "%u:%u", major, minor);
			break;
		}
	free(line);
	fclose(f);
}

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
	snprintf(w->device, sizeof(w->device), "%u:%u", st.stx_dev_major,
		 st.stx_dev_minor);
	if (st.stx_mask & STATX_MNT_ID)
		device_of_mount(st.stx_mnt_id, w->device, sizeof(w->device));
	return 0;
}

/* One pass over the table, however many files there are. */
static int find_entries(struct wanted *w, size_t count)
{
	struct sfs_lines lines;
	struct sfs_entry e;
	size_t i;
	int ret;

	if (sfs_lines_open(&lines, "entries"))
		return -1;
	while ((ret = sfs_next_entry(&lines, &e)) > 0)
		for (i = 0; i < count; i++) {
			if (strcmp(e.inode, w[i].inode) ||
			    strcmp(e.device, w[i].device))
				continue;
			free(w[i].flags);
			w[i].flags = strdup(e.flags);
			if (!w[i].flags) {
				message("out of memory");
				ret = -1;
				goto out;
			}
		}
out:
	sfs_lines_close(&lines);
	return ret;
}

static int print_flags(const struct wanted *w, bool alone)
{
	if (!w->flags) {
		message("%s: is not listed", w->path);
		return EXIT_NO;
	}
	if (!alone)
		printf("%s: ", w->path);
	puts(w->flags);
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
