// SPDX-License-Identifier: GPL-2.0-only
/*
 * The reader of the audit trail for libFuzzer:
 *
 *	make -C tools O=DIR fuzz && DIR/audit_fuzz CORPUS
 *
 * Built by another compiler, it takes the files on its command line through the
 * same rules.
 */

#include "audit_invariants.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t len);

int LLVMFuzzerTestOneInput(const u8 *data, size_t len)
{
	static struct audit_record r;
	const char *cause;

	require_audit_invariants(data, len, &r, &cause);
	return 0;
}

#ifndef LIBFUZZER
#include "file.h"

int main(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++) {
		struct buffer buf = { 0 };

		if (file_read(argv[i], VERIEXEC_TEXT_MAX, &buf))
			return 2;
		LLVMFuzzerTestOneInput(buf.data, buf.len);
		buffer_free(&buf);
	}
	return 0;
}
#endif
