/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * In kernels that are made for tests, widens the moments in which one task may get in
 * the way of another. Each call marks such a moment. Nothing may depend on it.
 */

#ifndef _SECURITY_VERIEXEC_WINDOW_H
#define _SECURITY_VERIEXEC_WINDOW_H

#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/kconfig.h>
#include <linux/random.h>

/**
 * veriexec_window() - let others get in the way here
 *
 * Context: Process context, may sleep. Does nothing without
 * CONFIG_SECURITY_VERIEXEC_RACES.
 */
static inline void veriexec_window(void)
{
	u32 us;

	/* Not always: a task that does not wait may be through while others wait. */
	if (!IS_ENABLED(CONFIG_SECURITY_VERIEXEC_RACES) ||
	    get_random_u32_below(2))
		return;
	us = get_random_u32_inclusive(50, 1000);
	usleep_range(us, us + 50);
}

/**
 * veriexec_window_atomic() - as veriexec_window(), where nobody may sleep
 *
 * Context: Any. On one processor nobody could get in the way.
 */
static inline void veriexec_window_atomic(void)
{
	if (IS_ENABLED(CONFIG_SECURITY_VERIEXEC_RACES) && num_online_cpus() > 1)
		udelay(get_random_u32_inclusive(1, 20000));
}

#endif /* _SECURITY_VERIEXEC_WINDOW_H */
