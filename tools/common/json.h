/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * JSON on standard output, as far as the tools need it.
 */

#ifndef _VERIEXEC_JSON_H
#define _VERIEXEC_JSON_H

#include <stdio.h>

void json_string(FILE *out, const char *s);
void json_path(FILE *out, const char *path);
void json_words(FILE *out, const char *words);

#endif /* _VERIEXEC_JSON_H */
