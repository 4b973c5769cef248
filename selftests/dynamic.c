// SPDX-License-Identifier: GPL-2.0-only
/* A program that an ELF interpreter has to load, with a library. */

#include <stdlib.h>

int main(int argc, char **argv)
{
	return argc > 2 ? atoi(argv[2]) : 0;
}
