// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads manifests. What the kernel will check anyway is checked here where that says
 * more: before the kernel sees any if there are several, or if the user names whom to
 * believe; else once the kernel has refused it, to find words for why. What was
 * checked is what is handed over, from memory.
 */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "leave.h"
#include "load.h"
#include "manifest_file.h"
#include "message.h"
#include "securityfs.h"
#include "state.h"
#include "versions.h"

/* The kernel says EPERM for two causes; its state tells them apart. */
static void explain_not_permitted(const char *name)
{
	unsigned int held;

	if (state_read(&held))
		return;
	if (held & STATE_LOCKED)
		message("%s: refused: the state is locked, in which only a program listed as trusted may load, and only what is loaded already",
			name);
	else if (held & STATE_ACTIVE)
		message("%s: refused: once active, loading takes CAP_MAC_ADMIN and a program listed as trusted",
			name);
	else
		message("%s: refused: loading takes CAP_MAC_ADMIN", name);
}

/* Has to be known of all manifests before any is loaded, or of those whom -c names. */
static bool is_checked_before(const struct load_request *request)
{
	return request->count > 1 || request->certificates || request->strict;
}

/* What Junos prints. */
static void tell_verified(const struct manifest_file *m, const char *signer,
			  const char *method)
{
	const char *slash = strrchr(m->name, '/');

	printf("Verified %s signed by %s method %s\n",
	       slash ? slash + 1 : m->name, signer, method);
}

/* Words the kernel's verdict on a manifest. Returns the exit status. */
static int explain(const char *name, int err)
{
	switch (err) {
	case EPERM:
		explain_not_permitted(name);
		return EXIT_NO;
	case EKEYREJECTED:
		message("%s: refused: the kernel finds its signature or the signer's certificate bad, or it says what its signer may not; the kernel log names the cause",
			name);
		return EXIT_NO;
	case ENOKEY:
		message("%s: refused: it is signed by nobody whom the kernel trusts, or not by such alone",
			name);
		return EXIT_NO;
	case EBADMSG:
		message("%s: refused: the kernel does not understand it; the kernel log names the line and the cause",
			name);
		return EXIT_NO;
	case ESTALE:
		message("%s: refused: a newer version of it is loaded, or this one with other content",
			name);
		return EXIT_NO;
	case EFBIG:
		message("%s: refused: the kernel finds it too large", name);
		return EXIT_NO;
	default:
		message("%s: cannot be loaded: %s", name, strerror(err));
		return EXIT_TROUBLE;
	}
}

/* The kernel has refused it: the first to say why is who can name the line. */
static int find_fault(struct manifest_file *m,
		      const struct load_request *request, int err)
{
	int status = EXIT_YES;
	struct trust trust;

	if (!is_checked_before(request)) {
		if (!trust_load(&trust, request->certificates, request->strict))
			status = manifest_file_judge(m, &trust);
		trust_free(&trust);
	}
	/* Without memory there is no cause to tell but the kernel's. */
	if (status != EXIT_NO)
		return explain(m->name, err);
	message("%s", m->cause);
	return status;
}

/**
 * struct loaded - what the kernel says of a manifest that it has taken
 * @bound: how many of its files were found
 * @missing: how many were not
 * @signer: who signed it, as the kernel writes it; empty for the vendor
 * @name: the same for people, whoever it is
 * @method: by which
 */
struct loaded {
	unsigned long bound;
	unsigned long missing;
	char signer[SIGNER_WORD_SIZE];
	char name[SIGNER_NAME_SIZE];
	char method[CERTIFICATE_METHOD_SIZE];
};

static void note_loaded(const struct sfs_manifest *line, struct loaded *loaded)
{
	const char *signer = line->signer_word;

	loaded->bound = strtoul(line->bound, NULL, 10);
	loaded->missing = strtoul(line->missing, NULL, 10);
	/* Who is not known to be the vendor is not. */
	snprintf(loaded->signer, sizeof(loaded->signer), "%s",
		 strcmp(line->trust, "builtin") ? signer : "");
	snprintf(loaded->name, sizeof(loaded->name), "%s", line->signer);
	snprintf(loaded->method, sizeof(loaded->method), "%s", line->method);
}

