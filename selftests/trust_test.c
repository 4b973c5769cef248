// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may sign manifests, and what each signer may say in them. Revocations and added
 * certificates stay for the whole boot, so a test that makes some uses keys and files
 * of its own.
 */

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <linux/keyctl.h>

#include <openssl/x509v3.h>

#include "../kselftest_harness.h"
#include "pki.h"

#define KEYS	"/etc/veriexec/"
#define LATE	AT "/dir/late"
#define MINE	AT "/dir/mine"

#define ZERO32	"00000000000000000000000000000000"
#define DIGEST	ZERO32 ZERO32

#define MANIFEST_MAX	((size_t)64 << 20)

FIXTURE(trust)
{
	int log;
	struct pki dev;		/* its certificate is compiled in */
	struct pki system;	/* in the kernel's built-in keyring */
	int keyring;		/* that takes certificates */
};

FIXTURE_SETUP(trust)
{
	ASSERT_EQ(0, enter_state("enforce"));
	ASSERT_LE(0, self->log = log_open());
	ASSERT_EQ(0, make_layout(FS_TMPFS));
	ASSERT_EQ(0, pki_read(&self->dev, KEYS "dev.key", KEYS "dev.crt"));
	ASSERT_EQ(0, pki_read(&self->system, KEYS "system.key",
			      KEYS "system.crt"));
	ASSERT_LT(0, self->keyring = pki_keyring(".veriexec"));
}

FIXTURE_TEARDOWN(trust)
{
	pki_free(&self->system);
	pki_free(&self->dev);
	close(self->log);
}

/* Loads a manifest for what is beneath AT. */
static int load_as(const struct pki_signature *how, const struct text *text)
{
	struct text manifest = {};
	int ret = pki_sign(how, text, &manifest);

	ret = ret ?: load_signed(AT, &manifest);
	text_free(&manifest);
	return ret;
}

/* Loads a text that one signer has signed, without the certificate. */
static int load_text_by(const struct pki *signer, const char *text)
{
	const struct pki_signature how = {
		.signers = { signer }, .no_certificates = true,
	};
	const struct text t = { .data = (char *)text, .len = strlen(text) };

	return load_as(&how, &t);
}

/* The same for a manifest that has a header and lists one file. */
static int load_by(const struct pki *signer, const char *header,
		   const char *path, const char *rest)
{
	struct text text = {};
	int ret;

	ret = text_add(&text, "%s", header);
	ret = ret ?: text_add_file(&text, AT, path, rest);
	ret = ret ?: load_text_by(signer, text.data);
	text_free(&text);
	return ret;
}

/* Did the load give this error, with a message that has this word? */
static bool is_refused(int log, int ret, int error, const char *message)
{
	char code[24];

	sprintf(code, "(-%s)", strerrorname_np(error));
	if (ret != -error)
		fprintf(stderr, "# gave %d\n", ret);
	else if (!log_has(log, "veriexec: manifest ", "refused ", code, message,
			  NULL))
		fprintf(stderr, "# no message with \"%s\"\n", message);
	else
		return true;
	return false;
}

/* Are these words fields of one line of a control file? */
static bool line_has(const char *file, const char *first, ...)
{
	static char buf[1 << 18];
	char field[256], *line, *rest = buf;
	const char *word;
	va_list words;
	bool all;

	if (read_control(file, buf, sizeof(buf) - 2) < 0)
		return false;
	while ((line = strsep(&rest, "\n"))) {
		all = true;
		va_start(words, first);
		for (word = first; word && all; word = va_arg(words, char *)) {
			size_t len = strlen(word);
			const char *at = line;

			/* From the beginning of a field to its end. */
			snprintf(field, sizeof(field), "\t%s", word);
			if (strncmp(line, word, len) ||
			    !strchr("\t", line[len]))
				at = strstr(line, field);
			else
				continue;
			all = at && strchr("\t", at[1 + len]);
		}
		va_end(words);
		if (all)
			return true;
	}
	return false;
}

static int make(struct pki *p, const char *name, unsigned int flags,
		const struct pki *issuer)
{
	const struct pki_certificate what = {
		.name = name, .key = "P-256", .flags = flags,
	};

	return pki_make(p, &what, issuer);
}

/* Has a certificate issued and added. */
static int make_added(struct pki *p, const char *name, unsigned int flags,
		      const struct pki *issuer)
{
	return make(p, name, flags, issuer) ?:
	       pki_add(p, pki_keyring(".veriexec"));
}

/* A program like the others, but with content that only this test knows. */
static int make_unique(const char *path)
{
	char mark[64];

	snprintf(mark, sizeof(mark), "%d %lld", getpid(),
		 stat_of("evaluations"));
	return copy_file(PROG, path, 0755) ?:
	       append_file(path, mark, strlen(mark));
}

/* -- What a signature may be made with. */

static const char *const good_keys[] = {
	"P-256", "P-384", "rsa2048", "rsa3072", "rsa4096",
};

static const char *const good_hashes[] = { "sha256", "sha384", "sha512" };

/* "ECDSA256+SHA384" */
static void word_method(const char *key, const char *hash, char *method)
{
	sprintf(method, "%s%s+SHA%s", key[0] == 'P' ? "ECDSA" : "RSA",
		key + (key[0] == 'P' ? 2 : 3), hash + 3);
}

TEST_F(trust, every_algorithm_with_and_without_all_that_is_optional)
{
	char method[32], header[64], name[32];
	struct text text = {};
	struct pki p;
	size_t k, h;
	int form;

	for (k = 0; k < ARRAY_SIZE(good_keys); k++) {
		const struct pki_certificate what = {
			.name = good_keys[k], .key = good_keys[k],
		};

		ASSERT_EQ(0, pki_make(&p, &what, &self->dev));
		ASSERT_EQ(0, pki_add(&p, self->keyring));
		for (h = 0; h < ARRAY_SIZE(good_hashes); h++) {
			for (form = 0; form < 4; form++) {
				const struct pki_signature how = {
					.signers = { &p },
					.hash = good_hashes[h],
					.no_certificates = form & 1,
					.no_attributes = form & 2,
				};

				sprintf(name, "alg-%s-%zu-%d", good_keys[k], h,
					form);
				sprintf(header, "%%name %s\n", name);
				ASSERT_EQ(0, text_add(&text, "%s", header));
				ASSERT_EQ(0, text_add_file(&text, AT,
							   "dir/prog", ""));
				word_method(good_keys[k], good_hashes[h],
					    method);
				EXPECT_EQ(0, load_as(&how, &text));
				EXPECT_TRUE(line_has("manifests", name, method,
						     "added", NULL))
					TH_LOG("%s %s", name, method);
				text_free(&text);
			}
		}
		pki_free(&p);
	}
	EXPECT_EQ(0, run(PROG, "ok"));
}

/* The kernel's sign-file leaves out the certificate and the attributes. */
TEST_F(trust, what_sign_file_has_signed)
{
	static const char *const names[] = { "sha256", "sha384", "sha512" };
	struct text text = {}, manifest = {};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		ASSERT_EQ(0, text_add(&text, "%%name sign-file-%s\n", names[i]));
		ASSERT_EQ(0, text_add_file(&text, AT, "dir/prog", "trusted"));
		ASSERT_EQ(0, write_file(AT "/text", text.data, text.len, 0644));
		text_free(&text);
		ASSERT_EQ(0, run(ours("sign-file"), names[i], KEYS "dev.key",
				 KEYS "dev.crt", AT "/text", AT "/signed"));
		ASSERT_EQ(0, read_file(AT "/signed", &manifest));
		EXPECT_EQ(0, load_signed(AT, &manifest));
		manifest.data[3] ^= 1;
		EXPECT_TRUE(is_refused(self->log, load_signed(AT, &manifest),
				       EKEYREJECTED, "signature"));
		text_free(&manifest);
	}
	EXPECT_TRUE(line_has("manifests", "sign-file-sha512",
			     "PackageDevelopmentECP256_2026",
			     "ECDSA256+SHA512", "builtin", NULL));
	EXPECT_EQ(0, run(PROG, "ok"));
}

