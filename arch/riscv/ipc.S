/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where users trap to, and the short path of Ipc: untyped words to a thread that
 * waits, by a call or a reply with an open wait if it may run at once, or by a
 * send alone if it need not. Paper 2.2; the same in full: generic/ipc.c.
 *
 * Checks come first and only read; at the first doubt ipc_full does the work
 * with the arguments and the message as the user left them. Not checked: that
 * neither has a reason in `slow`. Who waits plainly has none, and who runs with
 * one enters at trap_entry_slow. gp needs no keeping:
 * every Ipc sets it. After the commit nothing fails. cpu0.current is not kept up
 * to date here; whoever enters the kernel on another way stores it.
 *
 * t0 tells the receiver how many words there are, so that its stub need not look.
 * What it finds in registers without a message is the sender's, or already its
 * own: t1 the sender's id or zero, t2 its own priority, t3 its own id or the
 * length, t4 the sender's, zero or of the length, t5 its ip. No kernel address
 * stays behind.
 */
#include <config.h>
#include <arch/layout.h>
#include <arch/site.h>
#include "entry.h"
#include "tlb.h"

#if IPC_REGISTERS != 8
#error "the test for more words than registers"
#endif

        .text
        .balign 64
/*
 * trap_entry, ipc_short
 *   in    a0 to, a1 from, a2 timeouts, a3 MR0, s2..s9 MR1..MR8, ra ip to return
 *         to, a7 the call; sscratch the thread's TCB
 *   uses  tp own TCB, gp the partner's (gp comes back from its local id). The maps
 *         at the labels name what is no longer as it came; t0..t5 are free unless
 *         named, ra, a1..a3 and s2..s9 stay
 */
        .globl  trap_entry, ipc_short, ipc_short_commit, ipc_short_send
trap_entry:
ipc_short:
        STEP    trap
        csrrw   tp, sscratch, tp
        sd      t0, HOT_T0(tp)          /* who traps otherwise needs all     */
        csrr    t0, scause
        addi    t0, t0, -CAUSE_USER_CALL
        bnez    t0, slow
        addi    t0, a7, -SYSCALL_IPC
        bnez    t0, slow

        STEP    check
.Lcall:                                 /* tp own TCB; a0 to                 */
        andi    t0, a3, -64             /* typed words and flags: none;      */
        or      t0, t0, a2              /* time to receive: never            */
        slli    t0, t0, 48
        bnez    t0, portable

        STEP    identify
        slli    t1, a0, 64 - 32 - 18    /* thread number * 512 ...           */
        srli    t1, t1, 64 - 18 - 9
        andi    t1, t1, -512
        lui     gp, LAYOUT_TCBS_LUI
        add     gp, gp, t1              /* ... is the slot                   */
        ld      t3, TCB_ID(gp)
        bne     t3, a0, local

        STEP    check
.Lfound:                                /* tp, gp; t3 to (global); a0 free   */
        ld      t1, TCB_ACCEPT(gp)      /* waits for me, or for anyone       */
        ld      a0, TCB_ID(tp)
        beq     t1, a0, 1f
        addi    t1, t1, 1
        bnez    t1, undo
1:      ld      t2, TCB_PRIO(gp)        /* nobody is more urgent             */
        ld      t5, cpu0 + CPU_TOP_PRIO
        bltu    t2, t5, ipc_short_send
        ld      t5, HOT_SATP(gp)        /* right, or it would be slow        */
        beq     a1, t3, ipc_short_commit        /* a call                    */
        addi    t4, a1, 1               /* or a wait for anyone, when nobody */
        bnez    t4, ipc_short_send      /* is there already                  */
        ld      t4, TCB_SENDERS(tp)
        bnez    t4, undo

ipc_short_commit:                       /* tp, gp; a0 own id; t5 satp        */
        STEP    commit
        sd      a1, TCB_ACCEPT(tp)
        sd      zero, TCB_ACCEPT(gp)
        sd      ra, HOT_IP(tp)
        sd      sp, HOT_SP(tp)
        csrrw   sp, sscratch, gp
        sd      sp, HOT_TP(tp)
        STEP    switch
        SWAP_SPACE switch_short, t5, sp, t0, 4f
        STEP    resume
        /* a0 the sender as the partner sees it; tp, gp; sp free */
