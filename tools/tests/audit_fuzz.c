// SPDX-License-Identifier: GPL-2.0-only
/*
 * The reader of the audit trail for libFuzzer:
 *
 *	make -C tools O=DIR fuzz && DIR/audit_fuzz CORPUS
 */

#include "audit_invariants.h"
#include "fuzz_target.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t len)
{
	static struct audit_record r;
	const char *cause;

	require_audit_invariants(data, len, &r, &cause);
	return 0;
}
