/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a vendor can do so that something is not denied any more.
 */

#ifndef VXLOAD_REMEDY_H
#define VXLOAD_REMEDY_H

#include "audit_record.h"

/* A path of which each byte is escaped, a right, and NUL. */
#define REMEDY_RULE_SIZE	(2 * VERIEXEC_PATH_SIZE + 16)

const char *remedy_rule(const struct audit_record *r,
			char rule[REMEDY_RULE_SIZE]);

#endif /* VXLOAD_REMEDY_H */
