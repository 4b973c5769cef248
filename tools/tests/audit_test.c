// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records of the audit trail: a table of what is one and what is none, and a hundred
 * thousand mutations of a good one.
 */

#include "audit_invariants.h"
#include "tap.h"

#define HEAD	"lsm=veriexec op=exec cause=not-listed "
#define TAIL	"pid=77 uid=0 comm=\"sh\" res=1"
#define FIELDS	HEAD "reason=\"file is in no manifest\" pid=77 uid=0 auid=4294967295 ses=4294967295 comm=\"sh\" exe=\"/usr/bin/dash\" name=\"/tmp/id\" dev=\"vda\" ino=12 res=1"
#define STAMP	"audit(1790000000.123:45): "
#define AUDITD	"type=INTEGRITY_DATA msg=" STAMP
#define KERNEL	"audit: type=1800 " STAMP

/**
 * struct example - a line and what it is
 * @name: of the test
 * @line: of a log
 * @is: what it is
 */
static const struct example {
	const char *name;
	const char *line;
	enum audit_line is;
} examples[] = {
	{ "nothing", "", AUDIT_OTHER },
	{ "auditd's line", AUDITD FIELDS "\n", AUDIT_RECORD },
	{ "with the name of a node", "node=a.b " AUDITD FIELDS, AUDIT_RECORD },
	{ "with what auditd makes of it", AUDITD FIELDS "\035UID=\"root\"",
	  AUDIT_RECORD },
	{ "by number", "type=1800 msg=" STAMP FIELDS, AUDIT_RECORD },
	{ "the kernel's line", KERNEL FIELDS, AUDIT_RECORD },
	{ "dmesg's line", "[   12.345678] " KERNEL FIELDS, AUDIT_RECORD },
	{ "a system log's line", "Nov 30 02:53:50 host kernel: " KERNEL FIELDS,
	  AUDIT_RECORD },
	{ "a system log's line with dmesg's time",
	  "2026-11-30T02:53:50.1+00:00 host kernel: [12.3] " KERNEL FIELDS,
	  AUDIT_RECORD },
	{ "a line of /dev/kmsg", "5,7,12345,-;" KERNEL FIELDS, AUDIT_RECORD },
	{ "a line of /dev/kmsg that is escaped",
	  "5,7,12345,-,caller=T1;" KERNEL HEAD "name=\"/a\\x5cb\" " TAIL,
	  AUDIT_RECORD },
	{ "a program's line in /dev/kmsg", "13,7,12345,-;" KERNEL FIELDS,
	  AUDIT_OTHER },
	{ "a program's line in a system log",
	  "Nov 30 02:53:50 host user: " KERNEL FIELDS, AUDIT_OTHER },
	{ "a program that says to be the kernel",
	  "Nov 30 02:53:50 host user: x kernel: " KERNEL FIELDS, AUDIT_OTHER },
	{ "a record within a record",
	  "type=USER msg=audit(1.000:1): msg='" AUDITD FIELDS "'", AUDIT_OTHER },
	{ "another type", "type=INTEGRITY_STATUS msg=" STAMP FIELDS,
	  AUDIT_OTHER },
	{ "IMA's", AUDITD "pid=1 uid=0 op=appraise_data cause=invalid-hash",
	  AUDIT_OTHER },
	{ "records are lost", "5,7,1,-;audit: audit_lost=3 audit_rate_limit=0",
	  AUDIT_LOST },
	{ "a program says so", "13,7,1,-;audit: audit_lost=3", AUDIT_OTHER },

	{ "no time", "type=INTEGRITY_DATA msg=audit(): " FIELDS, AUDIT_OTHER },
	{ "a time of too many milliseconds",
	  "type=INTEGRITY_DATA msg=audit(1.1000:1): " FIELDS, AUDIT_OTHER },
	{ "a time over 64 bits",
	  "type=INTEGRITY_DATA msg=audit(18446744073709551616.000:1): " FIELDS,
	  AUDIT_OTHER },
	{ "the latest time",
	  "type=INTEGRITY_DATA msg=audit(18446744073709551615.000:1): " FIELDS,
	  AUDIT_RECORD },
	{ "as little as it has to say", AUDITD HEAD TAIL, AUDIT_RECORD },
	{ "a field of a later kernel", AUDITD HEAD "new=\"x y\" more=1 " TAIL,
	  AUDIT_RECORD },
	{ "a subject of AppArmor's", AUDITD HEAD "subj=/bin/a (enforce) " TAIL,
	  AUDIT_RECORD },
	{ "one that does not end", AUDITD HEAD "subj=/bin/a (enforce " TAIL,
	  AUDIT_MALFORMED },
	{ "what the kernel does not know", AUDITD HEAD "exe=(null) dev=? " TAIL,
	  AUDIT_RECORD },
	{ "a name in hexadecimal digits", AUDITD HEAD "name=2F61200a " TAIL,
	  AUDIT_RECORD },
	{ "half a digit too many", AUDITD HEAD "name=2F612 " TAIL,
	  AUDIT_MALFORMED },
	{ "no hexadecimal digit", AUDITD HEAD "name=2F6g " TAIL,
	  AUDIT_MALFORMED },
	{ "a NUL in a name", AUDITD HEAD "name=2F00 " TAIL, AUDIT_MALFORMED },
	{ "an empty name", AUDITD HEAD "name= " TAIL, AUDIT_MALFORMED },
	{ "a control character in quotes", AUDITD HEAD "name=\"/\033\" " TAIL,
	  AUDIT_MALFORMED },
	{ "a sentence without quotes", AUDITD HEAD "reason=6162 " TAIL,
	  AUDIT_MALFORMED },
	{ "no quote at the end", AUDITD FIELDS " x=\"y", AUDIT_MALFORMED },
	{ "something behind a quote", AUDITD HEAD "x=\"y\"z " TAIL,
	  AUDIT_MALFORMED },
	{ "a quote within a value", AUDITD HEAD "x=y\"z " TAIL,
	  AUDIT_MALFORMED },
	{ "two spaces", AUDITD HEAD " " TAIL, AUDIT_MALFORMED },
	{ "a field without a value", AUDITD HEAD "x " TAIL, AUDIT_MALFORMED },
	{ "a field without a name", AUDITD HEAD "=1 " TAIL, AUDIT_MALFORMED },
	{ "a field twice", AUDITD HEAD "op=read " TAIL, AUDIT_MALFORMED },
	{ "no cause", AUDITD "lsm=veriexec op=exec " TAIL, AUDIT_MALFORMED },
	{ "a cause in quotes, as an older kernel has it",
	  AUDITD "lsm=veriexec op=exec cause=\"not listed\" " TAIL,
	  AUDIT_MALFORMED },
	{ "a cause that is no word",
	  AUDITD "lsm=veriexec op=exec cause=../x " TAIL, AUDIT_MALFORMED },
	{ "a word that is too long", AUDITD "lsm=veriexec cause=a op=abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl " TAIL,
	  AUDIT_MALFORMED },
	{ "no result", AUDITD HEAD "pid=77 uid=0 comm=\"sh\"",
	  AUDIT_MALFORMED },
	{ "a result that is none", AUDITD HEAD "pid=77 uid=0 comm=\"sh\" res=2",
	  AUDIT_MALFORMED },
	{ "a number that is none", AUDITD HEAD "ino=-1 " TAIL,
	  AUDIT_MALFORMED },
	{ "a number over 64 bits", AUDITD HEAD "ino=18446744073709551616 " TAIL,
	  AUDIT_MALFORMED },
};

