/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entry and exit of the portable path.
 *
 * In user mode sscratch holds the thread's TCB and stvec points to trap_entry,
 * which the back end provides. It comes here with the TCB in tp, the user's tp
 * in sscratch and the user's t0 saved. While C runs, stvec points to
 * kernel_trap: then whatever traps is a mistake of the kernel.
 */
#include <arch/layout.h>

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
        \op     gp, HOT_GP(tp)
        \op     ra, REG_RA(tp)
        .endm

/*
 * trap_full - any trap from user mode, every register to be kept
 *   in    tp  TCB; HOT_T0(tp) user t0; sscratch user tp; others the user's
 */
        .balign 4
        .globl  trap_full
trap_full:
        ALL_REGISTERS sd
        csrr    t0, sscratch
        csrr    t1, sepc
        csrr    t2, scause
        csrr    t3, stval
        sd      t0, HOT_TP(tp)
        sd      t1, HOT_IP(tp)
        sd      t2, HOT_CAUSE(tp)
        sd      t3, HOT_VALUE(tp)
        lla     sp, kernel_stack_top
        lla     t0, kernel_trap
        csrw    stvec, t0
        mv      a0, tp
        call    trap_handle             /* result: whom to resume            */
/* Also the first way to user mode. */
        .globl  resume_user
resume_user:
        mv      tp, a0
        lla     t0, trap_entry
        csrw    stvec, t0
        csrw    sscratch, tp
        ld      t1, HOT_IP(tp)
        csrw    sepc, t1
        ALL_REGISTERS ld
        ld      t0, HOT_T0(tp)
        ld      tp, HOT_TP(tp)
        sret

/*
 * kernel_trap - the kernel itself trapped: print what is known and stop
 */
        .balign 4
        .globl  kernel_trap
kernel_trap:
        mv      a4, ra
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

        .section .bss
        .balign 16
        .globl  kernel_stack, kernel_stack_top
kernel_stack:
        .skip   KERNEL_STACK_BYTES
kernel_stack_top:
