// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads a signed manifest and refuses what the kernel would refuse anyway,
 * with a better message. Never the last word: that is the kernel's.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "beneath.h"
#include "blacklist.h"
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
	trust->ask = strict ? blacklist_ask : NULL;
	trust->vouch = NULL;
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
 * trust_check() - is that signed by somebody who is believed?
 * @trust: loaded, and some certificates are known
 * @cms: the signature
 * @text: what it is over
 * @verdict: who has signed it, or why it does not count
 *
 * Return: 0 if it is, or a negative errno, not reported.
 */
int trust_check(const struct trust *trust, const struct der *cms,
		const struct der *text, struct cms_verdict *verdict)
{
	const time_t now = time(NULL);
	const struct cms_trust whom = {
		/* Nobody changes it: it is a list of mbedTLS's. */
		.trusted = (mbedtls_x509_crt *)&trust->certificates,
		.now = trust->strict ? &now : NULL,
		.ask = trust->ask,
		.vouch = trust->vouch,
	};

	return cms_verify(cms->p, cms->len, text->p, text->len, &whom, verdict);
}

/**
 * trust_free() - end what trust_load() began
 * @trust: loaded, successfully or not
 */
void trust_free(struct trust *trust)
{
	mbedtls_x509_crt_free(&trust->certificates);
}

static int __attribute__((format(printf, 2, 3)))
refuse(struct manifest_file *m, const char *format, ...)
{
	int len = snprintf(m->cause, sizeof(m->cause), "%s: ", m->name);
	va_list args;

	va_start(args, format);
	if (len < (int)sizeof(m->cause))
		vsnprintf(m->cause + len, sizeof(m->cause) - (size_t)len,
			  format, args);
	va_end(args);
	return EXIT_NO;
}

static int check_signature(struct manifest_file *m, const struct trust *trust)
{
	const struct der cms = { m->parts.cms, m->parts.cms_len };
	const struct der text = { m->parts.text, m->parts.text_len };

	if (!trust->known)
		return EXIT_YES;
	if (trust_check(trust, &cms, &text, &m->verdict))
		return refuse(m, "%s", m->verdict.cause);
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

static int check_text(struct manifest_file *m)
{
	struct veriexec_record record;
	struct reader r = { .quiet = true };
	int ret;

	ret = reader_open(&r, m->name, m->parts.text, m->parts.text_len);
	m->header = r.parser.header;
	while (!ret && (ret = reader_next(&r, &record)) > 0) {
		m->entries = true;
		ret = 0;
	}
	reader_close(&r);
	if (ret) {
		snprintf(m->cause, sizeof(m->cause), "%s", r.error);
		return ret == -ENOMEM ? EXIT_TROUBLE : EXIT_NO;
	}
	if (!m->entries && !m->header.revocations && !m->header.images)
		return refuse(m, "lists no file");
	return EXIT_YES;
}

/**
 * manifest_file_outline() - find the parts of a manifest that was read
 * @m: with its name and its data; filled
 *
 * Neither its signature is checked nor what it says of files.
 *
 * Return: exit status; &manifest_file.cause says why if it is %EXIT_NO.
 */
int manifest_file_outline(struct manifest_file *m)
{
	struct veriexec_parser p = { .algs = READER_ALL_ALGS };
	const char *cause;

	if (!m->data.len)
		return refuse(m, "is empty");
	if (trailer_split(m->data.data, m->data.len, &m->parts, &cause))
		return refuse(m, "%s", cause);
	p.text = (const char *)m->parts.text;
	p.len = m->parts.text_len;
	/* What is wrong there is found once it is known who has signed it. */
	if (!veriexec_parse_header(&p))
		m->header = p.header;
	return name_signers(m);
}

/**
 * manifest_file_judge() - check a manifest as far as is possible without the kernel
 * @m: outlined; filled
 * @trust: whom to believe
 *
 * Return: exit status; &manifest_file.cause says why if it is %EXIT_NO.
 */
int manifest_file_judge(struct manifest_file *m, const struct trust *trust)
{
	int ret = check_signature(m, trust);

	return ret == EXIT_YES ? check_text(m) : ret;
}

/**
 * manifest_file_read() - read a manifest
 * @m: filled; to be freed by manifest_file_free() in any case
 * @file: its name, "-" for standard input; kept, not copied
 *
 * Return: exit status, reported unless it is EXIT_YES.
 */
int manifest_file_read(struct manifest_file *m, const char *file)
{
	int ret;

	*m = (struct manifest_file){ .name = file };
	if (!strcmp(file, "-"))
		m->name = "standard input";
	ret = file_read(file, VERIEXEC_TEXT_MAX, &m->data);
	if (ret)
		return ret == -EFBIG ? EXIT_NO : EXIT_TROUBLE;
	ret = manifest_file_outline(m);
	if (*m->cause)
		message("%s", m->cause);
	return ret;
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

/**
 * manifest_file_why_missing() - is a listed file there?
 * @dir: what its path lies beneath
 * @record: that lists it
 *
 * Looks the path up as the kernel does when it binds an entry: a link at its end is
 * not followed. Needs no right to read.
 *
 * Return: NULL if it is, else why not.
 */
const char *manifest_file_why_missing(int dir,
				      const struct veriexec_record *record)
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
	char shown[ENTRY_PATH_SIZE];
	struct veriexec_record record;
	struct reader r = { 0 };
	const char *why;
	int ret;

	*count = 0;
	ret = reader_open(&r, m->name, m->parts.text, m->parts.text_len);
	while (!ret && (ret = reader_next(&r, &record)) > 0) {
		ret = 0;
		why = manifest_file_why_missing(dir, &record);
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