static struct audit_record record;

static void check_examples(void)
{
	const char *cause;
	size_t i;

	for (i = 0; i < sizeof(examples) / sizeof(*examples); i++) {
		const struct example *e = &examples[i];
		enum audit_line is;

		is = require_audit_invariants(e->line, strlen(e->line), &record,
					      &cause);
		if (!tap(is == e->is, "%s", e->name))
			printf("# is %u instead of %u\n", is, e->is);
	}
}

static enum audit_line parse(const char *line)
{
	const char *cause;

	return require_audit_invariants(line, strlen(line), &record, &cause);
}

static void check_values(void)
{
	tap(parse(AUDITD FIELDS) == AUDIT_RECORD &&
	    record.seconds == 1790000000 && record.millis == 123 &&
	    record.serial == 45 && !strcmp(record.op, "exec") &&
	    !strcmp(record.cause, "not-listed") &&
	    !strcmp(record.reason, "file is in no manifest") &&
	    record.pid == 77 && !record.uid && record.auid == 4294967295 &&
	    record.ses == 4294967295 && !strcmp(record.comm, "sh") &&
	    !strcmp(record.exe, "/usr/bin/dash") &&
	    !strcmp(record.name, "/tmp/id") && !strcmp(record.dev, "vda") &&
	    record.ino == 12 && !record.denied, "each field has its value");
	tap(parse(AUDITD HEAD "pid=1 uid=0 comm=\"sh\" res=0") ==
	    AUDIT_RECORD && record.denied, "res=0 is denied");
	tap(parse(AUDITD HEAD "name=2F61200aFF " TAIL) == AUDIT_RECORD &&
	    !strcmp(record.name, "/a \n\377"), "hexadecimal digits are bytes");
	tap(parse(AUDITD HEAD "name=\"2F61\" " TAIL) == AUDIT_RECORD &&
	    !strcmp(record.name, "2F61"), "in quotes they are themselves");
	tap(parse("5,7,1,-;" KERNEL HEAD "name=\"/a\\x5cb\" " TAIL) ==
	    AUDIT_RECORD && !strcmp(record.name, "/a\\b"),
	    "what the kernel's log has escaped is undone");
	tap(parse(AUDITD HEAD "name=\"/a\\x5cb\" " TAIL) == AUDIT_RECORD &&
	    !strcmp(record.name, "/a\\x5cb"), "but not in auditd's");
	tap(parse(AUDITD HEAD "exe=(null) " TAIL) == AUDIT_RECORD &&
	    !*record.exe, "what is not known is empty");
}

