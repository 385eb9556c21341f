/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state of the processor before users run; caches.
 */
#include <arch/cpu.h>
#include <arch/paging.h>
#include <arch/trap.h>

#include "arch.h"
#include "sched.h"

extern char vectors[], end_vectors[]; /* entry.S */

void cpu_vectors(void)
{
    write_vbar((word_t)vectors);
}
void cpu_end_vectors(void)
{
    write_vbar((word_t)end_vectors);
    isb();
}

struct tcb *cpu_load_thread(struct tcb *t)
{
    paging_load(t->space);
    write_tpidrurw(t->local_id);
    write_tpidruro(t->hot.tls);
    write_tpidrprw(this_cpu()->top_prio); /* for ipc.S */
    write_vbar((word_t)vectors - (t->slow ? SLOW_VECTORS : 0));
    return t;
}

void cpu_init(void)
{
    enum { ACTLR_SMP = 1 << 6, PMCR_ENABLE = 1 | 1 << 2 };
    enum { PFR0_THUMBEE = 1 << 12, TEECR_XED = 1 };

    if (!(read_actlr() & ACTLR_SMP)) /* without it the caches stay off */
        write_actlr(read_actlr() | ACTLR_SMP);
    write_cpacr(CPACR_FPU); /* no other coprocessor for users */
    arch_fpu_enable(false);
    if (read_id_pfr0() & PFR0_THUMBEE)
        write_teecr(TEECR_XED); /* its register would be everybody's */
    /* The cycle counter runs and users may read it: benchmarks do. */
    write_pmcr(PMCR_ENABLE);
    write_pmcntenset(1u << 31);
    write_pmuserenr(1);
    isb();
}

/* One level of the data caches, by set and way. The sets, a power of two, are
 * many: 16 at a time, so that a line is little more than two instructions. */
static void clean_level(unsigned level)
{
    write_csselr(level << 1);
    isb();
    word_t size = read_ccsidr();
    word_t step = 16u << (size & 7), sets = (size >> 13 & 0x7fff) + 1;
    word_t ways = (size >> 3 & 0x3ff) + 1;
    unsigned way_shift = ways > 1 ? (unsigned)__builtin_clzl(ways - 1) : 0;

    for (word_t way = 0; way < ways; way++) {
        word_t v = way << way_shift | level << 1;
        for (word_t left = sets / 16; left; left--) {
#pragma GCC unroll 16
            for (unsigned i = 0; i < 16; i++, v += step)
                write_dccsw("sync_code_all", v);
        }
    }
}

/* What the data caches have that instruction fetch does not see: all levels
 * above the one where the two unite, which is the first on what there is. The
 * other processors are off, so no line is elsewhere meanwhile. */
static void clean_all(void)
{
    word_t levels = read_clidr() >> 27 & 7;

    for (unsigned level = 0; level < levels; level++)
        clean_level(level);
}

/* More than a page is more than there are lines in the cache, and how many it
 * has is known: 512 where a section has 16,384. */
void arch_sync_code(void *p, word_t bytes)
{
    word_t line = 4u << (read_ctr() >> 16 & 0xf); /* smallest data line */
    word_t start = (word_t)p, end = start + bytes;

    if (bytes > 4096)
        clean_all();
    else
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
