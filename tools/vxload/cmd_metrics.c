// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxload --metrics: what the kernel counts, in the text format of Prometheus. All of it
 * is collected first: either all is written, or nothing.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "exit.h"
#include "file.h"
#include "message.h"
#include "securityfs.h"
#include "state.h"

/* A line of ``stats`` has no more words, and no longer one. */
#define WORDS_MAX	4
#define WORD_SIZE	64

/**
 * struct counter - a line of ``stats``: words, and a number
 * @words: but the number
 * @count: of @words
 * @value: the number, in its digits
 */
struct counter {
	char words[WORDS_MAX - 1][WORD_SIZE];
	size_t count;
	char value[WORD_SIZE];
};

/**
 * struct listed - a manifest, or those that cannot be told apart by what is shown
 * @labels: of its samples
 * @bound: how many entries count
 * @missing: how many listed files were not there
 */
struct listed {
	char *labels;
	u64 bound;
	u64 missing;
};

/**
 * struct metrics - what was collected
 * @states: that hold, STATE_*
 * @counters: the lines of ``stats``
 * @counter_count: of @counters
 * @manifests: those that are loaded
 * @manifest_count: of @manifests
 * @out: where all is written to
 */
struct metrics {
	unsigned int states;
	struct counter *counters;
	size_t counter_count;
	struct listed *manifests;
	size_t manifest_count;
	FILE *out;
};

/**
 * struct metric - one row of the table of what comes from ``stats``
 * @line: how the lines begin: all but the labels and the number
 * @name: of the metric
 * @labels: those of what @line does not say, "" if it says all
 * @type: counter or gauge
 * @help: what it is
 *
 * With one label, a word begins with @line and the rest of it is the label; with two,
 * it is the words behind @line.
 */
static const struct metric {
	const char *line;
	const char *name;
	const char *labels[2];
	const char *type;
	const char *help;
} table[] = {
	{ "entries", "veriexec_entries", { NULL }, "gauge",
	  "Entries that count." },
	{ "entry_bytes", "veriexec_entry_bytes", { NULL }, "gauge",
	  "Memory that entries take." },
	{ "revoked_fingerprints", "veriexec_revoked_fingerprints", { NULL },
	  "gauge", "Fingerprints that are revoked." },
	{ "evaluations", "veriexec_evaluations_total", { NULL }, "counter",
	  "Files asked about because somebody wanted to use them." },
	{ "cache_hits", "veriexec_cache_hits_total", { NULL }, "counter",
	  "Evaluations answered from the inode." },
	{ "table_lookups", "veriexec_table_lookups_total", { NULL }, "counter",
	  "Look-ups in the table of entries." },
	{ "files_hashed", "veriexec_hashed_files_total", { NULL }, "counter",
	  "Files hashed." },
	{ "bytes_hashed", "veriexec_hashed_bytes_total", { NULL }, "counter",
	  "Bytes hashed." },
	{ "loads", "veriexec_loads_total", { NULL }, "counter",
	  "Manifests loaded." },
	{ "loads_refused", "veriexec_loads_refused_total", { NULL }, "counter",
	  "Manifests refused." },
	{ "denied_", "veriexec_denied_operations_total", { "op" }, "counter",
	  "What was denied, by operation; those that never were, too." },
	{ "would_deny_", "veriexec_would_deny_operations_total", { "op" },
	  "counter", "What enforce would have denied, likewise." },
	{ "denied", "veriexec_denials_total", { "op", "cause" }, "counter",
	  "What was denied, by operation and cause." },
	{ "would_deny", "veriexec_would_deny_total", { "op", "cause" },
	  "counter", "What enforce would have denied, likewise." },
};

