// SPDX-License-Identifier: GPL-2.0-only
/*
 * Damages the signature of a manifest as selftests/damage.c can, and tells
 * whether each variant is refused:
 *
 *	signature_sweep TRUSTED SIGNED
 */

#include <stdio.h>

#include "../../selftests/damage.h"
#include "cms.h"
#include "message.h"
#include "trailer.h"

static mbedtls_x509_crt trusted;
static unsigned long accepted;

/* Returns the cause of a refusal, NULL if there is none. */
static const char *judge(const void *data, size_t len)
{
	const struct cms_trust trust = { .trusted = &trusted };
	static struct cms_verdict verdict;
	struct trailer t;
	const char *cause;

	if (trailer_split(data, len, &t, &cause))
		return cause;
	return cms_verify(t.cms, t.cms_len, t.text, t.text_len, &trust,
			  &verdict) ? verdict.cause : NULL;
}

static void try_one(void *unused, const void *data, size_t len,
		    const char *what, size_t at)
{
	const char *cause = judge(data, len);

	(void)unused;
	if (cause && *cause)
		return;
	printf("%s: %s at %zu\n", cause ? "without a cause" : "accepted", what,
	       at);
	accepted++;
}

int main(int argc, char **argv)
{
	struct buffer whole = { 0 };
	struct damage d = { .step = 1, .try_one = try_one };
	const char *cause;
	unsigned long variants;

	message_init("signature_sweep");
	if (argc != 3) {
		message("usage: signature_sweep TRUSTED SIGNED");
		return 2;
	}
	mbedtls_x509_crt_init(&trusted);
	if (certificate_load(argv[1], &trusted) ||
	    file_read(argv[2], VERIEXEC_TEXT_MAX, &whole))
		return 2;
	cause = judge(whole.data, whole.len);
	if (cause) {
		message("%s: is not good to begin with: %s", argv[2], cause);
		return 2;
	}
	d.data = whole.data;
	d.len = whole.len;
	variants = damage_all(&d);
	printf("%lu variants, %lu accepted\n", variants, accepted);
	buffer_free(&whole);
	mbedtls_x509_crt_free(&trusted);
	return accepted || variants < 1000;
}
