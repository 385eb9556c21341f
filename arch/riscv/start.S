/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the loader to boot_main(): the only code that runs at two addresses.
 */
#include <arch/layout.h>

        .section .text.start, "ax"
/*
 * _start - entered by the firmware or by bootm in supervisor mode, MMU off
 *   in    a0  hart id; a1  physical address of the device tree
 *   keeps s0  a0; s1  a1
 */
        .globl  _start
_start:
        mv      s0, a0
        mv      s1, a1
        csrw    sie, zero
        csrci   sstatus, 2              /* SIE off: idling polls             */
        lla     t0, bss_start
        lla     t1, kernel_end
1:      sd      zero, 0(t0)
        addi    t0, t0, 8
        bltu    t0, t1, 1b
        lla     sp, kernel_stack_top

        /* mhartid answers in machine mode; below it, reading it traps. */
        lla     t0, 2f
        csrw    stvec, t0
        csrr    t0, mhartid
        li      a0, 1
        j       3f
        .balign 4
2:      li      a0, 0
3:      lla     t0, stop                /* whatever traps now is our mistake */
        csrw    stvec, t0
        call    boot_check              /* a0: machine mode                  */

        /* The table maps this code where it is and where it belongs. */
        li      t0, LAYOUT_DIRECT_MAP
        lla     t1, 4f
        add     t1, t1, t0
        jr      t1
4:      lla     sp, kernel_stack_top
        lla     t0, kernel_trap
        csrw    stvec, t0
        mv      a0, s0
        mv      a1, s1
        call    boot_main
        .balign 4
stop:   wfi
        j       stop
