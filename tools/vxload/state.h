/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's state: which of loaded, active, enforce and locked hold.
 */

#ifndef VXLOAD_STATE_H
#define VXLOAD_STATE_H

#define STATE_LOADED	0x1U
#define STATE_ACTIVE	0x2U
#define STATE_ENFORCE	0x4U
#define STATE_LOCKED	0x8U

#define STATE_COUNT	4

extern const char *const state_names[STATE_COUNT];

unsigned int state_find(const char *prefix);
int state_read(unsigned int *states);
int state_add(unsigned int wanted);

#endif /* VXLOAD_STATE_H */
