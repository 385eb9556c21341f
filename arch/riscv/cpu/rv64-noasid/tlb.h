/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_TLB_H
#define PECAN_TLB_H
/*
 * A TLB without tags: its entries are of the space that is loaded, or global,
 * as all of the kernel's are. A switch to another space writes satp and then
 * flushes what is not global: sfence.vma for an address space, here always 0,
 * spares what is. So the kernel never pays for its own pages, and what changes
 * in a space that is not loaded needs no flush: all that was known of it went
 * with the switch.
 *
 * The order is satp first: what the processor fetches of the old space until
 * then goes with the rest. Between the two it sees user addresses of either;
 * the kernel uses none.
 */
#include <arch/site.h>

#ifdef __ASSEMBLER__
/* clang-format off */
/* To another space. zero: a register that holds 0, or with `clear` shall. */
        .macro  SWITCH_SPACE site, satp, zero, clear
        .ifnb   \clear
        li      \zero, 0
        .endif
        SITE    \site
        csrw    satp, \satp
        SITE    \site\()_flush
        sfence.vma zero, \zero
        .endm
/* The same, but to `same` if it is loaded already; old: a register. */
        .macro  SWAP_SPACE site, satp, old, zero, same
        SITE    \site
        csrrw   \old, satp, \satp
        beq     \old, \satp, \same
        SITE    \site\()_flush
        sfence.vma zero, \zero
        .endm
/* clang-format on */
#else
#include <arch/csr.h>

#include "space.h"

#define space_switch(site, satp) \
    do { \
        satp_write(site, satp); \
        tlb_flush_asid(site "_flush", 0); \
    } while (0)
#define space_is_loaded(space) (csr_read("satp") == (space)->arch.satp)
/* The TLB forgets what is at va; site: a name (arch/site.h). */
#define space_flush(site, space, va) \
    do { \
        if (space_is_loaded(space)) \
            tlb_flush(site, va, 0); \
    } while (0)
/* The same after a pointer to a table changed, also to one that was nothing:
 * what is remembered of that goes by no address. */
#define space_flush_tables(site, space) \
    do { \
        if (space_is_loaded(space)) \
            tlb_flush_asid(site, 0); \
    } while (0)

static inline void tlb_boot(void)
{
}

/* s has a root table, which was never loaded: what the processor reads of it
 * before the flush of a switch, it must see as it is. */
static inline void tlb_space_init(struct space *s)
{
    s->arch.satp = SATP_SV39 | virt_to_phys(s->arch.root) >> 12;
    tlb_flush_all("space_new");
}

/* t runs in another space from now on. */
static inline void tlb_thread_moved(struct tcb *t)
{
    t->hot.satp = t->space->arch.satp;
}

static inline bool tlb_ready(struct tcb *t)
{
    (void)t;
    return true;
}

/* For assertions: hot.satp is valid. */
static inline bool tlb_right(const struct tcb *t)
{
    return t->hot.satp == t->space->arch.satp;
}
#endif

#endif
