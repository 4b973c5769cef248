// SPDX-License-Identifier: GPL-2.0-only
/*
 * The counters and their sum. They are never read to decide anything.
 */

#include <linux/atomic.h>
#include <linux/cpumask.h>

#include "stats.h"

const char *const veriexec_counter_names[VERIEXEC_COUNTER_COUNT] = {
	[VERIEXEC_EVALUATIONS] = "evaluations",
	[VERIEXEC_HITS] = "cache_hits",
	[VERIEXEC_LOOKUPS] = "table_lookups",
	[VERIEXEC_FILES] = "files_hashed",
	[VERIEXEC_BYTES] = "bytes_hashed",
	[VERIEXEC_LOADS] = "loads",
	[VERIEXEC_REFUSED] = "loads_refused",
};

DEFINE_PER_CPU(u64[VERIEXEC_COUNTER_COUNT], veriexec_counters);

/* What was denied, in the second row, and what would have been, in the first. */
static atomic64_t denials[2][VERIEXEC_OP_COUNT][VERIEXEC_CAUSE_COUNT];

/**
 * veriexec_counted() - what have all CPUs counted?
 * @counter: of what
 *
 * Context: Any. The sum is not a snapshot: counting goes on meanwhile.
 *
 * Return: the sum.
 */
u64 veriexec_counted(enum veriexec_counter counter)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += per_cpu(veriexec_counters, cpu)[counter];
	return sum;
}

/**
 * veriexec_count_denial() - count what is not allowed
 * @op: what was attempted
 * @cause: why it is not allowed
 * @denied: it was not let through (false: it would not have been)
 *
 * Context: Any.
 */
void veriexec_count_denial(enum veriexec_op op, enum veriexec_cause cause,
			   bool denied)
{
	atomic64_inc(&denials[denied][op][cause]);
}

/**
 * veriexec_denials() - how often was something denied for one cause?
 * @op: what was attempted
 * @cause: why it is not allowed
 * @denied: it was not let through (false: it would not have been)
 *
 * Context: Any.
 *
 * Return: how often.
 */
u64 veriexec_denials(enum veriexec_op op, enum veriexec_cause cause,
		     bool denied)
{
	return atomic64_read(&denials[denied][op][cause]);
}

/**
 * veriexec_denials_of() - how often was something denied?
 * @op: what was attempted
 * @denied: it was not let through (false: it would not have been)
 *
 * Context: Any. The sum is not a snapshot: counting goes on meanwhile.
 *
 * Return: how often, for whatever cause.
 */
u64 veriexec_denials_of(enum veriexec_op op, bool denied)
{
	unsigned int cause;
	u64 sum = 0;

	for (cause = 0; cause < VERIEXEC_CAUSE_COUNT; cause++)
		sum += veriexec_denials(op, cause, denied);
	return sum;
}