static void begin_metric(const struct metrics *m, const char *name,
			 const char *type, const char *help)
{
	fprintf(m->out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void print_label(FILE *out, const char *name, const char *value)
{
	fprintf(out, "%s=\"", name);
	for (; *value; value++)
		if (*value == '\n')
			fputs("\\n", out);
		else if (*value == '"' || *value == '\\')
			fprintf(out, "\\%c", *value);
		else
			fputc(*value, out);
	fputc('"', out);
}

/* Digits only, and no more than 64 bits. */
static bool is_number(const char *s, u64 *value)
{
	char *end;

	if (!*s || s[strspn(s, "0123456789")])
		return false;
	errno = 0;
	*value = strtoull(s, &end, 10);
	return !errno;
}

/* Cuts a line at its spaces. */
static bool read_counter(char *line, struct counter *c)
{
	char *words[WORDS_MAX], *word, *rest = line;
	size_t count = 0, i;
	u64 value;

	line[strcspn(line, "\n")] = '\0';
	while ((word = strsep(&rest, " "))) {
		if (count == WORDS_MAX || strlen(word) >= WORD_SIZE)
			return false;
		words[count++] = word;
	}
	if (count < 2 || !is_number(words[count - 1], &value))
		return false;
	c->count = count - 1;
	for (i = 0; i < c->count; i++)
		strcpy(c->words[i], words[i]);
	strcpy(c->value, words[count - 1]);
	return true;
}

static int add_counter(struct metrics *m, char *line)
{
	struct counter *bigger;

	bigger = reallocarray(m->counters, m->counter_count + 1,
			      sizeof(*bigger));
	if (!bigger) {
		message("out of memory");
		return -1;
	}
	m->counters = bigger;
	if (read_counter(line, &bigger[m->counter_count])) {
		m->counter_count++;
		return 0;
	}
	message("%s/stats: has a line that is not NAME... NUMBER",
		VX_SECURITYFS);
	return -1;
}

static int read_counters(struct metrics *m)
{
	FILE *f = sfs_open("stats");
	char *line = NULL;
	size_t room = 0;
	int ret = 0;

	if (!f)
		return -1;
	while (!ret && getline(&line, &room, f) >= 0)
		ret = add_counter(m, line);
	if (!ret && ferror(f)) {
		message("%s/stats: %s", VX_SECURITYFS, strerror(errno));
		ret = -1;
	}
	free(line);
	fclose(f);
	return ret;
}

static char *make_labels(const char *const labels[][2], size_t count)
{
	char *text = NULL;
	size_t size, i;
	FILE *f = open_memstream(&text, &size);

	for (i = 0; f && i < count; i++) {
		if (i)
			fputc(',', f);
		print_label(f, labels[i][0], labels[i][1]);
	}
	if (f && !fclose(f))
		return text;
	free(text);
	return NULL;
}

/*
 * Takes the labels. Manifests without a name, of one signer, look alike: they are
 * summed up.
 */
static int add_listed(struct metrics *m, const struct listed *one)
{
	struct listed *bigger;
	size_t i;

	for (i = 0; i < m->manifest_count; i++) {
		if (strcmp(m->manifests[i].labels, one->labels))
			continue;
		m->manifests[i].bound += one->bound;
		m->manifests[i].missing += one->missing;
		free(one->labels);
		return 0;
	}
	bigger = reallocarray(m->manifests, m->manifest_count + 1,
			      sizeof(*bigger));
	if (!bigger) {
		free(one->labels);
		return -1;
	}
	m->manifests = bigger;
	bigger[m->manifest_count++] = *one;
	return 0;
}

static int add_manifest(struct metrics *m, const struct sfs_manifest *line)
{
	const char *const labels[][2] = {
		{ "name", line->name },
		{ "version", line->version },
		{ "signer", line->signer },
		{ "trust", line->trust },
		{ "method", line->method },
	};
	struct listed one = { .labels = NULL };

	if (!is_number(line->bound, &one.bound) ||
	    !is_number(line->missing, &one.missing)) {
		message("%s/manifests: has a line without numbers",
			VX_SECURITYFS);
		return -1;
	}
	one.labels = make_labels(labels, sizeof(labels) / sizeof(*labels));
	if (one.labels && !add_listed(m, &one))
		return 0;
	message("out of memory");
	return -1;
}

static int read_manifests(struct metrics *m)
{
	struct sfs_manifest line;
	struct sfs_lines lines;
	int ret;

	if (sfs_lines_open(&lines, "manifests"))
		return -1;
	while ((ret = sfs_next_manifest(&lines, &line)) > 0)
		if (add_manifest(m, &line)) {
			ret = -1;
			break;
		}
	sfs_lines_close(&lines);
	return ret;
}

static void write_states(const struct metrics *m)
{
	unsigned int i;

	begin_metric(m, "veriexec_state", "gauge",
		     "Whether a state holds: 1 if it does, else 0.");
	for (i = 0; i < STATE_COUNT; i++)
		fprintf(m->out, "veriexec_state{state=\"%s\"} %u\n",
			state_names[i], m->states >> i & 1);
}

static void write_manifests(const struct metrics *m)
{
	const struct listed *end = m->manifests + m->manifest_count;
	const struct listed *l;

	if (!m->manifest_count)
		return;
	begin_metric(m, "veriexec_manifest_info", "gauge",
		     "A manifest that is loaded; always 1.");
	for (l = m->manifests; l < end; l++)
		fprintf(m->out, "veriexec_manifest_info{%s} 1\n", l->labels);
	begin_metric(m, "veriexec_manifest_entries", "gauge",
		     "Entries of a manifest that count.");
	for (l = m->manifests; l < end; l++)
		fprintf(m->out, "veriexec_manifest_entries{%s} %" PRIu64 "\n",
			l->labels, l->bound);
	begin_metric(m, "veriexec_manifest_missing", "gauge",
		     "Files that a manifest lists and that were not there.");
	for (l = m->manifests; l < end; l++)
		fprintf(m->out, "veriexec_manifest_missing{%s} %" PRIu64 "\n",
			l->labels, l->missing);
}

static bool begins_so(const char *word, const char *begin)
{
	return !strncmp(word, begin, strlen(begin)) && word[strlen(begin)];
}

/* Is it a line of that metric? Then its labels are written. */
static bool fits(const struct metric *row, const struct counter *c)
{
	if (row->labels[1])
		return c->count == 3 && !strcmp(c->words[0], row->line);
	if (c->count != 1)
		return false;
	return row->labels[0] ? begins_so(c->words[0], row->line) :
				!strcmp(c->words[0], row->line);
}

static void write_sample(const struct metrics *m, const struct metric *row,
			 const struct counter *c)
{
	fputs(row->name, m->out);
	if (row->labels[0]) {
		fputc('{', m->out);
		print_label(m->out, row->labels[0],
			    row->labels[1] ? c->words[1] :
					     c->words[0] + strlen(row->line));
		if (row->labels[1]) {
			fputc(',', m->out);
			print_label(m->out, row->labels[1], c->words[2]);
		}
		fputc('}', m->out);
	}
	fprintf(m->out, " %s\n", c->value);
}

/* What this kernel does not count is not there. */
static void write_row(const struct metrics *m, const struct metric *row)
{
	bool begun = false;
	size_t i;

	for (i = 0; i < m->counter_count; i++) {
		if (!fits(row, &m->counters[i]))
			continue;
		if (!begun)
			begin_metric(m, row->name, row->type, row->help);
		begun = true;
		write_sample(m, row, &m->counters[i]);
	}
}

static int write_all(struct metrics *m, const char *file)
{
	char *text = NULL;
	size_t size, i;
	int ret = -1;

	m->out = open_memstream(&text, &size);
	if (m->out) {
		write_states(m);
		write_manifests(m);
		for (i = 0; i < sizeof(table) / sizeof(*table); i++)
			write_row(m, &table[i]);
		ret = fclose(m->out);
	}
	if (ret)
		message("out of memory");
	else
		ret = file_write(file, text, size);
	free(text);
	return ret;
}

static void metrics_free(struct metrics *m)
{
	while (m->manifest_count)
		free(m->manifests[--m->manifest_count].labels);
	free(m->manifests);
	free(m->counters);
}

/**
 * cmd_metrics() - write what the kernel counts, for Prometheus
 * @file: name of the file, NULL for standard output
 *
 * Return: exit status. The file is as it was unless that is EXIT_YES.
 */
int cmd_metrics(const char *file)
{
	struct metrics m = { .states = 0 };
	int ret;

	ret = state_read(&m.states) || read_counters(&m) || read_manifests(&m);
	if (!ret)
		ret = write_all(&m, file ?: "-");
	metrics_free(&m);
	return ret ? EXIT_TROUBLE : EXIT_YES;
}
