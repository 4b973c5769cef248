/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is a file what a manifest says?
 */

#ifndef _VERIEXEC_CHECK_H
#define _VERIEXEC_CHECK_H

#include <sys/types.h>

#include "manifest.h"

#define CHECK_CAUSE_SIZE	384

/**
 * enum check_result - the answer
 * @CHECK_GOOD: it is
 * @CHECK_MISSING: there is no such file
 * @CHECK_CHANGED: it is something else
 * @CHECK_FAILED: it could not be read
 */
enum check_result {
	CHECK_GOOD,
	CHECK_MISSING,
	CHECK_CHANGED,
	CHECK_FAILED
};

/**
 * struct check - a file, held against its entry
 * @result: the answer
 * @device: of the file, if it is @found
 * @inode: likewise
 * @found: there is a regular file, whatever is in it
 * @cause: what differs, or why it could not be read
 */
struct check {
	enum check_result result;
	dev_t device;
	ino_t inode;
	bool found;
	char cause[CHECK_CAUSE_SIZE];
};

extern const char *const check_words[];

void check_file(int root, const struct veriexec_record *record,
		struct check *check);

#endif /* _VERIEXEC_CHECK_H */
