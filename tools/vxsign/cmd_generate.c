// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxsign generate: the manifest of a tree. The same tree gives the same bytes,
 * however many threads hash it.
 */

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "advice.h"
#include "beneath.h"
#include "cache.h"
#include "caps.h"
#include "entry.h"
#include "file.h"
#include "fingerprint.h"
#include "heading.h"
#include "json.h"
#include "message.h"
#include "options.h"
#include "parallel.h"
#include "pick.h"
#include "progress.h"
#include "reader.h"
#include "rules.h"
#include "tree.h"

#define JOBS_MAX	256

/* The first level of veriexec that knows links. */
#define LEVEL_OF_LINK	4

/**
 * struct outcome - what came of one file or link
 * @line: its entry, or with --list what it is; NULL if it is not picked; owned
 * @note: its line for the cache, or NULL; owned
 * @pick: what it is, if it is listed and no link
 * @chosen: it is listed by the user's word, too
 * @match: what the rules say of it, if it has more names than one
 */
struct outcome {
	char *line;
	char *note;
	enum pick pick;
	bool chosen;
	struct rule_match match;
};

/**
 * struct generation - the making of one manifest
 * @dir: name of the root, or NULL
 * @root: the same, open
 * @heading: the directives
 * @out_path: where it goes
 * @cache_path: what is known of the files from before, and remembered, or NULL
 * @algs: fingerprints to compute, a bit each
 * @jobs: how many threads
 * @verity: compute an fs-verity digest too
 * @all: list every regular file
 * @no_links: list no symbolic link
 * @list: only tell what would be listed, and why
 * @json: tell it in JSON
 * @one_file_system: what is on others in the tree is none of it
 * @verbose: say how much was hashed, and what was passed over
 * @rules: the user's
 * @tree: the files
 * @cache: of before
 * @begin: when it began
 * @outcomes: for each file
 * @next: the file that the next free thread takes
 * @hashed: how many had to be hashed
 * @failed: some file could not be read
 */
struct generation {
	const char *dir;
	int root;
	struct heading heading;
	const char *out_path;
	const char *cache_path;
	u32 algs;
	u64 jobs;
	bool verity;
	bool all;
	bool no_links;
	bool list;
	bool json;
	bool one_file_system;
	bool verbose;
	struct rules rules;
	struct tree tree;
	struct cache cache;
	time_t begin;
	struct outcome *outcomes;
	atomic_size_t next;
	atomic_size_t hashed;
	atomic_bool failed;
};

static void fail(struct generation *g, const struct tree_file *file,
		 const char *cause)
{
	message("%s/%s: %s", g->dir, file->name, cause);
	atomic_store(&g->failed, true);
}

static void fill_path(const struct tree_file *file,
		      struct veriexec_record *record)
{
	record->path_len = strlen(file->path);
	memcpy(record->path, file->path, record->path_len + 1);
	snprintf(record->link, sizeof(record->link), "%s",
		 file->link ? file->link : "");
	record->label[0] = '\0';
	record->claim = (struct veriexec_claim){ 0 };
}

static void fill_record(const struct generation *g,
			const struct tree_file *file,
			const struct rule_match *match,
			struct veriexec_record *record)
{
	fill_path(file, record);
	snprintf(record->label, sizeof(record->label), "%s",
		 match->label ? match->label : "");
	record->claim.uid = file->st.st_uid;
	record->claim.gid = file->st.st_gid;
	record->claim.mode = file->st.st_mode & 07777;
	record->claim.has =
		VERIEXEC_HAS_UID | VERIEXEC_HAS_GID | VERIEXEC_HAS_MODE;
	record->claim.flags = match->flags;
	record->claim.algs = (u8)g->algs;
}

/* What @print writes of @what, or NULL without memory. */
static char *format(void (*print)(FILE *out, const void *what),
		    const void *what)
{
	char *line = NULL;
	size_t size;
	FILE *out = open_memstream(&line, &size);

	if (!out)
		return NULL;
	print(out, what);
	if (!fclose(out))
		return line;
	free(line);
	return NULL;
}

static void print_entry(FILE *out, const void *record)
{
	entry_print(out, record);
}

static void print_note(FILE *out, const void *file)
{
	cache_print(out, file);
}

