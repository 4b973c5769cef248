// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads and writes a cache of fingerprints: a line of magic, and a line for each
 * file,
 *
 *	PATH DEVICE INODE SIZE MTIME CTIME ALGORITHM=DIGEST...
 *
 * The time of the inode changes with every change of the content, and no program
 * can set it. So a file whose every number is the same has the same content,
 * unless it changed twice within one tick of the clock: what had just changed
 * when it was hashed is not remembered.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cache.h"
#include "file.h"
#include "fingerprint.h"
#include "message.h"

#define CACHE_FILE_MAX	(1U << 30)
#define MAGIC		"vxsign cache 1"

/* Longer than any tick of a clock of a file system's. */
#define RECENT_SECONDS	2

/* Cuts a number and what must follow it off the front of @s. */
static bool get_number(char **s, char end, unsigned long long *n)
{
	char *stop;

	if (**s < '0' || **s > '9')
		return false;
	errno = 0;
	*n = strtoull(*s, &stop, 10);
	if (errno || *stop != end)
		return false;
	*s = stop + 1;
	return true;
}

/* Nanoseconds come with all their digits. */
static bool get_time(char **s, struct timespec *t)
{
	unsigned long long seconds, nanoseconds;

	if (!get_number(s, '.', &seconds) ||
	    !get_number(s, ' ', &nanoseconds) || nanoseconds > 999999999)
		return false;
	*t = (struct timespec){ (time_t)seconds, (long)nanoseconds };
	return true;
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *p = c ? strchr(digits, c) : NULL;

	return p ? (int)(p - digits) : -1;
}

