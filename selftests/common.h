/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests of veriexec share: control files, manifests, file systems to
 * try things on, the kernel's messages, and programs to run.
 *
 * States are one way and go for the whole system, so that each test program is
 * made for a boot of its own or shares one with those that want the same state,
 * see boots/; elsewhere it skips, see permission.c. The programs load manifests even
 * under enforcement, because a program of an untouched initramfs may.
 *
 * Nothing here asserts anything: what cannot be done returns a negative errno
 * and tells why on standard error.
 */

#ifndef _SELFTESTS_VERIEXEC_COMMON_H
#define _SELFTESTS_VERIEXEC_COMMON_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* Emulated processors are slow when the kernel has all debugging. */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT	240

#define CONTROL		"/sys/kernel/security/veriexec/"

/*
 * Where each test has a file system of its own. The program dynamic is linked for it.
 */
#define AT		"/tmp/veriexec"

/* Where mount_overlay() has the layer above, on a tmpfs of its own. */
#define UPPER_FS	"/tmp/veriexec-upper"
#define UPPER		UPPER_FS "/up"

#define NOBODY		65534

/* -- Control files: control.c. */

int read_control(const char *name, char *buf, size_t size);
int write_control(const char *name, const char *word);
bool in_state(const char *state);
int enter_state(const char *state);
long long stat_of(const char *name);
int check_file(const char *path);
int ask_file(const char *path, char *line, size_t size);

/* -- Text: text.c. */

/**
 * struct text - text that grows, or any other bytes
 * @data: the bytes, NULL if there are none
 * @len: their number
 * @size: of the memory at @data
 */
struct text {
	char *data;
	size_t len;
	size_t size;
};

int text_append(struct text *t, const void *data, size_t len);
int text_add(struct text *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void text_free(struct text *t);

/* -- Manifests: sha256.c, manifest.c. */

void sha256(const void *bytes, size_t len, unsigned char digest[32]);
void to_hex(const unsigned char digest[32], char hex[65]);
int fingerprint(const char *path, char hex[65]);
int text_add_file(struct text *t, const char *dir, const char *path,
		  const char *rest);
int sign_as(const char *who, const struct text *text, struct text *out);
int load_signed(const char *dir, const struct text *manifest);
int replace_signed(const char *dir, const struct text *manifest);
int load(const char *dir, const struct text *text);
int load_file(const char *dir, const char *path, const char *rest);

/* -- Files: file.c. */

int fail(const char *what);
int write_file(const char *path, const void *data, size_t len, mode_t mode);
int read_all(int fd, struct text *out);
int read_file(const char *path, struct text *out);
int append_file(const char *path, const void *data, size_t len);
int copy_file(const char *from, const char *to, mode_t mode);
const char *ours(const char *name);
int copy_ours(const char *name, const char *to);
int make_large(const char *path, size_t len);
int map_code(const char *path);
bool is_same(const char *path, const char *content);

/* -- File systems: filesystem.c. */

enum fs {
	FS_TMPFS,
	FS_EXT4,
	FS_OVERLAY,		/* over ext4, changes go to tmpfs */
	FS_XFS,
	FS_BTRFS,
	FS_SQUASHFS,
	FS_EROFS,
};

int copy_disk(enum fs fs);
int fill_disk(int disk, enum fs fs);
int make_disk(enum fs fs, char name[32]);
int make_loop(int back, unsigned int flags, char name[32]);
int mount_at(enum fs fs);
int mount_overlay_with(const char *option);
int mount_overlay(void);
int make_layout(enum fs fs);
int list_layout(void);

/*
 * What make_layout() puts beneath AT, and what list_layout() lists of it. Modes
 * let everybody write all of it.
 */
#define PROG		AT "/dir/prog"		/* listed program */
#define DATA		AT "/dir/data"		/* listed, DATA_TEXT */
#define DEEP		AT "/dir/sub/deep"	/* listed text */
#define OTHER		AT "/dir/other"		/* as PROG, not listed */
#define FREE		AT "/dir/free"		/* text, not listed */
#define APART		AT "/apart"		/* leads to nothing listed */
#define LISTED_DIR	AT "/dir"
#define LISTED_SUB	AT "/dir/sub"
#define DATA_TEXT	"what is listed\n"

/* Runs the same tests on each file system. */
#define EACH_FS(fixture)						\
	FIXTURE_VARIANT(fixture)					\
	{								\
		enum fs fs;						\
	};								\
	FIXTURE_VARIANT_ADD(fixture, tmpfs) { .fs = FS_TMPFS };		\
	FIXTURE_VARIANT_ADD(fixture, ext4) { .fs = FS_EXT4 };		\
	FIXTURE_VARIANT_ADD(fixture, overlay) { .fs = FS_OVERLAY }

/* On overlayfs without an index, a new link is a copy in the upper layer. */
#define EACH_FS_WITH_LINKS(fixture)					\
	FIXTURE_VARIANT(fixture)					\
	{								\
		enum fs fs;						\
	};								\
	FIXTURE_VARIANT_ADD(fixture, tmpfs) { .fs = FS_TMPFS };		\
	FIXTURE_VARIANT_ADD(fixture, ext4) { .fs = FS_EXT4 }

/* -- The kernel's messages: log.c. */

int log_open(void);
bool log_has(int log, ...) __attribute__((sentinel));
bool log_has_now(int log, ...) __attribute__((sentinel));
bool log_denied(int log, const char *op, const char *path);
bool log_allowed(int log, const char *op, const char *path);
bool log_judged(int log, int got, int error, const char *op, const char *path);

/* -- Programs: program.c. */

bool kernel_is_slow(void);
int become_user(void);
int run_as(uid_t uid, const char *path, ...) __attribute__((sentinel));
pid_t start(int *ready, const char *path, ...) __attribute__((sentinel));
int stop(pid_t pid);
int reach(pid_t pid, int ready, int (*way)(pid_t pid));
int attach(pid_t pid);

#define run(path, ...)		run_as(0, path, ##__VA_ARGS__, NULL)
#define run_user(path, ...)	run_as(NOBODY, path, ##__VA_ARGS__, NULL)

/* The error of an expression that gives -1 and sets errno if it fails. */
#define errno_of(expr)	((expr) < 0 ? errno : 0)

/* The same for a user without any rights. */
#define user_errno_of(expr)						\
({									\
	int _status;							\
	pid_t _pid = fork();						\
									\
	if (!_pid)							\
		_exit(become_user() ? 255 : errno_of(expr));		\
	waitpid(_pid, &_status, 0);					\
	WIFEXITED(_status) ? WEXITSTATUS(_status) : 255;		\
})

#endif /* _SELFTESTS_VERIEXEC_COMMON_H */
