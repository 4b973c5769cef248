/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Damages the signature of a manifest in every conceivable way. The tests of the kernel
 * and those of the tools share it, so it needs nothing but the C library.
 */

#ifndef _SELFTESTS_VERIEXEC_DAMAGE_H
#define _SELFTESTS_VERIEXEC_DAMAGE_H

#include <stddef.h>

/**
 * struct damage - what to damage, and who looks at what comes of it
 * @data: a signed manifest, whose signature is DER
 * @len: of @data, in bytes
 * @step: give only one variant of so many; 1 for all
 * @try_one: called with each variant, whose memory is of the very size, with
 *	what was done to the signature, and where
 * @arg: for @try_one
 *
 * Three changes are no damage, and are left out: certificates dropped that the
 * verifier has itself, certificates in another order, and the NULL of an
 * algorithm without parameters, which may stand there or not (RFC 5754).
 */
struct damage {
	const unsigned char *data;
	size_t len;
	unsigned int step;
	void (*try_one)(void *arg, const void *data, size_t len,
			const char *what, size_t at);
	void *arg;
};

unsigned long damage_all(const struct damage *d);

#endif /* _SELFTESTS_VERIEXEC_DAMAGE_H */
