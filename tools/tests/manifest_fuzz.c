// SPDX-License-Identifier: GPL-2.0-only
/*
 * The manifest grammar for libFuzzer:
 *
 *	make -C tools O=DIR fuzz && DIR/manifest_fuzz CORPUS
 */

#include "manifest_invariants.h"
#include "fuzz_target.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t len)
{
	/* The rules' own cost grows with the text; bugs do not need it long. */
	if (len <= 65536)
		require_invariants(data, len);
	return 0;
}
