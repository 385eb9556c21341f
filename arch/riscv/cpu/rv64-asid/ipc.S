/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where users trap to, and the short path of Ipc: a call, or a reply with an
 * open wait, of untyped words to a thread that waits and may run at once.
 * Paper 2.2; the same in full: generic/ipc.c.
 *
 * Checks come first and only read; at the first doubt ipc_full does the work
 * with the arguments and the message as the user left them.
 * After the commit nothing fails.
 *
 * What the receiver finds in registers without a message is the sender's, or
 * already its own: t0 zero, t1 as compared with the id, t2 the sender's id, t3
 * and t4 of the word count, t5 its ip. No kernel address stays behind.
 */
#include <config.h>
#include <arch/layout.h>

        .text
        .balign 64
/*
 * trap_entry, ipc_short
 *   in    a0 to, a1 from, a2 timeouts, a3 MR0, s2..s9 MR1..MR8, ra ip to return
 *         to, a7 the call; sscratch the thread's TCB
 *   uses  tp own TCB, gp the partner's TCB (gp comes back from its local id)
 */
        .globl  trap_entry, ipc_short, ipc_short_commit
trap_entry:
ipc_short:
        csrrw   tp, sscratch, tp
        sd      t0, HOT_T0(tp)          /* who traps otherwise needs all     */
        csrr    t0, scause
        addi    t0, t0, -CAUSE_USER_CALL
        bnez    t0, slow
        addi    t0, a7, -SYSCALL_IPC
        bnez    t0, slow

        andi    t0, a3, -64             /* typed words and flags: none;      */
        or      t0, t0, a2              /* time to receive: never            */
        slli    t0, t0, 48
        bnez    t0, portable

        slli    t1, a0, 64 - 32 - 18    /* thread number * 512 ...           */
        srli    t1, t1, 64 - 18 - 9
        andi    t1, t1, -512
        lui     t2, LAYOUT_TCBS_LUI
        add     t1, t1, t2              /* ... is the slot                   */
        ld      t3, TCB_ID(t1)
        bne     t3, a0, portable
        mv      gp, t1

        ld      t1, TCB_ACCEPT(gp)      /* waits for me, or for anyone       */
        ld      t2, TCB_ID(tp)
        beq     t1, t2, 1f
        addi    t1, t1, 1
        bnez    t1, portable
1:      ld      t3, TCB_SLOW(tp)        /* its own is 0, as it accepts       */
        bnez    t3, portable
        ld      t3, TCB_PRIO(gp)        /* nobody is more urgent             */
        lla     t4, cpu0
        ld      t5, 8(t4)               /* top_prio                          */
        bltu    t3, t5, portable
        ld      t5, HOT_SATP(gp)        /* its space has an ASID             */
        beqz    t5, portable
        beq     a1, a0, ipc_short_commit        /* a call                    */
        addi    t3, a1, 1               /* or a wait for anyone, when nobody */
        bnez    t3, portable                /* is there already                  */
        ld      t3, TCB_SENDERS(tp)
        bnez    t3, portable

ipc_short_commit:
        sd      a1, TCB_ACCEPT(tp)
        sd      zero, TCB_ACCEPT(gp)
        sd      gp, 0(t4)               /* current                           */
        sd      ra, HOT_IP(tp)
        sd      sp, HOT_SP(tp)
        csrr    t4, sscratch
        sd      t4, HOT_TP(tp)
        ld      t3, HOT_SATP(tp)
        beq     t3, t5, 4f
        mv      a0, t2
        csrw    satp, t5
2:      andi    t3, a3, 63
        sltiu   t4, t3, IPC_REGISTERS + 1
        beqz    t4, copy
3:      .rept   CONFIG_IPC_PAD
        nop
        .endr
        csrw    sscratch, gp
        ld      t5, HOT_IP(gp)
        csrw    sepc, t5
        ld      sp, HOT_SP(gp)
        ld      tp, HOT_TP(gp)
        ld      gp, TCB_LOCAL_ID(gp)
        sret

4:      ld      a0, TCB_LOCAL_ID(tp)    /* in one space: by its local id     */
        j       2b

slow:   csrr    t0, scause              /* Lipc goes the portable way        */
        addi    t0, t0, -CAUSE_USER_CALL
        bnez    t0, 5f
        addi    t0, a7, -SYSCALL_LIPC
        beqz    t0, portable
5:      j       trap_full
portable:
        j       ipc_full

/*
 * copy - the words that are in no register, from UTCB to UTCB: two instructions
 * each, of 4 bytes; t3 of them and no other
 */
copy:
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
copy_end:
        li      t1, 0
        li      t4, 0
        j       3b
        .globl  ipc_short_end
ipc_short_end:
