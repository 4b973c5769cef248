// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxload switch-root: from the initramfs into a root that is verified before
 * the first program of it runs.
 *
 * Process 1 does not survive an error here: the kernel stops the boot when it
 * exits, which is what a system that cannot be verified should do.
 */

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "efi_floor.h"
#include "exit.h"
#include "load.h"
#include "message.h"
#include "new_root.h"
#include "securityfs.h"
#include "state.h"
#include "verdict.h"

static const char usage[] =
"usage: vxload switch-root [-v] [-S] [-c CERTS] [--versions PLACE [--provisioned]]\n"
"              [--no-lock] --manifest FILE [--manifest FILE]...\n"
"              NEWROOT INIT [ARGUMENT]...\n"
"\n"
"Verifies and loads manifests for NEWROOT, enforces them, makes NEWROOT the\n"
"root and runs INIT there. Only for process 1 of an initramfs.\n"
"\n"
"  --manifest FILE  to be loaded, its paths lie beneath NEWROOT\n"
"  --no-lock        more manifests may be loaded later\n"
"  -c CERTS         certificates for the first check (/etc/veriexec/certs.pem)\n"
"  -S               compare the dates of certificates with the clock, and ask the\n"
"                   kernel which are revoked\n"
"  --versions PLACE refuse what is older than what PLACE says: a file, or efi, the\n"
"                   variables of the firmware\n"
"  --provisioned    refuse what PLACE says nothing of\n"
"  -v               say what is done\n";

/**
 * struct switch_root - what the command line asks for
 * @load: the manifests; &load_request.dir is the new root
 * @states: to be added when they are loaded
 * @init: the program and its arguments, ended by NULL
 */
struct switch_root {
	struct load_request load;
	unsigned int states;
	char **init;
};

enum { OPT_MANIFEST = 256, OPT_VERSIONS, OPT_PROVISIONED, OPT_NO_LOCK, OPT_HELP };

static const struct option options[] = {
	{ "manifest", required_argument, NULL, OPT_MANIFEST },
	{ "versions", required_argument, NULL, OPT_VERSIONS },
	{ "provisioned", no_argument, NULL, OPT_PROVISIONED },
	{ "no-lock", no_argument, NULL, OPT_NO_LOCK },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 }
};

/* Returns 0 with @s filled, or -1 to go no further but exit with @status. */
static int parse(int argc, char **argv, struct switch_root *s, int *status)
{
	struct load_request *load = &s->load;
	int opt;

	*status = EXIT_TROUBLE;
	/* "+": what follows INIT is INIT's own. */
	while ((opt = getopt_long(argc, argv, "+c:Sv", options, NULL)) != -1) {
		switch (opt) {
		case OPT_MANIFEST:
			load->files[load->count++] = optarg;
			break;
		case OPT_VERSIONS:
			load->versions = optarg;
			break;
		case OPT_PROVISIONED:
			load->provisioned = true;
			break;
		case OPT_NO_LOCK:
			s->states &= ~STATE_LOCKED;
			break;
		case OPT_HELP:
			fputs(usage, stdout);
			*status = EXIT_YES;
			return -1;
		case 'c':
			load->certificates = optarg;
			break;
		case 'S':
			load->strict = true;
			break;
		case 'v':
			load->verbose = true;
			break;
		default:
			return -1;
		}
	}
	if (!load->count)
		message("switch-root: --manifest is missing");
	else if (argc - optind < 2)
		message("switch-root: NEWROOT or INIT is missing");
	else if (load->provisioned && !load->versions)
		message("switch-root: --provisioned goes with --versions");
	else if (getpid() != 1)
		message("switch-root: is for process 1 only: the init of the initramfs has to exec it");
	else {
		load->dir = argv[optind];
		s->init = argv + optind + 1;
		return 0;
	}
	return -1;
}

/* Better to hear now that init would not run than from the kernel's panic. */
static int check_init(const struct switch_root *s, int init)
{
	int check, ret;

	check = verdict_open();
	if (check < 0)
		return EXIT_TROUBLE;
	ret = verdict_ask(check, init);
	close(check);
	if (ret == 1)
		return EXIT_YES;
	if (!ret) {
		message("%s: %s: is not verified", s->load.dir, *s->init);
		return EXIT_NO;
	}
	message("%s: %s: cannot be checked: %s", s->load.dir, *s->init,
		strerror(-ret));
	return EXIT_TROUBLE;
}

/* From here on only verified files run. */
static int enforce(const struct switch_root *s, int init)
{
	int status;

	sfs_mount();
	if (s->load.versions && efi_floor_is(s->load.versions))
		efi_floor_mount();
	status = load_manifests(&s->load);
	if (status == EXIT_YES)
		status = state_add(s->states);
	if (status == EXIT_YES)
		status = check_init(s, init);
	if (status == EXIT_YES && s->load.verbose)
		status = cmd_state(false);
	return status;
}

static int run(const struct switch_root *s)
{
	int root, init, status;

	root = new_root_open(s->load.dir);
	if (root < 0)
		return EXIT_TROUBLE;
	init = new_root_open_init(root, s->load.dir, *s->init);
	if (init < 0) {
		close(root);
		return EXIT_TROUBLE;
	}
	status = enforce(s, init);
	close(init);
	if (status == EXIT_YES &&
	    new_root_enter(root, s->load.dir, s->load.verbose))
		status = EXIT_TROUBLE;
	close(root);
	if (status != EXIT_YES)
		return status;

	fflush(stdout);
	execv(*s->init, s->init);
	message("%s: cannot be run: %s", *s->init, strerror(errno));
	return EXIT_TROUBLE;
}

/**
 * cmd_switch_root() - verify a root and go on in it
 * @argc: of @argv
 * @argv: the command line from "switch-root" on
 *
 * Return: exit status; not at all if it succeeds.
 */
int cmd_switch_root(int argc, char **argv)
{
	struct switch_root s = {
		.states = STATE_ACTIVE | STATE_ENFORCE | STATE_LOCKED,
	};
	int status;

	s.load.files = calloc((size_t)argc, sizeof(*s.load.files));
	if (!s.load.files) {
		message("out of memory");
		return EXIT_TROUBLE;
	}
	if (!parse(argc, argv, &s, &status))
		status = run(&s);
	free(s.load.files);
	return status;
}
