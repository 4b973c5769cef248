// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tries all doors of a table, see doors.h.
 *
 * Each file system is mounted in a process of its own, so that mounts and
 * descriptors go away together. As many doors as there is room for are made
 * ready at a time and listed by one manifest; then each attempt is made in a
 * process of its own, one after the other.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>

#include <linux/fs.h>

#include "doors.h"

/* What fits into a file system at a time: a copy of probe weighs most. */
#define ROOM		48
#define WEIGHT_CODE	4
#define WEIGHT_CHANGE	1

static const struct {
	const char *name;
	enum fs fs;
} file_systems[] = {
	{ "tmpfs", FS_TMPFS },
	{ "ext4", FS_EXT4 },
	{ "overlay", FS_OVERLAY },
	{ "xfs", FS_XFS },
	{ "btrfs", FS_BTRFS },
};

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof(*(a)))

/**
 * struct tally - what the processes of one run of try_doors() count together
 * @planned: number of tests
 * @number: of the last test that was reported
 * @failed: tests that have failed
 * @tries: attempts on the closed side
 * @records: audit records seen
 * @lines: of the kernel's own, seen
 * @stray: records of a file that nothing should be reported of
 * @lost: records of the log were overwritten before they were read
 */
struct tally {
	unsigned int planned;
	unsigned int number;
	unsigned int failed;
	unsigned int tries;
	unsigned int records;
	unsigned int lines;
	unsigned int stray;
	bool lost;
};

/**
 * struct snapshot - all that can be seen of a file
 * @err: 0, or why nothing can be seen
 * @st: from stat(2)
 * @flags: as chattr(1) sets them
 * @version: generation number
 * @content: its bytes
 * @xattrs: names and values
 */
struct snapshot {
	int err;
	struct stat st;
	int flags;
	int version;
	struct text content;
	struct text xattrs;
};

static struct tally *tally;
static int log_fd;
static bool enforced;
static struct text manifest;

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void report(bool good, const char *text)
{
	tally->number++;
	tally->failed += !good;
	printf("%s %u %s\n", good ? "ok" : "not ok", tally->number, text);
}

/* -- The kernel's messages. */

/**
 * struct expected - what the kernel should report of an attempt
 * @op: the operation
 * @path: the end of the path of the file, as it is reported
 * @record: the audit record was seen
 * @line: the kernel's own line was seen
 */
struct expected {
	const char *op;
	const char *path;
	bool record;
	bool line;
};

static void look_at_record(const char *text, struct expected *e)
{
	char op[64], name[192] = "";

	tally->records++;
	if (strstr(text, "/open/"))
		tally->stray++;
	if (!e)
		return;
	snprintf(op, sizeof(op), "lsm=veriexec op=%s cause=", e->op);
	if (e->path)
		snprintf(name, sizeof(name), "%s\" dev=", e->path);
	if (strstr(text, op) && strstr(text, name) &&
	    (!e->path || strstr(text, " name=\"")) &&
	    strstr(text, enforced ? " res=0" : " res=1"))
		e->record = true;
}

static void look_at_line(const char *text, struct expected *e)
{
	const char *words = enforced ? " denied: " : " would be denied: ";
	char start[64], end[192];

	tally->lines++;
	if (!e)
		return;
	snprintf(start, sizeof(start), "veriexec: %s ", e->op);
	snprintf(end, sizeof(end), "%s%s", e->path ?: "", words);
	if (strstr(text, start) && strstr(text, end))
		e->line = true;
}

/* Reads one message; false if there is none. */
static bool look_at_one(struct expected *e)
{
	char text[8192];
	ssize_t len;

	len = read(log_fd, text, sizeof(text) - 1);
	if (len < 0) {
		if (errno == EPIPE)
			tally->lost = true;
		return errno == EPIPE;
	}
	text[len] = '\0';
	if (strstr(text, "type=1800") && strstr(text, "lsm=veriexec"))
		look_at_record(text, e);
	else if (strstr(text, ";veriexec: ") && strstr(text, " denied: "))
		look_at_line(text, e);
	else if (strstr(text, ";veriexec: ") &&
		 strstr(text, " would be denied: "))
		look_at_line(text, e);
	return true;
}