/* Hashes, and sees to it that what was hashed was one state of the file. */
static int hash_file(struct generation *g, const struct tree_file *file, int fd,
		     u8 digests[][VERIEXEC_DIGEST_SIZE])
{
	struct stat st;
	int ret = fingerprint_fd(fd, g->algs, digests);

	atomic_fetch_add(&g->hashed, 1);
	if (ret)
		fail(g, file, strerror(-ret));
	else if (fstat(fd, &st))
		fail(g, file, strerror(errno));
	else if (!tree_unchanged(&file->st, &st))
		fail(g, file, "has changed while it was read");
	else
		return 0;
	return -EIO;
}

static void make_note(struct generation *g, const struct tree_file *file,
		      const struct veriexec_record *record,
		      struct outcome *outcome)
{
	struct cached note = {
		.name = file->name, .st = file->st, .algs = record->claim.algs,
	};

	if (!g->cache_path || !cache_may_keep(&file->st, g->begin))
		return;
	memcpy(note.digest, record->digest, sizeof(note.digest));
	outcome->note = format(print_note, &note);
	if (!outcome->note)
		fail(g, file, strerror(ENOMEM));
}

static void make_entry(struct generation *g, const struct tree_file *file,
		       int fd, const struct rule_match *match,
		       struct outcome *outcome)
{
	const struct cached *known = cache_find(&g->cache, file->name,
						&file->st, g->algs);
	struct veriexec_record record;
	int ret;

	memset(record.digest, 0, sizeof(record.digest));
	fill_record(g, file, match, &record);
	ret = caps_read(fd, &record.claim);
	if (ret) {
		fail(g, file, strerror(-ret));
		return;
	}
	if (known)
		memcpy(record.digest, known->digest, sizeof(record.digest));
	else if (hash_file(g, file, fd, record.digest))
		return;
	outcome->line = format(print_entry, &record);
	if (!outcome->line)
		fail(g, file, strerror(ENOMEM));
	make_note(g, file, &record, outcome);
}

/* What a file is that is listed, and where only the user says so, that. */
static const char *word_class(const struct generation *g, enum pick pick,
			      const struct rule_match *match)
{
	if (pick == PICK_NOTHING && match->listed && !g->all)
		return "rule";
	return pick_words[pick];
}

/* A line of --list. */
struct class {
	const char *word;
	const char *name;
};

static void print_class(FILE *out, const void *what)
{
	const struct class *class = what;

	fprintf(out, "%s %s\n", class->word, class->name);
}

static void print_class_json(FILE *out, const void *what)
{
	const struct class *class = what;

	fputs("{\"class\": ", out);
	json_string(out, class->word);
	fputs(", \"path\": ", out);
	json_string(out, class->name);
	fputc('}', out);
}

static void make_class(struct generation *g, const struct tree_file *file,
		       const char *word, struct outcome *outcome)
{
	const struct class class = { word, file->name };

	outcome->line = format(g->json ? print_class_json : print_class,
			       &class);
	if (!outcome->line)
		fail(g, file, strerror(ENOMEM));
}

static void process(struct generation *g, const struct tree_file *file,
		    struct outcome *outcome)
{
	struct rule_match match = outcome->match;
	int fd, pick;

	if (file->link)
		return;
	if (file->st.st_nlink == 1)
		rules_match(&g->rules, file->path, &match);
	fd = beneath_open(g->root, file->path, false);
	if (fd < 0) {
		fail(g, file, strerror(-fd));
		return;
	}
	pick = pick_file(file->path, file->st.st_mode, fd);
	if (pick < 0) {
		fail(g, file, strerror(-pick));
	} else if (pick != PICK_NOTHING || match.listed || g->all) {
		outcome->pick = (enum pick)pick;
		outcome->chosen = match.listed || g->all;
		if (g->list)
			make_class(g, file, word_class(g, outcome->pick, &match),
				   outcome);
		else
			make_entry(g, file, fd, &match, outcome);
	}
	close(fd);
}

static void work(void *arg)
{
	struct generation *g = arg;
	size_t i;

	while ((i = atomic_fetch_add(&g->next, 1)) < g->tree.count) {
		process(g, &g->tree.files[i], &g->outcomes[i]);
		progress_step();
	}
}

/* -- Links, once it is known which files are listed. */

/**
 * struct goals - what a listed link may lead to: listed files, and directories that
 * hold some
 * @list: sorted
 * @count: of @list
 */
struct goals {
	struct identity *list;
	size_t count;
};

