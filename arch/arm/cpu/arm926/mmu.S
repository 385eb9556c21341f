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
        /* The tables are complete. Whatever the loader left goes first: nothing
         * of it is wanted, and the data cache was off. */
        mov     r4, #0
        SITE    boot_code
        mcr     p15, 0, r4, c7, c7, 0   @ both caches
        mcr     p15, 0, r4, c7, c10, 4  @ write buffer
        SITE    boot_tlb
        mcr     p15, 0, r4, c8, c7, 0
        SITE    boot_table
        mcr     p15, 0, r0, c2, c0, 0
        ldr     r5, =DACR_VALUE
        SITE    boot_domains
        mcr     p15, 0, r5, c3, c0, 0
        SITE    boot_process
        mcr     p15, 0, r4, c13, c0, 0  @ FCSE: addresses are what they are
        ldr     r5, =SCTLR_VALUE
        mcr     p15, 0, r5, c1, c0, 0
        mrc     p15, 0, r5, c1, c0, 0   @ wait for it: two instructions after
        mov     r5, r5                  @ the write may still be fetched before
        bx      lr
        .ltorg
