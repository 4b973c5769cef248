/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's verdict on an open file.
 */

#ifndef VXLOAD_VERDICT_H
#define VXLOAD_VERDICT_H

#include <stdbool.h>

/**
 * struct verdict - what the kernel says of a file
 * @verified: it counts as verified
 * @outcome: "verified", "initramfs" or "denied"
 * @cause: why it is denied, or would not be run as a program, as a word
 * @reason: the same as a sentence
 * @flags: of its entry, separated by commas
 * @manifest: name of the one that lists it
 * @signer: who signed that
 * @line: what the others point into
 *
 * Of what the kernel does not say there is an empty string.
 */
struct verdict {
	bool verified;
	const char *outcome;
	const char *cause;
	const char *reason;
	const char *flags;
	const char *manifest;
	const char *signer;
	char line[1024];
};

int verdict_open(void);
int verdict_open_file(const char *path, const char **why);
int verdict_ask(int check, int fd, struct verdict *v);
void verdict_print(const char *name, const struct verdict *v);
void verdict_print_json(const struct verdict *v);

#endif /* VXLOAD_VERDICT_H */
