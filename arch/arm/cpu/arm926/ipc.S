/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The short Ipc: call, and reply and wait, between threads that wait plainly
 * (generic/tcb.h). Before the commit it only reads; any doubt goes to the
 * portable path with every argument as it was. cpu0.current is not kept up to
 * date: other entries store it (entry.S).
 *
 * r0 to, r1 from, r2 timeouts, r3 tag, r4 r5 r6 r8 MR1 to MR4, r7 SYS_IPC.
 * Free: r7, r9, and r10 to r12, lr once stored. sp = TCB_IP of the caller.
 */
#include <arch/layout.h>
#include <arch/site.h>
#include <config.h>

#define MY(offset) [sp, #(offset) - TCB_IP]

        .section .text.ipc, "ax"
        .globl  entry_svc
        .globl  ipc_short, ipc_short_commit, ipc_short_end
slow:
        SITE    entry_cache
        mcr     p15, 0, r7, c7, c6, 0   @ entry.S says why
#include <arch/ipc_slow.inc>

        .balign 32
entry_svc:
ipc_short:
        STEP    trap
        cmn     r7, #-SYS_IPC
        bne     entry_syscall
        str     lr, [sp]
        mrs     lr, spsr
        str     lr, MY(TCB_PSR)
        stmdb   sp, {r10-r12, sp, lr}^
        .rept   CONFIG_IPC_PAD
        nop
        .endr
        STEP    identify
        /* The partner: does it wait for us, or anyone, and is the id right? */
        mov     r7, #LAYOUT_TCBS        @ no banked register right after stm
        mov     r12, r0, lsr #14
        add     r12, r7, r12, lsl #8
        ldmia   r12, {r7, r9, r10, r11, lr} @ id, accept, slow, prio, space
        STEP    check
        ldr     r10, MY(TCB_ID)
        cmp     r9, r10
        cmnne   r9, #1
        cmpeq   r7, r0
        /* Receive timeout never; untyped words only, no flags; and the caller
         * has no reason in `slow`. */
        bic     r7, r3, #TAG_WORDS
        orr     r7, r7, r2
        moveqs  r7, r7, lsl #16
        ldreq   r7, MY(TCB_SLOW)
        cmpeq   r7, #0
        bne     slow
        ldr     r9, =cpu0 + CPU_TOP_PRIO
        ldr     r9, [r9]
        cmp     r11, r9
        blo     slow
        cmp     r1, r0                  @ a call; else it must be for anyone,
        beq     waits                   @ and nobody may be waiting for us
        cmn     r1, #1
        ldreq   r7, MY(TCB_SENDERS)
        cmpeq   r7, #0
        bne     slow
        STEP    switch
waits:  ldr     r7, MY(TCB_SPACE)
        cmp     lr, r7
        beq     same_space
        /* ---- commit ---- */
        mov     r0, r10                 @ seen as the global id
        ldr     r11, [lr, #SPACE_TTBR]
        SITE    short_table
        mcr     p15, 0, r11, c2, c0, 0
        SITE    short_tlb
        mcr     p15, 0, r11, c8, c7, 0
switched:
ipc_short_commit:                       @ every short IPC comes by, once
        STEP    commit
        str     r1, MY(TCB_ACCEPT)
        mov     r10, #0
        str     r10, [r12, #TCB_ACCEPT]
        tst     r3, #TAG_WORDS & ~3
        bne     copy
        STEP    resume
copied: ldr     r7, [r12, #TCB_LOCAL_ID]
        ldr     r9, [r12, #TCB_TLS]
        mvn     r10, #0xF000            @ VECTOR_PAGE + 0xFFF
        str     r7, [r10, #VECTOR_UTCB - 0xFFF]
        str     r9, [r10, #VECTOR_TLS - 0xFFF]
        add     sp, r12, #TCB_IP
        ldr     lr, [sp, #TCB_PSR - TCB_IP]
        msr     spsr_cxsf, lr
        ldr     lr, [sp]
        ldmdb   sp, {r10-r12, sp, lr}^  @ no kernel value is left now
        nop                             @ no banked register right after ldm
        movs    pc, lr

same_space:
        STEP    switch
        ldr     r0, MY(TCB_LOCAL_ID)
        b       switched

/* What is more than MR4 from UTCB to UTCB, by the kernel's addresses: r12
 * partner. What the cache has of them may be old; what is written has to be in
 * memory before the partner looks. */
copy:   and     r7, r3, #TAG_WORDS
        subs    r7, r7, #4
        beq     copied
        SITE    short_words
        mcr     p15, 0, r7, c7, c6, 0
        ldr     r9, MY(TCB_UTCB)
        ldr     r10, [r12, #TCB_UTCB]
        add     r9, r9, #20
        add     r10, r10, #20
        subs    r7, r7, #4
        blo     2f
1:      ldmia   r9!, {r1, r2, r11, lr}
        stmia   r10!, {r1, r2, r11, lr}
        subs    r7, r7, #4
        bhs     1b
2:      adds    r7, r7, #4              @ 0 to 3 are left
        beq     4f
3:      ldr     r1, [r9], #4
        str     r1, [r10], #4
        subs    r7, r7, #1
        bne     3b
4:      mcr     p15, 0, r7, c7, c10, 4  @ write buffer
        b       copied
ipc_short_end:
