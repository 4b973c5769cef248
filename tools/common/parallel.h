/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The same work on all processors.
 */

#ifndef _VERIEXEC_PARALLEL_H
#define _VERIEXEC_PARALLEL_H

unsigned int parallel_cpus(void);
void parallel_run(unsigned int jobs, void (*work)(void *), void *arg);

#endif /* _VERIEXEC_PARALLEL_H */
