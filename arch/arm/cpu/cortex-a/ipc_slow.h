/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The portable Ipc, with r0-r6, r8 as the user gave them, the hot registers stored,
 * sp = TCB_IP of the caller. The others are not kept: no Ipc keeps them.
 */
        sub     r12, sp, #TCB_IP
        ldr     r9, [r12, #TCB_UTCB]
        stmia   r9, {r3-r6, r8}
        mov     r3, r2
        mov     r2, r1
        mov     r1, r0
        mov     r0, r12
        ldr     sp, =kernel_stack_top
        bl      sys_ipc
        b       kernel_leave
        .ltorg
