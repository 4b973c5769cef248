// SPDX-License-Identifier: GPL-2.0-only
/*
 * The counters and their sum. They are never read to decide anything.
 */

#include <linux/cpumask.h>
#include <linux/string.h>

#include "stats.h"

DEFINE_PER_CPU(struct veriexec_stats, veriexec_stats);

/**
 * veriexec_stats_sum() - add up what all CPUs counted
 * @sum: where to
 *
 * Context: Any. The sum is not a snapshot: counting goes on meanwhile.
 */
void veriexec_stats_sum(struct veriexec_stats *sum)
{
	int cpu, op;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		struct veriexec_stats *s = per_cpu_ptr(&veriexec_stats, cpu);

		sum->evaluations += s->evaluations;
		sum->hits += s->hits;
		sum->lookups += s->lookups;
		sum->files += s->files;
		sum->bytes += s->bytes;
		for (op = 0; op < VERIEXEC_OP_COUNT; op++)
			sum->denials[op] += s->denials[op];
	}
}
