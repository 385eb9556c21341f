/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef __L4IO_H__
#define __L4IO_H__
/*
 * Formatted text on the kernel console.
 */
#include <stdarg.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* %d %i %u %x %X %o %c %s %p %%, with flags - 0 + space #, width, precision
 * (both also *), and lengths hh h l ll z t j. No floating point. */
int printf(const char *format, ...)
    __attribute__((__format__(__printf__, 1, 2)));
int vprintf(const char *format, va_list args)
    __attribute__((__format__(__printf__, 1, 0)));
int snprintf(char *to, size_t size, const char *format, ...)
    __attribute__((__format__(__printf__, 3, 4)));
int vsnprintf(char *to, size_t size, const char *format, va_list args)
    __attribute__((__format__(__printf__, 3, 0)));
int putc(int c);
int puts(const char *s); /* and a newline */
int getc(void);          /* waits for a key */

#ifdef __cplusplus
}
#endif

#endif
