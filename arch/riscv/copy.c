/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Copying memory: eight loads, then eight stores, so that no store waits for
 * its load.
 */
#include "arch.h"

void arch_copy(void *to, const void *from, word_t blocks)
{
    const word_t *f = from;
    word_t *t = to;

    for (; blocks; blocks--, f += 8, t += 8) {
        word_t a = f[0], b = f[1], c = f[2], d = f[3];
        word_t e = f[4], g = f[5], h = f[6], i = f[7];
        __asm__ volatile("" : : : "memory");
        t[0] = a, t[1] = b, t[2] = c, t[3] = d;
        t[4] = e, t[5] = g, t[6] = h, t[7] = i;
    }
}