TEST_F(trust, weak_algorithms)
{
	static const struct {
		const char *key;
		const char *hash;
		const char *message;
	} weak[] = {
		{ "rsa1024", "sha256", "a key is neither RSA with" },
		{ "P-521", "sha512", "a key is neither RSA with" },
		{ "P-256", "sha1", "digest is not SHA-256, SHA-384 or SHA-512" },
		{ "rsa2048", "sha1", "digest is not SHA-256, SHA-384" },
	};
	struct text text = {};
	struct pki p;
	const struct pki_signature by_weak = { .signers = { &p } };
	size_t i;

	ASSERT_EQ(0, text_add_file(&text, AT, "dir/prog", ""));
	for (i = 0; i < ARRAY_SIZE(weak); i++) {
		const struct pki_certificate what = {
			.name = "Weak", .key = weak[i].key,
		};
		const struct pki_signature how = {
			.signers = { &p }, .hash = weak[i].hash,
		};

		ASSERT_EQ(0, pki_make(&p, &what, &self->dev));
		ASSERT_EQ(0, pki_add(&p, self->keyring));
		EXPECT_TRUE(is_refused(self->log, load_as(&how, &text),
				       EKEYREJECTED, weak[i].message))
			TH_LOG("%s %s", weak[i].key, weak[i].hash);
		EXPECT_EQ(-EACCES, run(PROG, "ok"));
		pki_free(&p);
	}
	/* The key is good, but the signature of its certificate is weak. */
	ASSERT_EQ(0, make(&p, "Weakly issued", PKI_SHA1, &self->dev));
	EXPECT_EQ(-EKEYREJECTED, pki_add(&p, self->keyring));
	EXPECT_TRUE(is_refused(self->log, load_as(&by_weak, &text),
			       EKEYREJECTED, "a signature is not by SHA-256"));
	pki_free(&p);
	text_free(&text);
}

/* -- Which certificates are good. */

TEST_F(trust, chain_with_an_intermediate_certificate)
{
	static const struct {
		unsigned int flags;
		const char *message;
	} bad[] = {
		{ 0, "not that of an authority" },
		{ PKI_CA | PKI_NO_ISSUING, "not that of an authority" },
		{ PKI_CA | PKI_NOT_CA, "not that of an authority" },
		{ PKI_CA | PKI_SHA1, "a signature is not by SHA-256" },
	};
	struct pki stranger, middle, leaf;
	const struct pki_signature whole = {
		.signers = { &leaf }, .others = { &middle },
	};
	const struct pki_signature gap = { .signers = { &leaf } };
	struct text text = {};
	size_t i;

	ASSERT_EQ(0, text_add(&text, "%%name chain\n"));
	ASSERT_EQ(0, text_add_file(&text, AT, "dir/prog", ""));
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		ASSERT_EQ(0, make(&middle, "Middle", bad[i].flags,
				  &self->dev));
		ASSERT_EQ(0, make(&leaf, "Leaf", 0, &middle));
		EXPECT_TRUE(is_refused(self->log, load_as(&whole, &text),
				       EKEYREJECTED, bad[i].message))
			TH_LOG("%#x", bad[i].flags);
		pki_free(&leaf);
		pki_free(&middle);
	}

	ASSERT_EQ(0, make(&middle, "Middle", PKI_CA, &self->dev));
	ASSERT_EQ(0, make(&leaf, "Leaf", 0, &middle));
	EXPECT_TRUE(is_refused(self->log, load_as(&gap, &text), ENOKEY,
			       "nobody trusted"));
	EXPECT_EQ(0, load_as(&whole, &text));
	EXPECT_TRUE(line_has("manifests", "chain", "Leaf", "added", NULL));
	EXPECT_EQ(0, run(PROG, "ok"));
	/* A certificate that the message lacks may be in the keyring. */
	ASSERT_EQ(0, pki_add(&middle, self->keyring));
	EXPECT_EQ(0, load_as(&gap, &text));
	pki_free(&leaf);
	pki_free(&middle);

	ASSERT_EQ(0, make(&stranger, "Stranger", PKI_CA, NULL));
	ASSERT_EQ(0, make(&middle, "Middle", PKI_CA, &stranger));
	ASSERT_EQ(0, make(&leaf, "Leaf", 0, &middle));
	EXPECT_TRUE(is_refused(self->log, load_as(&whole, &text), ENOKEY,
			       "nobody trusted"));
	pki_free(&leaf);
	pki_free(&middle);
	pki_free(&stranger);
	text_free(&text);
}

TEST_F(trust, certificates_that_are_not_for_signing)
{
	static const unsigned int flags[] = {
		PKI_NO_USAGE, PKI_NO_SIGNATURES, PKI_NO_SIGNATURES | PKI_CA,
	};
	struct text text = {};
	struct pki p;
	size_t i;
	int bare;

	ASSERT_EQ(0, text_add_file(&text, AT, "dir/prog", ""));
	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		ASSERT_EQ(0, make_added(&p, "No signer", flags[i],
					&self->dev));
		for (bare = 0; bare < 2; bare++) {
			const struct pki_signature how = {
				.signers = { &p }, .no_certificates = bare,
			};

			EXPECT_TRUE(is_refused(self->log, load_as(&how, &text),
					       EKEYREJECTED,
					       "key usage digitalSignature"))
				TH_LOG("%#x %d", flags[i], bare);
		}
		pki_free(&p);
	}
	EXPECT_EQ(-EACCES, run(PROG, "ok"));
	ASSERT_EQ(0, make_added(&p, "Signer", 0, &self->dev));
	EXPECT_EQ(0, load_by(&p, "", "dir/prog", ""));
	EXPECT_EQ(0, run(PROG, "ok"));
	pki_free(&p);
	text_free(&text);
}

TEST_F(trust, certificates_that_are_for_something_else)
{
	static const struct {
		unsigned int flags;
		const char *message;
	} bad[] = {
		{ PKI_OTHER_USE, "does not allow code signing" },
		{ PKI_CRITICAL, "critical extension that is not known" },
	};
	struct pki p, middle, leaf;
	const struct pki_signature by_p = { .signers = { &p } };
	const struct pki_signature by_leaf = {
		.signers = { &leaf }, .others = { &middle },
	};
	struct text text = {};
	size_t i;

	ASSERT_EQ(0, text_add(&text, "%%name else\n"));
	ASSERT_EQ(0, text_add_file(&text, AT, "dir/prog", ""));
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		ASSERT_EQ(0, make(&p, "Else", bad[i].flags, &self->dev));
		EXPECT_TRUE(is_refused(self->log, load_as(&by_p, &text),
				       EKEYREJECTED, bad[i].message));
		EXPECT_EQ(-EKEYREJECTED, pki_add(&p, self->keyring));
		EXPECT_TRUE(log_has(self->log, "certificate refused",
				    bad[i].message, NULL));
		EXPECT_EQ(-ENOKEY, load_text_by(&p, text.data));
		ASSERT_EQ(0, make(&middle, "Else", PKI_CA | bad[i].flags,
				  &self->dev));
		ASSERT_EQ(0, make(&leaf, "Leaf", 0, &middle));
		EXPECT_TRUE(is_refused(self->log, load_as(&by_leaf, &text),
				       EKEYREJECTED, bad[i].message));
		pki_free(&leaf);
		pki_free(&middle);
		pki_free(&p);
	}
	EXPECT_EQ(-EACCES, run(PROG, "ok"));

	ASSERT_EQ(0, make(&p, "Code", PKI_CODE_SIGNING, &self->dev));
	EXPECT_EQ(0, load_as(&by_p, &text));
	EXPECT_EQ(0, pki_add(&p, self->keyring));
	EXPECT_EQ(0, load_text_by(&p, text.data));
	EXPECT_EQ(0, run(PROG, "ok"));
	pki_free(&p);
	text_free(&text);
}

