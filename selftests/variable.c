// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asks UEFI firmware for a change of a variable, as root can without vxload:
 *
 *	variable set FILE ATTRIBUTES CONTENT	one request with what is in CONTENT
 *	variable remove FILE
 *
 * FILE is one of efivarfs, which makes its files immutable. Exit status 1 if the
 * firmware refuses, 2 if it does not come to that.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/fs.h>

static int trouble(const char *what)
{
	fprintf(stderr, "variable: %s: %s\n", what, strerror(errno));
	return 2;
}

static int refused(void)
{
	fprintf(stderr, "variable: refused: %s\n", strerror(errno));
	return 1;
}

static int make_mutable(const char *path)
{
	int fd = open(path, O_RDONLY);
	int flags, ret;

	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	ret = ioctl(fd, FS_IOC_GETFLAGS, &flags);
	flags &= ~FS_IMMUTABLE_FL;
	ret = ret ?: ioctl(fd, FS_IOC_SETFLAGS, &flags);
	close(fd);
	return ret;
}

static int set(const char *path, const char *attributes, const char *content)
{
	static unsigned char request[65536];
	unsigned int bits = strtoul(attributes, NULL, 16);
	ssize_t len;
	int fd;

	memcpy(request, &bits, sizeof(bits));
	fd = open(content, O_RDONLY);
	if (fd < 0)
		return trouble(content);
	len = read(fd, request + 4, sizeof(request) - 4);
	close(fd);
	if (len < 0)
		return trouble(content);
	fd = open(path, O_WRONLY | O_CREAT, 0644);
	if (fd < 0)
		return trouble(path);
	if (write(fd, request, 4 + len) != 4 + len)
		return refused();
	close(fd);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: variable set FILE ATTRIBUTES CONTENT\n"
			"       variable remove FILE\n");
		return 2;
	}
	if (make_mutable(argv[2]))
		return trouble(argv[2]);
	if (!strcmp(argv[1], "set") && argc == 5)
		return set(argv[2], argv[3], argv[4]);
	if (!strcmp(argv[1], "remove") && argc == 3)
		return unlink(argv[2]) ? refused() : 0;
	errno = EINVAL;
	return trouble(argv[1]);
}
