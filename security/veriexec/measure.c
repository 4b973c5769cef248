// SPDX-License-Identifier: GPL-2.0-only
/*
 * Has IMA measure what is loaded and which states hold. If IMA's policy asks for critical
 * data, IMA keeps the records and extends a register of the TPM by them. This file must
 * never decide.
 */

#include <linux/ima.h>
#include <linux/sprintf.h>
#include <linux/string.h>

#include "measure.h"

/* Room for a signer's name of 127 bytes, three for each, and for all else. */
#define RECORD_SIZE	640

static void measure(const char *event, const char *text)
{
	ima_measure_critical_data("veriexec", event, text, strlen(text), false,
				  NULL, 0);
}

/**
 * veriexec_measure_loaded() - measure a manifest
 * @header: what it says of itself
 * @signer: who signed it, from the certificate
 * @trust: what the signer may say
 * @digest: SHA-256 of its text
 *
 * Context: Process context, may sleep. IMA takes locks of its own, and the TPM's.
 */
void veriexec_measure_loaded(const struct veriexec_header *header,
			     const char *signer, const char *trust,
			     const u8 *digest)
{
	char version[24] = "-";
	char text[RECORD_SIZE];
	size_t n;

	if (header->has_version)
		snprintf(version, sizeof(version), "%llu", header->version);
	n = scnprintf(text, sizeof(text),
		      "name=%s version=%s sha256=%*phN trust=%s signer=",
		      veriexec_or_dash(header->name), version, 32, digest,
		      trust);
	veriexec_encode_path(text + n, sizeof(text) - n, signer);
	measure("manifest-loaded", text);
}

/**
 * veriexec_measure_state() - measure which states hold now
 * @states: as the ``state`` file shows them
 *
 * Context: Process context, may sleep.
 */
void veriexec_measure_state(const char *states)
{
	measure("state", states);
}
