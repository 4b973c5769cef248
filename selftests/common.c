// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the tests of veriexec share, see common.h.
 */

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/loop.h>

#include "common.h"

/* Reports what failed; for the return value. */
static int fail(const char *what)
{
	int err = errno ?: EIO;

	fprintf(stderr, "# %s: %s\n", what, strerror(err));
	return -err;
}

/**
 * ours() - the path of a file that was built together with the running program
 * @name: of the file
 *
 * Return: the path, good until the next call.
 */
const char *ours(const char *name)
{
	static char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 64);

	if (len < 0)
		return "/nowhere";
	path[len] = '\0';
	strcpy(strrchr(path, '/') + 1, name);
	return path;
}

/**
 * read_control() - read a control file
 * @name: of the file
 * @buf: where to, NUL-terminated
 * @size: of @buf; what does not fit is not read
 *
 * Return: number of bytes, or a negative errno.
 */
int read_control(const char *name, char *buf, size_t size)
{
	char path[128];
	size_t len = 0;
	ssize_t got;
	int fd;

	snprintf(path, sizeof(path), CONTROL "%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	while ((got = read(fd, buf + len, size - 1 - len)) > 0)
		len += got;
	if (got < 0)
		len = -errno;
	close(fd);
	buf[got < 0 ? 0 : len] = '\0';
	return len;
}

/**
 * write_control() - write a word to a control file
 * @name: of the file
 * @word: the word
 *
 * Return: 0, or a negative errno.
 */
int write_control(const char *name, const char *word)
{
	char path[128];
	int ret = 0;
	int fd;

	snprintf(path, sizeof(path), CONTROL "%s", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, word, strlen(word)) != (ssize_t)strlen(word))
		ret = -errno;
	close(fd);
	return ret;
}

/**
 * in_state() - does a state hold?
 * @state: its name
 *
 * Return: true if it does.
 */
bool in_state(const char *state)
{
	char buf[64], *word, *rest = buf;

	if (read_control("state", buf, sizeof(buf)) < 0)
		return false;
	while ((word = strsep(&rest, " \n")))
		if (!strcmp(word, state))
			return true;
	return false;
}

/* A manifest is needed before any state; what it lists does not matter. */
static int load_any(void)
{
	struct text text = {};
	int ret;

	ret = write_file("/tmp/veriexec-first", "first", 5, 0600);
	if (!ret)
		ret = text_add_file(&text, "/tmp", "veriexec-first", "");
	if (!ret)
		ret = load("/tmp", &text);
	text_free(&text);
	return ret;
}

/**
 * enter_state() - make a state hold, and those that it needs
 * @state: "loaded", "active" or "enforce"
 *
 * Return: 0, or a negative errno.
 */
int enter_state(const char *state)
{
	static const char *const states[] = { "loaded", "active", "enforce" };
	size_t i;
	int ret;

	for (i = 0; i < sizeof(states) / sizeof(*states); i++) {
		if (!in_state(states[i])) {
			ret = i ? write_control("state", states[i]) :
				  load_any();
			if (ret) {
				errno = -ret;
				return fail(states[i]);
			}
		}
		if (!strcmp(states[i], state))
			return in_state(state) ? 0 : -EIO;
	}
	return -EINVAL;
}

/**
 * stat_of() - read a counter
 * @name: as ``stats`` shows it
 *
 * Return: its value, or -1 if there is no such counter.
 */
long long stat_of(const char *name)
{
	size_t len = strlen(name);
	char buf[4096], *line;

	if (read_control("stats", buf, sizeof(buf)) < 0)
		return -1;
	for (line = strtok(buf, "\n"); line; line = strtok(NULL, "\n"))
		if (!strncmp(line, name, len) && line[len] == ' ')
			return atoll(line + len + 1);
	return -1;
}

/**
 * check_file() - ask for the verdict on a file
 * @path: of the file
 *
 * Return: 0 if it is verified, else a negative errno.
 */
int check_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char word[16];
	int ret;

	if (fd < 0)
		return -errno;
	snprintf(word, sizeof(word), "%d", fd);
	ret = write_control("check", word);
	close(fd);
	return ret;
}

/**
 * ask_file() - ask for the verdict on a file, and why it is so
 * @path: of the file
 * @line: the kernel's words
 * @size: of @line
 *
 * Return: 0 if it is verified, else a negative errno.
 */
