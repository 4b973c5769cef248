// SPDX-License-Identifier: GPL-2.0-only
/* No door lets code of an unlisted file run, see doors.h. */

#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "doors.h"

#define PAGE	4096

#define LD_SO	AT "/ld.so"
#define LIBC	AT "/libc.so.6"
#define DYNAMIC	AT "/dynamic"

/* -- Exec. An attempt that returns has failed. */

static char *const no_env[] = { NULL };

static int run_at(int dir, const char *path, int flags)
{
	char *const argv[] = { "probe", "ok", NULL };

	if (dir < 0 && dir != AT_FDCWD)
		return errno;
	syscall(SYS_execveat, dir, path, argv, no_env, flags);
	return errno;
}

static int run_it(const char *path)
{
	return run_at(AT_FDCWD, path, 0);
}

static int exec_path(struct trial *t)
{
	return run_it(t->path);
}

static int exec_beneath(struct trial *t)
{
	return run_at(open(t->dir, O_PATH | O_CLOEXEC), "file", 0);
}

static int exec_descriptor(struct trial *t)
{
	return run_at(open(t->path, O_RDONLY | O_CLOEXEC), "", AT_EMPTY_PATH);
}

static int exec_path_descriptor(struct trial *t)
{
	return run_at(open(t->path, O_PATH | O_CLOEXEC), "", AT_EMPTY_PATH);
}

static int exec_number(struct trial *t)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d",
		 open(t->path, O_PATH | O_CLOEXEC));
	return run_it(path);
}

