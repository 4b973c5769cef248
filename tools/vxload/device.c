// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds out on which file system a file is, in the kernel's own words.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/magic.h>

#include "device.h"
#include "message.h"
#include "place.h"

/* The table of mounts, as the kernel has it, or NULL, reported. */
static FILE *open_mounts(void)
{
	static const char name[] = "self/mountinfo";
	int proc = place_open("/proc", PROC_SUPER_MAGIC);
	FILE *f = NULL;
	int fd = proc;

	if (proc >= 0) {
		fd = place_open_file(proc, name, O_RDONLY);
		close(proc);
	}
	if (fd >= 0) {
		f = fdopen(fd, "r");
		if (f)
			return f;
		close(fd);
		fd = -errno;
	}
	message("/proc/%s: %s", name,
		fd == -EMEDIUMTYPE || fd == -EXDEV ?
		"is not the kernel's: something else is mounted there" :
		strerror(-fd));
	return NULL;
}

/*
 * The device number that stat(2) gives is not that of the file system on btrfs
 * or overlayfs: the table of mounts has the right one.
 */
static int device_of_mount(unsigned long long id, char *device, size_t size)
{
	unsigned int major, minor;
	unsigned long long mount;
	char *line = NULL;
	size_t room = 0;
	FILE *f;

	f = open_mounts();
	if (!f)
		return -1;
	while (getline(&line, &room, f) >= 0)
		if (sscanf(line, "%llu %*u %u:%u", &mount, &major,
			   &minor) == 3 && mount == id) {
			snprintf(device, size, "%u:%u", major, minor);
			break;
		}
	free(line);
	fclose(f);
	return 0;
}

/**
 * device_word() - on which file system is a file?
 * @st: of the file, with STATX_MNT_ID
 * @word: gets MAJOR:MINOR
 *
 * Return: 0, or -1, reported.
 */
int device_word(const struct statx *st, char word[DEVICE_WORD_SIZE])
{
	snprintf(word, DEVICE_WORD_SIZE, "%u:%u", st->stx_dev_major,
		 st->stx_dev_minor);
	if (!(st->stx_mask & STATX_MNT_ID))
		return 0;
	return device_of_mount(st->stx_mnt_id, word, DEVICE_WORD_SIZE);
}
