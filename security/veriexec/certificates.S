/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The certificates of those who may sign manifests, DER, one after the other.
 */
#include <linux/export.h>
#include <linux/init.h>

	__INITRODATA

	.align 8
	.globl veriexec_certificates
veriexec_certificates:
__cert_start:
	.incbin "security/veriexec/certificates.der"
__cert_end:

	.align 8
	.globl veriexec_certificates_size
veriexec_certificates_size:
#ifdef CONFIG_64BIT
	.quad __cert_end - __cert_start
#else
	.long __cert_end - __cert_start
#endif