2:      andi    t0, a3, 63
        bnez    t0, words
3:      .rept   CONFIG_IPC_PAD
        nop
        .endr
        ld      t5, HOT_IP(gp)
        csrw    sepc, t5
        ld      sp, HOT_SP(gp)
        ld      tp, HOT_TP(gp)
        ld      gp, TCB_LOCAL_ID(gp)
        sret

        STEP    switch
        /* In one space: by its local id. tp, gp; a0, sp free */
4:      ld      a0, TCB_LOCAL_ID(tp)
        j       2b

        STEP    resume
words:                                  /* as at 2; t0 how many              */
        addi    t4, t0, -IPC_REGISTERS - 1
        bgez    t4, copy
        j       3b

        STEP    trap
slow:                                   /* tp own TCB; t0 stored             */
        csrr    t0, scause
        addi    t0, t0, -CAUSE_USER_CALL
        bnez    t0, 5f
        addi    t0, a7, -SYSCALL_LIPC
        beqz    t0, .Lcall              /* Lipc is Ipc                       */
5:      j       trap_full
undo:   mv      a0, t3                  /* t3 to                             */
portable:                               /* tp own TCB; a0..a3 as they came   */
        j       ipc_full

/*
 * local - is `to` a local id? Then the user may read the global one in the UTCB
 * that it points to, and so do we, as he would; what he finds there is believed
 * only if that thread is in this space and has this local id. The fault of a
 * wrong pointer comes back at ipc_short_load_failed (kernel_trap).
 *   in    tp own TCB, a0 to; gp free
 *   out   gp the partner's, t3 its global id; so is a1 if it was the local one
 */
local:
        STEP    identify
        beqz    a0, portable
        srli    t1, a0, 38              /* an address of the user's          */
        andi    t2, a0, 7
        or      t1, t1, t2
        bnez    t1, portable
        csrr    t5, sscratch            /* a fault has to find the TCB       */
        csrw    sscratch, tp
        lui     t4, SSTATUS_SUM >> 12
        csrs    sstatus, t4
        .globl  ipc_short_load, ipc_short_load_failed
ipc_short_load:                         /* t4 the bit, t5 sscratch           */
        ld      t3, UTCB_MY_ID_OFFSET(a0)
        csrc    sstatus, t4
        csrw    sscratch, t5
        slli    t1, t3, 64 - 32 - 18
        srli    t1, t1, 64 - 18 - 9
        andi    t1, t1, -512
        lui     gp, LAYOUT_TCBS_LUI
        add     gp, gp, t1
        ld      t1, TCB_ID(gp)
        bne     t1, t3, portable
        ld      t1, TCB_LOCAL_ID(gp)
        bne     t1, a0, portable
        ld      t1, TCB_SPACE(gp)
        ld      t2, TCB_SPACE(tp)
        bne     t1, t2, portable
        bne     a1, a0, 6f
        mv      a1, t3
6:      mv      a0, t3
        j       .Lfound

ipc_short_load_failed:                  /* tp own TCB, t5 sscratch; a0..a3   */
        csrw    sscratch, t5
        j       ipc_full

/*
 * ipc_short_send - a send alone? Its sender goes on, and the partner is ready
 * with the message. If that is no more urgent, whatever lets the sender run does
 * so still: its priority, a donor's, or a delayed preemption.
 *   in    tp  own TCB, gp the partner's; t3 to (global), a0 own id, a1 from,
 *         a3 MR0, s2..s9 MR1..MR8, t2 the partner's priority; ra ip to return to
 */
        STEP    check
ipc_short_send:
        bnez    a1, undo
        ld      t0, TCB_PRIO(tp)
        bltu    t0, t2, undo

        .globl  ipc_short_send_commit
        STEP    commit