static bool get_digest(const char *hex, u8 *digest, u32 size)
{
	u32 i;

	if (strlen(hex) != 2 * size)
		return false;
	for (i = 0; i < size; i++) {
		int high = hex_digit(hex[2 * i]);
		int low = hex_digit(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		digest[i] = (u8)(high << 4 | low);
	}
	return true;
}

static bool get_digests(char *rest, struct cached *file)
{
	char *word;

	while ((word = strsep(&rest, " "))) {
		size_t len = strcspn(word, "=");
		int alg = fingerprint_find(word, len);

		if (alg < 0 || !word[len] ||
		    !get_digest(word + len + 1, file->digest[alg],
				veriexec_algs[alg].size))
			return false;
		file->algs |= 1U << alg;
	}
	return file->algs;
}

/* Returns 0 or a negative errno, not reported. */
static int parse_line(char *line, struct cached *file)
{
	char *name = strsep(&line, " ");
	unsigned long long device, inode, size;

	if (!line || !*name || !get_number(&line, ' ', &device) ||
	    !get_number(&line, ' ', &inode) ||
	    !get_number(&line, ' ', &size) ||
	    !get_time(&line, &file->st.st_mtim) ||
	    !get_time(&line, &file->st.st_ctim) || !get_digests(line, file))
		return -EBADMSG;
	file->st.st_dev = (dev_t)device;
	file->st.st_ino = (ino_t)inode;
	file->st.st_size = (off_t)size;
	file->name = strdup(name);
	return file->name ? 0 : -ENOMEM;
}

static int compare(const void *a, const void *b)
{
	const struct cached *left = a, *right = b;

	return strcmp(left->name, right->name);
}

static int parse(struct cache *cache, const char *path, char *text)
{
	unsigned int number = 0;
	size_t room = 0;
	char *line;
	int ret;

	while ((line = strsep(&text, "\n"))) {
		number++;
		if (number == 1 && strcmp(line, MAGIC)) {
			message("%s: is not a cache of vxsign's", path);
			return -EBADMSG;
		}
		if (number == 1 || (!*line && !text))
			continue;
		if (cache->count == room) {
			struct cached *bigger;

			room = room * 2 + 1024;
			bigger = realloc(cache->list, room * sizeof(*bigger));
			if (!bigger) {
				message("out of memory");
				return -ENOMEM;
			}
			cache->list = bigger;
		}
		cache->list[cache->count] = (struct cached){ 0 };
		ret = parse_line(line, &cache->list[cache->count]);
		if (ret == -ENOMEM)
			message("out of memory");
		else if (ret)
			message_at(path, number, "is not a line of a cache");
		if (ret)
			return ret;
		cache->count++;
	}
	if (cache->count)
		qsort(cache->list, cache->count, sizeof(*cache->list),
		      compare);
	return 0;
}

/**
 * cache_load() - read a cache
 * @cache: zeroed; cache_free() it in any case
 * @path: of the file, which need not be there
 *
 * Return: 0, or a negative errno, reported.
 */
int cache_load(struct cache *cache, const char *path)
{
	struct buffer buf = { 0 };
	int ret;

	if (access(path, F_OK) && errno == ENOENT)
		return 0;
	ret = file_read(path, CACHE_FILE_MAX, &buf);
	if (ret)
		return ret;
	if (strlen((char *)buf.data) != buf.len) {
		message("%s: is not a cache of vxsign's", path);
		ret = -EBADMSG;
	} else {
		ret = parse(cache, path, (char *)buf.data);
	}
	buffer_free(&buf);
	return ret;
}

static bool same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/**
 * cache_find() - find what is known of a file
 * @cache: loaded
 * @name: encoded path of the file
 * @st: of the file, as it is now
 * @algs: fingerprints that are wanted, a bit each
 *
 * Return: the file with all those fingerprints, or NULL if it has to be hashed.
 */
const struct cached *cache_find(const struct cache *cache, const char *name,
				const struct stat *st, u32 algs)
{
	const struct cached key = { .name = (char *)name };
	const struct cached *file;

	if (!cache->count)
		return NULL;
	file = bsearch(&key, cache->list, cache->count, sizeof(key), compare);
	if (!file || (file->algs & algs) != algs ||
	    file->st.st_dev != st->st_dev || file->st.st_ino != st->st_ino ||
	    file->st.st_size != st->st_size ||
	    !same_time(&file->st.st_mtim, &st->st_mtim) ||
	    !same_time(&file->st.st_ctim, &st->st_ctim))
		return NULL;
	return file;
}

/**
 * cache_may_keep() - will it be seen if this file changes?
 * @st: of the file
 * @begin: when hashing began
 *
 * Return: false if it changed so lately, or in the future, that it could change
 * again without another time.
 */
bool cache_may_keep(const struct stat *st, time_t begin)
{
	/* The time of a file can lie before 1970, though no file was made then. */
	return st->st_mtim.tv_sec >= 0 && st->st_ctim.tv_sec >= 0 &&
	       st->st_ctim.tv_sec + RECENT_SECONDS < begin;
}

/**
 * cache_print_head() - write what a cache begins with
 * @out: where to
 */
void cache_print_head(FILE *out)
{
	fputs(MAGIC "\n", out);
}

/**
 * cache_print() - write the line of a file
 * @out: where to
 * @file: what to remember
 */
void cache_print(FILE *out, const struct cached *file)
{
	char hex[FINGERPRINT_HEX_SIZE];
	u32 i;

	fprintf(out, "%s %llu %llu %llu %lld.%09ld %lld.%09ld", file->name,
		(unsigned long long)file->st.st_dev,
		(unsigned long long)file->st.st_ino,
		(unsigned long long)file->st.st_size,
		(long long)file->st.st_mtim.tv_sec, file->st.st_mtim.tv_nsec,
		(long long)file->st.st_ctim.tv_sec, file->st.st_ctim.tv_nsec);
	for (i = 0; i < VERIEXEC_ALG_COUNT; i++) {
		if (!(file->algs & 1U << i))
			continue;
		fingerprint_hex(i, file->digest[i], hex);
		fprintf(out, " %s=%s", veriexec_algs[i].name, hex);
	}
	fputc('\n', out);
}

/**
 * cache_free() - forget it
 * @cache: empty afterwards
 */
void cache_free(struct cache *cache)
{
	while (cache->count)
		free(cache->list[--cache->count].name);
	free(cache->list);
	cache->list = NULL;
}