int ask_file(const char *path, char *line, size_t size)
{
	int check = open(CONTROL "check", O_RDWR | O_CLOEXEC);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = 0;
	char word[16];
	int ret;

	snprintf(word, sizeof(word), "%d", fd);
	ret = check < 0 || fd < 0 || write(check, word, strlen(word)) < 0 ?
		      -errno : 0;
	if (check >= 0)
		len = read(check, line, size - 1);
	line[len < 0 ? 0 : len] = '\0';
	close(fd);
	close(check);
	return ret;
}

/**
 * text_append() - append bytes to a text
 * @t: the text
 * @data: the bytes
 * @len: of @data
 *
 * Return: 0, or %-ENOMEM.
 */
int text_append(struct text *t, const void *data, size_t len)
{
	char *more = t->data;

	if (t->size <= t->len + len) {
		t->size = 2 * (t->len + len) + 1;
		more = realloc(more, t->size);
	}
	if (!more)
		return -ENOMEM;
	t->data = more;
	memcpy(more + t->len, data, len);
	t->len += len;
	more[t->len] = '\0';
	return 0;
}

/**
 * text_add() - append to a text, as printf() does
 * @t: the text
 * @format: as for printf()
 *
 * Return: 0, or %-ENOMEM.
 */
int text_add(struct text *t, const char *format, ...)
{
	va_list args;
	char *more;
	int len, ret;

	va_start(args, format);
	len = vasprintf(&more, format, args);
	va_end(args);
	if (len < 0)
		return -ENOMEM;
	ret = text_append(t, more, len);
	free(more);
	return ret;
}

/**
 * text_free() - make a text empty
 * @t: the text
 */
void text_free(struct text *t)
{
	free(t->data);
	*t = (struct text){};
}

/* SHA-256, FIPS 180-4. */
static const uint32_t sha256_k[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
	0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t ror(uint32_t x, int n)
{
	return x >> n | x << (32 - n);
}

static void sha256_block(uint32_t h[8], const uint8_t *p)
{
	uint32_t w[64], v[8];
	int i;

	for (i = 0; i < 16; i++)
		w[i] = (uint32_t)p[4 * i] << 24 | p[4 * i + 1] << 16 |
		       p[4 * i + 2] << 8 | p[4 * i + 3];
	for (; i < 64; i++)
		w[i] = w[i - 16] + w[i - 7] +
		       (ror(w[i - 15], 7) ^ ror(w[i - 15], 18) ^
			w[i - 15] >> 3) +
		       (ror(w[i - 2], 17) ^ ror(w[i - 2], 19) ^
			w[i - 2] >> 10);
	memcpy(v, h, sizeof(v));
	for (i = 0; i < 64; i++) {
		uint32_t a = v[0], e = v[4];
		uint32_t t1 = v[7] + (ror(e, 6) ^ ror(e, 11) ^ ror(e, 25)) +
			      ((e & v[5]) ^ (~e & v[6])) + sha256_k[i] + w[i];
		uint32_t t2 = (ror(a, 2) ^ ror(a, 13) ^ ror(a, 22)) +
			      ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));

		memmove(v + 1, v, 7 * sizeof(*v));
		v[4] += t1;
		v[0] = t1 + t2;
	}
	for (i = 0; i < 8; i++)
		h[i] += v[i];
}

/**
 * sha256() - the digest of bytes
 * @bytes: the bytes
 * @len: their number
 * @digest: where to
 */
void sha256(const void *bytes, size_t len, unsigned char digest[32])
{
	const uint8_t *data = bytes;
	uint32_t h[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
			  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };
	uint8_t last[128] = {};
	size_t whole = len / 64 * 64;
	size_t rest = len - whole;
	size_t tail = rest < 56 ? 64 : 128;
	size_t i;

	for (i = 0; i < whole; i += 64)
		sha256_block(h, data + i);
	memcpy(last, data + whole, rest);
	last[rest] = 0x80;
	for (i = 0; i < 8; i++)
		last[tail - 1 - i] = (uint64_t)len * 8 >> (8 * i);
	for (i = 0; i < tail; i += 64)
		sha256_block(h, last + i);
	for (i = 0; i < 32; i++)
		digest[i] = h[i / 4] >> (24 - i % 4 * 8);
}

