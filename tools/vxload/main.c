// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxload: loads signed manifests and drives the state of veriexec. This file
 * is the command line and nothing else.
 */

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "commands.h"
#include "efi_floor.h"
#include "exit.h"
#include "load.h"
#include "manifest.h"
#include "message.h"
#include "state.h"
#include "versions.h"

static const char usage[] =
"usage: vxload [-v] [-S] [-C DIR] [-c CERTS] [--versions PLACE [--provisioned]\n"
"              [--commit]] [--replace] [STATES] MANIFEST...\n"
"       vxload --dry-run [--json] [-S] [-C DIR] [-c CERTS]\n"
"              [--versions PLACE [--provisioned]] [--replace] MANIFEST...\n"
"       vxload STATES\n"
"       vxload --versions FILE --commit\n"
"       vxload [-S] [-c CERTS] --versions efi --commit PAYLOAD...\n"
"       vxload --state [--json] | -i STATE\n"
"       vxload --check [--json] FILE... | -x FILE...\n"
"       vxload --why [--json] FILE...\n"
"       vxload --list [--json] | -l FILE...\n"
"       vxload [-v] --add-cert FILE...\n"
"       vxload --would-deny [--json | --as-rules] [LOG]...\n"
"       vxload --monitor [--json]\n"
"       vxload --metrics [FILE]\n"
"       vxload switch-root [-v] [-S] [-c CERTS] [--versions PLACE [--provisioned]]\n"
"              [--no-lock] --manifest FILE [--manifest FILE]...\n"
"              NEWROOT INIT [ARGUMENT]...\n"
"       vxload preflight [-S] [-c CERTS] [--manifest PATH]... [--versions PLACE]\n"
"              [--json] ROOT|DEVICE...\n"
"       vxload image [-S] [-c CERTS] --manifest FILE DEVICE\n"
"\n"
"Loads signed manifests into the kernel, of which only listed and unmodified\n"
"files run once it enforces them.\n"
"\n"
"  -C DIR      directory that the listed paths lie beneath (/)\n"
"  -c CERTS    certificates for the first check (/etc/veriexec/certs.pem)\n"
"  -S          compare the dates of certificates with the clock, and ask the\n"
"              kernel which are revoked\n"
"  --versions PLACE\n"
"              refuse what is older than what PLACE says: a file, or efi, the\n"
"              variables of the firmware\n"
"  --provisioned\n"
"              refuse what PLACE says nothing of\n"
"  --commit    the last step: refuse from now on what is older than what is\n"
"              loaded; a PAYLOAD of the vendor's (vxsign floor) says so to efi\n"
"  --replace   let it take the place of a manifest of the same name that lists\n"
"              files on other file systems, which stop running\n"
"  --dry-run   say what a load would change, or why it would be refused, and load\n"
"              nothing\n"
"  -v          say more\n"
"\n"
"STATES, set in this order when all manifests are loaded:\n"
"  --activate  check files and log, deny nothing (-z active)\n"
"  --enforce   deny what is not verified (-z enforce)\n"
"  --lock      take no other manifests any more (-z locked)\n"
"\n"
"  --state     print the states that hold\n"
"  -i STATE    succeed if STATE holds: loaded, active, enforce, locked\n"
"  --check, -x say whether each FILE is verified, and why not\n"
"  --why       say the same of its interpreters, what was denied, and what to do\n"
"  --list      print the manifests and entries that are loaded, and what is revoked\n"
"  -l          print the flags and the label of each FILE\n"
"  --add-cert  add certificates that one who is trusted has issued\n"
"  --would-deny\n"
"              sum up, from the audit trail, what --enforce would deny\n"
"  --as-rules  print rules for vxsign generate --rules that would prevent it\n"
"  --monitor   print each denial as it happens, until it is interrupted\n"
"  --metrics   write the kernel's counters as Prometheus reads them\n"
"  --json      print JSON\n"
"  -h, --help  print this text, or that of the command\n"
"  --version   print the version\n"
"\n"
"Exit status: 0 yes, 1 no or refused, 2 trouble.\n";

