/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A progress bar for long work, shown only where a person would see it.
 */

#ifndef _VERIEXEC_PROGRESS_H
#define _VERIEXEC_PROGRESS_H

#include <stddef.h>

void progress_start(const char *what, size_t total);
void progress_step(void);
void progress_clear(void);
void progress_end(void);

#endif /* _VERIEXEC_PROGRESS_H */
