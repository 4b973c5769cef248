/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The two disks of the guest, with nothing on them that is to be kept.
 */

#ifndef _SELFTESTS_VERIEXEC_DISKS_H
#define _SELFTESTS_VERIEXEC_DISKS_H

#include "common.h"

#define DISK		"/dev/vda"
#define TWIN_DISK	"/dev/vdb"

int clear_disk(const char *disk, bool partitions);
int overlap_partitions(const char *disk);
int fill_disk_at(const char *device, enum fs fs);
int mount_disk_at(const char *device, enum fs fs, const char *where);
int mount_logged_at(const char *device, const char *log, enum fs fs,
		    const char *where);
int make_swap_on(const char *device);

#endif /* _SELFTESTS_VERIEXEC_DISKS_H */
