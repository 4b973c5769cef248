// SPDX-License-Identifier: GPL-2.0-only
/*
 * The counters and their sum. They are never read to decide anything.
 */

#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/string.h>

#include "stats.h"

DEFINE_PER_CPU(struct veriexec_stats, veriexec_stats);

/* What was denied, in the second row, and what would have been, in the first. */
static atomic64_t denials[2][VERIEXEC_OP_COUNT][VERIEXEC_CAUSE_COUNT];

/**
 * veriexec_stats_sum() - add up what all CPUs counted
 * @sum: where to
 *
 * Context: Any. The sum is not a snapshot: counting goes on meanwhile.
 */
void veriexec_stats_sum(struct veriexec_stats *sum)
{
	int cpu;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		struct veriexec_stats *s = per_cpu_ptr(&veriexec_stats, cpu);

		sum->evaluations += s->evaluations;
		sum->hits += s->hits;
		sum->lookups += s->lookups;
		sum->files += s->files;
		sum->bytes += s->bytes;
		sum->loads += s->loads;
		sum->refused += s->refused;
	}
}

/**
 * veriexec_count_denial() - count what must not be
 * @op: what was attempted
 * @cause: why it must not be
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
 * @cause: why it must not be
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
