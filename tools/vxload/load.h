/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hands manifests to the kernel.
 */

#ifndef VXLOAD_LOAD_H
#define VXLOAD_LOAD_H

#include <stdbool.h>

/**
 * struct load_request - what to load, and how
 * @files: names of manifests
 * @count: of @files
 * @dir: what the listed paths lie beneath
 * @certificates: file of those whom the first check believes, or NULL
 * @versions: where the lowest versions are kept that may be loaded, or NULL
 * @provisioned: a version of every name has to be known there
 * @replace: it may take the place of a manifest of another root
 * @strict: compare certificates' dates with the clock, and ask the kernel which
 *	are revoked
 * @verbose: say what was bound and what is missing
 */
struct load_request {
	char **files;
	int count;
	const char *dir;
	const char *certificates;
	const char *versions;
	bool provisioned;
	bool replace;
	bool strict;
	bool verbose;
};

int load_manifests(const struct load_request *request);

#endif /* VXLOAD_LOAD_H */
