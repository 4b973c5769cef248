// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxload image: what an initramfs asks before it maps an image by dm-verity. Sets
 * nothing up.
 */

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "exit.h"
#include "fingerprint.h"
#include "image.h"
#include "message.h"

#define SECTORS_PER_BLOCK	(HASH_TREE_BLOCK / 512)

static const char usage[] =
"usage: vxload image [-S] [-c CERTS] --manifest FILE DEVICE\n"
"\n"
"Writes the manifest that lies on DEVICE behind an image and its hashes to FILE,\n"
"and prints the table by which dmsetup(8) maps the image with dm-verity, if the\n"
"manifest is signed and lists its root hash.\n"
"\n"
"  --manifest FILE  where the manifest goes, for vxload switch-root\n"
"  -c CERTS         certificates for the first check (/etc/veriexec/certs.pem)\n"
"  -S               compare the dates of certificates with the clock, and ask the\n"
"                   kernel which are revoked\n"
"\n"
"Exit status: 0 done, 1 there is no such image, or it is refused, 2 trouble.\n";

/**
 * struct request - what the command line asks for
 * @device: where the image is
 * @manifest: where its manifest goes
 * @certificates: file of those whom the first check believes, or NULL
 * @strict: compare their dates with the clock
 */
struct request {
	const char *device;
	const char *manifest;
	const char *certificates;
	bool strict;
};

enum { OPT_MANIFEST = 256, OPT_HELP };

static const struct option options[] = {
	{ "manifest", required_argument, NULL, OPT_MANIFEST },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 }
};

static int refuse(const struct request *r, const char *cause)
{
	message("%s: %s", r->device, cause);
	return EXIT_NO;
}

static void print_table(const struct request *r, const struct hash_tree *t)
{
	char root[FINGERPRINT_HEX_SIZE];
	unsigned int i;

	fingerprint_hex(t->alg, t->root, root);
	printf("0 %" PRIu64 " verity 1 %s %s %u %u %" PRIu64 " %" PRIu64
	       " %s %s ", t->blocks * SECTORS_PER_BLOCK, r->device, r->device,
	       HASH_TREE_BLOCK, HASH_TREE_BLOCK, t->blocks, t->first,
	       veriexec_algs[t->alg].name, root);
	for (i = 0; i < t->salt_size; i++)
		printf("%02x", t->salt[i]);
	puts(t->salt_size ? "" : "-");
}

/* Better not to mount at all what is not signed, though none of it would run. */
static int judge(const struct request *r, const struct image *image,
		 struct manifest_file *m)
{
	struct trust trust;
	int status = EXIT_TROUBLE;

	if (!trust_load(&trust, r->certificates, r->strict))
		status = manifest_file_outline(m);
	if (status == EXIT_YES)
		status = manifest_file_judge(m, &trust);
	trust_free(&trust);
	if (status == EXIT_NO)
		return refuse(r, m->cause);
	if (status != EXIT_YES)
		return status;
	switch (image_is_listed(image, m)) {
	case 1:
		return EXIT_YES;
	case 0:
		return refuse(r, "manifest does not list the root hash of the image");
	}
	return EXIT_TROUBLE;
}

static int run(const struct request *r, int fd)
{
	struct manifest_file m = { .name = "manifest" };
	struct image image;
	int status = EXIT_TROUBLE;
	int ret = image_read(fd, r->device, &image);

	m.data = image.manifest;
	if (!ret)
		status = refuse(r, "holds no image with hashes of dm-verity");
	else if (ret > 0 && image.cause)
		status = refuse(r, image.cause);
	else if (ret > 0)
		status = judge(r, &image, &m);
	if (status == EXIT_YES &&
	    file_write(r->manifest, m.data.data, m.data.len))
		status = EXIT_TROUBLE;
	if (status == EXIT_YES)
		print_table(r, &image.tree);
	/* Its data belong to the image. */
	m.data = (struct buffer){ 0 };
	manifest_file_free(&m);
	image_free(&image);
	return status;
}

/* Returns 0, or -1 to go no further but exit with @status. */
static int parse(int argc, char **argv, struct request *r, int *status)
{
	int opt;

	*status = EXIT_TROUBLE;
	while ((opt = getopt_long(argc, argv, "c:S", options, NULL)) != -1) {
		switch (opt) {
		case OPT_MANIFEST:
			r->manifest = optarg;
			break;
		case OPT_HELP:
			fputs(usage, stdout);
			*status = EXIT_YES;
			return -1;
		case 'c':
			r->certificates = optarg;
			break;
		case 'S':
			r->strict = true;
			break;
		default:
			return -1;
		}
	}
	r->device = argv[optind];
	if (argc - optind != 1)
		message("image: name one device");
	else if (!r->manifest)
		message("image: --manifest is missing");
	else if (strpbrk(r->device, " \t\n\\"))
		message("%s: a table has no room for such a name", r->device);
	else
		return 0;
	return -1;
}

/**
 * cmd_image() - tell how an image is mapped
 * @argc: of @argv
 * @argv: the command line from "image" on
 *
 * Return: exit status.
 */
int cmd_image(int argc, char **argv)
{
	struct request r = { 0 };
	int status, fd;

	if (parse(argc, argv, &r, &status))
		return status;
	fd = open(r.device, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		message("%s: %s", r.device, strerror(errno));
		return EXIT_TROUBLE;
	}
	status = run(&r, fd);
	close(fd);
	return status;
}
