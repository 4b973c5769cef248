// SPDX-License-Identifier: GPL-2.0-only
/* One request to io_uring, see uring.h and io_uring_enter(2). */

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "uring.h"

#define MAP_SIZE	4096

static void *map(int ring, off_t what)
{
	return mmap(NULL, MAP_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, ring,
		    what);
}

static int submit(const struct io_uring_sqe *request, size_t size,
		  unsigned int flags)
{
	struct io_uring_params params = { .flags = flags };
	struct io_uring_cqe *done;
	char *submitted, *completed;
	void *requests;
	int ring, ret;

	ring = syscall(__NR_io_uring_setup, 1, &params);
	if (ring < 0)
		return -errno;
	submitted = map(ring, IORING_OFF_SQ_RING);
	completed = map(ring, IORING_OFF_CQ_RING);
	requests = map(ring, IORING_OFF_SQES);
	if (submitted == MAP_FAILED || completed == MAP_FAILED ||
	    requests == MAP_FAILED)
		return -errno;
	memcpy(requests, request, size);
	*(unsigned int *)(submitted + params.sq_off.array) = 0;
	__atomic_store_n((unsigned int *)(submitted + params.sq_off.tail), 1,
			 __ATOMIC_RELEASE);
	ret = syscall(__NR_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS,
		      NULL, 0);
	if (ret != 1)
		return ret < 0 ? -errno : -EIO;
	done = (void *)(completed + params.cq_off.cqes);
	return done->res;
}

/**
 * uring_submit() - make a request and wait for its result
 * @request: the request
 *
 * The ring stays until the process ends.
 *
 * Return: what the request gave, or a negative errno.
 */
int uring_submit(const struct io_uring_sqe *request)
{
	return submit(request, sizeof(*request), 0);
}

/**
 * uring_submit_large() - the same for a request of twice the size
 * @request: the first of two in a row
 *
 * Return: what the request gave, or a negative errno.
 */
int uring_submit_large(const struct io_uring_sqe *request)
{
	return submit(request, 2 * sizeof(*request),
		      IORING_SETUP_SQE128 | IORING_SETUP_CQE32);
}
