// SPDX-License-Identifier: GPL-2.0-only
/*
 * The form of the file ``stats``: a name and a number a line, the names of before
 * first. It must never count.
 */

#include <linux/list.h>

#include "audit.h"
#include "revoke.h"
#include "securityfs.h"
#include "stats.h"
#include "table.h"

static void show_denials_of(struct seq_file *seq, unsigned int op, bool denied)
{
	const char *word = denied ? "denied" : "would_deny";
	unsigned int cause;
	u64 n;

	for (cause = 0; cause < VERIEXEC_CAUSE_COUNT; cause++) {
		n = veriexec_denials(op, cause, denied);
		if (n)
			seq_printf(seq, "%s %s %s %llu\n", word,
				   veriexec_ops[op].name,
				   veriexec_causes[cause].token, n);
	}
}

/* Each operation has its line, what happened to none for a cause has not. */
static void show_denials(struct seq_file *seq, bool denied)
{
	const char *word = denied ? "denied" : "would_deny";
	unsigned int op;

	for (op = 0; op < VERIEXEC_OP_COUNT; op++)
		if (veriexec_ops[op].kind != VERIEXEC_KIND_QUERY)
			seq_printf(seq, "%s_%s %llu\n", word,
				   veriexec_ops[op].name,
				   veriexec_denials_of(op, denied));
}

/**
 * veriexec_stats_show() - print the counters, a line each
 * @seq: where to
 * @v: unused
 *
 * Context: Process context, may sleep.
 *
 * Return: 0.
 */
int veriexec_stats_show(struct seq_file *seq, void *v)
{
	struct veriexec_manifest *m;
	struct veriexec_stats sum;
	u64 entries = 0, bytes = 0;
	unsigned int op;

	veriexec_table_lock();
	list_for_each_entry(m, &veriexec_manifests, node) {
		entries += m->bound;
		bytes += m->bytes;
	}
	veriexec_table_unlock();
	veriexec_stats_sum(&sum);
	seq_printf(seq, "entries %llu\n", entries);
	seq_printf(seq, "entry_bytes %llu\n", bytes);
	seq_printf(seq, "revoked_fingerprints %u\n", veriexec_revoked_count());
	seq_printf(seq, "evaluations %llu\n", sum.evaluations);
	seq_printf(seq, "cache_hits %llu\n", sum.hits);
	seq_printf(seq, "table_lookups %llu\n", sum.lookups);
	seq_printf(seq, "files_hashed %llu\n", sum.files);
	seq_printf(seq, "bytes_hashed %llu\n", sum.bytes);
	seq_printf(seq, "loads %llu\n", sum.loads);
	seq_printf(seq, "loads_refused %llu\n", sum.refused);
	show_denials(seq, true);
	show_denials(seq, false);
	for (op = 0; op < VERIEXEC_OP_COUNT; op++) {
		show_denials_of(seq, op, true);
		show_denials_of(seq, op, false);
	}
	return 0;
}