ipc_short_send_commit:                  /* as above; t3 free                 */
        sd      zero, TCB_ACCEPT(gp)
        ld      t0, TCB_SPACE(tp)
        ld      t4, TCB_SPACE(gp)
        bne     t0, t4, 7f
        ld      a0, TCB_LOCAL_ID(tp)
        /* As arch_ipc_return() does. a0 the sender as the partner sees it */
7:      sd      a0, REG_A0(gp)
        li      t0, RESUME_IPC
        sd      t0, REG_RESUME(gp)
        andi    t0, a3, 63
        ld      t5, TCB_UTCB(gp)        /* it is resumed from memory         */
        sd      a3, 0(t5)
        bnez    t0, send_words
/* To the end of its queue: t0 where the queue is, t4 its first, t5 its last.
 *   in    tp, gp; t2 the partner's priority; a0 free */
enqueue:
        lla     t1, cpu0
        slli    t0, t2, 3
        add     t0, t0, t1
        ld      t4, CPU_READY(t0)
        beqz    t4, 8f
        ld      t5, LINK_PREV(t4)
        sd      t4, LINK_NEXT(gp)
        sd      t5, LINK_PREV(gp)
        sd      gp, LINK_NEXT(t5)
        sd      gp, LINK_PREV(t4)

        STEP    resume
/* tp own TCB. All others but gp, a0 and t0..t5 are still the sender's; nobody is
 * a0. */
go_on:  csrw    sepc, ra
        ld      gp, TCB_LOCAL_ID(tp)
        csrrw   tp, sscratch, tp
        .irp    r, a0, t0, t1, t2, t4, t5
        li      \r, 0
        .endr
        sret

        STEP    commit
        /* It is alone there: t0 as above, t1 cpu0, t2 its priority */
8:      sd      gp, CPU_READY(t0)
        sd      gp, LINK_NEXT(gp)
        sd      gp, LINK_PREV(gp)
        srli    t0, t2, 6
        slli    t0, t0, 3
        add     t0, t0, t1              /* the word of the map ...           */
        li      t4, 1
        sll     t4, t4, t2              /* ... and the bit, modulo 64        */
        ld      t5, CPU_READY_MAP(t0)
        or      t5, t5, t4
        sd      t5, CPU_READY_MAP(t0)
        ld      t4, CPU_TOP_PRIO(t1)
        bgeu    t4, t2, go_on
        sd      t2, CPU_TOP_PRIO(t1)
        j       go_on

send_words:                             /* as at 7; t0 how many, t5 its UTCB */
        addi    t4, t0, -IPC_REGISTERS - 1
        STORE_MESSAGE t5, t1
        bgez    t4, copy
        j       enqueue

/*
 * copy - the words that are in no register, from UTCB to UTCB: two instructions
 * each, of 4 bytes; as many as there are, and no other
 *   in    tp own TCB, gp the partner's; a3 MR0; t2, of a send, its priority
 */
copy:
        andi    t3, a3, 63
        ld      t4, TCB_UTCB(tp)
        ld      t5, TCB_UTCB(gp)
        lla     t1, copy_end + IPC_REGISTERS * 8
        slli    t3, t3, 3
        sub     t1, t1, t3
        jr      t1
        .option push
        .option norvc
        .set    word, 63
        .rept   63 - IPC_REGISTERS
        ld      t0, word * 8(t4)
        sd      t0, word * 8(t5)
        .set    word, word - 1
        .endr
        .option pop
copy_end:                               /* tp, gp, t2; a1 tells who goes on  */
        li      t1, 0
        li      t4, 0
        andi    t0, a3, 63
        bnez    a1, 3b
        j       enqueue                 /* a send alone                      */
        .globl  ipc_short_end
ipc_short_end:

/*
 * trap_entry_slow - where a thread with a reason in `slow` traps to: as if there
 * were no short path. Whoever is resumed after it traps to trap_entry again,
 * unless next_thread() finds it slow.
 */
        .balign 4
        .globl  trap_entry_slow
trap_entry_slow:
        csrrw   tp, sscratch, tp
        sd      t0, HOT_T0(tp)
        lla     t0, trap_entry
        csrw    stvec, t0
        TRAP_NOT_SHORT