/*
 * The line of a manifest: the last that fits, for they come as loaded, and rather
 * one of its signers' than one of somebody else who uses the same name. Returns 0,
 * or -1, reported: nothing can be told about it then.
 */
static int find_loaded(const struct manifest_file *m, struct loaded *loaded)
{
	const char *name = *m->header.name ? m->header.name : "-";
	struct sfs_manifest line;
	struct sfs_lines lines;
	char version[24] = "-";
	bool claimed = false;
	bool found = false;
	int ret;

	if (m->header.has_version)
		snprintf(version, sizeof(version), "%" PRIu64,
			 m->header.version);
	if (sfs_lines_open(&lines, "manifests"))
		return -1;
	while ((ret = sfs_next_manifest(&lines, &line)) > 0) {
		if (strcmp(line.name, name) || strcmp(line.version, version))
			continue;
		if (claimed && !claims_name(&m->claims, line.signer_word))
			continue;
		claimed = claims_name(&m->claims, line.signer_word);
		note_loaded(&line, loaded);
		found = true;
	}
	sfs_lines_close(&lines);
	if (!ret && !found) {
		message("%s: is not among the manifests that the kernel shows",
			m->name);
		return -1;
	}
	return ret;
}

/*
 * Says what is missing. With nothing there it was the wrong directory, or an
 * empty one: to go on and enforce that would leave a system that runs nothing.
 */
static int report(const struct manifest_file *m, int dir,
		  const struct load_request *request,
		  const struct loaded *loaded)
{
	unsigned long named = 0;

	if (!loaded->missing)
		return EXIT_YES;
	if (loaded->bound)
		message("%s: %lu of the listed files cannot be bound beneath %s%s",
			m->name, loaded->missing, request->dir,
			request->verbose ? ":" : " (-v names them)");
	else
		message("%s: not one of the %lu listed files can be bound beneath %s%s",
			m->name, loaded->missing, request->dir,
			request->verbose ? ":" : " (-v names them)");
	if (request->verbose &&
	    !manifest_file_missing(m, dir, true, &named) &&
	    named < loaded->missing)
		message("%s: the kernel log names the other %lu", m->name,
			loaded->missing - named);
	return loaded->bound ? EXIT_YES : EXIT_NO;
}

/*
 * The manifest is loaded, and nothing undoes that. But what is to follow does
 * not, unless all is well.
 */
static int conclude(const struct manifest_file *m, int dir,
		    const struct load_request *request,
		    const struct versions *versions)
{
	struct loaded loaded;
	int status;

	if (find_loaded(m, &loaded)) {
		message("%s: is loaded, but nothing more can be told of it",
			m->name);
		return EXIT_TROUBLE;
	}
	if (!*m->verdict.signer)
		tell_verified(m, loaded.name, loaded.method);
	if (request->verbose)
		printf("%s: %lu bound, %lu missing, signed by %s method %s\n",
		       m->name, loaded.bound, loaded.missing, loaded.name,
		       loaded.method);
	status = report(m, dir, request, &loaded);
	/* The kernel may have told whose it is better than its signature did. */
	if (request->versions &&
	    versions_note(versions, m->name, &m->header, loaded.signer))
		return EXIT_NO;
	return status;
}

/*
 * The kernel keeps a manifest of another root from taking the place of this one's.
 * Returns the exit status.
 */
static int replace(struct manifest_file *m, int dir,
		   const struct load_request *request)
{
	int fd, ret;

	if (leave_tell(m, dir, request->replace, request->verbose))
		return EXIT_TROUBLE;
	if (!request->replace)
		return EXIT_NO;
	fd = sfs_open_write("replace");
	if (fd < 0)
		return EXIT_TROUBLE;
	ret = sfs_write(fd, m->data.data, m->data.len);
	close(fd);
	return ret ? find_fault(m, request, -ret) : EXIT_YES;
}

