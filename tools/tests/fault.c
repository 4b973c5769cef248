// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lets one call into the C library fail, or lets something happen just before it.
 * To be preloaded (LD_PRELOAD) into a tool. The environment says what and when:
 *
 *	FAULT_CALL	name of the function, such as fsync
 *	FAULT_NTH	which of its calls, from 1
 *	FAULT_PATH	count only calls with this path, if it is set
 *	FAULT_ERRNO	let it fail with this errno; "short" lets write(2) do half
 *	FAULT_RUN	a shell command to run before it, which then goes through
 *	FAULT_LOG	file to be made when the call is there
 *
 * Only calls that the program itself makes count, from main() to its end: what
 * its libraries do among themselves changes with their versions.
 */

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

static struct {
	const char *call;
	const char *path;
	const char *run;
	const char *log;
	unsigned long nth;
	int err;
	bool half;
} fault;

static atomic_bool armed;
static atomic_ulong calls;
static uintptr_t program_begin, program_end;

/* The program comes first. */
static int find_program(struct dl_phdr_info *info, size_t size, void *arg)
{
	int i;

	(void)size;
	(void)arg;
	for (i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];

		if (p->p_type == PT_LOAD && p->p_flags & PF_X) {
			program_begin = info->dlpi_addr + p->p_vaddr;
			program_end = program_begin + p->p_memsz;
		}
	}
	return 1;
}

