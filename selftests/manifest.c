// SPDX-License-Identifier: GPL-2.0-only
/*
 * Manifests: their lines, their signature, and the way to the kernel, see
 * common.h.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/limits.h>

#include "common.h"

/**
 * fingerprint() - the SHA-256 of a file
 * @path: of the file
 * @hex: where to
 *
 * Return: 0, or a negative errno.
 */
int fingerprint(const char *path, char hex[65])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	unsigned char digest[32];
	struct stat st;
	void *data = "";

	if (fd < 0 || fstat(fd, &st))
		return fail(path);
	if (st.st_size)
		data = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (data == MAP_FAILED)
		return fail(path);
	sha256(data, st.st_size, digest);
	to_hex(digest, hex);
	if (st.st_size)
		munmap(data, st.st_size);
	return 0;
}

/**
 * text_add_file() - append the entry of a file
 * @t: text of the manifest
 * @dir: that the manifest is for
 * @path: beneath @dir, as it is to be listed
 * @rest: of the line
 *
 * Return: 0, or a negative errno.
 */
int text_add_file(struct text *t, const char *dir, const char *path,
		  const char *rest)
{
	char name[PATH_MAX], hex[65];
	int ret;

	snprintf(name, sizeof(name), "%s/%s", dir, path);
	ret = fingerprint(name, hex);
	return ret ?: text_add(t, "%s sha256=%s %s\n", path, hex, rest);
}

/**
 * sign_as() - sign a text
 * @who: see sign_manifest.c
 * @text: anything
 * @out: the whole signed manifest, to be freed
 *
 * The key and the certificate are named by VERIEXEC_KEY and VERIEXEC_CERT.
 *
 * Return: 0, or a negative errno.
 */
int sign_as(const char *who, const struct text *text, struct text *out)
{
	const char *key = getenv("VERIEXEC_KEY") ?: "/etc/veriexec/dev.key";
	const char *cert = getenv("VERIEXEC_CERT") ?: "/etc/veriexec/certs.pem";
	char in_name[32], out_name[32];
	int in = memfd_create("text", 0);
	int to = memfd_create("signed", 0);
	int ret;

	if (in < 0 || to < 0 ||
	    write(in, text->data, text->len) != (ssize_t)text->len)
		return fail("memfd");
	sprintf(in_name, "/proc/self/fd/%d", in);
	sprintf(out_name, "/proc/self/fd/%d", to);
	ret = run(ours("sign_manifest"), who, key, cert, in_name, out_name);
	if (ret) {
		fprintf(stderr, "# sign_manifest gave %d\n", ret);
		ret = -EIO;
	} else {
		ret = read_all(to, out);
	}
	close(in);
	close(to);
	return ret;
}

static int give(const char *control, const char *dir,
		const struct text *manifest)
{
	int old = open(".", O_PATH | O_CLOEXEC);
	int fd = open(control, O_WRONLY | O_CLOEXEC);
	ssize_t ret;

	if (fd < 0)
		return -errno;
	if (chdir(dir))
		return fail(dir);
	ret = write(fd, manifest->data, manifest->len);
	if (ret < 0)
		ret = -errno;
	else
		ret = ret == (ssize_t)manifest->len ? 0 : -EIO;
	if (fchdir(old))
		return fail("fchdir");
	close(old);
	close(fd);
	return ret;
}

/**
 * load_signed() - give the kernel a manifest
 * @dir: that its paths lie beneath
 * @manifest: all of it
 *
 * Return: 0, or the negative errno that the kernel gave.
 */
int load_signed(const char *dir, const struct text *manifest)
{
	return give(CONTROL "manifest", dir, manifest);
}

/**
 * replace_signed() - give the kernel one that may leave file systems
 * @dir: that its paths lie beneath
 * @manifest: all of it
 *
 * Return: 0, or the negative errno that the kernel gave.
 */
int replace_signed(const char *dir, const struct text *manifest)
{
	return give(CONTROL "replace", dir, manifest);
}

/**
 * load() - sign and load a text
 * @dir: that its paths lie beneath
 * @text: of the manifest
 *
 * Return: 0, or a negative errno.
 */
int load(const char *dir, const struct text *text)
{
	struct text manifest = {};
	int ret;

	ret = sign_as("known", text, &manifest);
	if (!ret)
		ret = load_signed(dir, &manifest);
	text_free(&manifest);
	return ret;
}

/**
 * load_file() - load a manifest that lists one file
 * @dir: that it is for
 * @path: beneath @dir, as it is to be listed
 * @rest: of its line
 *
 * Return: 0, or a negative errno.
 */
int load_file(const char *dir, const char *path, const char *rest)
{
	struct text text = {};
	int ret;

	ret = text_add_file(&text, dir, path, rest);
	if (!ret)
		ret = load(dir, &text);
	text_free(&text);
	return ret;
}