/* Audit records arrive a moment after the event. */
static void look(struct expected *e, int wait_ms)
{
	struct pollfd p = { .fd = log_fd, .events = POLLIN };
	long long end = now_ms() + wait_ms;
	long long rest;

	for (;;) {
		while (look_at_one(e))
			;
		rest = end - now_ms();
		if (rest <= 0 || (e && e->record))
			return;
		poll(&p, 1, rest);
	}
}

/* -- Files. */

static void take_xattrs(const char *path, struct text *out)
{
	char names[4096], value[4096];
	ssize_t len, size, i;
	const char *name;

	len = llistxattr(path, names, sizeof(names));
	for (name = names; len > 0 && name < names + len;
	     name += strlen(name) + 1) {
		text_add(out, "%s=", name);
		size = lgetxattr(path, name, value, sizeof(value));
		for (i = 0; i < size; i++)
			text_add(out, "%02x", (unsigned char)value[i]);
	}
}

static void take(const char *path, struct snapshot *s)
{
	int fd;

	*s = (struct snapshot){};
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &s->st)) {
		s->err = errno;
		return;
	}
	if (ioctl(fd, FS_IOC_GETFLAGS, &s->flags))
		s->flags = 0;
	if (ioctl(fd, FS_IOC_GETVERSION, &s->version))
		s->version = 0;
	s->content.data = malloc(s->st.st_size + 1);
	s->content.len = s->st.st_size;
	if (!s->content.data ||
	    pread(fd, s->content.data, s->st.st_size, 0) != s->st.st_size)
		s->err = EIO;
	close(fd);
	take_xattrs(path, &s->xattrs);
}

static void drop(struct snapshot *s)
{
	text_free(&s->content);
	text_free(&s->xattrs);
}

static bool same_text(const struct text *a, const struct text *b)
{
	return a->len == b->len && !memcmp(a->data, b->data, a->len);
}

static bool same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/*
 * Returns what differs, or NULL. A file that is copied up may get another inode number.
 */
static const char *difference(const struct snapshot *a,
			      const struct snapshot *b, enum fs fs)
{
	if (a->err != b->err)
		return "whether it can be read";
	if (a->err)
		return NULL;
	if (!same_text(&a->content, &b->content))
		return "content";
	if (a->st.st_mode != b->st.st_mode || a->st.st_uid != b->st.st_uid ||
	    a->st.st_gid != b->st.st_gid)
		return "mode or owner";
	if (!same_text(&a->xattrs, &b->xattrs))
		return "extended attributes";
	if (a->flags != b->flags || a->version != b->version)
		return "flags or version";
	if (a->st.st_nlink != b->st.st_nlink)
		return "number of links";
	if (a->st.st_ino != b->st.st_ino && fs != FS_OVERLAY)
		return "inode";
	if (!same_time(&a->st.st_mtim, &b->st.st_mtim))
		return "time of change";
	/* For everything else, such as extents, the time of change tells. */
	if (!same_time(&a->st.st_ctim, &b->st.st_ctim) ||
	    a->st.st_blocks != b->st.st_blocks)
		return "time of change of the inode";
	return NULL;
}

/* As text_add_file(), but all copies of probe are hashed once. */
static int list(const char *path, const char *rest)
{
	static struct snapshot probe;
	static char probe_hex[65];
	const char *beneath = path + strlen(AT "/");
	struct snapshot file;
	char hex[65];
	int ret = 0;

	take(path, &file);
	if (file.err)
		return -file.err;
	if (probe.content.data && same_text(&probe.content, &file.content))
		strcpy(hex, probe_hex);
	else
		ret = fingerprint(path, hex);
	if (!ret && !probe.content.data && file.content.len > 100000) {
		strcpy(probe_hex, hex);
		probe = file;
	} else {
		drop(&file);
	}
	return ret ?: text_add(&manifest, "%s sha256=%s %s\n", beneath, hex,
			       rest ?: "");
}

