// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxsign generate: the manifest of a tree. The same tree gives the same bytes,
 * however many threads hash it.
 */

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "beneath.h"
#include "entry.h"
#include "file.h"
#include "fingerprint.h"
#include "message.h"
#include "options.h"
#include "parallel.h"
#include "pick.h"
#include "progress.h"
#include "reader.h"
#include "rules.h"
#include "tree.h"

#define JOBS_MAX	256

/**
 * struct generation - the making of one manifest
 * @dir: name of the root
 * @root: the same, open
 * @name: of the manifest, may be NULL
 * @version: of the manifest, as given, may be NULL
 * @out_path: where it goes
 * @algs: fingerprints to compute, a bit each
 * @jobs: how many threads
 * @all: list every regular file
 * @rules: the user's
 * @tree: the files
 * @lines: for each file its line, NULL if it is not picked; owned
 * @next: the file that the next free thread takes
 * @failed: some file could not be read
 */
struct generation {
	const char *dir;
	int root;
	const char *name;
	const char *version;
	const char *out_path;
	u32 algs;
	unsigned int jobs;
	bool all;
	struct rules rules;
	struct tree tree;
	char **lines;
	atomic_size_t next;
	atomic_bool failed;
};

static void fail(struct generation *g, const struct tree_file *file,
		 const char *cause)
{
	message("%s/%s: %s", g->dir, file->name, cause);
	atomic_store(&g->failed, true);
}

static void fill_record(const struct generation *g,
			const struct tree_file *file,
			const struct rule_match *match,
			struct veriexec_record *record)
{
	record->path_len = strlen(file->path);
	memcpy(record->path, file->path, record->path_len + 1);
	snprintf(record->label, sizeof(record->label), "%s",
		 match->label ? match->label : "");
	record->uid = file->st.st_uid;
	record->gid = file->st.st_gid;
	record->mode = file->st.st_mode & 07777;
	record->has = VERIEXEC_HAS_UID | VERIEXEC_HAS_GID | VERIEXEC_HAS_MODE;
	record->flags = match->flags;
	record->algs = (u8)g->algs;
}

static char *format_line(const struct veriexec_record *record)
{
	char *line = NULL;
	size_t size;
	FILE *out = open_memstream(&line, &size);

	if (!out)
		return NULL;
	entry_print(out, record);
	if (!fclose(out))
		return line;
	free(line);
	return NULL;
}

static char *make_line(struct generation *g, const struct tree_file *file,
		       int fd, const struct rule_match *match)
{
	struct veriexec_record record;
	struct stat st;
	char *line;
	int ret;

	fill_record(g, file, match, &record);
	ret = fingerprint_fd(fd, g->algs, record.digest);
	if (ret) {
		fail(g, file, strerror(-ret));
		return NULL;
	}
	if (fstat(fd, &st)) {
		fail(g, file, strerror(errno));
		return NULL;
	}
	if (!tree_unchanged(&file->st, &st)) {
		fail(g, file, "has changed while it was read");
		return NULL;
	}
	line = format_line(&record);
	if (!line)
		fail(g, file, strerror(ENOMEM));
	return line;
}

/* The line of a file, NULL if it is not to be listed. */
static char *process(struct generation *g, const struct tree_file *file)
{
	struct rule_match match;
	char *line = NULL;
	bool picked;
	int fd;

	rules_match(&g->rules, file->path, &match);
	picked = g->all || match.listed ||
		 pick_by_name(file->path, file->st.st_mode);
	fd = beneath_open(g->root, file->path, false);
	if (fd < 0) {
		fail(g, file, strerror(-fd));
		return NULL;
	}
	if (picked || pick_by_content(fd))
		line = make_line(g, file, fd, &match);
	close(fd);
	return line;
}

static void work(void *arg)
{
	struct generation *g = arg;
	size_t i;

	while ((i = atomic_fetch_add(&g->next, 1)) < g->tree.count) {
		g->lines[i] = process(g, &g->tree.files[i]);
		progress_step();
	}
}