/**
 * to_hex() - write a digest as a manifest has it
 * @digest: of SHA-256
 * @hex: where to
 */
void to_hex(const unsigned char digest[32], char hex[65])
{
	int i;

	for (i = 0; i < 32; i++)
		sprintf(hex + 2 * i, "%02x", digest[i]);
}

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

/* Reads all of @fd. */
static int read_all(int fd, struct text *out)
{
	struct stat st;

	*out = (struct text){};
	if (fstat(fd, &st))
		return fail("fstat");
	out->data = malloc(st.st_size + 1);
	if (!out->data || pread(fd, out->data, st.st_size, 0) != st.st_size)
		return fail("read");
	out->len = st.st_size;
	out->size = out->len + 1;
	return 0;
}

/**
 * read_file() - read all of a file
 * @path: of the file
 * @out: what is in it, to be freed
 *
 * Return: 0, or a negative errno.
 */
int read_file(const char *path, struct text *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return fail(path);
	ret = read_all(fd, out);
	close(fd);
	return ret;
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

static int put(const char *path, int flags, const void *data, size_t len,
	       mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | flags, mode);

	if (fd < 0)
		return fail(path);
	if (write(fd, data, len) != (ssize_t)len ||
	    (flags & O_CREAT && fchmod(fd, mode)))
		return fail(path);
	close(fd);
	return 0;
}

/**
 * write_file() - make a file or replace its content
 * @path: of the file
 * @data: its content
 * @len: of @data
 * @mode: of the file, whatever the umask
 *
 * Return: 0, or a negative errno.
 */
int write_file(const char *path, const void *data, size_t len, mode_t mode)
{
	return put(path, O_CREAT | O_TRUNC, data, len, mode);
}

/**
 * append_file() - add to a file
 * @path: of the file
 * @data: what to add
 * @len: of @data
 *
 * Return: 0, or a negative errno.
 */
int append_file(const char *path, const void *data, size_t len)
{
	return put(path, O_APPEND, data, len, 0);
}

/**
 * copy_file() - copy a file
 * @from: its path
 * @to: path of the copy
 * @mode: of the copy
 *
 * Return: 0, or a negative errno.
 */
int copy_file(const char *from, const char *to, mode_t mode)
{
	int fd = open(from, O_RDONLY | O_CLOEXEC);
	struct text text;
	int ret;

	if (fd < 0)
		return fail(from);
	ret = read_all(fd, &text);
	close(fd);
	if (!ret)
		ret = write_file(to, text.data, text.len, mode);
	text_free(&text);
	return ret;
}

/**
 * copy_ours() - copy a file that was built with the tests
 * @name: of the file
 * @to: path of the copy
 *
 * Return: 0, or a negative errno.
 */
int copy_ours(const char *name, const char *to)
{
	return copy_file(ours(name), to, 0755);
}

/**
 * make_large() - make a program that takes long to hash
 * @path: of the program
 * @len: its size, more than that of probe
 *
 * Return: 0, or a negative errno.
 */
int make_large(const char *path, size_t len)
{
	static char block[1 << 20];
	struct stat st;
	size_t pos;
	int ret, fd;

	ret = copy_ours("probe", path);
	if (ret)
		return ret;
	fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st))
		return fail(path);
	memset(block, 'x', sizeof(block));
	for (pos = st.st_size; pos < len; pos += sizeof(block))
		if (write(fd, block, sizeof(block)) != sizeof(block))
			return fail(path);
	close(fd);
	return 0;
}

/**
 * map_code() - map a file as code is mapped, and let go of it
 * @path: of the file
 *
 * Return: 0, or the errno that mmap(2) gave.
 */
int map_code(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
	int ret = p == MAP_FAILED ? errno : 0;

	if (!ret)
		munmap(p, 4096);
	close(fd);
	return ret;
}

/**
 * is_same() - is this what a file holds?
 * @path: of the file
 * @content: all of it
 *
 * Return: true if it is.
 */
bool is_same(const char *path, const char *content)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct text text;
	bool same;

	if (fd < 0 || read_all(fd, &text))
		return false;
	close(fd);
	same = text.len == strlen(content) &&
	       !memcmp(text.data, content, text.len);
	text_free(&text);
	return same;
}

