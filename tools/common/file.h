/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whole files in and out of memory. Failures are reported here, with the name
 * of the file and the cause; callers only pass the error on.
 */

#ifndef _VERIEXEC_FILE_H
#define _VERIEXEC_FILE_H

#include <limits.h>
#include <stddef.h>
#include <sys/types.h>

#include "manifest.h"

/**
 * struct buffer - bytes in memory
 * @data: from malloc(), or NULL; always followed by a NUL byte
 * @len: of @data, without that NUL
 *
 * Belongs to whoever declared it, who calls buffer_free() in the end.
 */
struct buffer {
	u8 *data;
	size_t len;
};

/**
 * struct prepared_file - a file that is whole before it has its name
 * @path: the name that it is to have
 * @temp: the one that it has, in the same directory; what was there once @kept
 * @placed: it has its name, which nothing had before
 * @kept: what was there before is @temp
 */
struct prepared_file {
	const char *path;
	char temp[PATH_MAX];
	bool placed;
	bool kept;
};

void buffer_free(struct buffer *buf);
int buffer_add(struct buffer *buf, const void *data, size_t len);

int file_read(const char *path, size_t max, struct buffer *buf);
int file_read_open(int fd, const char *path, size_t max, struct buffer *buf);
int file_write(const char *path, const void *data, size_t len);
int file_write_new(const char *path, const void *data, size_t len, mode_t mode,
		   bool replace);

int file_prepare(struct prepared_file *f, const char *path, const void *data,
		 size_t len, mode_t mode);
int file_place(struct prepared_file *f, bool replace);
void file_keep(struct prepared_file *f);
void file_drop(struct prepared_file *f);

int file_open_there(const char *path);
int file_lock(const char *path, mode_t mode);

#endif /* _VERIEXEC_FILE_H */
