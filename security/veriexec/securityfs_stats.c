// SPDX-License-Identifier: GPL-2.0-only
/*
 * The form of the file ``stats``: a name and a number per line, the oldest names first.
 * It must never count.
 */

#include <linux/list.h>

#include "audit.h"
#include "revoke.h"
#include "securityfs.h"
#include "stats.h"
#include "table.h"

/* What enforce has denied, and what active would have. */
static const char *const words[] = { "would_deny", "denied" };

static void show_denials_of(struct seq_file *seq, unsigned int op, bool denied)
{
	unsigned int cause;
	u64 n;

	for (cause = 0; cause < VERIEXEC_CAUSE_COUNT; cause++) {
		n = veriexec_denials(op, cause, denied);
		if (n)
			seq_printf(seq, "%s %s %s %llu\n", words[denied],
				   veriexec_ops[op].name,
				   veriexec_causes[cause].token, n);
	}
}

/* Each operation has a line. A cause has one only if something was denied for it. */
static void show_denials(struct seq_file *seq, bool denied)
{
	unsigned int op;

	for (op = 0; op < VERIEXEC_OP_COUNT; op++)
		if (veriexec_ops[op].kind != VERIEXEC_KIND_QUERY)
			seq_printf(seq, "%s_%s %llu\n", words[denied],
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
	u64 entries = 0, bytes = 0;
	unsigned int i;

	veriexec_table_lock();
	list_for_each_entry(m, &veriexec_manifests, node) {
		entries += m->bound;
		bytes += m->bytes;
	}
	veriexec_table_unlock();
	seq_printf(seq, "entries %llu\n", entries);
	seq_printf(seq, "entry_bytes %llu\n", bytes);
	seq_printf(seq, "revoked_fingerprints %u\n", veriexec_revoked_count());
	for (i = 0; i < VERIEXEC_COUNTER_COUNT; i++)
		seq_printf(seq, "%s %llu\n", veriexec_counter_names[i],
			   veriexec_counted(i));
	show_denials(seq, true);
	show_denials(seq, false);
	for (i = 0; i < VERIEXEC_OP_COUNT; i++) {
		show_denials_of(seq, i, true);
		show_denials_of(seq, i, false);
	}
	return 0;
}
