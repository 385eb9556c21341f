/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a program starts: no stack, every address still as linked.
 * To learn where it is, it needs one word of stack, and borrows the reserved
 * one below the first message register.
 */
        .section .text.start, "ax"
        .globl  _start
_start:
        mov     %fs:0, %esp
        call    1f
1:      pop     %ebx
        add     $_GLOBAL_OFFSET_TABLE_ + (. - 1b), %ebx
        lea     __l4_stack_top@GOTOFF(%ebx), %esp
        xor     %ebp, %ebp              /* end of back traces                */
        sub     $8, %esp                /* stack aligned at the call         */
        lea     _DYNAMIC@GOTOFF(%ebx), %eax
        push    %eax
        lea     __l4_image@GOTOFF(%ebx), %eax
        push    %eax
        call    __l4_start              /* (void *image_base, void *dynamic) */
        ud2

        .hidden __l4_image, _DYNAMIC, __l4_start
        .bss
        .balign 16
        .skip   16384
        .globl  __l4_stack_top
        .hidden __l4_stack_top
__l4_stack_top:
        .section .note.GNU-stack, "", @progbits
