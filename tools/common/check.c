// SPDX-License-Identifier: GPL-2.0-only
/*
 * Holds a file against its entry in a manifest: kind, owner, mode, and every
 * fingerprint that is given; or the text of a symbolic link.
 */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "beneath.h"
#include "caps.h"
#include "check.h"
#include "fingerprint.h"

/* What each enum check_result is called. */
const char *const check_words[] = {
	[CHECK_GOOD] = "good",
	[CHECK_MISSING] = "missing",
	[CHECK_CHANGED] = "changed",
	[CHECK_FAILED] = "unreadable",
};

static void __attribute__((format(printf, 3, 4)))
conclude(struct check *check, enum check_result result, const char *format, ...)
{
	va_list args;

	check->result = result;
	va_start(args, format);
	vsnprintf(check->cause, sizeof(check->cause), format, args);
	va_end(args);
}

static void check_attributes(const struct stat *st,
			     const struct veriexec_record *record,
			     struct check *check)
{
	unsigned int mode = st->st_mode & 07777;

	if (!S_ISREG(st->st_mode))
		conclude(check, CHECK_CHANGED, "is not a regular file");
	else if (record->claim.has & VERIEXEC_HAS_UID &&
		 st->st_uid != record->claim.uid)
		conclude(check, CHECK_CHANGED,
			 "uid is %u, the manifest says %u", st->st_uid,
			 record->claim.uid);
	else if (record->claim.has & VERIEXEC_HAS_GID &&
		 st->st_gid != record->claim.gid)
		conclude(check, CHECK_CHANGED,
			 "gid is %u, the manifest says %u", st->st_gid,
			 record->claim.gid);
	else if (record->claim.has & VERIEXEC_HAS_MODE &&
		 mode != record->claim.mode)
		conclude(check, CHECK_CHANGED,
			 "mode is %o, the manifest says %o", mode,
			 record->claim.mode);
}

static void check_caps(int fd, const struct veriexec_record *record,
		       struct check *check)
{
	char is[CAPS_HEX_SIZE], listed[CAPS_HEX_SIZE];
	struct veriexec_claim claim = { 0 };
	int ret;

	ret = caps_read(fd, &claim);
	if (ret) {
		conclude(check, CHECK_FAILED, "%s", strerror(-ret));
		return;
	}
	caps_hex(&claim, is);
	caps_hex(&record->claim, listed);
	if (strcmp(is, listed))
		conclude(check, CHECK_CHANGED,
			 "file capabilities are %s, the manifest says %s", is,
			 listed);
}

static void check_fingerprints(int fd, const struct veriexec_record *record,
			       struct check *check)
{
	u8 digests[VERIEXEC_ALG_COUNT][VERIEXEC_DIGEST_SIZE];
	char is[FINGERPRINT_HEX_SIZE], listed[FINGERPRINT_HEX_SIZE];
	u32 i;
	int ret;

	ret = fingerprint_fd(fd, record->claim.algs, digests);
	if (ret) {
		conclude(check, CHECK_FAILED, "%s", strerror(-ret));
		return;
	}
	for (i = 0; i < VERIEXEC_ALG_COUNT; i++) {
		if (!(record->claim.algs & 1U << i) ||
		    !memcmp(digests[i], record->digest[i],
			    veriexec_algs[i].size))
			continue;
		fingerprint_hex(i, digests[i], is);
		fingerprint_hex(i, record->digest[i], listed);
		conclude(check, CHECK_CHANGED, "%s is %s, the manifest says %s",
			 veriexec_algs[i].name, is, listed);
		return;
	}
}

static void check_content(int fd, const struct stat *st,
			  const struct veriexec_record *record,
			  struct check *check)
{
	check_attributes(st, record, check);
	if (check->result == CHECK_GOOD)
		check_caps(fd, record, check);
	if (check->result == CHECK_GOOD)
		check_fingerprints(fd, record, check);
}

/* Where a link leads, encoded, and cut off where there is no more room. */
#define SHOWN_SIZE	128

static void check_link(int fd, const struct stat *st,
		       const struct veriexec_record *record,
		       struct check *check)
{
	char is[SHOWN_SIZE], listed[SHOWN_SIZE];
	char text[VERIEXEC_PATH_SIZE];
	int ret;

	if (!S_ISLNK(st->st_mode)) {
		conclude(check, CHECK_CHANGED, "is not a symbolic link");
		return;
	}
	ret = beneath_read_link(fd, "", text);
	if (ret) {
		conclude(check, CHECK_FAILED, "%s", strerror(-ret));
		return;
	}
	if (!strcmp(text, record->link))
		return;
	veriexec_encode_path(is, sizeof(is), text);
	veriexec_encode_path(listed, sizeof(listed), record->link);
	conclude(check, CHECK_CHANGED, "leads to %s, the manifest says %s", is,
		 listed);
}

/**
 * check_file() - hold a file, or a link, against its entry
 * @root: where the entry's path begins, from beneath_root()
 * @record: the entry
 * @check: filled
 */
void check_file(int root, const struct veriexec_record *record,
		struct check *check)
{
	const bool link = record->claim.has & VERIEXEC_HAS_LINK;
	struct stat st;
	int fd;

	*check = (struct check){ .result = CHECK_GOOD };
	fd = link ? beneath_find(root, record->path) :
		    beneath_open(root, record->path, true);
	if (fd == -ENOENT || fd == -ENOTDIR) {
		conclude(check, CHECK_MISSING, "there is no such file");
		return;
	}
	if (fd == -EXDEV) {
		conclude(check, CHECK_CHANGED, "path leads out of the root");
		return;
	}
	if (fd == -ELOOP) {
		conclude(check, CHECK_CHANGED, "is a symbolic link");
		return;
	}
	if (fd == -ENXIO) {	/* a socket, or a pipe without a writer */
		conclude(check, CHECK_CHANGED, "is not a regular file");
		return;
	}
	if (fd < 0) {
		conclude(check, CHECK_FAILED, "%s", strerror(-fd));
		return;
	}
	if (fstat(fd, &st)) {
		conclude(check, CHECK_FAILED, "%s", strerror(errno));
	} else if (link) {
		check_link(fd, &st, record, check);
	} else {
		check->device = st.st_dev;
		check->inode = st.st_ino;
		check->found = S_ISREG(st.st_mode);
		check_content(fd, &st, record, check);
	}
	close(fd);
}
