/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ipc by generic/ipc.c, always.
 */
#include <arch/layout.h>

        .section .text.ipc, "ax"
        .globl  entry_svc, entry_svc_slow
        .globl  ipc_short_load, ipc_short_load_failed
ipc_short_load:                         @ no load that may fault
ipc_short_load_failed:
entry_svc:
entry_svc_slow:
        cmn     r7, #-SYS_IPC
        bne     entry_syscall
        srsia   sp, #PSR_MODE_SVC
        stmdb   sp, {r10-r12, sp, lr}^
#include <arch/ipc_slow.inc>
