/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The short Ipc: call, and reply and wait, between threads that wait plainly
 * (generic/tcb.h), named by global or local ids. Before the commit it only reads; any doubt goes to the
 * portable path with every argument as it was.
 *
 * Not checked here, because it cannot be otherwise:
 *   - the caller has no reason in `slow`: those who have enter at entry_svc_slow
 *     (cpu.c);
 *   - the MMU has the partner's space: where it has not, the record closes all
 *     domains to it, and the first user instruction faults (spaces.c).
 * cpu0.current is not kept up to date: other entries store it (entry.S).
 *
 * r0 to, r1 from, r2 timeouts, r3 tag, r4 r5 r6 r8 MR1 to MR4, r7 SYS_IPC.
 * Free: r7, r9, and r10 to r12, lr once stored. sp = TCB_IP of the caller.
 */
#include <arch/layout.h>
#include <arch/site.h>
#include <config.h>

#define MY(offset) [sp, #(offset) - TCB_IP]

        .section .text.ipc, "ax"
        .globl  entry_svc, entry_svc_slow
        .globl  ipc_short, ipc_short_commit, ipc_short_end
entry_svc_slow:
        cmn     r7, #-SYS_IPC
        bne     entry_syscall
        str     lr, [sp]
        mrs     lr, spsr
        str     lr, MY(TCB_PSR)
        stmdb   sp, {r10-r12, sp, lr}^
slow:
ipc_short_load_failed:
        mcr     p15, 0, r7, c7, c10, 4  @ C reads UTCBs in memory
#include <arch/ipc_slow.inc>

/* The highest priority that is ready, cpu0.top_prio as of the last exit from C
 * (cpu.c): beside the code one load finds it. */
        .globl  short_top_prio
short_top_prio:
        .word   0

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
        /* Receive timeout never; untyped words only, no flags. */
        bic     r7, r3, #TAG_WORDS
        orr     r7, r7, r2
        moveqs  r7, r7, lsl #16
        bne     no_global_id
        ldr     r9, short_top_prio
        cmp     r11, r9
        blo     slow
        cmp     r1, r0                  @ a call; else it must be for anyone,
        beq     waits                   @ and nobody may be waiting for us
open:   cmn     r1, #1
        ldreq   r7, MY(TCB_SENDERS)
        cmpeq   r7, #0
        bne     slow
        /* r7 = 0, either way */
waits:  tst     r3, #TAG_WORDS & ~3
        bne     copy
        STEP    switch
copied: ldr     r9, MY(TCB_SPACE)
        cmp     lr, r9
        mov     r0, r10                 @ seen as the global id
        ldreq   r0, MY(TCB_LOCAL_ID)    @ in one space, as the local one
        /* ---- commit ---- */
        ldmia   lr, {r9, r11}           @ window, domains
        SITE    short_process
        mcr     p15, 0, r9, c13, c0, 0
        SITE    short_domains
        mcr     p15, 0, r11, c3, c0, 0
ipc_short_commit:                       @ every short IPC comes by, once
        STEP    commit
        str     r1, MY(TCB_ACCEPT)
        str     r7, [r12, #TCB_ACCEPT]
        STEP    resume
        ldr     r7, [r12, #TCB_LOCAL_ID]
        add     sp, r12, #TCB_IP
        ldmia   sp, {r9, r10, r11}      @ ip, psr, thread register
        mvn     r2, #0xF000             @ VECTOR_PAGE + 0xFFF
        msr     spsr_cxsf, r10
        str     r11, [r2, #VECTOR_TLS - 0xFFF]
        ldmdb   sp, {r10-r12, sp, lr}^  @ no kernel value is left now
        str     r7, [r2, #VECTOR_UTCB - 0xFFF] @ no banked one right after ldm
        movs    pc, r9

/* A local id is the address of a UTCB, and that names its thread. The load is
 * made with the user's rights; a fault goes to slow (entry.S), and the TCB
 * decides. The same checks, then. */
        .globl  ipc_short_load, ipc_short_load_failed
no_global_id:
        STEP    identify
        bic     r7, r3, #TAG_WORDS
        orr     r7, r7, r2
        movs    r7, r7, lsl #16
        moveqs  r7, r0, lsl #26         @ its last six bits are 0
        bne     slow
        cmp     r0, #0                  @ nil
        beq     slow
        sub     r7, r0, #60             @ MyGlobalId
ipc_short_load:
        ldrt    r7, [r7]
        mov     r9, #LAYOUT_TCBS
        mov     r12, r7, lsr #14
        add     r12, r9, r12, lsl #8
        ldmia   r12, {r9, r10}          @ id, accept
        ldr     r11, [r12, #TCB_LOCAL_ID]
        ldr     lr, [r12, #TCB_SPACE]
        cmp     r9, r7
        cmpeq   r11, r0
        ldreq   r11, MY(TCB_SPACE)
        cmpeq   r11, lr
        bne     slow
        ldr     r9, MY(TCB_ID)
        cmp     r10, r9
        cmnne   r10, #1
        bne     slow
        mov     r10, r9
        ldr     r9, short_top_prio
        ldr     r11, [r12, #TCB_PRIO]
        cmp     r11, r9
        blo     slow
        cmp     r1, r0
        bne     open
        mov     r1, r7                  @ a call waits for the global id
        mov     r7, #0
        b       waits

/* What is more than MR4 from UTCB to UTCB, at their users' modified virtual
 * addresses: r12 partner, lr its space. If that is not in the MMU, C knows
 * where its UTCB is. */
copy:   and     r9, r3, #TAG_WORDS
        subs    r9, r9, #4
        beq     copied
        ldr     r11, [lr, #SPACE_DOMAINS]
        cmp     r11, #DOMAINS_NONE
        beq     slow
        SITE    copy_process
        mcr     p15, 0, r7, c13, c0, 0  @ r7 = 0
        ldr     r11, =DACR_VALUE
        SITE    copy_domains
        mcr     p15, 0, r11, c3, c0, 0
        ldr     r11, MY(TCB_SPACE)
        ldr     r10, MY(TCB_LOCAL_ID)
        ldr     r11, [r11, #SPACE_WINDOW]
        add     r10, r10, r11
        ldr     r11, [r12, #TCB_LOCAL_ID]
        ldr     lr, [lr, #SPACE_WINDOW]
        add     r11, r11, lr
        add     r10, r10, #20
        add     r11, r11, #20
        subs    r9, r9, #4
        blo     2f
1:      ldmia   r10!, {r0, r2, r7, lr}
        stmia   r11!, {r0, r2, r7, lr}
        subs    r9, r9, #4
        bhs     1b
2:      movs    r9, r9, lsl #31         @ 0 to 3 are left: C 2, N 1
        ldmcsia r10!, {r0, r2}
        stmcsia r11!, {r0, r2}
        ldrmi   r0, [r10]
        strmi   r0, [r11]
        ldr     lr, [r12, #TCB_SPACE]
        ldr     r10, MY(TCB_ID)
        mov     r7, #0
        b       copied
ipc_short_end:
