/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A floor: the lowest version of a manifest that may still be loaded, in a variable
 * of UEFI firmware that only its signer can change.
 *
 * The variable of a name has this name and this GUID, these attributes, and as its
 * content the line "NAME VERSION". What sets it is a payload: a descriptor
 * EFI_VARIABLE_AUTHENTICATION_2 with the signature, and behind it the new content.
 */

#ifndef _VERIEXEC_FLOOR_H
#define _VERIEXEC_FLOOR_H

#include "der.h"
#include "file.h"

#define FLOOR_GUID_TEXT		"c2490eb0-91c8-4757-a216-805fa5b82a58"
#define FLOOR_PREFIX		"VeriexecFloor-"

/*
 * Non-volatile, access of boot services and at run time, time based authenticated
 * write access.
 */
#define FLOOR_ATTRIBUTES	0x27U
#define FLOOR_AUTHENTICATED	0x20U

/* Of the name of a variable, and of its content, with NUL. */
#define FLOOR_VARIABLE_SIZE	(sizeof(FLOOR_PREFIX) + VERIEXEC_NAME_SIZE)
#define FLOOR_TEXT_SIZE		(VERIEXEC_NAME_SIZE + 24U)
#define FLOOR_PAYLOAD_MAX	32768U

/* The last second of the year 9999: a later time stamp there is not. */
#define FLOOR_VERSION_MAX	253402300799ULL

/**
 * struct floor - of one name
 * @name: of the manifest
 * @version: the lowest that may be loaded
 */
struct floor {
	char name[VERIEXEC_NAME_SIZE];
	u64 version;
};

bool floor_words(const char *name, const char *version, struct floor *floor);
bool floor_parse(const void *data, size_t len, struct floor *floor);
size_t floor_print(const struct floor *floor, char text[FLOOR_TEXT_SIZE]);
void floor_variable(const char *name, char variable[FLOOR_VARIABLE_SIZE]);

int floor_to_sign(const struct floor *floor, struct buffer *out);
int floor_payload_build(const struct floor *floor, const struct buffer *cms,
			struct buffer *out);
int floor_payload_parse(const struct buffer *payload, struct floor *floor,
			struct buffer *cms, const char **cause);

#endif /* _VERIEXEC_FLOOR_H */
