/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The short Ipc: call, reply and wait, and send, to threads that wait plainly
 * (generic/tcb.h), named by global or local ids. Before the commit it only
 * reads; any doubt goes to the portable path with every argument as it was.
 *
 * Not checked here, because it cannot be otherwise:
 *   - the caller has no reason in `slow`: those who have enter at entry_svc_slow;
 *   - the partner's space has an address space id: without one its words are
 *     those of the boot table, and the first user instruction faults (paging.c).
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

/* The highest priority that is ready, as of the last exit from C (cpu.c). */
        .macro  TOP_PRIO r
        mrc     p15, 0, \r, c13, c0, 4
        .endm
        .macro  NEW_TOP_PRIO if, r
        mcr\if  p15, 0, \r, c13, c0, 4
        .endm

        .section .text.ipc, "ax"
        .globl  entry_svc, entry_svc_slow
        .globl  ipc_short, ipc_short_commit, ipc_short_end
entry_svc_slow:                         @ all as it came
        cmn     r7, #-SYS_IPC
        bne     entry_syscall
        srsia   sp, #PSR_MODE_SVC
        stmdb   sp, {r10-r12, sp, lr}^
slow:                                   @ r7, r9 to r12, lr anything
ipc_short_load_failed:
#include <arch/ipc_slow.inc>

        .balign 64
entry_svc:                              @ all as it came
ipc_short:
        STEP    trap
        cmn     r7, #-SYS_IPC
        bne     entry_syscall
        srsia   sp, #PSR_MODE_SVC
        stmdb   sp, {r10-r12, sp, lr}^
        .rept   CONFIG_IPC_PAD
        nop
        .endr
        STEP    identify
        /* The partner: does it wait for us, or anyone, and is the id right? */
        mov     lr, #LAYOUT_TCBS
        mov     r12, r0, lsr #14
        add     r12, lr, r12, lsl #8
        ldmia   r12, {r7, r9, r10, r11, lr} @ id, accept, slow, prio, space
        STEP    check
        ldr     r10, MY(TCB_ID)
        cmp     r9, r10
        cmnne   r9, #1
        cmpeq   r7, r0
        /* Receive timeout never; untyped words only, no flags. */
        pkhbt   r7, r3, r2, lsl #16
        biceqs  r7, r7, #TAG_WORDS
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
        STEP    switch
waits:          @ r7 0; r10 own id; r12 partner, lr its space; r2, r9, r11 free
        ldr     r9, MY(TCB_SPACE)
        cmp     lr, r9
        beq     same_space
        /* ---- commit ---- */
        mov     r0, r10                 @ seen as the global id
        /* Between two tables and ids: the boot table, which has no user. */
        ldmia   lr, {r9, r10, r11}      @ context, boot table, table
        SITE    short_between
        mcr     p15, 0, r10, c2, c0, 0
        isb
        SITE    short_id
        mcr     p15, 0, r9, c13, c0, 1
        isb
        SITE    short_table
        mcr     p15, 0, r11, c2, c0, 0
switched:
        /* Every short IPC comes by, once. r0 the sender as the partner sees it;
         * r7 0; r12 partner; r2, r9 to r11, lr free */
ipc_short_commit:
        STEP    commit
        str     r1, MY(TCB_ACCEPT)
        str     r7, [r12, #TCB_ACCEPT]
        tst     r3, #TAG_WORDS & ~3
        bne     copy
        STEP    resume
copied:         @ the same; r1, r7 free
        ldr     r7, [r12, #TCB_LOCAL_ID]
        ldr     r9, [r12, #TCB_TLS]
        mcr     p15, 0, r7, c13, c0, 2
        mcr     p15, 0, r9, c13, c0, 3
        add     sp, r12, #TCB_IP
        /* No clrex: who waits plainly was not in the middle of a sequence. */
        ldmdb   sp, {r10-r12, sp, lr}^  @ no kernel value is left now
        rfeia   sp

same_space:     @ r7 0; r12 partner; r0, r2, r9 to r11, lr free
        STEP    switch
        ldr     r0, MY(TCB_LOCAL_ID)
        b       switched

/* What is more than MR4 from UTCB to UTCB, then to `done`: r12 partner, whose
 * TCB_REGS nobody needs while it waits plainly. r0, r3 to r6, r8 stay. */
        .macro  COPY_WORDS done
        and     r7, r3, #TAG_WORDS
        subs    r7, r7, #4
        beq     \done
        ldr     r9, MY(TCB_UTCB)
        ldr     r10, [r12, #TCB_UTCB]
        add     r9, r9, #20
        add     r10, r10, #20
        subs    r7, r7, #8
        blo     2f
        add     lr, r12, #TCB_REGS
        stmia   lr, {r4, r5, r6, r8}
1:      ldmia   r9!, {r1, r2, r4, r5, r6, r8, r11, lr}
        stmia   r10!, {r1, r2, r4, r5, r6, r8, r11, lr}
        subs    r7, r7, #8
        bhs     1b
        add     lr, r12, #TCB_REGS
        ldmia   lr, {r4, r5, r6, r8}
2:      movs    r1, r7, lsl #30         @ what is left: C 4, N 2, bit 0 1
        ldmcsia r9!, {r1, r2, r11, lr}
        stmcsia r10!, {r1, r2, r11, lr}
        ldmmiia r9!, {r1, r2}
        stmmiia r10!, {r1, r2}
        tst     r7, #1
        ldrne   r1, [r9]
        strne   r1, [r10]
        .endm

copy:           @ as after the commit; r1 free
        COPY_WORDS copied
        b       copied

        .macro  GO_ON
        ldmdb   sp, {r10-r12, sp, lr}^
        rfeia   sp
        .endm
#include <arch/ipc_local.inc>
#include <arch/ipc_send.inc>

send_words:     @ r12 partner; r0 to r2, r7, r9 to r11, lr free
        COPY_WORDS sent
        mov     r1, #0
        ldr     r10, MY(TCB_ID)
        ldr     r11, [r12, #TCB_PRIO]
        ldr     lr, [r12, #TCB_SPACE]
        b       sent
        .ltorg
ipc_short_end:
