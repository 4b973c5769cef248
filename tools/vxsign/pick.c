// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tells programs, libraries, scripts, modules and firmware from other files:
 * first by name and mode, and where those do not tell, by the first bytes.
 */

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pick.h"

static const char *const module_ends[] = {
	".ko", ".ko.gz", ".ko.xz", ".ko.zst",
};

static const char *const firmware_dirs[] = {
	"lib/firmware/", "usr/lib/firmware/",
};

static const struct {
	const char *bytes;
	size_t len;
} magics[] = {
	{ "\177ELF", 4 },
	{ "#!", 2 },
};

static bool ends_with(const char *s, const char *end)
{
	size_t len = strlen(s), end_len = strlen(end);

	return len > end_len && !strcmp(s + len - end_len, end);
}

/**
 * pick_by_name() - does a file's name or mode say that it is to be listed?
 * @path: relative to the root
 * @mode: of the file
 */
bool pick_by_name(const char *path, mode_t mode)
{
	size_t i;

	if (mode & (S_IXUSR | S_IXGRP | S_IXOTH))
		return true;
	for (i = 0; i < sizeof(module_ends) / sizeof(module_ends[0]); i++)
		if (ends_with(path, module_ends[i]))
			return true;
	for (i = 0; i < sizeof(firmware_dirs) / sizeof(firmware_dirs[0]); i++)
		if (!strncmp(path, firmware_dirs[i], strlen(firmware_dirs[i])))
			return true;
	return false;
}

/**
 * pick_by_content() - does a file's content say that it is to be listed?
 * @fd: open for reading; its offset is not used
 */
bool pick_by_content(int fd)
{
	char head[4];
	ssize_t n = pread(fd, head, sizeof(head), 0);
	size_t i;

	for (i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (n >= (ssize_t)magics[i].len &&
		    !memcmp(head, magics[i].bytes, magics[i].len))
			return true;
	return false;
}
