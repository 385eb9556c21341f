/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ENTRY_H
#define PECAN_ENTRY_H
/*
 * Text that ways in and out of the kernel share: trap.S, ipc.S, ipc_portable.S.
 */
/* clang-format off */
/* The rest of an entry, behind the store of t0, where there is no short path. */
        .macro  TRAP_NOT_SHORT
        csrr    t0, scause
        addi    t0, t0, -CAUSE_USER_CALL
        bnez    t0, 9990f
        addi    t0, a7, -SYSCALL_IPC
        beqz    t0, 9991f
        addi    t0, a7, -SYSCALL_LIPC
        beqz    t0, 9991f
9990:   j       trap_full
9991:   j       ipc_full
        .endm

/* MR8 to MR1, in this order. */
        .macro  MESSAGE op, utcb
        \op     s9, 64(\utcb)
        \op     s8, 56(\utcb)
        \op     s7, 48(\utcb)
        \op     s6, 40(\utcb)
        \op     s5, 32(\utcb)
        \op     s4, 24(\utcb)
        \op     s3, 16(\utcb)
        \op     s2, 8(\utcb)
        .endm

/* Of t0 words those that are in registers, and not one more; t0 and tmp go. */
        .macro  STORE_MESSAGE utcb, tmp
        li      \tmp, IPC_REGISTERS
        bgeu    \tmp, t0, 9992f
        mv      t0, \tmp
9992:   lla     \tmp, 9993f
        slli    t0, t0, 2
        sub     \tmp, \tmp, t0
        jr      \tmp
        .option push
        .option norvc
        MESSAGE sd, \utcb
        .option pop
9993:
        .endm
/* clang-format on */

#endif
