/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The MMU goes on: r0 the table's physical address, lr where to go on, a kernel
 * address. The image still runs where it was loaded. Changes r4, r5.
 */
#include <arch/layout.h>
#include <arch/site.h>

        .text
        .globl  mmu_on
mmu_on:
        /* The tables are complete. Whatever the loader left goes first. */
        mov     r4, #0
        SITE    boot_tlb
        mcr     p15, 0, r4, c8, c7, 0   @ TLBs
        SITE    boot_code
        mcr     p15, 0, r4, c7, c5, 0   @ instruction cache, branch predictor
        dsb
        isb
        orr     r4, r0, #TTBR_WALK
        SITE    boot_table
        mcr     p15, 0, r4, c2, c0, 0   @ TTBR0
        mov     r5, #0
        SITE    boot_table
        mcr     p15, 0, r5, c2, c0, 2   @ TTBCR: TTBR0 for all addresses
        ldr     r5, =DACR_VALUE
        mcr     p15, 0, r5, c3, c0, 0
        isb
        ldr     r5, =SCTLR_VALUE
        mcr     p15, 0, r5, c1, c0, 0
        isb
        bx      lr
        .ltorg
