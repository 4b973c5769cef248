/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel has revoked, in its keyring .blacklist.
 */

#ifndef VXLOAD_BLACKLIST_H
#define VXLOAD_BLACKLIST_H

#include <mbedtls/x509_crt.h>

int blacklist_ask(const mbedtls_x509_crt *crt);

#endif /* VXLOAD_BLACKLIST_H */
