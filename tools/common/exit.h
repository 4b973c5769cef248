/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tools' exit statuses mean.
 */

#ifndef _VERIEXEC_EXIT_H
#define _VERIEXEC_EXIT_H

/**
 * enum exit_status - the answer of a command to its caller
 * @EXIT_YES: it was done, or it is so
 * @EXIT_NO: it was refused, or it is not so
 * @EXIT_TROUBLE: wrong usage, or the system failed; no answer was reached
 */
enum exit_status {
	EXIT_YES = 0,
	EXIT_NO = 1,
	EXIT_TROUBLE = 2
};

#endif /* _VERIEXEC_EXIT_H */
