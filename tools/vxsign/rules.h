/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The user's rules for a manifest: which files get which flags, and which are
 * listed though they would not be picked. Sets of them for whole distributions
 * come with vxsign.
 */

#ifndef _VXSIGN_RULES_H
#define _VXSIGN_RULES_H

#include "manifest.h"

/**
 * struct rule - one line of a file of rules
 * @glob: matches paths, cleaned; owned
 * @flags: VERIEXEC_* for those
 * @label: for those, empty if the rule has none
 * @file: where the rule stands, NULL for the command line; not owned
 * @line: in @file
 * @set: the number of the set that it came with, or 0 if it is the user's own
 * @matched: it was of use; set by many threads, so atomically
 */
struct rule {
	char *glob;
	u16 flags;
	char label[VERIEXEC_LABEL_SIZE];
	const char *file;
	unsigned int line;
	unsigned int set;
	bool matched;
};

/**
 * struct rules - all of them, in the order given
 * @list: of rules
 * @count: of @list
 * @sets: how many sets they came with
 */
struct rules {
	struct rule *list;
	size_t count;
	unsigned int sets;
};

/**
 * struct rule_match - what the rules say of a path
 * @listed: a rule matches
 * @flags: of all the rules that match
 * @label: of the last rule that has one, or NULL
 */
struct rule_match {
	bool listed;
	u16 flags;
	const char *label;
};

int rules_add(struct rules *rules, const char *argument);
int rules_load(struct rules *rules, const char *path);
void rules_match(struct rules *rules, const char *path,
		 struct rule_match *match);
void rules_join(struct rule_match *match, const struct rule_match *other);
void rules_report_unused(const struct rules *rules);
void rules_free(struct rules *rules);

#endif /* _VXSIGN_RULES_H */
