/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The audit trail: what the kernel has told of what it denied, or would have denied.
 */

#ifndef VXLOAD_AUDIT_TRAIL_H
#define VXLOAD_AUDIT_TRAIL_H

#include "audit_record.h"

/* Fixed at compile time, as the files of securityfs are. */
#ifndef VX_AUDIT_LOG
#define VX_AUDIT_LOG "/var/log/audit/audit.log"
#endif
#ifndef VX_KMSG
#define VX_KMSG "/dev/kmsg"
#endif

/**
 * struct audit_trail - what becomes of the records, and how many there were
 * @take: called with each record, in the order of the trail; returns 0, or -1,
 *	reported, to end it all
 * @arg: for @take
 * @records: how many there were
 * @malformed: how many lines claimed to be one, and were passed over
 * @lost: the trail says itself that it is not whole
 */
struct audit_trail {
	int (*take)(void *arg, const struct audit_record *r);
	void *arg;
	u64 records;
	u64 malformed;
	bool lost;
};

int audit_trail_read(struct audit_trail *trail, char *const *files,
		     size_t count);

#endif /* VXLOAD_AUDIT_TRAIL_H */