/* The directories that lead to a listed file, each once. */
static void add_way(const struct tree *tree, size_t dir, bool *holds,
		    struct goals *goals)
{
	while (!holds[dir]) {
		holds[dir] = true;
		goals->list[goals->count++] = tree->dirs[dir].id;
		dir = tree->dirs[dir].parent;
	}
}

static int find_goals(const struct generation *g, struct goals *goals)
{
	const struct tree *tree = &g->tree;
	bool *holds = calloc(tree->dir_count, sizeof(*holds));
	size_t i;

	goals->list = calloc(tree->count + tree->dir_count,
			     sizeof(*goals->list));
	if (!holds || !goals->list) {
		message("out of memory");
		free(holds);
		return -ENOMEM;
	}
	for (i = 0; i < tree->count; i++) {
		const struct tree_file *file = &tree->files[i];

		if (!g->outcomes[i].line)
			continue;
		goals->list[goals->count++] = (struct identity){
			file->st.st_dev, file->st.st_ino,
		};
		add_way(tree, file->dir, holds, goals);
	}
	free(holds);
	qsort(goals->list, goals->count, sizeof(*goals->list),
	      compare_identities);
	return 0;
}

/* Follows it as who has the tree as his root directory would. */
static bool is_of_use(struct generation *g, const struct tree_file *link,
		      const struct goals *goals)
{
	int fd = beneath_lead(g->root, link->path);
	struct identity id;
	struct stat st;

	if (fd < 0) {
		/* To lead nowhere is no fault of a link. */
		if (fd != -ENOENT && fd != -ENOTDIR && fd != -ELOOP &&
		    fd != -EACCES && fd != -ENAMETOOLONG)
			fail(g, link, strerror(-fd));
		return false;
	}
	if (fstat(fd, &st)) {
		fail(g, link, strerror(errno));
		close(fd);
		return false;
	}
	close(fd);
	id = (struct identity){ st.st_dev, st.st_ino };
	return bsearch(&id, goals->list, goals->count, sizeof(id),
		       compare_identities);
}

static void make_link(struct generation *g, const struct tree_file *link,
		      struct outcome *outcome)
{
	struct veriexec_record record;

	if (g->list) {
		make_class(g, link, "link", outcome);
		return;
	}
	fill_path(link, &record);
	record.claim.has = VERIEXEC_HAS_LINK;
	outcome->line = format(print_entry, &record);
	if (!outcome->line)
		fail(g, link, strerror(ENOMEM));
	if (g->heading.requires < LEVEL_OF_LINK)
		g->heading.requires = LEVEL_OF_LINK;
}

static int list_links(struct generation *g)
{
	struct goals goals = { 0 };
	size_t i;
	int ret;

	if (g->no_links)
		return 0;
	ret = find_goals(g, &goals);
	for (i = 0; i < g->tree.count && !ret; i++) {
		const struct tree_file *file = &g->tree.files[i];

		if (file->link && is_of_use(g, file, &goals))
			make_link(g, file, &g->outcomes[i]);
	}
	free(goals.list);
	if (!ret && atomic_load(&g->failed))
		ret = -EIO;
	return ret;
}

/* All lines, with @comma between them. */
static int add_lines(const struct generation *g, const char *comma,
		     struct buffer *out)
{
	size_t i, size = 0, count = 0;
	char *lines, *end;
	int ret;

	for (i = 0; i < g->tree.count; i++)
		if (g->outcomes[i].line) {
			size += strlen(g->outcomes[i].line) + strlen(comma);
			count++;
		}
	if (!count && !g->heading.revoked.count && !g->heading.images.count) {
		message("%s: has nothing that can run or be loaded", g->dir);
		return -EBADMSG;
	}
	lines = malloc(size + 1);
	if (!lines) {
		message("out of memory");
		return -ENOMEM;
	}
	end = lines;
	for (i = 0, count = 0; i < g->tree.count; i++)
		if (g->outcomes[i].line) {
			if (count++)
				end = stpcpy(end, comma);
			end = stpcpy(end, g->outcomes[i].line);
		}
	ret = buffer_add(out, lines, (size_t)(end - lines));
	free(lines);
	return ret;
}

/* Puts the manifest together, and reads it as others will. */
static int finish_manifest(struct generation *g)
{
	struct buffer out = { 0 };
	int ret;

	ret = heading_print(&g->heading, &out);
	if (!ret)
		ret = add_lines(g, "", &out);
	if (!ret)
		ret = reader_check("the manifest made", out.data, out.len);
	if (!ret)
		ret = file_write(g->out_path, out.data, out.len);
	buffer_free(&out);
	return ret;
}

