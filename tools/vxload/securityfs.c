// SPDX-License-Identifier: GPL-2.0-only
/*
 * Opens, reads and writes the veriexec files of securityfs.
 */

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/magic.h>

#include "certificate.h"
#include "message.h"
#include "place.h"
#include "securityfs.h"

#define ALL(fields)	(sizeof(fields) / sizeof(*(fields)))

/**
 * sfs_mount() - mount securityfs if there is nothing of veriexec's yet
 *
 * For an initramfs, which may have stopped at /sys. Says nothing: whoever then
 * opens a file says what is wrong.
 */
void sfs_mount(void)
{
	if (access(VX_SECURITYFS, F_OK))
		mount("securityfs", "/sys/kernel/security", "securityfs",
		      MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

/*
 * The folder, opened once for all of them: what is mounted there later does not
 * matter any more. Ends with the process.
 */
static int open_folder(void)
{
	static int folder = -1;

	if (folder < 0)
		folder = place_open(VX_SECURITYFS, SECURITYFS_MAGIC);
	return folder;
}

static int open_file(const char *name, int flags)
{
	int folder = open_folder();
	int fd = folder;

	if (folder >= 0)
		fd = place_open_file(folder, name, flags);
	if (fd >= 0)
		return fd;
	switch (-fd) {
	case ENOENT:
		message("%s/%s: is not there: this kernel has no veriexec, or it is off, or securityfs is not mounted",
			VX_SECURITYFS, name);
		break;
	case EMEDIUMTYPE:
	case EXDEV:
		message("%s/%s: is not the kernel's: something else than securityfs is mounted there",
			VX_SECURITYFS, name);
		break;
	default:
		message("%s/%s: %s", VX_SECURITYFS, name, strerror(-fd));
	}
	return -1;
}

/**
 * sfs_open() - open a file of the kernel's for reading
 * @name: in the veriexec folder
 *
 * Return: the stream, or NULL, reported.
 */
FILE *sfs_open(const char *name)
{
	FILE *f;
	int fd;

	fd = open_file(name, O_RDONLY);
	if (fd < 0)
		return NULL;
	f = fdopen(fd, "r");
	if (!f) {
		message("%s/%s: %s", VX_SECURITYFS, name, strerror(errno));
		close(fd);
	}
	return f;
}

/**
 * sfs_open_write() - open a file of the kernel's for sfs_write()
 * @name: in the veriexec folder
 *
 * Whatever is written adds to what the kernel has, hence O_APPEND.
 *
 * Return: the descriptor, or -1, reported.
 */
int sfs_open_write(const char *name)
{
	return open_file(name, O_WRONLY | O_APPEND);
}

/**
 * sfs_open_ask() - as sfs_open_write(), to read an answer, too
 * @name: in the veriexec folder
 *
 * Return: the descriptor, or -1, reported.
 */
int sfs_open_ask(const char *name)
{
	return open_file(name, O_RDWR | O_APPEND);
}

/**
 * sfs_write() - make one request of the kernel
 * @fd: from sfs_open_write()
 * @data: the request
 * @len: of @data, in bytes
 *
 * To the kernel every write(2) is a request of its own: the rest of one that
 * fell short must never be sent after it.
 *
 * Return: 0, or a negative errno, not reported.
 */
int sfs_write(int fd, const void *data, size_t len)
{
	ssize_t done;

	do {
		done = write(fd, data, len);
	} while (done < 0 && errno == EINTR);
	if (done < 0)
		return -errno;
	return (size_t)done == len ? 0 : -EIO;
}

/**
 * sfs_lines_open() - begin to read a file of lines
 * @lines: to be closed by sfs_lines_close() on success
 * @name: in the veriexec folder; kept, not copied
 *
 * Return: 0, or -1, reported.
 */
int sfs_lines_open(struct sfs_lines *lines, const char *name)
{
	*lines = (struct sfs_lines){ .name = name, .f = sfs_open(name) };
	return lines->f ? 0 : -1;
}

/**
 * sfs_lines_close() - end what sfs_lines_open() began
 * @lines: what was read from it is gone
 */
void sfs_lines_close(struct sfs_lines *lines)
{
	fclose(lines->f);
	free(lines->line);
	free(lines->word);
}

/*
 * Cuts the next line at its tabs. A newer kernel may have more fields than
 * are asked for, an older one not all, which are NULL then: one that has fewer than
 * @due is not understood.
 *
 * Returns 1, 0 at the end, -1, reported.
 */
static int next_fields(struct sfs_lines *lines, char **fields[], size_t count,
		       size_t due)
{
	ssize_t len;
	size_t i;
	char *rest;

	errno = 0;
	len = getline(&lines->line, &lines->size, lines->f);
	if (len < 0 && !errno)
		return 0;
	if (len < 0) {
		message("%s/%s: %s", VX_SECURITYFS, lines->name,
			strerror(errno));
		return -1;
	}
	rest = lines->line;
	rest[strcspn(rest, "\n")] = '\0';
	for (i = 0; i < count; i++) {
		*fields[i] = strsep(&rest, "\t");
		if (!*fields[i] && i < due) {
			message("%s/%s: has a line of %zu fields where %zu are due",
				VX_SECURITYFS, lines->name, i, due);
			return -1;
		}
	}
	return 1;
}

static int hex_digit(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : (c | 0x20) - 'a' + 10;
}

/**
 * sfs_decode() - undo, in place, how the kernel writes a path or a name
 * @s: with its %HH; what is no %HH stays
 */
void sfs_decode(char *s)
{
	char *out = s;

	while (*s) {
		if (*s == '%' && isxdigit((unsigned char)s[1]) &&
		    isxdigit((unsigned char)s[2])) {
			*out++ = (char)(hex_digit(s[1]) << 4 | hex_digit(s[2]));
			s += 3;
		} else {
			*out++ = *s++;
		}
	}
	*out = '\0';
}

/**
 * sfs_decode_name() - undo, in place, how the kernel writes a name
 * @name: with its %HH. It is for people: what a terminal could take for a command is
 *	replaced, and nothing becomes ``-``
 */
void sfs_decode_name(char **name)
{
	static char none[] = "-";

	sfs_decode(*name);
	certificate_show_name(*name);
	if (!**name)
		*name = none;
}

/**
 * sfs_next_manifest() - read a line of ``manifests``
 * @lines: that file, opened
 * @m: points into @lines, until the next line is read
 *
 * Return: 1, 0 at the end, -1, reported.
 */
int sfs_next_manifest(struct sfs_lines *lines, struct sfs_manifest *m)
{
	char **fields[] = { &m->name, &m->version, &m->signer, &m->method,
			    &m->bound, &m->missing, &m->trust };
	int ret;

	ret = next_fields(lines, fields, ALL(fields), ALL(fields));
	if (ret <= 0)
		return ret;
	free(lines->word);
	lines->word = strdup(*m->signer ? m->signer : "-");
	if (!lines->word) {
		message("out of memory");
		return -1;
	}
	m->signer_word = lines->word;
	sfs_decode_name(&m->signer);
	return 1;
}

/**
 * sfs_next_entry() - read a line of ``entries``
 * @lines: that file, opened
 * @e: points into @lines, until the next line is read
 *
 * Return: 1, 0 at the end, -1, reported.
 */
int sfs_next_entry(struct sfs_lines *lines, struct sfs_entry *e)
{
	char **fields[] = { &e->device, &e->inode, &e->fingerprint, &e->flags,
			    &e->status, &e->manifest, &e->signer, &e->path,
			    &e->owner };
	int ret;

	ret = next_fields(lines, fields, ALL(fields), ALL(fields) - 1);
	if (ret > 0)
		sfs_decode_name(&e->signer);
	return ret;
}

/**
 * sfs_next_image() - read a line of ``images``
 * @lines: that file, opened
 * @i: points into @lines, until the next line is read
 *
 * Return: 1, 0 at the end, -1, reported.
 */
int sfs_next_image(struct sfs_lines *lines, struct sfs_image *i)
{
	char **fields[] = { &i->root_hash, &i->manifest, &i->signer };
	int ret;

	ret = next_fields(lines, fields, ALL(fields), ALL(fields));
	if (ret > 0)
		sfs_decode_name(&i->signer);
	return ret;
}

/**
 * sfs_next_revoked() - read a line of ``revoked``
 * @lines: that file, opened
 * @fingerprint: points into @lines, until the next line is read
 *
 * Return: 1, 0 at the end, -1, reported.
 */
int sfs_next_revoked(struct sfs_lines *lines, char **fingerprint)
{
	return next_fields(lines, &fingerprint, 1, 1);
}
