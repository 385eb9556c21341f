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

#endif
