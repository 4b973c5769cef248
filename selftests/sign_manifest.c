// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signs whatever it is given, in the form in which the kernel takes manifests.
 * It does not look at what it signs: the tests need wrong manifests, too.
 *
 *	sign_manifest WHO KEY CERT TEXT SIGNED
 *
 * WHO is "known" for the holder of KEY and CERT, "expired" for the same with a
 * copy of CERT that expired a year ago, "stranger" for a key that is made on the
 * spot, or a name that begins with "/" or "!" (see pki.h) for one whose certificate
 * they issue.
 */

#include <stdio.h>
#include <string.h>

#include "pki.h"

static int become(struct pki *p, const char *who, const char *key,
		  const char *cert)
{
	static const struct pki_certificate stranger = {
		.name = "Stranger", .key = "P-256",
	};
	const struct pki_certificate named = { .name = who, .key = "P-256" };
	struct pki issuer = {};
	int ret;

	if (!strcmp(who, "stranger"))
		return pki_make(p, &stranger, NULL);
	if (strchr("/!", *who)) {
		ret = pki_read(&issuer, key, cert);
		ret = ret ?: pki_make(p, &named, &issuer);
		pki_free(&issuer);
		return ret;
	}
	ret = pki_read(p, key, cert);
	if (!ret && !strcmp(who, "expired"))
		ret = pki_make_expired(p);
	return ret;
}

int main(int argc, char **argv)
{
	struct pki signer = {};
	const struct pki_signature how = { .signers = { &signer } };
	struct text text = {}, manifest = {};
	int ret;

	if (argc != 6) {
		fprintf(stderr, "usage: sign_manifest WHO KEY CERT TEXT SIGNED\n");
		return 2;
	}
	ret = become(&signer, argv[1], argv[2], argv[3]);
	ret = ret ?: read_file(argv[4], &text);
	ret = ret ?: pki_sign(&how, &text, &manifest);
	ret = ret ?: write_file(argv[5], manifest.data, manifest.len, 0644);
	text_free(&manifest);
	text_free(&text);
	pki_free(&signer);
	return !!ret;
}
