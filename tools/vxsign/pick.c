// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tells programs, libraries, scripts, modules and firmware from other files: by
 * name, by the first bytes, and where those do not tell, by the mode.
 */

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pick.h"

/* The first is that of a module that is not compressed. */
static const char *const module_ends[] = {
	".ko", ".ko.gz", ".ko.xz", ".ko.zst",
};

static const char *const firmware_dirs[] = {
	"lib/firmware/", "usr/lib/firmware/",
};

const char *const pick_words[] = {
	[PICK_NOTHING] = "other",
	[PICK_PROGRAM] = "program",
	[PICK_LIBRARY] = "library",
	[PICK_SCRIPT] = "script",
	[PICK_MODULE] = "module",
	[PICK_FIRMWARE] = "firmware",
	[PICK_EXECUTABLE] = "executable",
};

static bool ends_with(const char *s, const char *end)
{
	size_t len = strlen(s), end_len = strlen(end);

	return len > end_len && !strcmp(s + len - end_len, end);
}

static bool is_module(const char *path)
{
	size_t i;

	for (i = 0; i < sizeof(module_ends) / sizeof(module_ends[0]); i++)
		if (ends_with(path, module_ends[i]))
			return true;
	return false;
}

/**
 * pick_is_compressed() - is this module compressed?
 * @path: of a file that pick_file() takes for a module
 */
bool pick_is_compressed(const char *path)
{
	return !ends_with(path, module_ends[0]);
}

static bool is_firmware(const char *path)
{
	size_t i;

	for (i = 0; i < sizeof(firmware_dirs) / sizeof(firmware_dirs[0]); i++)
		if (!strncmp(path, firmware_dirs[i], strlen(firmware_dirs[i])))
			return true;
	return false;
}

/* "libc.so", "libc.so.6", but not "so" or "x.sort". */
static bool is_library(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *so = strstr(slash ? slash : path, ".so");

	for (; so; so = strstr(so + 1, ".so"))
		if (!so[3] || so[3] == '.')
			return true;
	return false;
}

/**
 * pick_file() - what is a file?
 * @path: relative to the root
 * @mode: of the file
 * @fd: open for reading; its offset is not used
 *
 * Return: an enum pick, or a negative errno, not reported, if it cannot be read.
 */
int pick_file(const char *path, mode_t mode, int fd)
{
	char head[4] = "";
	ssize_t n;

	if (is_module(path))
		return PICK_MODULE;
	if (is_firmware(path))
		return PICK_FIRMWARE;
	do
		n = pread(fd, head, sizeof(head), 0);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (n == sizeof(head) && !memcmp(head, "\177ELF", sizeof(head)))
		return is_library(path) ? PICK_LIBRARY : PICK_PROGRAM;
	if (n >= 2 && !memcmp(head, "#!", 2))
		return PICK_SCRIPT;
	return mode & (S_IXUSR | S_IXGRP | S_IXOTH) ? PICK_EXECUTABLE :
						      PICK_NOTHING;
}
