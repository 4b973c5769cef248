// SPDX-License-Identifier: GPL-2.0-only
/*
 * Splits a signed manifest into text and signature, and joins the two. Knows
 * nothing of what either says.
 */

#include <errno.h>
#include <string.h>

#include "trailer.h"

#define ID_TYPE_PKCS7	2

static const char magic[] = "~Module signature appended~\n";

/* As struct module_signature of the kernel: all but two fields are zero. */
struct info {
	u8 algo;
	u8 hash;
	u8 id_type;
	u8 signer_len;
	u8 key_id_len;
	u8 pad[3];
	u8 sig_len[4];		/* big endian */
};

_Static_assert(sizeof(struct info) == 12, "struct info has a hole");

/**
 * trailer_split() - tell a manifest's text from its signature
 * @data: the file as it is
 * @len: of @data, in bytes
 * @parts: filled on success, and with %-ENODATA
 * @cause: what is wrong, set on failure
 *
 * Return: 0, %-ENODATA if there is no signature (@parts->text is the whole
 * then), %-EBADMSG if what says that it is one cannot be.
 */
int trailer_split(const void *data, size_t len, struct trailer *parts,
		  const char **cause)
{
	const size_t magic_len = sizeof(magic) - 1;
	const u8 *bytes = data;
	struct info info;
	size_t cms_len;

	*parts = (struct trailer){ .text = bytes, .text_len = len };
	if (len < magic_len ||
	    memcmp(bytes + len - magic_len, magic, magic_len)) {
		*cause = "is not signed";
		return -ENODATA;
	}
	len -= magic_len;
	if (len < sizeof(info)) {
		*cause = "signature is malformed: its trailer is cut off";
		return -EBADMSG;
	}
	len -= sizeof(info);
	memcpy(&info, bytes + len, sizeof(info));
	if (info.id_type != ID_TYPE_PKCS7) {
		*cause = "signature is malformed: its trailer does not say PKCS#7";
		return -EBADMSG;
	}
	if (info.algo || info.hash || info.signer_len || info.key_id_len ||
	    info.pad[0] || info.pad[1] || info.pad[2]) {
		*cause = "signature is malformed: its trailer has fields that must be zero";
		return -EBADMSG;
	}
	cms_len = (size_t)info.sig_len[0] << 24 |
		  (size_t)info.sig_len[1] << 16 |
		  (size_t)info.sig_len[2] << 8 | info.sig_len[3];
	if (!cms_len || cms_len > len) {
		*cause = "signature is malformed: its trailer tells a wrong length";
		return -EBADMSG;
	}
	parts->text_len = len - cms_len;
	parts->cms = bytes + parts->text_len;
	parts->cms_len = cms_len;
	return 0;
}

/**
 * trailer_append() - append a signature to a text
 * @text: of the manifest; becomes the signed manifest
 * @cms: the DER of the CMS message
 * @cms_len: of @cms, in bytes, below 4 GiB
 *
 * Return: 0 or %-ENOMEM, reported.
 */
int trailer_append(struct buffer *text, const void *cms, size_t cms_len)
{
	const struct info info = {
		.id_type = ID_TYPE_PKCS7,
		.sig_len = { (u8)(cms_len >> 24), (u8)(cms_len >> 16),
			     (u8)(cms_len >> 8), (u8)cms_len },
	};
	int ret;

	ret = buffer_add(text, cms, cms_len);
	if (!ret)
		ret = buffer_add(text, &info, sizeof(info));
	if (!ret)
		ret = buffer_add(text, magic, sizeof(magic) - 1);
	return ret;
}
