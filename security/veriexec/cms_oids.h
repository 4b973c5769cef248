/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The object identifiers of CMS and its algorithms (RFC 5652, 5754, 5758), in
 * their encoding.
 */

#ifndef _VERIEXEC_CMS_OIDS_H
#define _VERIEXEC_CMS_OIDS_H

#define CMS_OID_PKCS1			"\x2a\x86\x48\x86\xf7\x0d\x01\x01"
#define CMS_OID_RSA			CMS_OID_PKCS1 "\x01"

#define CMS_OID_ECDSA_WITH_SHA2		"\x2a\x86\x48\xce\x3d\x04\x03"
#define CMS_OID_ECDSA_SHA256		CMS_OID_ECDSA_WITH_SHA2 "\x02"
#define CMS_OID_ECDSA_SHA384		CMS_OID_ECDSA_WITH_SHA2 "\x03"
#define CMS_OID_ECDSA_SHA512		CMS_OID_ECDSA_WITH_SHA2 "\x04"

#define CMS_OID_NIST_HASH		"\x60\x86\x48\x01\x65\x03\x04\x02"
#define CMS_OID_SHA256			CMS_OID_NIST_HASH "\x01"
#define CMS_OID_SHA384			CMS_OID_NIST_HASH "\x02"
#define CMS_OID_SHA512			CMS_OID_NIST_HASH "\x03"

#define CMS_OID_PKCS7			"\x2a\x86\x48\x86\xf7\x0d\x01\x07"
#define CMS_OID_DATA			CMS_OID_PKCS7 "\x01"
#define CMS_OID_SIGNED_DATA		CMS_OID_PKCS7 "\x02"

#define CMS_OID_PKCS9			"\x2a\x86\x48\x86\xf7\x0d\x01\x09"
#define CMS_OID_CONTENT_TYPE		CMS_OID_PKCS9 "\x03"
#define CMS_OID_MESSAGE_DIGEST		CMS_OID_PKCS9 "\x04"
#define CMS_OID_SIGNING_TIME		CMS_OID_PKCS9 "\x05"
#define CMS_OID_SMIME_CAPABILITIES	CMS_OID_PKCS9 "\x0f"

#define CMS_OID_MS_STATEMENT_TYPE	"\x2b\x06\x01\x04\x01\x82\x37\x02\x01\x0b"
#define CMS_OID_MS_OPUS_INFO		"\x2b\x06\x01\x04\x01\x82\x37\x02\x01\x0c"

#define CMS_IS_OID(der, oid)	der_equal(der, oid, sizeof(oid) - 1)

#endif /* _VERIEXEC_CMS_OIDS_H */
