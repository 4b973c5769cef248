// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes variants of manifests, see variants.h. Chance decides; the same seed makes the
 * same variant, but for keys and the time. What cannot be done aborts.
 */

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "der_tree.h"
#include "variants.h"

#define DAY		(24 * 60 * 60L)
#define MAGIC		"~Module signature appended~\n"
#define LINES_MAX	32
#define CERTS_MAX	8

#define HEX32	"00112233445566778899aabbccddeeff"
#define HEX64	HEX32 HEX32
#define HEX96	HEX64 HEX32
#define HEX128	HEX64 HEX64

static void __attribute__((format(printf, 2, 3)))
note(struct variant *v, const char *format, ...)
{
	size_t len = strlen(v->what);
	va_list args;

	va_start(args, format);
	vsnprintf(v->what + len, sizeof(v->what) - len, format, args);
	va_end(args);
}

static void put(struct text *t, const void *data, size_t len)
{
	if (text_append(t, data, len))
		abort();
}

static void put_string(struct text *t, const char *s)
{
	put(t, s, strlen(s));
}

/* -- The text. */

static const char *const good_lines[] = {
	"a/b sha256=" HEX64,
	"a/c sha256=" HEX64 " uid=0 gid=0 mode=755 no_ptrace",
	"a/d sha512=" HEX128 " sha256=" HEX64 " label=x indirect",
	"a/e sha384=" HEX96 " verify untrusted no_fips",
	"a/f verity-sha256=" HEX64 " caps=0100000200000000000000000000000000000000",
	"a/g link=a/b",
	"a%20h sha256=" HEX64,
	"# a remark",
	"",
};

/* Fit only if the right one signs. */
static const char *const right_lines[] = {
	"a/i sha256=" HEX64 " trusted",
	"a/j sha256=" HEX64 " control",
	"a/k sha256=" HEX64 " kmem uid=1",
	"a/l sha256=" HEX64 " storage",
};

/* What may be before the entries. */
static const char *const good_directives[] = {
	"%image sha256=" HEX64,
	"# a remark",
	"",
};

/* What some reader could take, and should not or should. */
static const char *const odd_lines[] = {
	"%manifest 1", "%manifest 2", "%manifest 01", "%manifest", "%manifest 1 1",
	"%manifest 4294967297", "%name other", "%name", "%name a b", "%name a%20b",
	"%name \xc3\xa9", "%version 1", "%version 18446744073709551615",
	"%version 18446744073709551616", "%version -1", "%version 1.0", "%version",
	"%requires veriexec >= 6", "%requires veriexec >= 0",
	"%requires veriexec >= 4294967296", "%requires veriexec >=5",
	"%requires veriexec > 5", "%requires mac >= 1", "%requires",
	"%requires veriexec >= 5 5", "%requires veriexec >= 99", "%root /",
	"%Name x", "%", "% name x", "%na", "%revoke", "%revoke sha256=00",
	"%revoke md5=" HEX32, "%revoke sha1=" HEX32 "00112233",
	"%revoke sha512=" HEX128, "%revoke sha256=" HEX64 " x",
	"%revoke verity-sha256=" HEX64, "%image verity-sha256=" HEX64,
	"%image sha256=" HEX32, "%image sha1=" HEX32 "00112233", "%image",
	"%image sha256 = " HEX64, " %name x", "%%name x",
	"", " ", "\t", "#", "# \xff\xfe", "#\tx", " # not a remark sha256=" HEX64,
	"a/b sha256=" HEX64, "a/b  sha256=" HEX64, "a/b sha256=" HEX64 " ",
	"a/b\tsha256=" HEX64, " a/b sha256=" HEX64, "%61/b sha256=" HEX64,
	"a/b", "a/m sha256", "a/m sha256=", "a/m sha256=" HEX32, "a/m =" HEX64,
	"a/m sha256=" HEX64 "0", "a/m sha256=" HEX32 "00112233445566778899AABBCCDDEEFF",
	"a/m sha256=" HEX32 "0011223344556677 8899aabbccddeeff",
	"a/m sha256=" HEX32 "00112233445566778899aabbccddeefg",
	"a/m SHA256=" HEX64, "a/m sha1=" HEX32 "00112233", "a/m md5=" HEX32,
	"a/m verity-sha512=" HEX128, "a/m verity-sha1=" HEX32 "00112233",
	"a/m sha256=" HEX64 " sha256=" HEX64, "a/m uid=0", "a/m no_ptrace",
	"a/m sha256=" HEX64 " no_ptrace no_ptrace", "a/m sha256=" HEX64 " Trusted",
	"a/m sha256=" HEX64 " trusted trusted", "a/m sha256=" HEX64 " root",
	"a/m sha256=" HEX64 " x=y", "a/m sha256=" HEX64 " =", "a/m sha256=" HEX64 " trusted=",
	"a/m sha256=" HEX64 " label=", "a/m sha256=" HEX64 " label=a,b",
	"a/m sha256=" HEX64 " label=a label=b", "a/m sha256=" HEX64 " caps=",
	"a/m sha256=" HEX64 " caps=01000002", "a/m sha256=" HEX64 " caps=" HEX32 "00112233",
	"a/m sha256=" HEX64 " caps=" HEX32 "0011223344556677",
	"a/m sha256=" HEX64 " caps=001122334455667788990011",
	"a/m sha256=" HEX64 " caps=001122334455667788990011 caps=001122334455667788990011",
	"a/m link=", "a/m link=/", "a/m link=..", "a/m link=a%2fb", "a/m link=a link=a",
	"a/m link=a uid=0", "a/m link=a sha256=" HEX64, "a/m link=a trusted",
	"a/m link=a label=x", "a/m link=a%20b", "a/m link=%",
	"/a sha256=" HEX64, "a/ sha256=" HEX64, "a//b sha256=" HEX64, ". sha256=" HEX64,
	".. sha256=" HEX64, "a/. sha256=" HEX64, "a/../b sha256=" HEX64,
	"./a sha256=" HEX64, "a/... sha256=" HEX64, "%2e%2e/a sha256=" HEX64,
	"a%2fb sha256=" HEX64, "a%00 sha256=" HEX64, "a%4 sha256=" HEX64,
	"a% sha256=" HEX64, "a%zz sha256=" HEX64, "a%fF sha256=" HEX64,
	"a\xc3\xa9 sha256=" HEX64, "a\x7f sha256=" HEX64, "a\x80 sha256=" HEX64,
	"a#b sha256=" HEX64, "a%23b sha256=" HEX64, "%41 sha256=" HEX64,
	"%4g sha256=" HEX64, "sha256=" HEX64, "a/m\vsha256=" HEX64,
	"a/m sha256=" HEX64 "\r", "a/m\r sha256=" HEX64, "a/m sha256=" HEX64 "\f",
	"a/m sha256=" HEX64 " \xc2\xa0", "a/m sha256=" HEX64 " # no remark",
	"~Module signature appended~", "a/m sha256=" HEX64 " indirect,no_ptrace",
};

/* Of uid=, gid= and mode=, and of directives. */
static const char *const numbers[] = {
	"0", "00", "1", "7777", "07777", "10000", "8", "0888", "65534", "4294967294",
	"4294967295", "4294967296", "18446744073709551615", "18446744073709551616",
	"99999999999999999999999", "-1", "+1", "0x1", "1a", "", "1e3", "\xd9\xa1",
};

/* Sizes at which something begins to be too long. */
static const unsigned int sizes[] = {
	1, 63, 64, 65, 255, 256, 4093, 4094, 4095, 4096, 4097, 12285, 12288, 16300,
	16383, 16384, 16385, 70000,
};

struct lines {
	struct text line[LINES_MAX];
	unsigned int count;
};

static void insert(struct lines *l, unsigned int at, const char *line)
{
	if (l->count == LINES_MAX)
		return;
	memmove(&l->line[at + 1], &l->line[at], (l->count - at) * sizeof(*l->line));
	l->line[at] = (struct text){};
	put_string(&l->line[at], line);
	l->count++;
}

static void repeat(struct text *t, const char *s, size_t len)
{
	while (t->len + strlen(s) <= len)
		put_string(t, s);
}

