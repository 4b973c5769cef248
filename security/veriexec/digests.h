/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A set of fingerprints, as the directives of one manifest name them.
 */

#ifndef _SECURITY_VERIEXEC_DIGESTS_H
#define _SECURITY_VERIEXEC_DIGESTS_H

#include <linux/list.h>
#include <linux/types.h>

#include "manifest.h"

/**
 * struct veriexec_digests - a set of fingerprints that does not change
 * @node: for its owner
 * @algs: a bit for each enum veriexec_alg among them
 * @count: of @list
 * @list: sorted
 */
struct veriexec_digests {
	struct list_head node;
	u32 algs;
	u32 count;
	struct veriexec_digest list[] __counted_by(count);
};

struct veriexec_digests *
veriexec_collect_digests(struct veriexec_parser *p, u32 most,
			 int (*next)(struct veriexec_parser *p,
				     struct veriexec_digest *digest),
			 bool (*passes)(unsigned int alg, const u8 *digest));
bool veriexec_has_digest(const struct veriexec_digests *digests,
			 const struct veriexec_digest *digest);

#endif /* _SECURITY_VERIEXEC_DIGESTS_H */
