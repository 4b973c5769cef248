// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes the directives of a manifest. What a good name, version or fingerprint
 * is, the grammar decides.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fingerprint.h"
#include "heading.h"
#include "message.h"
#include "reader.h"

/* The first levels that know %revoke and %image. */
#define LEVEL_OF_REVOKE	2
#define LEVEL_OF_IMAGE	5

/**
 * heading_add() - add a fingerprint to those of a directive
 * @w: the &heading.revoked or &heading.images of a heading
 * @fingerprint: ``ALG=HEX``, in letters of any case
 *
 * Return: 0, or %-ENOMEM, reported.
 */
int heading_add(struct words *w, const char *fingerprint)
{
	char **bigger = realloc(w->list, (w->count + 1) * sizeof(*w->list));
	char *copy = strdup(fingerprint);
	char *c;

	if (bigger)
		w->list = bigger;
	if (!bigger || !copy) {
		free(copy);
		message("out of memory");
		return -ENOMEM;
	}
	for (c = copy; *c; c++)
		if (*c >= 'A' && *c <= 'F')
			*c = (char)(*c - 'A' + 'a');
	w->list[w->count++] = copy;
	return 0;
}

/**
 * heading_revoke_file() - let what is in a file never verify again
 * @h: the heading
 * @path: of the file
 * @algs: fingerprints to revoke, a bit each
 *
 * Return: 0, or a negative errno, reported.
 */
int heading_revoke_file(struct heading *h, const char *path, u32 algs)
{
	u8 digests[VERIEXEC_ALG_COUNT][VERIEXEC_DIGEST_SIZE];
	char hex[FINGERPRINT_HEX_SIZE];
	char word[FINGERPRINT_HEX_SIZE + 32];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int ret = fd < 0 ? -errno : fingerprint_fd(fd, algs, digests);
	u32 i;

	if (fd >= 0)
		close(fd);
	if (ret) {
		message("%s: %s", path, strerror(-ret));
		return ret;
	}
	for (i = 0; i < VERIEXEC_ALG_COUNT && !ret; i++) {
		if (!(algs & 1U << i))
			continue;
		fingerprint_hex(i, digests[i], hex);
		snprintf(word, sizeof(word), "%s=%s", veriexec_algs[i].name,
			 hex);
		ret = heading_add(&h->revoked, word);
	}
	return ret;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int add_text(struct buffer *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int add_text(struct buffer *out, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return buffer_add(out, text, strlen(text));
}

static int print_words(struct words *w, const char *directive,
		       struct buffer *out)
{
	int ret = 0;
	size_t i;

	if (w->count)
		qsort(w->list, w->count, sizeof(*w->list), compare);
	for (i = 0; i < w->count && !ret; i++)
		if (!i || strcmp(w->list[i], w->list[i - 1]))
			ret = add_text(out, "%%%s %.200s\n", directive,
				       w->list[i]);
	return ret;
}

/**
 * heading_print() - write the directives
 * @h: the heading; its fingerprints are sorted by it
 * @out: where to
 *
 * Return: 0, or a negative errno, reported.
 */
int heading_print(struct heading *h, struct buffer *out)
{
	u32 requires = (u32)h->requires;
	int ret = add_text(out, "%%manifest %d\n", VERIEXEC_FORMAT);

	if (h->revoked.count && requires < LEVEL_OF_REVOKE)
		requires = LEVEL_OF_REVOKE;
	if (h->images.count && requires < LEVEL_OF_IMAGE)
		requires = LEVEL_OF_IMAGE;
	if (!ret && h->name)
		ret = add_text(out, "%%name %.200s\n", h->name);
	if (!ret && h->version)
		ret = add_text(out, "%%version %.200s\n", h->version);
	if (!ret && requires)
		ret = add_text(out, "%%requires veriexec >= %u\n", requires);
	ret = ret ?: print_words(&h->revoked, "revoke", out);
	return ret ?: print_words(&h->images, "image", out);
}

/**
 * heading_check() - is it one that the grammar takes?
 * @h: the heading
 *
 * Return: false, reported, if it is not.
 */
bool heading_check(struct heading *h)
{
	struct reader r = { 0 };
	struct buffer out = { 0 };
	bool good = false;

	if (!heading_print(h, &out)) {
		good = !reader_open(&r, "the new manifest", out.data, out.len);
		reader_close(&r);
	}
	buffer_free(&out);
	return good;
}

static void free_words(struct words *w)
{
	while (w->count)
		free(w->list[--w->count]);
	free(w->list);
	w->list = NULL;
}

/**
 * heading_free() - forget it
 * @h: without fingerprints afterwards
 */
void heading_free(struct heading *h)
{
	free_words(&h->revoked);
	free_words(&h->images);
}
