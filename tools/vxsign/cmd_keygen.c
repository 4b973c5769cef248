// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxsign keygen: a new private key, and a certificate that it signs itself.
 */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <mbedtls/error.h>
#include <mbedtls/platform_util.h>

#include "certificate.h"
#include "file.h"
#include "key.h"
#include "message.h"
#include "options.h"

#define DAYS_DEFAULT	3650
#define DAYS_MAX	36500
#define NAME_MAX_LEN	64	/* X.520's bound of a common name */
#define SERIAL_SIZE	16

/**
 * struct request - what to make
 * @rsa: RSA, else ECDSA
 * @bits: size of the key
 * @name: common name of the certificate
 * @days: how long it is valid
 * @key_path: where the key goes
 * @cert_path: where the certificate goes
 * @ca: it may issue certificates
 * @force: replace files
 */
struct request {
	bool rsa;
	unsigned int bits;
	const char *name;
	u64 days;
	const char *key_path;
	const char *cert_path;
	bool ca;
	bool force;
};

/* Only what needs no quoting in a name, in a log, and on a command line. */
static bool good_name(const char *name)
{
	size_t i;

	for (i = 0; name[i]; i++)
		if (!isalnum((unsigned char)name[i]) &&
		    !strchr(" ._-@:()", name[i]))
			return false;
	return i && i <= NAME_MAX_LEN && name[0] != ' ' && name[i - 1] != ' ';
}

static int set_serial(mbedtls_x509write_cert *crt, struct chance *c)
{
	u8 bytes[SERIAL_SIZE];
	mbedtls_mpi serial;
	int ret;

	ret = mbedtls_ctr_drbg_random(&c->drbg, bytes, sizeof(bytes));
	if (ret)
		return ret;
	/* Positive and never short, so that it needs no padding. */
	bytes[0] = (bytes[0] & 0x7f) | 0x40;
	mbedtls_mpi_init(&serial);
	ret = mbedtls_mpi_read_binary(&serial, bytes, sizeof(bytes));
	if (!ret)
		ret = mbedtls_x509write_crt_set_serial(crt, &serial);
	mbedtls_mpi_free(&serial);
	return ret;
}

static void compact_date(time_t when, char *buf, size_t size)
{
	mbedtls_x509_time t;

	certificate_time(when, &t);
	snprintf(buf, size, "%04d%02d%02d%02d%02d%02d", t.year, t.mon, t.day,
		 t.hour, t.min, t.sec);
}

static int set_validity(mbedtls_x509write_cert *crt, u64 days)
{
	time_t now = time(NULL);
	char from[32], to[32];

	compact_date(now, from, sizeof(from));
	compact_date(now + (time_t)(days * 24 * 60 * 60), to, sizeof(to));
	return mbedtls_x509write_crt_set_validity(crt, from, to);
}

/*
 * The kernel finds certificates by the identifiers of their keys, and the
 * key usage is what allows the holder to sign.
 */
static int set_extensions(mbedtls_x509write_cert *crt, bool ca)
{
	unsigned int usage = MBEDTLS_X509_KU_DIGITAL_SIGNATURE;
	int ret;

	if (ca)
		usage |= MBEDTLS_X509_KU_KEY_CERT_SIGN;
	ret = mbedtls_x509write_crt_set_basic_constraints(crt, ca, ca ? 1 : -1);
	if (!ret)
		ret = mbedtls_x509write_crt_set_key_usage(crt, usage);
	if (!ret)
		ret = mbedtls_x509write_crt_set_subject_key_identifier(crt);
	if (!ret)
		ret = mbedtls_x509write_crt_set_authority_key_identifier(crt);
	return ret;
}

static int make_certificate(const struct request *rq, mbedtls_pk_context *key,
			    struct chance *c, u8 *pem, size_t size)
{
	char subject[NAME_MAX_LEN + sizeof("CN=")];
	mbedtls_x509write_cert crt;
	int ret;

	snprintf(subject, sizeof(subject), "CN=%s", rq->name);
	mbedtls_x509write_crt_init(&crt);
	mbedtls_x509write_crt_set_version(&crt, MBEDTLS_X509_CRT_VERSION_3);
	mbedtls_x509write_crt_set_md_alg(&crt, key_hash(key));
	mbedtls_x509write_crt_set_subject_key(&crt, key);
	mbedtls_x509write_crt_set_issuer_key(&crt, key);
	ret = mbedtls_x509write_crt_set_subject_name(&crt, subject);
	if (!ret)
		ret = mbedtls_x509write_crt_set_issuer_name(&crt, subject);
	if (!ret)
		ret = set_serial(&crt, c);
	if (!ret)
		ret = set_validity(&crt, rq->days);
	if (!ret)
		ret = set_extensions(&crt, rq->ca);
	if (!ret)
		ret = mbedtls_x509write_crt_pem(&crt, pem, size,
						mbedtls_ctr_drbg_random,
						&c->drbg);
	mbedtls_x509write_crt_free(&crt);
	return ret;
}

static enum exit_status write_files(const struct request *rq, const u8 *key_pem,
				    const u8 *cert_pem)
{
	int ret;

	ret = file_write_new(rq->key_path, key_pem,
			     strlen((const char *)key_pem), 0600, rq->force);
	if (!ret)
		ret = file_write_new(rq->cert_path, cert_pem,
				     strlen((const char *)cert_pem), 0644,
				     rq->force);
	if (ret == -EEXIST)
		return EXIT_NO;
	return ret ? EXIT_TROUBLE : EXIT_YES;
}

