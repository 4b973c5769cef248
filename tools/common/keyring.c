// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the kernel's own keyrings. libkeyutils reads their numbers in /proc/keys,
 * which a user can cover with a list of his own; so the key that it has found is
 * asked by its number, of the kernel, what it is.
 */

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "keyring.h"

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
 * @name: begins with a dot, as that of no keyring does that a user has made
 *
 * Return: its number, or -1 with errno; %EUCLEAN if what has that number is another.
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