/* A line that is as long as may be, or one longer; so is some part of it. */
static void make_long(struct text *t, struct chance *c)
{
	static const char *const pieces[] = { "x", "%41", "x/", "%20" };
	const unsigned int size = one_of_list(c, sizes);

	switch (one_of(c, 6)) {
	case 0:
		repeat(t, one_of_list(c, pieces), size);
		put_string(t, "x sha256=" HEX64);
		break;
	case 1:
		put_string(t, "a/n sha256=" HEX64);
		repeat(t, at_odds(c, 50) ? " " : " verify", size);
		break;
	case 2:
		put_string(t, "#");
		repeat(t, "x", size);
		break;
	case 3:
		put_string(t, "a/n link=");
		repeat(t, one_of_list(c, pieces), t->len + size);
		break;
	case 4:
		put_string(t, "a/n sha256=" HEX64 " label=");
		repeat(t, "x", t->len + size);
		break;
	default:
		put_string(t, "%name ");
		repeat(t, "x", t->len + size);
	}
}

static void number(struct text *t, struct chance *c)
{
	static const char *const before[] = {
		"a/o sha256=" HEX64 " uid=", "a/o sha256=" HEX64 " gid=",
		"a/o sha256=" HEX64 " mode=", "%version ", "%manifest ",
		"%requires veriexec >= ",
	};

	put_string(t, one_of_list(c, before));
	put_string(t, one_of_list(c, numbers));
}

static void change_byte(struct text *t, struct chance *c)
{
	static const char bytes[] = { 0, ' ', '\t', '\r', '\n', '%', '#', '=', '/',
				      '.', '0', 'a', 0x7f, (char)0x80, (char)0xff };
	const char byte = one_of_list(c, bytes);
	unsigned int at;

	if (!t->len) {
		put(t, &byte, 1);
		return;
	}
	at = one_of(c, t->len);
	switch (one_of(c, 3)) {
	case 0:
		t->data[at] = byte;
		break;
	case 1:
		memmove(t->data + at, t->data + at + 1, t->len - at - 1);
		t->len--;
		break;
	default:
		t->len = at;
	}
}

static void change_lines(struct lines *l, struct chance *c, struct variant *v)
{
	unsigned int at = one_of(c, l->count), other = one_of(c, l->count), i;
	struct text swap = l->line[at];
	const unsigned int which = one_of(c, 10);

	note(v, " text %u@%u", which, at);
	switch (which) {
	case 0:
		change_byte(&l->line[at], c);
		break;
	case 1:
		l->line[at] = l->line[other];
		l->line[other] = swap;
		break;
	case 2:
		text_free(&l->line[at]);
		for (i = at + 1; i < l->count; i++)
			l->line[i - 1] = l->line[i];
		l->count -= l->count > 1;
		break;
	case 3:
		insert(l, at, "");
		put(&l->line[at], swap.data ?: "", swap.len);
		break;
	case 4:
		insert(l, at, "");
		make_long(&l->line[at], c);
		break;
	case 5:
		insert(l, at, "");
		number(&l->line[at], c);
		break;
	default:
		insert(l, at, one_of_list(c, odd_lines));
	}
}

static void begin_text(struct lines *l, struct chance *c, uint64_t seed)
{
	char line[64];
	unsigned int n;

	if (at_odds(c, 80))
		insert(l, l->count, "%manifest 1");
	if (at_odds(c, 85)) {
		/* Nothing that is loaded already is to have this name. */
		snprintf(line, sizeof(line), "%%name v%llu",
			 (unsigned long long)seed);
		insert(l, l->count, line);
		if (at_odds(c, 70))
			insert(l, l->count, "%version 2026112301");
	}
	if (at_odds(c, 20))
		insert(l, l->count, at_odds(c, 50) ? "%requires veriexec >= 3" :
						     "%requires veriexec >= 5");
	for (n = at_odds(c, 30) ? one_of(c, 3) : 0; n; n--)
		insert(l, l->count, one_of_list(c, good_directives));
	if (at_odds(c, 8))
		insert(l, l->count, "%revoke sha256=" HEX64);
	for (n = at_odds(c, 97) ? 1 + one_of(c, 6) : 0; n; n--)
		insert(l, l->count, one_of_list(c, good_lines));
	if (at_odds(c, 10))
		insert(l, l->count, one_of_list(c, right_lines));
	if (!l->count)
		insert(l, 0, "");
}

