// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads and writes whole files. A file is replaced in one step or not at all.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <mbedtls/platform_util.h>

#include "file.h"
#include "message.h"

#define READ_STEP	65536U

/**
 * buffer_free() - wipe and free what a buffer holds
 * @buf: empty afterwards
 */
void buffer_free(struct buffer *buf)
{
	if (buf->data)
		mbedtls_platform_zeroize(buf->data, buf->len);
	free(buf->data);
	buf->data = NULL;
	buf->len = 0;
}

/**
 * buffer_add() - append to a buffer
 * @buf: zeroed, or filled before
 * @data: what to append
 * @len: of @data, in bytes
 *
 * Return: 0 or %-ENOMEM, reported; @buf is as before then.
 */
int buffer_add(struct buffer *buf, const void *data, size_t len)
{
	u8 *bigger = realloc(buf->data, buf->len + len + 1);

	if (!bigger) {
		message("out of memory");
		return -ENOMEM;
	}
	if (len)
		memcpy(bigger + buf->len, data, len);
	buf->data = bigger;
	buf->len += len;
	buf->data[buf->len] = '\0';
	return 0;
}

static int failed(const char *path)
{
	int err = errno;

	message("%s: %s", path, strerror(err));
	return -err;
}

/*
 * Waits until there is something to read, or until no writer is left. Before anybody
 * has opened a FIFO for writing, read(2) would say that it is at its end.
 */
static int wait_for_data(int fd)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };
	int ret;

	do
		ret = poll(&pollfd, 1, -1);
	while (ret < 0 && errno == EINTR);
	return ret < 0 ? -1 : 0;
}

/* Reads @fd to its end, a byte more than @max at most. */
static int read_all(int fd, const char *path, size_t max, size_t expected,
		    struct buffer *buf)
{
	size_t room = expected < max ? expected + 1 : max + 1;
	ssize_t n;

	buf->data = malloc(room + 1);
	if (!buf->data)
		return failed(path);
	for (;;) {
		if (buf->len == room) {
			u8 *bigger;

			if (room > max)
				break;
			room = room + room / 2 + READ_STEP;
			if (room > max)
				room = max + 1;
			bigger = realloc(buf->data, room + 1);
			if (!bigger)
				return failed(path);
			buf->data = bigger;
		}
		if (wait_for_data(fd))
			return failed(path);
		n = read(fd, buf->data + buf->len, room - buf->len);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n < 0)
			return failed(path);
		if (!n)
			break;
		buf->len += (size_t)n;
	}
	if (buf->len > max) {
		message("%s: is larger than %zu bytes", path, max);
		return -EFBIG;
	}
	buf->data[buf->len] = '\0';
	return 0;
}

static int read_opened(int fd, const char *path, bool pipes, size_t max,
		       struct buffer *buf)
{
	struct stat st;
	int ret;

	if (fstat(fd, &st)) {
		ret = failed(path);
	} else if (S_ISREG(st.st_mode)) {
		ret = read_all(fd, path, max, (size_t)st.st_size, buf);
	} else if (pipes && S_ISFIFO(st.st_mode)) {
		ret = read_all(fd, path, max, READ_STEP, buf);
	} else {
		message("%s: is not a regular file%s", path,
			pipes ? ", nor a pipe" : "");
		ret = -EINVAL;
	}
	if (ret)
		buffer_free(buf);
	return ret;
}

/**
 * file_read_open() - read a whole file that is open
 * @fd: a regular file, at its beginning; stays open
 * @path: its name, for messages
 * @max: how large it may be, in bytes
 * @buf: zeroed; to be freed by the caller on success
 *
 * Return: 0, or a negative errno, reported.
 */
int file_read_open(int fd, const char *path, size_t max, struct buffer *buf)
{
	return read_opened(fd, path, false, max, buf);
}

/**
 * file_read() - read a whole file
 * @path: of a regular file, a FIFO, or what /dev/fd has of a pipe; "-" is standard
 *	input, whatever that is
 * @max: how large it may be, in bytes
 * @buf: zeroed; to be freed by the caller on success
 *
 * Reads a pipe until its writer closes it.
 *
 * Return: 0, or a negative errno, reported.
 */
int file_read(const char *path, size_t max, struct buffer *buf)
{
	int fd, ret;

	if (!strcmp(path, "-")) {
		ret = read_all(STDIN_FILENO, "standard input", max, READ_STEP,
			       buf);
		if (ret)
			buffer_free(buf);
		return ret;
	}

	/* The name may be that of anything: to open it must not wait, or do anything. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return failed(path);
	ret = read_opened(fd, path, true, max, buf);
	close(fd);
	return ret;
}

static int write_all(int fd, const u8 *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

static void directory_of(const char *path, char dir[PATH_MAX])
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		snprintf(dir, PATH_MAX, ".");
	else
		snprintf(dir, PATH_MAX, "%.*s", (int)(slash - path + 1), path);
}

/* So that the new name, too, is there after a power cut. */
static int sync_directory(const char *path)
{
	char dir[PATH_MAX];
	int ret = 0;
	int fd;

	directory_of(path, dir);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* A directory that may be written to but not read cannot be synced. */
	if (fd < 0)
		return errno == EACCES ? 0 : failed(dir);
	/* Some file systems cannot do it. The data itself is safe already. */
	if (fsync(fd) && errno != EINVAL)
		ret = failed(dir);
	close(fd);
	return ret;
}

/* Changing the owner can clear bits of the mode, so the mode comes second. */
static int set_attributes(int fd, const char *path, const struct stat *like)
{
	int err;

	if (!fchown(fd, like->st_uid, like->st_gid))
		return fchmod(fd, like->st_mode & 07777) ? failed(path) : 0;
	err = errno;
	message("%s: its owner cannot be kept: %s", path, strerror(err));
	return -err;
}

/*
 * Fills a new file beside @path, which is to take that name. Returns a descriptor,
 * with the file's name in @temp, or a negative errno, reported.
 */
static int write_beside(const char *path, char temp[PATH_MAX], const void *data,
			size_t len, const struct stat *like)
{
	const char *slash = strrchr(path, '/');
	int dir_len = slash ? (int)(slash - path + 1) : 0;
	int fd, ret;

	if (snprintf(temp, PATH_MAX, "%.*s.%s.XXXXXX", dir_len, path,
		     path + dir_len) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return failed(path);
	}
	fd = mkostemp(temp, O_CLOEXEC);
	if (fd < 0)
		return failed(path);
	ret = set_attributes(fd, path, like);
	if (!ret && (write_all(fd, data, len) || fsync(fd)))
		ret = failed(path);
	if (!ret)
		return fd;
	close(fd);
	unlink(temp);
	return ret;
}

/* Gives it the name. */
static int put_in_place(const char *temp, const char *path, bool replace)
{
	int ret = 0;

	/* link() refuses an existing name, rename() takes it over. */
	if (replace ? rename(temp, path) : link(temp, path))
		ret = failed(path);
	if (ret || !replace)
		unlink(temp);
	return ret ? ret : sync_directory(path);
}

/* The same, and closed. Returns 0 or a negative errno, reported. */
static int write_closed(const char *path, char temp[PATH_MAX], const void *data,
			size_t len, const struct stat *like)
{
	int fd = write_beside(path, temp, data, len, like);
	int ret;

	if (fd < 0)
		return fd;
	if (!close(fd))
		return 0;
	ret = failed(path);
	unlink(temp);
	return ret;
}

/* Makes a file with the owner and the mode of @like. */
static int write_like(const char *path, const void *data, size_t len,
		      const struct stat *like, bool replace)
{
	char temp[PATH_MAX];
	int ret = write_closed(path, temp, data, len, like);

	return ret ? ret : put_in_place(temp, path, replace);
}

/* The owner is whoever makes the file. */
static struct stat of_mode(mode_t mode)
{
	return (struct stat){
		.st_mode = mode, .st_uid = (uid_t)-1, .st_gid = (gid_t)-1,
	};
}

/**
 * file_write_new() - make a file in one step
 * @path: its name; where that is a symbolic link, the link is replaced
 * @data: its content
 * @len: of @data, in bytes
 * @mode: its permissions, whatever the umask
 * @replace: a file of that name may be there already
 *
 * Return: 0, or a negative errno, reported; %-EEXIST where the file is there
 * and must not be replaced.
 */
int file_write_new(const char *path, const void *data, size_t len, mode_t mode,
		   bool replace)
{
	const struct stat like = of_mode(mode);

	return write_like(path, data, len, &like, replace);
}

/**
 * file_prepare() - make a file that has no name yet
 * @f: filled on success, for file_place() or file_drop()
 * @path: the name that it is to have; not copied
 * @data: its content
 * @len: of @data, in bytes
 * @mode: its permissions, whatever the umask
 *
 * Return: 0, or a negative errno, reported.
 */
int file_prepare(struct prepared_file *f, const char *path, const void *data,
		 size_t len, mode_t mode)
{
	const struct stat like = of_mode(mode);

	*f = (struct prepared_file){ .path = path };
	return write_closed(path, f->temp, data, len, &like);
}

/* Exchanges the two names. Where the file system cannot, it replaces the file. */
static int exchange(struct prepared_file *f)
{
	if (!renameat2(AT_FDCWD, f->temp, AT_FDCWD, f->path, RENAME_EXCHANGE)) {
		f->kept = true;
		return 0;
	}
	if (errno == ENOENT) {
		f->placed = !rename(f->temp, f->path);
		return f->placed ? 0 : -1;
	}
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	return rename(f->temp, f->path);
}

/**
 * file_place() - give a prepared file its name
 * @f: from file_prepare()
 * @replace: a file of that name may be there already
 *
 * What was there is kept, until file_keep(), for file_drop() to put it back.
 *
 * Return: 0, or a negative errno, reported; %-EEXIST where the file is there and must
 * not be replaced.
 */
int file_place(struct prepared_file *f, bool replace)
{
	/* link() refuses an existing name. */
	if (replace ? exchange(f) : link(f->temp, f->path))
		return failed(f->path);
	f->placed |= !replace;
	return sync_directory(f->path);
}

/**
 * file_keep() - end with what file_place() has done
 * @f: placed
 */
void file_keep(struct prepared_file *f)
{
	/* The name is gone already if the file was renamed. */
	unlink(f->temp);
}

/**
 * file_drop() - end as if there had been no such file
 * @f: from file_prepare(), placed or not
 */
void file_drop(struct prepared_file *f)
{
	if (f->kept) {
		if (rename(f->temp, f->path))
			message("%s: what was there is %s now", f->path,
				f->temp);
		return;
	}
	if (f->placed)
		unlink(f->path);
	unlink(f->temp);
}

static int open_locked(const char *path, mode_t mode)
{
	int fd, ret;

	fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY |
		  O_CLOEXEC, mode);
	if (fd < 0)
		return failed(path);
	do
		ret = flock(fd, LOCK_EX);
	while (ret && errno == EINTR);
	if (!ret)
		return fd;
	ret = failed(path);
	close(fd);
	return ret;
}

