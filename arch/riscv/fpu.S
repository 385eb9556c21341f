/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Floating-point registers to and from memory: f0 to f31, then fcsr. The only
 * kernel code that the unit has to be on for.
 */
        .attribute arch, "rv64imafdc"
        .text
        .macro  EVERY op
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, \
                16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
        \op     f\n, \n * 8(a0)
        .endr
        .endm

/*
 * arch_fpu_save, arch_fpu_load
 *   in    a0  the area
 *   uses  t0
 */
        .globl  arch_fpu_save
arch_fpu_save:
        EVERY   fsd
        frcsr   t0
        sd      t0, 256(a0)
        ret

        .globl  arch_fpu_load
arch_fpu_load:
        EVERY   fld
        ld      t0, 256(a0)
        fscsr   t0
        ret
