/* SPDX-License-Identifier: GPL-2.0-only */
/* System calls of 32-bit programs, made by a 64-bit one. */

#ifndef _SELFTESTS_VERIEXEC_CALL32_H
#define _SELFTESTS_VERIEXEC_CALL32_H

#include <stddef.h>
#include <sys/mman.h>

/* Numbers of arch/x86/entry/syscalls/syscall_32.tbl. */
#define NR32_OPEN	5
#define NR32_EXECVE	11
#define NR32_IOCTL	54
#define NR32_USELIB	86

/**
 * low_memory() - memory that 32 bits can point to
 * @size: in bytes
 *
 * Return: the memory, zeroed, or MAP_FAILED.
 */
static inline void *low_memory(size_t size)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
}

/**
 * call32() - make a system call
 * @number: NR32_*
 * @a: its first argument; pointers are to be to low_memory()
 * @b: its second argument
 * @c: its third argument
 *
 * Return: what the call gave, a negative errno where it failed.
 */
static inline long call32(long number, unsigned long a, unsigned long b,
			  unsigned long c)
{
	int ret;

	asm volatile("int $0x80"
		     : "=a"(ret)
		     : "a"(number), "b"(a), "c"(b), "d"(c)
		     : "memory", "r8", "r9", "r10", "r11");
	return ret;
}

#endif /* _SELFTESTS_VERIEXEC_CALL32_H */
