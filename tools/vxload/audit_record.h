/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One record that the kernel made of what it denied, or would have denied.
 *
 * Logs are foreign text, whoever wrote them: a record is taken as a whole or not at
 * all, and its strings may hold any bytes but NUL. Whoever shows them encodes them.
 */

#ifndef VXLOAD_AUDIT_RECORD_H
#define VXLOAD_AUDIT_RECORD_H

#include "manifest.h"

/* AUDIT_INTEGRITY_DATA, in a message of the kernel's. */
#define AUDIT_RECORD_TYPE	1800

#define AUDIT_WORD_SIZE		64U
#define AUDIT_TEXT_SIZE		256U

/**
 * struct audit_record - what one record says
 * @seconds: when that was, since 1970
 * @millis: beside @seconds, below 1000
 * @serial: tells records of the same time apart
 * @op: what was attempted: a word of ``[a-z0-9_-]``
 * @cause: why it must not be: likewise
 * @reason: the same as a sentence of printable ASCII, may be empty
 * @what: more of what was attempted, likewise
 * @pid: of the process
 * @uid: of its user
 * @auid: who had logged in, 4294967295 for nobody
 * @ses: his session, likewise
 * @comm: what the process calls itself
 * @exe: path of its program, empty if the record does not say
 * @name: path of the file that it was about, likewise
 * @dev: file system of that, likewise
 * @ino: number of that file, 0 if the record does not say
 * @denied: it was not let through; else it would not have been
 */
struct audit_record {
	u64 seconds;
	u64 millis;
	u64 serial;
	char op[AUDIT_WORD_SIZE];
	char cause[AUDIT_WORD_SIZE];
	char reason[AUDIT_TEXT_SIZE];
	char what[AUDIT_TEXT_SIZE];
	u64 pid;
	u64 uid;
	u64 auid;
	u64 ses;
	char comm[AUDIT_WORD_SIZE];
	char exe[VERIEXEC_PATH_SIZE];
	char name[VERIEXEC_PATH_SIZE];
	char dev[AUDIT_TEXT_SIZE];
	u64 ino;
	bool denied;
};

/**
 * enum audit_line - what a line of a log is
 * @AUDIT_OTHER: somebody else's
 * @AUDIT_RECORD: a record of veriexec's
 * @AUDIT_MALFORMED: it claims to be one
 * @AUDIT_LOST: the kernel says there that it has lost records
 */
enum audit_line {
	AUDIT_OTHER,
	AUDIT_RECORD,
	AUDIT_MALFORMED,
	AUDIT_LOST,
};

enum audit_line audit_record_parse(const char *text, size_t len,
				   struct audit_record *r, const char **cause);
enum audit_line audit_line_parse(char *line, size_t len,
				 struct audit_record *r, const char **cause);
bool audit_line_begins_late(const char *line, size_t len);

#endif /* VXLOAD_AUDIT_RECORD_H */
