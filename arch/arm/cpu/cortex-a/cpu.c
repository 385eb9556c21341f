/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state of the processor before users run; caches.
 */
#include <arch/cpu.h>
#include <arch/trap.h>

#include "arch.h"

void cpu_init(void)
{
    enum { ACTLR_SMP = 1 << 6, PMCR_ENABLE = 1 | 1 << 2 };
    enum { PFR0_THUMBEE = 1 << 12, TEECR_XED = 1 };

    if (!(read_actlr() & ACTLR_SMP)) /* without it the caches stay off */
        write_actlr(read_actlr() | ACTLR_SMP);
    write_cpacr(CPACR_FPU); /* no other coprocessor for users */
    arch_fpu_enable(false);
    write_cntkctl(0); /* the timers are the kernel's */
    if (read_id_pfr0() & PFR0_THUMBEE)
        write_teecr(TEECR_XED); /* its register would be everybody's */
    /* The cycle counter runs and users may read it: benchmarks do. */
    write_pmcr(PMCR_ENABLE);
    write_pmcntenset(1u << 31);
    write_pmuserenr(1);
    isb();
}

void arch_sync_code(void *p, word_t bytes)
{
    word_t line = 4u << (read_ctr() >> 16 & 0xf); /* smallest data line */
    word_t start = (word_t)p, end = start + bytes;

    for (word_t a = start & ~(line - 1); a < end; a += line)
        write_dccmvau("sync_code_clean", a);
    dsb();
    /* By address would miss aliases where it is virtual; the branch predictor
     * is emptied with it. */
    write_iciallu("sync_code");
    dsb();
    isb();
}

void cache_flush(void *p, word_t bytes)
{
    word_t line = 4u << (read_ctr() >> 16 & 0xf); /* smallest data line */
    word_t start = (word_t)p, end = start + bytes;

    dsb();
    for (word_t a = start & ~(line - 1); a < end; a += line)
        write_dccimvac("attribute_cache", a);
    dsb();
}
