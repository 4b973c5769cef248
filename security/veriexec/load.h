/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Takes a manifest from the bytes that somebody wrote to live entries, and the system
 * from state to state.
 */

#ifndef _SECURITY_VERIEXEC_LOAD_H
#define _SECURITY_VERIEXEC_LOAD_H

#include <linux/mutex.h>
#include <linux/path.h>
#include <linux/types.h>

/* Keeps loads and changes of state apart. Taken first, with no lock held. */
extern struct mutex veriexec_load_lock;

int veriexec_enter_state(unsigned int state);
int veriexec_load(const void *data, size_t len, const struct path *base,
		  bool leave);

#endif /* _SECURITY_VERIEXEC_LOAD_H */
