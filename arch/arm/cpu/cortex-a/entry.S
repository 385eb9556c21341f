/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entry and exit of ARMv7-A. The kernel runs in supervisor mode only; while a
 * user thread runs, sp_svc points at its TCB_IP, so that every entry can store
 * the banked registers (srs from any mode) without a register to spare.
 *
 * All but Ipc (ipc.S, ipc_portable.S) keep r0 to r12 in the TCB and resume by
 * kernel_resume.
 */
#include <arch/layout.h>
#include <arch/site.h>

        .macro  VECTORS svc
        .balign 32
        STEP    trap
        b       .
        b       entry_undefined
        b       \svc
        b       entry_prefetch
        b       entry_data
        b       .
        b       entry_irq
        b       entry_fiq
        .endm

        .section .text.ipc, "ax"
        .globl  vectors
        VECTORS entry_svc_slow          @ for threads with a reason in `slow`
vectors:
        VECTORS entry_svc               @ ipc.S or ipc_portable.S

/* The registers of a thread that was running into its TCB; r0 = the TCB, which
 * is the current one: the short path does not keep that up to date. */
        .macro  SAVE
        stmdb   sp, {r10-r12, sp, lr}^  @ the user's
        add     sp, sp, #TCB_REGS - TCB_IP
        stmia   sp, {r0-r9}
        ldr     r1, =cpu0
        sub     r0, sp, #TCB_REGS
        str     r0, [r1, #CPU_CURRENT]
        ldr     sp, =kernel_sp
        ldr     sp, [sp]
        .endm

/* Ours but not Ipc, or foreign: entry_svc comes here, nothing changed. */
        .globl  entry_syscall
entry_syscall:
        srsia   sp, #PSR_MODE_SVC
        SAVE
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
        add     lr, r0, #TCB_REGS
        clrex
        ldmia   lr, {r0-r9}
        ldmdb   sp, {r10-r12, sp, lr}^
        rfeia   sp

/* lr - \back is the instruction to resume at. In user mode the mode's low four
 * bits are 0; each other mode has one stack pointer word, free to use. */
        .macro  FROM_USER back, kind
        .if     \back
        sub     lr, lr, #\back
        .endif
        mrs     sp, spsr
        tst     sp, #0xf
        .if     \kind == EXCEPTION_DATA
        bne     data_in_kernel
        .else
        ldrne   sp, =kernel_frame
        stmneia sp, {r0-r12}
        movne   r1, #\kind
        bne     kernel_fault
        .endif
        srsia   sp, #PSR_MODE_SVC
        cps     #PSR_MODE_SVC
        SAVE
        .endm
/* srs with base sp of another mode: it takes that mode's, not ours. */

entry_undefined:
        mrs     sp, spsr
        tst     sp, #PSR_THUMB
        subne   lr, lr, #2
        subeq   lr, lr, #4
        FROM_USER 0, EXCEPTION_UNDEFINED
        bl      trap_undefined
        b       kernel_leave
entry_prefetch:
        FROM_USER 4, EXCEPTION_PREFETCH
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
        ldr     sp, =ipc_short_load
        cmp     lr, sp
        ldreq   lr, =ipc_short_load_failed
        moveqs  pc, lr
        ldr     sp, =kernel_frame
        stmia   sp, {r0-r12}
        mov     r1, #EXCEPTION_DATA
        b       kernel_fault
entry_fiq:
        sub     lr, lr, #4
        ldr     sp, =kernel_frame
        stmia   sp, {r0-r12}
        mov     r1, #EXCEPTION_FOREIGN
kernel_fault:                           @ r0-r12 are in the frame at sp
        mov     r0, sp
        mrs     r2, spsr
        str     lr, [r0, #52]
        str     r2, [r0, #56]
        str     r1, [r0, #68]
        cps     #PSR_MODE_SVC
        str     sp, [r0, #60]
        str     lr, [r0, #64]
        ldr     sp, =fault_stack_top
        bl      trap_in_kernel

/* In force when the machine ends: calls that nobody serves just return. */
        .balign 32
        .globl  end_vectors
end_vectors:
        b       .
        movs    pc, lr
        movs    pc, lr
        b       .
        b       .
        b       .
        b       .
        b       .
        .ltorg

        .bss
        .balign 8
kernel_frame:
        .skip   72                      @ struct kernel_frame
fault_stack:
        .skip   FAULT_STACK_BYTES
fault_stack_top:
