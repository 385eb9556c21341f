/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef BENCH_MARK_H
#define BENCH_MARK_H
/*
 * What the benchmark needs from riscv64: markers (results thrown away into x0;
 * tools/plugin/pecan_count.c knows them) and the count of instructions.
 */
#include <l4/types.h>

#define MARK_BEGIN ".word 0x7f002013"
#define MARK_END   ".word 0x7f102013"
#define MARK_ON    ".word 0x7f202013"
#define MARK_OFF   ".word 0x7f302013"
/* Raises an exception on every processor of the family. */
#define INVALID_INSTRUCTION ".word 0xc0001073"

static inline L4_Word_t bench_counter(void)
{
    L4_Word_t count;

    __asm__ volatile("csrr %0, instret" : "=r"(count) : : "memory");
    return count;
}

/* The bare copy of so many bytes, a multiple of 64 above 0; both aligned. */
static inline void bench_copy(void *to, const void *from, L4_Word_t bytes)
{
    for (; bytes; bytes -= 64) {
        const L4_Word_t *f = from;
        L4_Word_t *t = to;
        L4_Word_t a = f[0], b = f[1], c = f[2], d = f[3];
        L4_Word_t e = f[4], g = f[5], h = f[6], i = f[7];

        t[0] = a, t[1] = b, t[2] = c, t[3] = d;
        t[4] = e, t[5] = g, t[6] = h, t[7] = i;
        __asm__ volatile("" : : : "memory");
        from = f + 8;
        to = t + 8;
    }
}

#endif
