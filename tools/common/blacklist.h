/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel has revoked, in its keyring .blacklist.
 */

#ifndef _VERIEXEC_BLACKLIST_H
#define _VERIEXEC_BLACKLIST_H

#include <mbedtls/x509_crt.h>

int blacklist_ask(const mbedtls_x509_crt *crt);

#endif /* _VERIEXEC_BLACKLIST_H */