static const char *variable(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static void __attribute__((constructor)) setup(void)
{
	const char *err = variable("FAULT_ERRNO");
	const char *nth = variable("FAULT_NTH");

	fault.call = variable("FAULT_CALL");
	fault.path = variable("FAULT_PATH");
	fault.run = variable("FAULT_RUN");
	fault.log = variable("FAULT_LOG");
	fault.nth = nth ? strtoul(nth, NULL, 10) : 1;
	fault.half = err && !strcmp(err, "short");
	fault.err = err && !fault.half ? atoi(err) : 0;
	/* What is run is not to be disturbed. */
	unsetenv("LD_PRELOAD");
	dl_iterate_phdr(find_program, NULL);
}

static void note_it(void)
{
	long fd;

	if (!fault.log)
		return;
	fd = syscall(SYS_openat, AT_FDCWD, fault.log, O_CREAT | O_WRONLY, 0644);
	if (fd < 0)
		abort();
	syscall(SYS_close, fd);
}

/* Is this the call? Then what is to be done before it is done. */
static bool is_due(const char *call, const char *path, const void *caller)
{
	uintptr_t from = (uintptr_t)caller;

	if (!atomic_load(&armed) || !fault.call || strcmp(call, fault.call) ||
	    from < program_begin || from >= program_end ||
	    (fault.path && (!path || strcmp(path, fault.path))) ||
	    atomic_fetch_add(&calls, 1) + 1 != fault.nth)
		return false;
	note_it();
	if (!fault.run)
		return true;
	atomic_store(&armed, false);
	if (system(fault.run))
		abort();
	return false;
}

#define REAL(name) \
	static typeof(&name) real; \
	if (!real) \
		real = (typeof(&name))dlsym(RTLD_NEXT, #name)

/* A function that returns @bad where it fails. */
#define FAULTY(type, name, parameters, arguments, path, bad) \
type name parameters \
{ \
	REAL(name); \
	if (is_due(#name, path, __builtin_return_address(0))) { \
		errno = fault.err; \
		return bad; \
	} \
	return real arguments; \
}

FAULTY(void *, realloc, (void *p, size_t n), (p, n), NULL, NULL)
FAULTY(void *, reallocarray, (void *p, size_t n, size_t size), (p, n, size), NULL,
       NULL)
FAULTY(char *, strdup, (const char *s), (s), NULL, NULL)
FAULTY(FILE *, open_memstream, (char **p, size_t *n), (p, n), NULL, NULL)
FAULTY(FILE *, fdopen, (int fd, const char *mode), (fd, mode), NULL, NULL)
FAULTY(FILE *, fopen, (const char *path, const char *mode), (path, mode), path,
       NULL)
FAULTY(DIR *, fdopendir, (int fd), (fd), NULL, NULL)
FAULTY(struct dirent *, readdir, (DIR *dir), (dir), NULL, NULL)
FAULTY(char *, getcwd, (char *buf, size_t n), (buf, n), NULL, NULL)
FAULTY(char *, realpath, (const char *path, char *real_path),
       (path, real_path), path, NULL)
FAULTY(ssize_t, read, (int fd, void *buf, size_t n), (fd, buf, n), NULL, -1)
FAULTY(ssize_t, pread, (int fd, void *buf, size_t n, off_t at),
       (fd, buf, n, at), NULL, -1)
FAULTY(int, flock, (int fd, int operation), (fd, operation), NULL, -1)
FAULTY(int, fsync, (int fd), (fd), NULL, -1)
FAULTY(int, fstat, (int fd, struct stat *st), (fd, st), NULL, -1)
FAULTY(int, stat, (const char *path, struct stat *st), (path, st), path, -1)
FAULTY(int, lstat, (const char *path, struct stat *st), (path, st), path, -1)
FAULTY(int, fstatat, (int dir, const char *path, struct stat *st, int flags),
       (dir, path, st, flags), path, -1)
FAULTY(int, statx, (int dir, const char *path, int flags, unsigned int mask,
		    struct statx *st), (dir, path, flags, mask, st), path, -1)
FAULTY(int, fstatfs, (int fd, struct statfs *st), (fd, st), NULL, -1)
FAULTY(int, fchmod, (int fd, mode_t mode), (fd, mode), NULL, -1)
FAULTY(int, fchown, (int fd, uid_t uid, gid_t gid), (fd, uid, gid), NULL, -1)
FAULTY(int, mkostemp, (char *path, int flags), (path, flags), NULL, -1)
FAULTY(int, rename, (const char *from, const char *to), (from, to), to, -1)
FAULTY(int, renameat2,
       (int from_dir, const char *from, int to_dir, const char *to,
	unsigned int flags),
       (from_dir, from, to_dir, to, flags), to, -1)
FAULTY(int, link, (const char *from, const char *to), (from, to), to, -1)
FAULTY(int, unlinkat, (int dir, const char *path, int flags),
       (dir, path, flags), path, -1)
FAULTY(int, fchdir, (int fd), (fd), NULL, -1)
FAULTY(int, chroot, (const char *path), (path), path, -1)
FAULTY(int, execv, (const char *path, char *const argv[]), (path, argv), path,
       -1)
FAULTY(int, move_mount, (int from, const char *from_path, int to,
			 const char *to_path, unsigned int flags),
       (from, from_path, to, to_path, flags), NULL, -1)
FAULTY(int, mount, (const char *from, const char *to, const char *type,
		    unsigned long flags, const void *data),
       (from, to, type, flags, data), to, -1)
FAULTY(int, fflush, (FILE *f), (f), NULL, EOF)
FAULTY(ssize_t, getline, (char **line, size_t *n, FILE *f), (line, n, f), NULL,
       -1)

/* Whoever needs memory to find malloc() gets it from elsewhere. */
static char early[4096];
static size_t early_used;

void *calloc(size_t count, size_t size)
{
	static bool finding;
	static void *(*real)(size_t, size_t);

	if (!real && finding) {
		void *p = early + early_used;

		early_used += (count * size + 15) & ~(size_t)15;
		if (early_used > sizeof(early))
			abort();
		return p;
	}
	if (!real) {
		finding = true;
		real = (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "calloc");
		finding = false;
	}
	if (is_due("calloc", NULL, __builtin_return_address(0))) {
		errno = fault.err;
		return NULL;
	}
	return real(count, size);
}

void *malloc(size_t size)
{
	static void *(*real)(size_t);

	if (!real)
		real = (void *(*)(size_t))dlsym(RTLD_NEXT, "malloc");
	if (is_due("malloc", NULL, __builtin_return_address(0))) {
		errno = fault.err;
		return NULL;
	}
	return real(size);
}

ssize_t write(int fd, const void *data, size_t len)
{
	REAL(write);
	if (is_due("write", NULL, __builtin_return_address(0))) {
		if (fault.half)
			return real(fd, data, len / 2);
		errno = fault.err;
		return -1;
	}
	return real(fd, data, len);
}

/* What is closed is closed, whatever is said of it. */
int close(int fd)
{
	int ret;

	REAL(close);
	ret = real(fd);
	if (is_due("close", NULL, __builtin_return_address(0))) {
		errno = fault.err;
		return -1;
	}
	return ret;
}

int fclose(FILE *f)
{
	int ret;

	REAL(fclose);
	ret = real(f);
	if (is_due("fclose", NULL, __builtin_return_address(0))) {
		errno = fault.err;
		return EOF;
	}
	return ret;
}

int open(const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	REAL(open);
	va_start(args, flags);
	mode = va_arg(args, mode_t);
	va_end(args);
	if (is_due("open", path, __builtin_return_address(0))) {
		errno = fault.err;
		return -1;
	}
	return real(path, flags, mode);
}

int openat(int dir, const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	REAL(openat);
	va_start(args, flags);
	mode = va_arg(args, mode_t);
	va_end(args);
	if (is_due("openat", path, __builtin_return_address(0))) {
		errno = fault.err;
		return -1;
	}
	return real(dir, path, flags, mode);
}

int fcntl(int fd, int command, ...)
{
	va_list args;
	void *arg;

	REAL(fcntl);
	va_start(args, command);
	arg = va_arg(args, void *);
	va_end(args);
	if (is_due("fcntl", NULL, __builtin_return_address(0))) {
		errno = fault.err;
		return -1;
	}
	return real(fd, command, arg);
}

/* The tools make one call this way. */
long syscall(long number, ...)
{
	long a[6];
	va_list args;
	int i;

	REAL(syscall);
	va_start(args, number);
	for (i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (number == SYS_openat2 &&
	    is_due("openat2", (const char *)a[1], __builtin_return_address(0))) {
		errno = fault.err;
		return -1;
	}
	return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

typedef int main_fn(int argc, char **argv, char **envp);

static main_fn *real_main;

static int armed_main(int argc, char **argv, char **envp)
{
	int ret;

	atomic_store(&armed, true);
	ret = real_main(argc, argv, envp);
	atomic_store(&armed, false);
	return ret;
}

int __libc_start_main(main_fn *start, int argc, char **argv, main_fn *init,
		      void (*fini)(void), void (*rtld_fini)(void), void *stack);

int __libc_start_main(main_fn *start, int argc, char **argv, main_fn *init,
		      void (*fini)(void), void (*rtld_fini)(void), void *stack)
{
	REAL(__libc_start_main);
	real_main = start;
	return real(armed_main, argc, argv, init, fini, rtld_fini, stack);
}