TEST_F(trust, authority_that_allows_none_below)
{
	struct pki middle, leaf, below, deep;
	const struct pki_signature good = {
		.signers = { &leaf }, .others = { &middle },
	};
	const struct pki_signature whole = {
		.signers = { &deep }, .others = { &below, &middle },
	};
	const struct pki_signature part = {
		.signers = { &deep }, .others = { &below },
	};
	const struct pki_signature alone = { .signers = { &deep } };
	static const char longer[] = "longer than an authority in it allows";
	struct text text = {};

	ASSERT_EQ(0, text_add(&text, "%%name below\n"));
	ASSERT_EQ(0, text_add_file(&text, AT, "dir/prog", ""));
	ASSERT_EQ(0, make(&middle, "Middle", PKI_CA | PKI_PATH_0, &self->dev));
	ASSERT_EQ(0, make(&leaf, "Leaf", 0, &middle));
	ASSERT_EQ(0, make(&below, "Below", PKI_CA, &middle));
	ASSERT_EQ(0, make(&deep, "Deep", 0, &below));

	/* The authority's certificate comes with the message. */
	EXPECT_TRUE(is_refused(self->log, load_as(&whole, &text), EKEYREJECTED,
			       longer));
	EXPECT_EQ(-EACCES, run(PROG, "ok"));
	EXPECT_EQ(0, load_as(&good, &text));
	EXPECT_EQ(0, run(PROG, "ok"));

	/* It is in the keyring, where a key does not tell what its certificate said. */
	ASSERT_EQ(0, pki_add(&middle, self->keyring));
	EXPECT_EQ(0, pki_add(&leaf, self->keyring));
	EXPECT_TRUE(is_refused(self->log, load_as(&part, &text), EKEYREJECTED,
			       longer));
	/* It may sign, but it may not issue certificates. */
	ASSERT_EQ(0, pki_add(&below, self->keyring));
	EXPECT_EQ(0, load_text_by(&below, "dir/data sha256=" DIGEST "\n"));
	EXPECT_EQ(-EKEYREJECTED, pki_add(&deep, self->keyring));
	EXPECT_TRUE(log_has(self->log, "certificate refused", longer, NULL));
	EXPECT_TRUE(is_refused(self->log, load_as(&alone, &text), EKEYREJECTED,
			       longer));
	pki_free(&deep);
	pki_free(&below);
	pki_free(&leaf);
	pki_free(&middle);
	text_free(&text);
}

/* The vendor's certificate allows two authorities, of which one is below the other. */
TEST_F(trust, chain_as_long_as_may_be)
{
	struct pki chain[9];
	struct pki_signature how = {};
	struct text text = {};
	char name[16];
	int i;

	ASSERT_EQ(0, text_add_file(&text, AT, "dir/prog", ""));
	for (i = 0; i < 9; i++) {
		sprintf(name, "Link %d", i);
		ASSERT_EQ(0, make(&chain[i], name, PKI_CA,
				  i ? &chain[i - 1] : &self->dev));
	}
	for (i = 0; i < 9; i++) {
		how.signers[0] = &chain[i];
		if (i)
			how.others[i - 1] = &chain[i - 1];
		if (i < 2) {
			EXPECT_EQ(0, load_as(&how, &text));
			continue;
		}
		/*
		 * Longer than the vendor allows, and then longer than anybody may have
		 * it.
		 */
		EXPECT_TRUE(is_refused(self->log, load_as(&how, &text),
				       EKEYREJECTED,
				       i < 8 ? "longer than an authority" :
					       "is too long"))
			TH_LOG("%d", i);
	}
	EXPECT_EQ(0, pki_add(&chain[0], self->keyring));
	EXPECT_EQ(0, pki_add(&chain[1], self->keyring));
	EXPECT_EQ(-EKEYREJECTED, pki_add(&chain[2], self->keyring));
	EXPECT_TRUE(log_has(self->log, "certificate refused",
			    "longer than an authority", NULL));
	for (i = 0; i < 9; i++)
		pki_free(&chain[i]);
	text_free(&text);
}

/* A key that is only linked tells nothing of its certificate. */
TEST_F(trust, key_that_was_made_elsewhere)
{
	unsigned char *der = NULL;
	struct pki p;
	long key;
	int len;

	ASSERT_EQ(0, make(&p, "Elsewhere", 0, &self->dev));
	len = i2d_X509(p.cert, &der);
	ASSERT_LT(0, len);
	key = syscall(SYS_add_key, "asymmetric", NULL, der, (size_t)len,
		      KEY_SPEC_PROCESS_KEYRING);
	OPENSSL_free(der);
	ASSERT_LT(0, key);
	EXPECT_EQ(-1, syscall(SYS_keyctl, KEYCTL_LINK, key, self->keyring));
	EXPECT_EQ(EKEYREJECTED, errno);
	EXPECT_TRUE(log_has(self->log, "certificate refused",
			    "cannot be looked at", NULL));
	EXPECT_EQ(0, pki_add(&p, self->keyring));
	pki_free(&p);
}

/* The kernel has no clock to trust, but compares the dates with the message's own. */
TEST_F(trust, certificates_out_of_their_time)
{
	static const unsigned int flags[] = { PKI_EXPIRED, PKI_NOT_YET };
	struct text text = {};
	struct pki p;
	size_t i;

	ASSERT_EQ(0, text_add_file(&text, AT, "dir/prog", ""));
	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		const struct pki_signature dated = { .signers = { &p } };
		const struct pki_signature undated = {
			.signers = { &p }, .no_attributes = true,
		};

		ASSERT_EQ(0, make_added(&p, "Out of time", flags[i],
					&self->dev));
		EXPECT_TRUE(is_refused(self->log, load_as(&dated, &text),
				       EKEYREJECTED, "certificate is not good"));
		EXPECT_EQ(0, load_as(&undated, &text));
		pki_free(&p);
	}
	text_free(&text);
}

