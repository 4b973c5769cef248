/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Parts of records of the audit trail, on standard output: for people, whose terminal
 * gets no byte of a name as it is, or as JSON.
 */

#ifndef VXLOAD_RECORD_PRINT_H
#define VXLOAD_RECORD_PRINT_H

#include "audit_record.h"

void record_print_time(u64 seconds);
void record_print_string(const char *before, const char *s);
void record_print_act(const char *op, const char *name, const char *program);
void record_print_why(const char *reason, const char *cause, const char *what);
void record_print_member(const char *key, const char *value);
void record_print_path(const char *key, const char *path);

#endif /* VXLOAD_RECORD_PRINT_H */
