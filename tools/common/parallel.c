// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs one function in several threads at once and waits for all of them. The function
 * itself arranges how they share the work.
 */

#include <pthread.h>
#include <sched.h>
#include <stddef.h>

#include "parallel.h"

#define JOBS_MAX	256U

struct job {
	void (*work)(void *arg);
	void *arg;
};

static void *run(void *arg)
{
	const struct job *job = arg;

	job->work(job->arg);
	return NULL;
}

/**
 * parallel_cpus() - how many processors may be used?
 */
unsigned int parallel_cpus(void)
{
	cpu_set_t set;
	int n;

	if (sched_getaffinity(0, sizeof(set), &set))
		return 1;
	n = CPU_COUNT(&set);
	return n < 1 ? 1 : (unsigned int)n;
}

/**
 * parallel_run() - work in several threads
 * @jobs: how many, this one included; fewer if there is no room for more
 * @work: called once in each
 * @arg: for @work
 */
void parallel_run(unsigned int jobs, void (*work)(void *), void *arg)
{
	struct job job = { work, arg };
	pthread_t threads[JOBS_MAX];
	unsigned int n = 0;

	if (jobs > JOBS_MAX)
		jobs = JOBS_MAX;
	while (n + 1 < jobs && !pthread_create(&threads[n], NULL, run, &job))
		n++;
	work(arg);
	while (n)
		pthread_join(threads[--n], NULL);
}
