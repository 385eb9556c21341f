/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The gate when the short path is left out: every Ipc goes to C.
 */
        .text
        .globl  entry_ipc, ipc_short_load, ipc_short_load_failed
        .set    ipc_short_load, 0       /* no load here may fail             */
        .set    ipc_short_load_failed, 0
entry_ipc:
        jmp     ipc_portable

        .section .note.GNU-stack, "", @progbits
