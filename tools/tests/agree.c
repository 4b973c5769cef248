// SPDX-License-Identifier: GPL-2.0-only
/*
 * Gives variants of manifests to the kernel that runs, to vxsign verify and to what
 * vxload checks by itself, and tells where these do not agree: on whether a manifest is
 * to be taken, and on the line that is wrong. Runs in a guest, see
 * selftests/boots/agree.sh. The environment may have
 *
 *	VERIEXEC_SEED		of the first variant (1); 0 takes one from the clock
 *	VERIEXEC_VARIANTS	how many
 *
 * The kernel has the last word. may_differ() says in what the tools may differ.
 */

#include <fcntl.h>
#include <inttypes.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

#include "../../selftests/variants.h"
/* It is a member of struct command, too. */
#undef run
#include "../vxload/acceptable.h"
#include "../vxsign/commands.h"
#include "message.h"
#include "tap.h"

#define KEYS		"/etc/veriexec/"
#define MANIFEST	"/tmp/agree.manifest"
#define CERTIFICATES	"/tmp/agree.pem"
#define DIRECTORY	"/tmp/agree"
#define SHOWN_MAX	20
#define SAID_SIZE	4096

/**
 * struct opinion - of a manifest
 * @taken: it is to be loaded
 * @line: the one that is wrong, 0 if it is none
 * @said: all that was said
 */
struct opinion {
	bool taken;
	unsigned long line;
	char said[SAID_SIZE];
};

static void need(bool done, const char *what)
{
	if (done)
		return;
	printf("# %s: not done\n", what);
	exit(1);
}

/* -- The kernel. */

/* The next record that tells what became of a manifest. */
static void read_log(int log, struct opinion *o)
{
	ssize_t len;

	do {
		len = read(log, o->said, sizeof(o->said) - 1);
		if (len < 0 && errno == EPIPE)
			continue;
		need(len > 0, "a message of the kernel's");
		o->said[len] = '\0';
	} while (len < 0 || (!strstr(o->said, ";veriexec: manifest ") &&
			     !strstr(o->said, ";veriexec: Verified manifest ")));
}

static void ask_kernel(int log, const struct text *manifest, struct opinion *o)
{
	const char *refused;
	int ret = load_signed(DIRECTORY, manifest);

	o->taken = !ret;
	read_log(log, o);
	o->said[strcspn(o->said, "\n")] = '\0';
	refused = strstr(o->said, " refused (");
	need(o->taken == !refused, "one answer of the kernel's");
	if (refused)
		sscanf(refused, " refused (%*[^)]): line %lu:", &o->line);
}

/* -- The tools. */

/* "FILE:LINE: cause", or "FILE is not compatible with this system: line LINE: cause" */
static void find_line(struct opinion *o)
{
	const char *at = strstr(o->said, MANIFEST ":");

	if (at && sscanf(at, MANIFEST ":%lu:", &o->line) == 1)
		return;
	at = strstr(o->said, " system: line ");
	if (at)
		sscanf(at, " system: line %lu:", &o->line);
}

/* What is written to standard error and output goes to the opinion. */
static void listen(int said, struct opinion *o, bool begin)
{
	static int out = -1, err = -1;
	ssize_t len;

	fflush(stdout);
	fflush(stderr);
	if (begin) {
		out = dup(STDOUT_FILENO);
		err = dup(STDERR_FILENO);
		need(!ftruncate(said, 0) && !lseek(said, 0, SEEK_SET),
		     "an empty file");
		dup2(said, STDOUT_FILENO);
		dup2(said, STDERR_FILENO);
		return;
	}
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	close(out);
	close(err);
	len = pread(said, o->said, sizeof(o->said) - 1, 0);
	o->said[len > 0 ? len : 0] = '\0';
}

static void ask_vxsign(int said, struct opinion *o)
{
	char *argv[] = {
		"verify", "--cert", KEYS "dev.crt", "--cert", KEYS "revoked.crt",
		MANIFEST, NULL
	};
	enum exit_status status;

	optind = 0;
	listen(said, o, true);
	status = cmd_verify.run(&cmd_verify, 6, argv);
	listen(said, o, false);
	if (status == EXIT_TROUBLE)
		printf("# trouble: %s\n", o->said);
	need(status != EXIT_TROUBLE, "vxsign verify");
	o->taken = status == EXIT_YES;
	find_line(o);
}

static void ask_vxload(const struct ability *ability, int said, struct opinion *o)
{
	char cause[ACCEPTABLE_CAUSE_SIZE] = "";
	struct manifest_file m;
	int status;

	listen(said, o, true);
	status = manifest_file_read(&m, MANIFEST);
	if (status == EXIT_YES) {
		status = manifest_file_judge(&m, &ability->trust);
		if (status != EXIT_TROUBLE)
			status = acceptable_check(ability, &m, cause);
	}
	listen(said, o, false);
	need(status != EXIT_TROUBLE, "vxload's check");
	o->taken = status == EXIT_YES;
	if (!*o->said)
		snprintf(o->said, sizeof(o->said), "%s", *cause ? cause : m.cause);
	find_line(o);
	manifest_file_free(&m);
}

/* -- Who agrees. */

/*
 * In three things the tools may differ from the kernel, because they do not know what it
 * knows, or it does not know what they know:
 *
 * - Which manifests are loaded already: vxload --dry-run looks at that beside the check
 *   that is asked here (docs/admin/versions.rst, docs/admin/signing.rst, "Who may sign").
 * - vxsign verify: which algorithms the kernel has. vxload preflight checks what depends
 *   on the machine (vxsign(1), "vxsign verify").
 * - vxsign verify: what time it is. The kernel has no clock that it trusts
 *   (docs/admin/signing.rst, "Dates").
 */