/*
 * Disks as the Makefile has them. Of those with an empty file system there is
 * only the beginning; those without a size are read-only and hold what
 * make_layout() makes.
 */
static const struct {
	const char *image;
	const char *type;
	off_t size;
} disks[] = {
	[FS_EXT4] = { "ext4.img", "ext4", 64 << 20 },
	[FS_XFS] = { "xfs.img", "xfs", 128 << 20 },
	[FS_BTRFS] = { "btrfs.img", "btrfs", 128 << 20 },
	[FS_SQUASHFS] = { "squashfs.img", "squashfs", 0 },
	[FS_EROFS] = { "erofs.img", "erofs", 0 },
};

/* CONFIG_BLK_DEV_RAM_COUNT, as it is by default. */
#define RAM_DISKS	16

static bool is_read_only(enum fs fs)
{
	return fs == FS_SQUASHFS || fs == FS_EROFS;
}

/**
 * copy_disk() - make a pristine copy of a disk
 * @fs: which kind, one that has a disk
 *
 * Return: a descriptor of a file in memory, or a negative errno.
 */
int copy_disk(enum fs fs)
{
	int image = open(ours(disks[fs].image), O_RDONLY | O_CLOEXEC);
	int copy = memfd_create(disks[fs].type, MFD_CLOEXEC);
	struct text text;
	int ret;

	if (image < 0 || copy < 0)
		return fail(disks[fs].image);
	ret = read_all(image, &text);
	close(image);
	if (ret)
		return ret;
	if (write(copy, text.data, text.len) != (ssize_t)text.len ||
	    (disks[fs].size && ftruncate(copy, disks[fs].size)))
		return fail(disks[fs].image);
	text_free(&text);
	return copy;
}

/**
 * make_loop() - make a file a disk
 * @back: descriptor of the file
 * @flags: LO_FLAGS_*; with LO_FLAGS_AUTOCLEAR the disk goes away with its last
 *	user
 * @name: where to put the name of the disk
 *
 * Return: a descriptor of the disk that cannot write to it, or it would not be
 * mounted, or a negative errno.
 */
int make_loop(int back, unsigned int flags, char name[32])
{
	struct loop_config config = {
		.fd = back,
		.info.lo_flags = flags,
	};
	int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	int number, disk, keep, ret;

	if (control < 0)
		return fail("/dev/loop-control");
	do {
		number = ioctl(control, LOOP_CTL_GET_FREE);
		snprintf(name, 32, "/dev/loop%d", number);
		disk = open(name, (flags & LO_FLAGS_READ_ONLY ? O_RDONLY :
				   O_RDWR) | O_CLOEXEC);
		if (number < 0 || disk < 0)
			return fail(name);
		ret = ioctl(disk, LOOP_CONFIGURE, &config);
		if (ret)
			close(disk);
	} while (ret && errno == EBUSY);
	close(control);
	if (ret)
		return fail(name);
	keep = open(name, O_RDONLY | O_CLOEXEC);
	close(disk);
	return keep < 0 ? fail(name) : keep;
}

/* Copies what an image holds beside zeros. */
static int copy_image(int image, int disk)
{
	off_t pos = 0, end;

	for (;;) {
		pos = lseek(image, pos, SEEK_DATA);
		if (pos < 0)
			return errno == ENXIO ? 0 : -1;
		end = lseek(image, pos, SEEK_HOLE);
		if (lseek(disk, pos, SEEK_SET) != pos)
			return -1;
		while (pos < end)
			if (sendfile(disk, image, &pos, end - pos) <= 0)
				return -1;
	}
}

/**
 * fill_disk() - put an empty file system on a disk, or one that is read-only
 * @disk: descriptor of the disk, which holds nothing but zeros
 * @fs: which kind
 *
 * Return: 0, or a negative errno.
 */
int fill_disk(int disk, enum fs fs)
{
	int image = copy_disk(fs);
	int ret;

	if (image < 0)
		return image;
	ret = copy_image(image, disk) || fsync(disk);
	close(image);
	return ret ? fail(disks[fs].image) : 0;
}

/**
 * make_disk() - put a pristine copy of a file system on a disk in memory
 * @fs: which kind
 * @name: where to put the name of the disk, which nobody used before
 *
 * What a loop device is made of could change by itself.
 *
 * Return: 0, or a negative errno.
 */
