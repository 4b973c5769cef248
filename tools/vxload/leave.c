// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tells which files stop running when a manifest takes the place of one of the same
 * name that lists files on file systems on which it lists none. Who decides whether
 * that is so is the kernel; this only words it.
 */

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "beneath.h"
#include "device.h"
#include "leave.h"
#include "message.h"
#include "reader.h"
#include "securityfs.h"

#define DEVICES_MAX	256

/**
 * struct devices - the file systems that a manifest lists files on
 * @mounts: of which the devices are known
 * @words: as ``entries`` has them
 * @count: of both
 */
struct devices {
	unsigned long long mounts[DEVICES_MAX];
	char words[DEVICES_MAX][DEVICE_WORD_SIZE];
	unsigned int count;
};

static int add(struct devices *d, int fd)
{
	struct statx st;
	unsigned int i;

	if (statx(fd, "", AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW,
		  STATX_BASIC_STATS | STATX_MNT_ID, &st))
		return 0;
	for (i = 0; i < d->count; i++)
		if (d->mounts[i] == st.stx_mnt_id)
			return 0;
	if (d->count == DEVICES_MAX)
		return 0;
	d->mounts[d->count] = st.stx_mnt_id;
	return device_word(&st, d->words[d->count++]);
}

static int find_devices(const struct manifest_file *m, int dir,
			struct devices *d)
{
	struct veriexec_record record;
	struct reader r = { 0 };
	int ret, fd;

	ret = reader_open(&r, m->name, m->parts.text, m->parts.text_len);
	while (!ret && (ret = reader_next(&r, &record)) > 0) {
		fd = beneath_find(dir, record.path);
		ret = fd < 0 ? 0 : add(d, fd);
		if (fd >= 0)
			close(fd);
	}
	reader_close(&r);
	return ret;
}

static bool is_left(const struct devices *d, const char *device)
{
	unsigned int i;

	for (i = 0; i < d->count; i++)
		if (!strcmp(d->words[i], device))
			return false;
	return true;
}

/* Counts what is left, or names it. */
static int walk_left(const struct manifest_file *m, const struct devices *d,
		     bool name, unsigned long *count)
{
	struct sfs_lines lines;
	struct sfs_entry e;
	int ret;

	*count = 0;
	if (sfs_lines_open(&lines, "entries"))
		return -1;
	while ((ret = sfs_next_entry(&lines, &e)) > 0) {
		if (strcmp(e.manifest, m->header.name) ||
		    !is_left(d, e.device))
			continue;
		++*count;
		if (name)
			message("%s: stops running: %s", m->name, e.path);
	}
	sfs_lines_close(&lines);
	return ret;
}

static int find_version(const struct manifest_file *m, char version[24])
{
	struct sfs_manifest line;
	struct sfs_lines lines;
	int ret;

	snprintf(version, 24, "-");
	if (sfs_lines_open(&lines, "manifests"))
		return -1;
	while ((ret = sfs_next_manifest(&lines, &line)) > 0)
		if (!strcmp(line.name, m->header.name))
			snprintf(version, 24, "%s", line.version);
	sfs_lines_close(&lines);
	return ret;
}

/**
 * leave_tell() - say what a manifest would stop, since the kernel does not load it so
 * @m: the manifest
 * @dir: what its paths lie beneath
 * @replace: it is loaded all the same
 * @verbose: name each file
 *
 * Return: 0, or -1, reported.
 */
int leave_tell(const struct manifest_file *m, int dir, bool replace,
	       bool verbose)
{
	struct devices devices = { .count = 0 };
	char version[24];
	unsigned long count;

	if (find_devices(m, dir, &devices) ||
	    walk_left(m, &devices, verbose, &count) || find_version(m, version))
		return -1;
	if (replace)
		message("%s: takes the place of version %s of %s: %lu files on other file systems stop running",
			m->name, version, m->header.name, count);
	else
		message("%s: refused: it would take the place of version %s of %s, and %lu files on other file systems would stop running; --replace loads it",
			m->name, version, m->header.name, count);
	return 0;
}
