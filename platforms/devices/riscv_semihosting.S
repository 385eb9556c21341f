/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * emulator_end - semihosting: whoever listens ends the machine. The three
 * instructions are its call and must lie in one page. For who does not know
 * them, ebreak is a trap, and we return.
 *   in    a0  status
 */
#define EXIT_EXTENDED    0x20
#define APPLICATION_EXIT 0x20026

        .text
        .globl  emulator_end
emulator_end:
        addi    sp, sp, -16
        li      t0, APPLICATION_EXIT
        sd      t0, 0(sp)
        sd      a0, 8(sp)
        csrr    t1, stvec
        lla     t0, 1f
        csrw    stvec, t0
        li      a0, EXIT_EXTENDED
        mv      a1, sp
        .option push
        .option norvc
        .balign 16
        slli    zero, zero, 0x1f
        ebreak
        srai    zero, zero, 7
        .option pop
        .balign 4
1:      csrw    stvec, t1
        addi    sp, sp, 16
        ret