int make_disk(enum fs fs, char name[32])
{
	uint64_t range[2] = {};
	int number, disk, ret;

	for (number = 0; number < RAM_DISKS; number++) {
		snprintf(name, 32, "/dev/ram%d", number);
		disk = open(name, O_RDWR | O_EXCL | O_CLOEXEC);
		if (disk < 0 && errno == EBUSY)
			continue;
		if (disk < 0)
			break;
		ret = ioctl(disk, BLKGETSIZE64, &range[1]) ||
		      ioctl(disk, BLKDISCARD, range) ? fail(name) :
							fill_disk(disk, fs);
		close(disk);
		return ret;
	}
	return fail(name);
}

static int mount_disk(enum fs fs, const char *where)
{
	const bool read_only = is_read_only(fs);
	char name[32];
	int ret = make_disk(fs, name);

	if (ret)
		return ret;
	if (mount(name, where, disks[fs].type, read_only ? MS_RDONLY : 0, NULL))
		return fail(name);
	return read_only || !chmod(where, 0777) ? 0 : fail(where);
}

/**
 * mount_at() - mount an empty file system at AT, or one that is read-only
 * @fs: which kind; of FS_OVERLAY only the layer beneath
 *
 * The mount is this process's and its children's alone and goes away with them.
 *
 * Return: 0, or a negative errno.
 */
