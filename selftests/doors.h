/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A door is one way by which unlisted code might run or a listed file might
 * change. Each is tried for real on two files that differ in nothing but that
 * one is listed: on one of them it must be denied, on the other it must work.
 *
 * doors.c tries all doors of a table on each file system, as root and as a user
 * without rights, and reports each try in TAP. Under enforce it holds each
 * denial to its errno, its line in the kernel log and its audit record, and the
 * listed file to its content; in active it holds each of them to being let
 * through and reported. What is let through has to change the file (unless the
 * door is none for changes), or nothing would have been tried.
 */

#ifndef _SELFTESTS_VERIEXEC_DOORS_H
#define _SELFTESTS_VERIEXEC_DOORS_H

#include "common.h"

/* On which of the two files is the door closed? */
enum door_kind {
	DOOR_CHANGE,		/* on the listed one: it must not change */
	DOOR_CODE,		/* on the unlisted one: it must not run */
};

/* What can be said of a door. */
#define DOOR_ROOT	1	/* only root gets so far that veriexec denies it */
#define DOOR_NO_PATH	2	/* what is reported does not name the file */
#define DOOR_QUIET	4	/* whoever only asks gets an answer, and no report */
#define DOOR_NO_TRACE	8	/* the file looks the same after it has worked */
#define DOOR_DIR	16	/* what is reported names the trial's directory */

/* On which file systems it makes sense. Without any DOOR_ON(), on all. */
#define DOOR_ON(fs)	(1U << (8 + (fs)))
#define DOOR_NOT_ON(fs)	(1U << (20 + (fs)))
#define DOOR_NO_TMPFS	DOOR_NOT_ON(FS_TMPFS)
#define DOOR_NO_OVERLAY	DOOR_NOT_ON(FS_OVERLAY)

/* Bytes of the text that the file of a DOOR_CHANGE holds, some pages. */
#define DOOR_SIZE	(4 * 4096)
#define DOOR_FDS	4

/**
 * struct trial - one door and one file
 * @path: of the file, beneath AT; for DOOR_CODE a copy of probe, else text
 * @dir: that the file lies in, with nothing else, and anybody may write
 * @fs: that the file lies on
 * @listed: it is listed
 * @user: it is tried by a user without rights, whom file and directory belong to
 * @fds: for the row's own use, -1 at first; what prepare() opens stays open
 *	 until the attempt was made; O_CLOEXEC, please
 * @map: NULL, or a page that prepare() has mapped; likewise
 * @pid: 0, or a program that prepare() has started; killed after the attempt
 * @number: different for each trial on a file system
 */
struct trial {
	char path[128];
	char dir[128];
	enum fs fs;
	bool listed;
	bool user;
	int fds[DOOR_FDS];
	void *map;
	pid_t pid;
	unsigned int number;
};

/**
 * struct door - one row of a table of doors
 * @name: what is done, in the words of the documentation
 * @kind: see enum door_kind
 * @op: operation that the kernel names in its message
 * @op_active: what it names in active, NULL for the same. Only under
 *	enforce is a file judged by its path before it is opened.
 * @error: errno that the attempt gives when it is denied
 * @flags: DOOR_*
 * @rest: of the file's line in the manifest, NULL for nothing
 * @prepare: NULL, or called as root before the manifest is loaded; returns 0 or
 *	an errno
 * @attempt: does it; returns 0 if it worked, or the errno that it got. Runs in
 *	a process of its own.
 */
struct door {
	const char *name;
	enum door_kind kind;
	const char *op;
	const char *op_active;
	int error;
	unsigned int flags;
	const char *rest;
	int (*prepare)(struct trial *t);
	int (*attempt)(struct trial *t);
};

int list_too(const char *path, const char *rest);
int bind_dir(struct trial *t, int namespaces);
int try_doors(const struct door *doors, size_t count);

#endif /* _SELFTESTS_VERIEXEC_DOORS_H */