static int finish_list(const struct generation *g)
{
	struct buffer out = { 0 };
	int ret = 0;

	if (g->json)
		ret = buffer_add(&out, "[\n", 2);
	if (!ret)
		ret = add_lines(g, g->json ? ",\n" : "", &out);
	if (!ret && g->json)
		ret = buffer_add(&out, "\n]\n", 3);
	if (!ret)
		ret = file_write(g->out_path, out.data, out.len);
	buffer_free(&out);
	return ret;
}

static int write_cache(const struct generation *g)
{
	char *text = NULL;
	size_t size, i;
	FILE *out = open_memstream(&text, &size);
	int ret = -ENOMEM;

	if (out) {
		cache_print_head(out);
		for (i = 0; i < g->tree.count; i++)
			if (g->outcomes[i].note)
				fputs(g->outcomes[i].note, out);
		if (!fclose(out))
			ret = file_write(g->cache_path, text, size);
	}
	if (ret == -ENOMEM)
		message("out of memory");
	free(text);
	return ret;
}

/* A name of a file that has several. */
struct link {
	ino_t inode;
	struct rule_match *match;
};

static bool has_names(const struct tree_file *file)
{
	return !file->link && file->st.st_nlink != 1;
}

static int compare_links(const void *a, const void *b)
{
	const struct link *left = a, *right = b;

	if (left->inode == right->inode)
		return 0;
	return left->inode < right->inode ? -1 : 1;
}

/* All names of a file get what the rules say of any of them. */
static void join_links(struct link *links, size_t count)
{
	size_t i, begin = 0;

	for (i = 1; i < count; i++) {
		if (links[i].inode != links[i - 1].inode)
			begin = i;
		rules_join(links[begin].match, links[i].match);
	}
	for (i = 1; i < count; i++)
		if (links[i].inode == links[i - 1].inode)
			rules_join(links[i].match, links[i - 1].match);
}

/*
 * The kernel knows a file by its inode, and takes no manifest that says different
 * things of one. The tree is on one file system.
 */
static int match_links(struct generation *g)
{
	struct link *links;
	size_t i, count = 0;

	for (i = 0; i < g->tree.count; i++)
		count += has_names(&g->tree.files[i]);
	links = calloc(count + 1, sizeof(*links));
	if (!links) {
		message("out of memory");
		return -ENOMEM;
	}
	for (i = 0, count = 0; i < g->tree.count; i++) {
		const struct tree_file *file = &g->tree.files[i];

		if (!has_names(file))
			continue;
		rules_match(&g->rules, file->path, &g->outcomes[i].match);
		links[count].inode = file->st.st_ino;
		links[count++].match = &g->outcomes[i].match;
	}
	qsort(links, count, sizeof(*links), compare_links);
	join_links(links, count);
	free(links);
	return 0;
}

/* What is likely a mistake, or does not serve: in the order of the manifest. */
static void give_advice(const struct generation *g)
{
	const struct glob *unused = NULL;
	struct advice advice = { 0 };
	size_t i;

	for (i = 0; i < g->tree.count; i++)
		if (g->outcomes[i].line && !g->tree.files[i].link)
			advice_note(&advice, g->dir, &g->tree.files[i],
				    g->outcomes[i].pick, g->outcomes[i].chosen);
	advice_give(&advice, g->dir);
	rules_report_unused(&g->rules);
	while ((unused = globs_unused(&g->tree.excludes, unused)))
		message("--exclude: warning: nothing matches it: '%s'",
			unused->given);
	if (!g->one_file_system)
		tree_tell_others(&g->tree, g->dir, g->verbose);
}

static int hash_tree(struct generation *g)
{
	g->outcomes = calloc(g->tree.count + 1, sizeof(*g->outcomes));
	if (!g->outcomes) {
		message("out of memory");
		return -ENOMEM;
	}
	if (match_links(g))
		return -ENOMEM;
	progress_start("hashing", g->tree.count);
	parallel_run((unsigned int)g->jobs, work, g);
	progress_end();
	if (atomic_load(&g->failed))
		return -EIO;
	if (list_links(g))
		return -EIO;
	give_advice(g);
	return 0;
}

