// SPDX-License-Identifier: GPL-2.0-only
/* The file capabilities of a file, as the kernel keeps them. */

#include <errno.h>
#include <sys/xattr.h>

#include "caps.h"

/**
 * caps_read() - see which file capabilities a file has
 * @fd: the file, open for reading
 * @claim: has none yet; gets them
 *
 * Return: 0 with or without any, or a negative errno.
 */
int caps_read(int fd, struct veriexec_claim *claim)
{
	ssize_t len = fgetxattr(fd, "security.capability", claim->caps,
				sizeof(claim->caps));

	if (len < 0)
		return errno == ENODATA || errno == EOPNOTSUPP ? 0 : -errno;
	claim->has |= VERIEXEC_HAS_CAPS;
	claim->caps_len = (u8)len;
	return 0;
}

/**
 * caps_hex() - write file capabilities as manifests have them
 * @claim: what an entry says, or caps_read() has found
 * @hex: gets them, "none" for none; CAPS_HEX_SIZE bytes
 */
void caps_hex(const struct veriexec_claim *claim, char *hex)
{
	static const char digits[] = "0123456789abcdef";
	u32 i;

	if (!(claim->has & VERIEXEC_HAS_CAPS)) {
		strcpy(hex, "none");
		return;
	}
	for (i = 0; i < claim->caps_len; i++) {
		hex[2 * i] = digits[claim->caps[i] >> 4];
		hex[2 * i + 1] = digits[claim->caps[i] & 15];
	}
	hex[2 * i] = '\0';
}