static int exec_by_handle(struct trial *t)
{
	struct {
		struct file_handle head;
		char rest[MAX_HANDLE_SZ];
	} handle = { .head.handle_bytes = MAX_HANDLE_SZ };
	int mount_id, at = open(AT, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (at < 0 || name_to_handle_at(AT_FDCWD, t->path, &handle.head,
					&mount_id, 0))
		return errno;
	return run_at(open_by_handle_at(at, &handle.head,
					O_RDONLY | O_CLOEXEC),
		      "", AT_EMPTY_PATH);
}

static void name_beside(const struct trial *t, const char *name, char path[160])
{
	snprintf(path, 160, "%s/%s", t->dir, name);
}

static int exec_symlink(struct trial *t)
{
	char path[160];

	name_beside(t, "symlink", path);
	if (symlink("file", path))
		return errno;
	return run_it(path);
}

static int make_link(struct trial *t)
{
	char path[160];

	name_beside(t, "link", path);
	return errno_of(link(t->path, path));
}

static int exec_link(struct trial *t)
{
	char path[160];

	name_beside(t, "link", path);
	return run_it(path);
}

static int exec_bound(struct trial *t)
{
	return bind_dir(t, CLONE_NEWNS) ?: run_it(t->path);
}

static int exec_in_user_ns(struct trial *t)
{
	return bind_dir(t, CLONE_NEWUSER | CLONE_NEWNS) ?: run_it(t->path);
}

static int exec_in_chroot(struct trial *t)
{
	if (chroot(t->dir))
		return errno;
	return run_it("/file");
}

/* -- Scripts. */

static int write_script(const char *path, const char *interpreter,
			const char *arg)
{
	char line[300];

	snprintf(line, sizeof(line), "#!%s%s%s\n", interpreter, *arg ? " " : "",
		 arg);
	return -write_file(path, line, strlen(line), 0777);
}

/* The file is the interpreter of a listed script. */
static int have_script(struct trial *t)
{
	char path[160];

	name_beside(t, "script", path);
	return write_script(path, t->path, "ok") ?: -list_too(path, NULL);
}

static int exec_script(struct trial *t)
{
	char path[160];

	name_beside(t, "script", path);
	return run_it(path);
}

#define CHAIN	5	/* the longest chain that fs/exec.c follows */

/* The file is at the end of a chain of listed scripts. */
static int have_chain(struct trial *t)
{
	char path[160], next[160];
	char name[16];
	int i, ret;

	snprintf(next, sizeof(next), "%s", t->path);
	for (i = 1; i <= CHAIN; i++) {
		snprintf(name, sizeof(name), "script%d", i);
		name_beside(t, name, path);
		ret = write_script(path, next, i == 1 ? "ok" : "") ?:
		      -list_too(path, NULL);
		if (ret)
			return ret;
		strcpy(next, path);
	}
	return 0;
}

static int exec_chain(struct trial *t)
{
	char path[160];

	name_beside(t, "script5", path);
	return run_it(path);
}

/* The file itself is a script, and its interpreter is listed. */
static int be_script(struct trial *t)
{
	char path[160];

	name_beside(t, "interpreter", path);
	return -copy_ours("probe", path) ?: -list_too(path, NULL) ?:
	       write_script(t->path, path, "ok");
}

/* -- The dynamic linker. */

/* Makes what a dynamic program needs, once for all trials on a file system. */
static int have_runtime(void)
{
	static bool done;
	int ret;

	if (done)
		return 0;
	ret = -copy_ours("ld.so", LD_SO) ?: -copy_ours("libc.so.6", LIBC) ?:
	      -copy_ours("dynamic", DYNAMIC) ?: -list_too(LD_SO, NULL) ?:
	      -list_too(LIBC, NULL) ?: -list_too(DYNAMIC, NULL);
	done = !ret;
	return ret;
}

/* Gives the program at @path another ELF interpreter. */
static int set_interpreter(const char *path, const char *interpreter)
{
	static char buf[1 << 16];
	int fd = open(path, O_RDWR | O_CLOEXEC);
	ssize_t len = pread(fd, buf, sizeof(buf), 0);
	char *at = len > 0 ? memmem(buf, len, AT "///", sizeof(AT "///") - 1) :
			     NULL;
	size_t size;

	if (!at)
		return ENOEXEC;
	size = strnlen(at, buf + len - at);
	if (strlen(interpreter) > size)
		return ENAMETOOLONG;
	memset(at, 0, size);
	strcpy(at, interpreter);
	if (pwrite(fd, at, size, at - buf) != (ssize_t)size)
		return errno;
	return errno_of(close(fd));
}

/* The file is the ELF interpreter of a listed program. */
static int be_elf_interpreter(struct trial *t)
{
	char path[160];

	name_beside(t, "program", path);
	return have_runtime() ?: -copy_ours("ld.so", t->path) ?:
	       -copy_ours("dynamic", path) ?: set_interpreter(path, t->path) ?:
	       -list_too(path, NULL);
}

static int exec_program(struct trial *t)
{
	char path[160];

	name_beside(t, "program", path);
	return run_it(path);
}

static int be_dynamic(struct trial *t)
{
	return have_runtime() ?: -copy_ours("dynamic", t->path);
}

/* Runs a listed program, returns its exit status. */
static int status_of(char *const argv[], char *const env[])
{
	int status;
	pid_t pid;

	pid = fork();
	if (!pid) {
		freopen("/dev/null", "w", stderr);
		execve(argv[0], argv, env);
		_exit(255);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 255;
	return WEXITSTATUS(status);
}

#define CANNOT_LOAD	127	/* exit status of the dynamic linker */

static int run_by_linker(struct trial *t)
{
	char *const argv[] = { LD_SO, t->path, "exit", "7", NULL };
	int status = status_of(argv, no_env);

	return status == 7 ? 0 : status == CANNOT_LOAD ? EACCES : 255;
}

static int be_library(struct trial *t)
{
	char path[160];

	name_beside(t, "library.so", path);
	return have_runtime() ?: -copy_ours("library.so", t->path) ?:
	       errno_of(symlink("file", path));
}

/* The exit status that the constructor of library.so ends with. */
#define LIBRARY_RAN	42

/* The program runs whether the library is loaded or left out. */
static int run_with(char *variable, char *more)
{
	char *const argv[] = { DYNAMIC, "exit", "7", NULL };
	char *const env[] = { variable, more, NULL };
	int status = status_of(argv, env);

	return status == LIBRARY_RAN ? 0 : status == 7 ? EACCES : 255;
}

static int run_with_path(struct trial *t, const char *variable)
{
	char setting[192];

	snprintf(setting, sizeof(setting), "%s=%s", variable, t->path);
	return run_with(setting, NULL);
}

static int preload(struct trial *t)
{
	return run_with_path(t, "LD_PRELOAD");
}

static int audit(struct trial *t)
{
	return run_with_path(t, "LD_AUDIT");
}

static int search(struct trial *t)
{
	char setting[192];

	snprintf(setting, sizeof(setting), "LD_LIBRARY_PATH=%s", t->dir);
	return run_with(setting, "LD_PRELOAD=library.so");
}

/* -- Mapping. */

static int map_as(struct trial *t, int prot, int flags)
{
	int fd = open(t->path, O_RDONLY | O_CLOEXEC);

	return mmap(NULL, PAGE, prot, flags, fd, 0) == MAP_FAILED ? errno : 0;
}

static int map_private(struct trial *t)
{
	return map_as(t, PROT_READ | PROT_EXEC, MAP_PRIVATE);
}

static int map_shared(struct trial *t)
{
	return map_as(t, PROT_READ | PROT_EXEC, MAP_SHARED);
}

static int map_unreadable(struct trial *t)
{
	return map_as(t, PROT_EXEC, MAP_PRIVATE);
}

static int map_readable(struct trial *t)
{
	if (personality(READ_IMPLIES_EXEC) < 0)
		return errno;
	return map_as(t, PROT_READ, MAP_PRIVATE);
}

/* Maps the file for reading, after it was verified if that is possible. */
static void *map_data(struct trial *t, int flags)
{
	check_file(t->path);
	return mmap(NULL, PAGE, PROT_READ, flags,
		    open(t->path, O_RDONLY | O_CLOEXEC), 0);
}

static int protect_private(struct trial *t)
{
	return errno_of(mprotect(map_data(t, MAP_PRIVATE), PAGE,
				 PROT_READ | PROT_EXEC));
}

static int protect_shared(struct trial *t)
{
	return errno_of(mprotect(map_data(t, MAP_SHARED), PAGE, PROT_EXEC));
}

static int protect_readable(struct trial *t)
{
	void *p = map_data(t, MAP_PRIVATE);

	if (personality(READ_IMPLIES_EXEC) < 0)
		return errno;
	return errno_of(mprotect(p, PAGE, PROT_READ));
}

/* The descriptor may be closed: the mapping keeps the file. */
static int protect_closed(struct trial *t)
{
	int fd = open(t->path, O_RDONLY | O_CLOEXEC);
	void *p;

	check_file(t->path);
	p = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	return errno_of(mprotect(p, PAGE, PROT_READ | PROT_EXEC));
}

#define CODE(name_, op_, attempt_, ...) {				\
	.name = name_, .kind = DOOR_CODE, .error = EACCES, .op = op_,	\
	.attempt = attempt_, ##__VA_ARGS__ }

#define ROOT		.flags = DOOR_ROOT

static const struct door doors[] = {
	CODE("execve", "exec", exec_path),
	CODE("execveat beneath a directory", "exec", exec_beneath),
	CODE("execveat of a descriptor", "exec", exec_descriptor),
	CODE("execveat of an O_PATH descriptor", "exec", exec_path_descriptor),
	CODE("execve of /proc/self/fd", "exec", exec_number),
	CODE("execveat of what open_by_handle_at gave", "exec", exec_by_handle,
	     .flags = DOOR_ROOT | DOOR_NO_OVERLAY),
	CODE("execve of a symbolic link", "exec", exec_symlink),
	CODE("execve of a hard link", "exec", exec_link, .prepare = make_link,
	     .flags = DOOR_NO_OVERLAY | DOOR_NO_PATH),
	CODE("execve under a bind mount", "exec", exec_bound, ROOT),
	CODE("execve under a bind mount in a user namespace", "exec",
	     exec_in_user_ns),
	CODE("execve under chroot", "exec", exec_in_chroot,
	     .flags = DOOR_ROOT | DOOR_NO_PATH),

	CODE("script", "exec", exec_path, .prepare = be_script),
	CODE("interpreter of a script", "exec", exec_script,
	     .prepare = have_script),
	CODE("interpreter at the end of five scripts", "exec", exec_chain,
	     .prepare = have_chain),
	CODE("ELF interpreter", "exec", exec_program, .op_active = "mmap",
	     .prepare = be_elf_interpreter),
	CODE("program run by the dynamic linker", "mmap", run_by_linker,
	     .prepare = be_dynamic),
	CODE("LD_PRELOAD", "mmap", preload, .prepare = be_library),
	CODE("LD_LIBRARY_PATH", "mmap", search, .prepare = be_library),
	CODE("LD_AUDIT", "mmap", audit, .prepare = be_library),

	CODE("private mapping with PROT_EXEC", "mmap", map_private),
	CODE("shared mapping with PROT_EXEC", "mmap", map_shared),
	CODE("mapping with nothing but PROT_EXEC", "mmap", map_unreadable),
	CODE("mapping under READ_IMPLIES_EXEC", "mmap", map_readable),
	CODE("mprotect of a private mapping", "mprotect", protect_private),
	CODE("mprotect of a shared mapping", "mprotect", protect_shared),
	CODE("mprotect under READ_IMPLIES_EXEC", "mprotect", protect_readable),
	CODE("mprotect after close", "mprotect", protect_closed),
};

int main(void)
{
	return try_doors(doors, sizeof(doors) / sizeof(*doors));
}
