/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel opens to run a file.
 */

#ifndef VXLOAD_INTERPRETER_H
#define VXLOAD_INTERPRETER_H

#include <limits.h>

int interpreter_find(int fd, char name[PATH_MAX]);

#endif /* VXLOAD_INTERPRETER_H */
