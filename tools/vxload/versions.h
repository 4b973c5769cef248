/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lowest versions of manifests that may still be loaded, kept across boots: what
 * a load only holds manifests against, and what is committed when all is well.
 */

#ifndef VXLOAD_VERSIONS_H
#define VXLOAD_VERSIONS_H

#include "manifest.h"

/* So much of a signer's name the kernel keeps, with NUL; and that encoded. */
#define SIGNER_NAME_SIZE	128
#define SIGNER_WORD_SIZE	(3 * SIGNER_NAME_SIZE)

/**
 * struct known_version - of one name
 * @name: of the manifest
 * @signer: who the kernel says has signed it, if that is not the vendor, as it
 *	writes it; else empty
 * @version: the highest that was committed
 * @raised: it was raised, and that is not saved yet
 * @before: what it was then, empty if it was not known
 */
struct known_version {
	char name[VERIEXEC_NAME_SIZE];
	char signer[SIGNER_WORD_SIZE];
	u64 version;
	bool raised;
	char before[24];
};

/**
 * struct claims - who may have signed a manifest, before the kernel has told
 * @words: names of its signers, as the kernel would write them; owned
 * @count: of @words
 * @anybody: of one the certificate is not there, which would have the name
 *
 * All of them have signed it, or the kernel refuses it, and it names one of them.
 */
struct claims {
	char (*words)[SIGNER_WORD_SIZE];
	unsigned int count;
	bool anybody;
};

/**
 * struct versions - all of them
 * @path: of the file, from the root, or what the firmware is called; owned
 * @lock: holds the lock on the file, -1 without one
 * @firmware: the variables of the firmware, if they are there, else -1
 * @provisioned: every name has to be known
 * @list: sorted by name and signer, of a file; owned
 * @count: of @list
 */
struct versions {
	char *path;
	int lock;
	int firmware;
	bool provisioned;
	struct known_version *list;
	size_t count;
};

bool claims_name(const struct claims *claims, const char *signer);
char *versions_place(const char *path);
int versions_load(struct versions *v, const char *place);
int versions_lock(struct versions *v, const char *path);
int versions_check(const struct versions *v, const char *file,
		   const struct veriexec_header *header,
		   const struct claims *claims);
int versions_note(const struct versions *v, const char *file,
		  const struct veriexec_header *header, const char *signer);
int versions_raise(struct versions *v, const char *file,
		   const struct veriexec_header *header, const char *signer);
int versions_save(struct versions *v);
void versions_free(struct versions *v);

#endif /* VXLOAD_VERSIONS_H */
