// SPDX-License-Identifier: GPL-2.0-only
/*
 * Collects what differs and prints it in the order of the manifest.
 */

#include <stdlib.h>
#include <string.h>

#include "findings.h"
#include "json.h"
#include "reader.h"

static bool make_room(struct findings *f)
{
	size_t room = f->room * 2 + 64;
	struct finding *list;

	if (f->count < f->room)
		return true;
	list = realloc(f->list, room * sizeof(*list));
	if (!list)
		return false;
	f->list = list;
	f->room = room;
	return true;
}

/**
 * findings_add() - remember a difference
 * @f: zeroed, or filled before
 * @line: of the entry, 0 if there is none
 * @word: see &finding.word; not copied
 * @path: as the file system has it
 * @cause: more about it
 *
 * Sets @f->lost if there is no memory: the caller looks once, in the end.
 */
void findings_add(struct findings *f, u32 line, const char *word,
		  const char *path, const char *cause)
{
	char name[ENTRY_PATH_SIZE];
	struct finding new = { .line = line, .word = word };

	veriexec_encode_path(name, sizeof(name), path);
	new.path = strdup(name);
	new.cause = strdup(cause);
	if (!new.path || !new.cause || !make_room(f)) {
		free(new.path);
		free(new.cause);
		f->lost = true;
		return;
	}
	f->list[f->count++] = new;
}

static int compare(const void *a, const void *b)
{
	const struct finding *left = a, *right = b;
	int order;

	/* What has no entry comes last: 0 - 1 is the greatest line. */
	if (left->line != right->line)
		return left->line - 1 < right->line - 1 ? -1 : 1;
	order = strcmp(left->path, right->path);
	return order ? order : strcmp(left->cause, right->cause);
}

/**
 * findings_sort() - bring them into the order of the manifest
 * @f: filled
 */
void findings_sort(struct findings *f)
{
	if (f->count)
		qsort(f->list, f->count, sizeof(*f->list), compare);
}

/**
 * findings_print() - print a line for each
 * @out: where to
 * @where: what each line begins with
 * @f: sorted
 */
void findings_print(FILE *out, const char *where, const struct findings *f)
{
	size_t i;

	for (i = 0; i < f->count; i++)
		fprintf(out, "%s%s %s%s%s\n", where, f->list[i].word,
			f->list[i].path, *f->list[i].cause ? ": " : "",
			f->list[i].cause);
}

/**
 * findings_print_json() - print them as a JSON array
 * @out: where to
 * @f: sorted
 */
void findings_print_json(FILE *out, const struct findings *f)
{
	size_t i;

	fputc('[', out);
	for (i = 0; i < f->count; i++) {
		fprintf(out, "%s\n  {\"result\": ", i ? "," : "");
		json_string(out, f->list[i].word);
		fputs(", \"path\": ", out);
		json_string(out, f->list[i].path);
		fputs(", \"cause\": ", out);
		json_string(out, f->list[i].cause);
		fputc('}', out);
	}
	fputc(']', out);
}

/**
 * findings_free() - forget them
 * @f: empty afterwards
 */
void findings_free(struct findings *f)
{
	while (f->count) {
		free(f->list[--f->count].path);
		free(f->list[f->count].cause);
	}
	free(f->list);
	f->list = NULL;
	f->room = 0;
}
