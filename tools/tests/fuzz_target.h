/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every target for libFuzzer has: the function that it calls and, built by
 * another compiler, a program that takes the files on its command line through the same
 * rules.
 */

#ifndef TESTS_FUZZ_TARGET_H
#define TESTS_FUZZ_TARGET_H

int LLVMFuzzerTestOneInput(const u8 *data, size_t len);

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

#endif /* TESTS_FUZZ_TARGET_H */
