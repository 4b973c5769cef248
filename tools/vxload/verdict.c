// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asks the kernel whether a file that is open here is verified.
 */

#include <errno.h>
#include <stdio.h>

#include "securityfs.h"
#include "verdict.h"

/**
 * verdict_open() - begin to ask
 *
 * Return: a descriptor for verdict_ask(), or -1, reported.
 */
int verdict_open(void)
{
	return sfs_open_write("check");
}

/**
 * verdict_ask() - is this file verified?
 * @check: from verdict_open()
 * @fd: the file, open for reading
 *
 * Return: 1 if it is, 0 if it is not, or a negative errno, not reported.
 */
int verdict_ask(int check, int fd)
{
	char number[16];
	int len, ret;

	len = snprintf(number, sizeof(number), "%d", fd);
	ret = sfs_write(check, number, (size_t)len);
	if (ret == -EACCES)
		return 0;
	return ret ? ret : 1;
}
