/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the loader to C at kernel addresses. The image runs where it was loaded
 * until the MMU is on; r10 is what to add to a link address until then.
 * Entered by the Linux protocol: r1 machine, r2 device tree or ATAGS. Until the
 * CPU is known (boot_early) only instructions that every ARM has.
 */
#include <arch/layout.h>
#include <arch/site.h>

        .section .text.start, "ax"
        .globl  _start
_start:
        mrs     r3, cpsr
        orr     r3, r3, #PSR_IRQ_OFF | PSR_FIQ_OFF
        msr     cpsr_c, r3
        mov     r9, r2
        adr     r4, _start
        ldr     r5, =_start
        sub     r10, r4, r5
        /* On some boards all processors start; the first one goes on. What has
         * no such register reads its identification here, with bit 31 clear. */
        mrc     p15, 0, r4, c0, c0, 5   @ MPIDR
        cmp     r4, #0
        bpl     1f
        tst     r4, #0xff
        bne     park
1:      ldr     r4, =bss_start
        ldr     r5, =bss_end
        add     r4, r4, r10
        add     r5, r5, r10
        mov     r6, #0
2:      cmp     r4, r5
        strlo   r6, [r4], #4
        blo     2b
        ldr     sp, =kernel_stack_top
        add     sp, sp, r10
        mov     r0, r10
        and     r1, r3, #PSR_MODE
        bl      boot_early
        mov     r0, r10
        bl      paging_boot
        ldr     r0, =boot_table
        add     r0, r0, r10
        ldr     lr, =1f
        b       mmu_on                  @ of the back end, with the table's place
1:      ldr     sp, =kernel_stack_top
        mov     r0, r9
        bl      boot_main               @ does not return

        .globl  park
park:   .inst   0xe320f003                             @ wfi; processors that are not used
        b       park

/* void semihosting_exit(unsigned status): SYS_EXIT_EXTENDED */
        .globl  semihosting_exit
semihosting_exit:
        ldr     r1, =0x20026            @ the program ended by itself
        push    {r1, r2, lr}
        str     r0, [sp, #4]
        mov     r0, #0x20
        mov     r1, sp
        svc     #0x123456
        pop     {r1, r2, lr}
        bx      lr
        .ltorg

        .bss
        .balign 8
        .globl  kernel_stack, kernel_stack_top
kernel_stack:                           @ the second one, then the first
        .skip   2 * KERNEL_STACK_BYTES
kernel_stack_top:
