// SPDX-License-Identifier: GPL-2.0-only
/*
 * Revokes a certificate in the running kernel:
 *
 *	blacklist KEY CERT WHOM
 *
 * KEY and CERT are of somebody in the kernel's keyring of built-in keys.
 */

#include <stdio.h>
#include <string.h>

#include "pki.h"

int main(int argc, char **argv)
{
	struct pki revoker = {}, whom = {};
	char what[80] = "tbs:";
	int ret;

	if (argc != 4) {
		fprintf(stderr, "usage: blacklist KEY CERT WHOM\n");
		return 2;
	}
	ret = pki_read(&revoker, argv[1], argv[2]);
	ret = ret ?: pki_read(&whom, argv[1], argv[3]);
	ret = ret ?: pki_tbs_hash(&whom, what + 4);
	ret = ret ?: pki_revoke(&revoker, what);
	if (ret)
		fprintf(stderr, "blacklist: %s\n", strerror(-ret));
	pki_free(&whom);
	pki_free(&revoker);
	return !!ret;
}