TEST_F(trust, certificates_that_are_revoked)
{
	char what[80] = "tbs:";
	struct pki p, other, revoked, authority, below, late;
	const struct pki_signature how = { .signers = { &p } };
	const struct pki_signature by_revoked = { .signers = { &revoked } };
	struct text text = {};

	ASSERT_EQ(0, text_add(&text, "%%name revoked-signer\n"));
	ASSERT_EQ(0, text_add_file(&text, AT, "dir/prog", ""));
	/*
	 * This certificate is compiled in among the trusted, and also among the
	 * revoked.
	 */
	ASSERT_EQ(0, pki_read(&revoked, KEYS "revoked.key",
			      KEYS "revoked.crt"));
	EXPECT_TRUE(is_refused(self->log, load_as(&by_revoked, &text),
			       EKEYREJECTED, "is revoked"));
	EXPECT_TRUE(is_refused(self->log,
			       load_by(&revoked, "", "dir/prog", ""),
			       EKEYREJECTED, "is revoked"));
	pki_free(&revoked);

	ASSERT_EQ(0, make(&p, "To be revoked", 0, &self->dev));
	ASSERT_EQ(0, make(&other, "To be kept", 0, &self->dev));
	ASSERT_EQ(0, load_as(&how, &text));
	ASSERT_EQ(0, pki_tbs_hash(&p, what + 4));
	/* A key outside the kernel's keyring of built-in keys may not revoke. */
	EXPECT_GT(0, pki_revoke(&other, what));
	EXPECT_EQ(0, load_as(&how, &text));
	ASSERT_EQ(0, pki_revoke(&self->system, what));
	EXPECT_TRUE(is_refused(self->log, load_as(&how, &text), EKEYREJECTED,
			       "is revoked"));
	EXPECT_EQ(-EKEYREJECTED, pki_add(&p, self->keyring));
	EXPECT_EQ(0, pki_add(&other, self->keyring));
	/* A manifest that was loaded before stays. */
	EXPECT_EQ(0, run(PROG, "ok"));

	/*
	 * The same if the certificate is in the keyring and not in the message, or if
	 * its issuer is the one that is revoked.
	 */
	ASSERT_EQ(0, make_added(&authority, "To be revoked", PKI_CA,
				&self->dev));
	ASSERT_EQ(0, make_added(&below, "Below", 0, &authority));
	ASSERT_EQ(0, make(&late, "Late", 0, &authority));
	ASSERT_EQ(0, load_by(&other, "", "dir/data", ""));
	ASSERT_EQ(0, load_by(&below, "", "dir/data", ""));
	ASSERT_EQ(0, pki_tbs_hash(&other, what + 4));
	ASSERT_EQ(0, pki_revoke(&self->system, what));
	EXPECT_TRUE(is_refused(self->log, load_by(&other, "", "dir/data", ""),
			       EKEYREJECTED, "is revoked"));
	EXPECT_EQ(0, load_by(&below, "", "dir/data", ""));
	ASSERT_EQ(0, pki_tbs_hash(&authority, what + 4));
	ASSERT_EQ(0, pki_revoke(&self->system, what));
	EXPECT_TRUE(is_refused(self->log, load_by(&below, "", "dir/data", ""),
			       EKEYREJECTED, "is revoked"));
	EXPECT_GT(0, pki_add(&late, self->keyring));
	EXPECT_EQ(0, load_by(&self->dev, "", "dir/data", ""));
	pki_free(&late);
	pki_free(&below);
	pki_free(&authority);
	pki_free(&other);
	pki_free(&p);
	text_free(&text);
}

TEST_F(trust, of_several_signers_all_must_be_known)
{
	struct pki stranger, another, added;
	const struct pki_signature unknown = {
		.signers = { &stranger, &another },
	};
	const struct pki_signature one_known = {
		.signers = { &stranger, &self->dev },
	};
	const struct pki_signature both_known = {
		.signers = { &added, &self->dev },
	};
	const struct pki_signature added_known = {
		.signers = { &added, &stranger },
	};
	struct text text = {};

	ASSERT_EQ(0, make(&stranger, "Stranger", 0, NULL));
	ASSERT_EQ(0, make(&another, "Another", 0, NULL));
	ASSERT_EQ(0, make_added(&added, "Second", 0, &self->dev));
	ASSERT_EQ(0, text_add(&text, "%%name several\n"));
	ASSERT_EQ(0, text_add_file(&text, AT, "dir/prog", "trusted"));
	EXPECT_TRUE(is_refused(self->log, load_as(&unknown, &text), ENOKEY,
			       "nobody trusted"));
	EXPECT_TRUE(is_refused(self->log, load_as(&one_known, &text), ENOKEY,
			       "not all who have signed it are trusted"));
	EXPECT_TRUE(is_refused(self->log, load_as(&added_known, &text), ENOKEY,
			       "not all who have signed it are trusted"));
	EXPECT_EQ(-EACCES, run(PROG, "ok"));
	EXPECT_EQ(0, load_as(&both_known, &text));
	EXPECT_TRUE(line_has("manifests", "several", "builtin", NULL));
	EXPECT_EQ(0, run(PROG, "ok"));
	pki_free(&added);
	pki_free(&another);
	pki_free(&stranger);
	text_free(&text);
}

/* -- The keyring. */

/* Does the first keyring link to the second? */
static bool is_linked(const char *name, const char *other)
{
	int keys[64], id = pki_keyring(name);
	long size = syscall(SYS_keyctl, KEYCTL_READ, id, keys, sizeof(keys));
	char text[256];
	long i;

	for (i = 0; i < size / (long)sizeof(*keys); i++)
		if (syscall(SYS_keyctl, KEYCTL_DESCRIBE, keys[i], text,
			    sizeof(text)) > 0 &&
		    !strncmp(text, "keyring;", 8) &&
		    !strcmp(strrchr(text, ';') + 1, other))
			return true;
	return false;
}

TEST_F(trust, keyring_takes_only_who_is_vouched_for)
{
	int fixed = pki_keyring(".veriexec_builtin");
	struct pki stranger, leaf, authority, below, below_leaf;

	ASSERT_LT(0, fixed);
	ASSERT_EQ(0, make(&stranger, "Stranger", PKI_CA, NULL));
	EXPECT_EQ(-ENOKEY, pki_add(&stranger, self->keyring));
	ASSERT_EQ(0, make(&leaf, "Leaf", 0, &self->dev));
	EXPECT_EQ(EACCES, user_errno_of(pki_add(&leaf, self->keyring)));
	EXPECT_EQ(0, pki_add(&leaf, self->keyring));

	/* Only an authority may vouch for others. */
	ASSERT_EQ(0, make(&below_leaf, "Below a leaf", 0, &leaf));
	EXPECT_EQ(-EKEYREJECTED, pki_add(&below_leaf, self->keyring));
	ASSERT_EQ(0, make(&authority, "Authority", PKI_CA, &self->dev));
	ASSERT_EQ(0, make(&below, "Below", 0, &authority));
	EXPECT_EQ(-ENOKEY, pki_add(&below, self->keyring));
	EXPECT_EQ(0, pki_add(&authority, self->keyring));
	EXPECT_EQ(0, pki_add(&below, self->keyring));
	EXPECT_EQ(0, load_by(&below, "", "dir/prog", ""));

	/* Nobody can add to the other keyring, and nobody can take anything out. */
	EXPECT_EQ(-EACCES, pki_add(&leaf, fixed));
	EXPECT_EQ(EPERM, errno_of(syscall(SYS_keyctl, KEYCTL_CLEAR,
					  self->keyring)));
	EXPECT_EQ(EPERM, errno_of(syscall(SYS_keyctl, KEYCTL_UNLINK, fixed,
					  self->keyring)));
	EXPECT_EQ(EACCES, errno_of(syscall(SYS_keyctl, KEYCTL_CLEAR, fixed)));
	EXPECT_EQ(0, load_by(&self->dev, "", "dir/data", ""));
	pki_free(&below_leaf);
	pki_free(&below);
	pki_free(&authority);
	pki_free(&leaf);
	pki_free(&stranger);
}

/* How many keys are there? */
static long count_keys(int keyring)
{
	return syscall(SYS_keyctl, KEYCTL_READ, keyring, NULL, 0) /
	       (long)sizeof(int);
}

