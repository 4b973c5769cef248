// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads rules, ``GLOB WORD...``, and applies them to paths. The words are the
 * flags of the manifest grammar, by its own table, and ``label=``.
 */

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "glob.h"
#include "message.h"
#include "rules.h"

#define RULES_FILE_MAX	(4U << 20)

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

static int add_words(struct rule *rule, const char *separators, char **save)
{
	char *word;
	int ret = 0;

	while (!ret && (word = strtok_r(NULL, separators, save)))
		ret = add_word(rule, word);
	return ret;
}

/* Takes a rule apart at @separators; the glob is its first word. */
static int add_rule(struct rules *rules, char *text, const char *separators,
		    struct rule rule)
{
	struct rule *bigger;
	char *save = NULL;
	char *glob = strtok_r(text, separators, &save);
	int ret;

	if (!glob)
		return 0;
	rule.glob = strdup(glob);
	if (!rule.glob) {
		message("out of memory");
		return -ENOMEM;
	}
	glob_clean(rule.glob);
	if (*rule.glob)
		ret = add_words(&rule, separators, &save);
	else
		ret = complain(&rule, "glob is empty, or the whole tree", glob);
	if (ret)
		goto fail;
	bigger = realloc(rules->list,
			 (rules->count + 1) * sizeof(*rules->list));
	if (!bigger) {
		message("out of memory");
		ret = -ENOMEM;
		goto fail;
	}
	rules->list = bigger;
	rules->list[rules->count++] = rule;
	return 0;
fail:
	free(rule.glob);
	return ret;
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
	const struct rule own = { 0 };
	char *text = strdup(argument);
	char *equals;
	int ret;

	if (!text) {
		message("out of memory");
		return -ENOMEM;
	}
	equals = strchr(text, '=');
	if (!equals || equals == text) {
		ret = complain(&own, "is not GLOB=FLAG[,FLAG]...", argument);
	} else {
		*equals = ',';
		ret = add_rule(rules, text, ",", own);
	}
	free(text);
	return ret;
}

/* Beside the program, as it is built, or below PREFIX for PREFIX/sbin. */
static const char *const places_of_sets[] = {
	"rules", "../share/veriexec/rules",
};

/*
 * The path of a set that comes with vxsign. If there is none of that name, the
 * last place is where it was to be. NULL without memory, or if nobody can tell
 * where the program lies.
 */
static char *find_set(const char *name)
{
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *path = NULL;
	size_t i;

	if (len <= 0)
		return NULL;
	self[len] = '\0';
	*strrchr(self, '/') = '\0';
	for (i = 0; i < sizeof(places_of_sets) / sizeof(*places_of_sets); i++) {
		free(path);
		if (asprintf(&path, "%s/%s/%s", self, places_of_sets[i],
			     name) < 0)
			return NULL;
		if (!access(path, F_OK))
			break;
	}
	return path;
}

/* The user's own file comes first, unless it is a directory. */
static bool names_set(const char *name)
{
	struct stat st;

	if (!*name || strchr(name, '/') || !strcmp(name, "-"))
		return false;
	if (stat(name, &st))
		return errno == ENOENT;
	return S_ISDIR(st.st_mode);
}

static int read_set(const char *name, struct buffer *buf)
{
	char *path = find_set(name);
	int ret;

	if (!path || access(path, F_OK)) {
		message("%s: is neither a file nor a set of rules (%s)", name,
			path ? path : "nobody can tell where vxsign lies");
		ret = -ENOENT;
	} else {
		ret = file_read(path, RULES_FILE_MAX, buf);
	}
	free(path);
	return ret;
}

/**
 * rules_load() - add the rules of a file, or of a set that comes with vxsign
 * @rules: zeroed, or filled before
 * @path: of the file, or the name of the set; not copied
 *
 * Return: 0, or a negative errno, reported.
 */
int rules_load(struct rules *rules, const char *path)
{
	struct rule rule = { .file = path };
	struct buffer buf = { 0 };
	char *next, *text;
	int ret;

	if (names_set(path)) {
		rule.set = ++rules->sets;
		ret = read_set(path, &buf);
	} else {
		ret = file_read(path, RULES_FILE_MAX, &buf);
	}
	if (ret)
		return ret;
	next = (char *)buf.data;
	if (strlen(next) != buf.len) {
		message("%s: is not text", path);
		ret = -EBADMSG;
	}
	while (!ret && (text = strsep(&next, "\n"))) {
		rule.line++;
		if (*text != '#')
			ret = add_rule(rules, text, " \t\r", rule);
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

/* Is this the first rule of a set of which none matches? */
static bool begins_unused_set(const struct rules *rules,
			      const struct rule *rule)
{
	const struct rule *end = rules->list + rules->count;

	if (rule != rules->list && rule[-1].set == rule->set)
		return false;
	while (rule != end && !rule->matched)
		if (++rule == end || rule->set != rule[-1].set)
			return true;
	return false;
}

/**
 * rules_report_unused() - a rule that matches nothing is likely a mistake
 * @rules: after the last rules_match()
 *
 * A set has rules for more programs than any system has: it is one only if none
 * of its rules matches.
 */
void rules_report_unused(const struct rules *rules)
{
	const struct rule *rule;

	for (rule = rules->list; rule != rules->list + rules->count; rule++)
		if (rule->set && begins_unused_set(rules, rule))
			message("%s: warning: no file matches any of these rules",
				rule->file);
		else if (!rule->set && !rule->matched)
			complain(rule, "warning: no file matches this rule",
				 rule->glob);
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
