// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads and sets the firmware's variables by efivarfs: a file each, of which the
 * first four bytes are the variable's attributes, and a write(2) of which is one
 * request to the firmware.
 *
 * Nothing is believed that is not on efivarfs itself, nor a variable that anybody
 * could have written who is root.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <linux/fs.h>
#include <linux/magic.h>

#include "efi_floor.h"
#include "message.h"
#include "place.h"

#define ATTRIBUTES_SIZE	4U
#define FILE_SIZE	(FLOOR_VARIABLE_SIZE + sizeof(FLOOR_GUID_TEXT) + 1)

/**
 * efi_floor_is() - does this name the firmware?
 * @place: as the command line has it
 */
bool efi_floor_is(const char *place)
{
	return !strcmp(place, EFI_FLOOR);
}

/**
 * efi_floor_mount() - mount efivarfs if it is not there
 *
 * For an initramfs, which may have stopped at /sys. Says nothing: whoever then
 * opens it says what is wrong.
 */
void efi_floor_mount(void)
{
	int fd = place_open(VX_EFIVARS, EFIVARFS_MAGIC);

	if (fd >= 0)
		close(fd);
	else
		mount("efivarfs", VX_EFIVARS, "efivarfs",
		      MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

/**
 * efi_floor_open() - open efivarfs
 *
 * Return: a descriptor, or a negative errno, reported.
 */
int efi_floor_open(void)
{
	int fd = place_open(VX_EFIVARS, EFIVARFS_MAGIC);

	if (fd == -ENOENT)
		message("%s: is not there: this machine was not started by UEFI, or the kernel leaves its variables alone",
			VX_EFIVARS);
	else if (fd == -EMEDIUMTYPE)
		message("%s: is not the firmware's: efivarfs is not mounted there",
			VX_EFIVARS);
	else if (fd < 0)
		message("%s: %s", VX_EFIVARS, strerror(-fd));
	return fd;
}

static void file_name(const char *name, char file[FILE_SIZE])
{
	char variable[FLOOR_VARIABLE_SIZE];

	floor_variable(name, variable);
	snprintf(file, FILE_SIZE, "%s-" FLOOR_GUID_TEXT, variable);
}

static int failed(const char *file, int err)
{
	if (err == EXDEV)
		message("%s/%s: is not the firmware's: something is mounted there",
			VX_EFIVARS, file);
	else
		message("%s/%s: %s", VX_EFIVARS, file, strerror(err));
	return -err;
}

static u32 attributes_of(const struct buffer *buf)
{
	return (u32)buf->data[0] | (u32)buf->data[1] << 8 |
	       (u32)buf->data[2] << 16 | (u32)buf->data[3] << 24;
}

static int parse(const char *file, const char *name, const struct buffer *buf,
		 struct floor *floor)
{
	if (buf->len < ATTRIBUTES_SIZE) {
		message("%s/%s: is no variable of the firmware: has %zu bytes",
			VX_EFIVARS, file, buf->len);
		return -EBADMSG;
	}
	if (!(attributes_of(buf) & FLOOR_AUTHENTICATED)) {
		message("%s/%s: is not authenticated: whoever was root could write it, so that it says nothing",
			VX_EFIVARS, file);
		return -EBADMSG;
	}
	if (attributes_of(buf) != FLOOR_ATTRIBUTES) {
		message("%s/%s: has the attributes %#x where %#x are due",
			VX_EFIVARS, file, attributes_of(buf), FLOOR_ATTRIBUTES);
		return -EBADMSG;
	}
	if (!floor_parse(buf->data + ATTRIBUTES_SIZE,
			 buf->len - ATTRIBUTES_SIZE, floor) ||
	    strcmp(floor->name, name)) {
		message("%s/%s: does not say a version of %s", VX_EFIVARS, file,
			name);
		return -EBADMSG;
	}
	return 1;
}

/**
 * efi_floor_read() - what the firmware knows of a name
 * @folder: from efi_floor_open()
 * @name: of a manifest
 * @floor: filled if there is one
 *
 * Return: 1, 0 if there is none, or a negative errno, reported.
 */
int efi_floor_read(int folder, const char *name, struct floor *floor)
{
	struct buffer buf = { 0 };
	char file[FILE_SIZE];
	int fd, ret;

	file_name(name, file);
	fd = place_open_file(folder, file, O_RDONLY | O_NOFOLLOW);
	if (fd == -ENOENT)
		return 0;
	if (fd < 0)
		return failed(file, -fd);
	ret = file_read_open(fd, file, ATTRIBUTES_SIZE + FLOOR_TEXT_SIZE, &buf);
	close(fd);
	if (ret)
		return ret;
	ret = parse(file, name, &buf, floor);
	buffer_free(&buf);
	return ret;
}

/*
 * efivarfs makes its files immutable, so that nobody removes by mistake what a
 * machine needs to start. Returns 0 or a negative errno, not reported.
 */
static int set_immutable(int fd, bool immutable)
{
	int flags;

	if (ioctl(fd, FS_IOC_GETFLAGS, &flags))
		return -errno;
	if (!!(flags & FS_IMMUTABLE_FL) == immutable)
		return 0;
	flags ^= FS_IMMUTABLE_FL;
	return ioctl(fd, FS_IOC_SETFLAGS, &flags) ? -errno : 0;
}

static int make_writable(int folder, const char *file)
{
	int fd = place_open_file(folder, file, O_RDONLY | O_NOFOLLOW);
	int ret;

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	ret = set_immutable(fd, false);
	close(fd);
	return ret;
}

/* One write is one request, so that what is refused changes nothing. */
static int request(int fd, const struct buffer *payload)
{
	const u8 attributes[ATTRIBUTES_SIZE] = { FLOOR_ATTRIBUTES };
	struct buffer all = { 0 };
	ssize_t done;
	int ret;

	ret = buffer_add(&all, attributes, sizeof(attributes));
	if (!ret)
		ret = buffer_add(&all, payload->data, payload->len);
	if (ret)
		goto out;
	do
		done = write(fd, all.data, all.len);
	while (done < 0 && errno == EINTR);
	if (done < 0)
		ret = -errno;
	else if ((size_t)done != all.len)
		ret = -EIO;
out:
	buffer_free(&all);
	return ret;
}

static int explain(const char *file, int err)
{
	switch (err) {
	case EACCES:
		message("%s/%s: the firmware refuses it: it is not signed by whoever set it first, or with a key that the firmware does not take",
			VX_EFIVARS, file);
		return -EACCES;
	case EROFS:
		message("%s/%s: the firmware refuses it: efivarfs or the variable cannot be written to",
			VX_EFIVARS, file);
		return -EACCES;
	default:
		return failed(file, err);
	}
}

/**
 * efi_floor_write() - have the firmware set a floor
 * @folder: from efi_floor_open()
 * @floor: what @payload says
 * @payload: what the vendor has signed
 *
 * Return: 0, %-EACCES, reported, if the firmware refuses it, or another negative
 * errno, reported.
 */
int efi_floor_write(int folder, const struct floor *floor,
		    const struct buffer *payload)
{
	struct floor now = { 0 };
	char file[FILE_SIZE];
	int fd, ret;

	file_name(floor->name, file);
	ret = make_writable(folder, file);
	if (ret)
		return failed(file, -ret);
	fd = place_open_file(folder, file, O_WRONLY | O_CREAT | O_NOFOLLOW);
	if (fd < 0)
		return failed(file, -fd);
	ret = request(fd, payload);
	/* A file without a variable behind it is gone with the next boot. */
	set_immutable(fd, true);
	close(fd);
	if (ret)
		return explain(file, -ret);
	if (efi_floor_read(folder, floor->name, &now) == 1 &&
	    now.version == floor->version)
		return 0;
	message("%s/%s: the firmware has taken it, but does not say so",
		VX_EFIVARS, file);
	return -EIO;
}
