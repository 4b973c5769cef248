// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads rules, ``GLOB WORD...``, and applies them to paths. The words are the
 * flags of the manifest grammar, by its own table, and ``label=``.
 */

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "message.h"
#include "rules.h"

#define RULES_FILE_MAX	(4U << 20)

/**
 * glob_matches() - does a glob mean this path?
 * @glob: ``*`` and ``?`` do not match a slash; a glob that matches a directory
 *	means all that is beneath it
 * @path: relative to the root
 */
bool glob_matches(const char *glob, const char *path)
{
	return !fnmatch(glob, path, FNM_PATHNAME | FNM_LEADING_DIR);
}

static int complain(const struct rule *rule, const char *cause,
		    const char *word)
{
	if (rule->file)
		message_at(rule->file, rule->line, "%s: '%s'", cause, word);
	else
		message("--flag: %s: '%s'", cause, word);
	return -EBADMSG;
}

/* Only what the grammar takes back in. */
static bool good_label(const char *s)
{
	size_t len = strlen(s);

	return len && len < VERIEXEC_LABEL_SIZE &&
	       strspn(s, "0123456789abcdefghijklmnopqrstuvwxyz"
			 "ABCDEFGHIJKLMNOPQRSTUVWXYZ._+-:/@") == len;
}

static int add_word(struct rule *rule, const char *word)
{
	u32 i;

	if (!strncmp(word, "label=", 6)) {
		if (!good_label(word + 6))
			return complain(rule, "label is malformed or too long",
					word);
		snprintf(rule->label, sizeof(rule->label), "%s", word + 6);
		return 0;
	}
	for (i = 0; i < VERIEXEC_FLAG_COUNT; i++)
		if (!strcmp(word, veriexec_flags[i].name)) {
			rule->flags |= veriexec_flags[i].bits;
			return 0;
		}
	return complain(rule, "unknown flag", word);
}

/* Takes a rule apart at @separators; the glob is its first word. */
static int add_rule(struct rules *rules, char *text, const char *separators,
		    const char *file, unsigned int line)
{
	struct rule rule = { .file = file, .line = line };
	struct rule *bigger;
	char *save = NULL;
	char *glob = strtok_r(text, separators, &save);
	char *word;
	int ret;

	if (!glob)
		return 0;
	while (*glob == '/')
		glob++;
	if (!*glob)
		return complain(&rule, "glob is empty", text);
	while ((word = strtok_r(NULL, separators, &save))) {
		ret = add_word(&rule, word);
		if (ret)
			return ret;
	}
	rule.glob = strdup(glob);
	bigger = realloc(rules->list,
			 (rules->count + 1) * sizeof(*rules->list));
	if (bigger)
		rules->list = bigger;
	if (!bigger || !rule.glob) {
		free(rule.glob);
		message("out of memory");
		return -ENOMEM;
	}
	rules->list[rules->count++] = rule;
	return 0;
}

/**
 * rules_add() - add a rule from the command line
 * @rules: zeroed, or filled before
 * @argument: ``GLOB=FLAG[,FLAG]...``
 *
 * Return: 0, or a negative errno, reported.
 */
int rules_add(struct rules *rules, const char *argument)
{
	const struct rule none = { 0 };
	char *text = strdup(argument);
	char *equals;
	int ret;

	if (!text) {
		message("out of memory");
		return -ENOMEM;
	}
	equals = strchr(text, '=');
	if (!equals || equals == text) {
		ret = complain(&none, "is not GLOB=FLAG[,FLAG]...", argument);
	} else {
		*equals = ',';
		ret = add_rule(rules, text, ",", NULL, 0);
	}
	free(text);
	return ret;
}

/**
 * rules_load() - add the rules of a file
 * @rules: zeroed, or filled before
 * @path: of the file; not copied
 *
 * Return: 0, or a negative errno, reported.
 */
int rules_load(struct rules *rules, const char *path)
{
	struct buffer buf = { 0 };
	unsigned int line = 0;
	char *next, *text;
	int ret;

	ret = file_read(path, RULES_FILE_MAX, &buf);
	if (ret)
		return ret;
	next = (char *)buf.data;
	if (strlen(next) != buf.len) {
		message("%s: is not text", path);
		ret = -EBADMSG;
	}
	while (!ret && (text = strsep(&next, "\n"))) {
		line++;
		if (*text != '#')
			ret = add_rule(rules, text, " \t\r", path, line);
	}
	buffer_free(&buf);
	return ret;
}

/**
 * rules_match() - what do the rules say of a path?
 * @rules: the rules
 * @path: relative to the root
 * @match: filled; its label is of @rules
 *
 * Context: any number of threads at once.
 */
void rules_match(struct rules *rules, const char *path,
		 struct rule_match *match)
{
	size_t i;

	*match = (struct rule_match){ 0 };
	for (i = 0; i < rules->count; i++) {
		struct rule *rule = &rules->list[i];

		if (!glob_matches(rule->glob, path))
			continue;
		__atomic_store_n(&rule->matched, true, __ATOMIC_RELAXED);
		match->listed = true;
		match->flags |= rule->flags;
		if (*rule->label)
			match->label = rule->label;
	}
}

/**
 * rules_join() - let what the rules say of one name hold for another, too
 * @match: of a name of a file; gets the flags and the label
 * @other: of another name of the same file, by the same rules
 *
 * Whether a name is listed is its own affair.
 */
void rules_join(struct rule_match *match, const struct rule_match *other)
{
	match->flags |= other->flags;
	/* Both are in one array: the later rule has the last word. */
	if (other->label && (!match->label || other->label > match->label))
		match->label = other->label;
}

/**
 * rules_report_unused() - a rule that matches nothing is likely a mistake
 * @rules: after the last rules_match()
 */
void rules_report_unused(const struct rules *rules)
{
	size_t i;

	for (i = 0; i < rules->count; i++)
		if (!rules->list[i].matched)
			complain(&rules->list[i],
				 "warning: no file matches this rule",
				 rules->list[i].glob);
}

/**
 * rules_free() - forget the rules
 * @rules: empty afterwards
 */
void rules_free(struct rules *rules)
{
	while (rules->count)
		free(rules->list[--rules->count].glob);
	free(rules->list);
	rules->list = NULL;
}
