// SPDX-License-Identifier: GPL-2.0-only
/*
 * Owns what a program has by its entry, from its exec on: rights, which come from
 * its own file alone, and restrictions, which add up over all files that lead to
 * it. It must never judge a file by itself.
 *
 * Locks: the cred_guard_mutex of the current task, under which nothing of ours is
 * taken.
 */

#include <linux/atomic.h>
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/perf_event.h>
#include <linux/sched/signal.h>

#include "blob.h"
#include "deny.h"
#include "evaluate.h"
#include "program.h"

/**
 * veriexec_begin_program() - begin an exec: nothing is known of the program yet
 * @bprm: the exec
 *
 * Context: Process context.
 *
 * Return: 0.
 */
int veriexec_begin_program(struct linux_binprm *bprm)
{
	static atomic64_t programs = ATOMIC64_INIT(0);
	struct veriexec_task *task = veriexec_task(current);

	*veriexec_cred(bprm->cred) = (struct veriexec_cred){
		.program = atomic64_inc_return(&programs),
	};
	task->opened = 0;
	task->unverified = false;
	return 0;
}

/**
 * veriexec_check_level() - may this file run, on the way to the program?
 * @bprm: the exec; its file is the script or program, or an interpreter
 *
 * Asked for the program, then for each interpreter that it leads to.
 *
 * Context: Process context, no locks held; may read the whole file.
 *
 * Return: 0, or under enforce %-EACCES.
 */
int veriexec_check_level(struct linux_binprm *bprm)
{
	struct veriexec_cred *cred = veriexec_cred(bprm->cred);
	struct veriexec_use use = {
		.op = VERIEXEC_OP_EXEC,
		.interpreter = cred->depth && cred->script,
	};
	int ret;

	ret = veriexec_check_use(bprm->file, &use);
	if (ret)
		return ret;
	cred->flags = use.flags | (cred->flags & VERIEXEC_FLAG_RESTRICTIONS);
	cred->initramfs = use.initramfs;
	cred->unverified |= !use.verified;
	cred->script = bprm->buf[0] == '#' && bprm->buf[1] == '!';
	cred->depth++;
	return 0;
}

/**
 * veriexec_check_open_program() - may the kernel open this file for an exec?
 * @file: a regular file on its way to be open, not to be read yet
 *
 * For an ELF interpreter no other question is asked before the program is a new one.
 *
 * Context: Process context, may sleep.
 *
 * Return: 0, or under enforce %-EACCES.
 */
int veriexec_check_open_program(struct file *file)
{
	struct veriexec_task *task = veriexec_task(current);
	struct veriexec_use use = {};
	int ret;

	ret = veriexec_check_open_exec(file, &use);
	if (ret)
		return ret;
	task->opened |= use.flags & VERIEXEC_FLAG_RESTRICTIONS;
	task->unverified |= !use.verified;
	return 0;
}

/* The interpreters that the kernel opened for the program count as well. */
static void settle(struct veriexec_cred *cred, const struct veriexec_task *task)
{
	cred->flags |= task->opened;
	if (!cred->unverified && !task->unverified)
		return;
	cred->flags &= ~VERIEXEC_FLAG_RIGHTS;
	cred->initramfs = false;
}

/*
 * Could another task steer the program? Process 1 shares its directories with the
 * kernel's own threads, which do not count.
 */
static bool is_beset(const struct linux_binprm *bprm)
{
	return bprm->unsafe & LSM_UNSAFE_PTRACE ||
	       (bprm->unsafe & LSM_UNSAFE_SHARE && !is_global_init(current));
}

/**
 * veriexec_check_program() - may this program begin?
 * @bprm: the exec; all its files were judged
 * @file: whose set-id bits and file capabilities may count
 *
 * Set-id bits and file capabilities count only if the manifest states them. A tracer
 * from before the exec cannot keep its hold on a program that is closed to others.
 *
 * Context: Process context, may sleep.
 *
 * Return: 0, or under enforce %-EACCES.
 */
int veriexec_check_program(struct linux_binprm *bprm, const struct file *file)
{
	struct veriexec_cred *cred = veriexec_cred(bprm->cred);
	int ret;

	settle(cred, veriexec_task(current));
	if (!veriexec_in(VERIEXEC_STATE_ACTIVE))
		return 0;
	ret = veriexec_check_gain(file);
	if (ret)
		return ret;
	if (!veriexec_has_all_rights(bprm->cred) &&
	    !(cred->flags & VERIEXEC_FLAG_NO_PTRACE))
		return 0;
	bprm->secureexec = 1;
	if (!is_beset(bprm))
		return 0;
	return veriexec_deny_file(VERIEXEC_OP_EXEC, VERIEXEC_CAUSE_TRACED, file);
}

/**
 * veriexec_become_program() - the program is a new one from here on
 * @bprm: the exec, on which nothing depends any more
 *
 * This ends the watch of whoever watched the old one, whatever the state is later.
 *
 * Context: Process context, the new credentials are in place. Nothing can fail.
 */
void veriexec_become_program(const struct linux_binprm *bprm)
{
	veriexec_task(current)->joined = 0;
	if (veriexec_in(VERIEXEC_STATE_ACTIVE) &&
	    veriexec_is_closed(current, current_cred()))
		perf_event_exit_task(current);
}