static void make_text(struct text *text, struct chance *c, uint64_t seed,
		      unsigned int changes, struct variant *v)
{
	const char *const end = changes && at_odds(c, 10) ? "\r\n" : "\n";
	struct lines l = {};
	unsigned int i;

	begin_text(&l, c, seed);
	while (changes--)
		change_lines(&l, c, v);
	for (i = 0; i < l.count; i++) {
		put(text, l.line[i].data ?: "", l.line[i].len);
		if (i + 1 < l.count || at_odds(c, 90))
			put_string(text, end);
		text_free(&l.line[i]);
	}
	/* Without a byte before the signature there is no manifest at all. */
	if (!text->len && at_odds(c, 80))
		put_string(text, "\n");
}

/* -- Certificates. */

#define NONE ""

static const struct {
	int nid;
	const char *leaf;		/* what a good one has */
	const char *authority;
	const char *odd[10];
} extensions[] = {
	{ NID_basic_constraints, "critical,CA:FALSE", "critical,CA:TRUE",
	  { NONE, "CA:TRUE", "CA:FALSE", "critical,CA:TRUE",
	    "critical,CA:TRUE,pathlen:0", "critical,CA:TRUE,pathlen:1",
	    "CA:TRUE,pathlen:127", "CA:TRUE,pathlen:300",
	    "critical,CA:FALSE,pathlen:0" } },
	{ NID_key_usage, "critical,digitalSignature",
	  "critical,digitalSignature,keyCertSign",
	  { NONE, "digitalSignature", "keyCertSign", "keyEncipherment",
	    "critical,keyCertSign,cRLSign", "nonRepudiation",
	    "digitalSignature,decipherOnly", "decipherOnly",
	    "digitalSignature,keyCertSign" } },
	{ NID_ext_key_usage, NONE, NONE,
	  { "codeSigning", "critical,codeSigning", "serverAuth",
	    "anyExtendedKeyUsage", "serverAuth,codeSigning", "1.2.3.4",
	    "critical,serverAuth" } },
	{ NID_subject_key_identifier, "hash", "hash",
	  { NONE, "01020304", "critical,hash", "01020304" } },
	{ NID_authority_key_identifier, "keyid", "keyid",
	  { NONE, "issuer:always", "keyid,issuer:always", "critical,keyid" } },
	{ NID_subject_alt_name, NONE, NONE,
	  { "DNS:a.example", "critical,DNS:a.example", "email:a@example",
	    "IP:1.2.3.4", "URI:http://a.example/", "RID:1.2.3" } },
	{ NID_name_constraints, NONE, NONE,
	  { "permitted;DNS:example.com", "critical,permitted;DNS:example.com" } },
	{ NID_certificate_policies, NONE, NONE,
	  { "1.2.3.4", "critical,1.2.3.4", "2.5.29.32.0", "1.2.3.4,1.2.3.5" } },
	{ NID_policy_constraints, NONE, NONE,
	  { "requireExplicitPolicy:0", "critical,requireExplicitPolicy:0" } },
	{ NID_crl_distribution_points, NONE, NONE, { "URI:http://a.example/" } },
	{ NID_info_access, NONE, NONE, { "OCSP;URI:http://a.example/" } },
	{ NID_netscape_cert_type, NONE, NONE, { "objsign", "critical,sslCA" } },
	{ NID_netscape_comment, NONE, NONE, { "x" } },
	{ NID_tlsfeature, NONE, NONE, { "status_request" } },
};

static void extend(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509_EXTENSION *extension;
	X509V3_CTX ctx;

	if (!*value)
		return;
	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	/* Some cannot be made: an identifier that the issuer does not have. */
	if (extension)
		X509_add_ext(cert, extension, -1);
	X509_EXTENSION_free(extension);
	ERR_clear_error();
}

