/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A signed manifest as a file, and what can be told of it without the kernel.
 */

#ifndef VXLOAD_MANIFEST_FILE_H
#define VXLOAD_MANIFEST_FILE_H

#include <stdbool.h>

#include <mbedtls/x509_crt.h>

#include "cms.h"
#include "file.h"
#include "manifest.h"
#include "trailer.h"
#include "versions.h"

/**
 * struct trust - whom the first check of a signature believes
 * @certificates: none if @known is false
 * @known: there are certificates: without any, only the kernel can tell
 * @strict: their dates are compared with the clock
 * @ask: asks the kernel which are revoked, may be NULL; see &cms_trust.ask
 * @vouch: asks the kernel whom it trusts, may be NULL; see &cms_trust.vouch
 */
struct trust {
	mbedtls_x509_crt certificates;
	bool known;
	bool strict;
	int (*ask)(const mbedtls_x509_crt *crt);
	int (*vouch)(const mbedtls_x509_crt *crt);
};

/**
 * struct manifest_file - a manifest that is fit to be loaded
 * @name: of the file, for messages
 * @data: the whole file, as the kernel wants it
 * @parts: of @data
 * @header: what its directives say
 * @entries: it lists files
 * @claims: who says that he has signed it
 * @verdict: on the signature, empty if nobody could judge it
 * @cause: why it is refused, with @name; else empty
 */
struct manifest_file {
	const char *name;
	struct buffer data;
	struct trailer parts;
	struct veriexec_header header;
	bool entries;
	struct claims claims;
	struct cms_verdict verdict;
	char cause[512];
};

int trust_load(struct trust *trust, const char *file, bool strict);
int trust_check(const struct trust *trust, const struct der *cms,
		const struct der *text, struct cms_verdict *verdict);
void trust_free(struct trust *trust);

int manifest_file_outline(struct manifest_file *m);
int manifest_file_judge(struct manifest_file *m, const struct trust *trust);
int manifest_file_read(struct manifest_file *m, const char *file);
void manifest_file_free(struct manifest_file *m);
const char *manifest_file_why_missing(int dir,
				      const struct veriexec_record *record);
int manifest_file_missing(const struct manifest_file *m, int dir, bool name,
			  unsigned long *count);

#endif /* VXLOAD_MANIFEST_FILE_H */