/* Anybody can write names and identifiers, so the signature decides. */
TEST_F(trust, keyring_takes_no_forged_certificate)
{
	struct pki forger, issued, genuine;
	const struct pki_signature chain = {
		.signers = { &issued }, .others = { &forger },
	};
	const struct pki_signature forged = { .signers = { &issued } };
	struct text text = {};
	long before;

	ASSERT_EQ(0, text_add(&text, "%%name forged\n"));
	ASSERT_EQ(0, text_add_file(&text, AT, "dir/prog", ""));
	ASSERT_EQ(0, pki_forge(&forger, &self->dev));
	ASSERT_EQ(0, make(&issued, "Forged", 0, &forger));
	ASSERT_EQ(X509_V_OK, X509_check_issued(self->dev.cert, issued.cert));
	ASSERT_LT(0, before = count_keys(self->keyring));
	EXPECT_EQ(-EKEYREJECTED, pki_add(&forger, self->keyring));
	EXPECT_EQ(-EKEYREJECTED, pki_add(&issued, self->keyring));
	EXPECT_EQ(before, count_keys(self->keyring));
	/* None of the two can sign, with certificates in the message or without. */
	EXPECT_TRUE(is_refused(self->log, load_by(&forger, "", "dir/prog", ""),
			       EKEYREJECTED, "is not good"));
	EXPECT_TRUE(is_refused(self->log, load_by(&issued, "", "dir/prog", ""),
			       ENOKEY, "nobody trusted"));
	EXPECT_TRUE(is_refused(self->log, load_as(&forged, &text),
			       EKEYREJECTED, "is not good"));
	EXPECT_TRUE(is_refused(self->log, load_as(&chain, &text),
			       EKEYREJECTED, "is not good"));
	EXPECT_FALSE(line_has("manifests", "forged", NULL));
	EXPECT_EQ(-EACCES, run(PROG, "ok"));

	/* The same certificate, but signed by the right key. */
	genuine = issued;
	ASSERT_LT(0, X509_sign(genuine.cert, self->dev.key, EVP_sha256()));
	EXPECT_EQ(0, pki_add(&genuine, self->keyring));
	EXPECT_EQ(before + 1, count_keys(self->keyring));
	EXPECT_EQ(0, load_as(&forged, &text));
	EXPECT_TRUE(line_has("manifests", "forged", "Forged", "added", NULL));
	EXPECT_EQ(0, run(PROG, "ok"));
	/* The forger has not taken the vendor's place. */
	EXPECT_EQ(0, load_by(&self->dev, "", "dir/data", "trusted"));
	pki_free(&issued);
	pki_free(&forger);
	text_free(&text);
}

TEST_F(trust, certificates_that_nobody_needs_or_answers_for)
{
	struct pki stranger, leaf, cross;
	const struct pki_signature alone = { .signers = { &leaf } };
	const struct pki_signature more = {
		.signers = { &leaf }, .others = { &stranger },
	};
	const struct pki_signature crossed = {
		.signers = { &leaf }, .others = { &cross },
	};
	struct text text = {};

	ASSERT_EQ(0, text_add_file(&text, AT, "dir/prog", ""));
	ASSERT_EQ(0, make(&stranger, "Stranger", PKI_CA, NULL));
	ASSERT_EQ(0, make(&leaf, "Leaf", 0, &self->dev));
	ASSERT_EQ(0, pki_add(&leaf, self->keyring));
	EXPECT_TRUE(is_refused(self->log, load_as(&more, &text), EBADMSG,
			       "a certificate that no signer needs"));
	/* The signer's issuer, in a certificate that somebody else has issued. */
	ASSERT_EQ(0, pki_cross(&cross, &self->dev, &stranger));
	EXPECT_TRUE(is_refused(self->log, load_as(&crossed, &text),
			       EKEYREJECTED, "nobody answers for a certificate"));
	EXPECT_EQ(-EACCES, run(PROG, "ok"));
	EXPECT_EQ(0, load_as(&alone, &text));
	EXPECT_EQ(0, run(PROG, "ok"));
	pki_free(&cross);
	pki_free(&leaf);
	pki_free(&stranger);
	text_free(&text);
}

TEST_F(trust, kernels_own_keyrings_if_the_configuration_says_so)
{
	bool wanted = is_linked(".veriexec_builtin", ".builtin_trusted_keys");
	struct pki second;

	/* Only one of the two tested kernels is configured to have these. */
	ASSERT_TRUE(is_linked(".veriexec", ".veriexec_builtin"));
	EXPECT_EQ(wanted, is_linked(".veriexec_builtin", ".platform"));
	EXPECT_EQ(wanted, is_linked(".veriexec", ".secondary_trusted_keys"));

	ASSERT_EQ(0, make(&second, "Secondary", 0, &self->system));
	ASSERT_EQ(0, pki_add(&second, pki_keyring(".secondary_trusted_keys")));
	if (wanted) {
		EXPECT_EQ(0, load_by(&self->system, "%name system\n",
				     "dir/prog", "trusted"));
		EXPECT_TRUE(line_has("manifests", "system", "builtin", NULL));
		EXPECT_EQ(0, load_by(&second, "%name second\n", "dir/data",
				     ""));
		EXPECT_TRUE(line_has("manifests", "second", "added", NULL));
	} else {
		EXPECT_TRUE(is_refused(self->log,
				       load_by(&self->system, "", "dir/prog",
					       ""), ENOKEY, "nobody trusted"));
		EXPECT_TRUE(is_refused(self->log,
				       load_by(&second, "", "dir/prog", ""),
				       ENOKEY, "nobody trusted"));
		EXPECT_EQ(-ENOKEY, pki_add(&second, self->keyring));
	}
	pki_free(&second);
}

/* -- What added signers may say. */

TEST_F(trust, who_was_added_grants_no_trust_and_revokes_nothing)
{
	static const char revoke[] = "%revoke sha256=" DIGEST "\n";
	struct pki added, sent_along;
	const struct pki_signature along = { .signers = { &sent_along } };
	struct text text = {};

	ASSERT_EQ(0, make_added(&added, "Customer", 0, &self->dev));
	EXPECT_TRUE(is_refused(self->log,
			       load_by(&added, "", "dir/prog", "trusted"),
			       EKEYREJECTED, "may not give a file rights"));
	EXPECT_TRUE(is_refused(self->log,
			       load_by(&added, "", "dir/prog",
				       "\nnot/there sha256=" DIGEST " trusted"),
			       EKEYREJECTED, "may not give a file rights"));
	EXPECT_TRUE(is_refused(self->log, load_text_by(&added, revoke),
			       EKEYREJECTED, "may not revoke"));
	EXPECT_EQ(-EACCES, run(PROG, "ok"));

	/*
	 * The same goes for a signer whose certificate comes with the message, and
	 * could be added.
	 */
	ASSERT_EQ(0, make(&sent_along, "Sent along", 0, &self->dev));
	ASSERT_EQ(0, text_add_file(&text, AT, "dir/prog", "trusted"));
	EXPECT_TRUE(is_refused(self->log, load_as(&along, &text), EKEYREJECTED,
			       "may not give a file rights"));
	text_free(&text);
	ASSERT_EQ(0, text_add_file(&text, AT, "dir/prog", ""));
	EXPECT_EQ(0, load_as(&along, &text));
	text_free(&text);

	EXPECT_EQ(0, load_by(&added, "%name customer\n", "dir/data",
			     "no_ptrace indirect"));
	EXPECT_TRUE(line_has("manifests", "customer", "added", NULL));
	EXPECT_EQ(0, load_by(&self->dev, "", "dir/prog", "trusted"));
	EXPECT_EQ(0, load_text_by(&self->dev, revoke));
	pki_free(&sent_along);
	pki_free(&added);
}

