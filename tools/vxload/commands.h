/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What vxload can do. Each returns an exit status, and has said why if that is
 * not EXIT_YES.
 */

#ifndef VXLOAD_COMMANDS_H
#define VXLOAD_COMMANDS_H

#include <stdbool.h>

#include "load.h"

/* How --would-deny prints what it finds. */
enum would_deny_form {
	WOULD_DENY_TEXT,
	WOULD_DENY_JSON,
	WOULD_DENY_RULES,
};

int cmd_state(bool json);
int cmd_state_holds(unsigned int state);
int cmd_check(char **files, bool json);
int cmd_why(char **files, int count, bool json);
int cmd_list(bool json);
int cmd_labels(char **files);
int cmd_add_cert(char **files, int count, bool verbose);
int cmd_dry_run(const struct load_request *request, bool json);
int cmd_would_deny(char **files, int count, enum would_deny_form form);
int cmd_monitor(bool json);
int cmd_metrics(const char *file);
int cmd_commit(const struct load_request *request);
int cmd_image(int argc, char **argv);
int cmd_preflight(int argc, char **argv);
int cmd_switch_root(int argc, char **argv);

#endif /* VXLOAD_COMMANDS_H */