/* @oddness: how many of a hundred parts are not as they usually are */
static void extend_all(X509 *cert, X509 *issuer, bool authority,
		       struct chance *c, unsigned int oddness)
{
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(extensions); i++) {
		for (n = 0; n < 10 && extensions[i].odd[n]; n++)
			;
		if (at_odds(c, oddness))
			extend(cert, issuer, extensions[i].nid,
			       extensions[i].odd[one_of(c, n)]);
		else
			extend(cert, issuer, extensions[i].nid,
			       authority ? extensions[i].authority :
					   extensions[i].leaf);
		if (oddness && at_odds(c, 1))
			extend(cert, issuer, extensions[i].nid,
			       extensions[i].odd[one_of(c, n)]);
	}
}

static void set_dates(X509 *cert, struct chance *c, unsigned int oddness)
{
	static const struct {
		long from, to;
	} odd[] = {
		{ -730 * DAY, -365 * DAY }, { 365 * DAY, 730 * DAY },
		{ -DAY, 50 * 365 * DAY }, { -90 * 365 * DAY, 365 * DAY },
		{ DAY, -DAY },
	};
	long from = -DAY, to = 365 * DAY;

	if (at_odds(c, oddness)) {
		unsigned int n = one_of(c, ARRAY_SIZE(odd));

		from = odd[n].from;
		to = odd[n].to;
	}
	X509_gmtime_adj(X509_getm_notBefore(cert), from);
	X509_gmtime_adj(X509_getm_notAfter(cert), to);
}

static void set_subject(X509 *cert, struct chance *c, unsigned int oddness)
{
	static const int types[] = { MBSTRING_UTF8, MBSTRING_ASC, V_ASN1_BMPSTRING,
				     V_ASN1_T61STRING, V_ASN1_UNIVERSALSTRING };
	X509_NAME *name = X509_get_subject_name(cert);
	char cn[32];

	/* Sometimes it is called as its issuer is. */
	snprintf(cn, sizeof(cn), "Signer %06u", one_of(c, at_odds(c, oddness) ? 1 :
						       1000000));
	if (at_odds(c, oddness))
		X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8,
					   (const unsigned char *)"Company", -1,
					   -1, 0);
	if (!at_odds(c, oddness))
		X509_NAME_add_entry_by_txt(name, "CN",
					   at_odds(c, oddness) ?
					   one_of_list(c, types) : MBSTRING_UTF8,
					   (const unsigned char *)cn, -1, -1, 0);
}

static void make_certificate(struct pki *p, const struct pki *issuer,
			     bool authority, struct chance *c,
			     unsigned int oddness)
{
	static const char *const keys[] = {
		"P-384", "P-521", "rsa2048", "rsa1024", "secp256k1", "P-384",
		"rsa2048",
	};
	static const char *const hashes[] = { "sha1", "sha384", "sha512", "sha224" };
	const struct pki_certificate what = {
		.name = "Anybody",
		.key = at_odds(c, oddness ? 8 : 0) ? one_of_list(c, keys) : "P-256",
	};
	const char *hash = at_odds(c, oddness) ? one_of_list(c, hashes) : "sha256";

	if (pki_make(p, &what, NULL))
		abort();
	issuer = issuer ?: p;
	while (X509_get_ext_count(p->cert))
		X509_EXTENSION_free(X509_delete_ext(p->cert, 0));
	X509_NAME_delete_entry(X509_get_subject_name(p->cert), 0);
	set_subject(p->cert, c, oddness);
	X509_set_issuer_name(p->cert, X509_get_subject_name(issuer->cert));
	set_dates(p->cert, c, oddness);
	ASN1_INTEGER_set_uint64(X509_get_serialNumber(p->cert), chance_next(c));
	extend_all(p->cert, issuer->cert, authority, c, oddness);
	if (!X509_sign(p->cert, issuer->key, EVP_get_digestbyname(hash)))
		abort();
}

/* -- The signature. */

/**
 * struct making - the making of a signature
 * @made: those who were made for it
 * @made_count: how many
 * @certs: those whose certificates may be in it
 * @issuers: who has issued each of these
 * @cert_count: how many
 * @how: to sign
 * @signer_count: how many sign
 * @other_count: how many other certificates it has
 */
struct making {
	struct pki made[CERTS_MAX];
	unsigned int made_count;
	const struct pki *certs[2 * CERTS_MAX];
	const struct pki *issuers[2 * CERTS_MAX];
	unsigned int cert_count;
	struct pki_signature how;
	unsigned int signer_count;
	unsigned int other_count;
};

