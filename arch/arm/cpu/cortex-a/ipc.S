/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The short Ipc: call, and reply and wait, between threads that wait plainly
 * (generic/tcb.h). Before the commit it only reads; any doubt goes to the
 * portable path with every argument as it was.
 *
 * r0 to, r1 from, r2 timeouts, r3 tag, r4 r5 r6 r8 MR1 to MR4, r7 SYS_IPC.
 * Free: r7, r9, and r10 to r12, lr once stored. sp = TCB_IP of the caller.
 */
#include <arch/layout.h>
#include <config.h>

#define MY(offset) [sp, #(offset) - TCB_IP]

        .section .text.ipc, "ax"
        .globl  entry_svc, ipc_short, ipc_short_commit, ipc_short_end
entry_svc:
ipc_short:
        cmn     r7, #-SYS_IPC
        bne     entry_syscall
        srsia   sp, #PSR_MODE_SVC
        stmdb   sp, {r10-r12, sp, lr}^
        .rept   CONFIG_IPC_PAD
        nop
        .endr
        /* Receive timeout never; untyped words only, no flags. */
        bic     r12, r3, #TAG_WORDS
        orr     r12, r12, r2
        movs    r12, r12, lsl #16
        bne     slow
        /* The partner: is the id right, does it wait for us, may it run? */
        mov     lr, #LAYOUT_TCBS
        mov     r12, r0, lsr #14
        add     r12, lr, r12, lsl #8
        ldmia   r12, {r7, r9, r10, r11, lr} @ id, accept, slow, prio, space
        ldr     r10, MY(TCB_ID)
        cmp     r7, r0
        ldr     r7, MY(TCB_SLOW)
        cmpeq   r7, #0
        bne     slow
        cmp     r9, r10
        cmnne   r9, #1                  @ anyone
        bne     slow
        mrc     p15, 0, r9, c13, c0, 4  @ this_cpu()
        ldr     r7, [r9, #CPU_TOP_PRIO]
        cmp     r11, r7
        blo     slow
        cmp     r1, r0                  @ a call; else it must be for anyone,
        bne     open_wait               @ and nobody may be waiting for us
waits:  ldr     r7, MY(TCB_SPACE)
        cmp     lr, r7
        beq     same_space
        ldmia   lr, {r7, r11}           @ context, table
        cmp     r7, #0
        beq     slow                    @ lost its address space id
        /* ---- commit ---- */
        mov     r0, r10                 @ seen as the global id
        /* Between two tables and ids: the boot table, which has no user. */
        mrc     p15, 0, r10, c2, c0, 1
        mcr     p15, 0, r10, c2, c0, 0
        isb
        mcr     p15, 0, r7, c13, c0, 1
        isb
        mcr     p15, 0, r11, c2, c0, 0
switched:
ipc_short_commit:                       @ every short IPC comes by, once
        str     r1, MY(TCB_ACCEPT)
        mov     r10, #0
        str     r10, [r12, #TCB_ACCEPT]
        str     r12, [r9, #CPU_CURRENT]
        and     r7, r3, #TAG_WORDS
        cmp     r7, #4
        bhi     copy
copied: ldr     r7, [r12, #TCB_LOCAL_ID]
        ldr     r9, [r12, #TCB_TLS]
        mcr     p15, 0, r7, c13, c0, 2
        mcr     p15, 0, r9, c13, c0, 3
        add     sp, r12, #TCB_IP
        clrex
        ldmdb   sp, {r10-r12, sp, lr}^  @ no kernel value is left now
        rfeia   sp

same_space:
        ldr     r0, MY(TCB_LOCAL_ID)
        b       switched

open_wait:
        cmn     r1, #1
        bne     slow
        ldr     r7, MY(TCB_SENDERS)
        cmp     r7, #0
        beq     waits
slow:
#include "ipc_slow.inc"

/* MR5 to MRr7 from UTCB to UTCB: r12 partner, r10 = 0. */
copy:   ldr     r9, MY(TCB_UTCB)
        ldr     r10, [r12, #TCB_UTCB]
        add     r9, r9, #20
        add     r10, r10, #20
        subs    r7, r7, #8
        blo     2f
1:      ldmia   r9!, {r1, r2, r11, lr}
        stmia   r10!, {r1, r2, r11, lr}
        subs    r7, r7, #4
        bhs     1b
2:      adds    r7, r7, #4              @ 0 to 3 are left
        beq     copied
3:      ldr     r1, [r9], #4
        str     r1, [r10], #4
        subs    r7, r7, #1
        bne     3b
        b       copied
ipc_short_end:
