// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of states, what each needs, and what the boot parameter asks for.
 * It must never take one away.
 */

#define pr_fmt(fmt) "veriexec: " fmt

#include <linux/array_size.h>
#include <linux/cache.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/printk.h>
#include <linux/sprintf.h>
#include <linux/string.h>

#include "state.h"

unsigned int veriexec_states __read_mostly;

/* In the order in which they are shown. */
static const struct {
	const char *name;
	unsigned int bit;
	unsigned int needs;
} states[] = {
	{ "loaded", VERIEXEC_STATE_LOADED, 0 },
	{ "active", VERIEXEC_STATE_ACTIVE, VERIEXEC_STATE_LOADED },
	{ "enforce", VERIEXEC_STATE_ENFORCE, VERIEXEC_STATE_ACTIVE },
	{ "locked", VERIEXEC_STATE_LOCKED, VERIEXEC_STATE_LOADED },
};

unsigned int veriexec_boot_states __ro_after_init =
	IS_ENABLED(CONFIG_SECURITY_VERIEXEC_DEFAULT_ENFORCE) ?
	VERIEXEC_STATE_ACTIVE | VERIEXEC_STATE_ENFORCE :
	IS_ENABLED(CONFIG_SECURITY_VERIEXEC_DEFAULT_ACTIVE) ?
	VERIEXEC_STATE_ACTIVE : 0;

static int __init veriexec_setup(char *arg)
{
	if (!strcmp(arg, "off"))
		veriexec_boot_states = 0;
	else if (!strcmp(arg, "active"))
		veriexec_boot_states = VERIEXEC_STATE_ACTIVE;
	else if (!strcmp(arg, "enforce"))
		veriexec_boot_states =
			VERIEXEC_STATE_ACTIVE | VERIEXEC_STATE_ENFORCE;
	else
		pr_err("veriexec=%s is unknown: give off, active or enforce\n",
		       arg);
	return 1;
}
__setup("veriexec=", veriexec_setup);

/**
 * veriexec_add_state() - add one state
 * @held: the states that hold, changed on success
 * @state: the one to add; may hold already
 *
 * Context: The caller sees to it that nobody else changes @held.
 *
 * Return: 0, or %-EINVAL if another state must hold before.
 */
int veriexec_add_state(unsigned int *held, unsigned int state)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(states); i++) {
		if (states[i].bit != state)
			continue;
		if ((*held & states[i].needs) != states[i].needs)
			return -EINVAL;
		WRITE_ONCE(*held, *held | state);
		return 0;
	}
	return -EINVAL;
}

/**
 * veriexec_state_by_name() - which state is meant
 * @name: as users write it
 *
 * Return: VERIEXEC_STATE_LOADED and so on, or 0 if there is no such state.
 */
unsigned int veriexec_state_by_name(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(states); i++)
		if (!strcmp(states[i].name, name))
			return states[i].bit;
	return 0;
}

/**
 * veriexec_word_states() - name the states that hold
 * @held: the states
 * @buf: where to, VERIEXEC_STATES_SIZE bytes: "loaded active", say, or
 *	"inactive" if there are none
 */
void veriexec_word_states(unsigned int held, char *buf)
{
	unsigned int i;
	size_t n = 0;

	strscpy(buf, "inactive", VERIEXEC_STATES_SIZE);
	for (i = 0; i < ARRAY_SIZE(states); i++)
		if (held & states[i].bit)
			n += scnprintf(buf + n, VERIEXEC_STATES_SIZE - n,
				       "%s%s", n ? " " : "", states[i].name);
}
