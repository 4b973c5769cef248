// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxload --add-cert: offers certificates to the kernel's keyring, which takes
 * those that an authority in it has issued.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <keyutils.h>

#include "certificate.h"
#include "commands.h"
#include "exit.h"
#include "keyring.h"
#include "message.h"

#define KEYRING ".veriexec"

/**
 * struct offer - a certificate to be added
 * @file: that it is from
 * @crt: the certificate
 * @taken: the kernel has it
 */
struct offer {
	const char *file;
	const mbedtls_x509_crt *crt;
	bool taken;
};

static void name_of(const struct offer *o, char *name, size_t size)
{
	certificate_name(&o->crt->subject, name, size);
}

static int refused(const struct offer *o, int err)
{
	char name[CERTIFICATE_NAME_SIZE];
	const char *why = NULL;

	name_of(o, name, sizeof(name));
	switch (err) {
	case ENOKEY:
		why = "nobody in the keyring has issued it";
		break;
	case EKEYREJECTED:
		why = "its signature is bad, or its issuer is no authority for it, or it is revoked";
		break;
	case EPERM:
	case EACCES:
		why = "the keyring takes certificates from root alone";
		break;
	case EBADMSG:
		why = "the kernel cannot read it";
		break;
	case ENOPKG:
		why = "it uses an algorithm that the kernel does not have";
		break;
	}
	if (why) {
		message("%s: %s: refused by %s: %s", o->file, name, KEYRING,
			why);
		return EXIT_NO;
	}
	message("%s: %s: cannot be added: %s", o->file, name, strerror(err));
	return EXIT_TROUBLE;
}

/* The kernel would refuse it for the same reason, and could not say so here. */
static int check_use(const struct offer *o)
{
	char name[CERTIFICATE_NAME_SIZE];
	struct cms_limits limits;

	if (certificate_limits(o->crt, &limits))
		limits.refused = "its extensions are malformed";
	if (!limits.refused)
		return EXIT_YES;
	name_of(o, name, sizeof(name));
	message("%s: %s: refused: %s", o->file, name, limits.refused);
	return EXIT_NO;
}

/*
 * Offers all that were not taken yet. Who has not been vouched for by anybody
 * may be by one who comes later.
 */
static int offer_all(struct offer *offers, size_t count, key_serial_t keyring,
		     bool verbose, size_t *taken)
{
	char name[CERTIFICATE_NAME_SIZE];
	size_t i;

	*taken = 0;
	for (i = 0; i < count; i++) {
		struct offer *o = &offers[i];

		if (o->taken)
			continue;
		/* Without a description the kernel makes one of the subject. */
		if (add_key("asymmetric", NULL, o->crt->raw.p, o->crt->raw.len,
			    keyring) < 0) {
			if (errno == ENOKEY)
				continue;
			return refused(o, errno);
		}
		o->taken = true;
		++*taken;
		name_of(o, name, sizeof(name));
		if (verbose)
			printf("added %s\n", name);
	}
	return EXIT_YES;
}

static int add_all(struct offer *offers, size_t count, bool verbose)
{
	int status = EXIT_YES;
	key_serial_t keyring;
	size_t i, taken;

	for (i = 0; i < count && status == EXIT_YES; i++)
		status = check_use(&offers[i]);
	if (status != EXIT_YES)
		return status;
	keyring = keyring_find(KEYRING);
	if (keyring < 0) {
		message("there is no keyring %s that you may see: %s", KEYRING,
			strerror(errno));
		return EXIT_TROUBLE;
	}
	do {
		status = offer_all(offers, count, keyring, verbose, &taken);
	} while (status == EXIT_YES && taken);
	for (i = 0; i < count && status == EXIT_YES; i++)
		if (!offers[i].taken)
			status = refused(&offers[i], ENOKEY);
	return status;
}

/* Appends the certificates of a file, whose list is to stay. */
static int gather(const char *file, mbedtls_x509_crt *list,
		  struct offer **offers, size_t *count)
{
	const mbedtls_x509_crt *crt;
	struct offer *bigger;

	if (certificate_load(file, list))
		return -1;
	for (crt = list; crt; crt = crt->next) {
		bigger = realloc(*offers, (*count + 1) * sizeof(*bigger));
		if (!bigger) {
			message("out of memory");
			return -1;
		}
		*offers = bigger;
		bigger[(*count)++] = (struct offer){ file, crt, false };
	}
	return 0;
}

/**
 * cmd_add_cert() - add certificates to the keyring
 * @files: PEM or DER, in any order
 * @count: of @files
 * @verbose: name each that was added
 *
 * Return: exit status. Those that were added before one was refused stay.
 */
int cmd_add_cert(char **files, int count, bool verbose)
{
	mbedtls_x509_crt *lists = calloc((size_t)count, sizeof(*lists));
	struct offer *offers = NULL;
	size_t offer_count = 0;
	int status = EXIT_TROUBLE;
	int i, ret = 0;

	if (!lists) {
		message("out of memory");
		return EXIT_TROUBLE;
	}
	for (i = 0; i < count; i++)
		mbedtls_x509_crt_init(&lists[i]);
	for (i = 0; i < count && !ret; i++)
		ret = gather(files[i], &lists[i], &offers, &offer_count);
	if (!ret)
		status = add_all(offers, offer_count, verbose);
	for (i = 0; i < count; i++)
		mbedtls_x509_crt_free(&lists[i]);
	free(lists);
	free(offers);
	return status;
}
