// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decides as check_header() and check_record() of the kernel do, and in their words.
 */

#include <stddef.h>

#include "rights.h"

/**
 * rights_refuse_header() - may an added signer say that?
 * @header: of its manifest
 *
 * Return: why not, or NULL.
 */
const char *rights_refuse_header(const struct veriexec_header *header)
{
	return header->revocations ? "an added signer may not revoke" :
				     NULL;
}

/**
 * rights_refuse_record() - may an added signer say that of a file?
 * @record: an entry of its manifest
 *
 * Return: why not, or NULL.
 */
const char *rights_refuse_record(const struct veriexec_record *record)
{
	return record->claim.flags & VERIEXEC_FLAG_RIGHTS ?
	       "an added signer may not give a file rights" : NULL;
}
