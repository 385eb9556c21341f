/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strings and memory. Plain loops: the compiler must not turn them into calls
 * of themselves, hence no tree-loop-distribute-patterns.
 */
#include <stdint.h>
#include <string.h>

#ifndef __clang__ /* which does so only when not freestanding */
#pragma GCC optimize("no-tree-loop-distribute-patterns")
#endif

/* A program's own of these names come before ours. */
#pragma weak memcpy
#pragma weak memmove
#pragma weak memset
#pragma weak memcmp
#pragma weak memchr
#pragma weak strlen
#pragma weak strnlen
#pragma weak strcmp
#pragma weak strncmp
#pragma weak strcpy
#pragma weak strncpy
#pragma weak strcat
#pragma weak strchr
#pragma weak strrchr
#pragma weak strstr

void *memcpy(void *to, const void *from, size_t n)
{
    char *t = to;
    const char *f = from;

    if ((((uintptr_t)t | (uintptr_t)f) & (sizeof(long) - 1)) == 0) {
        for (; n >= sizeof(long); n -= sizeof(long)) {
            *(long __attribute__((may_alias)) *)t =
                *(const long __attribute__((may_alias)) *)f;
            t += sizeof(long);
            f += sizeof(long);
        }
    }
    while (n-- > 0)
        *t++ = *f++;
    return to;
}

void *memmove(void *to, const void *from, size_t n)
{
    char *t = to;
    const char *f = from;

    if ((uintptr_t)t - (uintptr_t)f >= n)
        return memcpy(to, from, n);
    while (n-- > 0)
        t[n] = f[n];
    return to;
}

void *memset(void *to, int c, size_t n)
{
    unsigned char *t = to;

    while (n-- > 0)
        *t++ = (unsigned char)c;
    return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
    const unsigned char *p = a, *q = b;

    for (; n > 0; n--, p++, q++)
        if (*p != *q)
            return *p - *q;
    return 0;
}

void *memchr(const void *s, int c, size_t n)
{
    const unsigned char *p = s;

    for (; n > 0; n--, p++)
        if (*p == (unsigned char)c)
            return (void *)(uintptr_t)p;
    return NULL;
}

size_t strlen(const char *s)
{
    size_t n = 0;

    while (s[n] != 0)
        n++;
    return n;
}

size_t strnlen(const char *s, size_t max)
{
    size_t n = 0;

    while (n < max && s[n] != 0)
        n++;
    return n;
}

int strcmp(const char *a, const char *b)
{
    while (*a != 0 && *a == *b) {
        a++;
        b++;
    }
    return (unsigned char)*a - (unsigned char)*b;
}

int strncmp(const char *a, const char *b, size_t n)
{
    while (n > 0 && *a != 0 && *a == *b) {
        a++;
        b++;
        n--;
    }
    return n == 0 ? 0 : (unsigned char)*a - (unsigned char)*b;
}

char *strcpy(char *to, const char *from)
{
    memcpy(to, from, strlen(from) + 1);
    return to;
}

char *strncpy(char *to, const char *from, size_t n)
{
    size_t length = strnlen(from, n);

    memcpy(to, from, length);
    memset(to + length, 0, n - length);
    return to;
}

char *strcat(char *to, const char *from)
{
    strcpy(to + strlen(to), from);
    return to;
}

char *strchr(const char *s, int c)
{
    for (; *s != (char)c; s++)
        if (*s == 0)
            return NULL;
    return (char *)(uintptr_t)s;
}

char *strrchr(const char *s, int c)
{
    const char *found = NULL;

    do
        if (*s == (char)c)
            found = s;
    while (*s++ != 0);
    return (char *)(uintptr_t)found;
}

char *strstr(const char *s, const char *part)
{
    size_t n = strlen(part);

    for (;; s++) {
        if (strncmp(s, part, n) == 0)
            return (char *)(uintptr_t)s;
        if (*s == 0)
            return NULL;
    }
}
