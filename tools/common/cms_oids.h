/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The object identifiers of CMS, in their encoding. Private to cms_*.c.
 */

#ifndef _VERIEXEC_CMS_OIDS_H
#define _VERIEXEC_CMS_OIDS_H

#define OID_PKCS7		"\x2a\x86\x48\x86\xf7\x0d\x01\x07"
#define OID_DATA		OID_PKCS7 "\x01"
#define OID_SIGNED_DATA		OID_PKCS7 "\x02"

#define OID_PKCS9		"\x2a\x86\x48\x86\xf7\x0d\x01\x09"
#define OID_CONTENT_TYPE	OID_PKCS9 "\x03"
#define OID_MESSAGE_DIGEST	OID_PKCS9 "\x04"
#define OID_SIGNING_TIME	OID_PKCS9 "\x05"
#define OID_SMIME_CAPABILITIES	OID_PKCS9 "\x0f"

#define OID_MS_STATEMENT_TYPE	"\x2b\x06\x01\x04\x01\x82\x37\x02\x01\x0b"
#define OID_MS_OPUS_INFO	"\x2b\x06\x01\x04\x01\x82\x37\x02\x01\x0c"

#endif /* _VERIEXEC_CMS_OIDS_H */
