// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes entries, in the order of words that Junos has: the same record always
 * gives the same bytes.
 */

#include "caps.h"
#include "entry.h"
#include "fingerprint.h"
#include "json.h"

/**
 * entry_has_flag() - is a flag to be written?
 * @record: the entry
 * @flag: index into veriexec_flags
 *
 * Return: true if the entry has it and no other flag of it says so already.
 */
bool entry_has_flag(const struct veriexec_record *record, u32 flag)
{
	u16 bits = veriexec_flags[flag].bits;
	u32 i;

	if ((record->claim.flags & bits) != bits)
		return false;
	for (i = 0; i < VERIEXEC_FLAG_COUNT; i++) {
		u16 others = veriexec_flags[i].bits;

		if (others != bits && (others & bits) == bits &&
		    (record->claim.flags & others) == others)
			return false;
	}
	return true;
}

/**
 * entry_print() - write an entry as a line of a manifest
 * @out: where to
 * @record: the entry
 */
void entry_print(FILE *out, const struct veriexec_record *record)
{
	char hex[FINGERPRINT_HEX_SIZE];
	char path[ENTRY_PATH_SIZE];
	char owner[VERIEXEC_OWNER_WORDS_SIZE];
	u32 i;

	veriexec_encode_path(path, sizeof(path), record->path);
	fputs(path, out);
	for (i = 0; i < VERIEXEC_ALG_COUNT; i++) {
		if (!(record->claim.algs & 1U << i))
			continue;
		fingerprint_hex(i, record->digest[i], hex);
		fprintf(out, " %s=%s", veriexec_algs[i].name, hex);
	}
	if (veriexec_word_owner(&record->claim, owner))
		fprintf(out, " %s", owner);
	for (i = 0; i < VERIEXEC_FLAG_COUNT; i++)
		if (entry_has_flag(record, i))
			fprintf(out, " %s", veriexec_flags[i].name);
	if (*record->label)
		fprintf(out, " label=%s", record->label);
	if (*record->link) {
		veriexec_encode_path(path, sizeof(path), record->link);
		fprintf(out, " link=%s", path);
	}
	fputc('\n', out);
}

static void print_flags_json(FILE *out, const struct veriexec_record *record)
{
	const char *comma = "";
	u32 i;

	fputs(", \"flags\": [", out);
	for (i = 0; i < VERIEXEC_FLAG_COUNT; i++)
		if (entry_has_flag(record, i)) {
			fputs(comma, out);
			json_string(out, veriexec_flags[i].name);
			comma = ", ";
		}
	fputc(']', out);
}

/**
 * entry_print_json() - write an entry as a JSON object
 * @out: where to
 * @record: the entry
 */
void entry_print_json(FILE *out, const struct veriexec_record *record)
{
	char hex[FINGERPRINT_HEX_SIZE];
	char path[ENTRY_PATH_SIZE];
	char caps[CAPS_HEX_SIZE];
	u32 i;

	veriexec_encode_path(path, sizeof(path), record->path);
	fputs("{\"path\": ", out);
	json_string(out, path);
	for (i = 0; i < VERIEXEC_ALG_COUNT; i++) {
		if (!(record->claim.algs & 1U << i))
			continue;
		fingerprint_hex(i, record->digest[i], hex);
		fputs(", ", out);
		json_string(out, veriexec_algs[i].name);
		fputs(": ", out);
		json_string(out, hex);
	}
	if (record->claim.has & VERIEXEC_HAS_UID)
		fprintf(out, ", \"uid\": %u", record->claim.uid);
	if (record->claim.has & VERIEXEC_HAS_GID)
		fprintf(out, ", \"gid\": %u", record->claim.gid);
	if (record->claim.has & VERIEXEC_HAS_MODE)
		fprintf(out, ", \"mode\": \"%o\"", record->claim.mode);
	if (record->claim.has & VERIEXEC_HAS_CAPS) {
		caps_hex(&record->claim, caps);
		fputs(", \"caps\": ", out);
		json_string(out, caps);
	}
	print_flags_json(out, record);
	if (*record->label) {
		fputs(", \"label\": ", out);
		json_string(out, record->label);
	}
	if (*record->link) {
		veriexec_encode_path(path, sizeof(path), record->link);
		fputs(", \"link\": ", out);
		json_string(out, path);
	}
	fputc('}', out);
}
