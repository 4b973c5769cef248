/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The options that preflight and switch-root share: which manifests, and how to judge
 * them.
 */

#ifndef VXLOAD_OPTIONS_H
#define VXLOAD_OPTIONS_H

#include <getopt.h>

#include "arguments.h"
#include "load.h"

bool options_read(const struct arguments *a, int argc, char **argv,
		  struct load_request *load, enum exit_status *status);

#endif /* VXLOAD_OPTIONS_H */
