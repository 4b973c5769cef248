// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads records of the audit trail as auditd and the kernel's log have them. Knows
 * text only: no files, and no memory but the caller's.
 */

#include <ctype.h>

#include "audit_record.h"

/* Behind this auditd writes, with log_format=ENRICHED, what it makes of a record. */
#define ENRICHED '\035'

/**
 * struct text - what is left to be read
 * @at: its begin
 * @end: behind its last byte
 */
struct text {
	const char *at;
	const char *end;
};

static bool skip(struct text *t, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(t->end - t->at) < len || memcmp(t->at, word, len))
		return false;
	t->at += len;
	return true;
}

/* Only digits, and no more than 64 bits. */
static bool take_number(struct text *t, u64 *number)
{
	const char *begin = t->at;
	u64 n = 0;

	for (; t->at < t->end && isdigit((unsigned char)*t->at); t->at++)
		if (__builtin_mul_overflow(n, (u64)10, &n) ||
		    __builtin_add_overflow(n, (u64)(*t->at - '0'), &n))
			return false;
	*number = n;
	return t->at != begin;
}

/**
 * enum field_kind - how the value of a field is written
 * @FIELD_WORD: a word of ``[a-z0-9_-]``
 * @FIELD_SENTENCE: printable ASCII in quotes
 * @FIELD_STRING: likewise, or any bytes in hexadecimal digits
 * @FIELD_NUMBER: decimal digits, into a u64
 * @FIELD_LET_THROUGH: 0 or 1, into a bool that is the opposite
 */
enum field_kind {
	FIELD_WORD,
	FIELD_SENTENCE,
	FIELD_STRING,
	FIELD_NUMBER,
	FIELD_LET_THROUGH,
};

#define FIELD(_name, _kind, _member, _needed)				\
	{ _name, FIELD_##_kind, offsetof(struct audit_record, _member),	\
	  sizeof(((struct audit_record *)NULL)->_member), _needed }

/**
 * struct field - one row of the table of fields
 * @name: of the field
 * @kind: how its value is written
 * @offset: of its place in &struct audit_record, in bytes
 * @size: of that place, in bytes
 * @needed: a record has it
 */
static const struct field {
	const char *name;
	enum field_kind kind;
	size_t offset;
	size_t size;
	bool needed;
} fields[] = {
	FIELD("op", WORD, op, true),
	FIELD("cause", WORD, cause, true),
	FIELD("reason", SENTENCE, reason, false),
	FIELD("what", STRING, what, false),
	FIELD("pid", NUMBER, pid, true),
	FIELD("uid", NUMBER, uid, true),
	FIELD("auid", NUMBER, auid, false),
	FIELD("ses", NUMBER, ses, false),
	FIELD("comm", STRING, comm, true),
	FIELD("exe", STRING, exe, false),
	FIELD("name", STRING, name, false),
	FIELD("dev", STRING, dev, false),
	FIELD("ino", NUMBER, ino, false),
	FIELD("res", LET_THROUGH, denied, true),
};

#define FIELD_COUNT	(sizeof(fields) / sizeof(*fields))

/**
 * struct pair - one field as it is written
 * @key: its name
 * @value: without quotes
 * @quoted: it has quotes
 */
struct pair {
	struct text key;
	struct text value;
	bool quoted;
};

static bool take_pair(struct text *t, struct pair *p)
{
	p->key.at = t->at;
	while (t->at < t->end && (isalnum((unsigned char)*t->at) ||
				  *t->at == '_' || *t->at == '-'))
		t->at++;
	p->key.end = t->at;
	if (p->key.at == p->key.end || !skip(t, "="))
		return false;
	p->quoted = skip(t, "\"");
	p->value.at = t->at;
	while (t->at < t->end && *t->at != '"' && (p->quoted || *t->at != ' '))
		t->at++;
	p->value.end = t->at;
	if (p->quoted && !skip(t, "\""))
		return false;
	/* AppArmor calls a subject "PROFILE (enforce)". */
	if (!p->quoted && skip(t, " ("))
		while (t->at < t->end && *t->at++ != ')')
			;
	return t->at == t->end || (skip(t, " ") && t->at < t->end);
}

static bool take_word(const struct pair *p, char *to, size_t size)
{
	size_t len = (size_t)(p->value.end - p->value.at);
	size_t i;

	if (p->quoted || !len || len >= size)
		return false;
	for (i = 0; i < len; i++)
		if (!islower((unsigned char)p->value.at[i]) &&
		    !isdigit((unsigned char)p->value.at[i]) &&
		    p->value.at[i] != '_' && p->value.at[i] != '-')
			return false;
	memcpy(to, p->value.at, len);
	to[len] = '\0';
	return true;
}