int mount_at(enum fs fs)
{
	umask(0);
	if (unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return fail("mount namespace");
	if ((mkdir("/tmp", 01777) && errno != EEXIST) ||
	    (mkdir(AT, 0777) && errno != EEXIST))
		return fail(AT);
	if (fs != FS_TMPFS)
		return mount_disk(fs == FS_OVERLAY ? FS_EXT4 : fs, AT);
	return mount("tmpfs", AT, "tmpfs", 0, "mode=777") ? fail(AT) : 0;
}

/**
 * mount_overlay_with() - as mount_overlay(), with a further option
 * @option: of the mount, with a comma before it
 *
 * Return: 0, or a negative errno.
 */
int mount_overlay_with(const char *option)
{
	char options[256];

	snprintf(options, sizeof(options),
		 "lowerdir=" AT ",upperdir=" UPPER ",workdir=" UPPER_FS "/work%s",
		 option);
	if (mkdir(UPPER_FS, 0777) && errno != EEXIST)
		return fail(UPPER_FS);
	if (mount("tmpfs", UPPER_FS, "tmpfs", 0, "mode=777") ||
	    mkdir(UPPER, 0777) || mkdir(UPPER_FS "/work", 0777) ||
	    mount("overlay", AT, "overlay", 0, options))
		return fail("overlay");
	return 0;
}

/**
 * mount_overlay() - let AT be an overlay of what it was and an empty tmpfs
 *
 * Return: 0, or a negative errno.
 */
int mount_overlay(void)
{
	return mount_overlay_with("");
}

/**
 * make_layout() - mount a file system at AT and put PROG and so on there
 * @fs: which kind
 *
 * Return: 0, or a negative errno.
 */
int make_layout(enum fs fs)
{
	int ret = mount_at(fs);

	if (ret || is_read_only(fs))
		return ret;
	if (mkdir(LISTED_DIR, 0777) || mkdir(LISTED_SUB, 0777) ||
	    mkdir(APART, 0777))
		return fail(AT);
	if (copy_ours("probe", PROG) || chmod(PROG, 0777) ||
	    copy_file(PROG, OTHER, 0777) ||
	    write_file(DATA, DATA_TEXT, strlen(DATA_TEXT), 0666) ||
	    write_file(DEEP, "deep\n", 5, 0666) ||
	    write_file(FREE, "free\n", 5, 0666))
		return -EIO;
	return fs == FS_OVERLAY ? mount_overlay() : 0;
}

/**
 * list_layout() - load a manifest for what make_layout() has made
 *
 * Return: 0, or a negative errno.
 */
int list_layout(void)
{
	struct text text = {};
	int ret;

	ret = text_add_file(&text, AT, "dir/prog", "");
	if (!ret)
		ret = text_add_file(&text, AT, "dir/data", "");
	if (!ret)
		ret = text_add_file(&text, AT, "dir/sub/deep", "");
	if (!ret)
		ret = load(AT, &text);
	text_free(&text);
	return ret;
}

/**
 * log_open() - read the kernel's messages from now on
 *
 * Lets all lines through to the kernel log, and all audit records, as long as
 * nobody else takes those.
 *
 * Return: a descriptor for log_has() and the like, or a negative errno.
 */
int log_open(void)
{
	int log = open("/proc/sys/kernel/printk_ratelimit",
		       O_WRONLY | O_CLOEXEC);

	if (log < 0 || write(log, "0", 1) != 1)
		return fail("printk_ratelimit");
	close(log);
	log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (log < 0 || lseek(log, 0, SEEK_END) < 0)
		return fail("/dev/kmsg");
	return log;
}

static bool has_all(const char *record, va_list words)
{
	const char *word;
	va_list copy;
	bool all = true;

	va_copy(copy, words);
	while (all && (word = va_arg(copy, const char *)))
		all = strstr(record, word);
	va_end(copy);
	return all;
}

/* Audit records come a moment later than what they tell of. */
static bool find(int log, int wait_ms, va_list words)
{
	struct pollfd p = { .fd = log, .events = POLLIN };
	char record[8192];
	struct timespec t;
	long long end, now;
	ssize_t len;

	clock_gettime(CLOCK_MONOTONIC, &t);
	end = t.tv_sec * 1000LL + t.tv_nsec / 1000000 + wait_ms;
	for (;;) {
		len = read(log, record, sizeof(record) - 1);
		if (len >= 0) {
			record[len] = '\0';
			if (has_all(record, words))
				return true;
			continue;
		}
		if (errno == EPIPE)
			continue;
		clock_gettime(CLOCK_MONOTONIC, &t);
		now = t.tv_sec * 1000LL + t.tv_nsec / 1000000;
		if (errno != EAGAIN || now >= end)
			return false;
		poll(&p, 1, end - now);
	}
}

/**
 * log_has() - wait for a message of the kernel's
 * @log: from log_open(); what came before the message is passed over
 *
 * Return: true if one has all of the words that follow, up to NULL.
 */
bool log_has(int log, ...)
{
	va_list words;
	bool found;

	va_start(words, log);
	found = find(log, 5000, words);
	va_end(words);
	return found;
}

/**
 * log_has_now() - as log_has(), for what should not be there
 * @log: from log_open()
 *
 * Return: true if there is one now or in a moment.
 */
bool log_has_now(int log, ...)
{
	va_list words;
	bool found;

	va_start(words, log);
	found = find(log, 300, words);
	va_end(words);
	return found;
}

static bool has_record(int log, const char *op, const char *path,
		       const char *result)
{
	char op_word[64], path_word[256] = "";

	snprintf(op_word, sizeof(op_word), "lsm=veriexec op=%s cause=", op);
	/* From the root, or from that of its file system. */
	if (path)
		snprintf(path_word, sizeof(path_word), "%s\" dev=",
			 strncmp(path, AT, strlen(AT)) ? path :
						       path + strlen(AT));
	return log_has(log, "type=1800", op_word, path_word, result, NULL);
}

/**
 * log_denied() - is there an audit record of a denial?
 * @log: from log_open()
 * @op: what was attempted, as the record names it
 * @path: of the file, or NULL
 *
 * Return: true if there is.
 */
bool log_denied(int log, const char *op, const char *path)
{
	return has_record(log, op, path, " res=0");
}

/**
 * log_allowed() - is there an audit record of what would have been denied?
 * @log: from log_open()
 * @op: what was attempted, as the record names it
 * @path: of the file, or NULL
 *
 * Return: true if there is.
 */
bool log_allowed(int log, const char *op, const char *path)
{
	return has_record(log, op, path, " res=1");
}

/**
 * log_judged() - was this denied under enforce, or else let through and reported?
 * @log: from log_open()
 * @got: what the attempt gave, 0 or an errno
 * @error: the errno that it gives under enforce
 * @op: what was attempted, as the record names it
 * @path: of the file, or NULL
 *
 * Return: true if it was.
 */
bool log_judged(int log, int got, int error, const char *op, const char *path)
{
	const bool enforced = in_state("enforce");

	if (got != (enforced ? error : 0)) {
		fprintf(stderr, "# it gave %d\n", got);
		return false;
	}
	return enforced ? log_denied(log, op, path) : log_allowed(log, op, path);
}

/**
 * kernel_is_slow() - is this the emulated kernel with all the debugging in it, or
 * does somebody wait for the answer?
 *
 * Return: true if a test that does something by the thousand should do less.
 */
bool kernel_is_slow(void)
{
	struct utsname name;

	return getenv("VERIEXEC_QUICK") ||
	       (!uname(&name) && strstr(name.release, "debug"));
}

/**
 * become_user() - go on as a user who has no rights
 *
 * Return: 0, or a negative errno.
 */
int become_user(void)
{
	if (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY))
		return fail("setresuid");
	return 0;
}

