// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads a CMS message. cms_form.c, which the kernel has as well, checks the form.
 * mbedTLS reads certificates and times.
 *
 * Never decides about trust and never computes a digest.
 */

#include <errno.h>

#include "cms.h"

static const mbedtls_md_type_t mds[CMS_HASH_COUNT] = {
	[CMS_SHA256] = MBEDTLS_MD_SHA256,
	[CMS_SHA384] = MBEDTLS_MD_SHA384,
	[CMS_SHA512] = MBEDTLS_MD_SHA512,
};

static bool read_time(const struct der *whole, mbedtls_x509_time *time)
{
	unsigned char *p = (unsigned char *)whole->p;

	return !mbedtls_x509_get_time(&p, whole->p + whole->len, time) &&
	       p == whole->p + whole->len;
}

static int read_message(const struct cms_form *form,
			struct cms_message *message, const char **cause)
{
	unsigned int i;

	for (i = 0; i < form->certificate_count; i++) {
		const struct der *crt = &form->certificates[i];

		if (mbedtls_x509_crt_parse_der(&message->certificates, crt->p,
					       crt->len)) {
			*cause = "a certificate in it cannot be read";
			return -EBADMSG;
		}
	}
	message->certificate_count = form->certificate_count;

	for (i = 0; i < form->signer_count; i++) {
		struct cms_signer *signer = &message->signers[i];

		signer->form = form->signers[i];
		signer->md = mds[signer->form.hash];
		signer->pk = signer->form.ecdsa ? MBEDTLS_PK_ECDSA :
						  MBEDTLS_PK_RSA;
		if (signer->form.time.len &&
		    !read_time(&signer->form.time, &signer->time)) {
			*cause = "attribute signingTime is no time";
			return -EBADMSG;
		}
	}
	message->signer_count = form->signer_count;
	return 0;
}

/**
 * cms_parse() - take a message apart
 * @der: the message; must outlive @message
 * @len: of @der, in bytes
 * @message: filled; cms_free() it on success
 * @cause: set on failure
 *
 * Return: 0; %-EBADMSG if it is no message or has what it must not have;
 * %-EKEYREJECTED if it has an attribute that the kernel forbids; %-ENOPKG if
 * it uses an algorithm that is not known here.
 */
int cms_parse(const void *der, size_t len, struct cms_message *message,
	      const char **cause)
{
	struct cms_form form;
	int ret;

	memset(message, 0, sizeof(*message));
	mbedtls_x509_crt_init(&message->certificates);
	ret = veriexec_parse_cms(der, len, &form, cause);
	if (!ret)
		ret = read_message(&form, message, cause);
	if (ret)
		cms_free(message);
	return ret;
}

/**
 * cms_free() - forget a message
 * @message: from cms_parse()
 */
void cms_free(struct cms_message *message)
{
	mbedtls_x509_crt_free(&message->certificates);
	memset(message, 0, sizeof(*message));
}

/**
 * cms_find_certificate() - find the certificate that a signer names
 * @list: where to look; may be an empty one
 * @signer: who
 *
 * Return: the certificate, or NULL.
 */
const mbedtls_x509_crt *cms_find_certificate(const mbedtls_x509_crt *list,
					     const struct cms_signer *signer)
{
	const struct cms_signer_form *form = &signer->form;
	struct der id;

	for (; list; list = list->next) {
		if (!list->raw.len)
			continue;
		if (form->key_id.len) {
			if (certificate_subject_key(list, &id) &&
			    der_equal(&id, form->key_id.p, form->key_id.len))
				return list;
		} else if (der_equal(&form->issuer, list->issuer_raw.p,
				     list->issuer_raw.len) &&
			   der_equal(&form->serial, list->serial.p,
				     list->serial.len)) {
			return list;
		}
	}
	return NULL;
}
