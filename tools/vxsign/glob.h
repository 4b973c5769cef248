/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Globs over paths beneath a root, as rules and excludes have them.
 */

#ifndef _VXSIGN_GLOB_H
#define _VXSIGN_GLOB_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct glob - one of a list
 * @text: as glob_clean() leaves it; owned
 * @given: as the user wrote it; owned
 * @matched: some path matches it
 */
struct glob {
	char *text;
	char *given;
	bool matched;
};

/**
 * struct globs - a list of them
 * @list: of globs
 * @count: of @list
 */
struct globs {
	struct glob *list;
	size_t count;
};

void glob_clean(char *glob);
bool glob_matches(const char *glob, const char *path);

int globs_add(struct globs *globs, const char *given);
bool globs_match(struct globs *globs, const char *path);
const struct glob *globs_unused(const struct globs *globs,
				const struct glob *after);
void globs_free(struct globs *globs);

#endif /* _VXSIGN_GLOB_H */
