/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_CPU_OPS_H
#define PECAN_CPU_OPS_H
/*
 * Single instructions of the ARM926, for <arch/cpu.h>, which includes this; and
 * what every back end has: dsb(), isb(), cpu_wait(), cpu_interrupts().
 */
#include <arch/board.h>

CP15_READ(dacr, 0, c3, c0, 0)

#define write_tlbiall(site)    CP15_AT(site, 0, 0, c8, c7, 0)
#define write_tlbimva(site, v) CP15_AT(site, v, 0, c8, c7, 1)
#define write_ttbr0(site, v)   CP15_AT(site, v, 0, c2, c0, 0)
#define write_dacr(site, v)    CP15_AT(site, v, 0, c3, c0, 0)
/* The process id: a slot's address. */
#define write_fcse(site, v)            CP15_AT(site, v, 0, c13, c0, 0)
#define write_invalidate_caches(site)  CP15_AT(site, 0, 0, c7, c7, 0)
#define write_invalidate_line(site, v) CP15_AT(site, v, 0, c7, c6, 1)

/* What was written reaches memory: kernel memory is written through, so that
 * only the write buffer keeps it back. */
static inline void dsb(void)
{
    __asm__ volatile("mcr p15, 0, %0, c7, c10, 4" : : "r"(0) : "memory");
}
/* Changes of CP15 are in force for what follows. */
static inline void isb(void)
{
    __asm__ volatile("" : : : "memory");
}
/* A word of the vector page. */
static inline volatile word_t *vector_word(unsigned offset)
{
    return (volatile word_t *)(VECTOR_PAGE + offset);
}
/* The thread, if any, whose UTCB the caches are not behind of: C has taken it
 * out of a plain wait, with no more words than go by register. */
static inline void cpu_fresh(const void *thread)
{
    *vector_word(VECTOR_FRESH) = (word_t)thread;
}
static inline _Bool cpu_interrupts(void)
{
    return irqc_acknowledge() < irqc_lines();
}
/* Until there is an interrupt, also a masked one. */
static inline void cpu_wait(void)
{
    __asm__ volatile("mcr p15, 0, %0, c7, c0, 4" : : "r"(0) : "memory");
}

#endif
