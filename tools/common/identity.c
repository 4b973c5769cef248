// SPDX-License-Identifier: GPL-2.0-only
/*
 * Orders files by what they are.
 */

#include "identity.h"

/**
 * compare_identities() - an order of identities
 * @a: one, a struct identity
 * @b: another
 *
 * Return: as for qsort(3).
 */
int compare_identities(const void *a, const void *b)
{
	const struct identity *left = a, *right = b;

	if (left->device != right->device)
		return left->device < right->device ? -1 : 1;
	if (left->inode != right->inode)
		return left->inode < right->inode ? -1 : 1;
	return 0;
}
