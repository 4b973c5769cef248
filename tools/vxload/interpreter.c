// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the interpreter of a script, or of a program in ELF, as the kernel does. No
 * byte of the file is trusted.
 */

#include <elf.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "interpreter.h"

/* What the kernel looks at of a script, and more program headers than any has. */
#define HEAD_SIZE	256
#define HEADERS_MAX	64

static bool read_at(int fd, void *to, size_t len, unsigned long long pos)
{
	return pos <= LLONG_MAX && pread(fd, to, len, (off_t)pos) == (ssize_t)len;
}

static int of_script(char *head, char name[PATH_MAX])
{
	char *start = head + 2, *end;

	head[strcspn(head, "\n")] = '\0';
	start += strspn(start, " \t");
	end = start + strcspn(start, " \t");
	if (end == start)
		return 0;
	*end = '\0';
	strcpy(name, start);
	return 1;
}

static int copy_name(int fd, unsigned long long pos, unsigned long long len,
		     char name[PATH_MAX])
{
	if (len < 2 || len > PATH_MAX || !read_at(fd, name, len, pos))
		return 0;
	return !name[len - 1] && *name;
}

/* The same for both sizes of ELF. */
#define OF_ELF(bits)							\
static int of_elf##bits(int fd, char name[PATH_MAX])			\
{									\
	Elf##bits##_Ehdr e;						\
	Elf##bits##_Phdr p;						\
	unsigned int i;							\
									\
	if (!read_at(fd, &e, sizeof(e), 0) ||				\
	    e.e_phentsize != sizeof(p) || e.e_phnum > HEADERS_MAX)	\
		return 0;						\
	for (i = 0; i < e.e_phnum; i++) {				\
		if (!read_at(fd, &p, sizeof(p),				\
			     e.e_phoff + i * sizeof(p)))		\
			return 0;					\
		if (p.p_type == PT_INTERP)				\
			return copy_name(fd, p.p_offset, p.p_filesz,	\
					 name);				\
	}								\
	return 0;							\
}
OF_ELF(32)
OF_ELF(64)

/**
 * interpreter_find() - which file does the kernel open to run this one?
 * @fd: the file
 * @name: filled with the path of it
 *
 * Return: 1, or 0 if there is none.
 */
int interpreter_find(int fd, char name[PATH_MAX])
{
	char head[HEAD_SIZE + 1] = "";

	if (pread(fd, head, HEAD_SIZE, 0) < 0)
		return 0;
	if (head[0] == '#' && head[1] == '!')
		return of_script(head, name);
	if (memcmp(head, ELFMAG, SELFMAG))
		return 0;
	return head[EI_CLASS] == ELFCLASS64 ? of_elf64(fd, name) :
					      of_elf32(fd, name);
}