TEST_F(trust, who_was_added_changes_nothing_of_anothers)
{
	static const char another[] = "may not change what another signer's manifest";
	struct pki one, other;

	ASSERT_EQ(0, make_added(&one, "Customer one", 0, &self->dev));
	ASSERT_EQ(0, make_added(&other, "Customer other", 0, &self->dev));
	ASSERT_EQ(0, load_by(&self->dev, "", "dir/prog", "no_ptrace"));
	EXPECT_TRUE(is_refused(self->log, load_by(&one, "", "dir/prog", ""),
			       EKEYREJECTED, another));
	EXPECT_TRUE(is_refused(self->log,
			       load_text_by(&one, "dir/prog sha256=" DIGEST
					    " no_ptrace\n"),
			       EKEYREJECTED, another));
	/* An added signer who says the same changes nothing. */
	EXPECT_EQ(0, load_by(&one, "", "dir/prog", "no_ptrace"));

	/* An added signer may change what it lists itself, and so may the vendor. */
	EXPECT_EQ(0, load_by(&one, "", "dir/other", "label=a"));
	EXPECT_EQ(0, load_by(&one, "", "dir/other", "no_ptrace"));
	EXPECT_TRUE(is_refused(self->log,
			       load_by(&other, "", "dir/other", "indirect"),
			       EKEYREJECTED, another));
	EXPECT_EQ(0, load_by(&other, "", "dir/data", ""));
	EXPECT_EQ(0, run(OTHER, "ok"));
	EXPECT_EQ(0, load_by(&self->dev, "", "dir/other", "indirect"));
	EXPECT_EQ(-EACCES, run(OTHER, "ok"));
	EXPECT_TRUE(is_refused(self->log,
			       load_by(&one, "", "dir/other", "label=b"),
			       EKEYREJECTED, another));
	pki_free(&other);
	pki_free(&one);
}

/* This holds even if the other's entry comes later, or is bound later. */
TEST_F(trust, builtin_signer_takes_precedence)
{
	const struct text vendor = {
		.data = "dir/late sha256=" DIGEST "\n",
		.len = strlen("dir/late sha256=" DIGEST "\n"),
	};
	struct pki added;

	ASSERT_EQ(0, make_added(&added, "Customer", 0, &self->dev));
	ASSERT_EQ(0, load(AT, &vendor));
	ASSERT_EQ(0, make_unique(LATE));
	ASSERT_EQ(0, load_by(&added, "", "dir/late", ""));
	EXPECT_EQ(0, check_file(LATE));
	ASSERT_EQ(0, load(AT, &vendor));
	EXPECT_EQ(-EACCES, check_file(LATE));
	/* It still does if the customer's entry is bound once more. */
	EXPECT_NE(0, load_by(&added, "", "dir/late", ""));
	EXPECT_EQ(-EACCES, check_file(LATE));
	EXPECT_EQ(0, load_by(&self->dev, "", "dir/late", ""));
	EXPECT_EQ(0, check_file(LATE));
	pki_free(&added);
}

TEST_F(trust, names_belong_to_their_signers)
{
	struct pki one, other;

	ASSERT_EQ(0, make_added(&one, "Customer one", 0, &self->dev));
	ASSERT_EQ(0, make_added(&other, "Customer other", 0, &self->dev));
	ASSERT_EQ(0, load_by(&self->dev, "%name base\n%version 1\n",
			     "dir/prog", ""));
	EXPECT_TRUE(is_refused(self->log,
			       load_by(&one, "%name base\n%version 9\n",
				       "dir/data", ""),
			       EKEYREJECTED, "name of another signer's manifest"));
	EXPECT_EQ(0, run(PROG, "ok"));

	/* Nobody keeps the vendor out by taking a name first. */
	ASSERT_EQ(0, load_by(&one, "%name taken\n%version 9\n", "dir/data",
			     ""));
	EXPECT_TRUE(is_refused(self->log,
			       load_by(&other, "%name taken\n%version 10\n",
				       "dir/data", ""),
			       EKEYREJECTED, "name of another signer's manifest"));
	EXPECT_EQ(0, load_by(&self->dev, "%name taken\n%version 1\n",
			     "dir/free", ""));
	EXPECT_EQ(0, check_file(DATA));
	EXPECT_EQ(0, check_file(FREE));

	/*
	 * For the versions of an added signer the same rules hold as for the vendor's.
	 */
	ASSERT_EQ(0, load_by(&other, "%name own\n%version 2\n", "dir/data",
			     ""));
	EXPECT_EQ(-ESTALE, load_by(&other, "%name own\n%version 1\n",
				   "dir/data", ""));
	EXPECT_EQ(0, load_by(&other, "%name own\n%version 3\n", "dir/data",
			     ""));
	pki_free(&other);
	pki_free(&one);
}

/* Two signers of one name are still two: the key makes the signer. */
TEST_F(trust, signers_of_one_name_are_strangers)
{
	static const char another[] = "may not change what another signer's manifest";
	static const char taken[] = "name of another signer's manifest";
	char what[80] = "tbs:";
	struct pki one, other;

	ASSERT_EQ(0, make_added(&one, "Namesake", 0, &self->dev));
	ASSERT_EQ(0, make_added(&other, "Namesake", 0, &self->dev));
	ASSERT_EQ(0, load_by(&one, "%name namesake-one\n%version 2\n",
			     "dir/prog", "no_ptrace"));
	ASSERT_EQ(0, load_by(&other, "%name namesake-other\n%version 2\n",
			     "dir/data", ""));
	EXPECT_TRUE(line_has("manifests", "namesake-one", "Namesake", "added",
			     NULL));
	EXPECT_TRUE(line_has("manifests", "namesake-other", "Namesake",
			     "added", NULL));

	EXPECT_TRUE(is_refused(self->log,
			       load_by(&other,
				       "%name namesake-one\n%version 3\n",
				       "dir/free", ""), EKEYREJECTED, taken));
	EXPECT_TRUE(is_refused(self->log,
			       load_by(&one,
				       "%name namesake-other\n%version 1\n",
				       "dir/free", ""), EKEYREJECTED, taken));
	EXPECT_TRUE(is_refused(self->log,
			       load_by(&other, "", "dir/prog", "indirect"),
			       EKEYREJECTED, another));
	EXPECT_TRUE(is_refused(self->log,
			       load_by(&one, "", "dir/data", "indirect"),
			       EKEYREJECTED, another));
	EXPECT_TRUE(line_has("entries", "no_ptrace", "namesake-one",
			     "dir/prog", NULL));
	EXPECT_TRUE(line_has("manifests", "namesake-one", "2", NULL));
	EXPECT_TRUE(line_has("manifests", "namesake-other", "2", NULL));
	EXPECT_EQ(0, check_file(PROG));
	EXPECT_EQ(0, check_file(DATA));
	EXPECT_EQ(-EACCES, check_file(FREE));

	/* Each may do with his own manifest what he may not do with the other's. */
	EXPECT_EQ(0, load_by(&one, "%name namesake-one\n%version 3\n",
			     "dir/prog", "indirect"));
	EXPECT_EQ(-ESTALE, load_by(&other,
				   "%name namesake-other\n%version 1\n",
				   "dir/data", ""));
	EXPECT_EQ(0, load_by(&other, "%name namesake-other\n%version 3\n",
			     "dir/free", ""));
	EXPECT_TRUE(line_has("entries", "indirect", "namesake-one", "dir/prog",
			     NULL));
	EXPECT_EQ(-EACCES, check_file(DATA));
	EXPECT_EQ(0, check_file(FREE));

	/* Revoking one does not revoke the other. */
	ASSERT_EQ(0, pki_tbs_hash(&one, what + 4));
	ASSERT_EQ(0, pki_revoke(&self->system, what));
	EXPECT_TRUE(is_refused(self->log, load_by(&one, "", "dir/prog",
						  "indirect"),
			       EKEYREJECTED, "is revoked"));
	EXPECT_EQ(0, load_by(&other, "", "dir/data", ""));
	pki_free(&other);
	pki_free(&one);
}

