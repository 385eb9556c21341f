/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The entry of a kernel without the short path: all goes the portable way.
 */
#include <arch/layout.h>

        .text
        .balign 4
        .globl  trap_entry
trap_entry:
        csrrw   tp, sscratch, tp
        sd      t0, HOT_T0(tp)
        csrr    t0, scause
        addi    t0, t0, -CAUSE_USER_CALL
        bnez    t0, 1f
        addi    t0, a7, -SYSCALL_IPC
        beqz    t0, 2f
        addi    t0, a7, -SYSCALL_LIPC
        beqz    t0, 2f
1:      j       trap_full
2:      j       ipc_full
