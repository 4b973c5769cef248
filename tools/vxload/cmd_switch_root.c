// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxload switch-root: from the initramfs into a root that is verified before
 * the first program of it runs.
 *
 * Process 1 does not survive an error here: the kernel stops the boot when it
 * exits, which is what a system that cannot be verified should do.
 */

#include <errno.h>
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
#include "options.h"
#include "securityfs.h"
#include "state.h"
#include "verdict.h"

static const char usage[] =
"[-v] [-S] [-c CERTS] [--versions PLACE [--provisioned]]\n"
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

/* Is all there? Takes what follows the options. Returns 0, or -1, reported. */
static int check_usage(struct switch_root *s, int argc, char **argv)
{
	struct load_request *load = &s->load;

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
	struct verdict v;
	int check, ret;

	check = verdict_open();
	if (check < 0)
		return EXIT_TROUBLE;
	ret = verdict_ask(check, init, &v);
	close(check);
	if (!ret && v.verified)
		return EXIT_YES;
	if (!ret) {
		message("%s: %s: is not verified%s%s", s->load.dir, *s->init,
			*v.reason ? ": " : "", v.reason);
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
	bool no_lock = false;
	const struct argument table[] = {
		{ .name = "provisioned", .flag = &s.load.provisioned },
		{ .name = "no-lock", .flag = &no_lock },
		{ .letter = 'v', .flag = &s.load.verbose },
		{ 0 }
	};
	const struct arguments arguments = {
		.called = "vxload switch-root",
		.usage = usage,
		.table = table,
		/* What follows INIT is INIT's own. */
		.ordered = true,
	};
	enum exit_status status;

	if (options_read(&arguments, argc, argv, &s.load, &status)) {
		if (no_lock)
			s.states &= ~STATE_LOCKED;
		status = check_usage(&s, argc, argv) ? EXIT_TROUBLE :
			 (enum exit_status)run(&s);
	}
	free(s.load.files);
	return status;
}