TEST_F(trust, signers_are_shown)
{
	const struct pki_signature how = { .signers = { &self->dev } };
	struct text text = {};
	struct pki added;
	const struct pki_signature by_added = { .signers = { &added } };

	ASSERT_EQ(0, make(&added, "A customer's", 0, &self->dev));
	ASSERT_EQ(0, text_add(&text, "%%name shown-vendor\n"));
	ASSERT_EQ(0, text_add_file(&text, AT, "dir/prog", ""));
	ASSERT_EQ(0, load_as(&how, &text));
	text_free(&text);
	ASSERT_EQ(0, text_add(&text, "%%name shown-customer\n"));
	ASSERT_EQ(0, text_add_file(&text, AT, "dir/data", ""));
	ASSERT_EQ(0, load_as(&by_added, &text));
	text_free(&text);
	EXPECT_TRUE(line_has("manifests", "shown-vendor",
			     "PackageDevelopmentECP256_2026", "builtin", NULL));
	EXPECT_TRUE(line_has("entries", "shown-vendor",
			     "PackageDevelopmentECP256_2026", "dir/prog",
			     NULL));
	EXPECT_TRUE(line_has("manifests", "shown-customer",
			     "A%20customer's", "added", NULL));
	EXPECT_TRUE(line_has("entries", "shown-customer", "A%20customer's",
			     "dir/data", NULL));
	pki_free(&added);
}

/* -- Fingerprints that never verify again. */

TEST_F(trust, revoked_fingerprint_never_verifies_again)
{
	char revoke[128], hex[65];
	struct text text = {};
	int ready;
	pid_t pid;
	char c;

	ASSERT_EQ(0, make_unique(MINE));
	ASSERT_EQ(0, fingerprint(MINE, hex));
	ASSERT_EQ(0, load_by(&self->dev, "%name takes-back\n%version 1\n",
			     "dir/mine", ""));
	ASSERT_EQ(0, load_by(&self->dev, "", "dir/prog", ""));
	EXPECT_EQ(0, run(MINE, "ok"));
	ASSERT_LT(0, pid = start(&ready, MINE, "pause", NULL));
	ASSERT_EQ(1, read(ready, &c, 1));

	sprintf(revoke, "%%revoke sha256=%s\n", hex);
	ASSERT_EQ(0, load_text_by(&self->dev, revoke));
	EXPECT_LT(0, stat_of("revoked_fingerprints"));
	EXPECT_EQ(-EACCES, run(MINE, "ok"));
	EXPECT_TRUE(log_denied(self->log, "exec", MINE));
	EXPECT_EQ(-EACCES, check_file(MINE));
	EXPECT_TRUE(line_has("entries", "revoked", "dir/mine", NULL));
	/* A running program goes on, and what is not revoked runs. */
	EXPECT_EQ(0, waitpid(pid, NULL, WNOHANG));
	EXPECT_EQ(0, run(PROG, "ok"));
	kill(pid, SIGKILL);
	stop(pid);
	close(ready);

	/* This holds whichever manifest lists it, and by whichever fingerprint. */
	EXPECT_EQ(0, load_by(&self->dev, "%name takes-back\n%version 2\n",
			     "dir/mine", ""));
	EXPECT_EQ(-EACCES, run(MINE, "ok"));
	ASSERT_EQ(0, pki_fingerprint(MINE, "sha512", &text));
	EXPECT_EQ(0, load_by(&self->dev, text.data, "dir/prog", ""));
	EXPECT_EQ(-EACCES, run(MINE, "ok"));
	EXPECT_EQ(0, run(PROG, "ok"));
	text_free(&text);
}

/*
 * Turns a digest into one that differs only in its last digit. With much work somebody
 * might find one that agrees in its first half.
 */
static void make_alike(char *hex)
{
	char *last = hex + strlen(hex) - 1;

	*last = *last == '0' ? '1' : '0';
}

TEST_F(trust, fingerprint_counts_to_its_end)
{
	char hex[65], alike[65], line[256];
	struct pki added;

	ASSERT_EQ(0, make_unique(MINE));
	ASSERT_EQ(0, link(MINE, APART "/link"));
	ASSERT_EQ(0, fingerprint(MINE, hex));
	strcpy(alike, hex);
	make_alike(alike);

	/* The comparison with the file. */
	sprintf(line, "%%name alike\n%%version 1\ndir/mine sha256=%s\n",
		alike);
	ASSERT_EQ(0, load_text_by(&self->dev, line));
	EXPECT_EQ(-EACCES, run(MINE, "ok"));
	EXPECT_TRUE(log_has(self->log, "veriexec: fingerprint for dev", hex,
			    alike, NULL));
	ASSERT_EQ(0, load_by(&self->dev, "%name alike\n%version 2\n",
			     "dir/mine", ""));
	EXPECT_EQ(0, run(MINE, "ok"));

	/*
	 * The comparison with what others say of it, and with what the same signer says
	 * elsewhere.
	 */
	ASSERT_EQ(0, make_added(&added, "Customer", 0, &self->dev));
	sprintf(line, "dir/mine sha256=%s\n", alike);
	EXPECT_TRUE(is_refused(self->log, load_text_by(&added, line),
			       EKEYREJECTED,
			       "may not change what another signer's manifest"));
	sprintf(line, "dir/mine sha256=%s\n", hex);
	EXPECT_EQ(0, load_text_by(&added, line));
	sprintf(line, "dir/mine sha256=%s\napart/link sha256=%s\n", hex,
		alike);
	EXPECT_TRUE(is_refused(self->log, load_text_by(&self->dev, line),
			       EBADMSG, "listed before under another path"));
	sprintf(line, "dir/mine sha256=%s\ndir/mine sha256=%s\n", hex, alike);
	EXPECT_TRUE(is_refused(self->log, load_text_by(&self->dev, line),
			       EBADMSG, "path is listed before"));
	sprintf(line, "dir/mine sha256=%s\napart/link sha256=%s\n", hex, hex);
	EXPECT_EQ(0, load_text_by(&self->dev, line));
	EXPECT_EQ(0, run(MINE, "ok"));
	pki_free(&added);
}

static const char *const kept_algs[] = { "sha256", "sha384", "sha512" };

