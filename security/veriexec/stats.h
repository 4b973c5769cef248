/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters: one per CPU each, summed up when somebody reads the ``stats`` file.
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
 * @denials: by operation
 */
struct veriexec_stats {
	u64 evaluations;
	u64 hits;
	u64 lookups;
	u64 files;
	u64 bytes;
	u64 denials[VERIEXEC_OP_COUNT];
};

DECLARE_PER_CPU(struct veriexec_stats, veriexec_stats);

#define veriexec_count(field)	  this_cpu_inc(veriexec_stats.field)
#define veriexec_add(field, n)	  this_cpu_add(veriexec_stats.field, n)
#define veriexec_count_denial(op) veriexec_count(denials[op])

void veriexec_stats_sum(struct veriexec_stats *sum);

#endif /* _SECURITY_VERIEXEC_STATS_H */