/* What keeps the current task from taking on these restrictions? */
static enum veriexec_cause against_join(u16 more)
{
	/* There is no way to change the credentials of other threads. */
	if (!thread_group_empty(current))
		return VERIEXEC_CAUSE_HAS_THREADS;
	if (more & VERIEXEC_FLAG_NO_PTRACE && current->ptrace)
		return VERIEXEC_CAUSE_TRACED;
	return VERIEXEC_CAUSE_NONE;
}

/**
 * veriexec_check_join() - may the current task run the code of this file?
 * @file: verified; about to be mapped as code
 * @flags: of its entry
 *
 * A dynamic linker that is told to run a program maps it like a library. From then
 * on the task has the restrictions of the program, as if the program had been started
 * directly. It does not get the rights of the program.
 *
 * Context: Process context, no locks held.
 *
 * Return: 0, %-EINTR, or under enforce %-EACCES if the task cannot take them on.
 */
int veriexec_check_join(struct file *file, u16 flags)
{
	struct veriexec_task *task = veriexec_task(current);
	u16 more = veriexec_lacks(current, current_cred(), flags);
	enum veriexec_cause cause;
	int ret = 0;

	if (likely(!more))
		return 0;
	/* A tracer holds this from the time it asks until it has attached. */
	if (mutex_lock_killable(&current->signal->cred_guard_mutex))
		return -EINTR;
	cause = against_join(more);
	if (cause != VERIEXEC_CAUSE_NONE)
		ret = veriexec_deny_file(VERIEXEC_OP_MMAP, cause, file);
	if (!ret) {
		WRITE_ONCE(task->joined, task->joined | more);
		if (more & VERIEXEC_FLAG_NO_PTRACE)
			perf_event_exit_task(current);
	}
	mutex_unlock(&current->signal->cred_guard_mutex);
	return ret;
}

/**
 * veriexec_note_writer() - the current task opens a file for writing
 * @file: a regular file
 *
 * A file that a program made for itself stays its own only as long as nobody else can
 * have written to it.
 *
 * Context: Process context.
 */
void veriexec_note_writer(const struct file *file)
{
	atomic64_t *maker = &veriexec_inode(file_inode(file))->maker;
	u64 program = veriexec_cred(current_real_cred())->program;

	if (file->f_flags & __O_TMPFILE)
		atomic64_set(maker, program);
	else if (unlikely(atomic64_read(maker)) &&
		 atomic64_read(maker) != program)
		atomic64_set(maker, 0);
}

/**
 * veriexec_check_trace() - may the current task get at what this one has?
 * @task: the other
 * @quiet: do not log a denial: the caller can do without what it asks for
 *
 * Context: Any. Locks of the tracing code may be held.
 *
 * Return: 0, or under enforce %-EPERM.
 */
int veriexec_check_trace(const struct task_struct *task, bool quiet)
{
	bool closed;

	rcu_read_lock();
	closed = veriexec_is_closed(task, __task_cred(task));
	rcu_read_unlock();
	if (!closed)
		return 0;
	if (quiet)
		return veriexec_deny_quietly(VERIEXEC_OP_PTRACE);
	return veriexec_deny(VERIEXEC_OP_PTRACE, VERIEXEC_CAUSE_MAY_NOT_TRACE,
			     GFP_ATOMIC);
}

#ifdef CONFIG_PERF_EVENTS
/* What a sample can show of the memory and registers of whatever runs. */
#define SAMPLES_OF_PROGRAM	(PERF_SAMPLE_STACK_USER | PERF_SAMPLE_REGS_USER)

/**
 * veriexec_check_watch() - may events of this kind be sampled?
 * @event: of a task, or of all tasks on a processor
 *
 * Context: Process context, may sleep.
 *
 * Return: 0, or under enforce %-EPERM.
 */
int veriexec_check_watch(struct perf_event *event)
{
	struct task_struct *task = event->hw.target;

	if (task)
		/* A child inherits them before it has a group of its own. */
		return same_thread_group(task, current) ?
			       0 : veriexec_check_trace(task, false);
	if (!(event->attr.sample_type & SAMPLES_OF_PROGRAM) ||
	    veriexec_has_right(current_cred(), VERIEXEC_FLAG_KMEM))
		return 0;
	return veriexec_deny(VERIEXEC_OP_PTRACE, VERIEXEC_CAUSE_NOT_TRUSTED,
			     GFP_KERNEL);
}
#endif

/**
 * veriexec_check_core_dump() - may the current task's memory be written out?
 *
 * The hook for new credentials asks this. Between a fatal signal and the end of the
 * task's memory the kernel makes new credentials only to dump that memory, and the file
 * system that it dumps to may make more. So the answer holds whatever the task, its user
 * or the administrator has set for dumps, and also for dumps into a pipe.
 *
 * Context: Process context, may sleep.
 *
 * Return: 0, or under enforce %-EPERM.
 */
int veriexec_check_core_dump(void)
{
	if (likely(!(current->flags & PF_SIGNALED)) || !current->mm ||
	    !veriexec_is_closed(current, current_real_cred()))
		return 0;
	return veriexec_deny(VERIEXEC_OP_CORE_DUMP,
			     VERIEXEC_CAUSE_MAY_NOT_TRACE, GFP_KERNEL);
}