/* A record with a field that goes on with so many bytes more. */
static enum audit_line parse_long(const char *field, char byte, size_t len,
				  const char *end)
{
	size_t size = strlen(AUDITD HEAD) + strlen(field) + len + strlen(end) +
		      strlen(TAIL) + 1;
	char *line = malloc(size);
	enum audit_line is;
	char *at;

	require(line);
	at = stpcpy(stpcpy(line, AUDITD HEAD), field);
	memset(at, byte, len);
	strcpy(stpcpy(at + len, end), TAIL);
	is = parse(line);
	free(line);
	return is;
}

static void check_lengths(void)
{
	tap(parse_long("name=", '6', 2 * (VERIEXEC_PATH_SIZE - 1), " ") ==
	    AUDIT_RECORD, "the longest path");
	tap(parse_long("name=", '6', 2 * VERIEXEC_PATH_SIZE, " ") ==
	    AUDIT_MALFORMED, "a longer one");
	tap(parse_long("name=\"", '6', VERIEXEC_PATH_SIZE - 1, "\" ") ==
	    AUDIT_RECORD, "the longest path in quotes");
	tap(parse_long("name=\"", '6', VERIEXEC_PATH_SIZE, "\" ") ==
	    AUDIT_MALFORMED, "a longer one");
	tap(parse_long("reason=\"", 'a', AUDIT_TEXT_SIZE - 1, "\" ") ==
	    AUDIT_RECORD, "the longest sentence");
	tap(parse_long("reason=\"", 'a', AUDIT_TEXT_SIZE, "\" ") ==
	    AUDIT_MALFORMED, "a longer one");
}

static void check_late(void)
{
	static const char first[] = "6,0,0,-;Linux", later[] = "6,9,0,-;x";
	static const char other[] = "9 x";

	tap(!audit_line_begins_late(first, strlen(first)),
	    "the kernel's first line");
	tap(audit_line_begins_late(later, strlen(later)),
	    "a later line of the kernel's");
	tap(!audit_line_begins_late(other, strlen(other)), "another log");
}

static void check_mutations(void)
{
	static const char good[] = "5,7,12345,-;" KERNEL FIELDS;
	static const char bytes[] = "\" =\\x00;,()\n\0\377ab1";
	unsigned int random = 1;
	char line[sizeof(good)];
	const char *cause;
	unsigned int i, n;

	for (i = 0; i < 100000; i++) {
		memcpy(line, good, sizeof(good));
		for (n = 0; n < 1 + i % 4; n++) {
			random = random * 1103515245 + 12345;
			line[random / 65536 % strlen(good)] =
				bytes[random / 16 % sizeof(bytes)];
		}
		require_audit_invariants(line, strlen(good) - i % 7, &record,
					 &cause);
	}
	tap(true, "100000 mutations");
}

int main(void)
{
	check_examples();
	check_values();
	check_lengths();
	check_late();
	check_mutations();
	return tap_end();
}
