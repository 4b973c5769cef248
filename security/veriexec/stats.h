/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters for the ``stats`` file. What is counted all the time is counted per CPU,
 * and summed up when somebody reads; what is denied is rare, and counted at once.
 */

#ifndef _SECURITY_VERIEXEC_STATS_H
#define _SECURITY_VERIEXEC_STATS_H

#include <linux/percpu.h>
#include <linux/types.h>

#include "audit.h"

/**
 * struct veriexec_stats - what is counted
 * @evaluations: files asked about because somebody wanted to use them
 * @hits: of those, answered from the inode
 * @lookups: table look-ups
 * @files: files hashed
 * @bytes: bytes hashed
 * @loads: manifests loaded
 * @refused: manifests refused
 */
struct veriexec_stats {
	u64 evaluations;
	u64 hits;
	u64 lookups;
	u64 files;
	u64 bytes;
	u64 loads;
	u64 refused;
};

DECLARE_PER_CPU(struct veriexec_stats, veriexec_stats);

#define veriexec_count(field)	this_cpu_inc(veriexec_stats.field)
#define veriexec_add(field, n)	this_cpu_add(veriexec_stats.field, n)

void veriexec_stats_sum(struct veriexec_stats *sum);
void veriexec_count_denial(enum veriexec_op op, enum veriexec_cause cause,
			   bool denied);
u64 veriexec_denials(enum veriexec_op op, enum veriexec_cause cause,
		     bool denied);
u64 veriexec_denials_of(enum veriexec_op op, bool denied);

#endif /* _SECURITY_VERIEXEC_STATS_H */
