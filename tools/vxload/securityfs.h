/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's side: the veriexec files of securityfs.
 *
 * The only place that knows where they are and how their lines are cut. Whoever
 * has a mount namespace of his own can cover that place, so that nothing is
 * believed which is not on securityfs itself.
 */

#ifndef VXLOAD_SECURITYFS_H
#define VXLOAD_SECURITYFS_H

#include <stddef.h>
#include <stdio.h>

/* Fixed at compile time: no environment may choose who is asked. */
#ifndef VX_SECURITYFS
#define VX_SECURITYFS "/sys/kernel/security/veriexec"
#endif

/**
 * struct sfs_manifest - a line of the file ``manifests``
 * @name: of the manifest, "-" if it has none
 * @version: likewise
 * @signer: who signed it, as certificate_name() names him
 * @signer_word: the same as the kernel has written it: one word, encoded; "-" for a
 *	name that is empty
 * @method: how: "ECDSA256+SHA256", say
 * @bound: how many entries count
 * @missing: how many listed files were not there
 * @trust: what the signer is: "builtin" or "added"
 */
struct sfs_manifest {
	char *name;
	char *version;
	char *signer;
	const char *signer_word;
	char *method;
	char *bound;
	char *missing;
	char *trust;
};

/**
 * struct sfs_entry - a line of the file ``entries``
 * @device: of the file system, MAJOR:MINOR
 * @inode: number of the file
 * @fingerprint: that counts, "sha256=..."
 * @flags: separated by commas, "-" if there are none
 * @status: what the kernel knows of the file: "verified", say
 * @manifest: name of the one that lists it, "-" if it has none
 * @signer: who signed that
 * @path: as the manifest has it, encoded
 * @owner: owner, mode and capabilities as the manifest has them, "-" for none; NULL if
 *	this kernel does not show them
 */
struct sfs_entry {
	char *device;
	char *inode;
	char *fingerprint;
	char *flags;
	char *status;
	char *manifest;
	char *signer;
	char *path;
	char *owner;
};

/**
 * struct sfs_image - a line of the file ``images``
 * @root_hash: of the image, "sha256=..."
 * @manifest: name of the one that lists it, "-" if it has none
 * @signer: who signed that
 */
struct sfs_image {
	char *root_hash;
	char *manifest;
	char *signer;
};

/**
 * struct sfs_lines - a file of the kernel's that is read line by line
 * @name: of the file
 * @f: the open file
 * @line: last read; what a caller was given points into it
 * @size: of @line, in bytes
 * @word: a field as it was before it was decoded
 */
struct sfs_lines {
	const char *name;
	FILE *f;
	char *line;
	size_t size;
	char *word;
};

void sfs_mount(void);
FILE *sfs_open(const char *name);
int sfs_open_write(const char *name);
int sfs_open_ask(const char *name);
int sfs_write(int fd, const void *data, size_t len);

int sfs_lines_open(struct sfs_lines *lines, const char *name);
int sfs_next_manifest(struct sfs_lines *lines, struct sfs_manifest *m);
int sfs_next_entry(struct sfs_lines *lines, struct sfs_entry *e);
int sfs_next_revoked(struct sfs_lines *lines, char **fingerprint);
int sfs_next_image(struct sfs_lines *lines, struct sfs_image *i);
void sfs_lines_close(struct sfs_lines *lines);
void sfs_decode(char *s);
void sfs_decode_name(char **name);

#endif /* VXLOAD_SECURITYFS_H */