/* Opening a device can have effects. %-ENOENT is not reported. */
static int check_regular(const char *path)
{
	struct stat st;

	if (lstat(path, &st))
		return errno == ENOENT ? -ENOENT : failed(path);
	if (S_ISREG(st.st_mode))
		return 0;
	message("%s: is not a regular file", path);
	return -EINVAL;
}

/**
 * file_open_there() - open a file for reading that need not be there
 * @path: its name; a regular file, and no symbolic link
 *
 * Its directory has to be there: else what should be mounted is not.
 *
 * Return: a descriptor, %-ENOENT, not reported, if there is no such file in its
 * directory, or another negative errno, reported.
 */
int file_open_there(const char *path)
{
	char dir[PATH_MAX];
	int ret = check_regular(path);
	int fd;

	if (!ret) {
		fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY |
			  O_CLOEXEC);
		return fd < 0 ? failed(path) : fd;
	}
	directory_of(path, dir);
	if (ret == -ENOENT && access(dir, F_OK)) {
		/* Not %-ENOENT, which would be nothing but a file to come. */
		failed(path);
		return -ENOTDIR;
	}
	return ret;
}

/**
 * file_lock() - keep others from a file that is read, and then replaced
 * @path: its name; a regular file, which is made if it is not there
 * @mode: its permissions then
 *
 * Waits until the lock is free. It is a lock on the file, not on its name: if the file
 * was replaced meanwhile, it waits for the lock on the new one. Whoever replaces the
 * file loses the lock.
 *
 * Return: a descriptor, which holds the lock until it is closed, or a negative
 * errno, reported.
 */
int file_lock(const char *path, mode_t mode)
{
	struct stat locked, there;
	bool gone;
	int fd, ret;

	for (;;) {
		ret = check_regular(path);
		if (ret && ret != -ENOENT)
			return ret;
		fd = open_locked(path, mode);
		if (fd < 0)
			return fd;
		ret = fstat(fd, &locked) ? -1 : lstat(path, &there);
		gone = ret && errno == ENOENT;
		if (ret && !gone) {
			ret = failed(path);
			close(fd);
			return ret;
		}
		if (!gone && locked.st_dev == there.st_dev &&
		    locked.st_ino == there.st_ino)
			return fd;
		close(fd);
	}
}

/* Devices and pipes are written to; to replace them would break them. */
static int write_special(const char *path, const void *data, size_t len)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	int ret = 0;

	if (fd < 0)
		return failed(path);
	if (write_all(fd, data, len))
		ret = failed(path);
	if (close(fd) && !ret)
		ret = failed(path);
	return ret;
}

/**
 * file_write() - write a whole file, replacing one that is there
 * @path: its name; "-" is standard output; a symbolic link is followed
 * @data: its content
 * @len: of @data, in bytes
 *
 * A file that is there keeps its owner and its mode.
 *
 * Return: 0, or a negative errno, reported.
 */
int file_write(const char *path, const void *data, size_t len)
{
	char real[PATH_MAX];
	struct stat st;

	if (!strcmp(path, "-")) {
		if (write_all(STDOUT_FILENO, data, len))
			return failed("standard output");
		return 0;
	}
	if (stat(path, &st)) {
		/*
		 * A link that leads to nothing is not replaced, and not written
		 * through.
		 */
		if (errno != ENOENT || !lstat(path, &st))
			return failed(path);
		return file_write_new(path, data, len, 0644, true);
	}
	if (!S_ISREG(st.st_mode))
		return write_special(path, data, len);
	if (!realpath(path, real))
		return failed(path);
	return write_like(real, data, len, &st, true);
}
