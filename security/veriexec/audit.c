// SPDX-License-Identifier: GPL-2.0-only
/*
 * Words what happened, for the kernel log and for the audit trail (under its own
 * rules). It must never decide anything. What anybody can cause is rate limited
 * in the log, what only an administrator can cause is not. The sysctl(8)
 * kernel.printk_ratelimit=0 lifts that limit with all others.
 */

#define pr_fmt(fmt) "veriexec: " fmt

#include <linux/audit.h>
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/kdev_t.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uidgid.h>

#include "audit.h"

#define OP(_op, _name, _error, _kind)	\
	[VERIEXEC_OP_##_op] = { _name, -(_error), VERIEXEC_KIND_##_kind }

const struct veriexec_op_info veriexec_ops[VERIEXEC_OP_COUNT] = {
	OP(EXEC, "exec", EACCES, CODE),
	OP(MMAP, "mmap", EACCES, CODE),
	OP(MPROTECT, "mprotect", EACCES, CODE),
	OP(READ, "read", EACCES, INPUT),
	OP(KERNEL_READ, "kernel_read", EACCES, INPUT),
	OP(KERNEL_LOAD, "kernel_load", EACCES, INPUT),
	OP(CHECK, "check", EACCES, QUERY),
	OP(OPEN_WRITE, "open_write", EPERM, CONTENT),
	OP(WRITE, "write", EPERM, CONTENT),
	OP(TRUNCATE, "truncate", EPERM, CONTENT),
	OP(SETATTR, "setattr", EPERM, ATTRIBUTE),
	OP(SETXATTR, "setxattr", EPERM, ATTRIBUTE),
	OP(UNLINK, "unlink", EPERM, NAME),
	OP(RENAME, "rename", EPERM, NAME),
	OP(RMDIR, "rmdir", EPERM, NAME),
	OP(LINK, "link", EPERM, NAME),
	OP(IOCTL, "ioctl", EPERM, CONTENT),
	OP(COPY_UP, "copy_up", EPERM, NAME),
	OP(QUOTA_ON, "quota_on", EPERM, CONTENT),
	OP(DEVICE_WRITE, "device_write", EPERM, RIGHT),
	OP(MEM_WRITE, "mem_write", EPERM, RIGHT),
	OP(LOCKDOWN, "lockdown", EPERM, RIGHT),
	OP(PTRACE, "ptrace", EPERM, RIGHT),
	OP(CORE_DUMP, "core_dump", EPERM, RIGHT),
	OP(RAW_IO, "raw_io", EPERM, RIGHT),
};

#define CAUSE(_cause, _token, _reason) \
	[VERIEXEC_CAUSE_##_cause] = { _token, _reason }

const struct veriexec_cause_info veriexec_causes[VERIEXEC_CAUSE_COUNT] = {
	CAUSE(NONE, "none", "nothing"),
	CAUSE(NOT_LISTED, "not-listed", "file is in no manifest"),
	CAUSE(CHANGES_BENEATH, "changes-beneath",
	      "file is in no manifest, and lies on storage that can change by itself"),
	CAUSE(MISMATCH, "mismatch", "fingerprint does not match"),
	CAUSE(REVOKED, "revoked", "fingerprint is revoked"),
	CAUSE(UNCHECKABLE, "uncheckable",
	      "no fingerprint of its entry can be checked"),
	CAUSE(NOT_JUDGED, "not-judged", "file was not verified before"),
	CAUSE(HAS_WRITER, "has-writer", "file or its disk is open for writing"),
	CAUSE(HELD, "held",
	      "somebody holds a page of the file, and may write to it"),
	CAUSE(TAIL, "tail",
	      "there is more than zeros behind the end of the file"),
	CAUSE(KILLED, "killed", "its user was killed meanwhile"),
	CAUSE(WRONG_OWNER, "wrong-owner",
	      "owner, group or mode is not as listed"),
	CAUSE(READ_ERROR, "read-error", "file cannot be read"),
	CAUSE(ONLY_INDIRECT, "only-indirect",
	      "program may only run indirectly"),
	CAUSE(NOT_IN_FIPS, "not-in-fips", "program may not run in FIPS mode"),
	CAUSE(PRIVATE_PAGES, "private-pages",
	      "mapping is or can be changed privately"),
	CAUSE(NO_FILE, "no-file", "code does not come from a file"),
	CAUSE(LISTED, "listed", "file is in a manifest"),
	CAUSE(LEADS_TO_LISTED, "leads-to-listed",
	      "directory leads to a file in a manifest"),
	CAUSE(LINK, "link", "link is in a manifest, or leads to a file in one"),
	CAUSE(TRACED, "traced", "program may not be traced and is"),
	CAUSE(MAY_NOT_TRACE, "may-not-trace", "program may not be traced"),
	CAUSE(HAS_THREADS, "has-threads",
	      "threads cannot take on what its entry says"),
	CAUSE(NOT_JOINED, "not-joined",
	      "program does not have what its entry says"),
	CAUSE(SET_ID, "set-id", "its entry does not grant its set-id bit"),
	CAUSE(CAPS, "caps", "its entry does not grant its file capabilities"),
	CAUSE(MAY_RUN, "may-run", "file of the initramfs may be running"),
	CAUSE(UNPACKED, "unpacked",
	      "file of the initramfs is as it was unpacked"),
	CAUSE(REACHES_LISTED, "reaches-listed",
	      "command reaches files in a manifest"),
	CAUSE(IN_USE, "in-use",
	      "device is in use, and program has no right to storage"),
	CAUSE(MAPPED, "mapped", "device would be mapped to be written to"),
	CAUSE(NO_STORAGE, "no-storage", "program has no right to storage"),
	CAUSE(HOLDS_LISTED, "holds-listed", "device holds files in a manifest"),
	CAUSE(MEMORY, "memory", "file is the memory of a process"),
	CAUSE(NOT_TRUSTED, "not-trusted", "program is not trusted"),
};

/* A flood of one kind of line must not keep out the other. */
static DEFINE_RATELIMIT_STATE(event_limit, DEFAULT_RATELIMIT_INTERVAL,
			      DEFAULT_RATELIMIT_BURST);
static DEFINE_RATELIMIT_STATE(mismatch_limit, DEFAULT_RATELIMIT_INTERVAL,
			      DEFAULT_RATELIMIT_BURST);

static bool may_print(struct ratelimit_state *limit)
{
	return !READ_ONCE(printk_ratelimit_state.interval) ||
	       __ratelimit(limit);
}

/* The device number as stat(2) gives it. */
static u32 inode_dev(const struct inode *inode)
{
	return new_encode_dev(inode->i_sb->s_dev);
}

/* get_task_comm() takes a lock that the hooks of ptrace are called under. */
static void own_comm(char *comm)
{
	strscpy(comm, current->comm, TASK_COMM_LEN);
}

/* For names that others have chosen, perhaps in order to end a field or a record. */
static void log_string(struct audit_buffer *ab, const char *field,
		       const char *value)
{
	audit_log_format(ab, "%s", field);
	audit_log_untrustedstring(ab, value);
}

/* As kernel/audit.c has it for itself. Takes no lock, allocates as @ab does. */
static void log_exe(struct audit_buffer *ab)
{
	struct file *exe = current->mm ? get_mm_exe_file(current->mm) : NULL;

	if (exe) {
		audit_log_d_path(ab, " exe=", &exe->f_path);
		fput(exe);
	} else {
		audit_log_format(ab, " exe=(null)");
	}
}

/*
 * Each record begins with what was attempted, why it went as it did, and who did it.
 * audit_log_task_info() is no choice, because it takes the lock of own_comm(). If there
 * is no record, the other audit_log_*() functions do nothing.
 */
static struct audit_buffer *begin_record(gfp_t gfp, int type, const char *op,
					 const char *cause, const char *reason)
{
	struct audit_buffer *ab = audit_log_start(audit_context(), gfp, type);
	char comm[TASK_COMM_LEN];

	if (!ab)
		return NULL;
	audit_log_format(ab, "lsm=veriexec op=%s cause=%s reason=\"%s\"", op,
			 cause, reason);
	audit_log_format(ab, " pid=%d uid=%u auid=%u ses=%u",
			 task_tgid_nr(current),
			 from_kuid(&init_user_ns, current_uid()),
			 from_kuid(&init_user_ns,
				   audit_get_loginuid(current)),
			 audit_get_sessionid(current));
	audit_log_task_context(ab);
	own_comm(comm);
	log_string(ab, " comm=", comm);
	log_exe(ab);
	return ab;
}

/* If there is no path, the name within the file system has to do. */
static const char *event_path(const struct veriexec_event *event, char *buf)
{
	const char *name = NULL;
	struct dentry *dentry;

	if (!buf)
		return NULL;
	if (event->path) {
		name = d_path(event->path, buf, PATH_MAX);
	} else if (event->inode) {
		dentry = d_find_alias(event->inode);
		if (dentry) {
			name = dentry_path_raw(dentry, buf, PATH_MAX);
			dput(dentry);
		}
	}
	return IS_ERR_OR_NULL(name) ? NULL : name;
}

static void print_event(const struct veriexec_event *event, const char *path)
{
	const char *op = veriexec_ops[event->op].name;
	const char *cause = veriexec_causes[event->cause].reason;
	const char *outcome = event->denied ? "denied" : "would be denied";
	const struct inode *inode = event->inode;
	char comm[TASK_COMM_LEN];

	own_comm(comm);
	if (inode)
		pr_warn("%s of %*pE %s: %s (dev %u, file %lu, pid %d, comm %*pE)\n",
			op, path ? (int)strlen(path) : 1, path ?: "?", outcome,
			cause, inode_dev(inode), inode->i_ino,
			task_tgid_nr(current), (int)strlen(comm), comm);
	else
		pr_warn("%s%s%s %s: %s (pid %d, comm %*pE)\n", op,
			event->what ? " of " : "", event->what ?: "", outcome,
			cause, task_tgid_nr(current), (int)strlen(comm), comm);
}

/**
 * veriexec_audit_event() - report one judgement that went against somebody
 * @event: what there is to say
 *
 * Context: Any in which @event->gfp may be used.
 */
void veriexec_audit_event(const struct veriexec_event *event)
{
	const struct veriexec_cause_info *cause = &veriexec_causes[event->cause];
	const struct inode *inode = event->inode;
	char *buf = inode ? kmalloc(PATH_MAX, event->gfp) : NULL;
	const char *path = event_path(event, buf);
	struct audit_buffer *ab;

	if (may_print(&event_limit))
		print_event(event, path);
	ab = begin_record(event->gfp, AUDIT_INTEGRITY_DATA,
			  veriexec_ops[event->op].name, cause->token,
			  cause->reason);
	if (path)
		log_string(ab, " name=", path);
	if (inode) {
		log_string(ab, " dev=", inode->i_sb->s_id);
		audit_log_format(ab, " ino=%lu", inode->i_ino);
	}
	if (event->what)
		audit_log_format(ab, " what=\"%s\"", event->what);
	audit_log_format(ab, " res=%d", !event->denied);
	audit_log_end(ab);
	kfree(buf);
}

/**
 * veriexec_audit_mismatch() - report that a file is not what its entry says
 * @inode: of the file
 * @alg: enum veriexec_alg
 * @calculated: its digest
 * @listed: the entry's
 *
 * Context: Process context, may sleep.
 */
void veriexec_audit_mismatch(const struct inode *inode, unsigned int alg,
			     const u8 *calculated, const u8 *listed)
{
	int size = veriexec_algs[alg].size;

	if (may_print(&mismatch_limit))
		pr_warn("fingerprint for dev %u, file %lu %*phN != %*phN\n",
			inode_dev(inode), inode->i_ino, size, calculated, size,
			listed);
}

/**
 * veriexec_audit_state() - report which states hold now
 * @states: as the ``state`` file shows them
 *
 * Context: Process context, may sleep.
 */
void veriexec_audit_state(const char *states)
{
	struct audit_buffer *ab;

	pr_notice("state is %s\n", states);
	ab = begin_record(GFP_KERNEL, AUDIT_INTEGRITY_STATUS, "state", "added",
			  "a state was added");
	audit_log_format(ab, " states=\"%s\" res=1", states);
	audit_log_end(ab);
}

/**
 * veriexec_audit_mapped() - report why ``enforce`` is refused
 * @device: that is mapped to be written to
 *
 * Context: Process context, may sleep.
 */
void veriexec_audit_mapped(const char *device)
{
	struct audit_buffer *ab;

	pr_warn("enforce refused: %s is mapped to be written to\n", device);
	ab = begin_record(GFP_KERNEL, AUDIT_INTEGRITY_STATUS, "state", "mapped",
			  "device is mapped to be written to");
	log_string(ab, " dev=", device);
	audit_log_format(ab, " res=0 errno=%d", -EBUSY);
	audit_log_end(ab);
}

/**
 * veriexec_audit_loaded() - report that a manifest was loaded
 * @name: of the manifest, "" where it has none
 * @version: of the manifest
 * @signer: who signed it, from the certificate
 * @method: how, as in "ECDSA256+SHA256"
 * @bound: number of its files that were found
 * @missing: number of those that were not
 *
 * Context: Process context, may sleep.
 */
void veriexec_audit_loaded(const char *name, u64 version, const char *signer,
			   const char *method, u32 bound, u32 missing)
{
	struct audit_buffer *ab;

	pr_notice("Verified manifest %s signed by %*pE method %s: version %llu, %u files, %u missing\n",
		  veriexec_or_dash(name), (int)strlen(signer), signer, method,
		  version, bound, missing);
	ab = begin_record(GFP_KERNEL, AUDIT_INTEGRITY_POLICY_RULE, "load",
			  "verified", "manifest is verified");
	log_string(ab, " name=", veriexec_or_dash(name));
	audit_log_format(ab, " version=%llu", version);
	log_string(ab, " signer=", signer);
	audit_log_format(ab, " res=1");
	audit_log_end(ab);
}

/* The cause of a refused manifest, whose loader gets @error. */
static const char *error_token(int error)
{
	switch (error) {
	case -EBADMSG:
		return "malformed";
	case -EFBIG:
		return "too-large";
	case -EKEYREJECTED:
		return "rejected";
	case -ENOKEY:
		return "not-trusted";
	case -ENOPKG:
		return "unsupported";
	case -EPERM:
		return "not-permitted";
	case -ESTALE:
		return "older";
	case -EXDEV:
		return "leaves-files";
	default:
		return "failed";
	}
}

/**
 * veriexec_audit_refused() - report that a manifest was not loaded
 * @name: of the manifest, "" where it is not known
 * @error: what its loader gets
 * @refusal: why
 *
 * Context: Process context, may sleep.
 */
void veriexec_audit_refused(const char *name, int error,
			    const struct veriexec_refusal *refusal)
{
	const char *word = refusal->word;
	struct audit_buffer *ab;
	char where[24] = "";

	if (refusal->line)
		snprintf(where, sizeof(where), " line %u:", refusal->line);
	pr_warn("manifest %s refused (%pe):%s %s%s%*pE%s\n",
		veriexec_or_dash(name), ERR_PTR(error), where, refusal->why,
		word ? ": '" : "", word ? (int)refusal->word_len : 0,
		word ?: "", word ? "'" : "");
	ab = begin_record(GFP_KERNEL, AUDIT_INTEGRITY_POLICY_RULE, "load",
			  error_token(error), refusal->why);
	log_string(ab, " name=", veriexec_or_dash(name));
	audit_log_format(ab, " line=%u res=0 errno=%d", refusal->line, error);
	audit_log_end(ab);
}

/**
 * veriexec_audit_unbound() - report that a listed file is not there to be bound
 * @path: as the manifest has it, decoded
 * @why: what is the matter with it
 *
 * Context: Process context, may sleep.
 */
void veriexec_audit_unbound(const char *path, const char *why)
{
	pr_info("%*pE is listed but %s\n", (int)strlen(path), path, why);
}
