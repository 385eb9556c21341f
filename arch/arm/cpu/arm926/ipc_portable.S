/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ipc by generic/ipc.c, always.
 */
#include <arch/layout.h>
#include <arch/site.h>

        .section .text.ipc, "ax"
        .globl  entry_svc, entry_svc_slow
        .globl  ipc_short_load, ipc_short_load_failed
ipc_short_load:                         @ no load that may fault
ipc_short_load_failed:
entry_svc:
entry_svc_slow:
        cmn     r7, #-SYS_IPC
        bne     entry_syscall
        str     lr, [sp]
        mrs     lr, spsr
        str     lr, [sp, #TCB_PSR - TCB_IP]
        stmdb   sp, {r10-r12, sp, lr}^
        mcr     p15, 0, r7, c7, c10, 4  @ C reads UTCBs in memory
#include <arch/ipc_slow.inc>
        .bss
        .balign 4
        .globl  short_top_prio
short_top_prio:                         @ for ipc.S only
        .skip   4
