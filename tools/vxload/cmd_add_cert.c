// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxload --add-cert: offers certificates to the kernel's keyring, which takes
 * those that somebody in it has signed.
 */

#include <errno.h>
#include <string.h>

#include <keyutils.h>

#include "certificate.h"
#include "commands.h"
#include "exit.h"
#include "message.h"

#define KEYRING ".veriexec"

static int refused(const char *file, const char *name, int err)
{
	switch (err) {
	case ENOKEY:
		message("%s: %s: refused: nobody in the keyring %s has signed it",
			file, name, KEYRING);
		return EXIT_NO;
	case EKEYREJECTED:
	case EKEYREVOKED:
	case EKEYEXPIRED:
		message("%s: %s: refused: its signature or its signer is not good: %s",
			file, name, strerror(err));
		return EXIT_NO;
	case EPERM:
	case EACCES:
		message("%s: %s: refused: the keyring %s takes certificates from nobody, or not from you",
			file, name, KEYRING);
		return EXIT_NO;
	case EBADMSG:
		message("%s: %s: refused: the kernel cannot read it", file,
			name);
		return EXIT_NO;
	default:
		message("%s: %s: cannot be added: %s", file, name,
			strerror(err));
		return EXIT_TROUBLE;
	}
}

static int add_file(key_serial_t keyring, const char *file, bool verbose)
{
	char name[CERTIFICATE_NAME_SIZE];
	const mbedtls_x509_crt *crt;
	mbedtls_x509_crt list;
	int status = EXIT_TROUBLE;

	mbedtls_x509_crt_init(&list);
	if (certificate_load(file, &list))
		goto out;
	status = EXIT_YES;
	for (crt = &list; crt && status == EXIT_YES; crt = crt->next) {
		certificate_name(&crt->subject, name, sizeof(name));
		/* Without a description the kernel makes one of the subject. */
		if (add_key("asymmetric", NULL, crt->raw.p, crt->raw.len,
			    keyring) < 0)
			status = refused(file, name, errno);
		else if (verbose)
			printf("added %s\n", name);
	}
out:
	mbedtls_x509_crt_free(&list);
	return status;
}

/**
 * cmd_add_cert() - add certificates to the keyring
 * @files: PEM or DER, ended by NULL
 * @verbose: name each that was added
 *
 * Return: exit status; nothing that follows a refused one is added.
 */
int cmd_add_cert(char **files, bool verbose)
{
	int status = EXIT_YES;
	key_serial_t keyring;

	keyring = find_key_by_type_and_desc("keyring", KEYRING, 0);
	if (keyring < 0) {
		message("there is no keyring %s that you may see: %s", KEYRING,
			strerror(errno));
		return EXIT_TROUBLE;
	}
	for (; *files && status == EXIT_YES; files++)
		status = add_file(keyring, *files, verbose);
	return status;
}
