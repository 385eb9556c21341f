/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first instructions of a program: a stack of its own, then C. gp is the
 * UTCB pointer already.
 */
        .text
        .globl  _start
        .hidden _start
_start:
        lla     sp, stack_top
        lla     a0, __l4_image_base
        lla     a1, _DYNAMIC
        tail    __l4_start
        .weak   _DYNAMIC
        .hidden _DYNAMIC

        .bss
        .balign 16
        .skip   65536
stack_top:
