/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory and string functions that the compiler and the kernel call.
 *
 * The empty asm statements keep the compiler from recognising a loop as the
 * very function it stands in.
 */
#include "string.h"
#include "arch.h"

typedef word_t __attribute__((may_alias)) any_word_t;

#define LOOP_STAYS_A_LOOP() __asm__ volatile("" ::: "memory")

static bool word_aligned(const void *p)
{
    return ((uintptr_t)p & (WORD_BYTES - 1)) == 0;
}

/* Are both equally far behind a word's start? */
static bool alike(const void *a, const void *b)
{
    return (((uintptr_t)a ^ (uintptr_t)b) & (WORD_BYTES - 1)) == 0;
}

void *memcpy(void *to, const void *from, size_t bytes)
{
    uint8_t *t = to;
    const uint8_t *f = from;

    while (bytes && !word_aligned(t) && alike(t, f)) {
        *t++ = *f++;
        bytes--;
        LOOP_STAYS_A_LOOP();
    }
    if (alike(t, f)) {
        size_t blocks = bytes / COPY_BLOCK;
        if (blocks)
            arch_copy(t, f, blocks);
        t += blocks * COPY_BLOCK;
        f += blocks * COPY_BLOCK;
        bytes %= COPY_BLOCK;
        for (; bytes >= WORD_BYTES; bytes -= WORD_BYTES) {
            *(any_word_t *)t = *(const any_word_t *)f;
            t += WORD_BYTES;
            f += WORD_BYTES;
            LOOP_STAYS_A_LOOP();
        }
    }
    for (; bytes; bytes--) {
        *t++ = *f++;
        LOOP_STAYS_A_LOOP();
    }
    return to;
}

void *memmove(void *to, const void *from, size_t bytes)
{
    uint8_t *t = to;
    const uint8_t *f = from;

    if ((uintptr_t)t - (uintptr_t)f >= bytes)
        return memcpy(to, from, bytes); /* ascending overwrites nothing */
    while (bytes--) {
        t[bytes] = f[bytes];
        LOOP_STAYS_A_LOOP();
    }
    return to;
}

void *memset(void *to, int value, size_t bytes)
{
    uint8_t *t = to;
    word_t word = (uint8_t)value * (~(word_t)0 / 0xff);

    if (word_aligned(t)) {
        for (; bytes >= 8 * WORD_BYTES; bytes -= 8 * WORD_BYTES) {
            any_word_t *w = (any_word_t *)t;
            w[0] = w[1] = w[2] = w[3] = word;
            w[4] = w[5] = w[6] = w[7] = word;
            t += 8 * WORD_BYTES;
            LOOP_STAYS_A_LOOP();
        }
        for (; bytes >= WORD_BYTES; bytes -= WORD_BYTES) {
            *(any_word_t *)t = word;
            t += WORD_BYTES;
            LOOP_STAYS_A_LOOP();
        }
    }
    for (; bytes; bytes--) {
        *t++ = (uint8_t)value;
        LOOP_STAYS_A_LOOP();
    }
    return to;
}

int memcmp(const void *a, const void *b, size_t bytes)
{
    const uint8_t *x = a, *y = b;

    for (; bytes; bytes--, x++, y++) {
        if (*x != *y)
            return *x - *y;
    }
    return 0;
}

size_t strlen(const char *s)
{
    size_t n = 0;

    for (; s[n]; n++)
        LOOP_STAYS_A_LOOP();
    return n;
}

int strcmp(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return (uint8_t)*a - (uint8_t)*b;
}