enum {
	OPT_STATE = 256,
	OPT_ACTIVATE,
	OPT_ENFORCE,
	OPT_LOCK,
	OPT_ADD_CERT,
	OPT_VERSIONS,
	OPT_PROVISIONED,
	OPT_COMMIT,
	OPT_REPLACE,
	OPT_LIST,
	OPT_WHY,
	OPT_WOULD_DENY,
	OPT_AS_RULES,
	OPT_DRY_RUN,
	OPT_MONITOR,
	OPT_METRICS,
	OPT_JSON,
	OPT_VERSION,
	OPT_CHECK = 'x',
	OPT_HELP = 'h'
};

static const struct option options[] = {
	{ "state", no_argument, NULL, OPT_STATE },
	{ "activate", no_argument, NULL, OPT_ACTIVATE },
	{ "enforce", no_argument, NULL, OPT_ENFORCE },
	{ "lock", no_argument, NULL, OPT_LOCK },
	{ "check", no_argument, NULL, OPT_CHECK },
	{ "why", no_argument, NULL, OPT_WHY },
	{ "list", no_argument, NULL, OPT_LIST },
	{ "add-cert", no_argument, NULL, OPT_ADD_CERT },
	{ "versions", required_argument, NULL, OPT_VERSIONS },
	{ "provisioned", no_argument, NULL, OPT_PROVISIONED },
	{ "commit", no_argument, NULL, OPT_COMMIT },
	{ "replace", no_argument, NULL, OPT_REPLACE },
	{ "would-deny", no_argument, NULL, OPT_WOULD_DENY },
	{ "as-rules", no_argument, NULL, OPT_AS_RULES },
	{ "dry-run", no_argument, NULL, OPT_DRY_RUN },
	{ "monitor", no_argument, NULL, OPT_MONITOR },
	{ "metrics", no_argument, NULL, OPT_METRICS },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "help", no_argument, NULL, OPT_HELP },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ NULL, 0, NULL, 0 }
};

/* What a mode has to do with files and with options that not all share. */
#define TAKES_FILES	0x1U
#define TAKES_JSON	0x2U
#define MAY_TAKE_FILES	0x4U
#define MAY_TAKE_FILE	0x8U
#define TAKES_RULES	0x10U

/**
 * struct mode - one of the things that are done one at a time
 * @option: that asks for it
 * @name: of the option, for messages
 * @takes: TAKES_*
 */
static const struct mode {
	int option;
	const char *name;
	unsigned int takes;
} modes[] = {
	{ OPT_STATE, "--state", TAKES_JSON },
	{ 'i', "-i", 0 },
	{ OPT_CHECK, "--check", TAKES_FILES | TAKES_JSON },
	{ OPT_WHY, "--why", TAKES_FILES | TAKES_JSON },
	{ OPT_LIST, "--list", TAKES_JSON },
	{ 'l', "-l", TAKES_FILES },
	{ OPT_ADD_CERT, "--add-cert", TAKES_FILES },
	{ OPT_DRY_RUN, "--dry-run", TAKES_FILES | TAKES_JSON },
	{ OPT_WOULD_DENY, "--would-deny",
	  MAY_TAKE_FILES | TAKES_JSON | TAKES_RULES },
	{ OPT_MONITOR, "--monitor", TAKES_JSON },
	{ OPT_METRICS, "--metrics", MAY_TAKE_FILE },
};

/**
 * struct command_line - what the user asks for
 * @mode: NULL to load manifests and set states
 * @state: that -i asks about
 * @add: states to set
 * @commit: to raise the versions in the end
 * @json: to print JSON
 * @as_rules: to print rules
 * @load: what to load, and how
 */
struct command_line {
	const struct mode *mode;
	unsigned int state;
	unsigned int add;
	bool commit;
	bool json;
	bool as_rules;
	struct load_request load;
};

