// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stands for the kernel's keyrings, since nobody but the kernel makes one whose
 * name begins with a dot. To be preloaded (LD_PRELOAD) into a tool. The files in
 * the folder $KEYRING are
 *
 *	find		the errno of looking for the keyring; it is there without it
 *	ring		what describes the keyring; without it, that it is the kernel's
 *	answers		a line for each key that is added: its errno, or 0
 *	added-N		the Nth key that was taken
 *	search		the errno of searching for a key; found without it
 *	read		the errno of reading the keyring
 *	key-N		what describes the key N of the keyring
 *	log		what was asked
 */

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <keyutils.h>

#define KEYRING_ID	4711

static FILE *open_file(const char *name, const char *mode)
{
	const char *dir = getenv("KEYRING");
	char path[512];

	if (!dir)
		abort();
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return fopen(path, mode);
}

static void __attribute__((format(printf, 1, 2))) note(const char *format, ...)
{
	FILE *f = open_file("log", "a");
	va_list args;

	if (!f)
		abort();
	va_start(args, format);
	vfprintf(f, format, args);
	va_end(args);
	fclose(f);
}

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
	(void)ring;
	note("find %s %s\n", type, desc);
	snprintf(kernels, sizeof(kernels), "%s;0;0;1f0b0000;%s", type, desc);
	errno = answer("find", 1);
	return errno ? -1 : KEYRING_ID;
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

int keyctl_read_alloc(key_serial_t ring, void **buffer)
{
	key_serial_t *keys = malloc(64 * sizeof(*keys));
	char name[32];
	int count;
	FILE *f;

	if (ring != KEYRING_ID || !keys)
		abort();
	note("read\n");
	errno = answer("read", 1);
	if (errno) {
		free(keys);
		return -1;
	}
	for (count = 0; count < 64; count++) {
		snprintf(name, sizeof(name), "key-%d", count);
		f = open_file(name, "r");
		if (!f)
			break;
		fclose(f);
		keys[count] = count;
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
		snprintf(name, sizeof(name), "key-%d", key);
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