/* Paths resolve beneath the working directory of whoever writes. */
static int hand_over(struct manifest_file *manifests, int dir,
		     const struct load_request *request,
		     const struct versions *versions)
{
	int status = EXIT_YES;
	int fd, i, ret;

	if (fchdir(dir)) {
		message("%s: %s", request->dir, strerror(errno));
		return EXIT_TROUBLE;
	}
	fd = sfs_open_write("manifest");
	if (fd < 0)
		return EXIT_TROUBLE;
	for (i = 0; i < request->count && status == EXIT_YES; i++) {
		ret = sfs_write(fd, manifests[i].data.data,
				manifests[i].data.len);
		if (ret == -EXDEV)
			status = replace(&manifests[i], dir, request);
		else if (ret)
			status = find_fault(&manifests[i], request, -ret);
		if (status == EXIT_YES)
			status = conclude(&manifests[i], dir, request,
					  versions);
	}
	close(fd);
	return status;
}

static int check(struct manifest_file *m, const struct trust *trust)
{
	int status = manifest_file_judge(m, trust);

	if (*m->verdict.signer && !*m->verdict.cause)
		tell_verified(m, m->verdict.signer, m->verdict.method);
	if (*m->cause)
		message("%s", m->cause);
	return status;
}

static int read_manifests(struct manifest_file *manifests,
			  const struct load_request *request)
{
	const bool before = is_checked_before(request);
	struct trust trust = { .known = false };
	int status = EXIT_YES;
	int i;

	if (before && trust_load(&trust, request->certificates, request->strict))
		status = EXIT_TROUBLE;
	if (status == EXIT_YES && !trust.known && request->verbose)
		printf("only the kernel checks signatures\n");
	for (i = 0; i < request->count && status == EXIT_YES; i++) {
		status = manifest_file_read(&manifests[i], request->files[i]);
		if (before && status == EXIT_YES)
			status = check(&manifests[i], &trust);
	}
	if (before)
		trust_free(&trust);
	return status;
}

static int check_versions(const struct manifest_file *manifests,
			  const struct load_request *request,
			  struct versions *versions)
{
	int ret = 0;
	int i;

	if (!request->versions)
		return EXIT_YES;
	if (versions_load(versions, request->versions))
		return EXIT_TROUBLE;
	versions->provisioned = request->provisioned;
	for (i = 0; i < request->count && !ret; i++)
		ret = versions_check(versions, manifests[i].name,
				     &manifests[i].header,
				     &manifests[i].claims);
	if (!ret)
		return EXIT_YES;
	return ret == -ESTALE ? EXIT_NO : EXIT_TROUBLE;
}

/**
 * load_manifests() - check and load manifests, in their order
 * @request: what to load, and how
 *
 * None is loaded if one of them cannot be; the kernel, which has the last
 * word, may still refuse a later one when it has taken an earlier one. The
 * working directory is &load_request.dir afterwards.
 *
 * Return: exit status, reported unless it is EXIT_YES.
 */
int load_manifests(const struct load_request *request)
{
	struct manifest_file *manifests;
	struct versions versions = { 0 };
	int status, dir, i;

	dir = open(request->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0) {
		message("%s: %s", request->dir, strerror(errno));
		return EXIT_TROUBLE;
	}
	manifests = calloc((size_t)request->count, sizeof(*manifests));
	if (!manifests) {
		message("out of memory");
		close(dir);
		return EXIT_TROUBLE;
	}
	status = read_manifests(manifests, request);
	if (status == EXIT_YES)
		status = check_versions(manifests, request, &versions);
	/* What was said so far comes before what the kernel says. */
	fflush(stdout);
	if (status == EXIT_YES)
		status = hand_over(manifests, dir, request, &versions);
	versions_free(&versions);
	for (i = 0; i < request->count; i++)
		manifest_file_free(&manifests[i]);
	free(manifests);
	close(dir);
	return status;
}