static enum exit_status make(const struct request *rq)
{
	u8 key_pem[8192], cert_pem[8192];
	mbedtls_pk_context key;
	struct chance c;
	char why[128];
	enum exit_status status = EXIT_TROUBLE;
	int ret;

	mbedtls_pk_init(&key);
	ret = chance_open(&c);
	if (ret)
		goto out;
	ret = key_make(&key, rq->rsa, rq->bits, &c);
	if (!ret)
		ret = mbedtls_pk_write_key_pem(&key, key_pem, sizeof(key_pem));
	if (!ret)
		ret = make_certificate(rq, &key, &c, cert_pem,
				       sizeof(cert_pem));
	if (ret) {
		mbedtls_strerror(ret, why, sizeof(why));
		message("keygen: %s", why);
		goto out;
	}
	status = write_files(rq, key_pem, cert_pem);
out:
	mbedtls_platform_zeroize(key_pem, sizeof(key_pem));
	chance_close(&c);
	mbedtls_pk_free(&key);
	return status;
}

static bool set_type(struct request *rq, const char *type)
{
	rq->rsa = !strcmp(type, "rsa");
	if (rq->rsa || !strcmp(type, "ecdsa"))
		return true;
	message("keygen: --type '%s' is neither ecdsa nor rsa", type);
	return false;
}

static bool check_bits(struct request *rq)
{
	if (!rq->bits)
		rq->bits = rq->rsa ? 3072 : 256;
	if (rq->rsa ? rq->bits >= 2048 && rq->bits <= 4096 && !(rq->bits % 8) :
		      rq->bits == 256 || rq->bits == 384)
		return true;
	message("keygen: --bits %u is not %s", rq->bits,
		rq->rsa ? "from 2048 to 4096, in steps of 8" : "256 or 384");
	return false;
}

static bool is_free(const char *path)
{
	if (access(path, F_OK))
		return true;
	message("%s: is there already; --force replaces it", path);
	return false;
}

static enum exit_status run(const struct command *self, int argc, char **argv)
{
	enum { TYPE = OPTION_BASE, BITS, CN, DAYS, KEY, CERT, CA, FORCE };
	static const struct option options[] = {
		{ "type", required_argument, NULL, TYPE },
		{ "bits", required_argument, NULL, BITS },
		{ "cn", required_argument, NULL, CN },
		{ "days", required_argument, NULL, DAYS },
		{ "key", required_argument, NULL, KEY },
		{ "cert", required_argument, NULL, CERT },
		{ "ca", no_argument, NULL, CA },
		{ "force", no_argument, NULL, FORCE },
		{ "help", no_argument, NULL, OPTION_HELP },
		{ 0 }
	};
	struct request rq = { .days = DAYS_DEFAULT };
	u64 n;
	int c;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (c) {
		case TYPE:
			if (!set_type(&rq, optarg))
				return EXIT_TROUBLE;
			break;
		case BITS:
			if (!options_number(self, "--bits", optarg, 1, 65536,
					    &n))
				return EXIT_TROUBLE;
			rq.bits = (unsigned int)n;
			break;
		case CN:
			rq.name = optarg;
			break;
		case DAYS:
			if (!options_number(self, "--days", optarg, 1, DAYS_MAX,
					    &rq.days))
				return EXIT_TROUBLE;
			break;
		case KEY:
			rq.key_path = optarg;
			break;
		case CERT:
			rq.cert_path = optarg;
			break;
		case CA:
			rq.ca = true;
			break;
		case FORCE:
			rq.force = true;
			break;
		case OPTION_HELP:
			return options_help(self);
		default:
			return options_wrong(self);
		}
	}
	if (optind != argc) {
		message("keygen: '%s' is not an option", argv[optind]);
		return options_wrong(self);
	}
	if (!rq.name)
		return options_missing(self, "--cn NAME");
	if (!rq.key_path)
		return options_missing(self, "--key FILE");
	if (!rq.cert_path)
		return options_missing(self, "--cert FILE");
	if (!good_name(rq.name)) {
		message("keygen: --cn '%s' is not 1 to %d letters, digits, blanks and ._-@:()",
			rq.name, NAME_MAX_LEN);
		return EXIT_TROUBLE;
	}
	if (!check_bits(&rq))
		return EXIT_TROUBLE;
	if (!rq.force && (!is_free(rq.key_path) || !is_free(rq.cert_path)))
		return EXIT_NO;
	return make(&rq);
}

const struct command cmd_keygen = {
	.name = "keygen",
	.summary = "make a key and its certificate",
	.usage =
"--cn NAME --key FILE --cert FILE [OPTION]...\n"
"\n"
"Makes a private key and a certificate that it signs itself.\n"
"\n"
"  --cn NAME     who signs; shown wherever a signature is\n"
"  --key FILE    where the private key goes: PEM, readable by you alone\n"
"  --cert FILE   where the certificate goes: PEM\n"
"  --type TYPE   ecdsa (default) or rsa\n"
"  --bits N      256 (default) or 384; for rsa 2048 to 4096 (default 3072)\n"
"  --days N      how long the certificate is valid (default 3650)\n"
"  --ca          the holder may also issue certificates\n"
"  --force       replace files that are there\n",
	.run = run,
};
