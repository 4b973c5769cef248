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
 * enum veriexec_counter - what is counted all the time
 * @VERIEXEC_EVALUATIONS: files asked about because somebody wanted to use them
 * @VERIEXEC_HITS: of those, answered from the inode
 * @VERIEXEC_LOOKUPS: table look-ups
 * @VERIEXEC_FILES: files hashed
 * @VERIEXEC_BYTES: bytes hashed
 * @VERIEXEC_LOADS: manifests loaded
 * @VERIEXEC_REFUSED: manifests refused
 */
enum veriexec_counter {
	VERIEXEC_EVALUATIONS,
	VERIEXEC_HITS,
	VERIEXEC_LOOKUPS,
	VERIEXEC_FILES,
	VERIEXEC_BYTES,
	VERIEXEC_LOADS,
	VERIEXEC_REFUSED,
	VERIEXEC_COUNTER_COUNT
};

extern const char *const veriexec_counter_names[VERIEXEC_COUNTER_COUNT];
DECLARE_PER_CPU(u64[VERIEXEC_COUNTER_COUNT], veriexec_counters);

#define veriexec_add(counter, n)	this_cpu_add(veriexec_counters[counter], n)
#define veriexec_count(counter)		veriexec_add(counter, 1)

u64 veriexec_counted(enum veriexec_counter counter);
void veriexec_count_denial(enum veriexec_op op, enum veriexec_cause cause,
			   bool denied);
u64 veriexec_denials(enum veriexec_op op, enum veriexec_cause cause,
		     bool denied);
u64 veriexec_denials_of(enum veriexec_op op, bool denied);

#endif /* _SECURITY_VERIEXEC_STATS_H */
