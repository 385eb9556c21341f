/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program may bring functions of its own by any name of the C library: this
 * links with the library's files, which run has as well.
 */
#define OWN(name) \
    void name(void); \
    void name(void) \
    { \
    }

/* string.h */
OWN(memcpy)
OWN(memmove)
OWN(memset)
OWN(memcmp)
OWN(memchr)
OWN(strlen)
OWN(strnlen)
OWN(strcmp)
OWN(strncmp)
OWN(strcpy)
OWN(strncpy)
OWN(strcat)
OWN(strchr)
OWN(strrchr)
OWN(strstr)
/* l4io.h */
OWN(printf)
OWN(vprintf)
OWN(snprintf)
OWN(vsnprintf)
OWN(putc)
OWN(puts)
OWN(getc)
/* stdlib.h */
OWN(exit)
OWN(_Exit)
OWN(atexit)
OWN(abort)
OWN(abs)
OWN(atoi)
OWN(strtoul)
/* What compilers call. */
OWN(__cxa_atexit)
OWN(__aeabi_atexit)
OWN(__cxa_pure_virtual)
OWN(__dso_handle)
OWN(_ZdlPv)
OWN(_ZdlPvj)
OWN(_ZdlPvm)
