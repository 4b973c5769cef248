// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stands for the kernel's keyrings, since nobody but the kernel makes one whose
 * name begins with a dot. To be preloaded (LD_PRELOAD) into a tool. The files in
 * the folder $KEYRING are
 *
 *	find		the errno of looking for the keyring; it is there without it
 *	findNAME	the same of the keyring NAME alone
 *	atNAME		the number of the key that is the keyring NAME; else all are one
 *	ring		what describes the keyring; without it, that it is the kernel's
 *	answers		a line for each key that is added: its errno, or 0
 *	added-N		the Nth key that was taken
 *	search		the errno of searching for a key; found without it
 *	read		the errno of reading the keyring
 *	key-N		what describes the key N of the keyring
 *	key-N-M		what describes the key M of the keyring that is key N there
 *	log		what was asked
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <keyutils.h>

#define FOLDER	"KEYRING"
#include "stand_in.h"

#define KEYRING_ID	4711

/* The errno that is in a file, on the line @line of it; 0 without it. */
static int answer(const char *name, int line)
{
	FILE *f = open_file(name, "r");
	char text[64] = "0";

	if (!f)
		return 0;
	while (line-- && fgets(text, sizeof(text), f))
		;
	fclose(f);
	return atoi(text);
}

static char kernels[128];

key_serial_t find_key_by_type_and_desc(const char *type, const char *desc,
				       key_serial_t ring)
{
	char name[64];
	FILE *f;

	(void)ring;
	note("find %s %s\n", type, desc);
	snprintf(kernels, sizeof(kernels), "%s;0;0;1f0b0000;%s", type, desc);
	snprintf(name, sizeof(name), "find%s", desc);
	errno = answer("find", 1);
	if (!errno)
		errno = answer(name, 1);
	if (errno)
		return -1;
	snprintf(name, sizeof(name), "at%s", desc);
	f = open_file(name, "r");
	if (!f)
		return KEYRING_ID;
	fclose(f);
	return answer(name, 1);
}

key_serial_t add_key(const char *type, const char *description,
		     const void *payload, size_t len, key_serial_t ring)
{
	static int calls, taken;
	char name[32];
	FILE *f;

	if (ring != KEYRING_ID)
		abort();
	errno = answer("answers", ++calls);
	note("add %s %s %d\n", type, description ? description : "-", errno);
	if (errno)
		return -1;
	snprintf(name, sizeof(name), "added-%d", ++taken);
	f = open_file(name, "w");
	if (!f || fwrite(payload, 1, len, f) != len || fclose(f))
		abort();
	return KEYRING_ID + taken;
}

long keyctl_search(key_serial_t ring, const char *type, const char *description,
		   key_serial_t to)
{
	(void)to;
	if (ring != KEYRING_ID)
		abort();
	note("search %s %s\n", type, description);
	errno = answer("search", 1);
	return errno ? -1 : KEYRING_ID + 1;
}

/* The key @key of one that is in the keyring itself has the number 64 * (N + 1) + M. */
static void name_key(key_serial_t key, char *name, size_t size)
{
	if (key < 64)
		snprintf(name, size, "key-%d", key);
	else
		snprintf(name, size, "key-%d-%d", key / 64 - 1, key % 64);
}

int keyctl_read_alloc(key_serial_t ring, void **buffer)
{
	key_serial_t *keys = malloc(64 * sizeof(*keys));
	const int first = ring == KEYRING_ID ? 0 : 64 * (ring + 1);
	char name[32];
	int count;
	FILE *f;

	if ((ring != KEYRING_ID && ring >= 64) || !keys)
		abort();
	note("read\n");
	errno = answer("read", 1);
	if (errno) {
		free(keys);
		return -1;
	}
	for (count = 0; count < 64; count++) {
		name_key(first + count, name, sizeof(name));
		f = open_file(name, "r");
		if (!f)
			break;
		fclose(f);
		keys[count] = first + count;
	}
	*buffer = keys;
	return count * (int)sizeof(*keys);
}

int keyctl_describe_alloc(key_serial_t key, char **buffer)
{
	char name[32], text[512] = "";
	FILE *f;

	if (key == KEYRING_ID)
		snprintf(name, sizeof(name), "ring");
	else
		name_key(key, name, sizeof(name));
	f = open_file(name, "r");
	if (!f && key == KEYRING_ID) {
		*buffer = strdup(kernels);
		return *buffer ? (int)strlen(kernels) : -1;
	}
	if (!f || (!fgets(text, sizeof(text), f) && ferror(f)))
		abort();
	fclose(f);
	text[strcspn(text, "\n")] = '\0';
	/* As a key that may not be seen. */
	if (!*text) {
		errno = EACCES;
		return -1;
	}
	*buffer = strdup(text);
	return *buffer ? (int)strlen(text) : -1;
}
