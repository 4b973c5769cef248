// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads a signed manifest and refuses what the kernel would refuse anyway,
 * with a better message. Never the last word: that is the kernel's.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "beneath.h"
#include "blacklist.h"
#include "cms.h"
#include "exit.h"
#include "manifest_file.h"
#include "message.h"
#include "reader.h"

#define DEFAULT_CERTIFICATES "/etc/veriexec/certs.pem"

/**
 * trust_load() - find the certificates for the first check
 * @trust: filled; to be freed by trust_free() in any case
 * @file: PEM or DER, or NULL for the usual one, which need not be there
 * @strict: see &trust.strict
 *
 * Return: 0, or -1, reported.
 */
int trust_load(struct trust *trust, const char *file, bool strict)
{
	mbedtls_x509_crt_init(&trust->certificates);
	trust->known = false;
	trust->strict = strict;
	if (!file) {
		file = DEFAULT_CERTIFICATES;
		if (access(file, F_OK) && errno == ENOENT)
			return 0;
	}
	if (certificate_load(file, &trust->certificates))
		return -1;
	trust->known = true;
	return 0;
}

/**
 * trust_free() - end what trust_load() began
 * @trust: loaded, successfully or not
 */
void trust_free(struct trust *trust)
{
	mbedtls_x509_crt_free(&trust->certificates);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Prints what Junos prints if the signature is good. */
static int check_signature(const struct manifest_file *m, struct trust *trust)
{
	const struct trailer *parts = &m->parts;
	const time_t now = time(NULL);
	const struct cms_trust whom = {
		.trusted = &trust->certificates,
		.now = trust->strict ? &now : NULL,
		.ask = trust->strict ? blacklist_ask : NULL,
	};
	struct cms_verdict verdict;

	if (!trust->known)
		return EXIT_YES;
	if (cms_verify(parts->cms, parts->cms_len, parts->text, parts->text_len,
		       &whom, &verdict)) {
		message("%s: %s", m->name, verdict.cause);
		return EXIT_NO;
	}
	printf("Verified %s signed by %s method %s\n", base_name(m->name),
	       verdict.signer, verdict.method);
	return EXIT_YES;
}

/*
 * Whoever sends along a certificate that is not his does not get past the kernel.
 * But to leave his out takes no key, and certs are whatever the user says: then it
 * may be anybody.
 */
static int name_signers(struct manifest_file *m)
{
	char name[SIGNER_NAME_SIZE];
	struct cms_message cms;
	const mbedtls_x509_crt *crt;
	const char *cause;
	unsigned int i;

	/* What is malformed the kernel refuses, too. */
	if (cms_parse(m->parts.cms, m->parts.cms_len, &cms, &cause)) {
		m->claims.anybody = true;
		return EXIT_YES;
	}
	m->claims.words = calloc(cms.signer_count, sizeof(*m->claims.words));
	for (i = 0; i < cms.signer_count && m->claims.words; i++) {
		crt = cms_find_certificate(&cms.certificates, &cms.signers[i]);
		if (!crt) {
			m->claims.anybody = true;
			continue;
		}
		certificate_kernel_name(&crt->subject, name, sizeof(name));
		veriexec_encode_path(m->claims.words[m->claims.count++],
				     sizeof(*m->claims.words),
				     *name ? name : "-");
	}
	cms_free(&cms);
	if (m->claims.words)
		return EXIT_YES;
	message("out of memory");
	return EXIT_TROUBLE;
}

static int refused(int err)
{
	return err == -ENOMEM ? EXIT_TROUBLE : EXIT_NO;
}

static int check_text(struct manifest_file *m)
{
	struct veriexec_record record;
	struct reader r = { 0 };
	bool any = false;
	int ret;

	ret = reader_open(&r, m->name, m->parts.text, m->parts.text_len);
	if (!ret) {
		m->header = r.parser.header;
		while ((ret = reader_next(&r, &record)) > 0)
			any = true;
	}
	reader_close(&r);
	if (ret)
		return refused(ret);
	if (!any && !m->header.revocations && !m->header.images) {
		message("%s: lists no file", m->name);
		return EXIT_NO;
	}
	return EXIT_YES;
}

/**
 * manifest_file_read() - read a manifest and check it as far as is possible
 * @m: filled; to be freed by manifest_file_free() in any case
 * @file: its name, "-" for standard input; kept, not copied
 * @trust: whom to believe
 *
 * Return: exit status, reported unless it is EXIT_YES.
 */
int manifest_file_read(struct manifest_file *m, const char *file,
		       struct trust *trust)
{
	const char *cause;
	int ret;

	*m = (struct manifest_file){ .name = file };
	if (!strcmp(file, "-"))
		m->name = "standard input";
	ret = file_read(file, VERIEXEC_TEXT_MAX, &m->data);
	if (ret)
		return ret == -EFBIG ? EXIT_NO : EXIT_TROUBLE;
	if (!m->data.len) {
		message("%s: is empty", m->name);
		return EXIT_NO;
	}
	if (trailer_split(m->data.data, m->data.len, &m->parts, &cause)) {
		message("%s: %s", m->name, cause);
		return EXIT_NO;
	}
	ret = check_signature(m, trust);
	if (ret == EXIT_YES)
		ret = check_text(m);
	return ret == EXIT_YES ? name_signers(m) : ret;
}

/**
 * manifest_file_free() - end what manifest_file_read() began
 * @m: read, successfully or not
 */
void manifest_file_free(struct manifest_file *m)
{
	free(m->claims.words);
	buffer_free(&m->data);
}

/*
 * Looks a path up as the kernel does when it binds an entry: a link at its end
 * is not followed. Needs no right to read. Returns NULL if the file is there.
 */
static const char *why_missing(int dir, const struct veriexec_record *record)
{
	const bool link = record->claim.has & VERIEXEC_HAS_LINK;
	char text[VERIEXEC_PATH_SIZE];
	const char *why = NULL;
	struct stat st;
	int fd;

	fd = beneath_find(dir, record->path);
	if (fd < 0)
		return fd == -EXDEV ? "leads out of the directory" :
				      strerror(-fd);
	if (fstat(fd, &st))
		why = strerror(errno);
	else if (!link)
		why = S_ISREG(st.st_mode) ? NULL : "is not a regular file";
	else if (!S_ISLNK(st.st_mode))
		why = "is not a symbolic link";
	else if (beneath_read_link(fd, "", text) || strcmp(text, record->link))
		why = "leads elsewhere";
	close(fd);
	return why;
}

/**
 * manifest_file_missing() - count the listed files that are not there
 * @m: read successfully
 * @dir: what they lie beneath
 * @name: print the name of each
 * @count: how many there are
 *
 * Return: 0, or -1, reported.
 */
int manifest_file_missing(const struct manifest_file *m, int dir, bool name,
			  unsigned long *count)
{
	char shown[3 * VERIEXEC_PATH_SIZE];
	struct veriexec_record record;
	struct reader r = { 0 };
	const char *why;
	int ret;

	*count = 0;
	ret = reader_open(&r, m->name, m->parts.text, m->parts.text_len);
	while (!ret && (ret = reader_next(&r, &record)) > 0) {
		ret = 0;
		why = why_missing(dir, &record);
		if (!why)
			continue;
		++*count;
		if (!name)
			continue;
		veriexec_encode_path(shown, sizeof(shown), record.path);
		message("%s: missing: %s: %s", m->name, shown, why);
	}
	reader_close(&r);
	return ret ? -1 : 0;
}