static bool take_sentence(const struct pair *p, char *to, size_t size)
{
	size_t len = (size_t)(p->value.end - p->value.at);
	size_t i;

	if (!p->quoted || len >= size)
		return false;
	for (i = 0; i < len; i++)
		if (p->value.at[i] < 0x20 || p->value.at[i] > 0x7e)
			return false;
	memcpy(to, p->value.at, len);
	to[len] = '\0';
	return true;
}

static int hex_value(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool take_hex(const struct pair *p, char *to, size_t size)
{
	size_t len = (size_t)(p->value.end - p->value.at);
	int high, low;
	size_t i;

	if (!len || len % 2 || len / 2 >= size)
		return false;
	for (i = 0; i < len / 2; i++) {
		high = hex_value(p->value.at[2 * i]);
		low = hex_value(p->value.at[2 * i + 1]);
		/* No name has a NUL in it. */
		if (high < 0 || low < 0 || !(high | low))
			return false;
		to[i] = (char)(high << 4 | low);
	}
	to[len / 2] = '\0';
	return true;
}

static bool take_string(const struct pair *p, char *to, size_t size)
{
	struct text none = p->value;

	if (p->quoted)
		return take_sentence(p, to, size);
	/* What the kernel does not know it writes so. */
	if ((skip(&none, "(null)") || skip(&none, "?")) && none.at == none.end)
		return true;
	return take_hex(p, to, size);
}

static bool take_value(const struct field *f, const struct pair *p,
		       struct audit_record *r)
{
	char *to = (char *)r + f->offset;
	struct text value = p->value;
	u64 number = 0;

	switch (f->kind) {
	case FIELD_WORD:
		return take_word(p, to, f->size);
	case FIELD_SENTENCE:
		return take_sentence(p, to, f->size);
	case FIELD_STRING:
		return take_string(p, to, f->size);
	case FIELD_NUMBER:
	case FIELD_LET_THROUGH:
		break;
	}
	if (p->quoted || !take_number(&value, &number) || value.at != value.end)
		return false;
	if (f->kind == FIELD_NUMBER)
		*(u64 *)(void *)to = number;
	else
		*(bool *)to = !number;
	return f->kind == FIELD_NUMBER || number <= 1;
}

/* A field of a newer kernel is passed over, once its form is right. */
static const struct field *find_field(const struct text *key)
{
	size_t len = (size_t)(key->end - key->at);
	size_t i;

	for (i = 0; i < FIELD_COUNT; i++)
		if (strlen(fields[i].name) == len &&
		    !memcmp(fields[i].name, key->at, len))
			return &fields[i];
	return NULL;
}

static const char *take_fields(struct text *t, struct audit_record *r)
{
	const struct field *f;
	struct pair p;
	u32 seen = 0;
	size_t i;

	while (t->at < t->end) {
		if (!take_pair(t, &p))
			return "it is cut off, or no list of fields";
		f = find_field(&p.key);
		if (!f)
			continue;
		if (seen & 1U << (f - fields))
			return "it has a field twice";
		seen |= 1U << (f - fields);
		if (!take_value(f, &p, r))
			return "the value of a field is malformed";
	}
	for (i = 0; i < FIELD_COUNT; i++)
		if (fields[i].needed && !(seen & 1U << i))
			return "a field is missing";
	return NULL;
}

/* "audit(SECONDS.MILLIS:SERIAL): " */
static bool take_stamp(struct text *t, struct audit_record *r)
{
	return skip(t, "audit(") && take_number(t, &r->seconds) &&
	       skip(t, ".") && take_number(t, &r->millis) &&
	       r->millis < 1000 && skip(t, ":") &&
	       take_number(t, &r->serial) && skip(t, "): ");
}

/**
 * audit_record_parse() - read a record, from its time stamp on
 * @text: of the record
 * @len: of @text, in bytes
 * @r: filled if it is a record
 * @cause: what is wrong with it if it is malformed
 *
 * Return: %AUDIT_RECORD, %AUDIT_MALFORMED or, if it is another's, %AUDIT_OTHER.
 */
enum audit_line audit_record_parse(const char *text, size_t len,
				   struct audit_record *r, const char **cause)
{
	struct text t = { text, text + len };

	while (t.end > t.at && (t.end[-1] == '\n' || t.end[-1] == '\r' ||
				t.end[-1] == ' ' || !t.end[-1]))
		t.end--;
	memset(r, 0, sizeof(*r));
	/* IMA has records of this type, too. */
	if (!take_stamp(&t, r) || !skip(&t, "lsm=veriexec "))
		return AUDIT_OTHER;
	*cause = take_fields(&t, r);
	return *cause ? AUDIT_MALFORMED : AUDIT_RECORD;
}

/* As auditd writes it: "[node=NAME ]type=INTEGRITY_DATA msg=". */
static bool is_of_auditd(struct text *t)
{
	struct text begin = *t;

	if (skip(t, "node=")) {
		while (t->at < t->end && *t->at != ' ')
			t->at++;
		skip(t, " ");
	}
	if ((skip(t, "type=INTEGRITY_DATA ") || skip(t, "type=1800 ")) &&
	    skip(t, "msg="))
		return true;
	*t = begin;
	return false;
}

/**
 * struct kmsg - what stands in front of a line of /dev/kmsg
 * @priority: and facility
 * @number: of the line
 */
struct kmsg {
	u64 priority;
	u64 number;
};

/* "PRIORITY,NUMBER,TIME,FLAGS;" */
static bool is_of_kmsg(struct text *t, struct kmsg *head)
{
	struct text begin = *t;

	if (take_number(t, &head->priority) && skip(t, ",") &&
	    take_number(t, &head->number) && skip(t, ",")) {
		while (t->at < t->end && *t->at != ';')
			t->at++;
		if (skip(t, ";"))
			return true;
	}
	*head = (struct kmsg){ 0 };
	*t = begin;
	return false;
}

/* "[   12.345678] " */
static void skip_time(struct text *t)
{
	struct text begin = *t;

	if (!skip(t, "["))
		return;
	while (t->at < t->end && (isdigit((unsigned char)*t->at) ||
				  *t->at == ' ' || *t->at == '.'))
		t->at++;
	if (!skip(t, "] "))
		*t = begin;
}

/* As dmesg prints it, or as a system log has it: "... kernel: [...] ". */
static void skip_to_kernel(struct text *t)
{
	static const char tag[] = " kernel: ";
	const char *found = memmem(t->at, (size_t)(t->end - t->at), tag,
				   strlen(tag));
	const char *first = memmem(t->at, (size_t)(t->end - t->at), ": ", 2);

	/* Behind another's tag it is that one who says "kernel". */
	if (found && first && first > found)
		t->at = found + strlen(tag);
	skip_time(t);
}

/* What is not printable, and the backslash, the kernel's log has as "\xHH". */
static void undo_escapes(struct text *t, char *line)
{
	char *to = line + (t->at - line);
	const char *from = t->at;
	int high, low;

	while (from < t->end) {
		if (t->end - from >= 4 && from[0] == '\\' && from[1] == 'x') {
			high = hex_value(from[2]);
			low = hex_value(from[3]);
			if (high >= 0 && low >= 0) {
				*to++ = (char)(high << 4 | low);
				from += 4;
				continue;
			}
		}
		*to++ = *from++;
	}
	t->end = to;
}

/**
 * audit_line_parse() - read a line of a log: auditd's, the kernel's, or a system log
 * @line: of the log, in which escapes are undone
 * @len: of @line, in bytes
 * @r: filled if it is a record
 * @cause: what is wrong with it if it is malformed
 *
 * Return: what it is.
 */
enum audit_line audit_line_parse(char *line, size_t len,
				 struct audit_record *r, const char **cause)
{
	struct text t = { line, line + len };
	struct kmsg head;
	const char *end;

	if (is_of_auditd(&t)) {
		end = memchr(t.at, ENRICHED, (size_t)(t.end - t.at));
		t.end = end ? end : t.end;
		return audit_record_parse(t.at, (size_t)(t.end - t.at), r,
					  cause);
	}
	if (is_of_kmsg(&t, &head))
		undo_escapes(&t, line);
	else
		skip_to_kernel(&t);
	/* Behind facility 0 it is the kernel who speaks: no program can write that. */
	if (head.priority >> 3 || !skip(&t, "audit: "))
		return AUDIT_OTHER;
	if (skip(&t, "audit_lost="))
		return AUDIT_LOST;
	if (!skip(&t, "type=1800 "))
		return AUDIT_OTHER;
	return audit_record_parse(t.at, (size_t)(t.end - t.at), r, cause);
}

/**
 * audit_line_begins_late() - is there no line before this one any more?
 * @line: the first of a log
 * @len: of @line, in bytes
 *
 * Only the kernel's own log tells.
 */
bool audit_line_begins_late(const char *line, size_t len)
{
	struct text t = { line, line + len };
	struct kmsg head;

	return is_of_kmsg(&t, &head) && head.number;
}
