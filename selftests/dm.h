/* SPDX-License-Identifier: GPL-2.0-only */
/* Commands to the device mapper. */

#ifndef _SELFTESTS_VERIEXEC_DM_H
#define _SELFTESTS_VERIEXEC_DM_H

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <linux/dm-ioctl.h>

/**
 * struct dm_target - what a device is to be mapped to, all of it
 * @sectors: how long it is
 * @type: the name of a target
 * @params: for that
 */
struct dm_target {
	uint64_t sectors;
	const char *type;
	const char *params;
};

/**
 * dm_command() - give the device mapper a command
 * @cmd: of linux/dm-ioctl.h
 * @name: of the device
 * @flags: DM_..._FLAG
 * @target: for a table, else NULL
 * @dev: gets the number of the device; or NULL
 *
 * Return: 0, or a negative errno.
 */
static inline int dm_command(unsigned long cmd, const char *name,
			     unsigned int flags, const struct dm_target *target,
			     dev_t *dev)
{
	struct {
		struct dm_ioctl head;
		struct dm_target_spec spec;
		char params[512];
	} arg = {
		.head = {
			.version = { DM_VERSION_MAJOR, 0, 0 },
			.data_size = sizeof(arg),
			.data_start = sizeof(arg.head),
			.flags = flags,
		},
	};
	int control = open("/dev/mapper/control", O_RDWR | O_CLOEXEC);
	int ret;

	if (control < 0)
		return -errno;
	snprintf(arg.head.name, sizeof(arg.head.name), "%s", name);
	if (target) {
		arg.head.target_count = 1;
		arg.spec.length = target->sectors;
		snprintf(arg.spec.target_type, sizeof(arg.spec.target_type),
			 "%s", target->type);
		snprintf(arg.params, sizeof(arg.params), "%s", target->params);
	}
	ret = ioctl(control, cmd, &arg) ? -errno : 0;
	close(control);
	if (dev)
		*dev = makedev(major(arg.head.dev), minor(arg.head.dev));
	return ret;
}

#endif /* _SELFTESTS_VERIEXEC_DM_H */