static bool may_differ(const struct opinion *kernel, const struct opinion *tool,
		       bool knows_machine)
{
	if (strstr(kernel->said, "may not use the name of another signer's manifest") ||
	    strstr(kernel->said, "version of it is loaded"))
		return true;
	if (knows_machine)
		return false;
	return strstr(kernel->said, "algorithm is not supported here") ||
	       (kernel->taken && (strstr(tool->said, " has expired on ") ||
				  strstr(tool->said, " is not valid before ")));
}

static bool differs(const struct opinion *kernel, const struct opinion *tool,
		    bool knows_machine)
{
	return (kernel->taken != tool->taken || kernel->line != tool->line) &&
	       !may_differ(kernel, tool, knows_machine);
}

static void print_base64(const struct text *t)
{
	unsigned char piece[65];
	size_t at;

	for (at = 0; at < t->len; at += 48) {
		size_t len = t->len - at < 48 ? t->len - at : 48;

		EVP_EncodeBlock(piece, (unsigned char *)t->data + at, (int)len);
		printf("#  %s\n", piece);
	}
}

static void tell(uint64_t seed, const struct variant *v, const char *who,
		 const struct opinion *kernel, const struct opinion *tool)
{
	static unsigned int shown;

	if (shown++ >= SHOWN_MAX)
		return;
	printf("# seed %" PRIu64 ":%s\n", seed, v->what);
	printf("# the kernel %s: %s\n", kernel->taken ? "takes it" : "refuses",
	       kernel->said);
	printf("# %s %s: %.*s\n", who, tool->taken ? "takes it" : "refuses",
	       (int)strcspn(tool->said, "\n"), tool->said);
	print_base64(&v->manifest);
}

/**
 * struct counts - of variants
 * @taken: by the kernel
 * @vxsign: on which vxsign does not agree
 * @vxload: on which vxload does not agree
 */
struct counts {
	unsigned long taken;
	unsigned long vxsign;
	unsigned long vxload;
};

static void try_one(const struct people *people, const struct ability *ability,
		    int log, int said, uint64_t seed, struct counts *counts)
{
	struct opinion kernel = { 0 }, vxsign = { 0 }, vxload = { 0 };
	struct variant v = { 0 };

	variant_make(&v, people, seed);
	need(!write_file(MANIFEST, v.manifest.data, v.manifest.len, 0644),
	     MANIFEST);
	ask_kernel(log, &v.manifest, &kernel);
	ask_vxload(ability, said, &vxload);
	counts->taken += kernel.taken;
	if (differs(&kernel, &vxload, true)) {
		counts->vxload++;
		tell(seed, &v, "vxload", &kernel, &vxload);
	}
	/* Nobody tells vxsign which certificates were added to this kernel. */
	if (!v.needs_added) {
		ask_vxsign(said, &vxsign);
		if (differs(&kernel, &vxsign, false)) {
			counts->vxsign++;
			tell(seed, &v, "vxsign", &kernel, &vxsign);
		}
	}
	text_free(&v.manifest);
}

static void add(struct pki *p, const char *name, unsigned int flags,
		const struct pki *issuer, FILE *pem)
{
	const struct pki_certificate what = {
		.name = name, .key = "P-256", .flags = flags,
	};

	need(!pki_make(p, &what, issuer) && !pki_add(p, pki_keyring(".veriexec")) &&
	     PEM_write_X509(pem, p->cert), name);
}

static void gather(struct people *people)
{
	FILE *pem = fopen(CERTIFICATES, "w");

	need(pem && !pki_read(&people->vendor, KEYS "dev.key", KEYS "dev.crt") &&
	     PEM_write_X509(pem, people->vendor.cert) &&
	     !pki_read(&people->revoked, KEYS "revoked.key", KEYS "revoked.crt") &&
	     PEM_write_X509(pem, people->revoked.cert), "certificates");
	add(&people->customer, "Customer", 0, &people->vendor, pem);
	add(&people->authority, "Authority", PKI_CA, &people->vendor, pem);
	need(!fclose(pem), CERTIFICATES);
}

static unsigned long setting(const char *name, unsigned long usual)
{
	const char *value = getenv(name);

	return value ? strtoul(value, NULL, 10) : usual;
}

int main(void)
{
	uint64_t seed = setting("VERIEXEC_SEED", 1);
	unsigned long variants = setting("VERIEXEC_VARIANTS", 800), i;
	int said = memfd_create("said", MFD_CLOEXEC);
	struct people people = { 0 };
	struct counts counts = { 0 };
	struct ability ability;
	int log;

	message_init("agree");
	setvbuf(stdout, NULL, _IOLBF, 0);
	puts("TAP version 13");
	if (!seed)
		seed = (uint64_t)time(NULL) << 20;
	printf("# seed %" PRIu64 "\n", seed);
	need(!mkdir(DIRECTORY, 0755) && !chdir("/tmp") && said >= 0, DIRECTORY);
	log = log_open();
	need(log >= 0, "the kernel's log");
	gather(&people);
	need(!ability_load(&ability, CERTIFICATES, false), "the kernel's ability");
	for (i = 0; i < variants; i++)
		try_one(&people, &ability, log, said, seed + i, &counts);
	ability_free(&ability);
	printf("# %lu variants, %lu of them taken\n", variants, counts.taken);
	tap(!counts.vxsign, "vxsign verify agrees with the kernel, but on %lu",
	    counts.vxsign);
	tap(!counts.vxload, "vxload agrees with the kernel, but on %lu",
	    counts.vxload);
	tap(counts.taken > variants / 10 && counts.taken < variants / 2,
	    "a fair part of the variants is taken");
	return tap_end();
}