#define ARGS_MAX	16

static void collect(char **argv, const char *path, va_list args)
{
	int n = 0;

	argv[n++] = (char *)path;
	while (n < ARGS_MAX && (argv[n] = va_arg(args, char *)))
		n++;
	argv[n] = NULL;
}

/* Starts @path. Returns its pid, or the negative errno of execve(). */
static pid_t spawn(uid_t uid, int out, const char *path, char **argv)
{
	char *const env[] = { NULL };
	int pipes[2], err;
	pid_t pid;

	if (pipe2(pipes, O_CLOEXEC))
		return fail("pipe");
	pid = fork();
	if (!pid) {
		if ((out >= 0 && dup2(out, STDOUT_FILENO) < 0) ||
		    (uid && become_user()))
			_exit(255);
		execve(path, argv, env);
		err = errno;
		if (write(pipes[1], &err, sizeof(err)) != sizeof(err))
			_exit(254);
		_exit(253);
	}
	close(pipes[1]);
	if (pid > 0 && read(pipes[0], &err, sizeof(err)) == sizeof(err)) {
		waitpid(pid, NULL, 0);
		pid = -err;
	}
	close(pipes[0]);
	return pid;
}

/**
 * stop() - wait for the end of a program
 * @pid: of the program
 *
 * Return: its exit status, or 1000 and the signal that has killed it.
 */
int stop(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		return fail("waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) :
				   1000 + WTERMSIG(status);
}

/**
 * reach() - try to get at a program, and end it
 * @pid: that start() has given
 * @ready: likewise; it says something there when it is ready
 * @way: how to get at it; returns 0 or an errno
 *
 * Return: what @way did, or 255 if the program does not get ready.
 */
int reach(pid_t pid, int ready, int (*way)(pid_t pid))
{
	int ret = 255;
	char c;

	if (pid < 0)
		return ret;
	if (read(ready, &c, 1) == 1)
		ret = way(pid);
	kill(pid, SIGKILL);
	stop(pid);
	close(ready);
	return ret;
}

/**
 * attach() - trace a program, as debuggers do
 * @pid: of the program
 *
 * Return: 0 or an errno.
 */
int attach(pid_t pid)
{
	return errno_of(ptrace(PTRACE_ATTACH, pid, NULL, NULL));
}

/**
 * run_as() - run a program
 * @uid: 0, or NOBODY
 * @path: of the program
 *
 * Return: its exit status (see stop()), or the negative errno of execve().
 */
int run_as(uid_t uid, const char *path, ...)
{
	char *argv[ARGS_MAX + 1];
	va_list args;
	pid_t pid;

	va_start(args, path);
	collect(argv, path, args);
	va_end(args);
	pid = spawn(uid, -1, path, argv);
	return pid < 0 ? pid : stop(pid);
}

/**
 * start() - run a program in the background
 * @ready: NULL, or a pipe's end from which its output can be read
 * @path: of the program
 *
 * Return: its pid, or the negative errno of execve().
 */
pid_t start(int *ready, const char *path, ...)
{
	int pipes[2] = { -1, -1 };
	char *argv[ARGS_MAX + 1];
	va_list args;
	pid_t pid;

	va_start(args, path);
	collect(argv, path, args);
	va_end(args);
	if (ready && pipe2(pipes, O_CLOEXEC))
		return fail("pipe");
	pid = spawn(0, pipes[1], path, argv);
	if (ready) {
		close(pipes[1]);
		*ready = pipes[0];
	}
	return pid;
}
