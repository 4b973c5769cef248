// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxsign generate: the manifest of a tree, put together from what generation.h
 * makes of each file.
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
#include "fingerprint.h"
#include "generation.h"
#include "hardlinks.h"
#include "message.h"
#include "options.h"
#include "parallel.h"
#include "reader.h"
#include "symlinks.h"

#define JOBS_MAX	256

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
		ret = reader_check("the new manifest", out.data, out.len);
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

/* Tells what is likely a mistake, in the order of the manifest. */
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
	if (hardlinks_match(g) || generation_files(g) || symlinks_list(g))
		return -EIO;
	give_advice(g);
	return 0;
}

static int look_at_tree(struct generation *g)
{
	int ret = 0;

	g->begin = time(NULL);
	/* A file that is not a cache is an error, and is not replaced. */
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
		message("generate: takes no file: '%s'", argv[optind]);
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
