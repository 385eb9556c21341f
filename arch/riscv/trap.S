/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entry and exit of the portable path.
 *
 * stvec points to trap_entry, which the back end provides, or while a thread with
 * a reason in `slow` runs, to trap_entry_slow; in user mode sscratch holds the
 * thread's TCB. trap_entry comes here with the TCB in tp, the user's
 * tp in sscratch and the user's t0 saved. While C runs, sscratch holds the TCB as
 * well, so that a trap of the kernel itself finds its way to kernel_trap.
 */
#include <arch/layout.h>
#include <arch/site.h>
#include "entry.h"
#include "tlb.h"

        .text
        .macro  ALL_REGISTERS op
        \op     t1, REG_T1(tp)
        \op     t2, REG_T2(tp)
        \op     t3, REG_T3(tp)
        \op     t4, REG_T4(tp)
        \op     t5, REG_T5(tp)
        \op     t6, REG_T6(tp)
        \op     a0, REG_A0(tp)
        \op     a1, REG_A1(tp)
        \op     a2, REG_A2(tp)
        \op     a3, REG_A3(tp)
        \op     a4, REG_A4(tp)
        \op     a5, REG_A5(tp)
        \op     a6, REG_A6(tp)
        \op     a7, REG_A7(tp)
        \op     s0, REG_S0(tp)
        \op     s1, REG_S1(tp)
        \op     s2, REG_S2(tp)
        \op     s3, REG_S3(tp)
        \op     s4, REG_S4(tp)
        \op     s5, REG_S5(tp)
        \op     s6, REG_S6(tp)
        \op     s7, REG_S7(tp)
        \op     s8, REG_S8(tp)
        \op     s9, REG_S9(tp)
        \op     s10, REG_S10(tp)
        \op     s11, REG_S11(tp)
        \op     sp, HOT_SP(tp)
        \op     ra, REG_RA(tp)
        .endm

/*
 * trap_full - any trap, every register to be kept
 *   in    tp  TCB; HOT_T0(tp) user t0; sscratch user tp; others the user's
 */
        .balign 4
        .globl  trap_full
trap_full:
        csrr    t0, sstatus
        andi    t0, t0, SSTATUS_SPP     /* from the kernel                   */
        bnez    t0, kernel_trap
        ALL_REGISTERS sd
        sd      gp, HOT_GP(tp)
        csrr    t0, sscratch
        csrr    t1, sepc
        csrr    t2, scause
        csrr    t3, stval
        csrw    sscratch, tp
        sd      tp, cpu0, t4            /* current, after a short path       */
        sd      t0, HOT_TP(tp)
        sd      t1, HOT_IP(tp)
        sd      t2, HOT_CAUSE(tp)
        sd      t3, HOT_VALUE(tp)
        sd      zero, REG_RESUME(tp)    /* RESUME_FULL                       */
        ld      sp, kernel_sp
        mv      a0, tp
        call    trap_handle             /* result: whom to resume            */
/* Also the first way to user mode. a0: the thread, its space is loaded. */
        .globl  resume_user
resume_user:
        mv      tp, a0
        csrw    sscratch, tp
        ld      t1, HOT_IP(tp)
        csrw    sepc, t1
        addi    t0, tp, HOT_IP
        sc.d    zero, t1, (t0)          /* no lr of another, or of before    */
        ld      t2, REG_RESUME(tp)
        ld      t3, TCB_UTCB(tp)
        bnez    t2, 1f
        ALL_REGISTERS ld
        ld      gp, HOT_GP(tp)
        ld      t0, HOT_T0(tp)
        ld      tp, HOT_TP(tp)
        sret
1:      mv      t0, t3                  /* the end of an Ipc: its message    */
        ALL_REGISTERS ld
        ld      a3, 0(t0)
        MESSAGE ld, t0
        li      t0, 0                   /* none to store: they are there     */
        ld      gp, TCB_LOCAL_ID(tp)
        ld      tp, HOT_TP(tp)
        sret

/*
 * ipc_full - Ipc or Lipc by the portable path: the caller loses its registers,
 * so that few have to be stored, and few loaded if it or its partner runs next
 *   in    tp  TCB; a0..a2 arguments, a3, s2..s9 message; ra ip to return to;
 *         sscratch user tp
 */
        .globl  ipc_full
ipc_full:
        sd      tp, cpu0, t0            /* current, after a short path       */
        sd      ra, HOT_IP(tp)
        sd      sp, HOT_SP(tp)
        csrr    t0, sscratch
        sd      t0, HOT_TP(tp)
        csrw    sscratch, tp
        ld      sp, kernel_sp           /* with room for two words above it  */
        beqz    a0, 1f                  /* nothing is sent                   */
        ld      t1, TCB_UTCB(tp)
        sd      a3, 0(t1)
        andi    t0, a3, 63
        bnez    t0, store_words
