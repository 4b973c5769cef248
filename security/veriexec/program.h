/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a program may do, and what others may do to it.
 */

#ifndef _SECURITY_VERIEXEC_PROGRAM_H
#define _SECURITY_VERIEXEC_PROGRAM_H

#include <linux/binfmts.h>
#include <linux/fs.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <linux/types.h>

int veriexec_begin_program(struct linux_binprm *bprm);
int veriexec_check_level(struct linux_binprm *bprm);
int veriexec_check_open_program(struct file *file);
int veriexec_check_program(struct linux_binprm *bprm, const struct file *file);
void veriexec_become_program(const struct linux_binprm *bprm);
int veriexec_check_join(struct file *file, u16 flags);
void veriexec_note_writer(const struct file *file);
int veriexec_check_trace(const struct task_struct *task, bool quiet);
int veriexec_check_watch(struct perf_event *event);
int veriexec_check_core_dump(void);

#endif /* _SECURITY_VERIEXEC_PROGRAM_H */
