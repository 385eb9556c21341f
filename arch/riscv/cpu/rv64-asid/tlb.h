/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_TLB_H
#define PECAN_TLB_H
/*
 * A TLB with tags: each entry is of one address space id (ASID), or global, as
 * all of the kernel's are. A switch to another space is one write of satp and
 * flushes nothing; what changes in a space is flushed under its ASID, whether
 * it is loaded or not, once it has one. Who gets which: asid.c.
 */
#include <arch/site.h>

#ifdef __ASSEMBLER__
/* clang-format off */
/* To another space. zero: a register that holds 0, or with `clear` shall. */
        .macro  SWITCH_SPACE site, satp, zero, clear
        SITE    \site
        csrw    satp, \satp
        .endm
/* The same, but to `same` if it is loaded already; old: a register. */
        .macro  SWAP_SPACE site, satp, old, zero, same
        SITE    \site
        csrrw   \old, satp, \satp
        beq     \old, \satp, \same
        .endm
/* clang-format on */
#else
#include <arch/csr.h>

#include "space.h"

#define space_switch(site, satp) satp_write(site, satp)
/* The TLB forgets what is at va; site: a name (arch/site.h). */
#define space_flush(site, space, va) \
    do { \
        if ((space)->arch.satp) \
            tlb_flush(site, va, satp_asid((space)->arch.satp)); \
    } while (0)
/* The same after a pointer to a table changed, also to one that was nothing:
 * what is remembered of that goes by no address. */
#define space_flush_tables(site, space) \
    do { \
        if ((space)->arch.satp) \
            tlb_flush_asid(site, satp_asid((space)->arch.satp)); \
    } while (0)

/* A port's reason for tcb.slow: hot.satp is 0. */
#define SLOW_ASID SLOW_ARCH

/* The kernel's table is loaded. Boot ends if the CPU has too few ASIDs. */
void tlb_boot(void);
/* s has a root table, which was never loaded. */
void tlb_space_init(struct space *s);
/* t runs in another space from now on. */
void tlb_thread_moved(struct tcb *t);
/* hot.satp is right when this returns true: an ASID was given, if t's space had
 * none. False: after interrupts were taken, once more, for whoever is to run
 * then. */
bool tlb_ready(struct tcb *t);
bool tlb_right(const struct tcb *t); /* for assertions: hot.satp is valid */
#endif

#endif