/* A file stays verified only by the whole fingerprint, whichever algorithm made it. */
TEST_F(trust, replaced_fingerprint_counts_to_its_end)
{
	struct text line = {}, text = {};
	unsigned int version = 0;
	long long files;
	size_t i;

	ASSERT_EQ(0, make_unique(MINE));
	for (i = 0; i < ARRAY_SIZE(kept_algs); i++) {
		ASSERT_EQ(0, pki_fingerprint(MINE, kept_algs[i], &line));
		line.data[--line.len] = '\0';	/* the newline */
		ASSERT_EQ(0, text_add(&text,
				      "%%name replaced\n%%version %u\n%s\n",
				      ++version, line.data));
		ASSERT_EQ(0, load_text_by(&self->dev, text.data));
		text_free(&text);
		EXPECT_EQ(0, run(MINE, "ok"));

		/* The same fingerprint: the file is not read again. */
		ASSERT_EQ(0, text_add(&text,
				      "%%name replaced\n%%version %u\n%s uid=0\n",
				      ++version, line.data));
		ASSERT_EQ(0, load_text_by(&self->dev, text.data));
		text_free(&text);
		files = stat_of("files_hashed");
		EXPECT_EQ(0, run(MINE, "ok"));
		EXPECT_EQ(files, stat_of("files_hashed"));

		make_alike(line.data);
		ASSERT_EQ(0, text_add(&text,
				      "%%name replaced\n%%version %u\n%s\n",
				      ++version, line.data));
		ASSERT_EQ(0, load_text_by(&self->dev, text.data));
		text_free(&text);
		EXPECT_EQ(-EACCES, run(MINE, "ok")) TH_LOG("%s", kept_algs[i]);
		EXPECT_TRUE(log_has(self->log, "veriexec: fingerprint for dev",
				    strchr(line.data, '=') + 1, NULL));
		EXPECT_TRUE(log_denied(self->log, "exec", MINE));
		text_free(&line);
	}
}

/* Is this a line of the file "revoked"? */
static bool shows_revoked(const char *line)
{
	static char buf[1 << 16];

	return read_control("revoked", buf, sizeof(buf)) > 0 &&
	       strstr(buf, line);
}

TEST_F(trust, revoked_fingerprint_counts_to_its_end)
{
	char hex[65], line[128];
	long long revoked;

	ASSERT_EQ(0, make_unique(MINE));
	ASSERT_EQ(0, fingerprint(MINE, hex));
	ASSERT_EQ(0, load_by(&self->dev, "", "dir/mine", ""));
	EXPECT_EQ(0, run(MINE, "ok"));
	revoked = stat_of("revoked_fingerprints");
	make_alike(hex);
	sprintf(line, "%%revoke sha256=%s\n", hex);
	ASSERT_EQ(0, load_text_by(&self->dev, line));
	EXPECT_EQ(revoked + 1, stat_of("revoked_fingerprints"));
	EXPECT_EQ(0, run(MINE, "ok"));

	/* The other one does not count as revoked already. */
	ASSERT_EQ(0, fingerprint(MINE, hex));
	sprintf(line, "%%revoke sha256=%s\n", hex);
	EXPECT_FALSE(shows_revoked(line + strlen("%revoke ")));
	ASSERT_EQ(0, load_text_by(&self->dev, line));
	EXPECT_TRUE(shows_revoked(line + strlen("%revoke ")));
	EXPECT_EQ(revoked + 2, stat_of("revoked_fingerprints"));
	EXPECT_EQ(-EACCES, run(MINE, "ok"));
	EXPECT_TRUE(log_has(self->log, "op=exec", "fingerprint is revoked",
			    NULL));
}

TEST_F(trust, blacklisted_fingerprint_does_not_verify)
{
	char what[80] = "bin:";

	ASSERT_EQ(0, make_unique(MINE));
	ASSERT_EQ(0, fingerprint(MINE, what + 4));
	ASSERT_EQ(0, load_by(&self->dev, "", "dir/mine", ""));
	ASSERT_EQ(0, load_by(&self->dev, "", "dir/prog", ""));
	EXPECT_EQ(0, run(MINE, "ok"));
	EXPECT_GT(0, pki_revoke(&self->dev, what));
	EXPECT_EQ(0, run(MINE, "ok"));
	ASSERT_EQ(0, pki_revoke(&self->system, what));
	EXPECT_EQ(-EACCES, run(MINE, "ok"));
	EXPECT_TRUE(log_denied(self->log, "exec", MINE));
	EXPECT_EQ(0, run(PROG, "ok"));
}

/* -- Size. */

/*
 * This is here and not in load_test, because all RSA signatures have one length, so
 * that it is known beforehand how long the text may be.
 */
TEST_F_TIMEOUT(trust, manifest_as_large_as_may_be, 900)
{
	static const struct pki_certificate what = {
		.name = "Talkative", .key = "rsa2048",
	};
	static char comment[16000];
	struct text text = {}, manifest = {}, more;
	struct pki p;
	const struct pki_signature how = {
		.signers = { &p }, .no_certificates = true,
	};
	size_t len;

	ASSERT_EQ(0, pki_make(&p, &what, &self->dev));
	ASSERT_EQ(0, pki_add(&p, self->keyring));
	ASSERT_EQ(0, text_add_file(&text, AT, "dir/prog", ""));
	ASSERT_EQ(0, pki_sign(&how, &text, &manifest));
	len = MANIFEST_MAX - (manifest.len - text.len);
	text_free(&manifest);
	memset(comment, '#', sizeof(comment));
	comment[sizeof(comment) - 1] = '\n';
	while (text.len < len)
		ASSERT_EQ(0, text_append(&text, comment, sizeof(comment)));
	text.len = len;
	ASSERT_EQ(0, pki_sign(&how, &text, &manifest));
	text_free(&text);
	ASSERT_EQ(MANIFEST_MAX, manifest.len);

	more = manifest;
	more.len++;	/* the NUL behind it */
	EXPECT_TRUE(is_refused(self->log, load_signed(AT, &more), EFBIG,
			       "it is larger than 64 MiB"));
	EXPECT_EQ(-EACCES, run(PROG, "ok"));
	EXPECT_EQ(0, load_signed(AT, &manifest));
	EXPECT_EQ(0, run(PROG, "ok"));
	text_free(&manifest);
	pki_free(&p);
}

/* -- Junos. */

static const struct {
	const char *path;
	const char *flags;
} junos[] = {
	{ "etc/rc", "-" },
	{ "usr/libexec/veriexec-ext.so.1", "no_fips" },
	{ "sbin/veriexec", "no_ptrace" },
	{ "jail/usr/bin/php", "indirect,no_fips" },
	{ "usr/sbin/chassisd", "no_ptrace,trusted" },
};

TEST_F(trust, manifest_of_junos_loads_where_its_algorithm_is_configured)
{
	struct text text = {}, own = {};
	char algorithms[256];
	size_t i;

	ASSERT_EQ(0, read_file(ours("junos.manifest"), &text));
	ASSERT_LT(0, read_control("algorithms", algorithms,
				  sizeof(algorithms)));
	ASSERT_EQ(0, system("cd " AT " && mkdir -p etc usr/libexec usr/sbin "
			    "sbin jail/usr/bin && for f in etc/rc "
			    "etc/rc.verify usr/libexec/veriexec-ext.so.1 "
			    "sbin/verify-sig sbin/veriexec jail/usr/bin/php "
			    "usr/sbin/chassisd; do echo $f >$f; done"));
	if (!strstr(algorithms, "sha1\n")) {
		EXPECT_TRUE(is_refused(self->log, load(AT, &text), EBADMSG,
				       "line 1: algorithm is not supported here: 'sha1=478e"));
		text_free(&text);
		return;
	}
	EXPECT_EQ(0, load(AT, &text));
	for (i = 0; i < ARRAY_SIZE(junos); i++)
		EXPECT_TRUE(line_has("entries", junos[i].path, junos[i].flags,
				     NULL));
	/*
	 * The manifest lists these files, but with the content that they have on Junos.
	 */
	EXPECT_EQ(-EACCES, check_file(AT "/etc/rc"));
	ASSERT_EQ(0, pki_fingerprint(DATA, "sha1", &own));
	EXPECT_EQ(0, load_text_by(&self->dev, own.data));
	EXPECT_EQ(0, check_file(DATA));
	text_free(&own);
	text_free(&text);
}

TEST_HARNESS_MAIN
