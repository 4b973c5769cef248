// SPDX-License-Identifier: GPL-2.0-only
/*
 * Matches paths beneath a root with globs. A glob is one of the path, however it is
 * written: what stands around its components does not count.
 */

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "glob.h"
#include "manifest.h"
#include "message.h"

/* A component that stands for any number of them, none too. */
#define ANY_DEPTH	"**/"
#define ANY_DEPTH_LEN	3

/**
 * glob_clean() - write a glob as paths are written
 * @glob: without empty components and those that are ``.`` afterwards, and without a
 *	slash at its end: ``/var/`` and ``./var`` are ``var``
 */
void glob_clean(char *glob)
{
	const char *from = glob;
	char *to = glob;
	size_t len;

	for (; *from; from += len) {
		from += strspn(from, "/");
		len = strcspn(from, "/");
		if (!len || (len == 1 && *from == '.'))
			continue;
		if (to != glob)
			*to++ = '/';
		memmove(to, from, len);
		to += len;
	}
	*to = '\0';
}

/* Does the first component of the glob match that of the path? */
static bool component_matches(const char *glob, size_t glob_len,
			      const char *path, size_t path_len)
{
	char pattern[VERIEXEC_PATH_SIZE], name[VERIEXEC_PATH_SIZE];

	if (glob_len >= sizeof(pattern) || path_len >= sizeof(name))
		return false;
	memcpy(pattern, glob, glob_len);
	pattern[glob_len] = '\0';
	memcpy(name, path, path_len);
	name[path_len] = '\0';
	return !fnmatch(pattern, name, FNM_PATHNAME);
}

static const char *next_component(const char *s)
{
	s += strcspn(s, "/");
	return *s ? s + 1 : s;
}

/*
 * Component by component. If the glob fails behind a "**", it is tried again with one
 * component more for that one. An earlier "**" need not change then.
 */
static bool matches_deep(const char *glob, const char *path)
{
	const char *again_glob = NULL, *again_path = NULL;

	while (*path) {
		if (!strncmp(glob, ANY_DEPTH, ANY_DEPTH_LEN)) {
			glob += ANY_DEPTH_LEN;
			again_glob = glob;
			again_path = path;
		} else if (component_matches(glob, strcspn(glob, "/"), path,
					     strcspn(path, "/"))) {
			glob = next_component(glob);
			path = next_component(path);
			if (!*glob)
				return true;
		} else if (again_glob) {
			glob = again_glob;
			again_path = next_component(again_path);
			path = again_path;
		} else {
			return false;
		}
	}
	return false;
}

/**
 * glob_matches() - does a glob mean this path?
 * @glob: cleaned. ``*`` and ``?`` do not match a slash; ``**`` before a slash stands for
 *	any number of directories; a glob that matches a directory means all that is
 *	beneath it
 * @path: relative to the root
 */
bool glob_matches(const char *glob, const char *path)
{
	if (strstr(glob, ANY_DEPTH))
		return matches_deep(glob, path);
	return !fnmatch(glob, path, FNM_PATHNAME | FNM_LEADING_DIR);
}

/**
 * globs_add() - add one to a list
 * @globs: zeroed, or filled before
 * @given: the glob, as the user wrote it
 *
 * Return: 0; %-EINVAL, not reported, if it means nothing or the whole root; %-ENOMEM,
 * reported.
 */
int globs_add(struct globs *globs, const char *given)
{
	struct glob new = { .text = strdup(given), .given = strdup(given) };
	struct glob *bigger = NULL;
	int ret = -ENOMEM;

	if (new.text && new.given) {
		glob_clean(new.text);
		if (*new.text)
			bigger = reallocarray(globs->list, globs->count + 1,
					      sizeof(*bigger));
		else
			ret = -EINVAL;
	}
	if (bigger) {
		bigger[globs->count++] = new;
		globs->list = bigger;
		return 0;
	}
	free(new.text);
	free(new.given);
	if (ret == -ENOMEM)
		message("out of memory");
	return ret;
}

/**
 * globs_match() - does one of them mean this path?
 * @globs: the list; remembers which did
 * @path: relative to the root
 */
bool globs_match(struct globs *globs, const char *path)
{
	bool matches = false;
	size_t i;

	for (i = 0; i < globs->count; i++)
		if (glob_matches(globs->list[i].text, path)) {
			globs->list[i].matched = true;
			matches = true;
		}
	return matches;
}

/* Beneath what another glob means as a whole, nobody has looked. */
static bool is_covered(const struct globs *globs, const struct glob *glob)
{
	size_t i;

	for (i = 0; i < globs->count; i++)
		if (&globs->list[i] != glob && globs->list[i].matched &&
		    glob_matches(globs->list[i].text, glob->text))
			return true;
	return false;
}

/**
 * globs_unused() - find one that matched nothing: it is likely a mistake
 * @globs: after the last globs_match()
 * @after: the one that was found before, or NULL
 *
 * Return: the next, or NULL.
 */
const struct glob *globs_unused(const struct globs *globs,
				const struct glob *after)
{
	const struct glob *glob = after ? after + 1 : globs->list;

	for (; glob != globs->list + globs->count; glob++)
		if (!glob->matched && !is_covered(globs, glob))
			return glob;
	return NULL;
}

/**
 * globs_free() - forget the list
 * @globs: empty afterwards
 */
void globs_free(struct globs *globs)
{
	while (globs->count) {
		free(globs->list[--globs->count].text);
		free(globs->list[globs->count].given);
	}
	free(globs->list);
	globs->list = NULL;
}