static void know(struct making *m, const struct pki *p, const struct pki *issuer)
{
	m->certs[m->cert_count] = p;
	m->issuers[m->cert_count++] = issuer;
}

static struct pki *issue(struct making *m, const struct pki *issuer,
			 bool authority, struct chance *c, unsigned int oddness)
{
	struct pki *p = &m->made[m->made_count++];

	make_certificate(p, issuer, authority, c, oddness);
	know(m, p, issuer ?: p);
	return p;
}

/* OpenSSL takes none twice; that is left to what changes the message. */
static void carry(struct making *m, const struct pki *p)
{
	unsigned int i;

	for (i = 0; i < m->other_count; i++)
		if (m->how.others[i] == p)
			return;
	m->how.others[m->other_count++] = p;
}

static const char *const shapes[] = {
	"vendor", "issued", "chain", "long chain", "stranger", "customer",
	"customer's", "revoked", "forger", "cross",
};

/* Somebody to sign, with whoever leads to somebody who is trusted. */
static const struct pki *add_chain(struct making *m, const struct people *people,
				   struct chance *c, unsigned int oddness,
				   struct variant *v)
{
	/* The first three are the ones that go well. */
	const unsigned int shape = at_odds(c, 65) ? one_of(c, 3) :
				   one_of(c, ARRAY_SIZE(shapes));
	const struct pki *p = &people->vendor;
	unsigned int n;

	note(v, " %s", shapes[shape]);
	switch (shape) {
	case 0:
		break;
	case 2:
	case 3:
		for (n = shape - 1; n; n--) {
			p = issue(m, p, true, c, oddness);
			if (!at_odds(c, 5))
				carry(m, p);
		}
		p = issue(m, p, false, c, oddness);
		break;
	case 4:
		p = issue(m, NULL, at_odds(c, 50), c, oddness);
		break;
	case 5:
		p = &people->customer;
		v->needs_added = true;
		break;
	case 6:
		p = &people->authority;
		v->needs_added = true;
		if (at_odds(c, 50))
			carry(m, p);
		p = issue(m, p, false, c, oddness);
		break;
	case 7:
		p = &people->revoked;
		break;
	case 8:
		p = &m->made[m->made_count++];
		if (pki_forge(&m->made[m->made_count - 1], &people->vendor))
			abort();
		know(m, p, p);
		break;
	case 9:
		p = issue(m, &people->vendor, false, c, oddness);
		carry(m, &people->vendor);
		break;
	default:
		p = issue(m, p, false, c, oddness);
	}
	return p;
}

static void add_signer(struct making *m, const struct pki *p)
{
	if (!m->signer_count || m->how.signers[0] != p)
		m->how.signers[m->signer_count++] = p;
}

/* Is there an identifier by which each can be named? */
static bool all_have_keys(const struct making *m)
{
	unsigned int i;

	for (i = 0; i < m->signer_count; i++)
		if (!X509_get0_subject_key_id(m->how.signers[i]->cert))
			return false;
	return true;
}

/* Whoever signs is in the message without being one of the others. */
static void drop_signers(struct making *m)
{
	const unsigned int count = m->other_count;
	unsigned int i, j;

	m->other_count = 0;
	for (i = 0; i < count; i++) {
		for (j = 0; j < m->signer_count; j++)
			if (m->how.signers[j] == m->how.others[i])
				break;
		if (j == m->signer_count)
			m->how.others[m->other_count++] = m->how.others[i];
	}
	m->how.others[m->other_count] = NULL;
}

static void choose_signers(struct making *m, const struct people *people,
			   struct chance *c, unsigned int oddness,
			   struct variant *v)
{
	static const char *const hashes[] = { "sha384", "sha512", "sha1", "sha224" };
	unsigned int n = at_odds(c, 88) ? 1 : 2;

