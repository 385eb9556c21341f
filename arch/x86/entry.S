/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Traps into the kernel and the one way out of it (besides the short IPC path);
 * what differs with the way Ipc comes in is in the CPU model's trap.S.
 * C functions get their first three arguments in eax, edx, ecx (-mregparm=3).
 */
#include <arch/asm.h>
#include <arch/layout.h>
#include <model.h>

        .text

/* ---- one stub a vector; trap_stubs lists them for the IDT ---- */

        .macro  STUB vector, dpl, has_error=0
        .pushsection .rodata
        .long   \vector | (\dpl) << 8, 1f
        .popsection
1:
        .if     !\has_error
        push    $0
        .endif
        push    $\vector
        jmp     trap_common
        .endm

        .pushsection .rodata
        .globl  trap_stubs
trap_stubs:
        .popsection
        .irp    vector, 0, 1, 2, 5, 6, 7, 9, 15, 16, 18, 19
        STUB    \vector, 0
        .endr
        .irp    vector, 3, 4                    /* int3, into                */
        STUB    \vector, 3
        .endr
        .irp    vector, 8, 10, 11, 12, 13, 14, 17
        STUB    \vector, 0, 1
        .endr
        .set    irq, 0
        .rept   16
        STUB    (VECTOR_IRQ + irq), 0
        .set    irq, irq + 1
        .endr
        STUB    VECTOR_FOREIGN, 3
        .irp    call, 0, 1, 2, 3, 6, 7, 8, 9, 10, 11, 12, 13
        STUB    (VECTOR_SYSCALL + \call), 3
        .endr
        STUB    VECTOR_KDB, 3
        .pushsection .rodata
        .globl  trap_stubs_end
trap_stubs_end:
        .popsection

/*
 * kernel_leave - resume whom the scheduler chose; waits here when nobody is
 */
        .globl  kernel_leave
        .type   kernel_leave, @function
kernel_leave:
        mov     kernel_sp, %esp
        call    trap_resume
        mov     %eax, %ebp              /* the thread; all else through ss   */
        LEAVE_SEGMENTS %ecx
        mov     $SEL_UTCB, %ecx
        mov     %ecx, %fs
        cmpl    $0, TCB_RESUME(%ebp)
        jne     leave_ipc               /* the CPU model's                   */
        testb   $1, TCB_SLOW+2(%ebp)    /* SLOW_TLS                          */
        jz      1f
        mov     $SEL_TLS, %ecx
1:      mov     %ecx, %gs
        push    $FLAG_ONE               /* iret takes nested task seriously  */
        popfl
        push    $SEL_USER_DATA
        push    TCB_SP(%ebp)
        mov     tcb_arch + ARCH_FLAGS(%ebp), %eax
        or      TCB_FLAGS(%ebp), %eax   /* I/O privilege                     */
        push    %eax
        push    $SEL_USER_CODE
        push    TCB_IP(%ebp)
        mov     tcb_arch + ARCH_EAX(%ebp), %eax
        mov     tcb_arch + ARCH_EBX(%ebp), %ebx
        mov     tcb_arch + ARCH_ECX(%ebp), %ecx
        mov     tcb_arch + ARCH_EDX(%ebp), %edx
        mov     tcb_arch + ARCH_ESI(%ebp), %esi
        mov     tcb_arch + ARCH_EDI(%ebp), %edi
        mov     tcb_arch + ARCH_EBP(%ebp), %ebp
        iret

/*
 * long_switch - the rest of arch_long_stop: this stack is put aside
 * arch_long_resume - and taken up again
 */
        .globl  long_switch
        .type   long_switch, @function
long_switch:
        push    %ebx
        push    %esi
        push    %edi
        push    %ebp
        mov     %esp, long_sp
        jmp     kernel_leave

        .globl  arch_long_resume
        .type   arch_long_resume, @function
arch_long_resume:
        mov     long_sp, %esp
        pop     %ebp
        pop     %edi
        pop     %esi
        pop     %ebx
        ret

        .bss
        .balign 4
long_sp:
        .skip   4

        .section .note.GNU-stack, "", @progbits