1:      sd      a0, 0(sp)
        mv      a3, a2
        mv      a2, a1
        mv      a1, a0
        mv      a0, tp
        call    sys_ipc
        call    kernel_exit
        beqz    a0, 4f
        ld      t0, 0(sp)
        beq     a0, tp, 2f
        ld      t1, TCB_ID(a0)
        bne     t1, t0, 4f
2:      ld      t1, REG_RESUME(a0)
        ld      t2, TCB_SLOW(a0)
        beqz    t1, 4f
        bnez    t2, 4f
        ld      t2, HOT_SATP(a0)        /* right, or it would be slow        */
        csrr    t1, satp
        beq     t1, t2, 3f
        SWITCH_SPACE switch_portable, t2, t1, clear
/* In s0 to s11 is still what the caller had; what C left elsewhere goes. */
3:      mv      tp, a0
        csrw    sscratch, tp
        ld      t1, HOT_IP(tp)
        csrw    sepc, t1
        ld      t1, TCB_UTCB(tp)
        ld      a0, REG_A0(tp)
        ld      a3, 0(t1)
        ld      sp, HOT_SP(tp)
        ld      gp, TCB_LOCAL_ID(tp)
        andi    t0, a3, 63
        beqz    t0, 5f
        MESSAGE ld, t1
5:      ld      tp, HOT_TP(tp)
        .irp    r, ra, t1, t2, t3, t4, t5, t6, a1, a2, a4, a5, a6, a7
        li      \r, 0
        .endr
        sret
4:      call    next_thread             /* a third thread, or idle           */
        j       resume_user

store_words:
        STORE_MESSAGE t1, t2
        j       1b

/*
 * kernel_trap - the kernel itself trapped: print what is known and stop; but at
 * ipc_short_load a page of the user's was not there, which is no accident
 *   in    tp  TCB
 */
        .weak   ipc_short_load, ipc_short_load_failed
        .balign 4
        .globl  kernel_trap
kernel_trap:
        csrr    t0, sepc
        beqz    t0, 0f
        lla     t1, ipc_short_load      /* 0 where there is no short path    */
        bne     t0, t1, 0f
        li      t0, SSTATUS_SUM | SSTATUS_SPP
        csrc    sstatus, t0             /* as it was when the user trapped   */
        lla     t0, ipc_short_load_failed
        jr      t0
0:      mv      a4, ra
        mv      a3, sp
        csrr    a0, scause
        csrr    a1, sepc
        csrr    a2, stval
        lla     t0, kernel_stack        /* its end may be what was run over  */
        lla     t1, kernel_stack_top
        bltu    sp, t0, 1f
        bleu    sp, t1, 2f
1:      mv      sp, t1
2:      lla     t0, 3f                  /* a second one: silence             */
        csrw    stvec, t0
        call    kernel_trapped
        .balign 4
3:      wfi
        j       3b

/*
 * arch_long_stop - put this stack aside; only s0 to s11, sp and ra matter in C
 * arch_long_resume - and take it up again
 */
        .macro  SAVED op
        \op     ra, 0(sp)
        .set    at, 8
        .irp    r, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, tp
        \op     \r, at(sp)
        .set    at, at + 8
        .endr
        .endm

        .globl  arch_long_stop
arch_long_stop:
        addi    sp, sp, -112
        SAVED   sd
        lla     t0, long_sp
        sd      sp, 0(t0)
        lla     t1, kernel_stack + KERNEL_STACK_BYTES
        sltu    t2, sp, t1              /* 1: this is the lower one          */
        li      t3, KERNEL_STACK_BYTES
        mul     t2, t2, t3
        add     t1, t1, t2
        addi    sp, t1, -16
        sd      sp, kernel_sp, t0
        call    next_thread
        j       resume_user

        .globl  arch_long_resume
arch_long_resume:
        ld      sp, long_sp
        SAVED   ld
        addi    sp, sp, 112
        ret

/*
 * csr_probe_stimecmp - true if reading the register does not trap
 */
        .globl  csr_probe_stimecmp
csr_probe_stimecmp:
        csrr    t1, stvec
        lla     t0, 1f
        csrw    stvec, t0
        li      a0, 0
        csrr    t0, 0x14d
        li      a0, 1
        .balign 4
1:      csrw    stvec, t1
        ret

/*
 * csr_clear_senvcfg - users may do nothing to caches, if the CPU asks at all
 */
        .globl  csr_clear_senvcfg
csr_clear_senvcfg:
        csrr    t1, stvec
        lla     t0, 1f
        csrw    stvec, t0
        csrw    0x10a, zero
        .balign 4
1:      csrw    stvec, t1
        ret

        .section .bss
        .balign 16
        .globl  kernel_stack, kernel_stack_top
kernel_stack:                           /* the second one, then the first    */
        .skip   2 * KERNEL_STACK_BYTES
kernel_stack_top:
long_sp:
        .skip   8
        .data
        .balign 8
kernel_sp:
        .dword  kernel_stack_top - 16   /* of the one for those who trap     */
