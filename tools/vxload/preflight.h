/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What vxload preflight knows of the kernel and of a root.
 */

#ifndef VXLOAD_PREFLIGHT_H
#define VXLOAD_PREFLIGHT_H

#include "ability.h"
#include "acceptable.h"
#include "image.h"
#include "load.h"
#include "versions.h"

/**
 * struct preflight - what the command line asks for, and what the kernel can
 * @load: the manifests, by their paths beneath each root; the usual ones if there are
 *	none; and how to judge them
 * @json: print JSON
 * @ability: of the kernel
 * @known: the versions in @versions
 */
struct preflight {
	struct load_request load;
	bool json;
	struct ability ability;
	struct versions known;
};

/**
 * struct root - one of those that are looked at
 * @name: what the user calls it
 * @slot: what has that name, open
 * @fd: of its directory, -1 as long as nobody has looked there
 * @image: that it is, or NULL
 * @files: how many its manifests list
 * @manifests: how many it has
 * @cause: why it is not good, empty while it is
 */
struct root {
	const char *name;
	int slot;
	int fd;
	const struct image *image;
	size_t files;
	size_t manifests;
	char cause[ACCEPTABLE_CAUSE_SIZE];
};

int root_refuse(struct root *root, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
int preflight_manifest(const struct preflight *p, struct root *root,
		       struct manifest_file *m);

#endif /* VXLOAD_PREFLIGHT_H */