static int look_at_tree(struct generation *g)
{
	int ret = 0;

	g->begin = time(NULL);
	/* Not to be understood is no answer here, and it is not replaced. */
	if (g->cache_path && cache_load(&g->cache, g->cache_path))
		ret = -EINVAL;
	if (!ret)
		ret = tree_walk(&g->tree, g->dir, g->root);
	return ret ? ret : hash_tree(g);
}

static void say_how_much(const struct generation *g)
{
	size_t i, count = 0;

	for (i = 0; i < g->tree.count; i++)
		count += g->outcomes[i].line && !g->tree.files[i].link;
	message("hashed %zu of %zu files", atomic_load(&g->hashed), count);
}

static enum exit_status generate(struct generation *g)
{
	int ret = 0;
	size_t i;

	if (g->dir) {
		g->root = beneath_root(g->dir);
		if (g->root < 0)
			return EXIT_TROUBLE;
		ret = look_at_tree(g);
		close(g->root);
	}
	if (!ret)
		ret = g->list ? finish_list(g) : finish_manifest(g);
	if (!ret && g->cache_path)
		ret = write_cache(g);
	if (!ret && g->verbose)
		say_how_much(g);
	for (i = 0; g->outcomes && i < g->tree.count; i++) {
		free(g->outcomes[i].line);
		free(g->outcomes[i].note);
	}
	free(g->outcomes);
	if (ret == -EBADMSG || ret == -EFBIG)
		return EXIT_NO;
	return ret ? EXIT_TROUBLE : EXIT_YES;
}

static int set_algs(void *to, const char *names)
{
	struct generation *g = to;
	const char *name = names;

	g->algs = 0;
	for (;;) {
		size_t len = strcspn(name, ",");
		int alg = fingerprint_find(name, len);

		if (alg < 0) {
			message("generate: --hash '%.*s' is not a kind of fingerprint",
				(int)len, name);
			return -EINVAL;
		}
		g->algs |= 1U << alg;
		if (!name[len])
			return 0;
		name += len + 1;
	}
}

static int add_word(void *to, const char *fingerprint)
{
	return heading_add(to, fingerprint);
}

/**
 * struct files - names on the command line, until it is known what to do with them
 * @list: of names
 * @count: of @list
 */
struct files {
	const char **list;
	size_t count;
};

static int add_name(void *to, const char *name)
{
	struct files *files = to;

	files->list[files->count++] = name;
	return 0;
}

static int add_exclude(void *to, const char *glob)
{
	int ret = globs_add(to, glob);

	if (ret == -EINVAL)
		message("generate: --exclude '%s' is empty, or the whole tree",
			glob);
	return ret;
}

static int add_rule(void *to, const char *rule)
{
	return rules_add(to, rule);
}

static int add_rules(void *to, const char *path)
{
	return rules_load(to, path);
}

static enum exit_status run_with(const struct command *self, int argc,
				 char **argv, struct generation *g,
				 struct files *revoked)
{
	const struct argument table[] = {
		{ .name = "root", .word = &g->dir },
		{ .name = "name", .word = &g->heading.name },
		{ .name = "version", .word = &g->heading.version },
		{ .name = "requires", .number = &g->heading.requires, .min = 1,
		  .max = VERIEXEC_LEVEL },
		{ .name = "revoke", .take = add_word,
		  .to = &g->heading.revoked },
		{ .name = "revoke-file", .take = add_name, .to = revoked },
		{ .name = "image", .take = add_word, .to = &g->heading.images },
		{ .name = "hash", .take = set_algs, .to = g },
		{ .name = "verity", .flag = &g->verity },
		{ .name = "jobs", .number = &g->jobs, .min = 1,
		  .max = JOBS_MAX },
		{ .name = "exclude", .take = add_exclude,
		  .to = &g->tree.excludes },
		{ .name = "all", .flag = &g->all },
		{ .name = "no-links", .flag = &g->no_links },
		{ .name = "flag", .take = add_rule, .to = &g->rules },
		{ .name = "rules", .take = add_rules, .to = &g->rules },
		{ .name = "cache", .word = &g->cache_path },
		{ .name = "list", .flag = &g->list },
		{ .name = "json", .flag = &g->json },
		{ .name = "one-file-system", .flag = &g->one_file_system },
		{ .name = "verbose", .letter = 'v', .flag = &g->verbose },
		{ .name = "output", .letter = 'o', .word = &g->out_path },
		{ 0 }
	};
	enum exit_status status;