/**
 * list_too() - list another file together with those that are tried
 * @path: beneath AT
 * @rest: of its line in the manifest, or NULL
 *
 * prepare() of a door that needs more than one file calls this.
 *
 * Return: 0, or a negative errno.
 */
int list_too(const char *path, const char *rest)
{
	return list(path, rest);
}

/**
 * bind_dir() - put a trial's directory under another mount
 * @t: the trial
 * @namespaces: for unshare(2): where that mount may be made
 *
 * Return: 0, or an errno.
 */
int bind_dir(struct trial *t, int namespaces)
{
	if (unshare(namespaces) || mount(t->dir, t->dir, NULL, MS_BIND, NULL))
		return errno;
	return 0;
}

static int make_file(const struct door *door, struct trial *t)
{
	struct text text = {};
	int ret;

	if (mkdir(t->dir, 0777))
		return -errno;
	if (door->kind == DOOR_CODE) {
		ret = copy_ours("probe", t->path);
	} else {
		while (text.len < DOOR_SIZE)
			if (text_add(&text, "what door %u keeps\n", t->number))
				return -ENOMEM;
		ret = write_file(t->path, text.data, DOOR_SIZE, 0666);
		text_free(&text);
	}
	if (!ret && door->kind == DOOR_CODE && chmod(t->path, 0777))
		ret = -errno;
	if (!ret && t->user && (chown(t->dir, NOBODY, NOBODY) ||
				chown(t->path, NOBODY, NOBODY)))
		ret = -errno;
	return ret;
}

/* -- Trials. */

static int attempt(const struct door *door, struct trial *t)
{
	pid_t pid;
	int status;

	pid = fork();
	if (!pid) {
		alarm(60);
		if (t->user && become_user())
			_exit(255);
		_exit(door->attempt(t));
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) :
				   1000 + WTERMSIG(status);
}

/* Closes everything that might keep the file open for writing. */
static void put_away(struct trial *t)
{
	int i;

	if (t->pid > 0) {
		kill(t->pid, SIGKILL);
		waitpid(t->pid, NULL, 0);
		t->pid = 0;
	}
	if (t->map)
		munmap(t->map, 4096);
	t->map = NULL;
	for (i = 0; i < DOOR_FDS; i++) {
		if (t->fds[i] >= 0)
			close(t->fds[i]);
		t->fds[i] = -1;
	}
}

/* io_uring lets go of the file a moment later. */
static int verdict_in_time(const char *path)
{
	int i, ret;

	for (i = 0; i < 40; i++) {
		ret = check_file(path);
		if (!ret)
			break;
		usleep(50000);
	}
	return ret;
}

static bool is_closed(const struct door *door, const struct trial *t)
{
	return t->listed == (door->kind == DOOR_CHANGE);
}

/* Says what is wrong unless @good. Returns @good. */
static bool holds(bool good, const char *what)
{
	if (!good)
		printf("# %s\n", what);
	return good;
}

static const char *op_of(const struct door *door)
{
	return enforced ? door->op : door->op_active ?: door->op;
}

static bool was_logged(const struct door *door, struct expected *e)
{
	bool good;

	if (door->flags & DOOR_QUIET) {
		look(e, 150);
		return holds(!e->record && !e->line, "it was reported");
	}
	look(e, 5000);
	good = holds(e->record, "there is no audit record of it");
	return holds(e->line, "there is no line in the log of it") && good;
}

static bool try_one(const struct door *door, struct trial *t, int prepared)
{
	const bool closed = is_closed(door, t);
	struct expected e = { .op = op_of(door) };
	struct snapshot before, after;
	const char *changed;
	bool good = true;
	char text[160];
	int got;

	if (prepared) {
		printf("# it could not be prepared: %s\n", strerror(prepared));
		put_away(t);
		return false;
	}
	if (!(door->flags & DOOR_NO_PATH))
		e.path = (door->flags & DOOR_DIR ? t->dir : t->path) +
			 strlen(AT);
	take(t->path, &before);
	look(NULL, 0);
	got = attempt(door, t);
	if (closed) {
		tally->tries++;
		good = was_logged(door, &e);
	}
	if (got != (closed && enforced ? door->error : 0)) {
		snprintf(text, sizeof(text), "it gave %d (%s)", got,
			 strerror(got));
		good = holds(false, text);
	}
	take(t->path, &after);
	changed = difference(&before, &after, t->fs);
	put_away(t);
	if (closed && enforced) {
		snprintf(text, sizeof(text), "its %s changed", changed ?: "");
		good = holds(!changed, text) && good;
		if (t->listed)
			good = holds(!verdict_in_time(t->path),
				     "it is not verified any more") && good;
	} else if (door->kind == DOOR_CHANGE &&
		   !(door->flags & (DOOR_QUIET | DOOR_NO_TRACE))) {
		good = holds(changed, "it has not changed") && good;
	}
	drop(&before);
	drop(&after);
	return good;
}

