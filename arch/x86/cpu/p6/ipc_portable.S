/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * sysenter when the short path is left out: every Ipc goes to C.
 *   in    eax to, edx from, ecx timeouts, esi MR0; ebx ip, ebp sp
 */
#include <arch/asm.h>
#include <arch/layout.h>

        .text
        .balign 16
        .globl  entry_sysenter, entry_sysenter_step
        .globl  ipc_short_load, ipc_short_load_failed
        .set    ipc_short_load, 0       /* no load here may fail             */
        .set    ipc_short_load_failed, 0
entry_sysenter:
        mov     $SEL_USER_DATA, %edi
entry_sysenter_step:                    /* a single step may stop here       */
        mov     %edi, %ds
        mov     %edi, %es
        mov     cpu0 + CPU_CURRENT, %edi
        mov     %ebx, TCB_IP(%edi)
        mov     %ebp, TCB_SP(%edi)
        jmp     ipc_portable

        .section .note.GNU-stack, "", @progbits
