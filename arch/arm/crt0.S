/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a program starts: no stack, every address still as linked.
 */
        .section .text.start, "ax"
        .globl  _start
        .type   _start, %function
_start:
        ldr     r0, 1f
        ldr     r1, 2f
        ldr     r2, 3f
        add     r0, pc, r0
base:   add     r1, pc, r1
        add     sp, pc, r2
        mov     fp, #0                  @ end of back traces
        mov     lr, #0
        b       __l4_start              @ (void *image_base, void *dynamic)
1:      .word   __l4_image - (base + 4)
2:      .word   _DYNAMIC - (base + 8)
3:      .word   __l4_stack_top - (base + 12)
        .hidden __l4_image, _DYNAMIC, __l4_start, __l4_stack_top

        .bss
        .balign 16
        .skip   16384
        .globl  __l4_stack_top
__l4_stack_top:
        .section .note.GNU-stack, "", %progbits
