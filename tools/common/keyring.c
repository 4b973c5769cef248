// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the kernel's own keyrings, and certificates in them. libkeyutils reads their
 * numbers in /proc/keys, which a user can cover with another list. So the kernel is
 * asked which key has the number that was found.
 */

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "certificate.h"
#include "keyring.h"

/* How deep keyrings may lie within each other. */
#define DEPTH_MAX	6

/* "TYPE;UID;GID;PERMISSIONS;DESCRIPTION": root's, and of that name. */
static bool is_keyring(char *description, const char *name)
{
	const char *type = strsep(&description, ";");
	const char *uid = strsep(&description, ";");

	strsep(&description, ";");
	strsep(&description, ";");
	return description && !strcmp(type, "keyring") && !strcmp(uid, "0") &&
	       !strcmp(description, name);
}

/**
 * keyring_find() - find a keyring of the kernel's
 * @name: begins with a dot; users cannot make a keyring of such a name
 *
 * Return: its number, or -1 with errno; %EUCLEAN if the number that was found is
 * another key's.
 */
key_serial_t keyring_find(const char *name)
{
	key_serial_t id = find_key_by_type_and_desc("keyring", name, 0);
	char *description;
	bool genuine;

	if (id < 0)
		return -1;
	if (keyctl_describe_alloc(id, &description) < 0)
		return -1;
	genuine = is_keyring(description, name);
	free(description);
	if (genuine)
		return id;
	errno = EUCLEAN;
	return -1;
}

/**
 * keyring_add_hex() - append bytes as the kernel writes them into descriptions
 * @word: a string, KEYRING_WORD_SIZE bytes
 * @data: to be appended
 * @len: of @data, in bytes
 *
 * Return: false if there is no room.
 */
bool keyring_add_hex(char *word, const u8 *data, size_t len)
{
	size_t at = strlen(word);
	size_t i;

	if (at + 2 * len >= KEYRING_WORD_SIZE)
		return false;
	for (i = 0; i < len; i++)
		sprintf(word + at + 2 * i, "%02x", data[i]);
	return true;
}

static int has_ending(key_serial_t keyring, const char *ending, int depth);

/* Is this key the certificate with the identifier that @ending has, or a keyring with it? */
static int is_certificate(key_serial_t key, const char *ending, int depth)
{
	size_t len = strlen(ending), size;
	char *description;
	int same = 0;

	if (keyctl_describe_alloc(key, &description) < 0)
		return 0;
	size = strlen(description);
	if (!strncmp(description, "keyring;", 8))
		same = has_ending(key, ending, depth + 1);
	else if (!strncmp(description, "asymmetric;", 11))
		same = size > len && !strcmp(description + size - len, ending);
	free(description);
	return same;
}

static int has_ending(key_serial_t keyring, const char *ending, int depth)
{
	key_serial_t *keys;
	int size, i, found = 0;

	if (depth > DEPTH_MAX) {
		errno = ELOOP;
		return -1;
	}
	size = keyctl_read_alloc(keyring, (void **)&keys);
	if (size < 0)
		return -1;
	for (i = 0; i < size / (int)sizeof(*keys) && !found; i++)
		found = is_certificate(keys[i], ending, depth);
	free(keys);
	return found;
}

/**
 * keyring_has() - is a certificate in a keyring, or in one that is linked there?
 * @keyring: from keyring_find()
 * @crt: the certificate, which is known by the identifier of its key
 *
 * Return: 1 if it is, 0 if not, -1 with errno if that cannot be told.
 */
int keyring_has(key_serial_t keyring, const mbedtls_x509_crt *crt)
{
	char ending[KEYRING_WORD_SIZE] = ": ";
	struct der id;

	if (!certificate_subject_key(crt, &id) ||
	    !keyring_add_hex(ending, id.p, id.len))
		return 0;
	return has_ending(keyring, ending, 0);
}
