/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The highest versions of manifests that were loaded, kept across boots.
 */

#ifndef VXLOAD_VERSIONS_H
#define VXLOAD_VERSIONS_H

#include "manifest.h"

/* Names a signer, in hex, with NUL. */
#define SIGNER_ID_SIZE	33

/**
 * struct known_version - of one name
 * @name: of the manifest
 * @signer: who signed it, if it is not the vendor; else empty
 * @version: the highest that was loaded
 */
struct known_version {
	char name[VERIEXEC_NAME_SIZE];
	char signer[SIGNER_ID_SIZE];
	u64 version;
};

/**
 * struct versions - all of them
 * @path: of the file, from the root; owned
 * @list: sorted by name and signer; owned
 * @count: of @list
 */
struct versions {
	char *path;
	struct known_version *list;
	size_t count;
};

int versions_load(struct versions *v, const char *path);
int versions_check(const struct versions *v, const char *file,
		   const struct veriexec_header *header, const char *signer);
int versions_note(struct versions *v, const struct veriexec_header *header,
		  const char *signer);
int versions_save(const struct versions *v);
void versions_free(struct versions *v);

#endif /* VXLOAD_VERSIONS_H */