	know(m, &people->vendor, &people->vendor);
	know(m, &people->revoked, &people->revoked);
	know(m, &people->customer, &people->vendor);
	know(m, &people->authority, &people->vendor);
	while (n--)
		add_signer(m, add_chain(m, people, c, oddness, v));
	if (at_odds(c, 5))
		carry(m, at_odds(c, 50) ? &people->vendor :
		      issue(m, NULL, true, c, 0));
	if (at_odds(c, 15))
		m->how.hash = one_of_list(c, hashes);
	m->how.no_attributes = at_odds(c, 40);
	m->how.no_certificates = at_odds(c, 15);
	m->how.by_key = at_odds(c, 15) && all_have_keys(m);
	if (!m->how.no_certificates)
		drop_signers(m);
	note(v, "%s%s%s%s%s", m->how.hash ? " " : "", m->how.hash ?: "",
	     m->how.no_attributes ? " no attributes" : "",
	     m->how.no_certificates ? " no certificates" : "",
	     m->how.by_key ? " by key" : "");
}

static bool is_certificate(const struct node *node, X509 *cert)
{
	unsigned char *der = NULL;
	int len = i2d_X509(cert, &der);
	struct text written = {};
	bool same;

	node_write(node, &written);
	same = len == (int)written.len && !memcmp(der, written.data, len);
	text_free(&written);
	OPENSSL_free(der);
	return same;
}

/* What is changed in a certificate its issuer signs again. */
static void seal_certificate(struct making *m, struct node *node)
{
	unsigned int i;
	int nid;

	for (i = 0; i < m->cert_count; i++) {
		if (!is_certificate(node, m->certs[i]->cert))
			continue;
		if (!OBJ_find_sigid_algs(X509_get_signature_nid(m->certs[i]->cert),
					 &nid, NULL))
			abort();
		node_seal(node_at(node, "2"), m->issuers[i]->key,
			  OBJ_nid2sn(nid), node_at(node, "0"));
		return;
	}
}

/* Whose serial number or key identifier is it? */
static bool is_signer(const struct text *name, const struct pki *p)
{
	const ASN1_OCTET_STRING *id = X509_get0_subject_key_id(p->cert);
	const ASN1_INTEGER *serial = X509_get0_serialNumber(p->cert);

	return memmem(name->data, name->len, serial->data, serial->length) ||
	       (id && id->length &&
		memmem(name->data, name->len, id->data, id->length));
}

/* Without attributes what is signed is the text, which does not change any more. */
static void seal_signer(struct making *m, struct node *node)
{
	struct node *attributes = NULL, *child;
	struct text name = {};
	unsigned int i;

	node_write(node_at(node, "1"), &name);
	for (child = node->child; child->next; child = child->next)
		if (child->tag == 0xa0)
			attributes = child;
	for (i = 0; attributes && i < m->signer_count; i++)
		if (is_signer(&name, m->how.signers[i])) {
			node_seal(child, m->how.signers[i]->key,
				  m->how.hash ?: "sha256", attributes);
			break;
		}
	text_free(&name);
}

static void seal_all(struct making *m, struct der_tree *tree, struct chance *c)
{
	struct node *part = node_at(tree->root, "10")->child, *node;

	for (; part; part = part->next)
		for (node = part->child; node; node = node->next) {
			if (at_odds(c, 10))
				continue;
			if (part->tag == 0xa0)
				seal_certificate(m, node);
			else if (!part->next)
				seal_signer(m, node);
		}
}

/* Where to change the message: in all of it, or where fewer things are. */
static struct node *choose_part(struct der_tree *tree, struct chance *c)
{
	struct node *data = node_at(tree->root, "10"), *part = data->child;
	struct node *last = part;

	while (last->next)
		last = last->next;
	switch (one_of(c, 6)) {
	case 0:
		return NULL;
	case 1:
		return data;
	case 2:
		return last;
	default:
		for (; part; part = part->next)
			if (part->tag == 0xa0)
				return part;
		return last;
	}
}

static void make_signature(struct making *m, const struct text *text,
			   struct text *der, unsigned int changes,
			   struct chance *c, struct variant *v)
{
	struct text good = {};
	struct der_tree tree;
	char what[64];