	if (!options_read(self, argc, argv, table, &status))
		return status;
	if (optind != argc) {
		message("generate: '%s' is not an option", argv[optind]);
		return options_wrong(self);
	}
	if (g->verity)
		g->algs |= 1U << VERIEXEC_ALG_VERITY_SHA256;
	while (revoked->count)
		if (heading_revoke_file(&g->heading,
					revoked->list[--revoked->count],
					g->algs))
			return EXIT_TROUBLE;
	if (!g->dir && !g->heading.revoked.count && !g->heading.images.count)
		return options_missing(self, "--root DIR");
	if (g->json && !g->list) {
		message("generate: --json goes with --list");
		return options_wrong(self);
	}
	if (g->list && (g->cache_path || !g->dir)) {
		message("generate: --list goes with --root, and not with --cache");
		return options_wrong(self);
	}
	if (!heading_check(&g->heading))
		return EXIT_TROUBLE;
	return generate(g);
}

static enum exit_status run(const struct command *self, int argc, char **argv)
{
	/* No more of them than there are arguments. */
	const char **room = calloc((size_t)argc + 1, sizeof(*room));
	struct files revoked = { .list = room };
	struct generation g = {
		.out_path = "-",
		.algs = 1U << VERIEXEC_ALG_SHA256,
		.jobs = parallel_cpus(),
	};
	enum exit_status status;

	if (!room) {
		message("out of memory");
		return EXIT_TROUBLE;
	}
	status = run_with(self, argc, argv, &g, &revoked);
	tree_free(&g.tree);
	cache_free(&g.cache);
	rules_free(&g.rules);
	heading_free(&g.heading);
	free(room);
	return status;
}

const struct command cmd_generate = {
	.name = "generate",
	.summary = "make the manifest of a tree",
	.usage =
"--root DIR [OPTION]...\n"
"\n"
"Makes the manifest of the files beneath DIR that can run or be loaded: ELF\n"
"files, scripts with #!, whatever has an x bit, kernel modules and firmware; and of\n"
"the symbolic links that lead to them, or to directories that hold some. Walks\n"
"through no link and stays on DIR's file system.\n"
"\n"
"  --root DIR    the tree; its files are listed relative to it\n"
"  -o, --output FILE\n"
"                where the manifest goes (default: standard output)\n"
"  --name NAME   of the manifest\n"
"  --version N   of the manifest; grows from one to the next, needs --name\n"
"  --requires N  the least level of veriexec that may load it\n"
"  --revoke ALG=DIGEST\n"
"                a fingerprint that is never to verify again; may be given many\n"
"                times, and without --root\n"
"  --revoke-file FILE\n"
"                the same for what is in FILE\n"
"  --image ALG=ROOTHASH\n"
"                an image on dm-verity, all files on which are verified; may be\n"
"                given many times, and without --root\n"
"  --hash LIST   kinds of fingerprints, with commas (default: sha256); sha1,\n"
"                sha256, sha384, sha512, verity-sha256, verity-sha512\n"
"  --verity      add the fs-verity digest over SHA-256\n"
"  --all         list every regular file\n"
"  --no-links    list no symbolic link\n"
"  --exclude GLOB\n"
"                pass over what matches; may be given many times\n"
"  --rules FILE  lines 'GLOB FLAG...': list what matches, with these flags; or the\n"
"                name of a set that comes with vxsign: debian, debian-admin\n"
"  --flag 'GLOB=FLAG[,FLAG]...'\n"
"                one such rule; may be given many times\n"
"  --cache FILE  remember fingerprints in FILE, and hash only what has changed\n"
"  --list        only print what would be listed, and as what: program, library,\n"
"                script, module, firmware, executable (has an x bit), rule, other,\n"
"                link\n"
"  --json        with --list: print JSON\n"
"  --jobs N      hash with N threads (default: one for each processor)\n"
"  --one-file-system\n"
"                say nothing of directories on other file systems (mount points,\n"
"                subvolumes), which are passed over\n"
"  -v, --verbose say how many files were hashed, and what was passed over\n"
"\n"
"In a GLOB, * and ? do not match a slash, **/ stands for any number of\n"
"directories, and /x/, ./x and x are the same; one that matches a directory means\n"
"all beneath it. Hard links are one file: what rules say of one of its names holds\n"
"for all. Flags: indirect, no_ptrace, no_fips, trusted, control, kmem,\n"
"storage, verify, untrusted, label=WORD.\n",
	.run = run,
};
