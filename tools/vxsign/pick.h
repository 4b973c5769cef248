/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which files can run, or be loaded by the kernel or by a program.
 */

#ifndef _VXSIGN_PICK_H
#define _VXSIGN_PICK_H

#include <sys/types.h>

#include "manifest.h"

/**
 * enum pick - what a file is
 * @PICK_NOTHING: nothing that can run or be loaded
 * @PICK_PROGRAM: ELF, but not by name a library
 * @PICK_LIBRARY: ELF, by name a library
 * @PICK_SCRIPT: begins with ``#!``
 * @PICK_MODULE: by name a kernel module
 * @PICK_FIRMWARE: where the kernel looks for firmware
 * @PICK_EXECUTABLE: has an x bit, whatever it is
 */
enum pick {
	PICK_NOTHING,
	PICK_PROGRAM,
	PICK_LIBRARY,
	PICK_SCRIPT,
	PICK_MODULE,
	PICK_FIRMWARE,
	PICK_EXECUTABLE
};

extern const char *const pick_words[];

bool pick_is_compressed(const char *path);
int pick_file(const char *path, mode_t mode, int fd);

#endif /* _VXSIGN_PICK_H */
