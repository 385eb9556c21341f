/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entry and exit of ARMv5. The kernel runs in supervisor mode only; while a
 * user thread runs, sp_svc points at its TCB_IP. The other modes have one place
 * for three words, where an exception leaves r0, its lr and spsr on the way to
 * supervisor mode.
 *
 * All but Ipc keep r0 to r12 in the TCB and resume by kernel_resume.
 */
#include <arch/layout.h>
#include <arch/site.h>

        .section .text.ipc, "ax"

/* r0 = the TCB, all whose registers are in it. */
        .macro  ENTERED
        ldr     r1, =cpu0
        str     r0, [r1, #CPU_CURRENT]
        ldr     sp, =kernel_sp
        ldr     sp, [sp]
        mcr     p15, 0, r1, c7, c10, 4  @ C reads UTCBs in memory
        .endm

/* Ours but not Ipc, or foreign: entry_svc comes here, nothing changed. */
        .globl  entry_syscall
entry_syscall:
        str     lr, [sp]
        mrs     lr, spsr
        str     lr, [sp, #TCB_PSR - TCB_IP]
        stmdb   sp, {r10-r12, sp, lr}^  @ the user's
        nop                             @ no banked register right after that
        add     sp, sp, #TCB_REGS - TCB_IP
        stmia   sp, {r0-r9}
        sub     r0, sp, #TCB_REGS
        ENTERED
        bl      arch_system_call
        .globl  kernel_leave
kernel_leave:                           @ sp = kernel_sp
        bl      kernel_exit             @ generic/sched.c
        cmp     r0, #0
        bleq    trap_idle
        bl      cpu_load_thread
        .globl  kernel_resume
kernel_resume:                          @ r0 = the TCB
        add     sp, r0, #TCB_IP
        ldr     lr, [sp, #TCB_PSR - TCB_IP]
        msr     spsr_cxsf, lr
        mcr     p15, 0, r1, c7, c10, 4  @ drain: some go round the caches
        add     lr, r0, #TCB_REGS
        ldmia   lr, {r0-r9}
        ldmdb   sp, {r10-r12, sp, lr}^
        nop
        ldr     lr, [sp]
        movs    pc, lr

/* lr - \back is the instruction to resume at. In user mode the mode's low four
 * bits are 0. */
        .macro  FROM_USER back, kind
        .if     \back
        sub     lr, lr, #\back
        .endif
        stmia   sp, {r0, lr}
        mrs     r0, spsr
        str     r0, [sp, #8]
        tst     r0, #0xf
        mov     r0, #\kind
        .if     \kind == EXCEPTION_DATA
        bne     data_in_kernel
        .else
        bne     kernel_fault
        .endif
        mov     r0, sp
        msr     cpsr_c, #PSR_MODE_SVC | PSR_IRQ_OFF | PSR_FIQ_OFF
        stmdb   sp, {r10-r12, sp, lr}^
        nop
        add     sp, sp, #TCB_REGS - TCB_IP
        stmib   sp, {r1-r9}
        ldmia   r0, {r1-r3}             @ the user's r0, ip, psr
        sub     r0, sp, #TCB_REGS
        .if     \kind != EXCEPTION_DATA @ fault.c looks there first
        ldr     r4, =VECTOR_PAGE + VECTOR_EXCHANGE
        sub     r5, r2, r4
        cmp     r5, #EXCHANGE_BYTES
        movlo   r2, r4
        .endif
        str     r1, [sp]
        str     r2, [r0, #TCB_IP]
        str     r3, [r0, #TCB_PSR]
        ENTERED
        .endm

        .globl  entry_undefined, entry_prefetch, entry_data, entry_irq
        .globl  entry_fiq
entry_undefined:
        stmia   sp, {r0}
        mrs     r0, spsr
        tst     r0, #PSR_THUMB
        subne   lr, lr, #2
        subeq   lr, lr, #4
        ldr     r0, [sp]
        FROM_USER 0, EXCEPTION_UNDEFINED
        bl      trap_undefined
        b       kernel_leave
entry_prefetch:
        FROM_USER 4, EXCEPTION_PREFETCH
        mov     r4, r0
        bl      paging_first_fetch
        cmp     r0, #0
        bne     kernel_resume
        mov     r0, r4
        bl      trap_prefetch_abort
        b       kernel_leave
entry_data:
        FROM_USER 8, EXCEPTION_DATA
        bl      trap_data_abort
        b       kernel_leave
entry_irq:
        FROM_USER 4, EXCEPTION_FOREIGN
        bl      trap_irq
        b       kernel_leave
/* The one load that may fault, of a user's word for the short path (ipc.S). */
data_in_kernel:
        ldr     r0, =ipc_short_load
        cmp     lr, r0
        mov     r0, #EXCEPTION_DATA
        bne     kernel_fault
        ldr     r0, [sp]
        ldr     lr, =ipc_short_load_failed
        movs    pc, lr
entry_fiq:
        sub     lr, lr, #4
        ldr     sp, =exception_words
        stmia   sp, {r0, lr}
        mrs     r0, spsr
        str     r0, [sp, #8]
        mov     r0, #EXCEPTION_FOREIGN
kernel_fault:                           @ r0 kind; sp: r0, pc, psr
        str     r0, [sp, #12]
        ldr     r0, =kernel_frame
        stmib   r0, {r1-r12}
        ldmia   sp, {r1-r4}
        str     r1, [r0]
        str     r2, [r0, #52]
        str     r3, [r0, #56]
        str     r4, [r0, #68]
        msr     cpsr_c, #PSR_MODE_SVC | PSR_IRQ_OFF | PSR_FIQ_OFF
        str     sp, [r0, #60]
        str     lr, [r0, #64]
        ldr     sp, =fault_stack_top
        bl      trap_in_kernel

/* void cpu_stacks(void): of the modes that exceptions come in. */
        .globl  cpu_stacks
cpu_stacks:
        ldr     r0, =exception_words
        msr     cpsr_c, #0x12 | PSR_IRQ_OFF | PSR_FIQ_OFF
        mov     sp, r0
        msr     cpsr_c, #0x17 | PSR_IRQ_OFF | PSR_FIQ_OFF
        mov     sp, r0
        msr     cpsr_c, #0x1b | PSR_IRQ_OFF | PSR_FIQ_OFF
        mov     sp, r0
        msr     cpsr_c, #PSR_MODE_SVC | PSR_IRQ_OFF | PSR_FIQ_OFF
        bx      lr

/* In force when the machine ends: calls that nobody serves just return. */
        .globl  end_svc
end_svc:
        movs    pc, lr
        .ltorg

        .bss
        .balign 8
exception_words:
        .skip   16
kernel_frame:
        .skip   72                      @ struct kernel_frame
        .balign 8
fault_stack:
        .skip   FAULT_STACK_BYTES
fault_stack_top:
