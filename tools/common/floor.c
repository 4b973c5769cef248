// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes and reads floors and the payloads that set them, as the UEFI specification
 * has them in "Using the EFI_VARIABLE_AUTHENTICATION_2 descriptor".
 *
 * The time stamp of a payload is its version, taken as seconds since 1970: the
 * firmware lets time stamps only grow, and knows nothing of versions. By a clock, a
 * lower version that was signed later would lower the floor.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "certificate.h"
#include "cms.h"
#include "floor.h"

#define TIME_SIZE		16U
#define GUID_SIZE		16U
#define WIN_CERTIFICATE_SIZE	(8U + GUID_SIZE)
#define WIN_REVISION		0x0200U
#define WIN_TYPE_EFI_GUID	0x0ef1U

/* Three numbers, little-endian, and eight bytes: as the firmware keeps GUIDs. */
static const u8 floor_guid[GUID_SIZE] = {
	0xb0, 0x0e, 0x49, 0xc2, 0xc8, 0x91, 0x57, 0x47,
	0xa2, 0x16, 0x80, 0x5f, 0xa5, 0xb8, 0x2a, 0x58,
};

/* EFI_CERT_TYPE_PKCS7_GUID */
static const u8 pkcs7_guid[GUID_SIZE] = {
	0x9d, 0xd2, 0xaf, 0x4a, 0xdf, 0x68, 0xee, 0x49,
	0x8a, 0xa9, 0x34, 0x7d, 0x37, 0x56, 0x65, 0xa7,
};

static void put_le(u8 *p, u64 value, size_t bytes)
{
	while (bytes--) {
		*p++ = (u8)value;
		value >>= 8;
	}
}

static u64 get_le(const u8 *p, size_t bytes)
{
	u64 value = 0;

	while (bytes--)
		value = value << 8 | p[bytes];
	return value;
}

/**
 * floor_words() - read name and version
 * @name: as a manifest has it behind %name
 * @version: likewise
 * @floor: filled on success
 *
 * The grammar of manifests reads them as it reads directives.
 *
 * Return: false if they are not that.
 */
bool floor_words(const char *name, const char *version, struct floor *floor)
{
	struct veriexec_parser p = { 0 };
	u32 seen[16] = { 0 };
	char text[256];
	int len;

	len = snprintf(text, sizeof(text), "%%name %s\n%%version %s\n", name,
		       version);
	p.text = text;
	p.len = (size_t)len;
	p.seen = seen;
	p.seen_size = 16;
	if (len >= (int)sizeof(text) || veriexec_parse_header(&p))
		return false;
	memcpy(floor->name, p.header.name, sizeof(floor->name));
	floor->version = p.header.version;
	return true;
}

/**
 * floor_parse() - read the content of a variable
 * @data: the content, from whomever
 * @len: of @data, in bytes
 * @floor: filled on success
 *
 * Return: false if that is not one line as floor_print() writes it.
 */
bool floor_parse(const void *data, size_t len, struct floor *floor)
{
	char text[FLOOR_TEXT_SIZE];
	char again[FLOOR_TEXT_SIZE];
	char *rest = text;
	const char *name;

	if (len >= sizeof(text))
		return false;
	memcpy(text, data, len);
	text[len] = '\0';
	name = strsep(&rest, " ");
	if (!rest || rest[strcspn(rest, "\n")] != '\n')
		return false;
	*strchr(rest, '\n') = '\0';
	return floor_words(name, rest, floor) &&
	       floor_print(floor, again) == len && !memcmp(again, data, len);
}

/**
 * floor_print() - write the content of a variable
 * @floor: what it is to say
 * @text: gets it, with NUL
 *
 * Return: how many bytes, without NUL.
 */
size_t floor_print(const struct floor *floor, char text[FLOOR_TEXT_SIZE])
{
	return (size_t)snprintf(text, FLOOR_TEXT_SIZE, "%s %" PRIu64 "\n",
				floor->name, floor->version);
}

/**
 * floor_variable() - the name of the variable for a manifest
 * @name: of the manifest
 * @variable: gets it: ASCII without a slash, another for each @name
 *
 * The name of a manifest may have a slash, which that of a file cannot, but no "%".
 */
void floor_variable(const char *name, char variable[FLOOR_VARIABLE_SIZE])
{
	char *p;

	snprintf(variable, FLOOR_VARIABLE_SIZE, FLOOR_PREFIX "%s", name);
	for (p = variable; *p; p++)
		if (*p == '/')
			*p = '%';
}

/* EFI_TIME: what it does not say here has to be zero. */
static void make_time(u64 version, u8 stamp[TIME_SIZE])
{
	mbedtls_x509_time t;

	certificate_time((time_t)version, &t);
	memset(stamp, 0, TIME_SIZE);
	put_le(stamp, (u64)t.year, 2);
	stamp[2] = (u8)t.mon;
	stamp[3] = (u8)t.day;
	stamp[4] = (u8)t.hour;
	stamp[5] = (u8)t.min;
	stamp[6] = (u8)t.sec;
}

/* The name is in UTF-16, and has no NUL here. */
static int add_variable(const char *name, struct buffer *out)
{
	char variable[FLOOR_VARIABLE_SIZE];
	const char *p;
	u8 unit[2];
	int ret = 0;

	floor_variable(name, variable);
	for (p = variable; *p && !ret; p++) {
		put_le(unit, (u8)*p, sizeof(unit));
		ret = buffer_add(out, unit, sizeof(unit));
	}
	return ret;
}

/**
 * floor_to_sign() - what the signature of a payload is over
 * @floor: that it sets, with a version up to %FLOOR_VERSION_MAX
 * @out: zeroed; gets name, GUID, attributes, time stamp and content
 *
 * Return: 0, or %-ENOMEM, reported.
 */
int floor_to_sign(const struct floor *floor, struct buffer *out)
{
	char text[FLOOR_TEXT_SIZE];
	u8 attributes[4];
	u8 stamp[TIME_SIZE];
	int ret;

	put_le(attributes, FLOOR_ATTRIBUTES, sizeof(attributes));
	make_time(floor->version, stamp);
	ret = add_variable(floor->name, out);
	if (!ret)
		ret = buffer_add(out, floor_guid, sizeof(floor_guid));
	if (!ret)
		ret = buffer_add(out, attributes, sizeof(attributes));
	if (!ret)
		ret = buffer_add(out, stamp, sizeof(stamp));
	if (!ret)
		ret = buffer_add(out, text, floor_print(floor, text));
	return ret;
}

/**
 * floor_payload_build() - make a payload
 * @floor: that it sets, with a version up to %FLOOR_VERSION_MAX
 * @cms: signature over what floor_to_sign() gives
 * @out: zeroed; gets the payload
 *
 * Return: 0, or a negative errno, reported.
 */
int floor_payload_build(const struct floor *floor, const struct buffer *cms,
			struct buffer *out)
{
	u8 head[TIME_SIZE + WIN_CERTIFICATE_SIZE];
	u8 *certificate = head + TIME_SIZE;
	char text[FLOOR_TEXT_SIZE];
	struct der bare;
	int ret;

	if (!cms_bare(cms, &bare))
		return -EBADMSG;
	make_time(floor->version, head);
	put_le(certificate, WIN_CERTIFICATE_SIZE + bare.len, 4);
	put_le(certificate + 4, WIN_REVISION, 2);
	put_le(certificate + 6, WIN_TYPE_EFI_GUID, 2);
	memcpy(certificate + 8, pkcs7_guid, GUID_SIZE);
	ret = buffer_add(out, head, sizeof(head));
	if (!ret)
		ret = buffer_add(out, bare.p, bare.len);
	if (!ret)
		ret = buffer_add(out, text, floor_print(floor, text));
	return ret;
}

/* Returns the size of the descriptor, 0 if it is not one as we make it. */
static size_t descriptor_size(const struct buffer *payload)
{
	const u8 *certificate = payload->data + TIME_SIZE;
	u64 size;

	if (payload->len < TIME_SIZE + WIN_CERTIFICATE_SIZE)
		return 0;
	size = get_le(certificate, 4);
	if (size < WIN_CERTIFICATE_SIZE || size > payload->len - TIME_SIZE ||
	    get_le(certificate + 4, 2) != WIN_REVISION ||
	    get_le(certificate + 6, 2) != WIN_TYPE_EFI_GUID ||
	    memcmp(certificate + 8, pkcs7_guid, GUID_SIZE))
		return 0;
	return TIME_SIZE + (size_t)size;
}

/**
 * floor_payload_parse() - read a payload
 * @payload: the whole of it
 * @floor: that it sets, on success
 * @cms: zeroed; gets the signature on success
 * @cause: why not, on %-EBADMSG
 *
 * Return: 0; %-EBADMSG, not reported; %-ENOMEM, reported.
 */
int floor_payload_parse(const struct buffer *payload, struct floor *floor,
			struct buffer *cms, const char **cause)
{
	const size_t size = descriptor_size(payload);
	u8 stamp[TIME_SIZE];
	struct der bare;

	if (!size) {
		*cause = "is not the payload of an authenticated variable";
		return -EBADMSG;
	}
	if (!floor_parse(payload->data + size, payload->len - size, floor)) {
		*cause = "does not set a floor: its content is not a name and a version";
		return -EBADMSG;
	}
	if (floor->version > FLOOR_VERSION_MAX) {
		*cause = "has a version that no time stamp can say";
		return -EBADMSG;
	}
	/* Another would make the firmware refuse higher versions, or take lower. */
	make_time(floor->version, stamp);
	if (memcmp(stamp, payload->data, TIME_SIZE)) {
		*cause = "has a time stamp that is not its version's";
		return -EBADMSG;
	}
	bare.p = payload->data + TIME_SIZE + WIN_CERTIFICATE_SIZE;
	bare.len = size - TIME_SIZE - WIN_CERTIFICATE_SIZE;
	return cms_wrap(&bare, cms);
}
