// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first program of a root, so small that it does not count: prints the time that
 * process 1 has spent up to here, in nanoseconds. See scripts/load-time, in whose guest
 * a nanosecond is an instruction.
 */

int main(void)
{
	struct timespec spent;

	if (my_syscall2(__NR_clock_gettime, CLOCK_PROCESS_CPUTIME_ID, &spent))
		return 1;
	/* The second line is for scripts/vm. */
	printf("%ld\n\001vm-exit 0\n",
	       spent.tv_sec * 1000000000 + spent.tv_nsec);
	for (;;)
		sleep(1000);
}
