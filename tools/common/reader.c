// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs the grammar over a text and words its complaints as
 * ``FILE:LINE: cause: 'word'``. Decides nothing by itself.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "reader.h"

static int complain(struct reader *r)
{
	const struct veriexec_refusal *no = &r->parser.refusal;
	char word[3 * 64 + 1];
	size_t n = 0;
	u32 i;

	/* Somebody else wrote the word: no byte of it goes to a terminal as it is. */
	for (i = 0; i < no->word_len && i < 64; i++) {
		u8 c = (u8)no->word[i];
		bool plain = c >= 0x20 && c <= 0x7e;

		n += (size_t)snprintf(word + n, sizeof(word) - n,
				      plain ? "%c" : "%%%02x", c);
	}
	if (n)
		snprintf(r->error, sizeof(r->error), "%s:%u: %s: '%s'",
			 r->file, no->line, no->why, word);
	else
		snprintf(r->error, sizeof(r->error), "%s:%u: %s", r->file,
			 no->line, no->why);
	if (!r->quiet)
		message("%s", r->error);
	return -EBADMSG;
}

/**
 * reader_open() - begin to read a manifest
 * @r: zeroed, with @r->algs and @r->quiet as wanted; reader_close() it in any case
 * @file: name of the manifest, for messages; not copied
 * @text: of the manifest, without the signature; not copied
 * @len: of @text, in bytes
 *
 * Return: 0, %-EBADMSG, %-EFBIG or %-ENOMEM, reported.
 */
int reader_open(struct reader *r, const char *file, const void *text,
		size_t len)
{
	struct veriexec_parser *p = &r->parser;

	r->file = file;
	if (len > VERIEXEC_TEXT_MAX) {
		snprintf(r->error, sizeof(r->error),
			 "%s: is larger than %u bytes", file,
			 VERIEXEC_TEXT_MAX);
		if (!r->quiet)
			message("%s", r->error);
		return -EFBIG;
	}
	p->text = text;
	p->len = len;
	p->algs = r->algs ? r->algs : READER_ALL_ALGS;
	p->seen_size = veriexec_seen_size(text, len);
	p->seen = calloc(p->seen_size, sizeof(*p->seen));
	if (!p->seen) {
		snprintf(r->error, sizeof(r->error), "%s: out of memory", file);
		if (!r->quiet)
			message("%s", r->error);
		return -ENOMEM;
	}
	return veriexec_parse_header(p) ? complain(r) : 0;
}

/**
 * reader_next() - read the next entry
 * @r: opened
 * @record: where to put it
 *
 * Return: 1 if there was one, 0 at the end, %-EBADMSG, reported.
 */
int reader_next(struct reader *r, struct veriexec_record *record)
{
	int ret = veriexec_parse_entry(&r->parser, record);

	return ret < 0 ? complain(r) : ret;
}

/**
 * reader_close() - free what reader_open() took
 * @r: opened, successfully or not
 */
void reader_close(struct reader *r)
{
	free(r->parser.seen);
	r->parser.seen = NULL;
}

/**
 * reader_check() - is a text a manifest?
 * @file: its name, for messages
 * @text: without the signature
 * @len: of @text, in bytes
 *
 * Return: 0 if it is, else a negative errno, reported.
 */
int reader_check(const char *file, const void *text, size_t len)
{
	struct veriexec_record record;
	struct reader r = { 0 };
	int ret;

	ret = reader_open(&r, file, text, len);
	if (!ret)
		do
			ret = reader_next(&r, &record);
		while (ret > 0);
	reader_close(&r);
	return ret;
}
