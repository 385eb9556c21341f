/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The short Ipc: call, reply and wait, and send, to threads that wait plainly
 * (generic/tcb.h), named by global or local ids. Before the commit it only
 * reads; any doubt goes to the portable path with every argument as it was.
 *
 * Not checked here, because it cannot be otherwise:
 *   - the caller has no reason in `slow`: those who have enter at entry_svc_slow
 *     (cpu.c);
 *   - the MMU has the partner's space: where it has not, the record closes all
 *     domains to it, and the first user instruction faults (spaces.c).
 * cpu0.current is not kept up to date: other entries store it (entry.S).
 *
 * r0 to, r1 from, r2 timeouts, r3 tag, r4 r5 r6 r8 MR1 to MR4, r7 SYS_IPC, lr the
 * ip to return to; sp = TCB_IP of the caller. The maps at the labels name what is
 * no longer, or not yet, as it came.
 */
#include <arch/layout.h>
#include <arch/site.h>
#include <config.h>

#define MY(offset) [sp, #(offset) - TCB_IP]

        .macro  TOP_PRIO r
        ldr     \r, short_top_prio
        .endm
        .macro  NEW_TOP_PRIO if, r
        str\if  \r, short_top_prio
        .endm

        .section .text.ipc, "ax"
        .globl  entry_svc, entry_svc_slow
        .globl  ipc_short, ipc_short_commit, ipc_short_end
entry_svc_slow:                         @ all as it came
        cmn     r7, #-SYS_IPC
        bne     entry_syscall
        str     lr, [sp]
        mrs     lr, spsr
        str     lr, MY(TCB_PSR)
        stmdb   sp, {r10-r12, sp, lr}^
slow:                                   @ r7, r9 to r12, lr anything
ipc_short_load_failed:
        mcr     p15, 0, r7, c7, c10, 4  @ C reads UTCBs in memory
#include <arch/ipc_slow.inc>

/* The highest priority that is ready, cpu0.top_prio as of the last exit from C
 * (cpu.c): beside the code one load finds it. */
        .globl  short_top_prio
short_top_prio:
        .word   0

        .balign 32
entry_svc:                              @ all as it came
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
.Lfound:        @ r7 0; r10 own id; r11 priority, lr space of the partner, r12
        TOP_PRIO r9
        cmp     r11, r9
        blo     ipc_short_send
        cmp     r1, r0                  @ a call; else it must be for anyone,
        beq     waits                   @ and nobody may be waiting for us
        cmn     r1, #1
        ldreq   r7, MY(TCB_SENDERS)
        cmpeq   r7, #0
        bne     ipc_short_send
waits:          @ r7 0; r10 own id; r12 partner, lr its space; r2, r9, r11 free
        tst     r3, #TAG_WORDS & ~3
        bne     copy
        STEP    switch
copied:         @ the same; r0 free
        ldr     r9, MY(TCB_SPACE)
        cmp     lr, r9
        mov     r0, r10                 @ seen as the global id
        ldreq   r0, MY(TCB_LOCAL_ID)    @ in one space, as the local one
        /* ---- commit ---- */
        ldmia   lr, {r9, r11}           @ window, domains
        SITE    short_process
        mcr     p15, 0, r9, c13, c0, 0
        SITE    short_domains
        mcr     p15, 0, r11, c3, c0, 0
        /* Every short IPC comes by, once. r0 the sender as the partner sees it;
         * r7 0; r12 partner; r2, r9 to r11, lr free */
ipc_short_commit:
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

/* What is more than MR4 from UTCB to UTCB, at their users' modified virtual
 * addresses, then to `done`: r12 partner, lr its space. If that is not in the
 * MMU, C knows where its UTCB is. r7 is 0 and stays it, so do r1, r3 to r6, r8. */
        .macro  COPY_WORDS done
        and     r9, r3, #TAG_WORDS
        subs    r9, r9, #4
        beq     \done
        ldr     r11, [lr, #SPACE_DOMAINS]
        cmp     r11, #DOMAINS_NONE
        beq     slow
        SITE    copy_process
        mcr     p15, 0, r7, c13, c0, 0
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
        mov     r7, #0
        .endm

copy:           @ as at waits
        COPY_WORDS copied
        ldr     lr, [r12, #TCB_SPACE]
        ldr     r10, MY(TCB_ID)
        b       copied

        .macro  GO_ON
        ldmdb   sp, {r10-r12, sp, lr}^
        nop                             @ no banked register right after ldm
        ldr     lr, [sp]
        movs    pc, lr
        .endm
#include <arch/ipc_local.inc>
#include <arch/ipc_send.inc>

send_words:     @ r1 0; r12 partner, lr its space; r0, r2, r7, r9 to r11 free
        mov     r7, #0
        COPY_WORDS 3f
        ldr     lr, MY(TCB_SPACE)
        ldmia   lr, {r10, r11}          @ window, domains
        SITE    send_process
        mcr     p15, 0, r10, c13, c0, 0
        SITE    send_domains
        mcr     p15, 0, r11, c3, c0, 0
3:      ldr     r10, MY(TCB_ID)
        ldr     r11, [r12, #TCB_PRIO]
        ldr     lr, [r12, #TCB_SPACE]
        b       sent
        .ltorg
ipc_short_end:
