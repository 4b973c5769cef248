/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's verdict on an open file.
 */

#ifndef VXLOAD_VERDICT_H
#define VXLOAD_VERDICT_H

int verdict_open(void);
int verdict_ask(int check, int fd);

#endif /* VXLOAD_VERDICT_H */
