/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every message that an operator can see, in the kernel log and in the audit
 * trail, and the tables of operations and causes that word them.
 */

#ifndef _SECURITY_VERIEXEC_AUDIT_H
#define _SECURITY_VERIEXEC_AUDIT_H

#include <linux/fs.h>
#include <linux/gfp_types.h>
#include <linux/types.h>

#include "manifest.h"

/* What was attempted. Its row of veriexec_ops tells everything else. */
enum veriexec_op {
	VERIEXEC_OP_EXEC,
	VERIEXEC_OP_MMAP,
	VERIEXEC_OP_MPROTECT,
	VERIEXEC_OP_READ,
	VERIEXEC_OP_KERNEL_READ,
	VERIEXEC_OP_KERNEL_LOAD,
	VERIEXEC_OP_CHECK,
	VERIEXEC_OP_OPEN_WRITE,
	VERIEXEC_OP_WRITE,
	VERIEXEC_OP_TRUNCATE,
	VERIEXEC_OP_SETATTR,
	VERIEXEC_OP_SETXATTR,
	VERIEXEC_OP_UNLINK,
	VERIEXEC_OP_RENAME,
	VERIEXEC_OP_RMDIR,
	VERIEXEC_OP_LINK,
	VERIEXEC_OP_IOCTL,
	VERIEXEC_OP_COPY_UP,
	VERIEXEC_OP_QUOTA_ON,
	VERIEXEC_OP_DEVICE_WRITE,
	VERIEXEC_OP_MEM_WRITE,
	VERIEXEC_OP_LOCKDOWN,
	VERIEXEC_OP_PTRACE,
	VERIEXEC_OP_CORE_DUMP,
	VERIEXEC_OP_RAW_IO,
	VERIEXEC_OP_COUNT
};

/**
 * enum veriexec_kind - what an operation is to a file
 * @VERIEXEC_KIND_CODE: runs it, or maps it to be run
 * @VERIEXEC_KIND_INPUT: takes it in where only verified input will do
 * @VERIEXEC_KIND_QUERY: asks whether it is verified: neither counted nor reported
 * @VERIEXEC_KIND_CONTENT: changes what is in it
 * @VERIEXEC_KIND_ATTRIBUTE: changes what is known of it
 * @VERIEXEC_KIND_NAME: changes where it is found, or what is found there
 * @VERIEXEC_KIND_RIGHT: goes round files, so that only certain programs may
 */
enum veriexec_kind {
	VERIEXEC_KIND_CODE,
	VERIEXEC_KIND_INPUT,
	VERIEXEC_KIND_QUERY,
	VERIEXEC_KIND_CONTENT,
	VERIEXEC_KIND_ATTRIBUTE,
	VERIEXEC_KIND_NAME,
	VERIEXEC_KIND_RIGHT,
};

/**
 * struct veriexec_op_info - one row of the table of operations
 * @name: the word for it in messages, audit records and ``stats``
 * @error: what its caller gets when it is denied
 * @kind: what it is to a file
 */
struct veriexec_op_info {
	const char *name;
	int error;
	enum veriexec_kind kind;
};

extern const struct veriexec_op_info veriexec_ops[VERIEXEC_OP_COUNT];

/* Why it is not allowed. VERIEXEC_CAUSE_NONE if nothing speaks against it. */
enum veriexec_cause {
	VERIEXEC_CAUSE_NONE,
	VERIEXEC_CAUSE_NOT_LISTED,
	VERIEXEC_CAUSE_CHANGES_BENEATH,
	VERIEXEC_CAUSE_MISMATCH,
	VERIEXEC_CAUSE_REVOKED,
	VERIEXEC_CAUSE_UNCHECKABLE,
	VERIEXEC_CAUSE_NOT_JUDGED,
	VERIEXEC_CAUSE_HAS_WRITER,
	VERIEXEC_CAUSE_HELD,
	VERIEXEC_CAUSE_TAIL,
	VERIEXEC_CAUSE_KILLED,
	VERIEXEC_CAUSE_WRONG_OWNER,
	VERIEXEC_CAUSE_READ_ERROR,
	VERIEXEC_CAUSE_ONLY_INDIRECT,
	VERIEXEC_CAUSE_NOT_IN_FIPS,
	VERIEXEC_CAUSE_PRIVATE_PAGES,
	VERIEXEC_CAUSE_NO_FILE,
	VERIEXEC_CAUSE_LISTED,
	VERIEXEC_CAUSE_LEADS_TO_LISTED,
	VERIEXEC_CAUSE_LINK,
	VERIEXEC_CAUSE_TRACED,
	VERIEXEC_CAUSE_MAY_NOT_TRACE,
	VERIEXEC_CAUSE_HAS_THREADS,
	VERIEXEC_CAUSE_NOT_JOINED,
	VERIEXEC_CAUSE_SET_ID,
	VERIEXEC_CAUSE_CAPS,
	VERIEXEC_CAUSE_MAY_RUN,
	VERIEXEC_CAUSE_UNPACKED,
	VERIEXEC_CAUSE_REACHES_LISTED,
	VERIEXEC_CAUSE_HOLDS_LISTED,
	VERIEXEC_CAUSE_IN_USE,
	VERIEXEC_CAUSE_MAPPED,
	VERIEXEC_CAUSE_NO_STORAGE,
	VERIEXEC_CAUSE_MEMORY,
	VERIEXEC_CAUSE_NOT_TRUSTED,
	VERIEXEC_CAUSE_COUNT
};

/**
 * struct veriexec_cause_info - one row of the table of causes
 * @token: the word for it in audit records, ``check`` and ``stats``
 * @reason: the sentence, for people; has no quotation mark
 */
struct veriexec_cause_info {
	const char *token;
	const char *reason;
};

extern const struct veriexec_cause_info veriexec_causes[VERIEXEC_CAUSE_COUNT];

/**
 * struct veriexec_event - what an operator is told of one judgement
 * @op: what was attempted
 * @cause: why it is not allowed
 * @what: more of what was attempted, or NULL
 * @denied: it was not let through (false: it would not have been)
 * @path: of the file, or NULL
 * @inode: of the file, or NULL; enough where there is no @path
 * @gfp: how the caller may allocate
 */
struct veriexec_event {
	enum veriexec_op op;
	enum veriexec_cause cause;
	const char *what;
	bool denied;
	const struct path *path;
	struct inode *inode;
	gfp_t gfp;
};

void veriexec_audit_event(const struct veriexec_event *event);
void veriexec_audit_mismatch(const struct inode *inode, unsigned int alg,
			     const u8 *calculated, const u8 *listed);
void veriexec_audit_state(const char *states);
void veriexec_audit_mapped(const char *device);
void veriexec_audit_loaded(const char *name, u64 version, const char *signer,
			   const char *method, u32 bound, u32 missing);
void veriexec_audit_refused(const char *name, int error,
			    const struct veriexec_refusal *refusal);
void veriexec_audit_unbound(const char *path, const char *why);

#endif /* _SECURITY_VERIEXEC_AUDIT_H */
