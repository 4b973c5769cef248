/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The states: how far the system has gone. They are only ever added.
 */

#ifndef _SECURITY_VERIEXEC_STATE_H
#define _SECURITY_VERIEXEC_STATE_H

#include <linux/compiler.h>
#include <linux/types.h>

#define VERIEXEC_STATE_LOADED		0x1U	/* there is a manifest */
#define VERIEXEC_STATE_ACTIVE		0x2U	/* checks and logs, denies nothing */
#define VERIEXEC_STATE_ENFORCE		0x4U	/* denies */
#define VERIEXEC_STATE_LOCKED		0x8U	/* takes no more manifests */

#define VERIEXEC_STATES_SIZE	sizeof("loaded active enforce locked")

/*
 * The states that hold. Writers hold veriexec_load_lock; a reader who
 * sees a state a moment late could as well have come that moment earlier.
 */
extern unsigned int veriexec_states;

/* Those to enter after the first manifest, by boot parameter or configuration. */
extern unsigned int veriexec_boot_states;

static inline bool veriexec_in(unsigned int state)
{
	return READ_ONCE(veriexec_states) & state;
}

int veriexec_add_state(unsigned int *held, unsigned int state);
unsigned int veriexec_state_by_name(const char *name);
void veriexec_word_states(unsigned int held, char *buf);

#endif /* _SECURITY_VERIEXEC_STATE_H */