static int choose_mode(struct command_line *c, int option)
{
	size_t i;

	for (i = 0; modes[i].option != option; i++)
		;
	if (c->mode && c->mode != &modes[i]) {
		message("%s and %s cannot be combined", c->mode->name,
			modes[i].name);
		return -1;
	}
	c->mode = &modes[i];
	return 0;
}

/* -z STATE: "loaded" is a state, but not one to be set. */
static int add_state(struct command_line *c, const char *prefix)
{
	unsigned int state = state_find(prefix);

	if (!state)
		return -1;
	if (state == STATE_LOADED) {
		message("the state loaded cannot be set: it comes with the first manifest");
		return -1;
	}
	c->add |= state;
	return 0;
}

/* Returns 0, or -1, reported. */
static int take_option(struct command_line *c, int opt, char *arg)
{
	switch (opt) {
	case 'C':
		c->load.dir = arg;
		return 0;
	case 'c':
		c->load.certificates = arg;
		return 0;
	case 'S':
		c->load.strict = true;
		return 0;
	case 'v':
		c->load.verbose = true;
		return 0;
	case 'z':
		return add_state(c, arg);
	case OPT_VERSIONS:
		c->load.versions = arg;
		return 0;
	case OPT_PROVISIONED:
		c->load.provisioned = true;
		return 0;
	case OPT_COMMIT:
		c->commit = true;
		return 0;
	case OPT_REPLACE:
		c->load.replace = true;
		return 0;
	case OPT_ACTIVATE:
		c->add |= STATE_ACTIVE;
		return 0;
	case OPT_ENFORCE:
		c->add |= STATE_ENFORCE;
		return 0;
	case OPT_LOCK:
		c->add |= STATE_LOCKED;
		return 0;
	case OPT_JSON:
		c->json = true;
		return 0;
	case OPT_AS_RULES:
		c->as_rules = true;
		return 0;
	case 'i':
		c->state = state_find(arg);
		return c->state ? choose_mode(c, opt) : -1;
	case OPT_STATE:
	case OPT_CHECK:
	case OPT_WHY:
	case OPT_LIST:
	case OPT_ADD_CERT:
	case OPT_DRY_RUN:
	case OPT_WOULD_DENY:
	case OPT_MONITOR:
	case OPT_METRICS:
	case 'l':
		return choose_mode(c, opt);
	default:
		return -1;
	}
}

/* The firmware takes what the vendor has signed, and nothing else is loaded then. */
static bool is_payload(const struct command_line *c)
{
	return c->commit && efi_floor_is(c->load.versions);
}

/* Returns 0, or -1, reported. */
static int check_versions(const struct command_line *c)
{
	const char *versions = c->load.versions;

	if (c->commit && !versions)
		message("--commit: name the place, with --versions");
	else if (c->load.provisioned && !versions)
		message("--provisioned goes with --versions");
	else if (c->mode && c->commit)
		message("%s and --commit cannot be combined", c->mode->name);
	else if (is_payload(c) && !c->load.count)
		message("--versions efi --commit: name what the vendor has signed (vxsign floor)");
	else if (is_payload(c) && c->add)
		message("--versions efi --commit cannot be combined with setting a state");
	else
		return 0;
	return -1;
}

static int most_files(const struct mode *mode)
{
	if (mode->takes & (TAKES_FILES | MAY_TAKE_FILES))
		return INT_MAX;
	return mode->takes & MAY_TAKE_FILE ? 1 : 0;
}

/* Does it all fit together? Returns 0, or -1, reported. */
static int check_usage(const struct command_line *c)
{
	const struct mode *mode = c->mode;

	if (!mode && !c->load.count && !c->add && !c->commit)
		message("nothing to do: name a manifest, or see --help");
	else if (c->json && !(mode && mode->takes & TAKES_JSON))
		message("--json goes with what prints it, see --help");
	else if (c->as_rules && !(mode && mode->takes & TAKES_RULES))
		message("--as-rules goes with --would-deny");
	else if (c->as_rules && c->json)
		message("--as-rules and --json cannot be combined");
	else if (mode && c->add)
		message("%s cannot be combined with setting a state",
			mode->name);
	else if (mode && mode->takes & TAKES_FILES && !c->load.count)
		message("%s: name a file", mode->name);
	else if (mode && c->load.count > most_files(mode))
		message("%s takes no%s file: '%s'", mode->name,
			most_files(mode) ? " other" : "",
			c->load.files[most_files(mode)]);
	else
		return check_versions(c);
	return -1;
}

