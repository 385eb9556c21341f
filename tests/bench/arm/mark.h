/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef BENCH_MARK_H
#define BENCH_MARK_H
/*
 * What the benchmark needs from ARM: markers (moves of a register to itself;
 * tools/plugin/pecan_count.c knows them) and the cycle counter (one an
 * instruction under icount). It has 32 bits: differences only. On a board whose
 * processor has none that counts, which its user_defines say, the clock: a
 * nanosecond an instruction under icount.
 */
#include <l4/schedule.h>

#define MARK_BEGIN ".inst 0xe1a0a00a"
#define MARK_END   ".inst 0xe1a0b00b"
#define MARK_ON    ".inst 0xe1a09009"
#define MARK_OFF   ".inst 0xe1a08008"
/* Raises an exception on every processor of the family. */
#define INVALID_INSTRUCTION ".inst 0xe7f000f0"

#ifdef BENCH_CLOCK
static inline L4_Word_t bench_counter(void)
{
    return (L4_Word_t)(L4_SystemClock().raw * 1000);
}
#else
static inline L4_Word_t bench_counter(void)
{
    L4_Word_t cycles;

    __asm__ volatile("mrc p15, 0, %0, c9, c13, 0" : "=r"(cycles) : : "memory");
    return cycles;
}
#endif

/* The bare copy of so many bytes, a multiple of 64 above 0; both aligned. */
static inline void bench_copy(void *to, const void *from, L4_Word_t bytes)
{
    __asm__ volatile("1: ldmia %1!, {r2-r8, r12}\n\t"
                     "stmia %0!, {r2-r8, r12}\n\t"
                     "subs %2, %2, #32\n\t"
                     "bne 1b"
                     : "+r"(to), "+r"(from), "+r"(bytes)
                     :
                     : "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r12", "cc",
                       "memory");
}

#endif
