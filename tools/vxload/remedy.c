// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a denial to the rule of vxsign's that would have prevented it, or to why there
 * is none. Only a table: whether a program should have a right is the vendor's to say.
 */

#include <stdio.h>
#include <string.h>

#include "remedy.h"

/* What a rule does. */
#define LIST	""
#define STORAGE	"storage"
#define KMEM	"kmem"

/**
 * struct remedy - one row of the table
 * @op: what was attempted, NULL for whatever it was
 * @cause: why it must not be
 * @flag: that a rule gives, LIST to list the file; NULL if no rule helps
 * @instead: what does, if no rule does
 *
 * The first row that fits counts.
 */
static const struct remedy {
	const char *op;
	const char *cause;
	const char *flag;
	const char *instead;
} remedies[] = {
	{ NULL, "not-listed", LIST, NULL },
	{ NULL, "changes-beneath", NULL,
	  "list it with the flag untrusted, or move it to a disk of this machine" },
	{ NULL, "in-use", STORAGE, NULL },
	{ NULL, "no-storage", STORAGE, NULL },
	{ "raw_io", "not-trusted", STORAGE, NULL },
	{ NULL, "not-trusted", KMEM, NULL },

	{ NULL, "mismatch", NULL,
	  "if the file is as it should be, generate the manifest anew" },
	{ NULL, "revoked", NULL,
	  "replace the file by one whose fingerprint is not revoked" },
	{ NULL, "uncheckable", NULL,
	  "list it with a fingerprint that this kernel can check" },
	{ NULL, "wrong-owner", NULL,
	  "if owner and mode are as they should be, generate the manifest anew" },
	{ NULL, "set-id", NULL,
	  "list it with its mode, or take its set-id bit away" },
	{ NULL, "caps", NULL,
	  "list it with its capabilities, or take them away" },
	{ NULL, "only-indirect", NULL,
	  "take the flag indirect off the rule that gives it" },
	{ NULL, "not-in-fips", NULL,
	  "take the flag no_fips off the rule that gives it" },
	{ NULL, "traced", NULL,
	  "take the flag no_ptrace off the rule that gives it" },
	{ NULL, "may-not-trace", NULL,
	  "take the flag no_ptrace off the rule that gives it" },

	{ NULL, "listed", NULL,
	  "leave the file out (--exclude), or change it by an update only" },
	{ NULL, "leads-to-listed", NULL,
	  "leave out what lies beneath (--exclude), or leave it where it is" },
	{ NULL, "link", NULL,
	  "leave the link out (--exclude), or change it by an update only" },
	{ NULL, "unpacked", NULL, "leave the files of the initramfs as they are" },
	{ NULL, "may-run", NULL, "leave the files of the initramfs as they are" },
	{ NULL, "reaches-listed", NULL,
	  "keep listed files on another file system than those that it changes" },
	{ NULL, "holds-listed", NULL,
	  "unmount its file system first, or use a tool that asks the file system" },
	{ NULL, "mapped", NULL,
	  "use write(2): nobody maps a device to write to it" },
	{ NULL, "memory", NULL,
	  "use ptrace(2): nobody writes to the memory of a process as a file" },

	{ NULL, "not-judged", NULL, "open or run the file first" },
	{ NULL, "has-writer", NULL,
	  "stop whatever has the file or its disk open for writing" },
	{ NULL, "held", NULL,
	  "stop whatever holds its pages, by direct I/O for example" },
	{ NULL, "tail", NULL, "write the file anew" },
	{ NULL, "killed", NULL, "nothing: it was killed" },
	{ NULL, "read-error", NULL, "look at the disk" },
	{ NULL, "private-pages", NULL,
	  "build the program anew, so that it does not change its code (-fPIC)" },
	{ NULL, "no-file", NULL,
	  "have the code come from a file, not from memory" },
	{ NULL, "has-threads", NULL,
	  "run that program by itself, instead of mapping its code" },
	{ NULL, "not-joined", NULL,
	  "run that program by itself, instead of mapping its code" },
};

static const struct remedy *find(const struct audit_record *r)
{
	size_t i;

	for (i = 0; i < sizeof(remedies) / sizeof(*remedies); i++)
		if (!strcmp(remedies[i].cause, r->cause) &&
		    (!remedies[i].op || !strcmp(remedies[i].op, r->op)))
			return &remedies[i];
	return NULL;
}

static bool was_deleted(const char *path)
{
	static const char mark[] = " (deleted)";
	size_t len = strlen(path);

	return len >= strlen(mark) &&
	       !strcmp(path + len - strlen(mark), mark);
}

/* Into a glob that means this path alone. Returns why that cannot be, or NULL. */
static const char *write_glob(const char *path, char *glob)
{
	if (!*path)
		return "the record names no file";
	if (was_deleted(path))
		return "the file was deleted";
	if (*path++ != '/' || !*path)
		return "it is no path of a file in the system";
	if (*path == '#')
		*glob++ = '\\';
	for (; *path; path++) {
		if (*path < 0x21 || *path > 0x7e)
			return "a rule cannot spell its name";
		if (strchr("*?[\\", *path))
			*glob++ = '\\';
		*glob++ = *path;
	}
	*glob = '\0';
	return NULL;
}

/**
 * remedy_rule() - find the rule for vxsign that would prevent a denial
 * @r: what was denied, or would have been
 * @rule: a line, without its end
 *
 * Return: NULL, or why there is no rule.
 */
const char *remedy_rule(const struct audit_record *r,
			char rule[REMEDY_RULE_SIZE])
{
	const struct remedy *remedy = find(r);
	const char *why;

	if (!remedy)
		return "vxload does not know this cause";
	if (!remedy->flag)
		return remedy->instead;
	why = write_glob(*remedy->flag ? r->exe : r->name, rule);
	if (!why && *remedy->flag) {
		strcat(rule, " ");
		strcat(rule, remedy->flag);
	}
	return why;
}