static bool makes_sense_on(const struct door *door, enum fs fs)
{
	const unsigned int only = door->flags & 0xfff00;

	return (!only || only & DOOR_ON(fs)) &&
	       !(door->flags & DOOR_NOT_ON(fs));
}

static unsigned int tests_of(const struct door *door, enum fs fs)
{
	if (!makes_sense_on(door, fs))
		return 0;
	return door->flags & DOOR_ROOT ? 2 : 4;
}

static void report_trial(const struct door *door, const struct trial *t,
			 const char *fs, bool good)
{
	char text[256], result[64];

	if (!is_closed(door, t))
		snprintf(result, sizeof(result), "works on %s file",
			 t->listed ? "a listed" : "an unlisted");
	else if (door->flags & DOOR_QUIET)
		snprintf(result, sizeof(result), "is %s and not reported",
			 enforced ? "denied" : "let through");
	else
		snprintf(result, sizeof(result), "%s", enforced ? "is denied" :
			 "is let through and reported");
	snprintf(text, sizeof(text), "%s %s %s: %s %s",
		 enforced ? "enforce" : "active", fs, t->user ? "user" : "root",
		 door->name, result);
	report(good, text);
}

static void make_trial(struct trial *t, enum fs where, unsigned int number)
{
	int i;

	*t = (struct trial){
		.fs = where,
		.number = number,
		.user = number & 2,
	};
	for (i = 0; i < DOOR_FDS; i++)
		t->fds[i] = -1;
}

/* Tries doors that fit in at one time. Returns 0, or 1 if no trial could be made. */
static int try_some(const struct door *doors, size_t count, size_t index)
{
	const enum fs fs = file_systems[index].fs;
	struct trial *trials = calloc(count * 4, sizeof(*trials));
	const struct door **of = calloc(count * 4, sizeof(*of));
	int *prepared = calloc(count * 4, sizeof(*prepared));
	size_t n = 0, d, i;
	struct trial *t;
	bool good;
	int ret;

	if (!trials || !of || !prepared || mount_at(fs) ||
	    mkdir(AT "/open", 0777) || mkdir(AT "/closed", 0777))
		return 1;
	for (d = 0; d < count; d++) {
		for (i = 0; i < tests_of(&doors[d], fs); i++) {
			t = &trials[n];
			make_trial(t, fs, 4 * d + i);
			/* The file on which the door is closed comes first. */
			t->listed = (doors[d].kind == DOOR_CHANGE) == !(i & 1);
			of[n] = &doors[d];
			snprintf(t->dir, sizeof(t->dir), AT "/%s/%u",
				 i & 1 ? "open" : "closed", t->number);
			snprintf(t->path, sizeof(t->path), "%s/file", t->dir);
			prepared[n] = -make_file(of[n], t);
			n++;
		}
	}
	ret = fs == FS_OVERLAY ? mount_overlay() : 0;
	for (i = 0; i < n && !ret; i++)
		if (!prepared[i] && of[i]->prepare)
			prepared[i] = of[i]->prepare(&trials[i]);
	for (i = 0; i < n && !ret; i++)
		if (!prepared[i] && trials[i].listed)
			ret = list(trials[i].path, of[i]->rest);
	/* If nothing could be prepared, there may be nothing to list. */
	if (!ret && manifest.len)
		ret = load(AT, &manifest);
	if (ret) {
		fprintf(stderr, "# nothing was loaded: %s\n", strerror(-ret));
		return 1;
	}
	for (i = 0; i < n; i++) {
		good = try_one(of[i], &trials[i], prepared[i]);
		report_trial(of[i], &trials[i], file_systems[index].name, good);
	}
	return 0;
}

