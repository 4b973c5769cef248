/* SPDX-License-Identifier: GPL-2.0-only */
/* One request to io_uring, as if that were a system call. */

#ifndef _SELFTESTS_VERIEXEC_URING_H
#define _SELFTESTS_VERIEXEC_URING_H

#include <linux/io_uring.h>

int uring_submit(const struct io_uring_sqe *request);
int uring_submit_large(const struct io_uring_sqe *request);

#endif /* _SELFTESTS_VERIEXEC_URING_H */