static int add_text(struct buffer *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int add_text(struct buffer *out, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return buffer_add(out, text, strlen(text));
}

static int add_header(const struct generation *g, struct buffer *out)
{
	int ret = add_text(out, "%%manifest %d\n", VERIEXEC_FORMAT);

	if (!ret && g->name)
		ret = add_text(out, "%%name %.200s\n", g->name);
	if (!ret && g->version)
		ret = add_text(out, "%%version %.200s\n", g->version);
	return ret;
}

static int add_lines(const struct generation *g, struct buffer *out)
{
	size_t i, size = 0, count = 0;
	char *lines, *end;
	int ret;

	for (i = 0; i < g->tree.count; i++)
		if (g->lines[i]) {
			size += strlen(g->lines[i]);
			count++;
		}
	if (!count) {
		message("%s: has nothing that can run or be loaded", g->dir);
		return -EBADMSG;
	}
	lines = malloc(size + 1);
	if (!lines) {
		message("out of memory");
		return -ENOMEM;
	}
	end = lines;
	for (i = 0; i < g->tree.count; i++)
		if (g->lines[i])
			end = stpcpy(end, g->lines[i]);
	ret = buffer_add(out, lines, size);
	free(lines);
	return ret;
}

/* Puts the manifest together, and reads it as others will. */
static int finish(const struct generation *g)
{
	struct buffer out = { 0 };
	int ret;

	ret = add_header(g, &out);
	if (!ret)
		ret = add_lines(g, &out);
	if (!ret)
		ret = reader_check("the manifest made", out.data, out.len);
	if (!ret)
		ret = file_write(g->out_path, out.data, out.len);
	buffer_free(&out);
	return ret;
}

static int hash_tree(struct generation *g)
{
	g->lines = calloc(g->tree.count + 1, sizeof(*g->lines));
	if (!g->lines) {
		message("out of memory");
		return -ENOMEM;
	}
	progress_start("hashing", g->tree.count);
	parallel_run(g->jobs, work, g);
	progress_end();
	if (atomic_load(&g->failed))
		return -EIO;
	rules_report_unused(&g->rules);
	return 0;
}

static enum exit_status generate(struct generation *g)
{
	int ret;
	size_t i;

	g->root = beneath_root(g->dir);
	if (g->root < 0)
		return EXIT_TROUBLE;
	ret = tree_walk(&g->tree, g->dir, g->root);
	if (!ret)
		ret = hash_tree(g);
	if (!ret)
		ret = finish(g);
	for (i = 0; g->lines && i < g->tree.count; i++)
		free(g->lines[i]);
	free(g->lines);
	close(g->root);
	if (ret == -EBADMSG || ret == -EFBIG)
		return EXIT_NO;
	return ret ? EXIT_TROUBLE : EXIT_YES;
}

static bool set_algs(struct generation *g, const char *names)
{
	const char *name = names;

	g->algs = 0;
	for (;;) {
		size_t len = strcspn(name, ",");
		int alg = fingerprint_find(name, len);

		if (alg < 0) {
			message("generate: --hash '%.*s' is not a kind of fingerprint",
				(int)len, name);
			return false;
		}
		g->algs |= 1U << alg;
		if (!name[len])
			return true;
		name += len + 1;
	}
}

/* The grammar decides what a good name and version are. */
static bool check_header(const struct generation *g)
{
	struct reader r = { .quiet = true };
	struct buffer out = { 0 };
	bool good = false;

	if (!add_header(g, &out)) {
		good = !reader_open(&r, "generate", out.data, out.len);
		if (!good)
			message("generate: --name or --version: %s",
				r.parser.error ? r.parser.error : r.error);
		reader_close(&r);
	}
	buffer_free(&out);
	return good;
}

enum {
	ROOT = OPTION_BASE, NAME, VERSION, HASH, JOBS, EXCLUDE, ALL, FLAG, RULES
};

static bool take_option(const struct command *self, struct generation *g,
			const char **excludes, int c)
{
	u64 n;

	switch (c) {
	case ROOT:
		g->dir = optarg;
		return true;
	case NAME:
		g->name = optarg;
		return true;
	case VERSION:
		g->version = optarg;
		return true;
	case HASH:
		return set_algs(g, optarg);
	case JOBS:
		if (!options_number(self, "--jobs", optarg, 1, JOBS_MAX, &n))
			return false;
		g->jobs = (unsigned int)n;
		return true;
	case EXCLUDE:
		excludes[g->tree.exclude_count++] =
			optarg + strspn(optarg, "/");
		return true;
	case ALL:
		g->all = true;
		return true;
	case FLAG:
		return !rules_add(&g->rules, optarg);
	case RULES:
		return !rules_load(&g->rules, optarg);
	case 'o':
		g->out_path = optarg;
		return true;
	default:
		options_wrong(self);
		return false;
	}
}

static enum exit_status run_with(const struct command *self, int argc,
				 char **argv, struct generation *g,
				 const char **excludes)
{
	static const struct option options[] = {
		{ "root", required_argument, NULL, ROOT },
		{ "name", required_argument, NULL, NAME },
		{ "version", required_argument, NULL, VERSION },
		{ "hash", required_argument, NULL, HASH },
		{ "jobs", required_argument, NULL, JOBS },
		{ "exclude", required_argument, NULL, EXCLUDE },
		{ "all", no_argument, NULL, ALL },
		{ "flag", required_argument, NULL, FLAG },
		{ "rules", required_argument, NULL, RULES },
		{ "output", required_argument, NULL, 'o' },
		{ "help", no_argument, NULL, OPTION_HELP },
		{ 0 }
	};
	int c;

	while ((c = getopt_long(argc, argv, "ho:", options, NULL)) != -1) {
		if (c == OPTION_HELP)
			return options_help(self);
		if (!take_option(self, g, excludes, c))
			return EXIT_TROUBLE;
	}
	if (optind != argc) {
		message("generate: '%s' is not an option", argv[optind]);
		return options_wrong(self);
	}
	if (!g->dir)
		return options_missing(self, "--root DIR");
	if (!check_header(g))
		return EXIT_TROUBLE;
	return generate(g);
}

static enum exit_status run(const struct command *self, int argc, char **argv)
{
	/* No more of them than there are arguments. */
	const char **excludes = calloc((size_t)argc + 1, sizeof(*excludes));
	struct generation g = {
		.out_path = "-",
		.algs = 1U << VERIEXEC_SHA256,
		.jobs = parallel_cpus(),
		.tree.excludes = excludes,
	};
	enum exit_status status;

	if (!excludes) {
		message("out of memory");
		return EXIT_TROUBLE;
	}
	status = run_with(self, argc, argv, &g, excludes);
	tree_free(&g.tree);
	rules_free(&g.rules);
	free(excludes);
	return status;
}

const struct command cmd_generate = {
	.name = "generate",
	.summary = "make the manifest of a tree",
	.usage =
"--root DIR [OPTION]...\n"
"\n"
"Makes the manifest of the files beneath DIR that can run or be loaded: ELF\n"
"files, scripts with #!, whatever has an x bit, kernel modules and firmware.\n"
"Follows no symbolic link and stays on DIR's file system.\n"
"\n"
"  --root DIR    the tree; its files are listed relative to it\n"
"  -o, --output FILE\n"
"                where the manifest goes (default: standard output)\n"
"  --name NAME   of the manifest\n"
"  --version N   of the manifest; grows from one to the next, needs --name\n"
"  --hash LIST   kinds of fingerprints, with commas (default: sha256); sha1,\n"
"                sha256, sha384, sha512, verity-sha256, verity-sha512\n"
"  --all         list every regular file\n"
"  --exclude GLOB\n"
"                pass over what matches; may be given many times\n"
"  --rules FILE  lines 'GLOB FLAG...': list what matches, with these flags\n"
"  --flag 'GLOB=FLAG[,FLAG]...'\n"
"                one such rule; may be given many times\n"
"  --jobs N      hash with N threads (default: one for each processor)\n"
"\n"
"In a GLOB, * and ? do not match a slash; one that matches a directory means\n"
"all beneath it. Flags: indirect, no_ptrace, no_fips, trusted, verify,\n"
"untrusted, label=WORD.\n",
	.run = run,
};