/* Whatever happens to the process, each test is reported. */
static void try_in_process(const struct door *doors, size_t count, size_t index)
{
	unsigned int end = tally->number;
	pid_t pid;
	int status;
	size_t d;

	for (d = 0; d < count; d++)
		end += tests_of(&doors[d], file_systems[index].fs);
	if (end == tally->number)
		return;
	pid = fork();
	if (!pid)
		_exit(try_some(doors, count, index));
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		status = -1;
	while (tally->number < end) {
		printf("# status %#x\n", status);
		report(false, "test that was not reached");
	}
}

static void try_on(const struct door *doors, size_t count, size_t index)
{
	unsigned int weight, room = ROOM;
	size_t d, first = 0;

	for (d = 0; d < count; d++) {
		weight = doors[d].kind == DOOR_CODE ? WEIGHT_CODE :
						      WEIGHT_CHANGE;
		if (weight > room) {
			try_in_process(doors + first, d - first, index);
			first = d;
			room = ROOM;
		}
		room -= weight;
	}
	try_in_process(doors + first, count - first, index);
}

/* -- All of it. */

static void report_account(void)
{
	bool good;

	look(NULL, 1000);
	printf("# %u audit records, %u lines\n", tally->records, tally->lines);
	good = tally->records && !tally->lost &&
	       tally->records == tally->lines;
	report(good, "each audit record has its line");
	report(!tally->stray, "nothing was said of files that nothing is wrong with");
}

static unsigned int plan(const struct door *doors, size_t count)
{
	unsigned int planned = 2;
	size_t d, i;

	for (i = 0; i < ARRAY_SIZE(file_systems); i++)
		for (d = 0; d < count; d++)
			planned += tests_of(&doors[d], file_systems[i].fs);
	return planned;
}

/* For the documentation: one door per line, in columns that tabs separate. */
static int list_doors(const struct door *doors, size_t count)
{
	size_t d, i;

	for (d = 0; d < count; d++) {
		printf("%s\t%s\t%s\t", doors[d].name,
		       strerrorname_np(doors[d].error), doors[d].op);
		for (i = 0; i < ARRAY_SIZE(file_systems); i++)
			if (makes_sense_on(&doors[d], file_systems[i].fs))
				printf(" %s", file_systems[i].name);
		printf("\n");
	}
	return 0;
}

/**
 * try_doors() - try all doors of a table, and report in TAP
 * @doors: the table
 * @count: of its rows
 *
 * The boot parameter says in which state; active is entered where it says
 * nothing. With VERIEXEC_DOORS_LIST set nothing is tried, but all doors named.
 *
 * Return: exit status of the test program.
 */
int try_doors(const struct door *doors, size_t count)
{
	const struct rlimit many = { 4096, 4096 };
	size_t i;

	if (getenv("VERIEXEC_DOORS_LIST"))
		return list_doors(doors, count);
	setvbuf(stdout, NULL, _IOLBF, 0);
	tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tally == MAP_FAILED)
		return 1;
	tally->planned = plan(doors, count);
	printf("TAP version 13\n1..%u\n", tally->planned);
	log_fd = log_open();
	if (log_fd < 0 || setrlimit(RLIMIT_NOFILE, &many) ||
	    enter_state("loaded"))
		return 1;
	enforced = in_state("enforce");
	if (!enforced && enter_state("active"))
		return 1;
	/* Messages about earlier programs do not count. */
	look(NULL, 1000);
	tally->records = 0;
	tally->lines = 0;
	for (i = 0; i < ARRAY_SIZE(file_systems); i++)
		try_on(doors, count, i);
	report_account();
	printf("# %zu doors, %u attempts that are to be denied under enforce\n",
	       count, tally->tries);
	return tally->failed || tally->number != tally->planned;
}
