/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_STDLIB_H
#define PECAN_STDLIB_H
#include <stddef.h>

#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1

#ifdef __cplusplus
extern "C" {
#endif

/* In the root task the machine ends, with this status for whoever started it;
 * elsewhere the calling thread sleeps for ever. exit() first does what atexit()
 * was told, last things first, destructors of global objects among them. */
void exit(int status) __attribute__((__noreturn__));
void _Exit(int status) __attribute__((__noreturn__));
int atexit(void (*call)(void)); /* 0, or -1: no more than 32 */
void abort(void) __attribute__((__noreturn__));
int abs(int n);
int atoi(const char *s);
unsigned long strtoul(const char *s, char **end, int base);

#ifdef __cplusplus
}
#endif

#endif