	if (pki_sign_raw(&m->how, text, &good) ||
	    der_tree_parse(&tree, good.data, good.len))
		abort();
	seal_all(m, &tree, c);
	while (changes--) {
		/* A change before may have left nothing to choose of. */
		der_tree_change(&tree, node_at(tree.root, "1001") ?
			    choose_part(&tree, c) : NULL, c, what,
			    sizeof(what));
		note(v, " (%s)", what);
	}
	if (tree.root)
		node_write(tree.root, der);
	der_tree_free(&tree);
	text_free(&good);
}

/* -- All together. */

/* As in the kernel's include/linux/module_signature.h. */
struct trailer {
	unsigned char zero[2];
	unsigned char id_type;
	unsigned char more_zero[5];
	unsigned int sig_len;
} __attribute__((packed));

static void change_trailer(struct trailer *t, struct text *manifest,
			   struct chance *c)
{
	static const int off_by[] = { -1, 1, -2, 40, 0x10000, -0x10000 };
	unsigned char *byte = (unsigned char *)t + one_of(c, 8);

	switch (one_of(c, 4)) {
	case 0:
		*byte ^= 1 << one_of(c, 8);
		break;
	case 1:
		t->sig_len = htonl(ntohl(t->sig_len) + one_of_list(c, off_by));
		break;
	case 2:
		t->sig_len = htonl(manifest->len + one_of(c, 3) - 1);
		break;
	default:
		t->sig_len = htonl(one_of(c, 2) ? 0 : 0xffffffff - one_of(c, 4));
	}
}

static void change_end(struct text *manifest, struct chance *c)
{
	const struct text old = *manifest;
	unsigned int n;

	switch (one_of(c, 5)) {
	case 0:
		manifest->len -= one_of(c, manifest->len < 60 ? manifest->len : 60);
		break;
	case 1:
		put(manifest, "\n", 1);
		break;
	case 2:
		put_string(manifest, MAGIC);
		break;
	case 3:
		n = one_of(c, strlen(MAGIC));
		manifest->data[manifest->len - 1 - n] ^= 1 << one_of(c, 8);
		break;
	default:
		/* Nothing but what is behind a text. */
		n = one_of(c, 50);
		if (n < old.len)
			memmove(manifest->data, old.data + old.len - n, n);
		manifest->len = n < old.len ? n : old.len;
	}
}

static void flip_bits(struct text *manifest, struct chance *c)
{
	unsigned int n = 1 + one_of(c, 3);

	while (n--)
		manifest->data[one_of(c, manifest->len)] ^= 1 << one_of(c, 8);
}

static void join(struct variant *v, const struct text *text,
		 const struct text *der, struct chance *c, bool change)
{
	struct trailer t = { .id_type = 2, .sig_len = htonl(der->len) };

	put(&v->manifest, text->data ?: "", text->len);
	put(&v->manifest, der->data ?: "", der->len);
	if (change) {
		note(v, " trailer");
		change_trailer(&t, &v->manifest, c);
	}
	put(&v->manifest, &t, sizeof(t));
	put_string(&v->manifest, MAGIC);
}

/**
 * variant_make() - make one
 * @v: zeroed; its manifest is to be freed
 * @people: who there is
 * @seed: which
 */
void variant_make(struct variant *v, const struct people *people, uint64_t seed)
{
	struct chance c = { .state = seed * 0x2545f4914f6cdd1d };
	/* What is changed: text, certificates, message, trailer, end, bits, nothing. */
	const unsigned int kind = one_of(&c, 100);
	struct text text = {}, der = {};
	struct making m = {};
	unsigned int i;

	make_text(&text, &c, seed, kind < 35 ? 1 + one_of(&c, 2) : 0, v);
	choose_signers(&m, people, &c, kind >= 35 && kind < 62 ? 3 : 0, v);
	make_signature(&m, &text, &der,
		       kind >= 55 && kind < 88 ? 1 + one_of(&c, 2) : 0, &c, v);
	join(v, &text, &der, &c, kind >= 88 && kind < 92);
	if (kind >= 92 && kind < 94) {
		note(v, " end");
		change_end(&v->manifest, &c);
	} else if (kind >= 94 && kind < 98) {
		note(v, " bits");
		flip_bits(&v->manifest, &c);
	}
	text_free(&der);
	text_free(&text);
	for (i = 0; i < m.made_count; i++)
		pki_free(&m.made[i]);
}