static int load_and_commit(const struct command_line *c)
{
	struct load_request request = c->load;
	char *place = versions_place(request.versions);
	int status = EXIT_YES;

	if (!place) {
		message("%s: %s", request.versions, strerror(errno));
		return EXIT_TROUBLE;
	}
	request.versions = place;
	if (request.count && !is_payload(c))
		status = load_manifests(&request);
	if (status == EXIT_YES)
		status = state_add(c->add);
	if (status == EXIT_YES)
		status = cmd_commit(&request);
	free(place);
	return status;
}

static int run(const struct command_line *c)
{
	int status = EXIT_YES;

	switch (c->mode ? c->mode->option : 0) {
	case OPT_STATE:
		return cmd_state(c->json);
	case 'i':
		return cmd_state_holds(c->state);
	case OPT_CHECK:
		return cmd_check(c->load.files, c->json);
	case OPT_WHY:
		return cmd_why(c->load.files, c->load.count, c->json);
	case OPT_LIST:
		return cmd_list(c->json);
	case 'l':
		return cmd_labels(c->load.files);
	case OPT_ADD_CERT:
		return cmd_add_cert(c->load.files, c->load.count,
				    c->load.verbose);
	case OPT_DRY_RUN:
		return cmd_dry_run(&c->load, c->json);
	case OPT_WOULD_DENY:
		return cmd_would_deny(c->load.files, c->load.count,
				      c->as_rules ? WOULD_DENY_RULES :
				      c->json ? WOULD_DENY_JSON :
						WOULD_DENY_TEXT);
	case OPT_MONITOR:
		return cmd_monitor(c->json);
	case OPT_METRICS:
		return cmd_metrics(c->load.files[0]);
	}
	if (c->commit)
		return load_and_commit(c);
	if (c->load.count)
		status = load_manifests(&c->load);
	return status == EXIT_YES ? state_add(c->add) : status;
}

static int parse_and_run(int argc, char **argv)
{
	struct command_line c = { .load.dir = "/" };
	int opt;

	while ((opt = getopt_long(argc, argv, "C:Sc:hi:lvxz:", options,
				  NULL)) != -1) {
		if (opt == OPT_HELP) {
			fputs(usage, stdout);
			return EXIT_YES;
		}
		if (opt == OPT_VERSION) {
			arguments_version("vxload");
			return EXIT_YES;
		}
		if (take_option(&c, opt, optarg))
			return EXIT_TROUBLE;
	}
	c.load.files = argv + optind;
	c.load.count = argc - optind;
	if (check_usage(&c))
		return EXIT_TROUBLE;
	return run(&c);
}

/* An answer that did not get out was not given. */
static int finish(int status)
{
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	message("standard output: %s", strerror(errno));
	return EXIT_TROUBLE;
}

/**
 * struct command - one that has a command line of its own
 * @name: the first word of that
 * @run: what it is
 * @full: the name that getopt_long() complains under
 */
struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	char full[24];
};

int main(int argc, char **argv)
{
	static struct command commands[] = {
		{ "switch-root", cmd_switch_root, "vxload switch-root" },
		{ "preflight", cmd_preflight, "vxload preflight" },
		{ "image", cmd_image, "vxload image" },
	};
	static char vxload[] = "vxload";
	size_t i;

	message_init("vxload");
	if (argc < 1)
		return EXIT_TROUBLE;
	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		if (argc < 2 || strcmp(argv[1], commands[i].name))
			continue;
		argv[1] = commands[i].full;
		return finish(commands[i].run(argc - 1, argv + 1));
	}
	argv[0] = vxload;
	return finish(parse_and_run(argc, argv));
}
