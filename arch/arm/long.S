/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Changing between the two stacks of the kernel (generic/long.h).
 */
        .text
/* The rest of arch_long_stop: this stack is put aside; */
        .globl  long_switch
long_switch:
        push    {r4-r11, lr}
        ldr     r0, =long_sp
        str     sp, [r0]
        ldr     sp, =kernel_sp
        ldr     sp, [sp]
        b       kernel_leave
/* and taken up again. */
        .globl  arch_long_resume
arch_long_resume:
        ldr     r0, =long_sp
        ldr     sp, [r0]
        pop     {r4-r11, pc}

        .ltorg

        .bss
        .balign 4
long_sp:
        .skip   4
